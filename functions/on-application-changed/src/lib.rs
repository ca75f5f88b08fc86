//! Stream of the Applications table: new outbox entries go into the queue of messages.
//!
//! Nothing is sent from here. A stream repeats a whole batch when one record fails and stops behind
//! it; a queue repeats one message and puts it aside after some tries.

use notify::{Parcel, Queue};
use serde::Deserialize;
use store::outbox::ENTITY;

/// What is read of a stream's event. The rest of the record, with the parent's data, is not even
/// decoded.
#[derive(Debug, Default, Deserialize)]
pub struct Changes {
    #[serde(rename = "Records", default)]
    records: Vec<Change>,
}

#[derive(Debug, Deserialize)]
struct Change {
    #[serde(rename = "eventName")]
    kind: String,
    dynamodb: Images,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Images {
    keys: Keys,
    /// Absent when an item was removed
    new_image: Option<Image>,
}

#[derive(Debug, Deserialize)]
struct Keys {
    pk: Text,
    sk: Text,
}

#[derive(Debug, Deserialize)]
struct Image {
    entity: Option<Text>,
}

#[derive(Debug, Deserialize)]
struct Text {
    #[serde(rename = "S")]
    text: String,
}

impl Changes {
    /// The outbox entries that are new. The event source filters by the same two conditions; a
    /// filter that got lost must not turn every save of a draft into a message.
    fn new_entries(self) -> Vec<Parcel> {
        let is_new_entry = |change: &Change| {
            let entity = change.dynamodb.new_image.as_ref().and_then(|image| image.entity.as_ref());
            change.kind == "INSERT" && entity.is_some_and(|entity| entity.text == ENTITY)
        };
        let new = self.records.into_iter().filter(is_new_entry);
        new.map(|Change { dynamodb: Images { keys, .. }, .. }| Parcel { pk: keys.pk.text, sk: keys.sk.text }).collect()
    }
}

/// The function.
#[derive(Debug)]
pub struct OnApplicationChanged {
    /// The queue of messages
    pub queue: Queue,
}

impl OnApplicationChanged {
    /// Puts the new entries of one batch into the queue. If one does not get in, the stream brings
    /// the whole batch again; a message that is there twice is sent once.
    ///
    /// # Errors
    /// [`notify::QueueError`].
    pub async fn handle(&self, changes: Changes) -> Result<(), lambda::Error> {
        let parcels = changes.new_entries();
        self.queue.put(&parcels).await.inspect_err(|error| tracing::error!(%error, "the batch comes again"))?;
        tracing::info!(queued = parcels.len(), "outbox entries queued");
        Ok(())
    }
}

/// Starts the function.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let url = lambda::required("MESSAGES_QUEUE_URL")?;
    let function = OnApplicationChanged { queue: Queue::new(&lambda::aws().await, url) };
    lambda::serve_events(|changes| function.handle(changes)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(event: &str) -> Vec<Parcel> {
        serde_json::from_str::<Changes>(event).unwrap().new_entries()
    }

    #[test]
    fn a_new_outbox_entry_is_queued_by_its_key_alone() {
        let parcels = entries(include_str!("../../../events/on-application-changed.outbox.json"));
        let [parcel] = parcels.as_slice() else { panic!("one entry: {parcels:?}") };
        assert_eq!(parcel.pk, "application#0190a0b0c0d0e0f00102030405060708");
        assert_eq!(parcel.sk, "outbox#1806552000123-accepted");
    }

    #[test]
    fn saved_drafts_marked_and_forgotten_entries_are_not_queued() {
        assert_eq!(entries(include_str!("../../../events/on-application-changed.others.json")), []);
        assert_eq!(entries(r#"{"Records":[]}"#), []);
    }
}
