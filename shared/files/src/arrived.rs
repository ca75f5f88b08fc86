//! What the bucket tells of a file that has just arrived.

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

/// The keys that a message tells of. Ours have no character that the bucket would escape; whoever
/// reads them leaves out the others.
///
/// # Errors
/// It is no message of the bucket.
pub fn arrived(message: &str) -> Result<Vec<String>, serde_json::Error> {
    let notification: Notification = serde_json::from_str(message)?;
    Ok(notification.records.into_iter().map(|record| record.s3.object.key).collect())
}
