//! People in forms: read alike by step 3 and by the look-up.

use domain::Locale;
use domain::iin::IinFault;
use domain::person::Person;
use text::family as t;

use crate::fields::Fields;

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
