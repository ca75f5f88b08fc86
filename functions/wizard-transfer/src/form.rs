//! The form of the step.

use domain::answers::HomeAddress;
use domain::directory::SchoolId;
use domain::transfer::{GRADES, Motive, TransferChoice};
use domain::{Draft, Language, Locale, Place};
use store::directory::Schools;
use text::{Phrase, transfer as t};
use views::FieldError;
use web::documents::paper_fault;
use web::spot::Spot;
use web::{Fields, Visit};

use crate::{Look, Opened};

/// The value of a place in a list.
pub fn place_value(place: &Place) -> String {
    format!("{}:{}", place.school, place.language.code())
}

/// Reads such a value; only places that exist are read.
fn place(value: &str, schools: &Schools) -> Option<Place> {
    let (school, language) = value.split_once(':')?;
    let place = Place::new(SchoolId::parse(school).ok()?, Language::parse(language)?);
    schools.find(&place.school)?.teaches(place.language).then_some(place)
}

/// A grade; none for what is none.
pub fn grade(form: &Fields) -> Option<u8> {
    form.text("grade").parse().ok().filter(|grade| GRADES.contains(grade))
}

/// The fields as answered before, else as the register told.
pub fn answered(draft: &Draft, locale: Locale) -> Fields {
    let mut fields = Fields::default();
    let given = draft.answers.transfer.as_ref();
    let told = draft.register.address.as_ref().filter(|_| given.is_none());
    if let Some(address @ HomeAddress::Known { .. }) = given.and_then(|given| given.address.as_ref()).or(told) {
        fields.set("address", address.line(locale));
    }
    if let Some(given) = given {
        fields.set("grade", given.grade.to_string());
        fields.set("from-school", given.from.school.as_str());
        fields.set("from-language", given.from.language.code());
        fields.set("to", place_value(&given.to));
        fields.set("motive", given.motive.code());
    }
    fields
}

/// Reads the form, all errors at once.
///
/// # Errors
/// Every fault, in the order of the page.
pub fn parse(form: &Fields, look: &Look, opened: &Opened, visit: &Visit) -> Result<TransferChoice, Vec<FieldError>> {
    let (l, schools) = (visit.locale, &opened.schools);
    let wrong = |field: &'static str, phrase: Phrase| FieldError::new(field, phrase.get(l));
    let mut faults = Vec::new();
    let grade = grade(form);
    if grade.is_none() {
        faults.push(wrong("grade", t::GRADE_EMPTY));
    }
    let from = SchoolId::parse(form.text("from-school")).ok().filter(|id| schools.find(id).is_some());
    if from.is_none() {
        faults.push(wrong("from-school", t::FROM_EMPTY));
    }
    let language = Language::parse(form.text("from-language"));
    if language.is_none() {
        faults.push(wrong("from-language", t::LANGUAGE_EMPTY));
    }
    faults.extend(look.spot.fault(&look.territory, l));
    let to = place(form.text("to"), schools);
    match &to {
        None => faults.push(wrong("to", t::TO_EMPTY)),
        Some(to) if Some(&to.school) == from.as_ref() => faults.push(wrong("to", t::TO_SAME)),
        Some(to) if !look.is_home(to) && grade.is_some_and(|grade| look.free(to, grade) <= 0) => {
            faults.push(wrong("to", t::TO_FULL));
        }
        Some(_) => {}
    }
    let motive = Motive::parse(form.text("motive"));
    match motive {
        None => faults.push(wrong("motive", t::MOTIVE_EMPTY)),
        Some(motive) if !motive.is_in_time(&opened.mine.campaign.breaks, visit.today()) => {
            faults.push(wrong("motive", t::MOTIVE_LATE));
        }
        Some(motive) => {
            faults.extend(motive.paper().and_then(|slot| paper_fault(&opened.mine.documents, slot, visit)));
        }
    }
    let address = match &look.spot {
        Spot::House { address, .. } => Some(address.clone()),
        _ => None,
    };
    match (grade, from, language, to, motive) {
        (Some(grade), Some(school), Some(language), Some(to), Some(motive)) if faults.is_empty() => {
            let resident = look.is_home(&to);
            Ok(TransferChoice { grade, from: Place::new(school, language), to, address, resident, motive })
        }
        _ => Err(faults),
    }
}
