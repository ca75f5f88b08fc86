//! The form of the step.

use domain::camp::{CHOICES, CampChoice, ChosenShift, Claim};
use domain::directory::SchoolId;
use domain::{Date, Draft};
use store::directory::Schools;
use store::drafts::Mine;
use text::camp as t;
use views::FieldError;
use web::documents::paper_fault;
use web::{Fields, Visit};

/// The fields of the shifts, the better first.
pub const SHIFTS: [&str; CHOICES] = ["shift-1", "shift-2"];

/// The fields as answered before.
pub fn answered(draft: &Draft) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in draft.answers.camp.iter().flat_map(CampChoice::typed) {
        fields.set(&name, value);
    }
    fields
}

/// The birth date of the draft's child. Before step 3 nobody comes here.
pub fn born(draft: &Draft) -> Option<Date> {
    draft.answers.family.as_ref().map(|family| family.child.birth_date)
}

/// Reads the form, all errors at once.
///
/// # Errors
/// Every fault, in the order of the page.
pub fn parse(form: &Fields, schools: &Schools, mine: &Mine, visit: &Visit) -> Result<CampChoice, Vec<FieldError>> {
    let l = visit.locale;
    let (mut shifts, mut faults): (Vec<ChosenShift>, _) = (Vec::new(), Vec::new());
    for (at, field) in SHIFTS.into_iter().enumerate() {
        match shift(form.text(field), schools, mine, visit) {
            Ok(None) if at == 0 => faults.push(FieldError::new(field, t::SHIFT_EMPTY.get(l))),
            Ok(None) => {}
            Ok(Some(same)) if shifts.contains(&same) => faults.push(FieldError::new(field, t::SHIFT_SAME.get(l))),
            Ok(Some(shift)) => shifts.push(shift),
            Err(unfit) => faults.push(FieldError::new(field, unfit)),
        }
    }
    let claim = Claim::parse(form.text("claim"));
    match claim {
        None => faults.push(FieldError::new("claim", t::CLAIM_EMPTY.get(l))),
        Some(claim) => {
            faults.extend(claim.paper().and_then(|slot| paper_fault(&mine.documents, slot, visit)));
        }
    }
    match claim.filter(|_| faults.is_empty()) {
        Some(claim) => Ok(CampChoice { shifts, claim }),
        None => Err(faults),
    }
}

/// A shift that takes the child; none where none is chosen.
fn shift(value: &str, schools: &Schools, mine: &Mine, visit: &Visit) -> Result<Option<ChosenShift>, String> {
    if value.is_empty() {
        return Ok(None);
    }
    let found = SchoolId::parse(value).ok().and_then(|id| schools.shift(&id));
    if let Some(unfit) = t::unfit(visit.locale, found, born(&mine.draft), visit.today()) {
        return Err(unfit);
    }
    Ok(found.map(|shift| ChosenShift { id: shift.id.clone(), language: shift.language, first: shift.first }))
}
