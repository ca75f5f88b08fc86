//! The sub-page of one document: shows it, takes a file or gives the script a ticket for it,
//! removes it, shows its preview.

mod page;

use domain::Slot;
use files::{Bucket, BucketError, Place, Ticket};
use futures::future;
use http::StatusCode;
use serde::Serialize;
use store::documents::{Document, Refusal, State, UploadId};
use store::drafts::Mine;
use store::{Store, StoreError};
use text::Phrase;
use text::documents as t;
use web::documents::{Standing, refusal, standing};
use web::step::{StepVisit, open};
use web::{Address, DocumentAction, Method, Part, Reply, Site, Trouble, Visit};

/// A form comes through the function itself, which takes 6 MB with everything around the file.
const MAX_FORM_BYTES: usize = 4 * 1024 * 1024;

/// The function.
#[derive(Clone, Debug)]
pub struct UploadDocument {
    /// Drafts and their slots
    pub store: Store,
    /// The files
    pub bucket: Bucket,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let aws = lambda::aws().await;
    let store = Store::read(&aws, lambda::required)?;
    let bucket = Bucket::new(&aws, lambda::required("DOCUMENTS_BUCKET")?, lambda::optional("S3_PUBLIC_ENDPOINT"))?;
    store.warm().await;
    let site = Site { bucket_origin: Some(bucket.origin().to_owned()), ..Site::from_env()? };
    let function = UploadDocument { store, bucket };
    web::serve(site, function).await
}

/// One slot of one draft, as visited by its owner.
struct Here<'a> {
    step: StepVisit<'a>,
    mine: Mine,
    slot: Slot,
}

impl web::Function for UploadDocument {
    /// Does what the address asks for.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Document(_, service, id, slot, action) = &visit.address else { return Err(Trouble::NotFound) };
        let mine = open(&self.store, &visit, *service, id).await?;
        let here = Here { step: StepVisit { visit: &visit, step: slot.step(*service) }, mine, slot: *slot };
        // Looking at a scan goes on after the application was sent; changing it does not, unless the
        // department asked for it again.
        let may_change = match here.is_asked_again() {
            true => None,
            false => here.step.guard(&here.mine.draft),
        };
        match (action, visit.method, may_change) {
            (DocumentAction::Preview, Method::Get, _) => self.preview(&here).await,
            (DocumentAction::Status, Method::Get, _) => here.status(),
            (DocumentAction::Page, _, Some(elsewhere)) | (DocumentAction::Remove, Method::Post, Some(elsewhere)) => {
                Ok(elsewhere)
            }
            // The script sends its form instead, and that is led on.
            (DocumentAction::Ticket, Method::Post, Some(_)) => Err(Trouble::Conflict),
            (DocumentAction::Page, Method::Get, None) => Ok(here.page(None)),
            (DocumentAction::Page, Method::Post, None) => self.take(&here).await,
            (DocumentAction::Ticket, Method::Post, None) => self.ticket(&here).await,
            (DocumentAction::Remove, Method::Post, None) => self.remove(&here).await,
            (DocumentAction::Preview | DocumentAction::Status, Method::Post, _)
            | (DocumentAction::Ticket | DocumentAction::Remove, Method::Get, _) => Err(Trouble::Method),
        }
    }
}

impl UploadDocument {
    /// A file that came with the form. Two waits after opening.
    async fn take(&self, here: &Here<'_>) -> Result<Reply, Trouble> {
        let parts = here.step.visit.parts().await?;
        let Some(file) = parts.file("file") else { return Ok(here.page(Some(Fault::NoFile))) };
        if let Some(fault) = fault(file) {
            return Ok(here.page(Some(fault)));
        }
        let name = file.file_name.as_deref().unwrap_or_default();
        let (place, former) = self.begin(here, name, State::Checking).await?;
        // The slot knows the attempt before its file can arrive: the check looks there first.
        let (put, ()) =
            future::join(self.bucket.quarantine(&place, file.bytes.clone()), self.forget(here, former)).await;
        if let Err(error) = put {
            self.give_up(here, &place).await;
            return Err(ours(error));
        }
        Ok(here.done())
    }

