//! The pool's public keys: fetched once, kept as long as the process lives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::byte_stream::ByteStream;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use ring::signature::RsaPublicKeyComponents;
use serde::Deserialize;

/// Bytes of the list of keys at most: the pool has two.
const LARGEST: usize = 64 * 1024;
/// Seconds between two fetches at least: a token with an invented key makes nobody ask each time.
const AT_MOST_EVERY: i64 = 60;

/// Why there are no keys to check with.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// No answer from where the keys are
    #[error("the pool's keys cannot be fetched: {0}")]
    Fetch(String),
    /// An answer that is no list of keys
    #[error("the pool's keys cannot be read: {0}")]
    Unreadable(String),
}

/// An RSA key: modulus and exponent, big-endian.
pub(crate) type PublicKey = RsaPublicKeyComponents<Vec<u8>>;

/// The keys by their ids, and when they were fetched.
#[derive(Default)]
struct Known {
    keys: HashMap<String, Arc<PublicKey>>,
    asked: Option<Timestamp>,
}

/// The pool's public keys. Cheap to clone; clones know the same.
#[derive(Clone)]
pub struct Keys {
    url: String,
    connector: SharedHttpConnector,
    known: Arc<Mutex<Known>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.url)
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Jwk>,
}

/// A key as RFC 7517 writes it; those of other kinds are passed over.
#[derive(Deserialize)]
struct Jwk {
    kid: String,
    kty: String,
    #[serde(default)]
    n: String,
    #[serde(default)]
    e: String,
}

impl Keys {
    /// The keys at an address. Connects to nothing yet.
    #[must_use]
    pub fn at(url: String) -> Self {
        let patience = HttpConnectorSettings::builder()
            .connect_timeout(Duration::from_secs(1))
            .read_timeout(Duration::from_millis(2_500))
            .build();
        // The SDK's own client, with the TLS of the SDK: no second one for a single GET.
        let connector =
            Connector::builder().connector_settings(patience).tls_provider(Provider::Rustls(CryptoMode::Ring)).build();
        Self { url, connector: SharedHttpConnector::new(connector), known: Arc::default() }
    }

    /// The key of that id. Fetches the list when the id is not in it, at most once a minute.
    ///
    /// # Errors
    /// [`KeysError`], when the list was needed and could not be had.
    pub(crate) async fn key(&self, id: &str, now: Timestamp) -> Result<Option<Arc<PublicKey>>, KeysError> {
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(key) = known.keys.get(id) {
                return Ok(Some(Arc::clone(key)));
            }
            if known.asked.is_some_and(|asked| now.as_second() - asked.as_second() < AT_MOST_EVERY) {
                return Ok(None);
            }
        }
        // Two who ask at once both fetch, so that neither is refused for the other's sake. A fetch
        // that failed taught nothing: the next one may ask again.
        let keys = self.fetch().await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Known { keys, asked: Some(now) };
        Ok(known.keys.get(id).cloned())
    }

    async fn fetch(&self) -> Result<HashMap<String, Arc<PublicKey>>, KeysError> {
        let failed = |error: &dyn std::fmt::Display| KeysError::Fetch(error.to_string());
        let request = HttpRequest::get(&self.url).map_err(|error| failed(&error))?;
        let answer = self.connector.call(request).await.map_err(|error| failed(&error))?;
        if answer.status().as_u16() != 200 {
            return Err(KeysError::Fetch(format!("status {}", answer.status().as_u16())));
        }
        let (mut body, mut bytes) = (ByteStream::new(answer.into_body()), Vec::new());
        while let Some(part) = body.next().await {
            bytes.extend_from_slice(&part.map_err(|error| failed(&error))?);
            if bytes.len() > LARGEST {
                return Err(KeysError::Unreadable("too large".to_owned()));
            }
        }
        read(&bytes)
    }
}

fn read(bytes: &[u8]) -> Result<HashMap<String, Arc<PublicKey>>, KeysError> {
    let set: KeySet = serde_json::from_slice(bytes).map_err(|error| KeysError::Unreadable(error.to_string()))?;
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|error| KeysError::Unreadable(error.to_string()));
    let rsa = set.keys.into_iter().filter(|key| key.kty == "RSA");
    rsa.map(|key| Ok((key.kid, Arc::new(PublicKey { n: part(&key.n)?, e: part(&key.e)? })))).collect()
}
