//! The queue of the whole city.

use std::collections::BTreeMap;

use domain::directory::School;
use domain::places::Numbers;
use domain::{Locale, Place};
use text::queue as t;
use views::{Field, Markup, Width, html};
use web::Address;
use web::queue::{bar, languages, legend, named, said};

use crate::{Here, LONGEST, ledger};

type Places = BTreeMap<Place, Numbers>;

pub fn page(here: &Here<'_>, places: &Places) -> Markup {
    let l = here.visit.locale;
    let looked_for = here.visit.query.text("q");
    let found: Vec<&School> = here.schools.all().iter().filter(|school| school.fits(looked_for)).collect();
    let body = html! {
        h1 { (t::TITLE.get(l)) }
        p { (t::INTRO.get(l)) }
        @if here.is_over() { (views::notice(html! { p { (t::CLOSED.get(l)) } })) }
        @if here.head.is_none() { (views::notice(html! { p { (t::NOTHING_YET.get(l)) } })) }
        (views::details(t::RULES.get(l), html! {
            ul { @for rule in [t::RULE_HOME, t::RULE_RATIO, t::RULE_NUMBER] { li { (rule.get(l)) } } }
        }))
        (views::search(&Address::Queue(l).to_string(), t::FIND.get(l), &Field {
            value: looked_for,
            maxlength: Some(LONGEST),
            width: Width::Full,
            ..Field::new(l, "q", t::SEARCH.get(l))
        }, None))
        @if !looked_for.is_empty() {
            p { a href=(Address::Queue(l)) { (t::ALL_SCHOOLS.get(l)) } }
        }
        @if found.is_empty() {
            p role="status" { (t::NO_SCHOOL.get(l)) }
        } @else {
            @if !places.is_empty() { (legend(l)) }
            ul.schools role="list" { @for school in &found { (one(l, school, places)) } }
            @if !places.is_empty() { (views::details(t::TABLE.get(l), table(l, &found, places))) }
        }
        (ledger::section(here))
    };
    here.page(t::TITLE.get(l), t::DESCRIPTION.get(l), &["q"], body)
}

fn one(l: Locale, school: &School, places: &Places) -> Markup {
    html! {
        li {
            h2.name { a href=(Address::QueueOf(l, school.id.clone())) { (school.name.get(l)) } }
            @if !places.is_empty() && languages(school, |place| places.get(place)).next().is_none() {
                p.muted { (t::NO_TERMS.get(l)) }
            }
            @for (language, numbers) in languages(school, |place| places.get(place)) {
                p { (named(l, language)) ": " (said(l, numbers)) }
                (bar(l, numbers))
            }
        }
    }
}

fn table(l: Locale, schools: &[&School], places: &Places) -> Markup {
    let headings = [t::SCHOOL, t::LANGUAGE, t::CAPACITY, t::RESIDENTS, t::GRANTED, t::FREE, t::WAITING];
    let row = |school: &School, language, numbers: &Numbers| {
        let counts =
            [u32::from(numbers.terms.capacity), numbers.here(), numbers.granted, numbers.free(), numbers.waiting];
        let [capacity, here_, granted, free, waiting] = counts.map(|count| count.to_string());
        let (school, language) = (school.name.get(l).to_owned(), named(l, language).to_owned());
        [school, language, capacity, here_, granted, free, waiting]
    };
    let rows: Vec<[String; 7]> = schools
        .iter()
        .flat_map(|school| {
            languages(school, |place| places.get(place)).map(|(language, numbers)| row(school, language, numbers))
        })
        .collect();
    views::table(&headings.map(|heading| heading.get(l)), &rows)
}

#[cfg(test)]
mod tests {
    use domain::directory::SchoolId;
    use domain::places::Terms;
    use domain::{Date, Language};

    use super::*;

    fn school() -> School {
        School::from(testkit::school(SchoolId::parse("school-14").unwrap()))
    }

    #[test]
    fn every_number_of_a_place_stands_in_the_table() {
        let place = Place::new(school().id, Language::Kazakh);
        let terms = Terms { capacity: 97, forecast: 0, ratio: 3, priority_until: Date::constant(2027, 5, 31) };
        let numbers = Numbers { terms, priority: true, residents: 45, away: 2, granted: 11, waiting: 36 };
        let places = Places::from([(place, numbers)]);
        for l in Locale::ALL {
            let table = table(l, &[&school()], &places).into_string();
            for number in ["97", "43", "11", "4", "36"] {
                assert!(table.contains(&format!("<td>{number}</td>")), "{number}: {table}");
            }
            let line = one(l, &school(), &places).into_string();
            assert!(line.contains(&format!("/{}/queue/school-14", l.code())) && line.contains("36"), "{line}");
            assert_eq!(line.matches("<svg").count(), 1, "the other language has nothing to show");
        }
    }
}