    /// Permission for the script to put one file into quarantine. Two waits after opening.
    async fn ticket(&self, here: &Here<'_>) -> Result<Reply, Trouble> {
        let form = here.step.visit.form()?;
        match form.text("size").parse::<u64>() {
            Ok(1..=files::MAX_BYTES) => {}
            Ok(0) | Err(_) => return Ok(Reply::empty(StatusCode::UNPROCESSABLE_ENTITY)),
            Ok(_) => return Ok(Reply::empty(StatusCode::PAYLOAD_TOO_LARGE)),
        }
        let (place, former) = self.begin(here, form.text("name"), State::Waiting).await?;
        let (ticket, ()) =
            future::join(self.bucket.ticket(&place, here.step.visit.now), self.forget(here, former)).await;
        let Ticket { url, fields } = ticket.map_err(ours)?;
        Reply::json(&Permission { url, fields, status_url: here.address(DocumentAction::Status).to_string() })
    }

    async fn remove(&self, here: &Here<'_>) -> Result<Reply, Trouble> {
        here.step.visit.form()?;
        let former = self.store.remove_document(&here.mine.draft.id, here.slot).await?;
        self.forget(here, former.or_else(|| here.at_opening())).await;
        Ok(here.done())
    }

    async fn preview(&self, here: &Here<'_>) -> Result<Reply, Trouble> {
        let document = here.mine.documents.get(here.slot).ok_or(Trouble::NotFound)?;
        let picture = document.accepted().is_some_and(|accepted| accepted.kind.is_picture());
        let place = here.place(&document.upload).filter(|_| picture).ok_or(Trouble::NotFound)?;
        let preview = self.bucket.preview(&place).await.map_err(ours)?.ok_or(Trouble::NotFound)?;
        Ok(Reply::bytes("image/jpeg", preview).header(http::header::CONTENT_DISPOSITION, "inline"))
    }

    /// Puts a new attempt into the slot. Answers with its place and what was in the slot.
    async fn begin(&self, here: &Here<'_>, name: &str, state: State) -> Result<(Place, Option<Document>), Trouble> {
        let upload = UploadId::random()?;
        let place = here.place(&upload).ok_or_else(|| Trouble::Ours("an upload id is no part of a key".to_owned()))?;
        let document = Document { upload, name: files::display_name(name), at: here.step.visit.now, state };
        let draft = &here.mine.draft;
        // What was sent is kept as long as the application.
        let expires = draft.sent.is_none().then(|| draft.expires(here.mine.campaign.closes));
        match self.store.begin_upload(&here.mine.draft.id, here.slot, &document, expires).await {
            Ok(former) => Ok((place, former.or_else(|| here.at_opening()))),
            Err(StoreError::Conflict) => Err(Trouble::Conflict),
            Err(error) => {
                // It may have taken effect all the same.
                if self.give_up(here, &place).await {
                    self.forget(here, here.at_opening()).await;
                }
                Err(error.into())
            }
        }
    }

    /// Tells the slot that no file comes, so that it does not wait for a check for an hour: whether
    /// it had waited. Where that cannot be told now, the page of the trouble must do.
    async fn give_up(&self, here: &Here<'_>, place: &Place) -> bool {
        let Some(upload) = UploadId::parse(place.upload()) else { return false };
        let refused = State::Refused(Refusal::CheckFailed);
        let settled = self.store.settle_upload(&here.mine.draft.id, here.slot, &upload, &refused, None).await;
        settled.unwrap_or_else(|error| {
            tracing::warn!(slot = here.slot.code(), %error, "a slot may wait for a file that does not come");
            false
        })
    }

    /// Deletes the files of an attempt that is in no slot any more. What cannot be deleted now is
    /// found by nobody and costs a few cents: no reason to fail the parent's request.
    async fn forget(&self, here: &Here<'_>, former: Option<Document>) {
        let Some(place) = former.and_then(|former| here.place(&former.upload)) else { return };
        if let Err(error) = self.bucket.discard(&place).await {
            tracing::warn!(slot = here.slot.code(), %error, "files of a replaced document are left over");
        }
    }
}

/// What the script gets.
#[derive(Serialize)]
struct Permission {
    url: String,
    fields: std::collections::BTreeMap<&'static str, String>,
    status_url: String,
}

/// How the check stands, for the script.
#[derive(Serialize)]
struct Status {
    state: &'static str,
}

