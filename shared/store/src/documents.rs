//! The scans of a draft: one item per draft, one attribute per slot.
//!
//! Each write touches its own slot and counts `revision` up, so scans never get in the way of
//! the draft's version, and sending notices when one changed since the review page. Once sent,
//! the item is `frozen`; what the department asked to send again is `open` until that is done.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::document::Kind;
use domain::{DraftId, Slot, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::error::condition_held;
use crate::item::{self, Item, number};
use crate::keys::{self, text};
use crate::sessions::random;
use crate::{Failure as _, Store, StoreError};

/// All scans of an application together, in bytes (`domain.md` section 2).
pub const MAX_TOGETHER: u64 = 30 * 1024 * 1024;

/// Which slots are full, and of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Documents {
    revision: u64,
    frozen: bool,
    open: Vec<Slot>,
    slots: BTreeMap<Slot, Document>,
}

/// One upload attempt: 32 hex digits. It is part of the keys in the bucket, so what arrives for
/// an attempt that was replaced is known as such.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UploadId(String);

/// What is in a slot.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The latest upload attempt
    pub upload: UploadId,
    /// The file's own name, made safe to show; never part of a key
    pub name: String,
    /// When the attempt began
    pub at: Timestamp,
    /// How far it came
    pub state: State,
}

/// How far an upload came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The browser may send the file; perhaps it never will
    Waiting,
    /// The file is here and will be checked
    Checking,
    /// Checked, cleaned and kept
    Accepted(Accepted),
    /// Not taken
    Refused(Refusal),
}

/// A file that was taken, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Its type after cleaning
    pub kind: Kind,
    /// Bytes after cleaning
    pub size: u64,
    /// Pages, of a PDF
    pub pages: Option<u32>,
}

/// Why a file was not taken, as the parent is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// No bytes
    Empty,
    /// Over the limit of one file
    TooBig,
    /// Over [`MAX_TOGETHER`] with the others
    TooBigTogether,
    /// A photo as iPhones store it
    Heic,
    /// Neither JPEG nor PNG nor PDF
    UnknownType,
    /// A picture that does not open
    DamagedImage,
    /// A picture of more than 50 megapixels
    TooManyPixels,
    /// A PDF that does not open, or only with unreasonable effort
    PdfDamaged,
    /// A PDF with a password
    PdfEncrypted,
    /// A PDF with scripts, actions or files in it
    PdfActive,
    /// A PDF of more than 20 pages
    PdfTooManyPages,
    /// The check itself failed again and again
    CheckFailed,
}

impl Refusal {
    /// The word for it in metrics; the same as where it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooBig => "too-big",
            Self::TooBigTogether => "too-big-together",
            Self::Heic => "heic",
            Self::UnknownType => "unknown-type",
            Self::DamagedImage => "damaged-image",
            Self::TooManyPixels => "too-many-pixels",
            Self::PdfDamaged => "pdf-damaged",
            Self::PdfEncrypted => "pdf-encrypted",
            Self::PdfActive => "pdf-active",
            Self::PdfTooManyPages => "pdf-too-many-pages",
            Self::CheckFailed => "check-failed",
        }
    }
}

/// What is told through the queue of uploads when the scans of a draft are nobody's any more: the
/// item that knew them expired with the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abandoned {
    /// The draft that is gone
    pub abandoned: DraftId,
}

impl Abandoned {
    /// Of an item that was removed; none if it was not the scans of a draft.
    pub fn of_removed(key: &keys::Key) -> Option<Self> {
        let abandoned = keys::application_of(&key.pk).filter(|id| keys::documents(id) == *key)?;
        Some(Self { abandoned })
    }
}

/// A name tells about a person: it is never printed.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("upload", &self.upload).field("state", &self.state).finish_non_exhaustive()
    }
}

impl UploadId {
    /// A new attempt.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] without randomness.
    pub fn random() -> Result<Self, StoreError> {
        Ok(Self(hex::encode(random::<16>()?)))
    }

    /// Reads the id of a key in the bucket.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Document {
    /// For so long a file may still arrive: its ticket is good for ten minutes.
    const UNDER_WAY: SignedDuration = SignedDuration::from_mins(10);
    /// A check with all its tries is long over by then.
    const CHECKED_BY: SignedDuration = SignedDuration::from_hours(1);

