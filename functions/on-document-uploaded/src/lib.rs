//! A scan has arrived in quarantine: checks it, keeps its clean copy, says what became of it. Or a
//! draft has expired: deletes its files.
//!
//! Events come twice, late and out of order. Whatever happens is decided by the slot's upload
//! attempt: one that was replaced or refused leaves nothing behind, one that was settled stays so.

mod notification;

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::DraftId;
use files::{Bucket, BucketError, Place};
use lambda::metrics::{self, Metric};
use lambda::queue::{one_by_one, received};
use notification::News;
use store::documents::{Accepted, Documents, MAX_TOGETHER, Refusal, State, UploadId};
use store::{Store, StoreError};

/// Well inside the function's own time.
const TIME_TO_CHECK: Duration = Duration::from_secs(15);
/// A file that ended two tries without an answer has ended the function itself. It is not
/// opened a third time, so that the parent hears something.
const TRIES: u32 = 2;
/// How often the slot is looked at, while its check is settled beside those of the other slots.
const LOOKS: u32 = 6;

/// The function.
#[derive(Debug)]
pub struct OnDocumentUploaded {
    /// The slots
    pub store: Store,
    /// The files
    pub bucket: Bucket,
}

/// Why a message goes back into the queue.
#[derive(Debug, thiserror::Error)]
enum Again {
    #[error("not a notification of the bucket: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
}

/// What there is to do about an upload.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    /// It is the slot's latest and was not checked yet
    Check(UploadId),
    /// It was accepted
    TidyUp,
    /// It was refused, or the slot has another one, or none
    Discard,
}

impl OnDocumentUploaded {
    /// Handles a batch; what failed goes back into the queue, message by message.
    ///
    /// # Errors
    /// None: every failure belongs to one message.
    pub async fn handle(&self, batch: SqsEvent) -> Result<SqsBatchResponse, lambda::Error> {
        Ok(one_by_one(batch, async |message| self.message(message).await).await)
    }

    async fn message(&self, message: &SqsMessage) -> Result<(), Again> {
        match notification::news(message.body.as_deref().unwrap_or_default())? {
            News::Uploads(places) => {
                for place in places {
                    self.upload(&place, received(message)).await?;
                }
            }
            News::Abandoned(draft) => self.forget(&draft).await?,
        }
        Ok(())
    }

    /// Deletes the files of a draft that is gone. One that has scans is not gone, whoever says so.
    async fn forget(&self, draft: &DraftId) -> Result<(), Again> {
        let documents = self.store.documents(draft).await?;
        if !documents.is_empty() || documents.frozen() {
            tracing::warn!(draft = %draft, "told to be abandoned, but its scans are there");
            return Ok(());
        }
        let files = self.bucket.forget(draft).await?;
        tracing::info!(files, "files of an expired draft deleted");
        Ok(())
    }

    async fn upload(&self, place: &Place, received: u32) -> Result<(), Again> {
        let mut checked = (received > TRIES).then_some(Err(Refusal::CheckFailed));
        for _ in 0..LOOKS {
            let documents = self.store.documents(&place.draft).await?;
            let upload = match task(&documents, place) {
                Task::Check(upload) => upload,
                Task::TidyUp => return Ok(self.bucket.release(place).await?),
                Task::Discard => return Ok(self.bucket.discard(place).await?),
            };
            let found = match checked {
                Some(found) => found,
                None => match self.bucket.quarantined(place).await? {
                    Some(bytes) => self.check(place, bytes).await?,
                    // Settled by the same event a moment ago, or expired.
                    None => return Ok(()),
                },
            };
            checked = Some(found);
            let (state, weighed) = match found {
                Err(refusal) => (State::Refused(refusal), None),
                Ok(accepted) if documents.bytes_beside(place.slot) + accepted.size > MAX_TOGETHER => {
                    (State::Refused(Refusal::TooBigTogether), Some(documents.revision()))
                }
                Ok(accepted) => (State::Accepted(accepted), Some(documents.revision())),
            };
            let settled = self.store.settle_upload(&place.draft, place.slot, &upload, &state, weighed).await?;
            let (slot, outcome) = (place.slot.code(), outcome(&state));
            tracing::info!(application = %place.draft, slot, settled, outcome, "upload checked");
            if let State::Refused(refusal) = &state
                && settled
            {
                metrics::count_for(Metric::UploadsRefused, refusal.code());
            }
            // What stays in the bucket is decided by what the slot says now.
        }
        Err(Again::Store(StoreError::Throttled))
    }

