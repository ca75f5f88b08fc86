//! Runs take the news in one order, the same however they cut it.

use domain::places::news::{Pending, settled};
use domain::places::{Event, Terms};
use domain::{Ticket, Timestamp};
use proptest::prelude::*;

use crate::histories::{Dice, cases, day, number, place};

/// The settling time: a number is written within it, and everything reaches the store within it.
const SETTLING: i64 = 5;

/// News, and when it is in the store.
#[derive(Clone, Debug)]
struct Told {
    pending: Pending<usize>,
    stored: i64,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// What senders and the office tell. Numbers are taken in order, and written within the settling time; a ticket's own
/// events come after it was sent.
fn told(dice: Vec<u64>) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    let mut taken = 0;
    for (of, dice) in (1..).zip(dice) {
        let mut dice = Dice(dice);
        let mut tell = |happened: i64, news, dice: &mut Dice| {
            let stored = happened + dice.below(SETTLING as u64 + 1) as i64;
            let key = 37 * told.len() % 101;
            told.push(Told { pending: Pending { at: at(happened), news, key }, stored });
        };
        taken += dice.below(3) as i64;
        let sent = taken + dice.below(SETTLING as u64 + 1) as i64;
        let ticket = Ticket { number: number(of), home: None, choices: Vec::new(), rank: 0 };
        // Its sender stores it within the settling time of the number, not of the sending.
        let late = (taken + SETTLING - sent) as u64 + 1;
        let stored = sent + dice.below(late) as i64;
        tell(sent, Event::Sent(ticket), &mut Dice((stored - sent) as u64));
        for _ in 0..dice.below(3) {
            let happened = sent + dice.below(12) as i64;
            let news = match dice.below(2) {
                0 => Event::Left { number: number(of) },
                _ => Event::Stayed { number: number(of), place: place(0) },
            };
            tell(happened, news, &mut dice);
        }
        if dice.below(4) == 0 {
            let changed = Event::Changed { place: place(0), terms: Terms { priority_until: day(0), ..Terms::NONE } };
            tell(taken, changed, &mut dice);
        }
    }
    told
}

proptest! {
    #![proptest_config(cases(500))]

    /// "Appends them once (by time; sent by number) and never reorders"; "runs and chunks never matter".
    #[test]
    fn runs_take_the_news_in_one_order_however_they_cut_it(
        dice in proptest::collection::vec(any::<u64>(), 1..20),
        pauses in proptest::collection::vec(0..9_i64, 1..40),
        older in 0..4_i64,
    ) {
        let told = told(dice);
        let (mut open, mut taken, mut now) = (told.clone(), Vec::new(), 0);
        for pause in pauses.into_iter().chain([1_000]) {
            now += pause;
            let pending = open.iter().filter(|told| told.stored <= now).map(|told| told.pending.clone()).collect();
            // A run may well be slower than the settling time asks for.
            taken.extend(settled(pending, at(now - 2 * SETTLING - older)));
            open.retain(|told| !taken.contains(&told.pending));
        }
        prop_assert!(open.is_empty(), "{open:?} was never taken");
        let all = told.into_iter().map(|told| told.pending).collect();
        prop_assert_eq!(&taken, &settled(all, Timestamp::MAX));

        let numbers: Vec<_> = taken.iter().filter(|one| matches!(one.news, Event::Sent(_))).map(|one| one.news.number()).collect();
        prop_assert!(numbers.is_sorted(), "tickets go by number: {numbers:?}");
        for (place, one) in taken.iter().enumerate() {
            let sent = |other: &Pending<_>| matches!(other.news, Event::Sent(_)) && other.news.number() == one.news.number();
            let first = one.news.number().is_none() || taken[..=place].iter().any(sent);
            prop_assert!(first, "{one:?} stands before its ticket was sent");
        }
        let others: Vec<_> = taken.iter().filter(|one| !matches!(one.news, Event::Sent(_))).map(|one| one.at).collect();
        prop_assert!(others.is_sorted(), "everything else goes by time");
    }
}
