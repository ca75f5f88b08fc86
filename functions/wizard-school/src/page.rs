//! The page of step 4.

use domain::directory::School;
use domain::{Language, Locale, Place, Slot};
use store::directory::Schools;
use store::drafts::Mine;
use text::{Phrase, common, queue, school as t};
use views::{
    Checkbox, Choice, DocumentRow, Fact, Field, FieldError, Markup, Radio, Select, Tone, Width, error_of, html,
};
use web::people::Form;
use web::spot::{Search, Spot};
use web::step::StepVisit;
use web::{Address, Fields, documents};

use crate::form::{QUOTA, place, place_value};
use crate::spot::Look;

const fn name(language: Language) -> Phrase {
    match language {
        Language::Kazakh => t::KAZAKH,
        Language::Russian => t::RUSSIAN,
    }
}

const fn taught_in(language: Language) -> Phrase {
    match language {
        Language::Kazakh => t::IN_KAZAKH,
        Language::Russian => t::IN_RUSSIAN,
    }
}

/// All that the page shows.
pub struct Page<'a> {
    pub here: &'a StepVisit<'a>,
    pub mine: &'a Mine,
    pub schools: &'a Schools,
    pub shown: &'a Fields,
    pub look: &'a Look,
    pub errors: &'a [FieldError],
}

