//! The questions of an assignment.

use domain::answers::SchoolChoice;
use domain::{Language, Locale, Place};
use store::directory::Schools;
use text::{Phrase, assigning as t, desk, review, school};
use views::{Choice, Field, FieldError, Markup, Radio, Row, Select, error_of, html};
use web::{Address, Fields, Visit};

use crate::spot::{Look, Spot, value};

const fn taught_in(language: Language) -> Phrase {
    match language {
        Language::Kazakh => school::IN_KAZAKH,
        Language::Russian => school::IN_RUSSIAN,
    }
}

/// All that the questions show.
pub struct Questions<'a> {
    pub visit: &'a Visit,
    pub choice: &'a SchoolChoice,
    pub schools: &'a Schools,
    /// What may be assigned
    pub places: &'a [Place],
    pub shown: &'a Fields,
    /// What the search found, where it was asked
    pub look: Option<&'a Look<'a>>,
    /// Whether to tell the school that is assigned now; not where that may be old news
    pub tells_home: bool,
    pub errors: &'a [FieldError],
}

impl Questions<'_> {
    fn l(&self) -> Locale {
        self.visit.locale
    }

    pub fn inner(&self) -> Markup {
        let l = self.l();
        let now = self.choice.home_place().map(|place| self.place(&place));
        let mut rows = vec![
            Row::text(l, review::ADDRESS.get(l), self.choice.address.line(l), None),
            Row::text(l, review::LANGUAGE.get(l), review::language(self.choice.language).get(l), None),
        ];
        if self.tells_home {
            let home = now.as_deref().unwrap_or(desk::NO_SCHOOL.get(l));
            rows.push(Row::text(l, review::HOME_SCHOOL.get(l), home, None));
        }
        html! {
            (views::summary_list(l, &rows))
            (views::suggest_input(
                &Field {
                    hint: Some(school::ADDRESS_HINT.get(l)),
                    value: self.shown.text("address"),
                    maxlength: Some(200),
                    autocomplete: Some("off"),
                    optional: true,
                    ..Field::new(l, "address", t::SEARCH.get(l))
                },
                &Address::SuggestAddress(l).to_string(),
            ))
            (views::secondary_button(school::FIND.get(l), "act", "find", None))
            @if let Some(look) = self.look { (self.found(look)) }
            (self.select())
            p { (t::STAYS.get(l)) }
        }
    }

    fn found(&self, look: &Look<'_>) -> Markup {
        let l = self.l();
        match &look.spot {
            Spot::Empty => html! {},
            Spot::NotFound => views::notice(html! { p { (t::NOT_FOUND.get(l)) } }),
            Spot::NoHouse(street) => {
                views::notice(html! { p { (school::HOUSE_MISSING.fill(l, &[("street", &street.label(l))])) } })
            }
            Spot::Choose(several) => {
                let lines: Vec<(String, Option<String>)> = several
                    .iter()
                    .map(|found| (found.line(l), found.old_name.map(|old| school::OLD_NAME.fill(l, &[("name", old)]))))
                    .collect();
                let options: Vec<Radio<'_>> = several
                    .iter()
                    .zip(&lines)
                    .map(|(found, (line, old))| Radio {
                        value: found.street.id.as_str(),
                        label: line,
                        hint: old.as_deref(),
                    })
                    .collect();
                views::radios(&Choice {
                    locale: l,
                    name: "address-match",
                    label: t::MATCH.get(l),
                    hint: Some(t::MATCH_HINT.get(l)),
                    options: &options,
                    value: "",
                    error: None,
                    optional: true,
                    inline: false,
                })
            }
            Spot::House(street, house) => {
                // The choice among several streets goes on to count while the text stands.
                let kept = views::hidden("address-match", self.shown.text("address-match"));
                let line = street.line(Some(house), l);
                let school = |language| {
                    let id = look.territory.home_school(house, language)?;
                    Some(self.schools.find(id).map_or(id.as_str(), |school| school.name.get(l)))
                };
                let told = |language: Language| {
                    let name = review::language(language).get(l);
                    match school(language) {
                        Some(school) => t::TERRITORY.fill(l, &[("language", name), ("school", school)]),
                        None => t::NO_TERRITORY.fill(l, &[("language", name)]),
                    }
                };
                let found = html! {
                    p { (school::FOUND.fill(l, &[("address", &line)])) }
                    @for language in Language::ALL { p { (told(language)) } }
                };
                let unknown = html! {
                    p { (t::HOUSE_UNKNOWN.fill(l, &[("street", &street.label(l)), ("house", &house.to_string())])) }
                };
                let found = if look.territory.knows(house) { views::success(found) } else { views::notice(unknown) };
                html! { (kept) (found) }
            }
        }
    }

    fn select(&self) -> Markup {
        let l = self.l();
        let places: Vec<(String, String)> = self.places.iter().map(|place| (value(place), self.place(place))).collect();
        let options: Vec<(&str, &str)> = places.iter().map(|(value, label)| (value.as_str(), label.as_str())).collect();
        let hint = t::PLACE_HINT.fill(l, &[("language", taught_in(self.choice.language).get(l))]);
        views::select(&Select {
            locale: l,
            name: "place",
            label: t::PLACE.get(l),
            hint: Some(&hint),
            options: &options,
            value: self.shown.text("place"),
            error: error_of(self.errors, "place"),
            optional: false,
        })
    }

    fn place(&self, place: &Place) -> String {
        let l = self.l();
        let language = review::language(place.language).get(l).to_lowercase();
        match self.schools.find(&place.school) {
            Some(school) => format!("{}, {language} ({})", school.name.get(l), school.district.get(l)),
            None => format!("{}, {language}", place.school),
        }
    }
}
