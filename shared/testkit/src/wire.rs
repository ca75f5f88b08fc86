//! A wire to AWS that is watched and breaks where it is told to.
//!
//! It is the HTTP client of an `SdkConfig`, the one place that all services share: no code of
//! ours knows of it, and what it injects passes the SDK's own retries and decoders.

use std::future::{Future, pending};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use tokio::sync::Notify;

use crate::{Call, Charge, meter};

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The first attempt does not reach AWS; the SDK tries again
    UnsentOnce,
    /// No attempt reaches AWS
    Unsent,
    /// The first attempt takes effect and its reply is lost; the SDK tries again
    ReplyLostOnce,
    /// Every attempt takes effect and every reply is lost
    ReplyLost,
    /// The function dies before the call takes effect
    KilledBefore,
    /// The function dies after the call took effect
    KilledAfter,
    /// A transaction meets another one; calls that are no transaction are left alone
    Conflict,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::UnsentOnce,
        Self::Unsent,
        Self::ReplyLostOnce,
        Self::ReplyLost,
        Self::KilledBefore,
        Self::KilledAfter,
        Self::Conflict,
    ];
}

/// The wire. Its clones are the same wire.
#[derive(Clone, Debug, Default)]
pub struct Wire {
    seen: Arc<Mutex<Seen>>,
    dead: Arc<Notify>,
    metered: bool,
}

#[derive(Debug, Default)]
struct Seen {
    calls: Vec<Call>,
    /// The SDK's ids of these calls: attempts of one call share theirs
    ids: Vec<String>,
    plan: Option<(usize, Fault)>,
    struck: bool,
}

impl Wire {
    /// A wire that also asks DynamoDB what each call costs. Only DynamoDB Local answers: the
    /// question breaks the signature, which others check.
    pub fn metered() -> Self {
        Self { metered: true, ..Self::default() }
    }

    /// The same configuration over this wire. One without an HTTP client stays as it is.
    pub fn around(&self, aws: &SdkConfig) -> SdkConfig {
        let Some(inner) = aws.http_client() else { return aws.clone() };
        let client = SharedHttpClient::new(WatchedClient { inner, wire: self.clone() });
        aws.clone().into_builder().http_client(client).build()
    }

    /// Forgets what was seen and plans a fault for the n-th call from now, the first being 1.
    pub fn plan(&self, nth: usize, fault: Fault) {
        *self.seen() = Seen { plan: Some((nth, fault)), ..Seen::default() };
    }

    /// The calls since the last time, and no more faults.
    pub fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.seen()).calls
    }

    /// Whether the planned fault came about.
    pub fn struck(&self) -> bool {
        self.seen().struck
    }

    /// The outcome of a handler, none if it was killed at a call: then it never goes on.
    pub async fn outcome<T>(&self, handler: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.dead.notified() => None,
            outcome = handler => Some(outcome),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes an attempt. Answers with the call's place and the fault that awaits this attempt.
    fn begin(&self, request: &HttpRequest) -> (usize, Option<Fault>) {
        let id = request.headers().get("amz-sdk-invocation-id").unwrap_or_default().to_owned();
        let mut seen = self.seen();
        let at = match seen.ids.iter().position(|known| *known == id && !id.is_empty()) {
            Some(at) => at,
            None => {
                seen.ids.push(id);
                seen.calls.push(Call {
                    service: service(request),
                    operation: operation(request),
                    start: Instant::now(),
                    end: None,
                    attempts: 0,
                    charge: Charge::default(),
                });
                seen.calls.len() - 1
            }
        };
        let planned = seen.plan.filter(|(nth, _)| *nth == at + 1).map(|(_, fault)| fault);
        let Some(call) = seen.calls.get_mut(at) else { return (at, None) };
        call.attempts += 1;
        let fault = planned.filter(|fault| match fault {
            Fault::UnsentOnce | Fault::ReplyLostOnce => call.attempts == 1,
            Fault::Conflict => call.operation == "TransactWriteItems",
            Fault::Unsent | Fault::ReplyLost | Fault::KilledBefore | Fault::KilledAfter => true,
        });
        seen.struck |= fault.is_some();
        (at, fault)
    }

    fn end(&self, at: usize) {
        if let Some(call) = self.seen().calls.get_mut(at) {
            call.end = Some(Instant::now());
        }
    }

    /// Lets a request through.
    async fn pass(&self, inner: &SharedHttpConnector, at: usize, request: HttpRequest) -> Reply {
        if !self.metered || service(&request) != "dynamodb" {
            return inner.call(request).await;
        }
        let operation = operation(&request);
        let (charge, reply) = meter::told(&operation, inner.call(meter::asking(request)).await?).await?;
        if let Some(call) = self.seen().calls.get_mut(at) {
            call.charge = call.charge.plus(charge);
        }
        Ok(reply)
    }

    async fn kill(&self) -> ! {
        self.dead.notify_one();
        pending().await
    }
}

type Reply = Result<HttpResponse, ConnectorError>;

#[derive(Debug)]
struct WatchedClient {
    inner: SharedHttpClient,
    wire: Wire,
}

impl HttpClient for WatchedClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(WatchedConnector { inner, wire: self.wire.clone() })
    }
}

#[derive(Debug)]
struct WatchedConnector {
    inner: SharedHttpConnector,
    wire: Wire,
}

impl HttpConnector for WatchedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (inner, wire) = (self.inner.clone(), self.wire.clone());
        let (at, fault) = wire.begin(&request);
        HttpConnectorFuture::new(async move {
            let reply = match fault {
                None => wire.pass(&inner, at, request).await,
                Some(Fault::Unsent | Fault::UnsentOnce) => Err(lost()),
                Some(Fault::ReplyLost | Fault::ReplyLostOnce) => match wire.pass(&inner, at, request).await {
                    Ok(_) => Err(lost()),
                    Err(error) => Err(error),
                },
                Some(Fault::KilledBefore) => wire.kill().await,
                Some(Fault::KilledAfter) => {
                    // Whether it went well is nobody's concern any more.
                    drop(wire.pass(&inner, at, request).await);
                    wire.kill().await
                }
                Some(Fault::Conflict) => conflict(),
            };
            wire.end(at);
            reply
        })
    }
}

fn lost() -> ConnectorError {
    ConnectorError::io("the connection was lost on purpose".into())
}

/// What DynamoDB answers when two transactions meet; no emulator does.
fn conflict() -> Reply {
    let status = 400_u16.try_into().map_err(|_| lost())?;
    let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]","CancellationReasons":[{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"},{"Code":"None"},{"Code":"None"}]}"#;
    let mut reply = HttpResponse::new(status, SdkBody::from(body));
    reply.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    Ok(reply)
}

/// `dynamodb` of `… api/dynamodb#1.136.0 …`.
fn service(request: &HttpRequest) -> String {
    let agent = request.headers().get("x-amz-user-agent").unwrap_or_default();
    let named = agent.split(' ').find_map(|part| part.strip_prefix("api/"));
    named.and_then(|name| name.split(['#', '/']).next()).unwrap_or("?").to_owned()
}

/// By the JSON protocols' header, else by the query protocol's `Action`, else the method.
fn operation(request: &HttpRequest) -> String {
    if let Some((_, operation)) = request.headers().get("x-amz-target").and_then(|target| target.split_once('.')) {
        return operation.to_owned();
    }
    let form = request.body().bytes().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let action = form.and_then(|form| form.strip_prefix("Action=")?.split('&').next());
    action.unwrap_or(request.method()).to_owned()
}
