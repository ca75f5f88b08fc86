//! What tests put around the functions: a wire to AWS that is watched and can break, requests as
//! the gateway hands them over, a site for them, and servers that answer as told. Nothing that is
//! deployed depends on it.

mod calls;
mod meter;
mod reply;
mod request;
mod school;
mod stub;
mod wire;

use std::time::Duration;

use aws_config::Region;
pub use aws_config::SdkConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_credential_types::Credentials;

pub use calls::{Call, Charge, sequential_waits};
pub use request::{Ask, site};
pub use school::school;
pub use stub::{Heard, Stub, reply};
pub use wire::{Fault, Held, Wire};

/// The same, and as patient as nobody is whom a page waits for: for crowds on a machine that is too slow
/// for them.
pub async fn patient(endpoint: &str) -> SdkConfig {
    let aws = emulator(endpoint).await;
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let timeouts = TimeoutConfig::builder().connect_timeout(minutes(1)).operation_attempt_timeout(minutes(2));
    let mut builder = aws.into_builder();
    builder.set_timeout_config(Some(timeouts.operation_timeout(minutes(4)).build()));
    // A request that waits in line for seconds counts as stalled otherwise.
    builder.set_stalled_stream_protection(Some(StalledStreamProtectionConfig::disabled()));
    builder.build()
}

/// The functions' own AWS configuration, timeouts and retries included, towards an emulator. Only the
/// pauses between the SDK's retries are short: they are for AWS's good, and the tests' time.
pub async fn emulator(endpoint: &str) -> SdkConfig {
    let aws = lambda::aws_loader()
        .endpoint_url(endpoint)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "testkit"))
        .load()
        .await;
    let retries = aws.retry_config().cloned().map(|retries| retries.with_initial_backoff(Duration::from_millis(10)));
    let mut builder = aws.into_builder();
    builder.set_retry_config(retries);
    builder.build()
}
