//! The state register behind the city's gateway: HTTP and JSON.
//!
//! # What the gateway is asked
//!
//! One `POST` to `REGISTER_URL` for each look-up, with `Authorization: Bearer` and
//! `REGISTER_TOKEN`. No IIN is ever part of an address. `child` is `null` when only the parent is
//! asked for.
//!
//! ```json
//! {"parent": "991231500006", "child": "991231500016"}
//! ```
//!
//! # What it answers
//!
//! Status 200, `Content-Type: application/json`, at most [`LARGEST`] bytes of UTF-8. Fields that
//! are not named here are ignored.
//!
//! ```json
//! {
//!   "parent": {
//!     "iin": "991231500006",
//!     "surname": "Образцова",
//!     "name": "Образец",
//!     "patronymic": "Образцовна",
//!     "birth_date": "1990-02-03",
//!     "sex": "female",
//!     "phones": ["+77000000001"],
//!     "home": null
//!   },
//!   "child": {
//!     "iin": "991231500016",
//!     "surname": "Образцов",
//!     "name": "Пример",
//!     "patronymic": null,
//!     "birth_date": "2019-05-06",
//!     "sex": "male",
//!     "phones": [],
//!     "home": "микрорайон 17, дом 47, кв. 9"
//!   },
//!   "link": {"parent": "991231500006", "child": "991231500016", "kinship": "parent"}
//! }
//! ```
//!
//! | field | what |
//! |---|---|
//! | `parent`, `child` | who has the IIN asked for; `null` for nobody, and for a child that was not asked for |
//! | `link` | `null` unless the register links the two; `kinship` is `parent` or `guardian` |
//! | `surname`, `name` | as documents write them, 1–100 characters |
//! | `patronymic` | `null`, empty or left out where there is none |
//! | `birth_date` | `YYYY-MM-DD` |
//! | `sex` | `male` or `female` |
//! | `phones` | every number that the register links to the person, maybe none; only mobile numbers of Kazakhstan count |
//! | `home` | street, house and flat of the registered home as one line in Russian or Kazakh, at most 200 characters; `null` or left out where there is none **in this city**: the line is searched among the city's streets |
//!
//! Anything else is no answer, and the parent types everything by hand. The portal decides what of
//! an answer may be told: [`domain::directory::RegisterRecords::for_phones`].
//!
//! # How long it may take
//!
//! 2.5 seconds. After a failed connection, a slow answer or the status 429 or 5xx it is asked once
//! more: nothing is changed by asking, so it may be asked twice. Its certificate must come from an
//! authority that the function's image trusts, as it does the public ones.

mod answer;
mod fault;

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use domain::directory::{Register, RegisterDown, RegisterRecords};
use domain::{Date, Iin};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rustls::ClientConfig;
use serde_json::json;

pub use fault::Fault;

/// Bytes of an answer at most. Two people with many phones need a fraction of it.
pub const LARGEST: usize = 64 * 1024;

/// How long a look-up waits.
#[derive(Clone, Copy)]
struct Patience {
    /// For a connection, its encryption not counted
    connect: Duration,
    /// For a whole attempt, from the look-up of the name to the last byte read
    attempt: Duration,
}

impl Patience {
    /// Two attempts and the longest pause between them are 5.4 s: a parent looks at a still page no
    /// longer than that, and most of the function's 20 s remains for the tables.
    const USUAL: Self = Self { connect: Duration::from_secs(1), attempt: Duration::from_millis(2_500) };
}

/// `REGISTER_URL` or `REGISTER_TOKEN` cannot be used. Ends the start-up.
#[derive(Debug, thiserror::Error)]
pub enum BadGateway {
    /// Not `https`, with a user name in it, or no address. Plain HTTP is for this very machine only.
    #[error("REGISTER_URL must be an https address without a user name")]
    Url,
    /// Empty, or with signs that no header has.
    #[error("REGISTER_TOKEN must be one word of ASCII letters, digits and signs")]
    Token,
    /// No authority to check the gateway's certificate with.
    #[error("this machine trusts no certificate authority")]
    Authorities(#[source] io::Error),
    /// The TLS library's own.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

/// The register behind the city's gateway. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: Uri,
    authorization: HeaderValue,
    patience: Patience,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gateway({})", self.url.host().unwrap_or_default())
    }
}

