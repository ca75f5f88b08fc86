//! What tests put around the functions: a wire to AWS that is watched and can break, requests as
//! the gateway hands them over, a site for them, and servers that answer as told. Nothing that is
//! deployed depends on it.

mod calls;
mod items;
mod meter;
mod reply;
mod request;
mod school;
mod stub;
mod uses;
mod wire;

use std::time::Duration;

use aws_config::Region;
pub use aws_config::SdkConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_credential_types::Credentials;

pub use calls::{Call, Charge, sequential_waits};
pub use items::Item;
pub use request::{Ask, site};
pub use school::school;
pub use stub::{Heard, Stub, reply};
pub use uses::{Use, acting_as};
pub use wire::{Fault, Held, Wire};

/// The functions' own AWS configuration towards an emulator, with their number of retries, but as patient as nobody is
/// whom a page waits for: how fast the machine is that runs the tests is not what they are about, and what does
/// not answer in time is a [`Fault`] of its own. The pauses between the SDK's retries are short: they are for
/// AWS's good, and the tests' time.
pub async fn emulator(endpoint: &str) -> SdkConfig {
    let aws = lambda::aws_loader()
        .endpoint_url(endpoint)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "testkit"))
        .load()
        .await;
    let retries = aws.retry_config().cloned().map(|retries| retries.with_initial_backoff(Duration::from_millis(10)));
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let timeouts = TimeoutConfig::builder().connect_timeout(minutes(1)).operation_attempt_timeout(minutes(2));
    let mut builder = aws.into_builder();
    builder.set_retry_config(retries);
    builder.set_timeout_config(Some(timeouts.operation_timeout(minutes(4)).build()));
    // A request that waits in line for seconds counts as stalled otherwise.
    builder.set_stalled_stream_protection(Some(StalledStreamProtectionConfig::disabled()));
    builder.build()
}
