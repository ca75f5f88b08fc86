//! The page of the step.

use domain::meals::Category;
use store::directory::Schools;
use store::drafts::Mine;
use text::{common, meals as t};
use views::{Choice, DocumentRow, Field, FieldError, Markup, Radio, Select, Width, error_of, html};
use web::step::StepVisit;
use web::{Fields, documents};

pub fn page(here: &StepVisit<'_>, mine: &Mine, schools: &Schools, shown: &Fields, errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let inner = html! {
        p { (t::STEP_INTRO.get(l)) }
        (school(here, schools, shown, errors))
        (views::text_input(&Field {
            hint: Some(t::CLASS_HINT.get(l)),
            value: shown.text("class"),
            error: error_of(errors, "class"),
            maxlength: Some(20),
            width: Width::W6,
            autocomplete: Some("off"),
            ..Field::new(l, "class", t::CLASS.get(l))
        }))
        (category(here, mine, shown, errors))
        (views::primary_button(common::NEXT.get(l)))
    };
    here.page(&mine.draft, t::STEP_TITLE.get(l), errors, inner)
}

fn school(here: &StepVisit<'_>, schools: &Schools, shown: &Fields, errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let label = |school: &domain::directory::School| {
        t::SCHOOL_OPTION.fill(l, &[("school", school.name.get(l)), ("address", school.address.get(l))])
    };
    let named: Vec<(&str, String)> = schools.all().iter().map(|school| (school.id.as_str(), label(school))).collect();
    let options: Vec<(&str, &str)> = named.iter().map(|(id, label)| (*id, label.as_str())).collect();
    views::select(&Select {
        locale: l,
        name: "school",
        label: t::SCHOOL.get(l),
        hint: None,
        options: &options,
        value: shown.text("school"),
        error: error_of(errors, "school"),
        optional: false,
    })
}

/// The categories, each with the paper that proves it.
fn category(here: &StepVisit<'_>, mine: &Mine, shown: &Fields, errors: &[FieldError]) -> Markup {
    let (l, visit) = (here.visit.locale, here.visit);
    let options = Category::ALL.map(|one| Radio { value: one.code(), label: t::category(one).get(l), hint: None });
    let papers = Category::ALL.map(|one| {
        let slot = one.paper();
        let preview = documents::preview(visit, &mine.draft, slot);
        documents::with_state(visit, mine.documents.get(slot), &preview, |state| {
            views::document_row(&DocumentRow {
                locale: l,
                slot,
                optional: false,
                state,
                error: error_of(errors, slot.code()),
            })
        })
    });
    let choice = Choice {
        locale: l,
        name: "category",
        label: t::CATEGORY.get(l),
        hint: None,
        options: &options,
        value: shown.text("category"),
        error: error_of(errors, "category"),
        optional: false,
        inline: false,
    };
    views::radios_with(&choice, &papers)
}
