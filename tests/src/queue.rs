//! Queues as SQS keeps them, and messages as Lambda gets them.

use serde_json::{Value, json};

use crate::aws::{Request, ask};
use crate::{Result, Stack};

const KIND: &str = "application/x-amz-json-1.0";
/// How often SQS gives out a message before it is put aside, in these tests.
const MOST: u32 = 6;

/// Makes a queue, which nobody empties. Answers with its address.
///
/// # Errors
/// An emulator that does not answer, or refuses.
pub fn create(stack: &Stack, name: &str) -> Result<String> {
    let asked = json!({"QueueName": name}).to_string();
    let answer: Value =
        serde_json::from_str(&ask(stack, Request::json("sqs", KIND, "AmazonSQS.CreateQueue", &asked))?.body)?;
    Ok(answer.get("QueueUrl").and_then(Value::as_str).ok_or("a queue without an address")?.to_owned())
}

/// The bodies of the messages that lie in a queue, ten at most; they are taken out of it.
///
/// # Errors
/// An emulator that does not answer, or refuses.
pub fn receive(stack: &Stack, url: &str) -> Result<Vec<String>> {
    let asked = json!({"QueueUrl": url, "MaxNumberOfMessages": 10}).to_string();
    let target = "AmazonSQS.ReceiveMessage";
    let answer: Value = serde_json::from_str(&ask(stack, Request::json("sqs", KIND, target, &asked))?.body)?;
    let mut bodies = Vec::new();
    for message in answer.get("Messages").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| message.get(name).and_then(Value::as_str).ok_or_else(|| format!("no {name}"));
        bodies.push(text("Body")?.to_owned());
        let taken = json!({"QueueUrl": url, "ReceiptHandle": text("ReceiptHandle")?}).to_string();
        ask(stack, Request::json("sqs", KIND, "AmazonSQS.DeleteMessage", &taken))?;
    }
    Ok(bodies)
}

/// A batch of one message, given out for the n-th time.
pub fn batch(body: &str, received: u32) -> Value {
    json!({"Records": [{
        "messageId": "2b5c1e0e-7f0a-4c6e-9b2e-661970000001",
        "body": body,
        "attributes": {"ApproximateReceiveCount": received.to_string()},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }]})
}

/// Gives a message out again until it is taken, as SQS does, beginning with its n-th time. `take`
/// says whether it was.
///
/// # Errors
/// Its own, or a message that is never taken.
pub async fn until_taken(first: u32, take: impl AsyncFn(u32) -> Result<bool>) -> Result<()> {
    for received in first..=MOST {
        if take(received).await? {
            return Ok(());
        }
    }
    Err("the message is never taken".into())
}
