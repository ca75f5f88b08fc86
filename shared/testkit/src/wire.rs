//! A wire to AWS that is watched and breaks where it is told to.
//!
//! It is the HTTP client of an `SdkConfig`, the one place that all services share: no code of
//! ours knows of it, and what it injects passes the SDK's own retries and decoders.

use std::future::{Future, pending};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use tokio::sync::Notify;

use crate::reply::Reply;
use crate::uses::{Use, acting, uses};
use crate::{Call, Charge, Item, items, meter};

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
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
    /// A transaction meets another one, or the first attempt of a write of one item does; calls that
    /// write no items are left alone
    Conflict,
    /// Every attempt is told to slow down
    Throttled,
    /// The function may not, or its credentials have expired
    Denied,
    /// The provider of SMS or mail will never take this message; other calls are left alone
    Refused,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::UnsentOnce,
        Self::Unsent,
        Self::ReplyLostOnce,
        Self::ReplyLost,
        Self::KilledBefore,
        Self::KilledAfter,
        Self::Conflict,
        Self::Throttled,
        Self::Denied,
        Self::Refused,
    ];

    /// Whether it can come to a call of this kind.
    pub fn comes_to(self, call: &Call) -> bool {
        match self {
            Self::Conflict => Reply::conflict(call, None).is_some(),
            Self::Throttled => Reply::throttled(call).is_some(),
            Self::Denied => Reply::denied(call).is_some(),
            Self::Refused => Reply::refused(call).is_some(),
            _ => true,
        }
    }

    /// Whether the function dies of it.
    pub const fn kills(self) -> bool {
        matches!(self, Self::KilledBefore | Self::KilledAfter)
    }

    /// Whether the call takes effect and the function does not hear of it.
    pub const fn is_unheard(self) -> bool {
        matches!(self, Self::ReplyLost | Self::KilledAfter)
    }
}

/// A call that has taken effect and whose reply has not come.
#[derive(Clone, Debug, Default)]
pub struct Held {
    done: Arc<Notify>,
    released: Arc<Notify>,
}

impl Held {
    /// Waits until the call has taken effect.
    pub async fn done(&self) {
        self.done.notified().await;
    }

    /// Lets the reply through.
    pub fn release(&self) {
        self.released.notify_one();
    }
}

/// What one attempt comes to.
#[derive(Clone, Debug)]
enum Strike {
    /// It does not reach AWS
    Lose,
    /// It takes effect and its reply is lost
    LoseReply,
    /// The function dies before
    KillBefore,
    /// The function dies after
    KillAfter,
    /// This answer instead of AWS's
    Answer(Reply),
    /// The reply is held back
    Hold(Held),
}

/// The wire. Its clones are the same wire.
#[derive(Clone, Debug, Default)]
pub struct Wire {
    seen: Arc<Mutex<Seen>>,
    dead: Arc<Notify>,
    metered: Metered,
    notes: Option<fn(Use)>,
    before_writing: Option<BeforeWriting>,
}

/// Whether DynamoDB is asked what a call costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Metered {
    #[default]
    No,
    /// Call by call
    Calls,
    /// Write by write of a transaction, which is none any more
    Writes,
}

/// Who is told of an item before it is written.
#[derive(Clone)]
struct BeforeWriting(Arc<dyn Fn(Item) + Send + Sync>);

impl std::fmt::Debug for BeforeWriting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BeforeWriting")
    }
}

#[derive(Debug, Default)]
struct Seen {
    calls: Vec<Call>,
    /// The SDK's ids of these calls: attempts of one call share theirs
    ids: Vec<String>,
    plan: Option<(RangeInclusive<usize>, Fault)>,
    held: Option<(usize, Held)>,
    struck: Option<usize>,
}

impl Wire {
    /// A wire that also asks DynamoDB what each call costs. Only DynamoDB Local answers: the
    /// question breaks the signature, which others check.
    pub fn metered() -> Self {
        Self { metered: Metered::Calls, ..Self::default() }
    }

    /// A metered wire that sends each write of a transaction as one of its own: of those that cost the same DynamoDB
    /// Local charges one only. For counting where nobody else is at work and nothing fails.
    pub fn counting() -> Self {
        Self { metered: Metered::Writes, ..Self::default() }
    }

    /// The same wire, on which each use of AWS by a function is told to somebody.
    #[must_use]
    pub fn noted(self, notes: fn(Use)) -> Self {
        Self { notes: Some(notes), ..self }
    }

    /// The same wire, on which somebody is told of each item before a request that may write it goes on to DynamoDB.
    #[must_use]
    pub fn telling_before_writing(self, told: impl Fn(Item) + Send + Sync + 'static) -> Self {
        Self { before_writing: Some(BeforeWriting(Arc::new(told))), ..self }
    }

    /// Another wire of the same kind, with nothing on it.
    #[must_use]
    pub fn another(&self) -> Self {
        let Self { metered, notes, before_writing, .. } = self;
        Self { metered: *metered, notes: *notes, before_writing: before_writing.clone(), ..Self::default() }
    }

    /// The same configuration over this wire. One without an HTTP client stays as it is.
    pub fn around(&self, aws: &SdkConfig) -> SdkConfig {
        let Some(inner) = aws.http_client() else { return aws.clone() };
        let client = SharedHttpClient::new(WatchedClient { inner, wire: self.clone() });
        aws.clone().into_builder().http_client(client).build()
    }

    /// Forgets what was seen and plans a fault for the n-th call from now, the first being 1.
    pub fn plan(&self, nth: usize, fault: Fault) {
        self.plan_all(nth..=nth, fault);
    }

