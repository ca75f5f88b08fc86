//! Stream of the Applications table: new outbox entries go into the queue of messages, and drafts
//! whose scans expired into the queue of uploads.
//!
//! Nothing is sent or deleted from here. A stream repeats a whole batch when one record fails and stops behind
//! it; a queue repeats one message and puts it aside after some tries.

use notify::{Parcel, Queue};
use serde::Deserialize;
use store::documents::Abandoned;
use store::keys::Key;
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
    body: Option<Body>,
}

/// Of all that an entry tells, the one thing that names nobody.
#[derive(Debug, Deserialize)]
struct Body {
    #[serde(rename = "M")]
    map: Option<Told>,
}

#[derive(Debug, Deserialize)]
struct Told {
    trace: Option<Text>,
}

#[derive(Debug, Deserialize)]
struct Text {
    #[serde(rename = "S")]
    text: String,
}

impl Change {
    fn key(&self) -> Key {
        Key::new(&self.dynamodb.keys.pk.text, &self.dynamodb.keys.sk.text)
    }

    /// The invocation that made the change.
    fn trace(&self) -> Option<&str> {
        let body = self.dynamodb.new_image.as_ref()?.body.as_ref()?;
        Some(&body.map.as_ref()?.trace.as_ref()?.text)
    }
}

impl Changes {
    /// The outbox entries that are new. The event source filters by the same conditions; a filter
    /// that got lost must not turn every save of a draft into a message.
    fn new_entries(&self) -> impl Iterator<Item = &Change> {
        self.records.iter().filter(|change| {
            let entity = change.dynamodb.new_image.as_ref().and_then(|image| image.entity.as_ref());
            change.kind == "INSERT" && entity.is_some_and(|entity| entity.text == ENTITY)
        })
    }

    /// What goes into the queue of messages.
    fn parcels(&self) -> Vec<Parcel> {
        self.new_entries().map(Change::key).map(|Key { pk, sk }| Parcel { pk, sk }).collect()
    }

    /// The drafts whose scans are nobody's any more. Those of a sent application do not expire.
    fn abandoned(&self) -> Vec<Abandoned> {
        let removed = self.records.iter().filter(|change| change.kind == "REMOVE");
        removed.filter_map(|change| Abandoned::of_removed(&change.key())).collect()
    }
}

/// The function.
#[derive(Debug)]
pub struct OnApplicationChanged {
    /// The queue of messages
    pub messages: Queue,
    /// The queue of uploads
    pub uploads: Queue,
}

impl OnApplicationChanged {
    /// Puts what is new in one batch into its queue. If one does not get in, the stream brings the
    /// whole batch again; a message that is there twice is sent once.
    ///
    /// # Errors
    /// [`notify::QueueError`].
    pub async fn handle(&self, changes: Changes) -> Result<(), lambda::Error> {
        let (parcels, abandoned) = (changes.parcels(), changes.abandoned());
        futures::try_join!(self.messages.put(&parcels), self.uploads.put(&abandoned))
            .inspect_err(|error| tracing::error!(%error, "the batch comes again"))?;
        // Entry and trace are named alike here and where it is sent: they are what a message is followed by.
        for entry in changes.new_entries() {
            tracing::info!(entry = %entry.key(), trace = entry.trace(), "queued");
        }
        tracing::info!(messages = parcels.len(), abandoned = abandoned.len(), "queued");
        Ok(())
    }
}

/// Starts the function.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let (messages, uploads) = (lambda::required("MESSAGES_QUEUE_URL")?, lambda::required("UPLOADS_QUEUE_URL")?);
    let aws = lambda::aws().await;
    let function = OnApplicationChanged { messages: Queue::new(&aws, messages), uploads: Queue::new(&aws, uploads) };
    lambda::serve_events(|changes| function.handle(changes)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(event: &str) -> Vec<Parcel> {
        serde_json::from_str::<Changes>(event).unwrap().parcels()
    }

    #[test]
    fn a_new_outbox_entry_is_queued_by_its_key_alone() {
        let parcels = entries(include_str!("../../../events/on-application-changed.outbox.json"));
        let [parcel] = parcels.as_slice() else { panic!("one entry: {parcels:?}") };
        assert_eq!(parcel.pk, "application#0190a0b0c0d0e0f00102030405060708");
        assert_eq!(parcel.sk, "outbox#1806552000123-accepted");
    }

    #[test]
    fn the_invocation_that_made_the_change_is_known_and_older_entries_have_none() {
        let event = include_str!("../../../events/on-application-changed.outbox.json");
        let trace = |event: &str| {
            let changes: Changes = serde_json::from_str(event).unwrap();
            changes.new_entries().next().unwrap().trace().map(str::to_owned)
        };
        assert_eq!(trace(event).as_deref(), Some("4f1c2d3e-0000-4000-8000-000000000001"));
        assert_eq!(trace(&event.replace("\"trace\"", "\"other\"")), None);
    }

    #[test]
    fn the_scans_of_a_draft_that_expired_are_abandoned() {
        let changes = |event: &str| serde_json::from_str::<Changes>(event).unwrap();
        let expired = changes(include_str!("../../../events/on-application-changed.expired.json"));
        let id = domain::DraftId::parse("0190a0b0c0d0e0f00102030405060708").unwrap();
        assert_eq!(expired.abandoned(), [Abandoned { abandoned: id }]);
        assert_eq!(expired.parcels(), []);
        assert_eq!(changes(include_str!("../../../events/on-application-changed.others.json")).abandoned(), []);
    }

    #[test]
    fn saved_drafts_marked_and_forgotten_entries_are_not_queued() {
        assert_eq!(entries(include_str!("../../../events/on-application-changed.others.json")), []);
        assert_eq!(entries(r#"{"Records":[]}"#), []);
    }
}