    /// Checks a file and, if it is fit to be taken, keeps its clean copy.
    async fn check(&self, place: &Place, bytes: Vec<u8>) -> Result<Result<Accepted, Refusal>, Again> {
        let clean = match files::clean_within(bytes, TIME_TO_CHECK).await {
            Ok(clean) => clean,
            Err(refusal) => return Ok(Err(told(refusal))),
        };
        let accepted = Accepted { kind: clean.kind, size: clean.bytes.len() as u64, pages: clean.pages };
        self.bucket.keep(place, clean).await?;
        Ok(Ok(accepted))
    }
}

fn task(documents: &Documents, place: &Place) -> Task {
    let upload = UploadId::parse(place.upload());
    match documents.get(place.slot).filter(|document| Some(&document.upload) == upload.as_ref()) {
        None => Task::Discard,
        Some(document) => match document.state {
            // A sent application takes no more scans than it was asked for.
            State::Waiting | State::Checking if !documents.may_change(place.slot) => Task::Discard,
            State::Waiting | State::Checking => Task::Check(document.upload.clone()),
            State::Accepted(_) => Task::TidyUp,
            State::Refused(_) => Task::Discard,
        },
    }
}

fn outcome(state: &State) -> &'static str {
    match state {
        State::Accepted(_) => "accepted",
        State::Refused(_) => "refused",
        State::Waiting | State::Checking => "open",
    }
}

/// What the parent is told.
const fn told(refusal: files::Refusal) -> Refusal {
    match refusal {
        files::Refusal::Empty => Refusal::Empty,
        files::Refusal::TooBig => Refusal::TooBig,
        files::Refusal::Heic => Refusal::Heic,
        files::Refusal::OtherType => Refusal::UnknownType,
        files::Refusal::DamagedPicture => Refusal::DamagedImage,
        files::Refusal::TooManyPixels => Refusal::TooManyPixels,
        // Saving it anew or photographing it helps in both cases.
        files::Refusal::PdfDamaged | files::Refusal::PdfTooComplex => Refusal::PdfDamaged,
        files::Refusal::PdfEncrypted => Refusal::PdfEncrypted,
        files::Refusal::PdfActive => Refusal::PdfActive,
        files::Refusal::PdfTooManyPages => Refusal::PdfTooManyPages,
    }
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let aws = lambda::aws().await;
    let store = Store::read(&aws, lambda::required)?;
    let bucket = Bucket::new(&aws, lambda::required("DOCUMENTS_BUCKET")?, None)?;
    let function = OnDocumentUploaded { store, bucket };
    lambda::serve_events(|batch| function.handle(batch)).await
}

#[cfg(test)]
mod tests {
    use domain::Slot;

    use super::*;

    fn messages(event: &str) -> Vec<SqsMessage> {
        serde_json::from_str::<SqsEvent>(event).unwrap().records
    }

    fn news(message: &SqsMessage) -> Result<News, serde_json::Error> {
        notification::news(message.body.as_deref().unwrap())
    }

    #[test]
    fn the_buckets_events_are_read() {
        let upload = Place::new(
            DraftId::parse("0190a0b0c0d0e0f00102030405060708").unwrap(),
            Slot::BirthCertificate,
            "5f4dcc3b5aa765d61d8327deb882cf99",
        );
        for event in [
            include_str!("../../../events/on-document-uploaded.post.json"),
            include_str!("../../../events/on-document-uploaded.put-again.json"),
        ] {
            let read: Vec<_> = messages(event).iter().map(|message| news(message).unwrap()).collect();
            assert_eq!(read, [News::Uploads(vec![upload.clone().unwrap()])]);
        }
        let again = messages(include_str!("../../../events/on-document-uploaded.put-again.json"));
        assert_eq!(again.iter().map(received).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn the_test_event_and_foreign_keys_are_skipped_and_anything_else_is_told() {
        for event in [
            include_str!("../../../events/on-document-uploaded.test-event.json"),
            include_str!("../../../events/on-document-uploaded.foreign-key.json"),
        ] {
            assert!(messages(event).iter().all(|message| news(message).unwrap() == News::Uploads(Vec::new())));
        }
        let unreadable = messages(include_str!("../../../events/on-document-uploaded.unreadable.json"));
        assert!(unreadable.iter().all(|message| news(message).is_err()));
    }

    #[test]
    fn a_draft_that_is_gone_is_told_by_its_id() {
        let gone = messages(include_str!("../../../events/on-document-uploaded.abandoned.json"));
        let id = DraftId::parse("0190a0b0c0d0e0f00102030405060708").unwrap();
        assert_eq!(gone.iter().map(|message| news(message).unwrap()).collect::<Vec<_>>(), [News::Abandoned(id)]);
    }

    #[test]
    fn without_a_slot_of_its_own_an_upload_is_discarded() {
        let place = Place::new(DraftId::from_bytes([1; 16]), Slot::Photo, "5f4dcc3b5aa765d61d8327deb882cf99").unwrap();
        assert_eq!(task(&Documents::default(), &place), Task::Discard);
    }
}
