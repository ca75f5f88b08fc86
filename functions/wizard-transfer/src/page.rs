//! The page of the step.

use domain::transfer::{GRADES, Motive};
use domain::{Language, Locale, Place};
use text::review::language;
use text::{common, transfer as t};
use views::{Choice, DocumentRow, FieldError, Markup, Radio, Select, error_of, html};
use web::following::place;
use web::spot::Search;
use web::step::StepVisit;
use web::{Address, Fields, documents};

use crate::form::{grade, place_value};
use crate::{Look, Opened};

/// All that the page shows.
pub struct Page<'a> {
    here: &'a StepVisit<'a>,
    opened: &'a Opened,
    shown: &'a Fields,
    look: &'a Look,
    errors: &'a [FieldError],
    l: Locale,
}

impl<'a> Page<'a> {
    pub const fn new(
        here: &'a StepVisit<'a>,
        opened: &'a Opened,
        shown: &'a Fields,
        look: &'a Look,
        errors: &'a [FieldError],
    ) -> Self {
        Self { here, opened, shown, look, errors, l: here.visit.locale }
    }

    pub fn whole(&self) -> Markup {
        let l = self.l;
        let inner = html! {
            p { (t::STEP_INTRO.get(l)) }
            (views::fieldset(l, "now", t::NOW.get(l), None, None, false, self.now()))
            (views::fieldset(l, "new", t::NEW.get(l), None, None, false, self.new_school()))
            (self.motive())
            (views::primary_button(common::NEXT.get(l)))
        };
        self.here.page(&self.opened.mine.draft, t::STEP_TITLE.get(l), self.errors, inner)
    }

    fn select(&self, name: &str, label: &str, hint: Option<&str>, options: &[(String, String)]) -> Markup {
        let options: Vec<(&str, &str)> = options.iter().map(|(value, said)| (value.as_str(), said.as_str())).collect();
        views::select(&Select {
            locale: self.l,
            name,
            label,
            hint,
            options: &options,
            value: self.shown.text(name),
            error: error_of(self.errors, name),
            optional: false,
        })
    }

    fn now(&self) -> Markup {
        let l = self.l;
        let grades: Vec<_> = GRADES.map(|grade| (grade.to_string(), grade.to_string())).collect();
        let schools = self.opened.schools.all().iter();
        let schools: Vec<_> = schools.map(|one| (one.id.to_string(), one.name.get(l).to_owned())).collect();
        let languages = Language::ALL.map(|one| Radio { value: one.code(), label: language(one).get(l), hint: None });
        html! {
            (self.select("grade", t::GRADE.get(l), None, &grades))
            (self.select("from-school", t::FROM.get(l), None, &schools))
            (views::radios(&Choice {
                locale: l,
                name: "from-language",
                label: t::LANGUAGE.get(l),
                hint: None,
                options: &languages,
                value: self.shown.text("from-language"),
                error: error_of(self.errors, "from-language"),
                optional: false,
                inline: true,
            }))
        }
    }

    fn new_school(&self) -> Markup {
        let l = self.l;
        let draft = &self.opened.mine.draft;
        let find = self.here.with_return(&Address::FindAddress(l, draft.service, draft.id.clone()));
        let search = Search {
            locale: l,
            shown: self.shown,
            errors: self.errors,
            spot: &self.look.spot,
            territory: &self.look.territory,
            label: t::ADDRESS.get(l),
            hint: t::ADDRESS_HINT.get(l),
            optional: true,
        };
        let offered = self.offered();
        html! {
            (search.field())
            (views::secondary_button(t::SHOW.get(l), "act", "find", Some(&find)))
            (search.found())
            @if grade(self.shown).is_some() && offered.is_empty() {
                (views::notice(html! { p { (t::TO_NONE.get(l)) } }))
            }
            (self.select("to", t::TO.get(l), Some(t::TO_HINT.get(l)), &offered))
        }
    }

    /// The places that can be chosen: those of residence first, then what is free in the grade.
    fn offered(&self) -> Vec<(String, String)> {
        let l = self.l;
        let said = |place: &Place| {
            let name = self.opened.schools.find(&place.school).map_or("", |school| school.name.get(l));
            (name, language(place.language).get(l).to_lowercase())
        };
        let homes = self.look.homes().map(|place| {
            let (name, language) = said(&place);
            (place_value(&place), t::TO_HOME.fill(l, &[("school", name), ("language", &language)]))
        });
        let all = self
            .opened
            .schools
            .all()
            .iter()
            .flat_map(|school| school.languages.iter().map(|language| Place::new(school.id.clone(), *language)));
        let grade = grade(self.shown);
        let free = all.filter(|place| !self.look.is_home(place)).filter_map(|place| {
            let free = grade.map_or(0, |grade| self.look.free(&place, grade));
            let (name, language) = said(&place);
            let words = [("school", name), ("language", &language), ("n", &*free.to_string())];
            (free > 0).then(|| (place_value(&place), t::TO_FREE.fill(l, &words)))
        });
        let mut offered: Vec<_> = homes.chain(free).collect();
        // What was chosen before and is full now is shown as it was: the parent sees what to change.
        let chosen = self.opened.mine.draft.answers.transfer.as_ref().map(|given| &given.to);
        if let Some(chosen) = chosen.filter(|to| place_value(to) == self.shown.text("to")) {
            let value = place_value(chosen);
            if !offered.iter().any(|(one, _)| *one == value) {
                offered.push((value, place(chosen, &self.opened.schools, l)));
            }
        }
        offered
    }

    /// Why, each with the paper that proves it, and when no reason is needed.
    fn motive(&self) -> Markup {
        let (l, visit, mine) = (self.l, self.here.visit, &self.opened.mine);
        let breaks: Vec<String> = mine
            .campaign
            .breaks
            .iter()
            .map(|one| t::BREAK.fill(l, &[("first", &text::date(one.first)), ("last", &text::date(one.last))]))
            .collect();
        let hint = match breaks.as_slice() {
            [] => t::NO_BREAKS.get(l).to_owned(),
            some => format!("{}: {}", t::BREAKS.get(l), some.join("; ")),
        };
        let options = Motive::ALL.map(|one| Radio { value: one.code(), label: t::motive(one).get(l), hint: None });
        let papers = Motive::ALL.map(|one| {
            let Some(slot) = one.paper() else { return html! { p.hint { (hint) } } };
            let preview = documents::preview(visit, &mine.draft, slot);
            documents::with_state(visit, mine.documents.get(slot), &preview, |state| {
                let error = error_of(self.errors, slot.code());
                views::document_row(&DocumentRow { locale: l, slot, optional: false, state, error })
            })
        });
        let choice = Choice {
            locale: l,
            name: "motive",
            label: t::MOTIVE.get(l),
            hint: None,
            options: &options,
            value: self.shown.text("motive"),
            error: error_of(self.errors, "motive"),
            optional: false,
            inline: false,
        };
        views::radios_with(&choice, &papers)
    }
}
