//! The form of step 3.

use domain::answers::{Certificate, CertificateFault, Family};
use domain::fields::{ASKED, OUTCOME};
use domain::person::{Age, EARLIEST_BIRTH, NameFault, Person, PersonName, Sex};
use domain::{Date, Draft, Iin, Slot};
use store::drafts::Mine;
use text::{consent, documents, family as t};
use views::FieldError;
use web::documents::{Standing, standing};
use web::{DateAnswer, Fields, Visit};

/// Collects every fault of the form, not only the first.
struct Faults<'a> {
    visit: &'a Visit,
    found: Vec<FieldError>,
}

impl Faults<'_> {
    fn add(&mut self, field: impl Into<String>, phrase: text::Phrase) {
        self.found.push(FieldError::new(field.into(), phrase.get(self.visit.locale)));
    }

    fn add_filled(&mut self, field: impl Into<String>, phrase: text::Phrase, values: &[(&str, &str)]) {
        self.found.push(FieldError::new(field.into(), phrase.fill(self.visit.locale, values)));
    }

    fn take<T, E>(&mut self, field: String, read: Result<T, E>, phrase: impl Fn(E) -> text::Phrase) -> Option<T> {
        read.map_err(|fault| self.add(field, phrase(fault))).ok()
    }
}

/// Reads the whole form.
///
/// # Errors
/// Every fault, in the order of the page.
pub fn parse(form: &Fields, mine: &Mine, visit: &Visit) -> Result<Family, Vec<FieldError>> {
    let mut faults = Faults { visit, found: Vec::new() };
    let today = visit.site.local(visit.now).date();
    let parent = person(&mut faults, form, "parent", today);
    let mut child = person(&mut faults, form, "child", today);
    if let (Some(parent), Some(known)) = (&parent, &child) {
        if parent.iin == known.iin {
            faults.add("child-iin", t::IIN_SAME);
            child = None;
        } else if parent.birth_date >= known.birth_date {
            faults.add("parent-birth-date", t::PARENT_TOO_YOUNG);
        }
    }
    let born = match form.date("child-birth-date") {
        DateAnswer::Date(born) => Some(born),
        DateAnswer::Empty | DateAnswer::Unreadable => None,
    };
    let early_wish = form.ticked("early-wish");
    if let Some(born) = born.filter(|born| *born <= today) {
        let year = mine.campaign.school_year;
        match Age::of(born, year) {
            Age::TooYoung => faults.add_filled("child-birth-date", t::TOO_YOUNG, &[("year", &year.to_string())]),
            Age::AtParentsWish if !early_wish => faults.add("early-wish", t::WISH_NEEDED),
            Age::AtParentsWish | Age::Admitted => {}
        }
    }
    let certificate = certificate(&mut faults, form, born, today);
    scans(&mut faults, mine);
    match (parent, child, certificate) {
        (Some(parent), Some(child), Some(certificate)) if faults.found.is_empty() => {
            Ok(Family { parent, child, certificate, early_wish })
        }
        _ => Err(faults.found),
    }
}

fn person(faults: &mut Faults<'_>, form: &Fields, who: &str, today: Date) -> Option<Person> {
    let field = |part: &str| format!("{who}-{part}");
    let iin = iin(faults, form, who);
    let surname = name(faults, form, field("surname"), t::SURNAME_EMPTY);
    let given = name(faults, form, field("name"), t::NAME_EMPTY);
    let patronymic = match form.text(&field("patronymic")) {
        "" => Some(None),
        _ => name(faults, form, field("patronymic"), t::NAME_EMPTY).map(Some),
    };
    let birth_date = birth_date(faults, form, field("birth-date"), today);
    let sex = Sex::parse(form.text(&field("sex")));
    if sex.is_none() {
        faults.add(field("sex"), t::SEX_EMPTY);
    }
    Some(Person {
        iin: iin?,
        surname: surname?,
        name: given?,
        patronymic: patronymic?,
        birth_date: birth_date?,
        sex: sex?,
    })
}

