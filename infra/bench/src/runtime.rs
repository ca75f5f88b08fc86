//! Lambda's runtime API on loopback, for one function: it hands out events and hears the answers.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tests::Result;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

/// What the function says.
#[derive(Debug)]
pub enum Heard {
    /// It asks for an event
    Ready(Instant),
    /// It has answered one
    Answered(Instant, Bytes),
    /// It failed, in its own words
    Failed(String),
}

/// The API.
#[derive(Debug)]
pub struct Runtime {
    /// `AWS_LAMBDA_RUNTIME_API`
    pub address: String,
    events: mpsc::UnboundedSender<Bytes>,
    heard: mpsc::UnboundedReceiver<Heard>,
}

struct Desk {
    events: Mutex<mpsc::UnboundedReceiver<Bytes>>,
    heard: mpsc::UnboundedSender<Heard>,
}

impl Runtime {
    /// Opens it; it answers as long as the measurement goes on.
    ///
    /// # Errors
    /// No free port.
    pub async fn open() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?.to_string();
        let (events, waiting) = mpsc::unbounded_channel();
        let (say, heard) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk { events: Mutex::new(waiting), heard: say });
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let desk = Arc::clone(&desk);
                let answer = service_fn(move |request| answer(Arc::clone(&desk), request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(connection), answer));
            }
        });
        Ok(Self { address, events, heard })
    }

    /// Hands out an event, as soon as the function asks for one.
    ///
    /// # Errors
    /// The API has ended.
    pub fn give(&self, event: &Bytes) -> Result<()> {
        Ok(self.events.send(event.clone())?)
    }

    /// When the function next asks for an event.
    ///
    /// # Errors
    /// It fails, or does something else.
    pub async fn ready(&mut self) -> Result<Instant> {
        match self.heard.recv().await {
            Some(Heard::Ready(at)) => Ok(at),
            other => Err(format!("it does not ask for an event: {}", said(other)).into()),
        }
    }

    /// When the function answers, and what.
    ///
    /// # Errors
    /// It fails, or does something else.
    pub async fn answered(&mut self) -> Result<(Instant, Bytes)> {
        match self.heard.recv().await {
            Some(Heard::Answered(at, answer)) => Ok((at, answer)),
            other => Err(format!("it does not answer: {}", said(other)).into()),
        }
    }
}

/// What was heard instead, in the function's own words where it has some.
fn said(heard: Option<Heard>) -> String {
    match heard {
        Some(Heard::Failed(why)) => why,
        Some(Heard::Ready(_)) => "it asks for another event".to_owned(),
        Some(Heard::Answered(..)) => "it answers unasked".to_owned(),
        None => "it is gone".to_owned(),
    }
}

async fn answer(desk: Arc<Desk>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let asks = request.method() == Method::GET;
    let answers = request.uri().path().ends_with("/response");
    if asks {
        // Nobody listens any more when the function is ended.
        desk.heard.send(Heard::Ready(Instant::now())).ok();
        let event = desk.events.lock().await.recv().await.unwrap_or_default();
        let mut reply = Response::new(Full::new(event));
        let hour = jiff::Timestamp::now().as_millisecond() + 3_600_000;
        let headers = [
            ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
            ("lambda-runtime-deadline-ms", hour.to_string()),
            ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:000000000000:function:f".to_owned()),
            ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700".to_owned()),
            ("content-type", "application/json".to_owned()),
        ];
        for (name, value) in headers {
            if let Ok(value) = value.parse() {
                reply.headers_mut().insert(name, value);
            }
        }
        return Ok(reply);
    }
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let heard = match answers {
        true => Heard::Answered(Instant::now(), body),
        false => Heard::Failed(String::from_utf8_lossy(&body).into_owned()),
    };
    desk.heard.send(heard).ok();
    let mut reply = Response::new(Full::new(Bytes::new()));
    *reply.status_mut() = hyper::StatusCode::ACCEPTED;
    Ok(reply)
}
