//! What the queue tells: of a new upload, or of a draft that is gone.

use domain::DraftId;
use files::Place;
use serde::Deserialize;
use store::documents::Abandoned;

/// A message of the bucket. The first one of a bucket is a test without records.
#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Records", default)]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    key: String,
}

/// What there is to see to.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// Files that have arrived
    Uploads(Vec<Place>),
    /// A draft whose files are nobody's any more
    Abandoned(DraftId),
}

/// Reads a message. Keys that are none of ours are left out; ours have no character that the bucket
/// would escape.
///
/// # Errors
/// A message of neither kind.
pub fn news(body: &str) -> Result<News, serde_json::Error> {
    if let Ok(Abandoned { abandoned }) = serde_json::from_str(body) {
        return Ok(News::Abandoned(abandoned));
    }
    let notification: Notification = serde_json::from_str(body)?;
    let keys = notification.records.iter().map(|record| record.s3.object.key.as_str());
    Ok(News::Uploads(keys.filter_map(Place::of_quarantine_key).collect()))
}