fn iin(faults: &mut Faults<'_>, form: &Fields, who: &str) -> Option<Iin> {
    match Iin::parse(form.text(&format!("{who}-iin"))) {
        Ok(iin) => Some(iin),
        Err(fault) => {
            let message = web::people::iin_fault(fault, faults.visit.locale);
            faults.found.push(FieldError::new(format!("{who}-iin"), message));
            None
        }
    }
}

fn name(faults: &mut Faults<'_>, form: &Fields, field: String, empty: text::Phrase) -> Option<PersonName> {
    let typed = PersonName::parse(form.text(&field));
    faults.take(field, typed, |fault| match fault {
        NameFault::Empty => empty,
        NameFault::TooLong => t::NAME_TOO_LONG,
        NameFault::Sign => t::NAME_SIGN,
    })
}

fn birth_date(faults: &mut Faults<'_>, form: &Fields, field: String, today: Date) -> Option<Date> {
    match form.date(&field) {
        DateAnswer::Empty => faults.add(field, t::BIRTH_EMPTY),
        DateAnswer::Unreadable => faults.add(field, t::DATE_UNREADABLE),
        DateAnswer::Date(date) if date > today => faults.add(field, t::BIRTH_FUTURE),
        DateAnswer::Date(date) if date < EARLIEST_BIRTH => faults.add(field, t::BIRTH_TOO_OLD),
        DateAnswer::Date(date) => return Some(date),
    }
    None
}

fn certificate(faults: &mut Faults<'_>, form: &Fields, born: Option<Date>, today: Date) -> Option<Certificate> {
    let phrase = |fault| match fault {
        CertificateFault::NumberEmpty => t::CERTIFICATE_EMPTY,
        CertificateFault::NumberTooLong => t::CERTIFICATE_TOO_LONG,
        CertificateFault::NumberIsIin => t::CERTIFICATE_IS_IIN,
        CertificateFault::IssuedBeforeBirth => t::ISSUED_BEFORE_BIRTH,
        CertificateFault::IssuedInFuture => t::ISSUED_FUTURE,
    };
    let number =
        Certificate::number(form.text("certificate-number"), [form.text("parent-iin"), form.text("child-iin")]);
    let number = faults.take("certificate-number".to_owned(), number, phrase);
    let issued = match form.date("certificate-issued") {
        DateAnswer::Empty => {
            faults.add("certificate-issued", t::ISSUED_EMPTY);
            None
        }
        DateAnswer::Unreadable => {
            faults.add("certificate-issued", t::DATE_UNREADABLE);
            None
        }
        DateAnswer::Date(issued) => {
            faults.take("certificate-issued".to_owned(), Certificate::issued(issued, born, today), phrase)
        }
    };
    Some(Certificate { number: number?, issued: issued? })
}

/// The required scans must be here; whether each is accepted is seen again before sending.
fn scans(faults: &mut Faults<'_>, mine: &Mine) {
    let l = faults.visit.locale;
    let required = web::documents::required(mine);
    for slot in Slot::ALL.into_iter().filter(|slot| *slot != Slot::AddressProof) {
        let document = documents::name(slot).get(l);
        match standing(&mine.documents, slot, faults.visit) {
            Standing::Empty if required.contains(&slot) => {
                faults.add_filled(slot.code(), t::DOCUMENT_NEEDED, &[("document", document)])
            }
            Standing::Refused => faults.add_filled(slot.code(), t::DOCUMENT_REFUSED, &[("document", document)]),
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
    let mut faults = Faults { visit, found: Vec::new() };
    let asked = shown.text(ASKED);
    if !matches!(asked, "parent" | "child") {
        return Vec::new();
    }
    if !shown.ticked("register-consent") {
        faults.add("register-consent", consent::REGISTER_MISSING);
    }
    if iin(&mut faults, shown, asked).is_some() && shown.text(OUTCOME) == "parent-first" {
        faults.add("parent-iin", t::PARENT_FIRST);
    }
    faults.found
}
