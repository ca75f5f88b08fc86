//! The ledger is all: read again it gives the same board, in whatever pieces, and only what a ticket links has an order.

use domain::places::ledger::Ledger;
use domain::places::{Board, Event};
use domain::{Date, Language, Place};
use jiff::civil::DateTime;
use proptest::prelude::*;

use crate::histories::{cases, day, histories, place};

/// When an event of a history happens: at nine, and a day begins at midnight.
fn at(event: &Event, today: Option<Date>) -> DateTime {
    match event {
        Event::Date(day) => day.at(0, 0, 0, 0),
        _ => today.unwrap_or_else(|| day(0)).at(9, 30, 12, 0),
    }
}

/// The lines of a history, and the ledger after them.
fn written(history: &[Event], mut ledger: Ledger) -> (Vec<String>, Ledger) {
    let mut lines = Vec::new();
    for event in history {
        let at = at(event, ledger.board().today());
        lines.extend(ledger.write(at, event.clone()).map(|written| written.text));
    }
    (lines, ledger)
}

fn read(lines: &[String], mut ledger: Ledger) -> Ledger {
    for line in lines {
        ledger.read(line).unwrap();
    }
    ledger
}

/// A ledger as it comes back from a snapshot.
fn kept(ledger: &Ledger) -> Ledger {
    serde_json::from_str(&serde_json::to_string(ledger).unwrap()).unwrap()
}

proptest! {
    #![proptest_config(cases(200))]

    /// "Replay = stored, bit for bit; from a snapshot = from the start."
    #[test]
    fn what_is_written_is_read_again_bit_for_bit_from_the_start_or_a_snapshot(
        history in histories(), cut in any::<prop::sample::Index>(),
    ) {
        let history = [&[Event::Date(day(0))], &history[..]].concat();
        let (lines, ledger) = written(&history, Ledger::default());
        prop_assert_eq!(&read(&lines, Ledger::default()), &ledger);
        prop_assert_eq!(&kept(&ledger), &ledger);

        let (earlier, later) = lines.split_at(cut.index(lines.len() + 1));
        prop_assert_eq!(&read(later, kept(&read(earlier, Ledger::default()))), &ledger);

        let (earlier, later) = history.split_at(cut.index(history.len() + 1));
        let (mut again, half) = written(earlier, Ledger::default());
        let (rest, whole) = written(later, kept(&half));
        again.extend(rest);
        prop_assert_eq!((again, whole), (lines, ledger));
    }

    /// "Events of schools that no ticket links (dates and closing apart) may change order."
    #[test]
    fn events_of_schools_that_no_ticket_links_may_change_order(
        history in histories(), order in proptest::collection::vec(any::<u8>(), 48),
    ) {
        let history = apart(history);
        let halves = merged(&history, &order);
        let boards = [&history, &halves].map(|history| {
            let mut board = Board::default();
            for event in history.iter() {
                let _ = board.apply(event);
            }
            board
        });
        let [one, other] = boards.each_ref().map(told);
        prop_assert_eq!(one, other);
    }

    /// "So that runs and chunks never matter."
    #[test]
    fn news_gives_the_same_lines_in_whatever_chunks(history in histories(), cuts in any::<u64>()) {
        let (mut whole, mut chunked) = (Ledger::default(), Ledger::default());
        for (place, event) in (0..64).cycle().zip(&history) {
            let lines = [&mut whole, &mut chunked].map(|ledger| {
                let at = at(event, ledger.board().today());
                let lines = match event {
                    Event::Date(_) => ledger.write(at, event.clone()).into_iter().collect(),
                    news => ledger.take(at, news),
                };
                lines.into_iter().map(|written| written.text).collect::<Vec<_>>()
            });
            prop_assert_eq!(&lines[0], &lines[1]);
            if cuts >> place & 1 == 1 {
                chunked = kept(&chunked);
            }
        }
        prop_assert_eq!(whole, chunked);
    }
}

/// What is told of a ticket and a place, without the numbers of lines.
fn told(board: &Board) -> (Vec<String>, Vec<String>) {
    let tickets = board.tickets().map(|(number, standing)| {
        let standing = domain::places::Standing { line: 0, ..standing.clone() };
        format!("{number} {standing:?} {:?}", board.waits(number))
    });
    let places = board.places().map(|(place, numbers)| format!("{place:?} {numbers:?}"));
    (tickets.collect(), places.collect())
}

/// A city of two halves: tickets with even numbers know the schools of the one only, the others those of the other.
fn apart(mut history: Vec<Event>) -> Vec<Event> {
    for event in &mut history {
        let half = half(event) as u64;
        let move_over = |to: &mut Place| {
            let within = u64::from(to.language == Language::Russian);
            *to = place(2 * half + within);
        };
        match event {
            Event::Sent(ticket) => ticket.home.iter_mut().chain(&mut ticket.choices).for_each(move_over),
            Event::Assigned { home: place, .. }
            | Event::Stayed { place, .. }
            | Event::Struck { place, .. }
            | Event::Enrolled { place, .. } => move_over(place),
            Event::Left { .. } | Event::Changed { .. } | Event::Date(_) | Event::Closed => {}
        }
    }
    history
}

/// The same history with the events of both halves in another order: between two days, each half keeps its own.
fn merged(history: &[Event], order: &[u8]) -> Vec<Event> {
    let mut merged = Vec::new();
    let mut order = order.iter();
    for between in history.split_inclusive(|event| matches!(event, Event::Date(_) | Event::Closed)) {
        let ((day, rest), mut halves) = match between.split_last() {
            Some((last @ (Event::Date(_) | Event::Closed), rest)) => ((Some(last), rest), [vec![], vec![]]),
            _ => ((None, between), [vec![], vec![]]),
        };
        rest.iter().rev().for_each(|event| halves[half(event)].push(event.clone()));
        while let Some(next) = order.next().and_then(|dice| halves[usize::from(dice % 2)].pop()) {
            merged.push(next);
        }
        // The dice are out, or one half is: the rest goes as it stands.
        let [even, odd] = halves;
        merged.extend(odd.into_iter().rev().chain(even.into_iter().rev()));
        merged.extend(day.cloned());
    }
    merged
}

/// Which half an event is of.
fn half(event: &Event) -> usize {
    match event {
        Event::Changed { place: of, .. } => usize::from([2, 3].map(place).contains(of)),
        _ => event.number().map_or(0, |number| (number.get() % 2) as usize),
    }
}
