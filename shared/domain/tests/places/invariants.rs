//! The sentences of `domain.md` section 5, "Invariants", each a check at every event.

use domain::ApplicationNumber;
use domain::places::{Board, Event, Move, Outcome, Why};
use proptest::prelude::*;

use crate::histories::{cases, histories, places};
use crate::plain::Plain;

type Checked = Result<(), TestCaseError>;

/// An event and what the board made of it.
struct Step<'a> {
    before: &'a Board,
    event: &'a Event,
    outcome: &'a Outcome,
    after: &'a Board,
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn every_sentence_holds_at_every_event(history in histories()) {
        let (mut before, mut plain) = (Board::default(), Plain::default());
        for event in &history {
            let mut after = before.clone();
            let Ok(outcome) = after.apply(event) else {
                prop_assert_eq!(&after, &before, "it changes nothing");
                continue;
            };
            let step = Step { before: &before, event, outcome: &outcome, after: &after };
            the_place_is_free_and_no_lower_number_waits_for_it(&step, &mut plain)?;
            nobody_waits_for_a_free_place(&step)?;
            each_holds_exactly_one_place(&step)?;
            nobody_gets_a_worse_place_by_others(&step)?;
            who_is_enrolled_never_moves(&step)?;
            a_position_gets_worse_only_by_a_late_ticket_a_decline_or_a_correction(&step)?;
            what_changed_is_said(&step)?;
            before = after;
        }
    }

    /// "Stale when the ticket no longer holds that place": what was seen since its own last event counts as held.
    #[test]
    fn who_stays_or_is_enrolled_stays_where_it_was_seen(history in histories(), who in 0..12_usize) {
        let (mut board, number) = (Board::default(), crate::histories::number(1 + who as u64));
        let mut seen = Vec::new();
        for event in &history {
            let Ok(outcome) = board.apply(event) else { continue };
            if event.number() == Some(number) {
                seen.clear();
            }
            for Move { from, to, why, .. } in outcome.moves.into_iter().filter(|one| one.number == number) {
                let moved_up = matches!(why, Why::Ratio { .. } | Why::Seat { .. });
                seen.extend(from.filter(|_| moved_up).into_iter().chain(to));
            }
            let Some(standing) = board.ticket(number).filter(|standing| !standing.left && !standing.enrolled) else {
                continue;
            };
            if seen.is_empty() {
                seen.extend(standing.held.clone());
            }
            for place in &seen {
                let (mut stayed, mut enrolled) = (board.clone(), board.clone());
                take(&mut stayed, &Event::Stayed { number, place: place.clone() });
                prop_assert_eq!(stayed.ticket(number).unwrap().held.as_ref(), Some(place));
                prop_assert_eq!(stayed.waits(number), vec![]);
                take(&mut enrolled, &Event::Enrolled { number, place: place.clone() });
                prop_assert_eq!(enrolled.ticket(number).unwrap().held.as_ref(), Some(place));
                prop_assert!(enrolled.ticket(number).unwrap().enrolled);
            }
        }
    }
}

fn take(board: &mut Board, news: &Event) {
    loop {
        let event = board.event(news);
        if board.apply(&event).is_err() || Board::ends(&event, news) {
            return;
        }
    }
}

/// "At each grant the place is free, no lower number (of its rank or a lower one) waits for that place, and the place does not go over capacity."
/// The event alone gives no place outside but the one that the ticket had.
fn the_place_is_free_and_no_lower_number_waits_for_it(step: &Step, plain: &mut Plain) -> Checked {
    let begun = plain.begins(step.event).unwrap_or_default();
    let (own, grants) = step.outcome.moves.split_at(begun.len().min(step.outcome.moves.len()));
    prop_assert_eq!(own, &begun[..], "{:?}", step.event);
    for Move { number, to, .. } in grants {
        let Some(place) = to else { return Err(TestCaseError::fail(format!("{number} was put out by others"))) };
        prop_assert!(plain.is_open(place), "{number} got {place:?}, which was not free");
        let turn = |number: &ApplicationNumber| step.after.ticket(*number).map(|standing| (standing.rank, *number));
        let lower: Vec<_> = plain.line(place).into_iter().filter(|waits| turn(waits) < turn(number)).collect();
        prop_assert!(lower.is_empty(), "{lower:?} were passed over by {number}");
        prop_assert!(plain.line(place).contains(number), "{number} did not wait for {place:?}");
        plain.grant(*number, place);
        let numbers = plain.numbers(place);
        prop_assert!(numbers.residents - numbers.away + numbers.granted <= u32::from(numbers.terms.capacity));
    }
    Ok(())
}

