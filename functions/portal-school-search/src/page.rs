//! The page of the search.

use std::collections::BTreeMap;

use domain::address::{Match, Territory};
use domain::directory::{Campaign, Phase, School};
use domain::places::Numbers;
use domain::{Language, Locale, Place, Service};
use store::directory::Schools;
use text::{Phrase, common, queue, school as words, school_search as t, schools};
use views::{Fact, Field, Markup, Tone, html};
use web::queue::{bar, has_terms, legend, named, said, why};
use web::{Address, Visit, department, with_query};

use crate::LONGEST;
use crate::asked::{Asked, Spot};
use crate::territory::houses;

/// Where the outcome stands on the page.
const FOUND: &str = "found";

/// In which language is taught.
const fn taught_in(language: Language) -> Phrase {
    match language {
        Language::Kazakh => words::IN_KAZAKH,
        Language::Russian => words::IN_RUSSIAN,
    }
}

/// All that the page shows.
pub struct Page<'a> {
    pub visit: &'a Visit,
    pub campaign: Option<&'a Campaign>,
    pub schools: &'a Schools,
    /// What was typed
    pub text: &'a str,
    pub asked: &'a Asked,
    /// Of the street
    pub territory: &'a Territory,
    pub standings: &'a BTreeMap<Place, Numbers>,
}

/// The page before anything is asked.
pub fn empty(visit: &Visit) -> Markup {
    let l = visit.locale;
    framed(
        visit,
        &visit.other_language(&[]),
        html! {
            (views::lead(t::LEAD.get(l)))
            (search(l, ""))
            p { a href=(Address::Schools(l)) { (queue::ALL_SCHOOLS.get(l)) } }
        },
    )
}

fn framed(visit: &Visit, other: &str, body: Markup) -> Markup {
    let l = visit.locale;
    let shell = visit.public_shell(t::TITLE.get(l), t::DESCRIPTION.get(l), other);
    views::page(&shell, html! { h1 { (t::TITLE.get(l)) } (body) })
}

fn search(l: Locale, typed: &str) -> Markup {
    let field = Field {
        hint: Some(t::HINT.get(l)),
        value: typed,
        maxlength: Some(LONGEST),
        autocomplete: Some("off"),
        ..Field::new(l, "address", t::FIELD.get(l))
    };
    let action = format!("{}#{FOUND}", Address::SchoolSearch(l));
    views::search(&action, t::BUTTON.get(l), &field, Some(&Address::SuggestAddress(l).to_string()))
}

