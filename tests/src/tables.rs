//! What the tables hold, read by other means than those that wrote it.

use serde_json::{Value, json};
use store::keys::Key;

use crate::aws::{Request, ask};
use crate::{Result, Stack};

const KIND: &str = "application/x-amz-json-1.0";
const QUERY: &str = "DynamoDB_20120810.Query";
const DELETE: &str = "DynamoDB_20120810.DeleteItem";
const WRITE: &str = "DynamoDB_20120810.BatchWriteItem";
const CREATE: &str = "DynamoDB_20120810.CreateTable";

/// Makes a table of items, to which nobody listens.
///
/// # Errors
/// An emulator that does not answer, or refuses.
pub fn create(stack: &Stack, table: &str) -> Result<()> {
    let asked = json!({
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
            {"AttributeName": "undelivered", "AttributeType": "S"},
            {"AttributeName": "undelivered_at", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        // The one index by which something is found that a test cannot have to itself in the stack.
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-undelivered",
            "KeySchema": [
                {"AttributeName": "undelivered", "KeyType": "HASH"},
                {"AttributeName": "undelivered_at", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }],
    });
    dynamo(stack, CREATE, &asked).map(drop)
}

/// Puts items as they are, many at once.
///
/// # Errors
/// An emulator that does not answer, refuses, or leaves some out.
pub fn put_all(stack: &Stack, table: &str, items: &[Value]) -> Result<()> {
    for items in items.chunks(25) {
        let puts: Vec<_> = items.iter().map(|item| json!({"PutRequest": {"Item": item}})).collect();
        let answer = dynamo(stack, WRITE, &json!({"RequestItems": {table: puts}}))?;
        if answer.get("UnprocessedItems").and_then(Value::as_object).is_some_and(|left| !left.is_empty()) {
            return Err("some items were left out".into());
        }
    }
    Ok(())
}

/// One item, none if it is not there.
///
/// # Errors
/// An emulator that does not answer, or refuses.
pub fn item(stack: &Stack, table: &str, key: &Key) -> Result<Option<Value>> {
    let items = partition(stack, table, &key.pk)?;
    Ok(items.into_iter().find(|item| read(item, &["sk"]) == Some(key.sk.as_str())))
}

/// All items of a partition, as DynamoDB writes them in JSON.
///
/// # Errors
/// An emulator that does not answer, or refuses.
pub fn partition(stack: &Stack, table: &str, pk: &str) -> Result<Vec<Value>> {
    let mut items = Vec::new();
    let mut question = json!({
        "TableName": table,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": pk}},
        "ConsistentRead": true,
    });
    loop {
        let mut answer = dynamo(stack, QUERY, &question)?;
        if let Some(Value::Array(page)) = answer.get_mut("Items").map(Value::take) {
            items.extend(page);
        }
        match (answer.get_mut("LastEvaluatedKey").map(Value::take), question.as_object_mut()) {
            (Some(last @ Value::Object(_)), Some(question)) => question.insert("ExclusiveStartKey".to_owned(), last),
            _ => return Ok(items),
        };
    }
}

/// Removes an item, as TTL does.
///
/// # Errors
/// An emulator that does not answer, or refuses.
pub fn remove(stack: &Stack, table: &str, key: &Key) -> Result<()> {
    let key = json!({"pk": {"S": key.pk}, "sk": {"S": key.sk}});
    dynamo(stack, DELETE, &json!({"TableName": table, "Key": key})).map(drop)
}

fn dynamo(stack: &Stack, target: &str, question: &Value) -> Result<Value> {
    let page = ask(stack, Request::json("dynamodb", KIND, target, &question.to_string()))?;
    Ok(serde_json::from_str(&page.body)?)
}

/// The text or number at a path of attributes.
pub fn read<'a>(item: &'a Value, path: &[&str]) -> Option<&'a str> {
    let value = attribute(item, path)?;
    value.get("S").or_else(|| value.get("N"))?.as_str()
}

/// How many members the list or set at a path of attributes has; none where there is nothing.
pub fn count(item: &Value, path: &[&str]) -> usize {
    let found = attribute(item, path).and_then(|value| value.get("L").or_else(|| value.get("SS"))?.as_array());
    found.map_or(0, Vec::len)
}

fn attribute<'a>(item: &'a Value, path: &[&str]) -> Option<&'a Value> {
    let (last, before) = path.split_last()?;
    let mut map = Some(item);
    for name in before {
        map = map?.get(name)?.get("M");
    }
    map?.get(last)
}