    /// The kept file, if there is one.
    pub const fn accepted(&self) -> Option<Accepted> {
        match self.state {
            State::Accepted(accepted) => Some(accepted),
            State::Waiting | State::Checking | State::Refused(_) => None,
        }
    }

    /// Whether waiting makes sense: the file is being checked or was just sent off. An upload
    /// that was given up leaves an empty slot, not one that is checked for ever.
    pub fn is_checking(&self, now: Timestamp) -> bool {
        match self.state {
            State::Checking => now.duration_since(self.at) < Self::CHECKED_BY,
            State::Waiting => now.duration_since(self.at) < Self::UNDER_WAY,
            State::Accepted(_) | State::Refused(_) => false,
        }
    }
}

impl Documents {
    /// Reads the item; a draft without one has no scans.
    pub(crate) fn of_item(item: Option<&Item>) -> Result<Self, StoreError> {
        let Some(item) = item else { return Ok(Self::default()) };
        let mut slots = BTreeMap::new();
        for slot in Slot::ALL {
            if let Some(value) = item.get(&attribute(slot)) {
                slots.insert(slot, read(item, value)?);
            }
        }
        let revision = item::read_number(item, "revision").unwrap_or_default();
        let open = item.get("open").and_then(|open| open.as_l().ok()).map(Vec::as_slice).unwrap_or_default();
        let open = open.iter().filter_map(|code| Slot::parse(code.as_s().ok()?)).collect();
        Ok(Self { revision, frozen: item.contains_key("frozen"), open, slots })
    }

    /// Counts the changes: sending is conditional on it.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether there is none, of a draft that lives on or of one that is gone.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Whether they belong to a sent application and no longer change, but for the open ones.
    pub const fn frozen(&self) -> bool {
        self.frozen
    }

    /// Whether the parent may change what is in a slot: before sending, and where the department
    /// asked for it again.
    pub fn may_change(&self, slot: Slot) -> bool {
        !self.frozen || self.open.contains(&slot)
    }

    /// What is in a slot.
    pub fn get(&self, slot: Slot) -> Option<&Document> {
        self.slots.get(&slot)
    }

    /// The full slots in the order of pages.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, &Document)> {
        Slot::ALL.into_iter().filter_map(|slot| Some((slot, self.slots.get(&slot)?)))
    }

    /// Whether the scan of a slot was accepted.
    pub fn accepted(&self, slot: Slot) -> bool {
        self.get(slot).is_some_and(|document| document.accepted().is_some())
    }

    /// Those of the given slots that hold no accepted scan, in the given order.
    pub fn missing(&self, slots: &[Slot]) -> Vec<Slot> {
        slots.iter().copied().filter(|slot| !self.accepted(*slot)).collect()
    }

    /// Whether any scan is still being checked.
    pub fn checking(&self, now: Timestamp) -> bool {
        self.slots.values().any(|document| document.is_checking(now))
    }

    /// Bytes of all accepted scans but one slot's.
    pub fn bytes_beside(&self, slot: Slot) -> u64 {
        let others = self.slots.iter().filter(|(other, _)| **other != slot);
        others.filter_map(|(_, document)| document.accepted()).map(|accepted| accepted.size).sum()
    }
}

