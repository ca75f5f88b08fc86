//! The portal of this process behind an address on loopback, so that a whole journey of a
//! browser goes through it, and what each request asked of AWS.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Locale;
use jiff::SignedDuration;
use lambda_http::{Body, Response};
use register::Gateway;
use testkit::{Ask, Call, Fault};
use text::errors;
use web::Address;

use crate::portal::block_on;
use crate::ready::accept_scans;
use crate::undo::{Changes, Undo};
use crate::{Engine, Portal, Result, Stack, notes};

/// A request that was answered.
#[derive(Clone, Debug)]
pub struct Answered {
    /// GET or POST
    pub method: String,
    /// The address without its query
    pub path: String,
    /// The status
    pub status: u16,
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

/// What came of requests whose calls failed.
#[derive(Clone, Debug, Default)]
pub struct Broken {
    /// The method and the page, without what tells one draft from another
    pub requests: BTreeSet<String>,
    seen: BTreeSet<(String, Outcome)>,
    /// How many faults came about
    pub faults: usize,
    /// Where a visitor is not told, or the next try does not come to the same
    pub wrong: Vec<String>,
}

/// What a request comes to: the status, and the kind of page that it leads to.
type Outcome = (u16, Option<String>);

impl Loopback {
    /// Opens the portal over a stack, its clock stopped: what is noted once a minute is no page's own wait,
    /// however long the tests take.
    ///
    /// # Errors
    /// No free port, or a stack that is described only in part.
    pub fn open(stack: &Stack) -> Result<Self> {
        Self::over(stack, None, stopped)
    }

    /// The same, over tables to which nobody else writes. Each page that is looked at is looked at again with every fault
    /// at every one of its calls, and each form is sent with every fault at every one of its calls before it is sent.
    ///
    /// # Errors
    /// As [`Loopback::open`].
    pub fn breaking(stack: &Stack) -> Result<Self> {
        Self::over(stack, Some(Arc::default()), stopped)
    }

    /// The same, but every other request comes to a function whose clock is so far ahead of the others', or behind.
    ///
    /// # Errors
    /// As [`Loopback::open`].
    pub fn skewed(stack: &Stack, by: SignedDuration) -> Result<Self> {
        Self::answering(stack, (None, by), stopped)
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
        Self::answering(stack, (broken, SignedDuration::ZERO), changed)
    }

