//! Start-up of every function, written once: tracing, configuration, AWS clients, serving.
//!
//! The environment is read here and nowhere else.

pub mod metrics;
pub mod queue;

use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use lambda_runtime::Error;

/// A variable of the environment that must be set is not.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set")]
pub struct MissingVariable(pub &'static str);

/// A variable of the environment has a value that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} has a value that cannot be used")]
pub struct BadVariable(pub &'static str);

/// A variable that must be set. It may be empty only where the reader says so.
///
/// # Errors
/// [`MissingVariable`], which ends the start-up and names the variable.
pub fn required(name: &'static str) -> Result<String, MissingVariable> {
    std::env::var(name).map_err(|_| MissingVariable(name))
}

/// A variable that may be absent or empty.
pub fn optional(name: &'static str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A variable that is `true` or `false`.
///
/// # Errors
/// Names the variable that is missing or neither.
pub fn flag(name: &'static str) -> Result<bool, Error> {
    match required(name)?.as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(BadVariable(name).into()),
    }
}

/// A variable that is a number, not below nought.
///
/// # Errors
/// Names the variable that is missing or no number.
pub fn number(name: &'static str) -> Result<u32, Error> {
    Ok(required(name)?.parse().map_err(|_| BadVariable(name))?)
}

/// The handler that this process was started for: `_HANDLER`, which the runtime sets from the
/// template. One multi-call binary chooses by it.
///
/// # Errors
/// [`MissingVariable`] outside of Lambda.
pub fn handler() -> Result<String, MissingVariable> {
    required("_HANDLER")
}

/// Structured JSON lines on standard output; `RUST_LOG` sets the level, info by default.
pub fn init_tracing() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let level = optional("RUST_LOG").unwrap_or_else(|| "info".to_owned());
        tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .without_time()
            .with_env_filter(tracing_subscriber::EnvFilter::new(level))
            .init();
    });
}

/// The AWS configuration of this process: region, credentials and endpoint from the
/// environment.
pub async fn aws() -> SdkConfig {
    aws_loader().load().await
}

/// What every AWS configuration of ours has: one HTTP client for all services, timeouts well
/// below every function's.
pub fn aws_loader() -> ConfigLoader {
    // One TLS stack with ring: see the note on the SDK in the root manifest.
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(4))
        .operation_timeout(Duration::from_secs(9))
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
}

/// Runs a function's `run` on a current-thread runtime.
///
/// # Errors
/// What `run` failed with: the start-up or the runtime's own connection.
pub fn block_on<F: Future<Output = Result<(), Error>>>(run: F) -> Result<(), Error> {
    init_tracing();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(run);
    if let Err(error) = &ended {
        tracing::error!(%error, "the function could not start or go on");
    }
    ended
}

/// Serves events that are not HTTP: the handler gets the event's payload.
///
/// # Errors
/// The runtime's own.
pub async fn serve_events<E, R, F, Fut>(handle: F) -> Result<(), Error>
where
    E: DeserializeOwned + Send,
    R: Serialize + Send,
    F: Fn(E) -> Fut,
    Fut: Future<Output = Result<R, Error>>,
{
    serve_invocations(|event, _| handle(event)).await
}

/// The same for a handler that also wants the id of the invocation, as the logs have it.
///
/// # Errors
/// The runtime's own.
pub async fn serve_invocations<E, R, F, Fut>(handle: F) -> Result<(), Error>
where
    E: DeserializeOwned + Send,
    R: Serialize + Send,
    F: Fn(E, String) -> Fut,
    Fut: Future<Output = Result<R, Error>>,
{
    lambda_runtime::run(service_fn(|event: LambdaEvent<E>| handle(event.payload, event.context.request_id))).await
}
