//! Answers of AWS that no emulator gives.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;

use crate::Call;

const JSON: &str = "application/x-amz-json-1.0";
const XML: &str = "text/xml";

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    kind: &'static str,
    body: String,
}

impl Reply {
    /// A transaction is at work on the items of this write. A transaction is told so by a reason for
    /// each of its writes; here it is always the first that meets the other.
    pub(crate) fn conflict(call: &Call, asked: Option<&[u8]>) -> Option<Self> {
        let body = match (call.service.as_str(), call.operation.as_str()) {
            ("dynamodb", "TransactWriteItems") => {
                let asked: serde_json::Value = serde_json::from_slice(asked.unwrap_or_default()).unwrap_or_default();
                let writes = asked.get("TransactItems").and_then(serde_json::Value::as_array).map_or(1, Vec::len);
                let met = r#"{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"}"#;
                let others = r#",{"Code":"None"}"#.repeat(writes.saturating_sub(1));
                format!(
                    r#"{{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"Transaction cancelled","CancellationReasons":[{met}{others}]}}"#
                )
            }
            ("dynamodb", "PutItem" | "UpdateItem" | "DeleteItem") => json_error(
                "com.amazonaws.dynamodb.v20120810#TransactionConflictException",
                "Transaction is ongoing for the item",
            ),
            _ => return None,
        };
        Some(Self { status: 400, kind: JSON, body })
    }

    /// The service is asked too much.
    pub(crate) fn throttled(call: &Call) -> Option<Self> {
        let json = |status, code| Self { status, kind: JSON, body: json_error(code, "Rate exceeded") };
        Some(match call.service.as_str() {
            "dynamodb" => json(400, "com.amazonaws.dynamodb.v20120810#ThrottlingException"),
            "sqs" => json(400, "com.amazonaws.sqs#RequestThrottled"),
            "sesv2" => json(429, "TooManyRequestsException"),
            "sns" => xml_error(400, "Throttling"),
            "s3" => {
                let body = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
                Self { status: 503, kind: XML, body: body.to_owned() }
            }
            _ => return None,
        })
    }

    /// The function's role does not allow it, or its credentials have expired: AWS's words for both are told alike.
    pub(crate) fn denied(call: &Call) -> Option<Self> {
        let json = |status, code| Self { status, kind: JSON, body: json_error(code, "not authorized to perform this") };
        Some(match call.service.as_str() {
            "dynamodb" => json(400, "com.amazon.coral.service#AccessDeniedException"),
            "sqs" => json(403, "com.amazonaws.sqs#AccessDeniedException"),
            "sesv2" => json(403, "AccessDeniedException"),
            "cognitoidentityprovider" => json(400, "AccessDeniedException"),
            "sns" => xml_error(403, "AuthorizationError"),
            "s3" => {
                let body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
                Self { status: 403, kind: XML, body: body.to_owned() }
            }
            _ => return None,
        })
    }

    /// The message cannot be sent to anybody, ever.
    pub(crate) fn refused(call: &Call) -> Option<Self> {
        match call.service.as_str() {
            "sns" => Some(xml_error(400, "InvalidParameter")),
            "sesv2" => Some(Self {
                status: 400,
                kind: JSON,
                body: json_error("MessageRejected", "Email address is not verified"),
            }),
            _ => None,
        }
    }

    /// As it comes over the wire; none of a status that is none.
    pub(crate) fn response(self) -> Option<HttpResponse> {
        let mut response = HttpResponse::new(self.status.try_into().ok()?, SdkBody::from(self.body));
        response.headers_mut().insert("content-type", self.kind);
        Some(response)
    }
}

fn json_error(code: &str, message: &str) -> String {
    format!(r#"{{"__type":"{code}","message":"{message}"}}"#)
}

fn xml_error(status: u16, code: &str) -> Reply {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{code}</Message></Error>");
    Reply { status, kind: XML, body: format!("<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>") }
}
