//! People and their papers in forms: asked for and read alike by step 3, by the look-up and where
//! what was sent is corrected.

use domain::answers::{Certificate, CertificateFault, HomeAddress, TypedAddressFault};
use domain::iin::IinFault;
use domain::person::{Age, EARLIEST_BIRTH, NameFault, Person, PersonName, Sex};
use domain::{Date, Locale, Service};
use maud::{Markup, html};
use text::{Phrase, family as t, school};
use views::{Checkbox, Choice, DateField, Field, FieldError, Radio, Width, error_of};

use crate::fields::{DateAnswer, Fields};
use crate::visit::Visit;

/// What to do about a wrong IIN, each fault with its own words.
pub fn iin_fault(fault: IinFault, locale: Locale) -> String {
    match fault {
        IinFault::Empty => t::IIN_EMPTY.get(locale).to_owned(),
        IinFault::NotDigits => t::IIN_NOT_DIGITS.get(locale).to_owned(),
        IinFault::Length(n) => t::IIN_LENGTH.fill(locale, &[("n", &n.to_string())]),
        IinFault::Company => t::IIN_COMPANY.get(locale).to_owned(),
        IinFault::CheckDigit => t::IIN_CHECK.get(locale).to_owned(),
    }
}

/// Puts a person into the fields `{who}-…`.
pub fn fill(fields: &mut Fields, who: &str, person: &Person) {
    fields.set(format!("{who}-iin"), person.iin.as_str());
    fields.set(format!("{who}-surname"), person.surname.as_str());
    fields.set(format!("{who}-name"), person.name.as_str());
    fields.set(format!("{who}-patronymic"), person.patronymic.as_ref().map_or("", |name| name.as_str()));
    fields.set_date(&format!("{who}-birth-date"), person.birth_date);
    fields.set(format!("{who}-sex"), person.sex.code());
}

/// Reads a form about people and collects every fault, not only the first.
#[derive(Debug)]
pub struct Reader<'a> {
    form: &'a Fields,
    locale: Locale,
    today: Date,
    faults: Vec<FieldError>,
}

/// A person's name as read.
#[derive(Clone, PartialEq, Eq)]
pub struct Names {
    /// Surname
    pub surname: PersonName,
    /// Name
    pub name: PersonName,
    /// Patronymic
    pub patronymic: Option<PersonName>,
}

/// A person's name.
impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Names(redacted)")
    }
}

impl<'a> Reader<'a> {
    /// A reader of a visit's form.
    pub fn new(visit: &Visit, form: &'a Fields) -> Self {
        Self { form, locale: visit.locale, today: visit.today(), faults: Vec::new() }
    }

    /// What was wrong, in the order of reading.
    pub fn faults(self) -> Vec<FieldError> {
        self.faults
    }

    /// Whether nothing was wrong so far.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// Notes a fault.
    pub fn add(&mut self, field: impl Into<String>, phrase: Phrase) {
        self.faults.push(FieldError::new(field.into(), phrase.get(self.locale)));
    }

    /// Notes a fault with values in its words.
    pub fn add_filled(&mut self, field: impl Into<String>, phrase: Phrase, values: &[(&str, &str)]) {
        self.faults.push(FieldError::new(field.into(), phrase.fill(self.locale, values)));
    }

    /// Notes a fault in words.
    pub fn add_said(&mut self, field: impl Into<String>, said: String) {
        self.faults.push(FieldError::new(field.into(), said));
    }

    /// The language of what is said.
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    fn take<T, E>(&mut self, field: String, read: Result<T, E>, phrase: impl Fn(E) -> Phrase) -> Option<T> {
        read.map_err(|fault| self.add(field, phrase(fault))).ok()
    }

    /// The three fields of a name.
    pub fn names(&mut self, who: &str) -> Option<Names> {
        let surname = self.name(format!("{who}-surname"), t::SURNAME_EMPTY);
        let name = self.name(format!("{who}-name"), t::NAME_EMPTY);
        let patronymic = format!("{who}-patronymic");
        let patronymic = match self.form.text(&patronymic) {
            "" => Some(None),
            _ => self.name(patronymic, t::NAME_EMPTY).map(Some),
        };
        Some(Names { surname: surname?, name: name?, patronymic: patronymic? })
    }

