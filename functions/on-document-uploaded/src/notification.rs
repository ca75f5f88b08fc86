//! What the bucket tells through the queue.

use files::Place;
use serde::Deserialize;

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

/// The uploads that a message tells of. Keys that are none of ours are left out; ours have no
/// character that the bucket would escape.
///
/// # Errors
/// A message that is no notification.
pub fn places(body: &str) -> Result<Vec<Place>, serde_json::Error> {
    let notification: Notification = serde_json::from_str(body)?;
    let keys = notification.records.iter().map(|record| record.s3.object.key.as_str());
    Ok(keys.filter_map(Place::of_quarantine_key).collect())
}
