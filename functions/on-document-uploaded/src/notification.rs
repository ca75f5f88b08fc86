//! What the queue tells: of a new upload, or of a draft that is gone.

use domain::DraftId;
use files::{Place, arrived};
use store::documents::Abandoned;

/// What there is to see to.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// Files that have arrived
    Uploads(Vec<Place>),
    /// A draft whose files are nobody's any more
    Abandoned(DraftId),
}

/// Reads a message. Keys that are none of ours are left out.
///
/// # Errors
/// A message of neither kind.
pub fn news(body: &str) -> Result<News, serde_json::Error> {
    if let Ok(Abandoned { abandoned }) = serde_json::from_str(body) {
        return Ok(News::Abandoned(abandoned));
    }
    Ok(News::Uploads(arrived(body)?.iter().filter_map(|key| Place::of_quarantine_key(key)).collect()))
}
