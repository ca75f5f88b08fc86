//! The portal of this process behind an address on loopback, so that a whole journey of a
//! browser goes through it, and what each request asked of AWS.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use register::Gateway;
use testkit::{Ask, Call};
use web::Address;

use crate::portal::block_on;
use crate::ready::accept_scans;
use crate::{Engine, Portal, Result, Stack};

/// A request that was answered.
#[derive(Clone, Debug)]
pub struct Answered {
    /// GET or POST
    pub method: String,
    /// The address without its query
    pub path: String,
    /// Where the answer leads
    pub location: Option<String>,
    /// What it took
    pub calls: Vec<Call>,
}

/// The portal behind an address; it answers until the tests end.
#[derive(Debug)]
pub struct Loopback {
    /// The stack with its pages at this address
    pub stack: Stack,
    answered: Arc<Mutex<Vec<Answered>>>,
}

impl Loopback {
    /// Opens the portal over a stack, its clock stopped: what is noted once a minute is no page's own wait,
    /// however long the tests take.
    ///
    /// # Errors
    /// No free port, or a stack that is described only in part.
    pub fn open(stack: &Stack) -> Result<Self> {
        Self::over(stack, |portal| {
            portal.stop(portal.now());
            portal
        })
    }

    /// Opens the portal over a stack whose state register is behind a gateway.
    ///
    /// # Errors
    /// As [`Loopback::open`].
    pub fn with_gateway(stack: &Stack, gateway: Gateway) -> Result<Self> {
        Self::over(stack, |portal| portal.with_gateway(gateway))
    }

    fn over(stack: &Stack, changed: impl FnOnce(Portal) -> Portal + Send + 'static) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let stack = Stack { origin: format!("http://{}", listener.local_addr()?), ..stack.clone() };
        let answered = Arc::new(Mutex::new(Vec::new()));
        let (behind, heard) = (stack.clone(), Arc::clone(&answered));
        // One request after the other: the calls of two would mix.
        std::thread::spawn(move || {
            block_on(async move {
                let portal = changed(Portal::over(&behind, &behind.origin).await?);
                for connection in listener.incoming() {
                    let mut connection = connection?;
                    let Some((one, reply)) = answer(&portal, &connection).await? else { continue };
                    if let (Engine::DynamoDbLocal, Some(Address::Document(_, _, draft, ..))) =
                        (behind.engine, Address::parse(&one.path))
                    {
                        accept_scans(&portal, &draft).await?;
                    }
                    // Noted before the browser goes on: it may ask at once what was answered.
                    heard.lock().unwrap_or_else(PoisonError::into_inner).push(one);
                    connection.write_all(&reply)?;
                }
                Ok(())
            })
        });
        Ok(Self { stack, answered })
    }

    /// What was answered so far.
    pub fn answered(&self) -> Vec<Answered> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Reads a request and answers it: what it took, and the reply as it goes over the wire.
async fn answer(portal: &Portal, connection: &TcpStream) -> Result<Option<(Answered, Vec<u8>)>> {
    let mut reader = BufReader::new(connection);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split_whitespace();
    let (Some(method), Some(address)) = (words.next(), words.next()) else { return Ok(None) };
    let mut ask = Ask::new(method.parse()?, address);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        }
        ask = ask.header(name, value.trim());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;

    portal.wire.take();
    let reply = portal.answer(ask.body(body).request()).await;
    let calls = portal.wire.take();
    let location = reply.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut head =
        format!("HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: {}\r\n", reply.status(), reply.body().len());
    for (name, value) in reply.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str()?));
    }
    head.push_str("\r\n");
    let path = address.split('?').next().unwrap_or(address).to_owned();
    let answered = Answered { method: method.to_owned(), path, location, calls };
    Ok(Some((answered, [head.as_bytes(), reply.body()].concat())))
}