impl Store {
    /// The scans of a draft, for the check that follows an upload. Pages get them with
    /// [`Store::open`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn documents(&self, id: &DraftId) -> Result<Documents, StoreError> {
        Documents::of_item(self.read_item(&self.tables.applications, &keys::documents(id)).await?.as_ref())
    }

    /// Puts a new upload attempt into a slot and returns what was in it, whose files are now
    /// nobody's; none where that is not known, since the first reply was lost. `expires` is the
    /// draft's: no earlier than the campaign's close. What is sent never expires: none for an open
    /// slot of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the application was sent meanwhile, or the slot was closed.
    pub async fn begin_upload(
        &self,
        id: &DraftId,
        slot: Slot,
        document: &Document,
        expires: Option<Timestamp>,
    ) -> Result<Option<Document>, StoreError> {
        let value = serde_dynamo::to_attribute_value(document)
            .map_err(|error| StoreError::Corrupt { key: keys::documents(id).to_string(), why: error.to_string() })?;
        let update = self
            .update_slot(id, slot)
            .expression_attribute_names("#entity", "entity")
            .expression_attribute_names("#schema", "schema")
            .expression_attribute_values(":document", value)
            .expression_attribute_values(":entity", text("documents"))
            .expression_attribute_values(":schema", number(item::SCHEMA));
        let put = "SET #slot = :document, #entity = :entity, #schema = :schema";
        let update = match expires {
            Some(expires) => update
                .update_expression(format!("{put}, expires = :expires ADD revision :one"))
                .condition_expression("attribute_not_exists(frozen)")
                .expression_attribute_values(":expires", number(expires.as_second())),
            None => open(update, slot)
                .update_expression(format!("{put} ADD revision :one"))
                .condition_expression("contains(#open, :code)"),
        };
        let updated = update.send().await.or_failure()?;
        // After a lost reply the SDK puts the same attempt over itself: its files are not nobody's.
        Ok(former(updated.attributes.as_ref(), slot)?.filter(|former| former.upload != document.upload))
    }

    /// Ends a check. False, and nothing changed, if the attempt is no longer the slot's, was
    /// settled before, or the slot may no longer change: events come twice and late. False too if any
    /// slot changed since the revision `weighed`, with whose scans this one was weighed together.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settle_upload(
        &self,
        id: &DraftId,
        slot: Slot,
        upload: &UploadId,
        state: &State,
        weighed: Option<u64>,
    ) -> Result<bool, StoreError> {
        let value = serde_dynamo::to_attribute_value(state)
            .map_err(|error| StoreError::Corrupt { key: keys::documents(id).to_string(), why: error.to_string() })?;
        let condition = format!("{MAY_CHANGE} AND #slot.upload = :upload AND #slot.#state IN (:waiting, :checking)");
        let update = open(self.update_slot(id, slot), slot)
            .update_expression("SET #slot.#state = :state ADD revision :one")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":state", value)
            .expression_attribute_values(":upload", text(upload.as_str()))
            .expression_attribute_values(":waiting", text("waiting"))
            .expression_attribute_values(":checking", text("checking"));
        let update = match weighed {
            None => update.condition_expression(condition),
            Some(seen) => update
                .condition_expression(format!("{condition} AND revision = :seen"))
                .expression_attribute_values(":seen", number(seen)),
        };
        condition_held(update.send().await.or_failure())
    }

    /// Empties a slot and returns what was in it, whose files are now nobody's; none where that is
    /// not known, since the first reply was lost.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the slot may no longer change.
    pub async fn remove_document(&self, id: &DraftId, slot: Slot) -> Result<Option<Document>, StoreError> {
        let updated = open(self.update_slot(id, slot), slot)
            .update_expression("REMOVE #slot ADD revision :one")
            .condition_expression(MAY_CHANGE)
            .send()
            .await
            .or_failure()?;
        former(updated.attributes.as_ref(), slot)
    }

    fn update_slot(&self, id: &DraftId, slot: Slot) -> UpdateItemFluentBuilder {
        self.dynamo
            .update_item()
            .table_name(&self.tables.applications)
            .set_key(Some(keys::documents(id).attributes()))
            .expression_attribute_names("#slot", attribute(slot))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::AllOld)
    }
}

/// A slot changes before sending, and while it is open.
const MAY_CHANGE: &str = "(attribute_not_exists(frozen) OR contains(#open, :code))";

/// Names what [`MAY_CHANGE`] asks for.
fn open(update: UpdateItemFluentBuilder, slot: Slot) -> UpdateItemFluentBuilder {
    update.expression_attribute_names("#open", "open").expression_attribute_values(":code", text(slot.code()))
}

/// Slots are attributes of the item itself: the first upload needs no map to be there.
fn attribute(slot: Slot) -> String {
    format!("slot:{}", slot.code())
}

fn former(old: Option<&Item>, slot: Slot) -> Result<Option<Document>, StoreError> {
    let Some(old) = old else { return Ok(None) };
    old.get(&attribute(slot)).map(|value| read(old, value)).transpose()
}

