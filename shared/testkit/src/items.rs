//! The items that a request to DynamoDB writes.

use serde_json::Value;

/// An item: its table and its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// The table's name
    pub table: String,
    /// Partition key
    pub pk: String,
    /// Sort key
    pub sk: String,
}

impl Item {
    fn of(table: &str, key: Option<&Value>) -> Option<Self> {
        let part = |name: &str| Some(key?.get(name)?.get("S")?.as_str()?.to_owned());
        Some(Self { table: table.to_owned(), pk: part("pk")?, sk: part("sk")? })
    }
}

/// What a request writes, or would if its conditions hold.
pub(crate) fn written(operation: &str, body: &[u8]) -> Vec<Item> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let one = |asked: &Value| {
        let key = asked.get("Key").or_else(|| asked.get("Item"));
        Item::of(asked.get("TableName")?.as_str()?, key)
    };
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => one(&body).into_iter().collect(),
        "TransactWriteItems" => {
            let parts = body.get("TransactItems").and_then(Value::as_array).into_iter().flatten();
            let writes = |part: &Value| ["Put", "Update", "Delete"].iter().find_map(|kind| one(part.get(kind)?));
            parts.filter_map(writes).collect()
        }
        "BatchWriteItem" => {
            let tables = body.get("RequestItems").and_then(Value::as_object).into_iter().flatten();
            let of_table = |(table, parts): (&String, &Value)| -> Vec<Item> {
                let parts = parts.as_array().into_iter().flatten();
                let key = |part: &Value| match part.get("PutRequest") {
                    Some(put) => Item::of(table, put.get("Item")),
                    None => Item::of(table, part.get("DeleteRequest")?.get("Key")),
                };
                parts.filter_map(key).collect()
            };
            tables.flat_map(of_table).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(operation: &str, body: &Value) -> Vec<String> {
        let told = |Item { table, pk, sk }| format!("{table}/{pk}/{sk}");
        written(operation, body.to_string().as_bytes()).into_iter().map(told).collect()
    }

    #[test]
    fn every_way_of_writing_is_seen() {
        let key = |pk: &str| json!({"pk": {"S": pk}, "sk": {"S": "s"}, "body": {"M": {}}});
        assert_eq!(told("PutItem", &json!({"TableName": "t", "Item": key("a")})), ["t/a/s"]);
        assert_eq!(told("DeleteItem", &json!({"TableName": "t", "Key": key("a")})), ["t/a/s"]);
        assert!(told("GetItem", &json!({"TableName": "t", "Key": key("a")})).is_empty());
        let parts = json!({"TransactItems": [
            {"Put": {"TableName": "t", "Item": key("a")}}, {"ConditionCheck": {"TableName": "t", "Key": key("b")}},
            {"Update": {"TableName": "u", "Key": key("c")}}, {"Delete": {"TableName": "u", "Key": key("d")}},
        ]});
        assert_eq!(told("TransactWriteItems", &parts), ["t/a/s", "u/c/s", "u/d/s"]);
        let batch = json!({"RequestItems": {"t": [
            {"PutRequest": {"Item": key("a")}}, {"DeleteRequest": {"Key": key("b")}},
        ]}});
        assert_eq!(told("BatchWriteItem", &batch), ["t/a/s", "t/b/s"]);
    }
}
