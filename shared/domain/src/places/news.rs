//! What happened to applications and places, and the order in which the ledger takes it.
//!
//! News is an event as whoever did it told it, on what they saw at that time: in the ledger it may be another.

use jiff::Timestamp;

use super::board::{Board, Event};
use crate::place::Place;

/// News that the ledger has not yet taken; never a date, which nobody tells. `K` tells news of the same instant apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending<K> {
    /// When it happened
    pub at: Timestamp,
    /// What
    pub news: Event,
    /// Its key
    pub key: K,
}

/// Puts news into the order of the ledger and leaves off what is not yet settled: whatever happened
/// after `until`, and what stands behind it. Tickets go by number, everything else by time; a ticket
/// counts as sent no later than those with higher numbers, so that it stands before its own events.
pub fn settled<K: Ord>(pending: Vec<Pending<K>>, until: Timestamp) -> Vec<Pending<K>> {
    let (mut sent, other): (Vec<_>, Vec<_>) =
        pending.into_iter().partition(|pending| matches!(pending.news, Event::Sent(_)));
    sent.sort_by_key(|pending| std::cmp::Reverse(number(&pending.news)));
    let mut earliest = Timestamp::MAX;
    let sent = sent.into_iter().map(|pending| {
        earliest = earliest.min(pending.at);
        (earliest, number(&pending.news), pending)
    });
    let mut ordered: Vec<_> = sent.chain(other.into_iter().map(|pending| (pending.at, u64::MAX, pending))).collect();
    ordered.sort_by(|(at, number, one), (by, other_number, other)| {
        (at, number, &one.key).cmp(&(by, other_number, &other.key))
    });
    ordered.into_iter().map(|(_, _, pending)| pending).take_while(|pending| pending.at <= until).collect()
}

fn number(news: &Event) -> u64 {
    match news {
        Event::Sent(ticket) => ticket.number.get(),
        _ => u64::MAX,
    }
}

impl Board {
    /// The event that news is, as the board stands; call it again after each until it is the news itself.
    ///
    /// A parent who stays, and a school that enrols, decide on the place that they saw. If the ledger has
    /// given the ticket a better one in the meantime, it goes back: the child stays where it was said, even
    /// if the seat was given on and there is one more there now than the terms allow.
    pub fn event(&self, news: &Event) -> Event {
        let standing = |number| self.ticket(number);
        let moved_up = |number, place: &Place| standing(number).is_some_and(|standing| standing.moved_up_from(place));
        match news.clone() {
            Event::Stayed { number, place } if !moved_up(number, &place) => {
                let held = standing(number).and_then(|standing| standing.held.clone());
                Event::Stayed { number, place: held.unwrap_or(place) }
            }
            Event::Enrolled { number, place } if moved_up(number, &place) => Event::Stayed { number, place },
            same => same,
        }
    }

