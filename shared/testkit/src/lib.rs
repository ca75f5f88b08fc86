//! What tests put around the functions: a wire to AWS that is watched and can break, requests as
//! the gateway hands them over, a site for them, and servers that answer as told. Nothing that is
//! deployed depends on it.

mod calls;
mod meter;
mod request;
mod stub;
mod wire;

use aws_config::Region;
pub use aws_config::SdkConfig;
use aws_credential_types::Credentials;

pub use calls::{Call, Charge, sequential_waits};
pub use request::{Ask, site};
pub use stub::{Heard, Stub, reply};
pub use wire::{Fault, Wire};

/// The functions' own AWS configuration, timeouts and retries included, towards an emulator.
pub async fn emulator(endpoint: &str) -> SdkConfig {
    lambda::aws_loader()
        .endpoint_url(endpoint)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "testkit"))
        .load()
        .await
}