impl Gateway {
    /// The gateway at an address, with the token that it asks for. Connects to nothing yet.
    ///
    /// # Errors
    /// [`BadGateway`].
    pub fn new(url: &str, token: &str) -> Result<Self, BadGateway> {
        let tls = tls()?.with_native_roots().map_err(BadGateway::Authorities)?.with_no_client_auth();
        Self::with(url, token, Patience::USUAL, tls)
    }

    fn with(url: &str, token: &str, patience: Patience, tls: ClientConfig) -> Result<Self, BadGateway> {
        let url: Uri = url.trim().parse().map_err(|_| BadGateway::Url)?;
        let named = url.authority().is_some_and(|authority| authority.as_str().contains('@'));
        if named || !(url.scheme_str() == Some("https") || url.scheme_str() == Some("http") && is_here(&url)) {
            return Err(BadGateway::Url);
        }
        let token = token.trim();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadGateway::Token);
        }
        let mut authorization = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| BadGateway::Token)?;
        authorization.set_sensitive(true);

        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(patience.connect));
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
        // A function is frozen between look-ups: a connection that was kept may be dead by then.
        let client =
            Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector.wrap_connector(tcp));
        Ok(Self { client, url, authorization, patience })
    }

    async fn ask(&self, parent: &Iin, child: Option<&Iin>) -> Result<RegisterRecords, Fault> {
        let question = json!({"parent": parent.as_str(), "child": child.map(Iin::as_str)}).to_string();
        let question = Bytes::from(question);
        let answer = match self.attempt(question.clone()).await {
            Err(fault) if fault.may_pass() => {
                tokio::time::sleep(pause()).await;
                self.attempt(question).await?
            }
            answer => answer?,
        };
        answer::read(&answer, parent, child, latest_birth())
    }

    async fn attempt(&self, question: Bytes) -> Result<Bytes, Fault> {
        tokio::time::timeout(self.patience.attempt, self.exchange(question)).await.map_err(|_| Fault::Slow)?
    }

    async fn exchange(&self, question: Bytes) -> Result<Bytes, Fault> {
        let mut request = Request::new(Full::new(question));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));

        let answer = self.client.request(request).await.map_err(|error| Fault::of(&error))?;
        if answer.status() != StatusCode::OK {
            return Err(Fault::Status(answer.status().as_u16()));
        }
        if !is_json(answer.headers()) {
            return Err(Fault::ContentType);
        }
        let body = Limited::new(answer.into_body(), LARGEST).collect().await.map_err(|error| Fault::of(&*error))?;
        Ok(body.to_bytes())
    }
}

impl Register for Gateway {
    async fn records(&self, parent: &Iin, child: Option<&Iin>) -> Result<RegisterRecords, RegisterDown> {
        self.ask(parent, child).await.map_err(|fault| RegisterDown(Box::new(fault)))
    }
}

/// TLS with ring, as for AWS: nothing else in the house may choose another provider.
fn tls() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, rustls::Error> {
    ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
}

/// Whether an address is on this very machine, where a test's gateway has no certificate.
fn is_here(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn is_json(headers: &HeaderMap) -> bool {
    let stated = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    stated.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// 100–355 ms: those whose attempts failed together do not come back together.
fn pause() -> Duration {
    let mut jitter = [0];
    // Without randomness the pause is the shortest one.
    getrandom::fill(&mut jitter).ok();
    Duration::from_millis(100) + Duration::from_millis(jitter.iter().copied().map(u64::from).sum())
}

/// The latest birth date that anybody on Earth can have.
fn latest_birth() -> Date {
    let today = Timestamp::now().to_zoned_datetime(TimeZone::UTC).date();
    today.tomorrow().unwrap_or(today)
}

#[cfg(test)]
mod tests;