    /// Whether an event is all that news was; else [`Board::event`] is asked again after it.
    pub fn ends(event: &Event, news: &Event) -> bool {
        !matches!((event, news), (Event::Stayed { .. }, Event::Enrolled { .. }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::ApplicationNumber;
    use crate::directory::SchoolId;
    use crate::locale::Language;
    use crate::place::Ticket;
    use crate::places::{Outcome, Terms, Why};

    fn place(school: &str) -> Place {
        Place::new(SchoolId::parse(school).unwrap(), Language::Kazakh)
    }

    fn number(number: u64) -> ApplicationNumber {
        ApplicationNumber::new(number).unwrap()
    }

    fn take(board: &mut Board, news: &Event) -> Vec<(Event, Outcome)> {
        let mut taken = Vec::new();
        loop {
            let event = board.event(news);
            let ends = Board::ends(&event, news);
            match board.apply(&event) {
                Ok(outcome) => taken.push((event, outcome)),
                Err(_) => return taken,
            }
            if ends {
                return taken;
            }
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn sent(of: u64, second: i64) -> Pending<u32> {
        let ticket = Ticket { number: number(of), home: Some(place("home")), choices: vec![place("far")], rank: 0 };
        Pending { at: at(second), news: Event::Sent(ticket), key: 0 }
    }

    fn left(of: u64, second: i64, key: u32) -> Pending<u32> {
        Pending { at: at(second), news: Event::Left { number: number(of) }, key }
    }

    #[test]
    fn tickets_go_by_number_and_everything_else_by_time() {
        let pending = vec![left(1, 30, 2), left(2, 30, 1), sent(2, 10), sent(10, 25), sent(1, 20), left(2, 15, 3)];
        let order: Vec<_> =
            settled(pending, at(60)).into_iter().map(|pending| (super::number(&pending.news), pending.key)).collect();
        assert_eq!(order, [(1, 0), (2, 0), (u64::MAX, 3), (10, 0), (u64::MAX, 1), (u64::MAX, 2)]);
    }

    #[test]
    fn what_is_not_settled_holds_up_what_stands_behind_it() {
        // 5 was sent a second time by its sender after its first number died.
        let pending = vec![sent(5, 50), sent(6, 40), left(6, 45, 0)];
        assert_eq!(settled(pending.clone(), at(49)), []);
        assert_eq!(settled(pending, at(50)), [sent(5, 50), sent(6, 40), left(6, 45, 0)]);
    }

    #[test]
    fn who_decided_on_what_was_seen_stays_there() {
        let mut board = Board::default();
        let open = Terms { capacity: 9, forecast: 0, ratio: 1, priority_until: jiff::civil::Date::MIN };
        let day = jiff::civil::date(2027, 4, 1);
        board.apply(&Event::Date(day)).unwrap();
        for school in ["home", "far"] {
            board.apply(&Event::Changed { place: place(school), terms: open.clone() }).unwrap();
        }
        let Pending { news, .. } = sent(1, 0);
        let [(_, outcome)] = &take(&mut board, &news)[..] else { panic!("one event") };
        assert_eq!(outcome.moves.last().unwrap().to, Some(place("far")));
        let taken = take(&mut board, &Event::Enrolled { number: number(1), place: place("home") });
        let [(Event::Stayed { .. }, back), (Event::Enrolled { .. }, _)] = &taken[..] else { panic!("{taken:?}") };
        assert_eq!((back.moves[0].to.clone(), &back.moves[0].why), (Some(place("home")), &Why::Stays));
        assert!(board.ticket(number(1)).unwrap().enrolled);
        assert_eq!(take(&mut board, &Event::Enrolled { number: number(1), place: place("home") }), []);
        assert_eq!(take(&mut board, &Event::Stayed { number: number(1), place: place("far") }), []);
    }

    /// The school enrolled it where it sat; the ledger had moved it up in the meantime, and given its seat on.
    #[test]
    fn who_decided_on_what_was_seen_stays_there_even_if_the_seat_was_given_on() {
        let mut board = Board::default();
        let one = Terms { capacity: 1, forecast: 0, ratio: 1, priority_until: jiff::civil::Date::MIN };
        board.apply(&Event::Date(jiff::civil::date(2027, 4, 1))).unwrap();
        for school in ["best", "good"] {
            board.apply(&Event::Changed { place: place(school), terms: one.clone() }).unwrap();
        }
        let send = |of, choices: &[&str]| {
            let choices = choices.iter().map(|choice| place(choice)).collect();
            Event::Sent(Ticket { number: number(of), home: Some(place("home")), choices, rank: 0 })
        };
        for news in [send(1, &["best"]), send(2, &["best", "good"]), send(3, &["good"])] {
            take(&mut board, &news);
        }
        let held = |board: &Board| [2, 3].map(|of| board.ticket(number(of)).unwrap().held.clone().unwrap());
        assert_eq!(held(&board), [place("good"), place("home")]);
        take(&mut board, &Event::Left { number: number(1) });
        assert_eq!(held(&board), [place("best"), place("good")]);
        for news in [
            Event::Stayed { number: number(2), place: place("good") },
            Event::Enrolled { number: number(2), place: place("good") },
        ] {
            let mut board = board.clone();
            take(&mut board, &news);
            assert_eq!(held(&board), [place("good"), place("good")], "{news:?}");
            assert_eq!(board.waits(number(2)), []);
            assert_eq!(board.ticket(number(2)).unwrap().enrolled, matches!(news, Event::Enrolled { .. }));
            assert!(!board.numbers(&place("good")).is_open());
            // A place that it never held is none that it can go back to.
            assert_eq!(
                board.apply(&Event::Stayed { number: number(3), place: place("best") }),
                Err(crate::places::Stale)
            );
        }
    }
}
