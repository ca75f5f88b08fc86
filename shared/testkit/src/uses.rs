//! What functions use of AWS, in the words of their policies.

use std::collections::BTreeSet;
use std::future::Future;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::Value;

tokio::task_local! {
    static FUNCTION: String;
}

/// A use of AWS: what the policy of a function's role must allow for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Use {
    /// The function's folder
    pub function: String,
    /// The action, such as `dynamodb:PutItem`
    pub action: String,
    /// Of DynamoDB `table/` with the table and perhaps its index; of S3 `objects/` with the folder; nothing of others, and
    /// of many objects at once
    pub resource: String,
}

/// Runs a part of a function: what it uses meanwhile is the function's.
pub async fn acting_as<T>(function: &str, part: impl Future<Output = T>) -> T {
    FUNCTION.scope(function.to_owned(), part).await
}

/// The function that acts here, if one does.
pub(crate) fn acting() -> Option<String> {
    FUNCTION.try_with(String::clone).ok()
}

/// What a request uses, if a function makes it.
pub(crate) fn uses(service: &str, operation: &str, request: &HttpRequest) -> BTreeSet<Use> {
    let Some(function) = acting() else { return BTreeSet::new() };
    let body = request.body().bytes().and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or(Value::Null);
    let pairs = match service {
        "dynamodb" => of_tables(operation, &body),
        "s3" => vec![of_objects(operation, request.uri())],
        // A batch needs the permission for one.
        "sqs" => vec![(format!("sqs:{}", operation.trim_end_matches("Batch")), String::new())],
        "sesv2" => vec![("ses:SendEmail".to_owned(), String::new())],
        "cognitoidentityprovider" => vec![(format!("cognito-idp:{operation}"), String::new())],
        other => vec![(format!("{other}:{operation}"), String::new())],
    };
    pairs.into_iter().map(|(action, resource)| Use { function: function.clone(), action, resource }).collect()
}

/// A transaction needs the permission for each of its parts, and none of its own.
fn of_tables(operation: &str, body: &Value) -> Vec<(String, String)> {
    let table = |of: &Value| format!("table/{}", of.get("TableName").and_then(Value::as_str).unwrap_or_default());
    let parts = body.get("TransactItems").and_then(Value::as_array).into_iter().flatten();
    let parts = parts.filter_map(Value::as_object).flatten().map(|(part, of)| {
        let action = if part == "ConditionCheck" { "ConditionCheckItem".to_owned() } else { format!("{part}Item") };
        (format!("dynamodb:{action}"), table(of))
    });
    let batch = body.get("RequestItems").and_then(Value::as_object).into_iter().flatten();
    let batch = batch.map(|(table, _)| (format!("dynamodb:{operation}"), format!("table/{table}")));
    let mut pairs: Vec<_> = parts.chain(batch).collect();
    if pairs.is_empty() {
        let index = body.get("IndexName").and_then(Value::as_str);
        let table = table(body);
        let resource = index.map_or_else(|| table.clone(), |index| format!("{table}/{index}"));
        pairs.push((format!("dynamodb:{operation}"), resource));
    }
    pairs
}

/// The address is `…/bucket/folder/…`. Whether an object is there is told to whoever may read it.
fn of_objects(method: &str, address: &str) -> (String, String) {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut parts = path.split('/').skip(2);
    let folder = parts.next().filter(|_| parts.next().is_some());
    let action = match method {
        "GET" if query.contains("list-type=") => "ListBucket",
        "GET" | "HEAD" => "GetObject",
        "PUT" => "PutObject",
        "DELETE" => "DeleteObject",
        "POST" if query.contains("delete") => "DeleteObject",
        other => other,
    };
    (format!("s3:{action}"), folder.map(|folder| format!("objects/{folder}")).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_uses_what_its_parts_use() {
        let body = serde_json::json!({"TransactItems": [
            {"Put": {"TableName": "applications"}}, {"ConditionCheck": {"TableName": "directory"}},
        ]});
        let pair = |action: &str, table: &str| (action.to_owned(), table.to_owned());
        let expected =
            [pair("dynamodb:PutItem", "table/applications"), pair("dynamodb:ConditionCheckItem", "table/directory")];
        assert_eq!(of_tables("TransactWriteItems", &body), expected);
        let query = serde_json::json!({"TableName": "applications", "IndexName": "by-owner"});
        assert_eq!(of_tables("Query", &query), [pair("dynamodb:Query", "table/applications/by-owner")]);
        let batch = serde_json::json!({"RequestItems": {"sessions": {}}});
        assert_eq!(of_tables("BatchGetItem", &batch), [pair("dynamodb:BatchGetItem", "table/sessions")]);
    }

    #[test]
    fn an_object_is_told_by_its_folder() {
        let pair = |action: &str, folder: &str| (action.to_owned(), folder.to_owned());
        let object = "http://localhost:4566/bucket/uploads/a/b?x-id=PutObject";
        assert_eq!(of_objects("PUT", object), pair("s3:PutObject", "objects/uploads"));
        assert_eq!(of_objects("GET", "http://localhost:4566/bucket?list-type=2"), pair("s3:ListBucket", ""));
        assert_eq!(of_objects("POST", "http://localhost:4566/bucket/?delete"), pair("s3:DeleteObject", ""));
    }
}
