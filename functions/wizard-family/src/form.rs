//! The form of step 3.

use domain::answers::{Certificate, Family};
use domain::fields::{ASKED, OUTCOME};
use domain::person::Person;
use domain::{Draft, Iin, Slot, Step};
use store::drafts::Mine;
use text::{consent, documents, family as t};
use views::FieldError;
use web::documents::{Standing, standing};
use web::people::{Names, Reader, iin_fault};
use web::{DateAnswer, Fields, Visit};

/// Reads the whole form.
///
/// # Errors
/// Every fault, in the order of the page.
pub fn parse(form: &Fields, mine: &Mine, visit: &Visit) -> Result<Family, Vec<FieldError>> {
    let mut reader = Reader::new(visit, form);
    let parent = person(&mut reader, form, "parent");
    let mut child = person(&mut reader, form, "child");
    if let (Some(parent), Some(known)) = (&parent, &child) {
        if parent.iin == known.iin {
            reader.add("child-iin", t::IIN_SAME);
            child = None;
        } else if parent.birth_date >= known.birth_date {
            reader.add("parent-birth-date", t::PARENT_TOO_YOUNG);
        }
    }
    let born = match form.date("child-birth-date") {
        DateAnswer::Date(born) => Some(born),
        DateAnswer::Empty | DateAnswer::Unreadable => None,
    };
    let early_wish = reader.early_wish(mine.draft.service, born, mine.campaign.school_year);
    let number = reader.certificate_number([form.text("parent-iin"), form.text("child-iin")]);
    let issued = reader.certificate_issued(born);
    scans(&mut reader, visit, mine);
    match (parent, child, number, issued) {
        (Some(parent), Some(child), Some(number), Some(issued)) if reader.is_sound() => {
            Ok(Family { parent, child, certificate: Certificate { number, issued }, early_wish })
        }
        _ => Err(reader.faults()),
    }
}

fn person(reader: &mut Reader<'_>, form: &Fields, who: &str) -> Option<Person> {
    let iin = iin(reader, form, who);
    let names = reader.names(who);
    let birth_date = reader.birth_date(who);
    let sex = reader.sex(who);
    let Names { surname, name, patronymic } = names?;
    Some(Person { iin: iin?, surname, name, patronymic, birth_date: birth_date?, sex: sex? })
}

fn iin(reader: &mut Reader<'_>, form: &Fields, who: &str) -> Option<Iin> {
    let field = format!("{who}-iin");
    match Iin::parse(form.text(&field)) {
        Ok(iin) => Some(iin),
        Err(fault) => {
            reader.add_said(field, iin_fault(fault, reader.locale()));
            None
        }
    }
}

/// The required scans must be here; whether each is accepted is seen again before sending.
fn scans(reader: &mut Reader<'_>, visit: &Visit, mine: &Mine) {
    let required = web::documents::required(mine);
    let service = mine.draft.service;
    let here = |slot: &Slot| slot.step(service) == Step::Family;
    for slot in Slot::ALL.into_iter().filter(here) {
        let document = documents::name(slot).get(visit.locale);
        match standing(&mine.documents, slot, visit) {
            Standing::Empty if required.contains(&slot) => {
                reader.add_filled(slot.code(), t::DOCUMENT_NEEDED, &[("document", document)]);
            }
            Standing::Refused => reader.add_filled(slot.code(), t::DOCUMENT_REFUSED, &[("document", document)]),
            Standing::Empty | Standing::Checking | Standing::Accepted => {}
        }
    }
}

/// The fields as answered before, else as the register told.
pub fn answered(draft: &Draft) -> Fields {
    let mut fields = Fields::default();
    if draft.register.consent_at.is_some() {
        fields.set("register-consent", "yes");
    }
    if let Some(family) = &draft.answers.family {
        for (who, person) in [("parent", &family.parent), ("child", &family.child)] {
            web::people::fill(&mut fields, who, person);
        }
        fields.set("certificate-number", family.certificate.number.as_str());
        fields.set_date("certificate-issued", family.certificate.issued);
        if family.early_wish {
            fields.set("early-wish", "yes");
        }
    }
    fields
}

/// What went wrong when a look-up was asked for: the page is shown again with it.
pub fn asked_errors(visit: &Visit, shown: &Fields) -> Vec<FieldError> {
    let mut reader = Reader::new(visit, shown);
    let asked = shown.text(ASKED);
    if !matches!(asked, "parent" | "child") {
        return Vec::new();
    }
    if !shown.ticked("register-consent") {
        reader.add("register-consent", consent::REGISTER_MISSING);
    }
    if iin(&mut reader, shown, asked).is_some() && shown.text(OUTCOME) == "parent-first" {
        reader.add("parent-iin", t::PARENT_FIRST);
    }
    reader.faults()
}