    fn name(&mut self, field: String, empty: Phrase) -> Option<PersonName> {
        let typed = PersonName::parse(self.form.text(&field));
        self.take(field, typed, |fault| match fault {
            NameFault::Empty => empty,
            NameFault::TooLong => t::NAME_TOO_LONG,
            NameFault::Sign => t::NAME_SIGN,
        })
    }

    /// A birth date.
    pub fn birth_date(&mut self, who: &str) -> Option<Date> {
        let field = format!("{who}-birth-date");
        match self.form.date(&field) {
            DateAnswer::Empty => self.add(field, t::BIRTH_EMPTY),
            DateAnswer::Unreadable => self.add(field, t::DATE_UNREADABLE),
            DateAnswer::Date(date) if date > self.today => self.add(field, t::BIRTH_FUTURE),
            DateAnswer::Date(date) if date < EARLIEST_BIRTH => self.add(field, t::BIRTH_TOO_OLD),
            DateAnswer::Date(date) => return Some(date),
        }
        None
    }

    /// The sex.
    pub fn sex(&mut self, who: &str) -> Option<Sex> {
        let field = format!("{who}-sex");
        let sex = Sex::parse(self.form.text(&field));
        if sex.is_none() {
            self.add(field, t::SEX_EMPTY);
        }
        sex
    }

    /// Whether the parents wish it is asked where the child's age needs it; a child who is too young
    /// is a fault of the birth date. Gives the wish; none is given where the service does not ask for it.
    pub fn early_wish(&mut self, service: Service, born: Option<Date>, school_year: i16) -> bool {
        if !service.asks_wish() {
            return false;
        }
        let wished = self.form.ticked("early-wish");
        if let Some(born) = born.filter(|born| *born <= self.today) {
            match Age::of(born, school_year) {
                Age::TooYoung => {
                    self.add_filled("child-birth-date", t::TOO_YOUNG, &[("year", &school_year.to_string())]);
                }
                Age::AtParentsWish if !wished => self.add("early-wish", t::WISH_NEEDED),
                Age::AtParentsWish | Age::Admitted => {}
            }
        }
        wished
    }

    /// The number of the birth certificate, which is neither IIN.
    pub fn certificate_number(&mut self, iins: [&str; 2]) -> Option<String> {
        let number = Certificate::number(self.form.text("certificate-number"), iins);
        self.take("certificate-number".to_owned(), number, certificate)
    }

    /// Its date of issue.
    pub fn certificate_issued(&mut self, born: Option<Date>) -> Option<Date> {
        let field = "certificate-issued";
        match self.form.date(field) {
            DateAnswer::Empty => self.add(field, t::ISSUED_EMPTY),
            DateAnswer::Unreadable => self.add(field, t::DATE_UNREADABLE),
            DateAnswer::Date(issued) => {
                let issued = Certificate::issued(issued, born, self.today);
                return self.take(field.to_owned(), issued, certificate);
            }
        }
        None
    }

    /// An address typed by hand.
    pub fn address(&mut self) -> Option<HomeAddress> {
        let typed = HomeAddress::typed(self.form.text("address-typed"));
        self.take("address-typed".to_owned(), typed, address_fault)
    }
}

const fn certificate(fault: CertificateFault) -> Phrase {
    match fault {
        CertificateFault::NumberEmpty => t::CERTIFICATE_EMPTY,
        CertificateFault::NumberTooLong => t::CERTIFICATE_TOO_LONG,
        CertificateFault::NumberIsIin => t::CERTIFICATE_IS_IIN,
        CertificateFault::IssuedBeforeBirth => t::ISSUED_BEFORE_BIRTH,
        CertificateFault::IssuedInFuture => t::ISSUED_FUTURE,
    }
}

