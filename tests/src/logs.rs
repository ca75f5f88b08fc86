//! What the functions of the running stack have logged, read from the emulator.

use serde::Deserialize;
use serde_json::json;

use crate::aws::{Request, ask};
use crate::{Result, Stack};

const KIND: &str = "application/x-amz-json-1.1";
const TARGET: &str = "Logs_20140328.FilterLogEvents";

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
    let mut lines = Vec::new();
    let mut next = None;
    loop {
        let mut question = json!({"logGroupName": group, "limit": 10_000});
        if let (Some(token), Some(question)) = (next.take(), question.as_object_mut()) {
            question.insert("nextToken".to_owned(), token);
        }
        let question = question.to_string();
        let answer = ask(stack, Request::json("logs", KIND, TARGET, &question))?;
        let found: Found = serde_json::from_str(&answer.body)?;
        lines.extend(found.events.into_iter().map(|event| event.message));
        match found.next {
            Some(token) => next = Some(token.into()),
            None => return Ok(lines),
        }
    }
}