    /// Forgets what was seen and plans a fault for each of some calls from now.
    pub fn plan_all(&self, calls: RangeInclusive<usize>, fault: Fault) {
        *self.seen() = Seen { plan: Some((calls, fault)), ..Seen::default() };
    }

    /// Forgets what was seen and holds back the reply to the n-th call from now, the first being 1.
    pub fn hold(&self, nth: usize) -> Held {
        let held = Held::default();
        *self.seen() = Seen { held: Some((nth, held.clone())), ..Seen::default() };
        held
    }

    /// The calls since the last time, and no more faults.
    pub fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.seen()).calls
    }

    /// The call to which the planned fault came, the last of several; none if it did not come about.
    pub fn struck(&self) -> Option<Call> {
        let seen = self.seen();
        seen.struck.and_then(|at| seen.calls.get(at)).cloned()
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

    /// Notes an attempt. Answers with the call's place and what awaits this attempt.
    fn begin(&self, request: &HttpRequest) -> (usize, Option<Strike>) {
        let id = request.headers().get("amz-sdk-invocation-id").unwrap_or_default().to_owned();
        let mut seen = self.seen();
        let at = match seen.ids.iter().position(|known| *known == id && !id.is_empty()) {
            Some(at) => at,
            None => {
                seen.ids.push(id);
                seen.calls.push(Call {
                    function: acting().unwrap_or_default(),
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
        let planned = seen.plan.as_ref().filter(|(calls, _)| calls.contains(&(at + 1))).map(|(_, fault)| *fault);
        let Some(call) = seen.calls.get_mut(at) else { return (at, None) };
        call.attempts += 1;
        let strike = planned.and_then(|fault| strike(fault, call, request));
        let strike =
            strike.or_else(|| seen.held.take_if(|(nth, _)| *nth == at + 1).map(|(_, held)| Strike::Hold(held)));
        if strike.is_some() {
            seen.struck = Some(at);
        }
        (at, strike)
    }

    fn end(&self, at: usize) {
        if let Some(call) = self.seen().calls.get_mut(at) {
            call.end = Some(Instant::now());
        }
    }

    /// Lets a request through.
    async fn pass(
        &self,
        inner: &SharedHttpConnector,
        at: usize,
        request: HttpRequest,
    ) -> Result<HttpResponse, ConnectorError> {
        if let (Some(told), Some(body)) = (&self.before_writing, request.body().bytes()) {
            items::written(&operation(&request), body).into_iter().for_each(|item| (told.0)(item));
        }
        if self.metered == Metered::No || service(&request) != "dynamodb" {
            return inner.call(request).await;
        }
        let operation = operation(&request);
        let apart = if self.metered == Metered::Writes { meter::apart(&request) } else { Vec::new() };
        let (mut next, mut others) = (request, apart.into_iter());
        if let Some(first) = others.next() {
            next = first;
        }
        loop {
            let (charge, reply) = meter::told(&operation, inner.call(meter::asking(next)).await?).await?;
            if let Some(call) = self.seen().calls.get_mut(at) {
                call.charge = call.charge.plus(charge);
            }
            match others.next().filter(|_| reply.status().is_success()) {
                Some(other) => next = other,
                None => return Ok(reply),
            }
        }
    }

    async fn kill(&self) -> ! {
        self.dead.notify_one();
        pending().await
    }
}

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
        if let Some(note) = wire.notes {
            uses(&service(&request), &operation(&request), &request).into_iter().for_each(note);
        }
        let (at, strike) = wire.begin(&request);
        HttpConnectorFuture::new(async move {
            let reply = match strike {
                None => wire.pass(&inner, at, request).await,
                Some(Strike::Lose) => Err(lost()),
                Some(Strike::LoseReply) => match wire.pass(&inner, at, request).await {
                    Ok(_) => Err(lost()),
                    Err(error) => Err(error),
                },
                Some(Strike::KillBefore) => wire.kill().await,
                Some(Strike::KillAfter) => {
                    // Whether it went well is nobody's concern any more.
                    drop(wire.pass(&inner, at, request).await);
                    wire.kill().await
                }
                Some(Strike::Answer(reply)) => reply.response().ok_or_else(lost),
                Some(Strike::Hold(held)) => {
                    let reply = wire.pass(&inner, at, request).await;
                    held.done.notify_one();
                    held.released.notified().await;
                    reply
                }
            };
            wire.end(at);
            reply
        })
    }
}

/// What a planned fault comes to at this attempt, if it comes to anything.
fn strike(fault: Fault, call: &Call, request: &HttpRequest) -> Option<Strike> {
    let first = call.attempts == 1;
    match fault {
        Fault::UnsentOnce => first.then_some(Strike::Lose),
        Fault::Unsent => Some(Strike::Lose),
        Fault::ReplyLostOnce => first.then_some(Strike::LoseReply),
        Fault::ReplyLost => Some(Strike::LoseReply),
        Fault::KilledBefore => Some(Strike::KillBefore),
        Fault::KilledAfter => Some(Strike::KillAfter),
        Fault::Conflict => Reply::conflict(call, request.body().bytes()).filter(|_| first).map(Strike::Answer),
        Fault::Throttled => Reply::throttled(call).map(Strike::Answer),
        Fault::Denied => Reply::denied(call).map(Strike::Answer),
        Fault::Refused => Reply::refused(call).map(Strike::Answer),
    }
}

fn lost() -> ConnectorError {
    ConnectorError::io("the connection was lost on purpose".into())
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
