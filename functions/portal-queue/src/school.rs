//! The queue of one school.

use domain::directory::School;
use domain::{ApplicationNumber, Language};
use store::standings::Queue;
use text::queue as t;
use views::{Markup, Row, html};
use web::Address;
use web::queue::{Queues, bar, has_terms, languages, legend, named, priority, status, why};

use crate::tickets::{Part, search, sought, tickets};
use crate::{Here, ledger};

pub fn page(here: &Here<'_>, school: &School, queues: &Queues) -> Markup {
    let l = here.visit.locale;
    let title = t::SCHOOL_TITLE.fill(l, &[("school", school.name.get(l))]);
    let here_of = Address::QueueOf(l, school.id.clone());
    let mine = sought(here);
    let shown: Vec<(Language, &Queue)> = languages(school, |place| queues.get(place)).collect();
    let names: Vec<String> = shown.iter().map(|(language, _)| named(l, *language).to_lowercase()).collect();
    let parts: Vec<Part<'_>> =
        shown.iter().zip(&names).map(|((language, queue), name)| part(*language, name, queue)).collect();
    let body = html! {
        a.back href=(Address::Queue(l)) { (t::TO_QUEUE.get(l)) }
        h1 { (title) }
        p.muted { (school.address.get(l)) }
        @if here.is_over() { (views::notice(html! { p { (t::CLOSED.get(l)) } })) }
        @if here.head.is_none() { (views::notice(html! { p { (t::NOTHING_YET.get(l)) } })) }
        @if !shown.is_empty() {
            (search(here, &here_of.to_string(), &parts, t::NOT_FOUND))
            (legend(l))
        }
        @for part in &parts { (place(here, part, mine)) }
        (ledger::section(here))
    };
    let description = t::DESCRIPTION_OF.fill(l, &[("school", school.name.get(l))]);
    here.page(&title, &description, &["number"], body)
}

fn part<'a>(language: Language, name: &'a str, queue: &'a Queue) -> Part<'a> {
    Part { code: language.code(), name, queue, said: status }
}

fn place(here: &Here<'_>, part: &Part<'_>, mine: Option<ApplicationNumber>) -> Markup {
    let l = here.visit.locale;
    let numbers = &part.queue.numbers;
    let counts = [
        (t::CAPACITY, u32::from(numbers.terms.capacity)),
        (t::RESIDENTS, numbers.here()),
        (t::GRANTED, numbers.granted),
        (t::FREE, numbers.free()),
        (t::WAITING, numbers.waiting),
    ];
    let rows: Vec<Row<'_>> = counts
        .into_iter()
        .map(|(key, count)| Row { key: key.get(l), value: html! { (count) }, change: None })
        .collect();
    html! {
        section aria-labelledby=(part.code) {
            h2 #(part.code) { (t::LANGUAGE.get(l)) ": " (part.name) }
            (bar(l, numbers))
            (views::summary_list(l, &rows))
            @if !here.is_over() {
                p { strong { (why(l, numbers)) "." } }
                @if let Some(priority) = priority(l, numbers).filter(|_| has_terms(numbers)) { p { (priority) } }
            }
            (tickets(l, part, mine))
        }
    }
}
