//! The page of the step.

use domain::camp::{Claim, Shift};
use store::directory::Schools;
use store::drafts::Mine;
use text::review::language;
use text::{camp as t, common};
use views::{Choice, DocumentRow, FieldError, Markup, Radio, Select, error_of, html};
use web::following::shift_in;
use web::step::StepVisit;
use web::{Address, Fields, documents};

use crate::form::{SHIFTS, born};

pub fn page(here: &StepVisit<'_>, mine: &Mine, schools: &Schools, shown: &Fields, errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let offered = offered(here, mine, schools, shown);
    let [first, second] = SHIFTS;
    let inner = html! {
        p { (t::STEP_INTRO.get(l)) }
        @if offered.is_empty() { (views::warning(l, html! { p { (t::NO_FIT.get(l)) } })) }
        (shift(here, &offered, shown, errors, first, t::SHIFT_1))
        (shift(here, &offered, shown, errors, second, t::SHIFT_2))
        p { a href=(Address::Camps(l)) target="_blank" { (t::CALENDAR_LINK.get(l)) } }
        (claim(here, mine, shown, errors))
        (views::primary_button(common::NEXT.get(l)))
    };
    here.page(&mine.draft, t::STEP_TITLE.get(l), errors, inner)
}

/// The shifts that take the child, and what was chosen before: the parent sees what to change.
fn offered(here: &StepVisit<'_>, mine: &Mine, schools: &Schools, shown: &Fields) -> Vec<(String, String)> {
    let l = here.visit.locale;
    let born = born(&mine.draft);
    let fits = |shift: &&Shift| {
        let chosen = SHIFTS.iter().any(|field| shown.text(field) == shift.id.as_str());
        chosen || t::unfit(l, Some(shift), born, here.visit.today()).is_none()
    };
    let said = |shift: &Shift| {
        let (ages, language) = (t::ages(l, shift), language(shift.language).get(l).to_lowercase());
        let more = [("ages", &*ages), ("language", &*language)];
        (shift.id.to_string(), shift_in(&t::SHIFT_OPTION, shift, l, &more))
    };
    schools.shifts().iter().filter(fits).map(said).collect()
}

fn shift(
    here: &StepVisit<'_>,
    offered: &[(String, String)],
    shown: &Fields,
    errors: &[FieldError],
    name: &str,
    label: text::Phrase,
) -> Markup {
    let l = here.visit.locale;
    let options: Vec<(&str, &str)> = offered.iter().map(|(id, said)| (id.as_str(), said.as_str())).collect();
    let [_, second] = SHIFTS;
    views::select(&Select {
        locale: l,
        name,
        label: label.get(l),
        hint: None,
        options: &options,
        value: shown.text(name),
        error: error_of(errors, name),
        optional: name == second,
    })
}

/// The grounds, each with the paper that proves it.
fn claim(here: &StepVisit<'_>, mine: &Mine, shown: &Fields, errors: &[FieldError]) -> Markup {
    let (l, visit) = (here.visit.locale, here.visit);
    let options = Claim::ALL.map(|one| Radio { value: one.code(), label: t::claim(one).get(l), hint: None });
    let papers = Claim::ALL.map(|one| {
        let Some(slot) = one.paper() else { return Markup::default() };
        let preview = documents::preview(visit, &mine.draft, slot);
        documents::with_state(visit, mine.documents.get(slot), &preview, |state| {
            let error = error_of(errors, slot.code());
            views::document_row(&DocumentRow { locale: l, slot, optional: false, state, error })
        })
    });
    let choice = Choice {
        locale: l,
        name: "claim",
        label: t::CLAIM.get(l),
        hint: Some(t::CLAIM_HINT.get(l)),
        options: &options,
        value: shown.text("claim"),
        error: error_of(errors, "claim"),
        optional: false,
        inline: false,
    };
    views::radios_with(&choice, &papers)
}