/// "Afterwards nobody waits for a free place."
fn nobody_waits_for_a_free_place(step: &Step) -> Checked {
    for (number, _) in step.after.tickets() {
        for wait in step.after.waits(number) {
            prop_assert_eq!(step.after.numbers(&wait.place).free(), 0, "{} waits for {:?}", number, wait.place);
        }
    }
    Ok(())
}

/// "Every live ticket with a home holds exactly one place": one that it wants, and the places count as many.
fn each_holds_exactly_one_place(step: &Step) -> Checked {
    let mut seated = 0;
    for (number, standing) in step.after.tickets() {
        let wanted = standing.choices.iter().chain(&standing.home).any(|place| standing.held.as_ref() == Some(place));
        let holds = standing.held.is_some();
        prop_assert_eq!(holds, wanted, "{:?}", number);
        prop_assert!(holds || standing.left || standing.home.is_none(), "{number} holds none");
        prop_assert!(!(holds && standing.left), "{number} left and holds a place");
        seated += u32::from(holds);
    }
    let counted: u32 = places().map(|place| step.after.numbers(&place).seated()).sum();
    prop_assert_eq!(counted, seated);
    Ok(())
}

/// "A ticket that its own event does not touch never gets a worse place."
fn nobody_gets_a_worse_place_by_others(step: &Step) -> Checked {
    for (number, before) in step.before.tickets().filter(|(number, _)| step.event.number() != Some(*number)) {
        let after = step.after.ticket(number).unwrap();
        let wants: Vec<_> = before.choices.iter().chain(&before.home).collect();
        let rank = |held: &Option<_>| wants.iter().position(|place| Some(*place) == held.as_ref());
        let (was, is) = (rank(&before.held).unwrap_or(wants.len()), rank(&after.held).unwrap_or(wants.len()));
        prop_assert!(is <= was, "{number} fell from {:?} to {:?}", before.held, after.held);
        prop_assert_eq!(&after.choices, &before.choices);
    }
    Ok(())
}

/// "An enrolled one never moves", whoever's the event is.
fn who_is_enrolled_never_moves(step: &Step) -> Checked {
    for (number, before) in step.before.tickets().filter(|(_, standing)| standing.enrolled) {
        prop_assert_eq!(step.after.ticket(number), Some(before));
    }
    Ok(())
}

/// "A position gets worse only by a late ticket, a decline or a corrected territory": of a lower number, by one. A
/// home that is assigned for the first time is no correction.
fn a_position_gets_worse_only_by_a_late_ticket_a_decline_or_a_correction(step: &Step) -> Checked {
    let had_a_home = |number| step.before.ticket(number).is_some_and(|standing| standing.home.is_some());
    let worsens = match step.event {
        Event::Sent(_) | Event::Struck { .. } => step.event.number(),
        Event::Assigned { number, .. } => Some(*number).filter(|number| had_a_home(*number)),
        _ => None,
    };
    let position = |board: &Board, number, place| {
        board.waits(number).into_iter().find(|wait| wait.place == place).map(|wait| wait.position)
    };
    for (number, _) in step.before.tickets() {
        let turn = |number| step.after.ticket(number).map(|standing| (standing.rank, number));
        let may: u32 = worsens.is_some_and(|other: ApplicationNumber| turn(other) < turn(number)).into();
        for was in step.before.waits(number) {
            let is = position(step.after, number, was.place.clone()).unwrap_or(0);
            prop_assert!(is <= was.position + may, "{number} stood at {was:?}, now at {is}");
        }
    }
    Ok(())
}

/// What a page shows of a place changes only if the event is said to have touched it.
fn what_changed_is_said(step: &Step) -> Checked {
    for (place, _) in step.before.places().filter(|(place, _)| !step.outcome.touched.contains(*place)) {
        let shown = |board: &Board| (board.numbers(place), board.waiting(place).collect::<Vec<_>>());
        prop_assert_eq!(shown(step.after), shown(step.before), "{:?} by {:?}", place, step.event);
    }
    Ok(())
}
