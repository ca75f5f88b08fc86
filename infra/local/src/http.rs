//! Just enough HTTP to ask the emulator, or LocalStack, something.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The body of a `GET` to a host with its port, when it was answered with 200.
pub(crate) fn get(host: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    // 1.0: the answer is neither chunked nor kept open.
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?;
    (status == "200").then(|| body.to_owned())
}
