//! Scans: upload tickets, checking, cleaning and previews, and the bucket that holds them.
//!
//! Nothing that a parent sends is kept as it came. [`clean`] looks at the bytes, not at the
//! name or the declared type, and writes the picture or the PDF anew, so that what was hidden
//! in it or appended to it is gone. Files of the directory pass through the same bucket on their way
//! into the tables; ledgers of places go into another that everybody reads. This crate is the only user
//! of the S3 SDK.

mod arrived;
mod bucket;
mod clean;
mod jpeg;
mod kind;
mod name;
mod pdf;
mod picture;
mod place;
mod published;
mod refusal;
mod sheet;
mod ticket;

pub use arrived::arrived;
pub use bucket::{Bucket, BucketError};
pub use clean::{Clean, clean, clean_within};
pub use kind::sniff;
pub use name::display_name;
pub use place::Place;
pub use published::Published;
pub use refusal::Refusal;
pub use sheet::sheet_of_key;
pub use ticket::Ticket;

/// The largest file that is taken, inclusive.
pub const MAX_BYTES: u64 = 10 * 1024 * 1024;
/// The largest file of the directory that is taken, inclusive: twice the rows that must be.
pub const MAX_SHEET_BYTES: u64 = 20 * 1024 * 1024;

#[cfg(test)]
mod samples;