/// What to do about words that are no address.
pub const fn address_fault(fault: TypedAddressFault) -> Phrase {
    match fault {
        TypedAddressFault::Empty => school::TYPED_EMPTY,
        TypedAddressFault::TooLong => school::TYPED_LONG,
    }
}

/// The fields of people on a page.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// The language of the page
    pub locale: Locale,
    /// What the fields show
    pub shown: &'a Fields,
    /// What is wrong
    pub errors: &'a [FieldError],
}

impl Form<'_> {
    fn error(&self, id: &str) -> Option<&str> {
        error_of(self.errors, id)
    }

    /// The three fields of a name.
    pub fn names(&self, who: &str) -> Markup {
        html! {
            (self.name(&format!("{who}-surname"), t::SURNAME, false, "family-name"))
            (self.name(&format!("{who}-name"), t::NAME, false, "given-name"))
            (self.name(&format!("{who}-patronymic"), t::PATRONYMIC, true, "additional-name"))
        }
    }

    fn name(&self, name: &str, label: Phrase, optional: bool, autocomplete: &str) -> Markup {
        // Only the parent's own name is the browser's to fill in.
        let autocomplete = if name.starts_with("parent") { autocomplete } else { "off" };
        views::text_input(&Field {
            value: self.shown.text(name),
            error: self.error(name),
            optional,
            autocomplete: Some(autocomplete),
            maxlength: Some(100),
            ..Field::new(self.locale, name, label.get(self.locale))
        })
    }

    /// A birth date.
    pub fn birth_date(&self, who: &str) -> Markup {
        let (l, name) = (self.locale, format!("{who}-birth-date"));
        views::date_input(&DateField {
            locale: l,
            name: &name,
            label: t::BIRTH_DATE.get(l),
            hint: Some(t::BIRTH_DATE_HINT.get(l)),
            value: self.shown.date_parts(&name),
            error: self.error(&name),
            optional: false,
            own_birthday: who == "parent",
        })
    }

    /// The sex.
    pub fn sex(&self, who: &str) -> Markup {
        let (l, name) = (self.locale, format!("{who}-sex"));
        views::radios(&Choice {
            locale: l,
            name: &name,
            label: t::SEX.get(l),
            hint: None,
            options: &[
                Radio { value: "female", label: t::FEMALE.get(l), hint: None },
                Radio { value: "male", label: t::MALE.get(l), hint: None },
            ],
            value: self.shown.text(&name),
            error: self.error(&name),
            optional: false,
            inline: true,
        })
    }

    /// The parents' wish.
    pub fn early_wish(&self) -> Markup {
        views::checkbox(&Checkbox {
            locale: self.locale,
            name: "early-wish",
            value: "yes",
            label: t::EARLY_WISH.get(self.locale),
            hint: Some(t::EARLY_WISH_HINT.get(self.locale)),
            checked: self.shown.ticked("early-wish"),
            error: self.error("early-wish"),
        })
    }

    /// The number of the birth certificate.
    pub fn certificate_number(&self) -> Markup {
        let l = self.locale;
        views::text_input(&Field {
            hint: Some(t::CERTIFICATE_NUMBER_HINT.get(l)),
            value: self.shown.text("certificate-number"),
            error: self.error("certificate-number"),
            maxlength: Some(40),
            width: Width::W20,
            ..Field::new(l, "certificate-number", t::CERTIFICATE_NUMBER.get(l))
        })
    }

    /// Its date of issue.
    pub fn certificate_issued(&self) -> Markup {
        let l = self.locale;
        views::date_input(&DateField {
            locale: l,
            name: "certificate-issued",
            label: t::CERTIFICATE_ISSUED.get(l),
            hint: None,
            value: self.shown.date_parts("certificate-issued"),
            error: self.error("certificate-issued"),
            optional: false,
            own_birthday: false,
        })
    }

    /// An address typed by hand.
    pub fn address(&self, optional: bool) -> Markup {
        views::textarea(&Field {
            value: self.shown.text("address-typed"),
            error: self.error("address-typed"),
            optional,
            maxlength: Some(200),
            ..Field::new(self.locale, "address-typed", school::TYPED.get(self.locale))
        })
    }
}
