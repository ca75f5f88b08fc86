//! What the functions of the running stack have logged, read from the emulator.

use domain::Timestamp;
use hmac::{Hmac, Mac};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::browser::Body;
use crate::{Browser, Result, Stack};

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    events: Vec<Event>,
    #[serde(rename = "nextToken")]
    next: Option<String>,
}

#[derive(Deserialize)]
struct Event {
    message: String,
}

/// Every line of the functions' log group, `PORTAL_TEST_LOGS`.
///
/// # Errors
/// An emulator that does not answer, or refuses.
pub fn lines(stack: &Stack) -> Result<Vec<String>> {
    let group =
        std::env::var("PORTAL_TEST_LOGS").map_err(|_| "PORTAL_TEST_LOGS is not set beside PORTAL_TEST_ORIGIN")?;
    let browser = Browser::new(&stack.endpoint);
    let mut lines = Vec::new();
    let mut next = None;
    loop {
        let mut question = json!({"logGroupName": group, "limit": 10_000});
        if let (Some(token), Some(question)) = (next.take(), question.as_object_mut()) {
            question.insert("nextToken".to_owned(), token);
        }
        let answer = ask(&browser, stack, &question.to_string())?;
        let found: Found = serde_json::from_str(&answer)?;
        lines.extend(found.events.into_iter().map(|event| event.message));
        match found.next {
            Some(token) => next = Some(token.into()),
            None => return Ok(lines),
        }
    }
}

/// Asks as the SDK would: the emulator checks signatures. The key is the emulator's own.
fn ask(browser: &Browser, stack: &Stack, question: &str) -> Result<String> {
    const KIND: &str = "application/x-amz-json-1.1";
    const TARGET: &str = "Logs_20140328.FilterLogEvents";
    const SIGNED: &str = "content-type;host;x-amz-date;x-amz-target";
    let host = stack.endpoint.split("://").nth(1).unwrap_or_default();
    let at = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let day = at.get(..8).unwrap_or_default();
    let scope = format!("{day}/us-east-1/logs/aws4_request");
    let canonical = format!(
        "POST\n/\n\ncontent-type:{KIND}\nhost:{host}\nx-amz-date:{at}\nx-amz-target:{TARGET}\n\n{SIGNED}\n{}",
        hash(question.as_bytes())
    );
    let to_sign = format!("AWS4-HMAC-SHA256\n{at}\n{scope}\n{}", hash(canonical.as_bytes()));
    let key =
        ["us-east-1", "logs", "aws4_request"].iter().try_fold(sign(b"AWS4test", day)?, |key, part| sign(&key, part))?;
    let signature = hex::encode(sign(&key, &to_sign)?);
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders={SIGNED}, Signature={signature}");
    let headers = [("x-amz-date", at.as_str()), ("x-amz-target", TARGET), ("authorization", authorization.as_str())];
    let page = browser.send("POST", "/", Some(Body { kind: KIND, bytes: question.as_bytes() }), &headers)?;
    if page.status == 200 { Ok(page.body) } else { Err(format!("the logs are refused: {}", page.body).into()) }
}

fn sign(key: &[u8], text: &str) -> Result<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
