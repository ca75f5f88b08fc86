//! All functions behind one address on loopback, a thread for each core; and the services beside DynamoDB, which
//! take everything and keep nothing but the last texts.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::json;
use store::Tables;
use testkit::{Ask, Call};
use tests::portal::{Beside, block_on};
use tests::ready::accept_scans;
use tests::{Portal, Result, Stack};
use tokio::task::{LocalSet, spawn_local};
use web::Address;

/// A request that was answered.
#[derive(Clone, Debug)]
pub struct Answered {
    /// GET or POST
    pub method: String,
    /// The address without its query
    pub path: String,
    /// What it asked of AWS
    pub calls: Vec<Call>,
    /// What the check of a scan asked that came with it
    pub checks: Vec<Call>,
}

/// What SNS says of a text that it has taken.
const PUBLISHED: &str = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>\
    <MessageId>1</MessageId></PublishResult></PublishResponse>";

/// What was answered, in order, where that is noted.
pub type Log = Arc<Mutex<Vec<Answered>>>;

/// A free port: the address, and who listens.
///
/// # Errors
/// None is free.
pub fn bind() -> Result<(String, TcpListener)> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    Ok((format!("http://{}", listener.local_addr()?), listener))
}

/// Opens the portal over tables that are there, until the process ends. Where it is noted what each request asked
/// for, they come one after the other, to one thread.
///
/// # Errors
/// No more threads.
pub fn portal(stack: &Stack, listener: &TcpListener, tables: &Tables, threads: usize, log: Option<&Log>) -> Result<()> {
    for _ in 0..threads {
        let (stack, listener, tables, log) = (stack.clone(), listener.try_clone()?, tables.clone(), log.cloned());
        thread("portal", async move || {
            let portal = Rc::new(Portal::beside(&stack, tables, Beside::nothing()?).await?.warm());
            accept(listener, move |request| answer(Rc::clone(&portal), log.clone(), request)).await
        })?;
    }
    Ok(())
}

/// Opens the services beside DynamoDB: their address.
///
/// # Errors
/// No free port.
pub fn services() -> Result<String> {
    let (address, listener) = bind()?;
    thread("services", async move || {
        let texts = Rc::<RefCell<HashMap<String, String>>>::default();
        accept(listener, move |request| service(Rc::clone(&texts), request)).await
    })?;
    Ok(address)
}

/// A thread for what stays on it, with room for all functions in one future.
fn thread(name: &str, work: impl AsyncFnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    let run = move || block_on(async { LocalSet::new().run_until(work()).await });
    std::thread::Builder::new().name(name.to_owned()).stack_size(1 << 26).spawn(run)?;
    Ok(())
}

async fn accept<A, F>(listener: TcpListener, answer: A) -> Result<()>
where
    A: Fn(Request<Incoming>) -> F + Clone + 'static,
    F: Future<Output = Result<Response<Full<Bytes>>>> + 'static,
{
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        let service = service_fn(answer.clone());
        spawn_local(http1::Builder::new().serve_connection(TokioIo::new(connection), service));
    }
}

async fn answer(portal: Rc<Portal>, log: Option<Log>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let address = head.uri.path_and_query().map_or("/", |address| address.as_str());
    let mut ask = Ask::new(head.method.clone(), address);
    for (name, value) in &head.headers {
        ask = ask.header(name.as_str(), value.to_str().unwrap_or_default());
    }
    let ask = ask.body(body.collect().await?.to_bytes().into());
    let (parts, body) = portal.answer(ask.request()).await.into_parts();
    // The wire remembers what nobody asks it for.
    let calls = portal.wire.take();
    if head.method == Method::POST
        && let Some(Address::Document(_, _, draft, ..)) = Address::parse(head.uri.path())
    {
        accept_scans(&portal, &draft).await?;
    }
    let checks = portal.wire.take();
    if let Some(log) = log {
        let (method, path) = (head.method.to_string(), head.uri.path().to_owned());
        log.lock().unwrap_or_else(PoisonError::into_inner).push(Answered { method, path, calls, checks });
    }
    Ok(Response::from_parts(parts, Full::new(body.to_vec().into())))
}

/// SNS takes a text, and tells the last one to a phone as the emulator does; S3 takes whatever comes.
async fn service(
    texts: Rc<RefCell<HashMap<String, String>>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let asked = if head.method == Method::GET { head.uri.query().unwrap_or_default().as_bytes() } else { &body };
    let fields: HashMap<_, _> = form_urlencoded::parse(asked).into_owned().collect();
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let answer = if field("Action") == "Publish" {
        texts.borrow_mut().insert(field("PhoneNumber"), field("Message"));
        PUBLISHED.to_owned()
    } else if head.uri.path() == "/_ministack/sns/sms-messages" {
        let phone = field("phoneNumber");
        let sent: Vec<_> = texts.borrow().get(&phone).map(|text| json!({"Message": text})).into_iter().collect();
        json!({"sms_messages": {phone: sent}}).to_string()
    } else {
        String::new()
    };
    Ok(Response::new(Full::new(answer.into())))
}
