//! What the tables hold, read by other means than those that wrote it.

use serde_json::{Value, json};
use store::keys::Key;

use crate::aws::{Request, ask};
use crate::browser::Body;
use crate::{Result, Stack};

const KIND: &str = "application/x-amz-json-1.0";

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
        let mut answer = dynamo(stack, "DynamoDB_20120810.Query", &question)?;
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
    dynamo(stack, "DynamoDB_20120810.DeleteItem", &json!({"TableName": table, "Key": key})).map(drop)
}

fn dynamo(stack: &Stack, target: &str, question: &Value) -> Result<Value> {
    let asked = question.to_string();
    let body = Body { kind: KIND, bytes: asked.as_bytes() };
    let page = ask(stack, Request { service: "dynamodb", path: "/", target: Some(target), body })?;
    Ok(serde_json::from_str(&page.body)?)
}

/// The text or number at a path of attributes.
pub fn read<'a>(item: &'a Value, path: &[&str]) -> Option<&'a str> {
    let (last, before) = path.split_last()?;
    let mut map = Some(item);
    for name in before {
        map = map?.get(name)?.get("M");
    }
    let value = map?.get(last)?;
    value.get("S").or_else(|| value.get("N"))?.as_str()
}
