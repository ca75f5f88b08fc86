//! What the portal knows, apart from how it is stored, sent or shown.
//!
//! This crate depends on none of ours, does no I/O and has no clock: whoever needs "now" passes
//! it in. Types that hold personal data print as redacted.

pub mod address;
pub mod answers;
pub mod application;
pub mod calendar;
pub mod camp;
pub mod contact;
pub mod decision;
pub mod directory;
pub mod document;
pub mod draft;
pub mod fields;
pub mod iin;
pub mod life;
pub mod locale;
pub mod meals;
pub mod officer;
pub mod person;
pub mod place;
pub mod places;
pub mod service;
pub mod transfer;
pub mod wizard;

mod redacted;

pub use answers::Answers;
pub use application::{Application, ApplicationNumber, Seat};
pub use contact::{Email, Phone};
pub use document::Slot;
pub use draft::{Draft, DraftId, Owner};
pub use iin::Iin;
pub use locale::{Language, Locale};
pub use officer::{Group, Officer, OfficerId};
pub use place::{Place, Ticket};
pub use service::Service;
pub use wizard::Step;

pub use jiff::Timestamp;
pub use jiff::civil::{Date, Time};
