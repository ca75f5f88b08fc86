//! Why the gateway's answer cannot be used.

use std::error::Error;
use std::io;
use std::iter::successors;

/// The cause in [`domain::directory::RegisterDown`]. No text of the answer is in it: whatever the
/// gateway writes may be about people.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No whole answer in time.
    #[error("no answer in time")]
    Slow,
    /// There was no connection, or it broke.
    #[error("the connection failed: {0}")]
    Broken(io::ErrorKind),
    /// The other end did not prove that it is the gateway.
    #[error("the connection is not safe: {0}")]
    Unsafe(rustls::Error),
    /// Something else than HTTP was spoken.
    #[error("the answer is not HTTP")]
    NotHttp,
    /// Another status than 200, redirects among them.
    #[error("the answer has the status {0}")]
    Status(u16),
    /// Another content type than JSON.
    #[error("the answer is not JSON by its content type")]
    ContentType,
    /// Over [`crate::LARGEST`] bytes.
    #[error("the answer is too large")]
    TooLarge,
    /// Not JSON of the agreed shape.
    #[error("the answer is not of the agreed shape: line {line}, column {column}")]
    Shape {
        /// Where in the answer, from 1
        line: usize,
        /// Where in the line, from 1
        column: usize,
    },
    /// Of the agreed shape, but it cannot be.
    #[error("the answer cannot be: {0}")]
    Implausible(&'static str),
    /// About somebody who was not asked for.
    #[error("the answer is about somebody else")]
    SomebodyElse,
}

impl Fault {
    /// Whether asking once more may help.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Slow | Self::Broken(_) => true,
            Self::Status(status) => *status == 429 || *status >= 500,
            Self::Unsafe(_)
            | Self::NotHttp
            | Self::ContentType
            | Self::TooLarge
            | Self::Shape { .. }
            | Self::Implausible(_)
            | Self::SomebodyElse => false,
        }
    }

    /// What the HTTP client's error comes to. Its own words are dropped: they may quote the answer.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Self {
        let causes: Vec<_> = successors(Some(error), |error| inner(*error)).collect();
        if let Some(error) = causes.iter().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
            return Self::Unsafe(error.clone());
        }
        if let Some(error) = causes.iter().rev().find_map(|cause| cause.downcast_ref::<io::Error>()) {
            return Self::Broken(error.kind());
        }
        let closed = |error: &hyper::Error| error.is_incomplete_message() || error.is_canceled() || error.is_closed();
        if causes.iter().filter_map(|cause| cause.downcast_ref::<hyper::Error>()).any(closed) {
            return Self::Broken(io::ErrorKind::UnexpectedEof);
        }
        if causes.iter().any(|cause| cause.is::<http_body_util::LengthLimitError>()) {
            return Self::TooLarge;
        }
        Self::NotHttp
    }
}

/// The next cause. An I/O error names as its source what lies beneath the error that it carries.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(carried) => Some(carried),
        None => error.source(),
    }
}
