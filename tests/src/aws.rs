//! Requests to the emulator's own services, signed as the SDK would: it checks signatures.

use std::process::Command;

use domain::Timestamp;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::browser::Body;
use crate::{Browser, Page, Result, Stack};

/// One request to a service.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The service's name in signatures
    pub service: &'a str,
    /// The HTTP method
    pub method: &'a str,
    /// The path, of characters that need no escaping
    pub path: &'a str,
    /// The query in the order of its names, escaped, without its question mark
    pub query: &'a str,
    /// `X-Amz-Target`, for services that want one
    pub target: Option<&'a str>,
    /// The body
    pub body: Body<'a>,
}

impl<'a> Request<'a> {
    /// Asks a service that takes JSON and the name of what it is to do.
    pub const fn json(service: &'a str, kind: &'a str, target: &'a str, asked: &'a str) -> Self {
        let body = Body { kind, bytes: asked.as_bytes() };
        Self { service, method: "POST", path: "/", query: "", target: Some(target), body }
    }
}

/// Asks a service of the emulator, with the emulator's own key.
///
/// # Errors
/// No answer, or a refusal.
pub fn ask(stack: &Stack, request: Request<'_>) -> Result<Page> {
    let Request { service, method, path, query, target, body } = request;
    let endpoint = stack.endpoint_of(service);
    let host = endpoint.split("://").nth(1).unwrap_or_default();
    let at = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let day = at.get(..8).unwrap_or_default();
    let scope = format!("{day}/us-east-1/{service}/aws4_request");
    let digest = hash(body.bytes);
    let mut headers = vec![
        ("content-type", body.kind),
        ("host", host),
        ("x-amz-content-sha256", digest.as_str()),
        ("x-amz-date", at.as_str()),
    ];
    headers.extend(target.map(|target| ("x-amz-target", target)));
    let signed = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{signed}\n{digest}");
    let to_sign = format!("AWS4-HMAC-SHA256\n{at}\n{scope}\n{}", hash(canonical.as_bytes()));
    let key = ["us-east-1", service, "aws4_request"]
        .iter()
        .try_fold(sign(b"AWS4test", day)?, |key, part| sign(&key, part))?;
    let signature = hex::encode(sign(&key, &to_sign)?);
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders={signed}, Signature={signature}");
    // The client adds the host and, from the body, its type.
    headers.retain(|(name, _)| name.starts_with("x-amz-"));
    headers.push(("authorization", &authorization));
    let address = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let page = Browser::new(endpoint).send(method, &address, Some(body), &headers)?;
    if page.status == 200 { Ok(page) } else { Err(format!("{service} answers {}: {}", page.status, page.body).into()) }
}

fn sign(key: &[u8], text: &str) -> Result<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Runs a tool of `infra` as the operator does; what it prints.
///
/// # Errors
/// What it complains of.
pub fn tool(stack: &Stack, name: &str, words: &[&str]) -> Result<String> {
    let python = std::env::var("PORTAL_TEST_PYTHON").map_err(|_| "PORTAL_TEST_PYTHON is not set")?;
    let mut command = Command::new(python);
    command.arg(format!("{}/../infra/{name}", env!("CARGO_MANIFEST_DIR"))).args(words);
    command.envs([
        ("AWS_ENDPOINT_URL_DYNAMODB", stack.endpoint_of("dynamodb")),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", &stack.endpoint),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("NO_PROXY", "localhost"),
    ]);
    let ended = command.output()?;
    if ended.status.success() {
        Ok(String::from_utf8(ended.stdout)?)
    } else {
        Err(String::from_utf8_lossy(&ended.stderr).into_owned().into())
    }
}
