//! Scans: upload tickets, checking, cleaning and previews, and the bucket that holds them.
//!
//! Nothing that a parent sends is kept as it came. [`clean`] looks at the bytes, not at the
//! name or the declared type, and writes the picture or the PDF anew, so that what was hidden
//! in it or appended to it is gone. This crate is the only user of the S3 SDK.

mod bucket;
mod clean;
mod jpeg;
mod kind;
mod name;
mod pdf;
mod picture;
mod place;
mod refusal;
mod ticket;

pub use bucket::{Bucket, BucketError};
pub use clean::{Clean, clean, clean_within};
pub use kind::sniff;
pub use name::display_name;
pub use place::Place;
pub use refusal::Refusal;
pub use ticket::Ticket;

/// The largest file that is taken, inclusive.
pub const MAX_BYTES: u64 = 10 * 1024 * 1024;

#[cfg(test)]
mod samples;
