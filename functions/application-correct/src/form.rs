//! The form: the answers that were asked for, and no others.

use domain::Slot;
use domain::answers::{Answers, HomeAddress};
use domain::decision::Field;
use domain::person::Person;
use text::{documents, family as t, review};
use views::FieldError;
use web::Fields;
use web::documents::{Standing, required_with, standing};
use web::people::{Names, Reader};

use crate::Here;

/// Reads the open fields into the answers as they were sent; looks whether the documents that were
/// asked for are here.
///
/// # Errors
/// Every fault, in the order of the page.
pub fn parse(form: &Fields, here: &Here<'_>) -> Result<Answers, Vec<FieldError>> {
    let mut answers = here.application.answers.clone();
    let mut reader = Reader::new(here.visit, form);
    let asks = |field| here.asked.asks(field);
    if let Some(family) = &mut answers.family {
        person(&mut reader, here, "parent", &mut family.parent);
        person(&mut reader, here, "child", &mut family.child);
        if reader.is_sound() && family.parent.birth_date >= family.child.birth_date {
            let field = if asks(Field::ParentBirthDate) { "parent-birth-date" } else { "child-birth-date" };
            reader.add(field, t::PARENT_TOO_YOUNG);
        }
        let born = family.child.birth_date;
        if asks(Field::ChildBirthDate) {
            family.early_wish = reader.early_wish(here.application.service, Some(born), here.mine.campaign.school_year);
        }
        if asks(Field::CertificateNumber) {
            let iins = [family.parent.iin.as_str(), family.child.iin.as_str()];
            if let Some(number) = reader.certificate_number(iins) {
                family.certificate.number = number;
            }
        }
        if asks(Field::CertificateIssued) {
            if let Some(issued) = reader.certificate_issued(Some(born)) {
                family.certificate.issued = issued;
            }
        } else if asks(Field::ChildBirthDate) && family.certificate.issued < born {
            reader.add("child-birth-date", t::ISSUED_BEFORE_BIRTH);
        }
    }
    if let Some(school) = answers.school.as_mut().filter(|_| asks(Field::Address))
        && let Some(address) = reader.address()
        && !is_line_of(&school.address, &address)
    {
        // The school of residence follows when an officer assigns it.
        school.address = address;
    }
    scans(&mut reader, here, &answers);
    if reader.is_sound() { Ok(answers) } else { Err(reader.faults()) }
}

/// Whether the words are those in which the page showed the address, in whatever language.
fn is_line_of(known: &HomeAddress, typed: &HomeAddress) -> bool {
    let HomeAddress::Typed { text } = typed else { return false };
    domain::Locale::ALL.iter().any(|locale| known.line(*locale) == text)
}

fn person(reader: &mut Reader<'_>, here: &Here<'_>, who: &str, person: &mut Person) {
    let (name, birth_date, sex) = fields(who);
    if here.asked.asks(name)
        && let Some(Names { surname, name, patronymic }) = reader.names(who)
    {
        (person.surname, person.name, person.patronymic) = (surname, name, patronymic);
    }
    if here.asked.asks(birth_date)
        && let Some(date) = reader.birth_date(who)
    {
        person.birth_date = date;
    }
    if here.asked.asks(sex)
        && let Some(read) = reader.sex(who)
    {
        person.sex = read;
    }
}

/// What can be asked of a person: the name, the birth date, the sex.
pub fn fields(who: &str) -> (Field, Field, Field) {
    match who {
        "parent" => (Field::ParentName, Field::ParentBirthDate, Field::ParentSex),
        _ => (Field::ChildName, Field::ChildBirthDate, Field::ChildSex),
    }
}

/// The open slots that cannot stay empty: those that were named, and those that such answers need.
pub fn needed(here: &Here<'_>, answers: &Answers) -> Vec<Slot> {
    let required = required_with(here.application.service, &here.mine.documents, answers);
    let open = here.asked.open();
    open.into_iter().filter(|slot| here.asked.scans.contains(slot) || required.contains(slot)).collect()
}

fn scans(reader: &mut Reader<'_>, here: &Here<'_>, answers: &Answers) {
    let needed = needed(here, answers);
    for slot in here.asked.open() {
        let phrase = match standing(&here.mine.documents, slot, here.visit) {
            Standing::Empty if needed.contains(&slot) => t::DOCUMENT_NEEDED,
            Standing::Refused => t::DOCUMENT_REFUSED,
            Standing::Checking => review::CHECKING,
            Standing::Empty | Standing::Accepted => continue,
        };
        reader.add_filled(slot.code(), phrase, &[("document", documents::name(slot).get(reader.locale()))]);
    }
}

/// The open fields as they were sent.
pub fn answered(here: &Here<'_>) -> Fields {
    let mut fields = Fields::default();
    let answers = &here.application.answers;
    if let Some(family) = &answers.family {
        for (who, person) in [("parent", &family.parent), ("child", &family.child)] {
            web::people::fill(&mut fields, who, person);
        }
        fields.set("certificate-number", family.certificate.number.as_str());
        fields.set_date("certificate-issued", family.certificate.issued);
        if family.early_wish {
            fields.set("early-wish", "yes");
        }
    }
    if let Some(school) = &answers.school {
        fields.set("address-typed", school.address.line(here.visit.locale));
    }
    fields
}
