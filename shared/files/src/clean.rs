//! One file in, one clean file out.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use domain::document::Kind;

use crate::{Refusal, pdf, picture, sniff};

/// The PDF reader recurses as deep as the longest chain of references that [`pdf`] lets through.
/// Only what is used of it takes memory.
const STACK: usize = 256 * 1024 * 1024;

/// A file as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Clean {
    /// The type as written, which for a large PNG is JPEG.
    pub kind: Kind,
    /// The file, written anew.
    pub bytes: Vec<u8>,
    /// A small JPEG, for pictures.
    pub preview: Option<Vec<u8>>,
    /// The number of pages, for PDF.
    pub pages: Option<u32>,
}

/// The bytes are somebody's papers: they are never printed.
impl std::fmt::Debug for Clean {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Clean")
            .field("kind", &self.kind)
            .field("bytes", &self.bytes.len())
            .field("preview", &self.preview.as_ref().map(Vec::len))
            .field("pages", &self.pages)
            .finish()
    }
}

/// Checks a file and writes it anew. `limit` is the time after which reading a PDF is given up.
///
/// # Errors
/// The reason why the file is not taken.
pub fn clean(bytes: &[u8], limit: Duration) -> Result<Clean, Refusal> {
    let kind = sniff(bytes)?;
    let deadline = Instant::now() + limit;
    let work = || match kind {
        Kind::Jpeg => picture::clean_jpeg(bytes),
        Kind::Png => picture::clean_png(bytes),
        Kind::Pdf => pdf::clean(bytes, deadline),
    };
    // A decoder that panics has met a file that it does not understand.
    std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(damaged(kind)))
}

/// [`clean`] on a thread of its own, with a deep stack, abandoned when the time is up: a parser
/// that hangs cannot take the caller with it.
///
/// # Errors
/// The reason why the file is not taken.
pub async fn clean_within(bytes: Vec<u8>, limit: Duration) -> Result<Clean, Refusal> {
    let kind = sniff(&bytes)?;
    let (answer, answered) = tokio::sync::oneshot::channel();
    let started = std::thread::Builder::new().name("clean".to_owned()).stack_size(STACK).spawn(move || {
        // Nobody listens any more when the time was up.
        drop(answer.send(clean(&bytes, limit)));
    });
    match (started, tokio::time::timeout(limit, answered).await) {
        (Ok(_), Ok(Ok(outcome))) => outcome,
        _ => Err(damaged(kind)),
    }
}

const fn damaged(kind: Kind) -> Refusal {
    match kind {
        Kind::Jpeg | Kind::Png => Refusal::DamagedPicture,
        Kind::Pdf => Refusal::PdfDamaged,
    }
}
