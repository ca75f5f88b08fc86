//! What a call costs, as DynamoDB itself counts it.
//!
//! A call is charged when its request asks for it and its reply tells: both are JSON, so neither
//! our code nor the SDK has to know.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use http::header::CONTENT_LENGTH;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Charge;

/// Put before the first member of a request.
const ASK: &[u8] = br#"{"ReturnConsumedCapacity":"TOTAL","#;

#[derive(Deserialize)]
struct Reply {
    #[serde(rename = "ConsumedCapacity")]
    consumed: Option<Consumed>,
}

#[derive(Deserialize)]
struct Transaction {
    #[serde(rename = "TransactItems")]
    writes: Vec<Value>,
}

/// One table's, or of a call that touches several tables each one's.
#[derive(Deserialize)]
#[serde(untagged)]
enum Consumed {
    One(Units),
    Each(Vec<Units>),
}

#[derive(Deserialize)]
struct Units {
    #[serde(rename = "CapacityUnits")]
    units: f64,
}

/// The writes of a transaction, each as a transaction of its own; none of any other request.
pub(crate) fn apart(request: &HttpRequest) -> Vec<HttpRequest> {
    let body = request.body().bytes().unwrap_or_default();
    let Ok(Transaction { writes }) = serde_json::from_slice(body) else { return Vec::new() };
    let alone = |write: Value| {
        let mut request = request.try_clone()?;
        // Without the token of the whole: it is another request.
        *request.body_mut() = SdkBody::from(json!({"TransactItems": [write]}).to_string());
        Some(request)
    };
    writes.into_iter().filter_map(alone).collect()
}

/// The same request, asking for its charge. Its signature no longer fits: DynamoDB Local checks none.
pub(crate) fn asking(mut request: HttpRequest) -> HttpRequest {
    if let Some(members) = request.body().bytes().and_then(|body| body.strip_prefix(b"{")) {
        let body = [ASK, members].concat();
        request.headers_mut().insert(CONTENT_LENGTH.as_str(), body.len().to_string());
        *request.body_mut() = SdkBody::from(body);
    }
    request
}

/// What a reply tells, and the reply as it was.
///
/// # Errors
/// A reply that breaks off.
pub(crate) async fn told(operation: &str, mut reply: HttpResponse) -> Result<(Charge, HttpResponse), ConnectorError> {
    let body = ByteStream::new(reply.take_body()).collect().await;
    let body = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
    let units: f64 = match serde_json::from_slice::<Reply>(&body).ok().and_then(|reply| reply.consumed) {
        Some(Consumed::One(units)) => units.units,
        Some(Consumed::Each(each)) => each.iter().map(|units| units.units).sum(),
        None => 0.0,
    };
    *reply.body_mut() = SdkBody::from(body);
    let reads = ["GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"].contains(&operation);
    let charge = if reads { Charge { read: units, written: 0.0 } } else { Charge { read: 0.0, written: units } };
    Ok((charge, reply))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_asks_for_its_charge_and_stays_as_long_as_it_says() {
        let mut request = HttpRequest::new(SdkBody::from(r#"{"TableName":"t"}"#));
        request.headers_mut().insert("content-length", "17");
        let request = asking(request);
        let body = request.body().bytes().unwrap_or_default();
        assert_eq!(body, br#"{"ReturnConsumedCapacity":"TOTAL","TableName":"t"}"#);
        assert_eq!(request.headers().get("content-length"), Some(body.len().to_string().as_str()));
    }

    #[test]
    fn the_writes_of_a_transaction_go_apart_and_nothing_else_does() {
        let of = |body: &'static str| {
            let parts = apart(&HttpRequest::new(SdkBody::from(body)));
            let body =
                |part: &HttpRequest| String::from_utf8_lossy(part.body().bytes().unwrap_or_default()).into_owned();
            parts.iter().map(body).collect::<Vec<_>>()
        };
        assert_eq!(
            of(r#"{"ClientRequestToken":"t","TransactItems":[{"Put":{}},{"Delete":{}}]}"#),
            [r#"{"TransactItems":[{"Put":{}}]}"#, r#"{"TransactItems":[{"Delete":{}}]}"#]
        );
        assert!(of(r#"{"TableName":"t"}"#).is_empty());
    }

    #[tokio::test]
    async fn a_charge_is_read_for_one_table_or_several_and_the_reply_stays_as_it_was() {
        for (operation, body, charge) in [
            ("GetItem", r#"{"ConsumedCapacity":{"TableName":"t","CapacityUnits":0.5}}"#, (0.5, 0.0)),
            ("PutItem", r#"{"ConsumedCapacity":{"TableName":"t","CapacityUnits":6.0}}"#, (0.0, 6.0)),
            (
                "BatchGetItem",
                r#"{"ConsumedCapacity":[{"TableName":"t","CapacityUnits":2.0},{"TableName":"u","CapacityUnits":1}]}"#,
                (3.0, 0.0),
            ),
            ("PutItem", r#"{"__type":"ConditionalCheckFailedException"}"#, (0.0, 0.0)),
            ("PutItem", "no JSON", (0.0, 0.0)),
        ] {
            let status = 200_u16.try_into().unwrap();
            let (told, reply) = told(operation, HttpResponse::new(status, SdkBody::from(body))).await.unwrap();
            assert_eq!((told.read, told.written), charge, "{body}");
            assert_eq!(reply.body().bytes(), Some(body.as_bytes()));
        }
    }
}
