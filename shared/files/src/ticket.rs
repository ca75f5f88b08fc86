//! A ticket to put one file at one key, straight from the browser: a presigned POST.
//!
//! The policy fixes the key, the content type and the size, so the ticket is good for nothing
//! else. The SDK has no presigned POST; the key derivation and the signature are its own.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use serde::Serialize;
use serde_json::json;

/// Long enough for 10 MiB over a slow mobile network, short enough to be of no use to a finder.
const VALID: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);
/// One type for all: what the browser believes about the file is not asked.
pub(crate) const CONTENT_TYPE: &str = "application/octet-stream";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Where and with which fields a browser posts its file; the file itself is the last field.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Ticket {
    /// The bucket's address.
    pub url: String,
    /// The form's fields.
    pub fields: std::collections::BTreeMap<&'static str, String>,
}

/// A ticket is a permission: it is never printed.
impl std::fmt::Debug for Ticket {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Ticket").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Signs a ticket for one key and a file of at most so many bytes.
pub(crate) fn sign(
    credentials: &Credentials,
    region: &str,
    bucket: &str,
    url: String,
    (key, most): (String, u64),
    now: Timestamp,
) -> Ticket {
    let date = now.strftime("%Y%m%d");
    let date_time = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let credential = format!("{}/{date}/{region}/s3/aws4_request", credentials.access_key_id());
    let expiration = now.saturating_add(VALID).unwrap_or(now).strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    let mut fields = std::collections::BTreeMap::from([
        ("key", key),
        ("Content-Type", CONTENT_TYPE.to_owned()),
        ("x-amz-algorithm", ALGORITHM.to_owned()),
        ("x-amz-credential", credential),
        ("x-amz-date", date_time),
    ]);
    if let Some(token) = credentials.session_token() {
        fields.insert("x-amz-security-token", token.to_owned());
    }
    let mut conditions = vec![json!({ "bucket": bucket }), json!(["content-length-range", 1, most])];
    conditions.extend(fields.iter().map(|(name, value)| json!({ *name: value })));
    let policy = STANDARD.encode(json!({ "expiration": expiration, "conditions": conditions }).to_string());
    let signature = signature(&policy, credentials.secret_access_key(), now, region);
    fields.insert("policy", policy);
    fields.insert("x-amz-signature", signature);
    Ticket { url, fields }
}

/// The string to sign of a POST is the encoded policy itself.
fn signature(policy: &str, secret: &str, now: Timestamp, region: &str) -> String {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now.as_second()).unwrap_or_default());
    calculate_signature(generate_signing_key(secret, time, region, "s3"), policy.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_BYTES;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    /// "Example: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)"
    #[test]
    fn signs_the_published_example() {
        let policy = [
            r#"{ "expiration": "2015-12-30T12:00:00.000Z","#,
            r#"  "conditions": ["#,
            r#"    {"bucket": "sigv4examplebucket"},"#,
            r#"    ["starts-with", "$key", "user/user1/"],"#,
            r#"    {"acl": "public-read"},"#,
            r#"    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},"#,
            r#"    ["starts-with", "$Content-Type", "image/"],"#,
            r#"    {"x-amz-meta-uuid": "14365123651274"},"#,
            r#"    {"x-amz-server-side-encryption": "AES256"},"#,
            r#"    ["starts-with", "$x-amz-meta-tag", ""],"#,
            "",
            r#"    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},"#,
            r#"    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},"#,
            r#"    {"x-amz-date": "20151229T000000Z" }"#,
            "  ]",
            "}",
        ]
        .join("\r\n");
        let time: Timestamp = "2015-12-29T00:00:00Z".parse().expect("a time");
        assert_eq!(
            signature(&STANDARD.encode(policy), SECRET, time, "us-east-1"),
            "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"
        );
    }

    #[test]
    fn the_policy_fixes_every_field_the_size_and_the_time() {
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET, Some("the-token".to_owned()), None, "test");
        let now: Timestamp = "2026-04-01T04:00:00Z".parse().expect("a time");
        let ticket = sign(
            &credentials,
            "eu-central-1",
            "scans",
            "https://scans.s3.example/".to_owned(),
            ("uploads/d/photo/u".to_owned(), MAX_BYTES),
            now,
        );
        let policy = STANDARD.decode(ticket.fields.get("policy").expect("a policy")).expect("base64");
        let policy: serde_json::Value = serde_json::from_slice(&policy).expect("JSON");
        assert_eq!(policy.get("expiration"), Some(&json!("2026-04-01T04:10:00.000Z")));
        let conditions = policy.get("conditions").and_then(|list| list.as_array()).expect("a list");
        for expected in [
            json!({ "bucket": "scans" }),
            json!({ "key": "uploads/d/photo/u" }),
            json!({ "Content-Type": "application/octet-stream" }),
            json!(["content-length-range", 1, 10_485_760]),
            json!({ "x-amz-security-token": "the-token" }),
            json!({ "x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20260401/eu-central-1/s3/aws4_request" }),
            json!({ "x-amz-date": "20260401T040000Z" }),
            json!({ "x-amz-algorithm": "AWS4-HMAC-SHA256" }),
        ] {
            assert!(conditions.contains(&expected), "{expected} is missing");
        }
        assert_eq!(conditions.len(), 8, "a field that is not fixed could be anything");
        assert!(!format!("{ticket:?}").contains("the-token"));
    }
}
