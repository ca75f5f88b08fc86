//! What the integration tests share: a parent's browser without a screen, the messages that the
//! local stack has sent, made-up families, the functions themselves on a wire that can break, and
//! the workspace as cargo sees it.
//!
//! The stack is started by `cargo portal test`; without it the tests that need one say visibly
//! that they were skipped.

pub mod aws;
pub mod browser;
pub mod family;
pub mod logs;
pub mod loopback;
pub mod officer;
pub mod page;
pub mod parent;
pub mod portal;
pub mod ready;
pub mod stack;
pub mod tables;
pub mod workspace;

pub use browser::Browser;
pub use family::Family;
pub use page::Page;
pub use parent::Parent;
pub use portal::Portal;
pub use stack::Stack;

/// Anything that stops a test on its way to what it wants to check.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What a test or a helper of it returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;