impl Page<'_> {
    fn l(&self) -> Locale {
        self.visit.locale
    }

    pub fn whole(&self) -> Markup {
        let l = self.l();
        let query = self.asked.query(self.text, l.other());
        let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let other = with_query(&self.visit.address.other_language(), &query);
        framed(
            self.visit,
            &other,
            html! {
                (search(l, self.text))
                section #(FOUND) aria-labelledby="outcome" { (self.outcome()) }
            },
        )
    }

    fn outcome(&self) -> Markup {
        match self.asked {
            Asked::Nothing => html! {},
            Asked::NotFound => self.not_found(),
            Asked::Choose(several) => self.choose(several),
            Asked::NoHouse(found) => self.no_house(found),
            Asked::House(spot) if self.territory.knows(&spot.house) => self.home(spot),
            Asked::House(spot) => self.house_unknown(spot),
        }
    }

    fn heading(&self, text: &str) -> Markup {
        html! { h2 #outcome { (text) } }
    }

    fn not_found(&self) -> Markup {
        let l = self.l();
        let contacts = department::contacts(l, &self.visit.site.city.contacts);
        html! {
            (self.heading(t::NOT_FOUND.get(l)))
            ul {
                li { (t::NOT_FOUND_SPELLING.get(l)) }
                li { (t::NOT_FOUND_OLD.get(l)) }
                li { (t::NOT_FOUND_BY_HAND.get(l)) }
            }
            (self.join(&[("address", self.text)], t::JOIN_BY_HAND.get(l), None))
            @if let Some(contacts) = contacts {
                h3 { (t::ASK.get(l)) }
                (contacts)
            }
        }
    }

    fn choose(&self, several: &[Match]) -> Markup {
        let l = self.l();
        html! {
            (self.heading(t::CHOOSE.get(l)))
            p { (t::CHOOSE_HINT.get(l)) }
            ul.choices {
                @for found in several {
                    @let line = found.line(l);
                    @let query = [("address", line.as_str()), ("match", found.street.id.as_str())];
                    li {
                        a href={ (with_query(&Address::SchoolSearch(l), &query)) "#" (FOUND) } { (line) }
                        (old_name(l, found.old_name.as_deref()))
                        @if let Some(area) = &found.street.area { ", " (area.get(l)) }
                    }
                }
            }
        }
    }

    fn no_house(&self, found: &Match) -> Markup {
        let l = self.l();
        html! {
            (self.heading(t::NO_HOUSE.get(l)))
            (views::notice(html! { p { (t::NO_HOUSE_HINT.fill(l, &[("street", &found.street.label(l))])) } }))
        }
    }

    fn house_unknown(&self, spot: &Spot) -> Markup {
        let l = self.l();
        let said = [("street", spot.street.label(l)), ("house", spot.house.to_string())];
        let said = said.each_ref().map(|(name, value)| (*name, value.as_str()));
        html! {
            (self.heading(&t::HOUSE_UNKNOWN.fill(l, &said)))
            p { (t::HOUSE_UNKNOWN_HINT.get(l)) }
            ul {
                @for language in Language::ALL {
                    @let rows: Vec<_> = self.territory.rows.iter().filter(|row| row.language == language).collect();
                    @if !rows.is_empty() {
                        li { (t::taught_in(language).get(l)) ": " (houses(l, &rows)) }
                    }
                }
            }
            p { (t::HOUSE_UNKNOWN_RIGHT.get(l)) }
            (self.join(&carried(spot, &spot.line(l)), t::JOIN_BY_HAND.get(l), None))
        }
    }

    /// The schools of residence, a part of the page for each language.
    fn home(&self, spot: &Spot) -> Markup {
        let l = self.l();
        let over = self.is_over();
        html! {
            (self.heading(&t::ADDRESS.fill(l, &[("address", &spot.line(l))])))
            p.muted {
                @if let Some(area) = &spot.street.area { (t::IN_AREA.fill(l, &[("area", area.get(l))])) ". " }
                (t::NOT_THIS.get(l))
            }
            @if let Some(old) = &spot.old_name { p { (words::OLD_NAME.fill(l, &[("name", old)])) } }
            @if over { (views::notice(html! { p { (t::CLOSED.get(l)) } })) } @else { p { (t::HOME_MEANS.get(l)) } }
            @if !self.standings.is_empty() { (legend(l)) }
            @for language in Language::ALL {
                h3 #(language.code()) { (t::taught_in(language).get(l)) }
                @match self.territory.home_school(&spot.house, language).and_then(|id| self.schools.find(id)) {
                    Some(school) => (self.card(spot, school, language)),
                    None => (self.none(spot, language)),
                }
            }
        }
    }

    fn card(&self, spot: &Spot, school: &School, language: Language) -> Markup {
        let l = self.l();
        let place = Place::new(school.id.clone(), language);
        let numbers = self.standings.get(&place).filter(|numbers| has_terms(numbers));
        let teaches: Vec<String> = school.languages.iter().map(|language| named(l, *language).to_lowercase()).collect();
        let teaches = teaches.join(", ");
        let capacity = numbers.map(|numbers| numbers.terms.capacity.to_string());
        let mut facts = vec![
            Fact { key: schools::KIND.get(l), value: schools::kind(school.kind).get(l) },
            Fact { key: t::TEACHES.get(l), value: &teaches },
            Fact { key: words::SCHOOL_PHONE.get(l), value: &school.phone },
        ];
        facts.extend(capacity.as_deref().map(|value| Fact { key: t::CAPACITY.get(l), value }));
        let line = spot.line(l);
        let links = [
            (Address::SchoolPage(l, school.id.clone()).to_string(), t::TO_SCHOOL),
            (format!("{}#{}", Address::QueueOf(l, school.id.clone()), language.code()), t::TO_QUEUE),
            (format!("{}#{}", Address::SchoolTerritory(l, school.id.clone()), language.code()), t::TO_TERRITORY),
        ];
        let about = format!("{}, {}", school.name.get(l), taught_in(language).get(l));
        let mut carried = carried(spot, &line);
        carried.push(("language", language.code()));
        views::school_card(
            &views::School {
                name: school.name.get(l),
                address: school.address.get(l),
                tag: Some((Tone::Good, common::GUARANTEED.get(l))),
                facts: &facts,
            },
            html! {
                @if let Some(numbers) = numbers {
                    (bar(l, numbers))
                    p { (said(l, numbers)) "." @if !self.is_over() && !numbers.is_open() { " " (why(l, numbers)) "." } }
                } @else {
                    p.muted { (queue::NO_TERMS.get(l)) "." }
                }
                ul.links {
                    @for (href, name) in &links {
                        li { a href=(href) { (name.get(l)) span.vh { ": " (about) } } }
                    }
                }
                (self.join(&carried, self.join_label().get(l), Some(&about)))
            },
        )
    }

    /// Nobody teaches in this language here: who does nearby.
    fn none(&self, spot: &Spot, language: Language) -> Markup {
        let l = self.l();
        let taught = [("language", taught_in(language).get(l))];
        let area = spot.street.area.as_ref().map(|area| area.ru.as_str());
        let near = self.schools.all().iter().filter(|school| school.teaches(language));
        let near: Vec<&School> = near.filter(|school| area == Some(school.district.ru.as_str())).collect();
        views::notice(html! {
            p { (words::NO_SCHOOL.fill(l, &taught)) }
            @if !near.is_empty() {
                p { (words::NEAREST.fill(l, &taught)) }
                ul {
                    @for school in near {
                        li { a href=(Address::SchoolPage(l, school.id.clone())) { (school.name.get(l)) } ", " (school.address.get(l)) }
                    }
                }
            }
            p { (words::NO_SCHOOL_ADVICE.get(l)) }
        })
    }

    /// A button into the wizard: what is carried there is sent, and no part of its address.
    fn join(&self, carried: &[(&str, &str)], label: &str, about: Option<&str>) -> Markup {
        let l = self.l();
        if self.campaign.is_none() || self.is_over() {
            return html! {};
        }
        let action = format!("{}?from={}", Address::Start(l, Service::FirstGrade), web::carried::FROM);
        views::action_form(
            &action,
            None,
            html! {
                @for (name, value) in carried { (views::hidden(name, value)) }
                button.primary type="submit" { (label) @if let Some(about) = about { span.vh { ": " (about) } } }
            },
        )
    }

    fn join_label(&self) -> Phrase {
        match self.campaign.map(|campaign| campaign.phase(self.visit.now)) {
            Some(Phase::Before) => t::PREPARE,
            Some(Phase::Open | Phase::Closed) | None => t::JOIN,
        }
    }

    fn is_over(&self) -> bool {
        self.campaign.is_some_and(|campaign| campaign.phase(self.visit.now) == Phase::Closed)
    }
}

/// The address as fields of the wizard.
fn carried<'a>(spot: &'a Spot, line: &'a str) -> Vec<(&'static str, &'a str)> {
    let mut fields = vec![("address", line), ("address-match", spot.street.id.as_str())];
    fields.extend(spot.flat.as_deref().map(|flat| ("flat", flat)));
    fields
}

fn old_name(l: Locale, name: Option<&str>) -> Markup {
    html! { @if let Some(name) = name { " (" (words::OLD_NAME.fill(l, &[("name", name)])) ")" } }
}
