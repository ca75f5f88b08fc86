//! What the integration tests share: a parent's browser without a screen, the messages that the
//! local stack has sent, made-up families, the functions themselves on a wire that can break, and
//! the workspace as cargo sees it.
//!
//! The stack is started by `cargo portal test`; without it the tests that need one say visibly
//! that they were skipped.

pub mod administrator;
pub mod aws;
pub mod browser;
pub mod bucket;
pub mod deadlines;
pub mod device;
pub mod embedded;
pub mod family;
pub mod faults;
pub mod fresh;
pub mod logs;
pub mod loopback;
mod notes;
pub mod officer;
pub mod opening_day;
pub mod page;
pub mod parent;
pub mod portal;
pub mod queue;
pub mod ready;
pub mod returned;
pub mod scans;
pub mod stack;
pub mod standing;
pub mod tables;
pub mod trial;
pub mod undo;
pub mod workspace;

pub use browser::Browser;
pub use device::Device;
pub use family::Family;
pub use page::Page;
pub use parent::Parent;
pub use portal::Portal;
pub use stack::{Engine, Stack};

/// Anything that stops a test on its way to what it wants to check.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What a test or a helper of it returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One of several.
///
/// # Errors
/// There are fewer.
pub fn nth<T>(all: &[T], at: usize) -> Result<&T> {
    Ok(all.get(at).ok_or_else(|| format!("no {at} of {}", all.len()))?)
}

/// Makes each named function, which takes an [`Engine`], two tests: the emulator may be wrong
/// about DynamoDB, and Amazon's own has neither its streams nor the other services.
#[macro_export]
macro_rules! over_both {
    ($($check:ident),+ $(,)?) => {
        mod over_the_emulator {
            $(#[test] fn $check() -> $crate::Result<()> { super::$check($crate::Engine::Emulator) })+
        }
        mod over_dynamodb_local {
            $(#[test] fn $check() -> $crate::Result<()> { super::$check($crate::Engine::DynamoDbLocal) })+
        }
    };
}
