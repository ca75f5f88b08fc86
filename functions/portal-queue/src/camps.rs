//! The calendar of the camps' shifts, and the queue of one of them.

use std::collections::BTreeMap;

use domain::camp::{Section, Shift};
use domain::places::Numbers;
use domain::{Locale, Place, Service};
use store::standings::{Queue, Status};
use text::camp as t;
use views::{Markup, Row, html};
use web::Address;
use web::queue::{Queues, named, why_in_camp};

use crate::tickets::{Part, search, sought, tickets};
use crate::{Here, ledger};

/// All shifts by their first day.
pub fn calendar(here: &Here<'_>, places: &BTreeMap<Place, Numbers>) -> Markup {
    let l = here.visit.locale;
    let shifts = here.schools.shifts();
    let body = html! {
        h1 { (t::CALENDAR_TITLE.get(l)) }
        (views::lead(t::CALENDAR_LEAD.get(l)))
        @if here.campaign.is_some() { p { (views::button_link(t::START.get(l), &Address::Start(l, Service::Camp).to_string())) } }
        @if here.is_over() { (views::notice(html! { p { (t::CLOSED.get(l)) } })) }
        @if shifts.is_empty() { (views::notice(html! { p { (t::NO_SHIFTS.get(l)) } })) }
        (rules(l))
        ul.schools role="list" {
            @for shift in shifts {
                li {
                    h2.name { a href=(Address::CampShift(l, shift.id.clone())) { (title(l, shift)) } }
                    p { (t::dates(l, shift)) " · " (t::ages(l, shift)) " · " (named(l, shift.language)) }
                    p.muted { (t::kind(shift.kind).get(l)) ", " (shift.venue.get(l)) }
                    @for section in Section::ALL {
                        @if let Some(numbers) = places.get(&shift.place(section)).filter(|numbers| has_any(numbers)) {
                            (standing(l, section, numbers))
                        }
                    }
                }
            }
        }
        (ledger::section(here))
    };
    here.page(t::CALENDAR_TITLE.get(l), t::CALENDAR_LEAD.get(l), &[], body)
}

/// One shift: who waits for its places, and who has them.
pub fn shift(here: &Here<'_>, shift: &Shift, queues: &Queues) -> Markup {
    let l = here.visit.locale;
    let title = title(l, shift);
    let mine = sought(here);
    let part = |section: Section| {
        let queue: &Queue = queues.get(&shift.place(section)).filter(|queue| has_any(&queue.numbers))?;
        Some((section, Part { code: section.code(), name: t::section(section).get(l), queue, said: status }))
    };
    let shown: Vec<(Section, Part<'_>)> = Section::ALL.into_iter().filter_map(part).collect();
    let parts: Vec<Part<'_>> = shown.iter().map(|(_, part)| *part).collect();
    let here_of = Address::CampShift(l, shift.id.clone()).to_string();
    let body = html! {
        a.back href=(Address::Camps(l)) { (t::TO_CALENDAR.get(l)) }
        h1 { (title) }
        (views::summary_list(l, &facts(l, shift)))
        @if here.is_over() { (views::notice(html! { p { (t::CLOSED.get(l)) } })) }
        @if here.head.is_none() { (views::notice(html! { p { (t::NOTHING_YET.get(l)) } })) }
        (rules(l))
        @if !shown.is_empty() { (search(here, &here_of, &parts, t::NOT_FOUND)) }
        @for (section, part) in &shown {
            section aria-labelledby=(part.code) {
                h2 #(part.code) { (capital(part.name)) }
                (standing(l, *section, &part.queue.numbers))
                (tickets(l, part, mine))
            }
        }
        (ledger::section(here))
    };
    let words = [("camp", shift.camp.get(l)), ("shift", shift.name.get(l))];
    here.page(&title, &t::SHIFT_DESCRIPTION.fill(l, &words), &["number"], body)
}

fn title(l: Locale, shift: &Shift) -> String {
    t::SHIFT_TITLE.fill(l, &[("camp", shift.camp.get(l)), ("shift", shift.name.get(l))])
}

fn facts(l: Locale, shift: &Shift) -> Vec<Row<'static>> {
    let row = |key: text::Phrase, said: String| Row { key: key.get(l), value: html! { (said) }, change: None };
    vec![
        row(t::DATES, t::dates(l, shift)),
        row(t::AGES, t::ages(l, shift)),
        row(t::KIND, t::kind(shift.kind).get(l).to_owned()),
        row(t::VENUE, shift.venue.get(l).to_owned()),
        row(t::LANGUAGE, named(l, shift.language).to_owned()),
        row(t::GIVEN, text::date(shift.given)),
    ]
}

fn rules(l: Locale) -> Markup {
    views::details(
        t::RULES.get(l),
        html! { ul { @for rule in [t::RULE_TURN, t::RULE_SECTION, t::RULE_CONFIRM] { li { (rule.get(l)) } } } },
    )
}

/// Whether there is anything to tell of a section: places, or somebody who waits for them or has one.
fn has_any(numbers: &Numbers) -> bool {
    numbers.terms.capacity > 0 || numbers.waiting > 0 || numbers.seated() > 0
}

/// How the places of a section stand, in a line.
fn standing(l: Locale, section: Section, numbers: &Numbers) -> Markup {
    let counts = [numbers.seated(), u32::from(numbers.terms.capacity), numbers.waiting].map(|count| count.to_string());
    let [seated, capacity, waiting] = counts.each_ref().map(String::as_str);
    let words = [("seated", seated), ("capacity", capacity), ("waiting", waiting)];
    html! {
        p { strong { (capital(t::section(section).get(l))) ": " } (t::STANDING.fill(l, &words)) ". " (why_in_camp(l, numbers)) "." }
    }
}

/// How a ticket stands towards a section of a shift.
fn status(l: Locale, status: Status) -> String {
    match status {
        Status::Resident | Status::Outside | Status::Enrolled => t::IS_SEATED.get(l).to_owned(),
        Status::Elsewhere => t::IS_ELSEWHERE.get(l).to_owned(),
        Status::Waits(_) | Status::Left => web::queue::status(l, status),
    }
}

/// With a capital, as a sentence or a heading begins.
fn capital(said: &str) -> String {
    let mut letters = said.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headings_first_letter_is_a_capital() {
        for section in Section::ALL {
            for l in Locale::ALL {
                let said = t::section(section).get(l);
                assert!(capital(said).starts_with(char::is_uppercase), "{said}");
            }
        }
        assert_eq!(text::queue::IS_LEFT.get(Locale::Ru), status(Locale::Ru, Status::Left));
    }
}
