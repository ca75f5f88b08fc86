//! Scans as pages show them.

use domain::answers::Answers;
use domain::document::Kind;
use domain::{Service, Slot};
use store::documents::{Accepted, Document, Documents, Refusal, State};
use store::drafts::Mine;
use text::{Phrase, documents as t};
use views::{DocumentState, FieldError, Markup};

use crate::address::{Address, DocumentAction};
use crate::visit::Visit;

/// What a refusal says to the parent.
pub const fn refusal(refusal: Refusal) -> Phrase {
    match refusal {
        Refusal::Empty => t::EMPTY,
        Refusal::TooBig => t::TOO_BIG,
        Refusal::TooBigTogether => t::TOO_BIG_TOGETHER,
        Refusal::Heic => t::HEIC,
        Refusal::UnknownType => t::UNKNOWN_TYPE,
        Refusal::DamagedImage => t::DAMAGED_IMAGE,
        Refusal::TooManyPixels => t::TOO_MANY_PIXELS,
        Refusal::PdfDamaged => t::PDF_DAMAGED,
        Refusal::PdfEncrypted => t::PDF_ENCRYPTED,
        Refusal::PdfActive => t::PDF_ACTIVE,
        Refusal::PdfTooManyPages => t::PDF_TOO_MANY_PAGES,
        Refusal::CheckFailed => t::CHECK_FAILED,
    }
}

/// How a slot stands, for its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is attached, or an upload was given up
    Empty,
    /// Under way
    Checking,
    /// Taken
    Accepted,
    /// Not taken
    Refused,
}

/// The scans that this draft cannot be sent without. The health passport is three pages, or one
/// PDF of them all in the first slot.
pub fn required(mine: &Mine) -> Vec<Slot> {
    let renews = mine.draft.renews.is_some();
    let required = required_with(mine.draft.service, &mine.documents, &mine.draft.answers);
    // What proves who the child is came with the application that is renewed.
    let anew = |slot: &Slot| !renews || slot.step(mine.draft.service) == mine.draft.service.own_step();
    required.into_iter().filter(anew).collect()
}

/// The same for other answers than the draft's.
pub fn required_with(service: Service, documents: &Documents, answers: &Answers) -> Vec<Slot> {
    let whole_passport = documents
        .get(Slot::HealthPassport1)
        .and_then(Document::accepted)
        .is_some_and(|passport| passport.kind == Kind::Pdf && passport.pages.is_some_and(|pages| pages >= 3));
    let further_pages = [Slot::HealthPassport17, Slot::HealthPassport18];
    let always = Slot::required(service).iter().copied();
    always.filter(|slot| !(whole_passport && further_pages.contains(slot))).chain(answers.paper()).collect()
}

/// How a slot stands.
pub fn standing(documents: &Documents, slot: Slot, visit: &Visit) -> Standing {
    match documents.get(slot) {
        None => Standing::Empty,
        Some(document) if document.is_checking(visit.now) => Standing::Checking,
        Some(document) => match document.state {
            State::Accepted(_) => Standing::Accepted,
            State::Refused(_) => Standing::Refused,
            State::Waiting | State::Checking => Standing::Empty,
        },
    }
}

/// What is wrong with a paper that an answer needs: it must be here; whether it is accepted is seen again before
/// sending.
pub fn paper_fault(documents: &Documents, slot: Slot, visit: &Visit) -> Option<FieldError> {
    let said = match standing(documents, slot, visit) {
        Standing::Empty => t::PAPER_NEEDED,
        Standing::Refused => t::PAPER_REFUSED,
        Standing::Checking | Standing::Accepted => return None,
    };
    let document = t::name(slot).get(visit.locale);
    Some(FieldError::new(slot.code(), said.fill(visit.locale, &[("document", document)])))
}

/// Shows what is in a slot with one of the components of `views`, which get it as a
/// [`DocumentState`]. `preview` is the page of the slot with [`DocumentAction::Preview`].
pub fn with_state(
    visit: &Visit,
    document: Option<&Document>,
    preview: &Address,
    show: impl FnOnce(DocumentState<'_>) -> Markup,
) -> Markup {
    let l = visit.locale;
    let Some(document) = document else { return show(DocumentState::None) };
    let name = document.name.as_str();
    match document.state {
        State::Accepted(accepted) => {
            let (about, preview) = (about(accepted, visit), preview.to_string());
            show(DocumentState::Accepted {
                name,
                about: &about,
                preview: accepted.kind.is_picture().then_some(preview.as_str()),
            })
        }
        State::Refused(reason) => show(DocumentState::Refused { name, reason: refusal(reason).get(l) }),
        State::Waiting | State::Checking if document.is_checking(visit.now) => show(DocumentState::Checking { name }),
        State::Waiting | State::Checking => show(DocumentState::None),
    }
}

/// The address of a slot's preview.
pub fn preview(visit: &Visit, draft: &domain::Draft, slot: Slot) -> Address {
    Address::Document(visit.locale, draft.service, draft.id.clone(), slot, DocumentAction::Preview)
}

/// Type, size and pages in a few words.
fn about(accepted: Accepted, visit: &Visit) -> String {
    let kind = match accepted.kind {
        Kind::Jpeg => "JPEG",
        Kind::Png => "PNG",
        Kind::Pdf => "PDF",
    };
    let kilobytes = accepted.size.div_ceil(1024);
    // Both languages write sizes alike.
    let size = match kilobytes {
        0..1024 => format!("{kilobytes} КБ"),
        _ => format!("{},{} МБ", kilobytes / 1024, kilobytes % 1024 * 10 / 1024),
    };
    match accepted.pages {
        Some(pages) => format!("{kind}, {size}, {}", t::PAGES.fill(visit.locale, &[("n", &pages.to_string())])),
        None => format!("{kind}, {size}"),
    }
}
