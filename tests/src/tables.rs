//! What the tables hold, read by other means than those that wrote it.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::Tables;
use store::keys::Key;

use crate::aws::{Request, ask};
use crate::{Result, Stack};

const KIND: &str = "application/x-amz-json-1.0";
const GET: &str = "DynamoDB_20120810.GetItem";
const QUERY: &str = "DynamoDB_20120810.Query";
const SCAN: &str = "DynamoDB_20120810.Scan";
const DELETE: &str = "DynamoDB_20120810.DeleteItem";
const WRITE: &str = "DynamoDB_20120810.BatchWriteItem";
const CREATE: &str = "DynamoDB_20120810.CreateTable";
const DROP: &str = "DynamoDB_20120810.DeleteTable";

/// What makes a table what it is. What deletes, copies or hands on items (TTL, backups, stream) is
/// left out: nobody listens.
const SHAPE: [&str; 4] = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"];

/// Makes a table with the keys and indexes of a table of the template, to which nobody listens.
///
/// # Errors
/// No such table in `infra/data.yaml`, or an engine that does not answer, or refuses.
pub fn create(stack: &Stack, resource: &str, table: &str) -> Result<()> {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/data.yaml");
    let template: serde_yaml_ng::Value = serde_yaml_ng::from_str(&std::fs::read_to_string(template)?)?;
    let declared = template.get("Resources").and_then(|all| all.get(resource)?.get("Properties"));
    let declared = declared.ok_or_else(|| format!("no table {resource} in the template"))?;
    let mut asked = json!({"TableName": table});
    for part in SHAPE {
        if let (Some(asked), Some(value)) = (asked.as_object_mut(), declared.get(part)) {
            asked.insert(part.to_owned(), serde_json::to_value(value)?);
        }
    }
    dynamo(stack, CREATE, &asked).map(drop)
}

/// Makes all four tables of a portal.
///
/// # Errors
/// As [`create`].
pub fn create_all(stack: &Stack, names: &Tables) -> Result<()> {
    let Tables { applications, sessions, places, directory } = names;
    create(stack, "Applications", applications)?;
    create(stack, "Sessions", sessions)?;
    create(stack, "Places", places)?;
    create(stack, "Directory", directory)
}

/// Deletes a table with all that is in it.
///
/// # Errors
/// An engine that does not answer, or refuses.
pub fn delete(stack: &Stack, table: &str) -> Result<()> {
    dynamo(stack, DROP, &json!({"TableName": table})).map(drop)
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
    let question = json!({"TableName": table, "Key": json(key), "ConsistentRead": true});
    let mut answer = dynamo(stack, GET, &question)?;
    Ok(answer.get_mut("Item").map(Value::take))
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

/// The same item under another key.
pub fn under(item: &Value, key: &Key) -> Value {
    let mut item = item.clone();
    if let Some(item) = item.as_object_mut() {
        item.insert("pk".to_owned(), json!({"S": key.pk}));
        item.insert("sk".to_owned(), json!({"S": key.sk}));
    }
    item
}

/// All items of a table, as DynamoDB writes them in JSON, each given away as it comes.
///
/// # Errors
/// An engine that does not answer, or refuses, or `each`'s own.
pub fn scan(stack: &Stack, table: &str, mut each: impl FnMut(Value) -> Result<()>) -> Result<()> {
    let mut question = json!({"TableName": table, "ConsistentRead": true});
    loop {
        let mut answer = dynamo(stack, SCAN, &question)?;
        if let Some(Value::Array(page)) = answer.get_mut("Items").map(Value::take) {
            page.into_iter().try_for_each(&mut each)?;
        }
        match (answer.get_mut("LastEvaluatedKey").map(Value::take), question.as_object_mut()) {
            (Some(last @ Value::Object(_)), Some(question)) => question.insert("ExclusiveStartKey".to_owned(), last),
            _ => return Ok(()),
        };
    }
}

/// Removes an item, as TTL does.
///
/// # Errors
/// An emulator that does not answer, or refuses.
pub fn remove(stack: &Stack, table: &str, key: &Key) -> Result<()> {
    dynamo(stack, DELETE, &json!({"TableName": table, "Key": json(key)})).map(drop)
}

fn json(key: &Key) -> Value {
    json!({"pk": {"S": key.pk}, "sk": {"S": key.sk}})
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

/// What the store had put into an item's body.
///
/// # Errors
/// It is something else.
pub fn body<T: DeserializeOwned>(item: &Value) -> Result<T> {
    let body = item.get("body").ok_or("an item without a body")?;
    Ok(serde_json::from_value(plain(body).ok_or("no value of DynamoDB's")?)?)
}

/// A value without the types that DynamoDB tells.
fn plain(value: &Value) -> Option<Value> {
    let (kind, value) = value.as_object()?.iter().next()?;
    Some(match (kind.as_str(), value) {
        ("S" | "BOOL", value) => value.clone(),
        ("NULL", _) => Value::Null,
        ("N", Value::String(number)) => serde_json::from_str(number).ok()?,
        ("L", Value::Array(all)) => Value::Array(all.iter().map(plain).collect::<Option<_>>()?),
        ("M", Value::Object(map)) => {
            Value::Object(map.iter().map(|(name, value)| Some((name.clone(), plain(value)?))).collect::<Option<_>>()?)
        }
        _ => return None,
    })
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
