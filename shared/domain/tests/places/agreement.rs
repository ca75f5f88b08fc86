//! The board and the plain rules say the same after every event.

use std::collections::BTreeMap;

use domain::places::{Board, Event, Why};
use proptest::prelude::*;

use crate::histories::{cases, histories, places};
use crate::plain::Plain;

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn the_board_agrees_with_the_plain_rules(history in histories()) {
        let (mut board, mut plain) = (Board::default(), Plain::default());
        let (mut lines, mut sits_since) = (0, BTreeMap::new());
        for event in &history {
            let moves = board.apply(event).ok().map(|outcome| outcome.moves);
            prop_assert_eq!(&moves, &plain.happens(event), "{:?}", event);
            prop_assert_eq!(board.lines() - lines, u64::from(moves.is_some()));
            lines = board.lines();
            sits_since.extend(moves.into_iter().flatten().map(|one| (one.number, lines)));
            agree(&board, &plain, event)?;
            for (number, standing) in board.tickets() {
                prop_assert_eq!(standing.line, sits_since.get(&number).copied().unwrap_or(0));
            }
        }
    }
}

fn agree(board: &Board, plain: &Plain, event: &Event) -> Result<(), TestCaseError> {
    for child in &plain.children {
        let number = child.number;
        let Some(standing) = board.ticket(number) else {
            return Err(TestCaseError::fail(format!("{number} is missing")));
        };
        let told = (child.rank, &child.home, &child.choices, &child.sits, child.enrolled, child.ended);
        let kept = (standing.rank, &standing.home, &standing.choices, &standing.held, standing.enrolled, standing.left);
        prop_assert_eq!(kept, told, "{:?}", event);
        let waits: Vec<_> = board.waits(number).into_iter().map(|wait| (wait.place, wait.position)).collect();
        let position = |place| {
            let ahead = plain.line(&place).into_iter().take_while(|other| *other != number).count();
            (place, ahead as u32 + 1)
        };
        let told: Vec<_> = plain.waits(child).into_iter().map(position).collect();
        prop_assert_eq!(waits, told, "{:?} {:?}", number, event);
    }
    prop_assert_eq!(board.tickets().count(), plain.children.len());
    for place in places() {
        let numbers = board.numbers(&place);
        let (quota, granted) = (plain.allowed(&place).max(i64::from(numbers.granted)), i64::from(numbers.granted));
        prop_assert_eq!(i64::from(numbers.quota()), quota, "{:?}", place);
        prop_assert_eq!(i64::from(numbers.free()), quota - granted, "{:?}", place);
        prop_assert_eq!(numbers.obstacle().is_none(), plain.is_open(&place), "{:?}", place);
        prop_assert_eq!(numbers, plain.numbers(&place), "{:?} {:?}", place, event);
        prop_assert_eq!(board.waiting(&place).collect::<Vec<_>>(), plain.line(&place), "{:?} {:?}", place, event);
    }
    prop_assert_eq!((board.today(), board.is_closed()), (plain.today, plain.closed));
    Ok(())
}

/// Histories in which nothing happens would prove nothing.
#[test]
fn every_kind_of_move_and_of_obstacle_comes_up_in_random_histories() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let mut saw = |what, times: usize| *seen.entry(what).or_default() += times as u32;
    for _ in 0..500 {
        let history = histories().new_tree(&mut runner).unwrap().current();
        let mut board = Board::default();
        for event in &history {
            let Ok(outcome) = board.apply(event) else {
                saw("changes nothing", 1);
                continue;
            };
            for one in &outcome.moves {
                let why = match one.why {
                    Why::Home => "sits at home",
                    Why::Back => "back at home",
                    Why::Stays => "goes back to where it stays",
                    Why::Left => "left",
                    Why::Ratio { outside: 1, .. } => "the first by the ratio",
                    Why::Ratio { .. } => "another by the ratio",
                    Why::Seat { .. } => "a seat after the date",
                };
                saw(why, 1);
            }
            saw("a chain of three", usize::from(outcome.moves.len() > 3));
            let over = |place| board.numbers(&place).allowed() < i64::from(board.numbers(&place).granted);
            saw("more granted than allowed", places().filter(|place| over(place.clone())).count());
            saw("waits", places().map(|place| board.waiting(&place).count()).sum());
            let restarts = outcome.moves.windows(2).skip(1).filter(|two| two[1].number < two[0].number);
            saw("again from the lowest", restarts.count());
        }
    }
    let kinds = [
        "a chain of three",
        "a seat after the date",
        "again from the lowest",
        "another by the ratio",
        "back at home",
        "changes nothing",
        "goes back to where it stays",
        "left",
        "more granted than allowed",
        "sits at home",
        "the first by the ratio",
        "waits",
    ];
    for kind in kinds {
        assert!(seen.get(kind).is_some_and(|times| *times > 0), "{kind} in none of the histories: {seen:?}");
    }
}
