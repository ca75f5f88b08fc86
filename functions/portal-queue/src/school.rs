//! The queue of one school.

use domain::directory::School;
use domain::{ApplicationNumber, Language, Locale};
use store::standings::{Queue, Status, TicketRow};
use text::queue as t;
use views::{Field, Kind, Markup, Row, Width, html};
use web::Address;
use web::queue::{Queues, bar, has_terms, languages, legend, named, priority, status, why};

use crate::{Here, ledger};

/// Rows that are shown at once; more are folded into parts of so many.
const PART: usize = 100;
/// Lists that are so short need no folding.
const FEW: usize = 20;
/// Where the answer to a number stands on the page.
const FOUND: &str = "found";

pub fn page(here: &Here<'_>, school: &School, queues: &Queues) -> Markup {
    let l = here.visit.locale;
    let title = t::SCHOOL_TITLE.fill(l, &[("school", school.name.get(l))]);
    let here_of = Address::QueueOf(l, school.id.clone());
    let typed = here.visit.query.text("number");
    let mine = number(typed);
    let shown: Vec<(Language, &Queue)> = languages(school, |place| queues.get(place)).collect();
    let body = html! {
        a.back href=(Address::Queue(l)) { (t::TO_QUEUE.get(l)) }
        h1 { (title) }
        p.muted { (school.address.get(l)) }
        @if here.is_over() { (views::notice(html! { p { (t::CLOSED.get(l)) } })) }
        @if here.head.is_none() { (views::notice(html! { p { (t::NOTHING_YET.get(l)) } })) }
        @if !shown.is_empty() {
            (views::search(&format!("{here_of}#{FOUND}"), t::FIND.get(l), &Field {
                value: typed,
                kind: Kind::Digits,
                maxlength: Some(14),
                width: Width::W12,
                ..Field::new(l, "number", t::MY_NUMBER.get(l))
            }, None))
            @if !typed.is_empty() { (answer(here, &shown, typed, mine)) }
            (legend(l))
        }
        @for (language, queue) in &shown { (place(here, *language, queue, mine)) }
        (ledger::section(here))
    };
    let description = t::DESCRIPTION_OF.fill(l, &[("school", school.name.get(l))]);
    here.page(&title, &description, &["number"], body)
}

/// Reads a typed number; a sign before it is let through.
fn number(typed: &str) -> Option<ApplicationNumber> {
    let digits = typed.trim_start_matches(['№', 'N', '#', ' ']);
    let fits = (1..=12).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| fits).and_then(ApplicationNumber::new)
}

