//! The portal of this process behind an address on loopback, so that a whole journey of a
//! browser goes through it, and what each request asked of AWS.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Locale;
use lambda_http::http::StatusCode;
use register::Gateway;
use testkit::{Ask, Call, Fault};
use text::errors;
use web::Address;

use crate::portal::block_on;
use crate::ready::accept_scans;
use crate::{Engine, Portal, Result, Stack, notes};

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
    broken: Option<Arc<Mutex<Broken>>>,
}

/// What came of pages whose calls failed.
#[derive(Clone, Debug, Default)]
pub struct Broken {
    /// The pages, without what tells one draft from another
    pub pages: BTreeSet<String>,
    seen: BTreeSet<(String, u16)>,
    /// How many faults came about
    pub faults: usize,
    /// Where a visitor is not told, or the next one sees another page
    pub wrong: Vec<String>,
}

impl Loopback {
    /// Opens the portal over a stack, its clock stopped: what is noted once a minute is no page's own wait,
    /// however long the tests take.
    ///
    /// # Errors
    /// No free port, or a stack that is described only in part.
    pub fn open(stack: &Stack) -> Result<Self> {
        Self::over(stack, None, stopped)
    }

    /// The same. Each page that is looked at is looked at again with every fault at every one of its calls.
    ///
    /// # Errors
    /// As [`Loopback::open`].
    pub fn breaking(stack: &Stack) -> Result<Self> {
        Self::over(stack, Some(Arc::default()), stopped)
    }

    /// Opens the portal over a stack whose state register is behind a gateway.
    ///
    /// # Errors
    /// As [`Loopback::open`].
    pub fn with_gateway(stack: &Stack, gateway: Gateway) -> Result<Self> {
        Self::over(stack, None, |portal| portal.with_gateway(gateway))
    }

    fn over(
        stack: &Stack,
        broken: Option<Arc<Mutex<Broken>>>,
        changed: impl FnOnce(Portal) -> Portal + Send + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let stack = Stack { origin: format!("http://{}", listener.local_addr()?), ..stack.clone() };
        let answered = Arc::new(Mutex::new(Vec::new()));
        let (behind, heard, breaks) = (stack.clone(), Arc::clone(&answered), broken.clone());
        // One request after the other: the calls of two would mix.
        std::thread::spawn(move || {
            block_on(async move {
                let portal = changed(Portal::over(&behind, &behind.origin).await?);
                for connection in listener.incoming() {
                    let mut connection = connection?;
                    let Some(asked) = Asked::read(&connection)? else { continue };
                    let (one, reply, status) = answer(&portal, &asked).await?;
                    if let (Some(broken), "GET") = (&breaks, one.method.as_str()) {
                        Box::pin(look_again(&portal, &asked, &one, status, broken)).await?;
                    }
                    if let (Engine::DynamoDbLocal, Some(Address::Document(_, _, draft, ..))) =
                        (behind.engine, Address::parse(&one.path))
                    {
                        accept_scans(&portal, &draft).await?;
                    }
                    // Noted before the browser goes on: it may ask at once what was answered.
                    lock(&heard).push(one);
                    connection.write_all(&reply)?;
                }
                Ok(())
            })
        });
        Ok(Self { stack, answered, broken })
    }

    /// What came of pages whose calls failed; nothing where none was to fail.
    pub fn broken(&self) -> Broken {
        self.broken.as_ref().map(|broken| lock(broken).clone()).unwrap_or_default()
    }

    /// What was answered so far.
    pub fn answered(&self) -> Vec<Answered> {
        lock(&self.answered).clone()
    }
}

fn stopped(portal: Portal) -> Portal {
    portal.stop(portal.now());
    portal
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request as it came.
struct Asked {
    method: String,
    path: String,
    ask: Ask,
}

impl Asked {
    fn read(connection: &TcpStream) -> Result<Option<Self>> {
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
        let path = address.split('?').next().unwrap_or(address).to_owned();
        Ok(Some(Self { method: method.to_owned(), path, ask: ask.body(body) }))
    }
}

/// The kind of page that an address leads to, without what tells one draft, school or file from another.
pub fn kind(path: &str) -> String {
    let is_hex = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    // What was put for a name says nothing of what follows it.
    let mut before = "";
    let parts = path.split('/').map(|part| {
        before = match (before, part) {
            (_, "ru" | "kk") => "{l}",
            (_, part) if is_hex(part, 32) => "{draft}",
            (_, part) if is_hex(part, 64) => "{token}",
            ("documents" | "scans", _) => "{slot}",
            ("assets" | "directory", _) => "{file}",
            ("queue" | "places", _) => "{school}",
            ("schools", part) if part != "compare" => "{school}",
            ("teachers", _) => "{teacher}",
            ("camps", _) => "{shift}",
            (_, "kazakh" | "russian") => "{language}",
            (_, part) => part,
        };
        before
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Looks at a page once more for each fault at each of its calls: the visitor sees it, or is told in words that it
/// does not work now; the next one sees it.
async fn look_again(
    portal: &Portal,
    asked: &Asked,
    answered: &Answered,
    status: StatusCode,
    broken: &Mutex<Broken>,
) -> Result<()> {
    const FAULTS: [Fault; 5] =
        [Fault::UnsentOnce, Fault::Unsent, Fault::ReplyLost, Fault::Throttled, Fault::KilledBefore];
    {
        let mut broken = lock(broken);
        broken.pages.insert(kind(&asked.path));
        // Once as it is shown, and once as it leads elsewhere.
        if !broken.seen.insert((kind(&asked.path), status.as_u16())) {
            return Ok(());
        }
    }
    let words: Vec<&str> = Locale::ALL
        .into_iter()
        .flat_map(|locale| [errors::UNAVAILABLE_TITLE.get(locale), errors::SERVER_TITLE.get(locale)])
        .collect();
    for nth in 1..=answered.calls.len() {
        for fault in FAULTS {
            let answer = async { Ok(portal.answer(asked.ask.clone().request()).await) };
            let struck = portal.struck((nth, fault), answer).await?;
            let Some(call) = &struck.call else { continue };
            let told = struck.outcome.as_ref().is_none_or(|reply| {
                let page = String::from_utf8_lossy(reply.body()).into_owned();
                let says = reply.status().is_server_error() && words.iter().any(|words| page.contains(words));
                reply.status() == status || (says && !struck.is_unnoticed())
            });
            let mut broken = lock(broken);
            broken.faults += 1;
            if told {
                notes::survived(call, nth, fault);
            } else {
                let came = struck.outcome.as_ref().map(lambda_http::Response::status);
                broken.wrong.push(format!("{}: {}: {came:?} instead of {status}", asked.path, struck.case()));
            }
        }
        let next = portal.answer(asked.ask.clone().request()).await.status();
        if next != status {
            lock(broken).wrong.push(format!("{}: {next} instead of {status} after faults at call {nth}", asked.path));
        }
    }
    Ok(())
}

/// Answers a request: what it took, and the reply as it goes over the wire.
async fn answer(portal: &Portal, asked: &Asked) -> Result<(Answered, Vec<u8>, StatusCode)> {
    portal.wire.take();
    let reply = portal.answer(asked.ask.clone().request()).await;
    let calls = portal.wire.take();
    let location = reply.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut head =
        format!("HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: {}\r\n", reply.status(), reply.body().len());
    for (name, value) in reply.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str()?));
    }
    head.push_str("\r\n");
    let answered = Answered { method: asked.method.clone(), path: asked.path.clone(), location, calls };
    Ok((answered, [head.as_bytes(), reply.body()].concat(), reply.status()))
}