fn read(item: &Item, value: &AttributeValue) -> Result<Document, StoreError> {
    serde_dynamo::from_attribute_value(value.clone())
        .map_err(|error| StoreError::Corrupt { key: keys::Key::of(item).to_string(), why: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPLOAD: &str = "00112233445566778899aabbccddeeff";

    fn document(state: State) -> Document {
        Document {
            upload: UploadId::parse(UPLOAD).unwrap(),
            name: "скан.jpg".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            state,
        }
    }

    fn accepted(size: u64) -> State {
        State::Accepted(Accepted { kind: Kind::Jpeg, size, pages: None })
    }

    fn item_of(documents: &[(Slot, Document)]) -> Item {
        let mut item = keys::documents(&DraftId::from_bytes([1; 16])).attributes();
        item.insert("revision".to_owned(), number(7));
        for (slot, document) in documents {
            item.insert(attribute(*slot), serde_dynamo::to_attribute_value(document).unwrap());
        }
        item
    }

    #[test]
    fn an_item_reads_back_and_a_missing_one_is_empty() {
        let item =
            item_of(&[(Slot::Photo, document(accepted(5))), (Slot::Pmpc, document(State::Refused(Refusal::Heic)))]);
        let documents = Documents::of_item(Some(&item)).unwrap();
        assert_eq!(documents.revision(), 7);
        assert_eq!(documents.get(Slot::Pmpc).map(|found| &found.state), Some(&State::Refused(Refusal::Heic)));
        assert!(documents.accepted(Slot::Photo) && !documents.frozen());
        assert_eq!(
            documents.missing(&[Slot::BirthCertificate, Slot::Photo, Slot::Pmpc]),
            [Slot::BirthCertificate, Slot::Pmpc]
        );
        assert_eq!(documents.iter().map(|(slot, _)| slot).collect::<Vec<_>>(), [Slot::Photo, Slot::Pmpc]);
        assert_eq!(Documents::of_item(None).unwrap(), Documents::default());
    }

    #[test]
    fn a_sent_applications_scans_change_where_they_are_open() {
        let mut item = item_of(&[(Slot::Photo, document(accepted(5)))]);
        assert!(Documents::of_item(Some(&item)).unwrap().may_change(Slot::Photo));
        item.insert("frozen".to_owned(), AttributeValue::Bool(true));
        assert!(!Documents::of_item(Some(&item)).unwrap().may_change(Slot::Photo));
        item.insert("open".to_owned(), AttributeValue::L(vec![text("photo")]));
        let documents = Documents::of_item(Some(&item)).unwrap();
        assert!(documents.may_change(Slot::Photo) && !documents.may_change(Slot::Pmpc));
    }

    /// The condition of [`Store::settle_upload`] compares these stored forms.
    #[test]
    fn open_states_are_stored_as_plain_words() {
        let stored = |state: State| serde_dynamo::to_attribute_value::<_, AttributeValue>(state).unwrap();
        assert_eq!(stored(State::Waiting), text("waiting"));
        assert_eq!(stored(State::Checking), text("checking"));
        assert!(stored(accepted(1)).is_m() && stored(State::Refused(Refusal::Empty)).is_m());
    }

    #[test]
    fn an_upload_given_up_is_no_check() {
        let later = |minutes| Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        assert!(document(State::Waiting).is_checking(later(9)));
        assert!(!document(State::Waiting).is_checking(later(11)));
        assert!(document(State::Checking).is_checking(later(59)));
        assert!(!document(State::Checking).is_checking(later(61)));
        assert!(!document(accepted(1)).is_checking(later(0)));
    }

    #[test]
    fn sizes_are_counted_beside_the_slot_that_is_replaced() {
        let full = item_of(&[(Slot::Photo, document(accepted(5))), (Slot::Pmpc, document(accepted(7)))]);
        let documents = Documents::of_item(Some(&full)).unwrap();
        assert_eq!(documents.bytes_beside(Slot::Photo), 7);
        assert_eq!(documents.bytes_beside(Slot::Guardianship), 12);
    }

    #[test]
    fn only_the_item_of_scans_leaves_files_behind() {
        let id = DraftId::from_bytes([1; 16]);
        assert_eq!(Abandoned::of_removed(&keys::documents(&id)), Some(Abandoned { abandoned: id.clone() }));
        for other in [keys::draft(&id), keys::sent(&id), keys::Key::new("child#1", "documents")] {
            assert_eq!(Abandoned::of_removed(&other), None, "{other}");
        }
    }

    #[test]
    fn a_name_is_never_printed() {
        assert!(!format!("{:?}", document(State::Waiting)).contains("скан"));
    }

    #[test]
    fn an_upload_id_is_nothing_but_hex() {
        assert!(UploadId::parse(UPLOAD).is_some());
        for bad in ["", "../../../../../../../../etc/pass", "00112233445566778899AABBCCDDEEFF"] {
            assert_eq!(UploadId::parse(bad), None);
        }
    }
}