    fn answering(
        stack: &Stack,
        (broken, skew): (Option<Arc<Mutex<Broken>>>, SignedDuration),
        changed: impl FnOnce(Portal) -> Portal + Send + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let stack = Stack { origin: format!("http://{}", listener.local_addr()?), ..stack.clone() };
        let answered = Arc::new(Mutex::new(Vec::new()));
        let (behind, heard, breaks) = (stack.clone(), Arc::clone(&answered), broken.clone());
        // Of the same name: what is noted there is the test's.
        let test = std::thread::current().name().unwrap_or("loopback").to_owned();
        // One request after the other: the calls of two would mix.
        std::thread::Builder::new().name(test).spawn(move || {
            block_on(async move {
                let portal = changed(Portal::over(&behind, &behind.origin).await?);
                let undo = Undo::new(&behind);
                let portal = if breaks.is_some() { portal.remembering(&undo)? } else { portal };
                for (connection, skew) in listener.incoming().zip([SignedDuration::ZERO, skew].into_iter().cycle()) {
                    let mut connection = connection?;
                    let Some(asked) = Asked::read(&connection)? else { continue };
                    if let Some(broken) = &breaks {
                        Box::pin(break_at_every_call(&portal, &asked, &undo, broken)).await?;
                    }
                    portal.wait(skew);
                    let (one, reply) = answer(&portal, &asked).await?;
                    portal.wait(-skew);
                    if let (
                        Engine::DynamoDbLocal | Engine::Counted | Engine::Embedded,
                        Some(Address::Document(_, _, draft, ..)),
                    ) = (behind.engine, Address::parse(&one.path))
                    {
                        accept_scans(&portal, &draft).await?;
                    }
                    undo.forget();
                    // Noted before the browser goes on: it may ask at once what was answered.
                    lock(&heard).push(one);
                    connection.write_all(&reply)?;
                }
                Ok(())
            })
        })?;
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

    async fn sent(&self, portal: &Portal) -> Response<Body> {
        portal.answer(self.ask.clone().request()).await
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

/// Makes a request once for each fault at each of its calls, from the same state each time: the visitor sees what
/// would be seen, or is told in words that it does not work now; and who tries again comes to the same, with nothing lost
/// and nothing doubled.
async fn break_at_every_call(portal: &Portal, asked: &Asked, undo: &Undo, broken: &Mutex<Broken>) -> Result<()> {
    let reply = asked.sent(portal).await;
    let (calls, expected) = (portal.wire.take(), outcome(&reply));
    let changes = undo.changes()?;
    undo.undo()?;
    let name = format!("{} {}", asked.method, kind(&asked.path));
    {
        let mut broken = lock(broken);
        broken.requests.insert(name.clone());
        // Once as it is taken, and once as it is refused.
        if !broken.seen.insert((name, expected.clone())) {
            return Ok(());
        }
    }
    for (at, call) in calls.iter().enumerate() {
        for fault in faults_at(call) {
            let struck = portal.struck((at + 1, fault), async { Ok(asked.sent(portal).await) }).await?;
            let came = struck.outcome.as_ref().map(outcome);
            // Who was answered well does not try again.
            let again = match &came {
                Some(came) if *came == expected => expected.clone(),
                _ => outcome(&asked.sent(portal).await),
            };
            let became = undo.changes()?;
            undo.undo()?;
            let Some(call) = &struck.call else { continue };
            let told = struck.outcome.as_ref().is_none_or(|reply| {
                came.as_ref() == Some(&expected)
                    || !struck.is_unnoticed() && (says_so(reply) || leads_back(call, reply, asked))
            });
            let mut broken = lock(broken);
            broken.faults += 1;
            let case = format!("{} {}: {}", asked.method, asked.path, struck.case());
            if !told {
                broken.wrong.push(format!("{case}: {came:?} instead of {expected:?}"));
            } else if again != expected {
                broken.wrong.push(format!("{case}, then {again:?} instead of {expected:?}"));
            } else if !is_as_much(&became, &changes) {
                broken.wrong.push(format!("{case}, and again: {became:?} instead of {changes:?}"));
            } else {
                let survived = match came {
                    None => notes::Outcome::Died,
                    Some(came) if came == expected => notes::Outcome::Unnoticed,
                    Some(_) => notes::Outcome::Told,
                };
                notes::survived(call, (at + 1, fault), survived);
            }
        }
    }
    Ok(())
}

/// What can come to a call and matters there: of what only reads it is all one whether AWS heard it, and who dies at it has
/// done nothing.
fn faults_at(call: &Call) -> impl Iterator<Item = Fault> {
    const OF_READING: [Fault; 3] = [Fault::Unsent, Fault::Throttled, Fault::Denied];
    let reads = ["GetItem", "BatchGetItem", "Query", "GET", "HEAD"].contains(&call.operation.as_str());
    let all: &[Fault] = if reads { &OF_READING } else { &Fault::ALL };
    all.iter().copied().filter(|fault| fault.comes_to(call))
}

/// Whether a code could not be sent and the visitor is led back to the page that asked for it, which says so.
fn leads_back(call: &Call, reply: &Response<Body>, asked: &Asked) -> bool {
    let (_, location) = outcome(reply);
    asked.path.ends_with("/send-code")
        && ["sns", "sesv2"].contains(&call.service.as_str())
        && reply.status().as_u16() == 303
        && location.is_some_and(|to| to.ends_with("/contacts") || to.ends_with("/sign-in"))
}

/// Whether as much has changed as where nothing went wrong. What a request begins under a name of its own may be there once
/// more where its reply was lost: nobody knows of it, and all but the note of an import expires. So may be that somebody
/// looked, which is written of each look.
fn is_as_much(became: &Changes, changes: &Changes) -> bool {
    const BEGUN: [&str; 7] = [
        "application/audit came",
        "application/draft came",
        "import/import came",
        "office-session/session came",
        "office-sign-in/sign-in came",
        "session/session came",
        "sign-in/sign-in came",
    ];
    let count = |of: &Changes, kind: &str| of.get(kind).copied().unwrap_or_default();
    became.keys().chain(changes.keys()).all(|kind| {
        let (became, expected) = (count(became, kind), count(changes, kind));
        became == expected || BEGUN.contains(&kind.as_str()) && became > expected && expected > 0
    })
}

fn outcome(reply: &Response<Body>) -> Outcome {
    (reply.status().as_u16(), location(reply).map(kind))
}

fn location(reply: &Response<Body>) -> Option<&str> {
    reply.headers().get("location").and_then(|value| value.to_str().ok())
}

/// Whether it says in words that it does not work now.
fn says_so(reply: &Response<Body>) -> bool {
    let words = Locale::ALL
        .into_iter()
        .flat_map(|locale| [errors::UNAVAILABLE_TITLE.get(locale), errors::SERVER_TITLE.get(locale)]);
    let page = String::from_utf8_lossy(reply.body());
    reply.status().is_server_error() && words.into_iter().any(|words| page.contains(words))
}

/// Answers a request: what it took, and the reply as it goes over the wire.
async fn answer(portal: &Portal, asked: &Asked) -> Result<(Answered, Vec<u8>)> {
    portal.wire.take();
    let reply = asked.sent(portal).await;
    let calls = portal.wire.take();
    let location = location(&reply).map(str::to_owned);
    let mut head =
        format!("HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: {}\r\n", reply.status(), reply.body().len());
    for (name, value) in reply.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str()?));
    }
    head.push_str("\r\n");
    let (method, path, status) = (asked.method.clone(), asked.path.clone(), reply.status().as_u16());
    let answered = Answered { method, path, status, location, calls };
    Ok((answered, [head.as_bytes(), reply.body()].concat()))
}