impl Page<'_> {
    fn l(&self) -> Locale {
        self.here.visit.locale
    }

    fn error(&self, id: &str) -> Option<&str> {
        error_of(self.errors, id)
    }

    pub fn whole(&self) -> Markup {
        let l = self.l();
        let inner = html! {
            p { (t::INTRO.get(l)) }
            (self.language())
            (views::fieldset(l, "home-address", t::ADDRESS_LEGEND.get(l), None, None, false, self.address()))
            (self.home())
            (views::fieldset(l, "quota", t::QUOTA_LEGEND.get(l), Some(t::QUOTA_INTRO.get(l)), None, true, self.quota()))
            (views::primary_button(common::NEXT.get(l)))
        };
        self.here.page(&self.mine.draft, t::TITLE.get(l), self.errors, inner)
    }

    fn language(&self) -> Markup {
        let l = self.l();
        let options =
            Language::ALL.map(|language| Radio { value: language.code(), label: name(language).get(l), hint: None });
        views::radios(&Choice {
            locale: l,
            name: "language",
            label: t::LANGUAGE.get(l),
            hint: None,
            options: &options,
            value: self.shown.text("language"),
            error: self.error("language"),
            optional: false,
            inline: true,
        })
    }

    fn address(&self) -> Markup {
        let l = self.l();
        let draft = &self.mine.draft;
        let find = self.here.with_return(&Address::FindAddress(l, draft.service, draft.id.clone()));
        let search = Search {
            locale: l,
            shown: self.shown,
            errors: self.errors,
            spot: &self.look.spot,
            territory: &self.look.territory,
            label: t::ADDRESS.get(l),
            hint: t::ADDRESS_HINT.get(l),
            optional: false,
        };
        html! {
            @if let Some(told) = &draft.register.address {
                p.hint { (t::ADDRESS_FROM_REGISTER.fill(l, &[("address", told.line(l))])) }
            }
            (search.field())
            (views::text_input(&Field {
                value: self.shown.text("flat"),
                error: self.error("flat"),
                optional: true,
                maxlength: Some(10),
                width: Width::W6,
                autocomplete: Some("off"),
                ..Field::new(l, "flat", t::FLAT.get(l))
            }))
            (views::secondary_button(t::FIND.get(l), "act", "find", Some(&find)))
            (search.found())
            (self.by_hand())
        }
    }

    fn by_hand(&self) -> Markup {
        let l = self.l();
        let visit = self.here.visit;
        let slot = Slot::AddressProof;
        let by_hand = self.look.spot == Spot::ByHand;
        let proof = documents::with_state(
            visit,
            self.mine.documents.get(slot),
            &documents::preview(visit, &self.mine.draft, slot),
            |state| {
                views::document_row(&DocumentRow {
                    locale: l,
                    slot,
                    optional: !by_hand,
                    state,
                    error: self.error(slot.code()),
                })
            },
        );
        html! {
            (views::checkbox(&Checkbox {
                locale: l,
                name: "address-source",
                value: "typed",
                label: t::BY_HAND.get(l),
                hint: Some(t::BY_HAND_HINT.get(l)),
                checked: self.shown.ticked("address-source"),
                error: self.error("address-source"),
            }))
            (Form { locale: l, shown: self.shown, errors: self.errors }.address(!by_hand))
            (proof)
        }
    }

    /// The school of residence for each language, or why there is none.
    fn home(&self) -> Markup {
        let l = self.l();
        if self.look.spot == Spot::ByHand {
            return html! {
                h2 { (t::HOME.get(l)) }
                p { (t::HOME_BY_OFFICER.get(l)) }
            };
        }
        if !self.look.house_is_known() {
            return html! {};
        }
        let chosen = Language::parse(self.shown.text("language"));
        let languages = Language::ALL.into_iter().filter(|language| chosen.is_none_or(|chosen| chosen == *language));
        html! {
            h2 { (t::HOME.get(l)) }
            @for language in languages { (self.home_in(language)) }
            @if let Some(other) = chosen.map(other) {
                (views::details(name(other).get(l), self.home_in(other)))
            } @else {
                p { (t::HOME_LANGUAGES.get(l)) }
            }
        }
    }

    fn home_in(&self, language: Language) -> Markup {
        let l = self.l();
        match self.look.home(language).and_then(|home| self.schools.find(home)) {
            Some(school) => self.card(school, language, Some((Tone::Good, common::GUARANTEED.get(l))), html! {}),
            None => views::notice(html! {
                p { (t::NO_SCHOOL.fill(l, &[("language", taught_in(language).get(l))])) }
                @let near = self.near(language);
                @if !near.is_empty() {
                    p { (t::NEAREST.fill(l, &[("language", taught_in(language).get(l))])) }
                    ul { @for school in near { li { (school.name.get(l)) ", " (school.address.get(l)) } } }
                }
                p { (t::NO_SCHOOL_ADVICE.get(l)) }
            }),
        }
    }

    /// Schools of the same part of the city: there is no map to measure distances on.
    fn near(&self, language: Language) -> Vec<&School> {
        let here = |school: &&School| self.look.area() == Some(school.district.ru.as_str());
        self.schools.all().iter().filter(|school| school.teaches(language)).filter(here).collect()
    }

    fn card(&self, school: &School, language: Language, tag: Option<(Tone, &str)>, inner: Markup) -> Markup {
        let l = self.l();
        let terms = self.look.terms(&Place::new(school.id.clone(), language));
        let places = terms.map_or(0, |terms| terms.capacity).to_string();
        let expected = terms.map_or(0, |terms| terms.forecast).to_string();
        let facts = [
            Fact { key: t::LANGUAGE.get(l), value: name(language).get(l) },
            Fact { key: t::PLACES.get(l), value: &places },
            Fact { key: t::EXPECTED.get(l), value: &expected },
            Fact { key: t::SCHOOL_PHONE.get(l), value: &school.phone },
        ];
        views::school_card(
            &views::School { name: school.name.get(l), address: school.address.get(l), tag, facts: &facts },
            inner,
        )
    }

    fn quota(&self) -> Markup {
        let l = self.l();
        let places = self.offered();
        let options: Vec<(&str, &str)> = places.iter().map(|(value, label)| (value.as_str(), label.as_str())).collect();
        let fields = QUOTA.into_iter().zip([t::QUOTA_FIRST, t::QUOTA_SECOND]);
        html! {
            @for (field, label) in fields {
                (views::select(&Select {
                    locale: l,
                    name: field,
                    label: label.get(l),
                    hint: None,
                    options: &options,
                    value: self.shown.text(field),
                    error: self.error(field),
                    optional: true,
                }))
                @if let Some(place) = place(self.shown.text(field), self.schools)
                    && let Some(school) = self.schools.find(&place.school)
                {
                    (self.card(school, place.language, Some((Tone::Neutral, t::QUOTA_CHOSEN.get(l))), self.live(&place)))
                }
            }
        }
    }

    /// How a quota place stands now, and why it has nothing to give.
    fn live(&self, place: &Place) -> Markup {
        let l = self.l();
        html! {
            @if let Some(numbers) = self.look.standing(place) {
                p { (queue::QUOTA_NOW.get(l)) ": " strong { (web::queue::short(l, numbers)) } "." }
                @if !numbers.is_open() { p.muted { (web::queue::why(l, numbers)) "." } }
            }
        }
    }

    /// Every place of the city with its label, those of the same part of the city first.
    fn offered(&self) -> Vec<(String, String)> {
        let l = self.l();
        let mut schools: Vec<&School> = self.schools.all().iter().collect();
        schools.sort_by_key(|school| self.look.area() != Some(school.district.ru.as_str()));
        let places = schools.into_iter().flat_map(|school| {
            school.languages.iter().map(move |language| (school, Place::new(school.id.clone(), *language)))
        });
        places
            .map(|(school, place)| {
                let count = self.look.terms(&place).map_or(0, |terms| terms.capacity).to_string();
                let (phrase, places) = match self.look.standing(&place) {
                    Some(numbers) => (queue::OPTION, web::queue::short(l, numbers)),
                    None => (t::QUOTA_OPTION, count),
                };
                let label = phrase.fill(
                    l,
                    &[
                        ("school", school.name.get(l)),
                        ("language", &name(place.language).get(l).to_lowercase()),
                        ("places", &places),
                        ("district", school.district.get(l)),
                    ],
                );
                (place_value(&place), label)
            })
            .collect()
    }
}

const fn other(language: Language) -> Language {
    match language {
        Language::Kazakh => Language::Russian,
        Language::Russian => Language::Kazakh,
    }
}
