//! A server on loopback that answers what a test wants, right or wrong.

use std::io::{self, BufRead as _, BufReader, Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// The request line and the headers
    pub head: String,
    /// The body
    pub body: String,
}

/// The server; it answers until the tests end.
#[derive(Clone, Debug)]
pub struct Stub {
    /// Where it listens, a path included
    pub url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Stub {
    /// Listens, and answers each request with the bytes that `answer` gives for it: none at all
    /// hang up. Without an answer the other end waits.
    ///
    /// # Errors
    /// No free port.
    pub fn open(mut answer: impl FnMut(&Heard) -> Option<Vec<u8>> + Send + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let stub = Self { url: format!("http://{}/people", listener.local_addr()?), heard: Arc::default() };
        let kept = Arc::clone(&stub.heard);
        std::thread::spawn(move || {
            let mut waiting = Vec::new();
            for mut connection in listener.incoming().flatten() {
                // Whoever hangs up while speaking has still been here.
                let heard = hear(&connection).unwrap_or_default();
                let answer = answer(&heard);
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(heard);
                match answer {
                    // The other end may have enough of it before its end.
                    Some(bytes) => drop(connection.write_all(&bytes)),
                    None => waiting.push(connection),
                }
            }
        });
        Ok(stub)
    }

    /// The requests so far, unreadable ones empty.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// An address on this machine where nobody answers.
    ///
    /// # Errors
    /// No free port.
    pub fn nobody() -> io::Result<String> {
        Ok(format!("http://{}/people", TcpListener::bind(("127.0.0.1", 0))?.local_addr()?))
    }
}

/// A whole answer of a server.
pub fn reply(status: u16, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} \r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .into_bytes()
}

fn hear(connection: &TcpStream) -> io::Result<Heard> {
    let mut reader = BufReader::new(connection);
    let mut heard = Heard::default();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
        heard.head.push_str(&line);
    }
    reader.take(length).read_to_string(&mut heard.body)?;
    Ok(heard)
}