/// How the number that is looked for stands here.
fn answer(here: &Here<'_>, shown: &[(Language, &Queue)], typed: &str, mine: Option<ApplicationNumber>) -> Markup {
    let l = here.visit.locale;
    let Some(mine) = mine else {
        return html! { div.notice.attention #(FOUND) role="status" { p { (text::status::NUMBER_FORM.get(l)) } } };
    };
    let found: Vec<(Language, &TicketRow)> =
        shown.iter().filter_map(|(language, queue)| Some((*language, queue.find(mine)?))).collect();
    let said = |language: Language, row: &TicketRow| {
        let words = [
            ("n", row.number.to_string()),
            ("language", named(l, language).to_lowercase()),
            ("status", status(l, row.status)),
        ];
        t::FOUND.fill(l, &words.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    html! {
        div.notice #(FOUND) role="status" {
            @for (language, row) in &found {
                p { strong { (said(*language, row)) } ". " a href={ "#" (row_id(*language, row)) } { (t::TO_ROW.get(l)) } }
            }
            @if found.is_empty() { p { (t::NOT_FOUND.fill(l, &[("n", typed)])) } }
        }
    }
}

fn row_id(language: Language, row: &TicketRow) -> String {
    format!("{}-{}", language.code(), row.number)
}

fn place(here: &Here<'_>, language: Language, queue: &Queue, mine: Option<ApplicationNumber>) -> Markup {
    let l = here.visit.locale;
    let numbers = &queue.numbers;
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
        section aria-labelledby=(language.code()) {
            h2 #(language.code()) { (t::LANGUAGE.get(l)) ": " (named(l, language).to_lowercase()) }
            (bar(l, numbers))
            (views::summary_list(l, &rows))
            @if !here.is_over() {
                p { strong { (why(l, numbers)) "." } }
                @if let Some(priority) = priority(l, numbers).filter(|_| has_terms(numbers)) { p { (priority) } }
            }
            (tickets(l, language, queue, mine))
        }
    }
}

/// The anonymous list: who waits by position, who sits here, who waits no more.
fn tickets(l: Locale, language: Language, queue: &Queue, mine: Option<ApplicationNumber>) -> Markup {
    let waits = |row: &&TicketRow| matches!(row.status, Status::Waits(_));
    let sits = |row: &&TicketRow| matches!(row.status, Status::Resident | Status::Outside | Status::Enrolled);
    let gone = |row: &&TicketRow| matches!(row.status, Status::Elsewhere | Status::Left);
    let of = |fits: &dyn Fn(&&TicketRow) -> bool| queue.tickets.iter().filter(|row| fits(row)).collect::<Vec<_>>();
    let groups = [(t::GROUP_WAITS, of(&waits)), (t::GROUP_SEATED, of(&sits)), (t::GROUP_ELSEWHERE, of(&gone))];
    html! {
        h3 { (t::LIST.get(l)) }
        @if queue.tickets.is_empty() { p { (t::LIST_EMPTY.get(l)) } }
        @for (name, rows) in groups {
            @if !rows.is_empty() { (group(l, language, name, &rows, mine)) }
        }
    }
}

fn group(
    l: Locale,
    language: Language,
    name: text::Phrase,
    rows: &[&TicketRow],
    mine: Option<ApplicationNumber>,
) -> Markup {
    let holds = |rows: &[&TicketRow]| rows.iter().any(|row| Some(row.number) == mine);
    let inner = match rows.len() {
        count if count <= PART => table(l, language, rows, mine),
        _ => html! {
            @for part in rows.chunks(PART) {
                details open[holds(part)] {
                    summary { (from_to(l, part)) }
                    (table(l, language, part, mine))
                }
            }
        },
    };
    html! {
        details open[holds(rows) || rows.len() <= FEW] {
            summary { (name.fill(l, &[("n", &rows.len().to_string())])) }
            div { (inner) }
        }
    }
}

fn from_to(l: Locale, part: &[&TicketRow]) -> String {
    let number = |row: Option<&&TicketRow>| row.map(|row| row.number.to_string()).unwrap_or_default();
    let (from, to) = (number(part.first()), number(part.last()));
    t::FROM_TO.fill(l, &[("from", &from), ("to", &to)])
}

fn table(l: Locale, language: Language, rows: &[&TicketRow], mine: Option<ApplicationNumber>) -> Markup {
    let sent = |row: &TicketRow| {
        row.sent.map(|at| format!("{} {}", text::date(at.date()), text::time(at.time()))).unwrap_or_default()
    };
    html! {
        table.tickets {
            thead { tr { @for heading in [t::NUMBER, t::SENT, t::STATUS] { th scope="col" { (heading.get(l)) } } } }
            tbody {
                @for row in rows {
                    tr.mine[Some(row.number) == mine] id=[(Some(row.number) == mine).then(|| row_id(language, row))] {
                        th scope="row" { (row.number) }
                        td { (sent(row)) }
                        td { (status(l, row.status)) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::places::{Numbers, Terms};

    use super::*;

    fn nr(of: u64) -> ApplicationNumber {
        ApplicationNumber::new(of).unwrap()
    }

    fn queue(statuses: impl Iterator<Item = Status>) -> Queue {
        let sent = Some(domain::Date::constant(2027, 4, 1).at(9, 5, 0, 0));
        let tickets =
            (1..).zip(statuses).map(|(number, status)| TicketRow { number: nr(number), sent, status }).collect();
        let numbers = Numbers { terms: Terms::NONE, priority: false, residents: 0, away: 0, granted: 0, waiting: 0 };
        Queue { numbers, tickets }
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for typed in ["44", "№ 44", "№44", "#44", "0044"] {
            assert_eq!(number(typed), Some(nr(44)), "{typed}");
        }
        for typed in ["", "0", "-44", "4 4", "44.0", "9999999999999", "<b>", "сорок"] {
            assert_eq!(number(typed), None, "{typed}");
        }
    }

    #[test]
    fn every_ticket_stands_once_in_its_group_with_its_time_and_status() {
        let all = [
            Status::Resident,
            Status::Waits(1),
            Status::Outside,
            Status::Left,
            Status::Waits(2),
            Status::Elsewhere,
            Status::Enrolled,
        ];
        let list = tickets(Locale::Ru, Language::Kazakh, &queue(all.into_iter()), Some(nr(5))).into_string();
        for (number, status) in (1..).zip(all) {
            let row = format!(
                "<th scope=\"row\">{number}</th><td>01.04.2027 09:05</td><td>{}</td>",
                super::status(Locale::Ru, status)
            );
            assert_eq!(list.matches(&row).count(), 1, "{row}: {list}");
        }
        for group in ["Ждут: 2", "Место здесь: 3", "Больше не ждут: 2"] {
            assert!(list.contains(group), "{group}: {list}");
        }
        assert_eq!(list.matches("class=\"mine\" id=\"kazakh-5\"").count(), 1);
        let none = tickets(Locale::Kk, Language::Kazakh, &queue(std::iter::empty()), None).into_string();
        assert!(none.contains(t::LIST_EMPTY.get(Locale::Kk)));
    }

    #[test]
    fn long_lists_are_folded_and_the_part_with_the_number_is_open() {
        let waits = (1..=550).map(Status::Waits);
        let list = tickets(Locale::Ru, Language::Russian, &queue(waits), Some(nr(205))).into_string();
        assert_eq!(list.matches("<tr").count(), 550 + 6, "six parts with headings");
        let open: Vec<&str> =
            list.split("<details open>").skip(1).filter_map(|rest| rest.split("</summary>").next()).collect();
        assert_eq!(open, ["<summary>Ждут: 550", "<summary>№ 201 – 300"]);
        let folded = tickets(Locale::Ru, Language::Russian, &queue((1..=550).map(Status::Waits)), None).into_string();
        assert!(!folded.contains("<details open>"));
    }
}
