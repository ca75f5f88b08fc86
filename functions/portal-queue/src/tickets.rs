//! The anonymous list of a queue, and how a number stands there: the same for a school and for a camp's shift.

use domain::{ApplicationNumber, Locale};
use store::standings::{Queue, Status, TicketRow};
use text::{Phrase, queue as t};
use views::{Field, Kind, Markup, Width, html};

use crate::Here;

/// Rows that are shown at once; more are folded into parts of so many.
const PART: usize = 100;
/// Lists that are so short need no folding.
const FEW: usize = 20;
/// Where the answer to a number stands on the page.
const FOUND: &str = "found";

/// A queue of several on a page.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// Tells it from the others of the page
    pub code: &'static str,
    /// What it is called within a sentence
    pub name: &'a str,
    /// Its numbers and tickets
    pub queue: &'a Queue,
    /// How a ticket's standing is said
    pub said: fn(Locale, Status) -> String,
}

/// The form that looks for a number, and the answer below it. `none` says `{n}` that it is not there.
pub fn search(here: &Here<'_>, here_of: &str, parts: &[Part<'_>], none: Phrase) -> Markup {
    let l = here.visit.locale;
    let typed = here.visit.query.text("number");
    html! {
        (views::search(&format!("{here_of}#{FOUND}"), t::FIND.get(l), &Field {
            value: typed,
            kind: Kind::Digits,
            maxlength: Some(14),
            width: Width::W12,
            ..Field::new(l, "number", t::MY_NUMBER.get(l))
        }, None))
        @if !typed.is_empty() { (answer(l, parts, typed, none)) }
    }
}

/// The number that is looked for.
pub fn sought(here: &Here<'_>) -> Option<ApplicationNumber> {
    number(here.visit.query.text("number"))
}

/// Reads a typed number; a sign before it is let through.
fn number(typed: &str) -> Option<ApplicationNumber> {
    let digits = typed.trim_start_matches(['№', 'N', '#', ' ']);
    let fits = (1..=12).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| fits).and_then(ApplicationNumber::new)
}

/// How the number that is looked for stands here.
fn answer(l: Locale, parts: &[Part<'_>], typed: &str, none: Phrase) -> Markup {
    let Some(mine) = number(typed) else {
        return html! { div.notice.attention #(FOUND) role="status" { p { (text::status::NUMBER_FORM.get(l)) } } };
    };
    let found: Vec<(&Part<'_>, &TicketRow)> =
        parts.iter().filter_map(|part| Some((part, part.queue.find(mine)?))).collect();
    let said = |part: &Part<'_>, row: &TicketRow| {
        let (number, status) = (row.number.to_string(), (part.said)(l, row.status));
        t::FOUND.fill(l, &[("n", &number), ("part", part.name), ("status", &status)])
    };
    html! {
        div.notice #(FOUND) role="status" {
            @for (part, row) in &found {
                p { strong { (said(part, row)) } ". " a href={ "#" (row_id(part, row)) } { (t::TO_ROW.get(l)) } }
            }
            @if found.is_empty() { p { (none.fill(l, &[("n", typed)])) } }
        }
    }
}

fn row_id(part: &Part<'_>, row: &TicketRow) -> String {
    format!("{}-{}", part.code, row.number)
}

/// The anonymous list: who waits by position, who sits here, who waits no more.
pub fn tickets(l: Locale, part: &Part<'_>, mine: Option<ApplicationNumber>) -> Markup {
    let waits = |row: &&TicketRow| matches!(row.status, Status::Waits(_));
    let sits = |row: &&TicketRow| matches!(row.status, Status::Resident | Status::Outside | Status::Enrolled);
    let gone = |row: &&TicketRow| matches!(row.status, Status::Elsewhere | Status::Left);
    let of = |fits: &dyn Fn(&&TicketRow) -> bool| part.queue.tickets.iter().filter(|row| fits(row)).collect::<Vec<_>>();
    let groups = [(t::GROUP_WAITS, of(&waits)), (t::GROUP_SEATED, of(&sits)), (t::GROUP_ELSEWHERE, of(&gone))];
    html! {
        h3 { (t::LIST.get(l)) }
        @if part.queue.tickets.is_empty() { p { (t::LIST_EMPTY.get(l)) } }
        @for (name, rows) in groups {
            @if !rows.is_empty() { (group(l, part, name, &rows, mine)) }
        }
    }
}

fn group(l: Locale, part: &Part<'_>, name: Phrase, rows: &[&TicketRow], mine: Option<ApplicationNumber>) -> Markup {
    let holds = |rows: &[&TicketRow]| rows.iter().any(|row| Some(row.number) == mine);
    let inner = match rows.len() {
        count if count <= PART => table(l, part, rows, mine),
        _ => html! {
            @for some in rows.chunks(PART) {
                details open[holds(some)] {
                    summary { (from_to(l, some)) }
                    (table(l, part, some, mine))
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

fn table(l: Locale, part: &Part<'_>, rows: &[&TicketRow], mine: Option<ApplicationNumber>) -> Markup {
    let sent = |row: &TicketRow| {
        row.sent.map(|at| format!("{} {}", text::date(at.date()), text::time(at.time()))).unwrap_or_default()
    };
    html! {
        table.tickets {
            thead { tr { @for heading in [t::NUMBER, t::SENT, t::STATUS] { th scope="col" { (heading.get(l)) } } } }
            tbody {
                @for row in rows {
                    tr.mine[Some(row.number) == mine] id=[(Some(row.number) == mine).then(|| row_id(part, row))] {
                        th scope="row" { (row.number) }
                        td { (sent(row)) }
                        td { ((part.said)(l, row.status)) }
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

    fn part<'a>(code: &'static str, queue: &'a Queue) -> Part<'a> {
        Part { code, name: "", queue, said: web::queue::status }
    }

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

    fn listed(l: Locale, queue: Queue, mine: Option<ApplicationNumber>) -> String {
        tickets(l, &part("kazakh", &queue), mine).into_string()
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
        let list = listed(Locale::Ru, queue(all.into_iter()), Some(nr(5)));
        for (number, status) in (1..).zip(all) {
            let row = format!(
                "<th scope=\"row\">{number}</th><td>01.04.2027 09:05</td><td>{}</td>",
                web::queue::status(Locale::Ru, status)
            );
            assert_eq!(list.matches(&row).count(), 1, "{row}: {list}");
        }
        for group in ["Ждут: 2", "Место здесь: 3", "Больше не ждут: 2"] {
            assert!(list.contains(group), "{group}: {list}");
        }
        assert_eq!(list.matches("class=\"mine\" id=\"kazakh-5\"").count(), 1);
        let none = listed(Locale::Kk, queue(std::iter::empty()), None);
        assert!(none.contains(t::LIST_EMPTY.get(Locale::Kk)));
    }

    #[test]
    fn long_lists_are_folded_and_the_part_with_the_number_is_open() {
        let waits = (1..=550).map(Status::Waits);
        let list = listed(Locale::Ru, queue(waits), Some(nr(205)));
        assert_eq!(list.matches("<tr").count(), 550 + 6, "six parts with headings");
        let open: Vec<&str> =
            list.split("<details open>").skip(1).filter_map(|rest| rest.split("</summary>").next()).collect();
        assert_eq!(open, ["<summary>Ждут: 550", "<summary>№ 201 – 300"]);
        let folded = listed(Locale::Ru, queue((1..=550).map(Status::Waits)), None);
        assert!(!folded.contains("<details open>"));
    }
}