impl Here<'_> {
    fn place(&self, upload: &UploadId) -> Option<Place> {
        Place::new(self.mine.draft.id.clone(), self.slot, upload.as_str())
    }

    /// What was in the slot when the draft was opened. Its files are nobody's once the slot has
    /// changed, whoever changed it.
    fn at_opening(&self) -> Option<Document> {
        self.mine.documents.get(self.slot).cloned()
    }

    fn address(&self, action: DocumentAction) -> Address {
        let draft = &self.mine.draft;
        Address::Document(self.step.visit.locale, draft.service, draft.id.clone(), self.slot, action)
    }

    /// Whether the application was sent, and the department asked for this scan again.
    fn is_asked_again(&self) -> bool {
        self.mine.draft.sent.is_some() && self.mine.documents.may_change(self.slot)
    }

    /// The slot's place on its step, keeping the wish to return to the review page; of a sent
    /// application on the page where it is corrected.
    fn step_address(&self) -> String {
        let draft = &self.mine.draft;
        if draft.sent.is_some() {
            let correct = Address::Correct(self.step.visit.locale, draft.service, draft.id.clone());
            return format!("{correct}#{}", self.slot.code());
        }
        let step = self.step.with_return(&self.step.at(&self.mine.draft, self.step.step));
        format!("{step}#{}", self.slot.code())
    }

    fn done(&self) -> Reply {
        Reply::to(&self.step_address())
    }

    fn status(&self) -> Result<Reply, Trouble> {
        let state = match standing(&self.mine.documents, self.slot, self.step.visit) {
            Standing::Empty => "none",
            Standing::Checking => "checking",
            Standing::Accepted => "accepted",
            Standing::Refused => "refused",
        };
        Reply::json(&Status { state })
    }

    fn page(&self, fault: Option<Fault>) -> Reply {
        let page = page::page(self, fault.map(Fault::phrase));
        let reply = match fault {
            None => Reply::page(page),
            Some(Fault::TooBig) => Reply::page(page).status(StatusCode::PAYLOAD_TOO_LARGE),
            Some(Fault::NoFile | Fault::Refused(_)) => Reply::invalid(page),
        };
        reply.with_bucket()
    }
}

/// What is wrong with a file at first sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// None was chosen
    NoFile,
    /// Too big for a form; with the script it might be taken
    TooBig,
    /// It will not be taken in any way
    Refused(Refusal),
}

impl Fault {
    const fn phrase(self) -> Phrase {
        match self {
            Self::NoFile => t::NO_FILE,
            Self::TooBig => t::TOO_BIG_WITHOUT_SCRIPT,
            Self::Refused(reason) => refusal(reason),
        }
    }
}

/// What can be said at once, without the check that follows.
fn fault(file: &Part) -> Option<Fault> {
    if file.bytes.len() > MAX_FORM_BYTES {
        return Some(Fault::TooBig);
    }
    match files::sniff(&file.bytes).err()? {
        files::Refusal::Empty => Some(Fault::Refused(Refusal::Empty)),
        files::Refusal::Heic => Some(Fault::Refused(Refusal::Heic)),
        files::Refusal::OtherType => Some(Fault::Refused(Refusal::UnknownType)),
        _ => None,
    }
}

fn ours(error: BucketError) -> Trouble {
    Trouble::Ours(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: impl Into<Vec<u8>>) -> Part {
        Part { file_name: Some("scan.jpg".to_owned()), bytes: bytes.into() }
    }

    #[test]
    fn what_no_check_will_take_is_told_at_once() {
        assert_eq!(fault(&file(b"")), Some(Fault::Refused(Refusal::Empty)));
        assert_eq!(fault(&file(b"<html>called .jpg")), Some(Fault::Refused(Refusal::UnknownType)));
        assert_eq!(fault(&file(b"\0\0\0\x24ftypheic\0\0\0\0")), Some(Fault::Refused(Refusal::Heic)));
        assert_eq!(fault(&file(b"%PDF-1.4")), None);
    }

    #[test]
    fn a_form_takes_four_mebibytes() {
        let mut bytes = vec![0; MAX_FORM_BYTES];
        bytes.splice(..5, *b"%PDF-");
        assert_eq!(fault(&file(bytes.clone())), None);
        bytes.push(0);
        assert_eq!(fault(&file(bytes)), Some(Fault::TooBig));
    }
}
