//! What the bucket holds, read by other means than those that wrote it.

use crate::aws::{Request, ask};
use crate::browser::Body;
use crate::{Result, Stack};

/// Makes a bucket, to which nobody listens.
///
/// # Errors
/// An emulator that does not answer, or refuses.
pub fn create(stack: &Stack, name: &str) -> Result<()> {
    request(stack, "PUT", name, "").map(drop)
}

/// Puts something there.
///
/// # Errors
/// An emulator that does not answer, or refuses.
pub fn put(stack: &Stack, name: &str, key: &str) -> Result<()> {
    request(stack, "PUT", &format!("{name}/{key}"), "").map(drop)
}

/// What is there.
///
/// # Errors
/// An emulator that does not answer, or refuses; nothing there.
pub fn read(stack: &Stack, name: &str, key: &str) -> Result<String> {
    request(stack, "GET", &format!("{name}/{key}"), "")
}

/// The keys that begin so.
///
/// # Errors
/// An emulator that does not answer, or refuses.
pub fn keys(stack: &Stack, name: &str, start: &str) -> Result<Vec<String>> {
    let listed = request(stack, "GET", name, &format!("list-type=2&prefix={}", start.replace('/', "%2F")))?;
    let keys = listed.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>"));
    Ok(keys.map(|(key, _)| key.to_owned()).collect())
}

fn request(stack: &Stack, method: &str, name: &str, query: &str) -> Result<String> {
    let body = Body { kind: "application/xml", bytes: b"" };
    let path = format!("/{name}");
    Ok(ask(stack, Request { service: "s3", method, path: &path, query, target: None, body })?.body)
}
