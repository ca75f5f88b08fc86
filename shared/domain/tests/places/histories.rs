//! Random histories: few places, few seats, many who want the same.

use domain::directory::SchoolId;
use domain::places::{Board, Event, Terms};
use domain::{ApplicationNumber, Date, Language, Place, Ticket};
use jiff::ToSpan as _;
use proptest::prelude::*;

/// Tickets of a history at most.
pub const TICKETS: u64 = 12;

/// How many histories a property runs: `PROPTEST_CASES`, else a share of the 200,000.
pub fn cases(share: u32) -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let config = ProptestConfig::default();
    ProptestConfig { cases: if asked { config.cases } else { share }, ..config }
}

/// One of the places: two languages in each school.
pub fn place(of: u64) -> Place {
    let school = ["one", "two", "three", "four"][(of / 2) as usize % 4];
    let language = if of.is_multiple_of(2) { Language::Kazakh } else { Language::Russian };
    Place::new(SchoolId::parse(school).unwrap(), language)
}

pub fn number(of: u64) -> ApplicationNumber {
    ApplicationNumber::new(of).unwrap()
}

/// A day of the campaign: the first is 0.
pub fn day(of: u64) -> Date {
    jiff::civil::date(2027, 4, 1).saturating_add((of as i64).days())
}

/// A step of a history, read from a number digit by digit. Towards 0 it gets simpler.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        let digit = self.0 % limit;
        self.0 /= limit;
        digit
    }

    fn terms(&mut self) -> Terms {
        Terms {
            capacity: self.below(7) as u16,
            forecast: self.below(4).saturating_sub(1) as u16,
            ratio: [1, 2, 1, 3, 0, 4][self.below(6) as usize],
            priority_until: day(self.below(9)),
        }
    }

    /// The event of a step among the first few places. Most own events are of a ticket that was sent, and of the
    /// place where it sits; the rest is mostly stale or impossible.
    fn event(mut self, places: u64, board: &Board) -> Event {
        let kind = self.below(64);
        let any = place(self.below(places));
        let of = self.below(TICKETS);
        let live: Vec<_> = board.tickets().filter(|(_, standing)| !standing.left && !standing.enrolled).collect();
        let aimed = live.get(of as usize % live.len().max(1)).filter(|_| self.below(6) > 0);
        let (number, there) = match aimed {
            Some((number, standing)) if kind >= 30 => {
                let there = [&standing.held, &standing.held, &standing.before][self.below(3) as usize].clone();
                (*number, there.unwrap_or_else(|| any.clone()))
            }
            _ => (number(1 + of), any.clone()),
        };
        match kind {
            0..30 => {
                let home = (self.below(6) > 0).then_some(any);
                let choices = (0..self.below(4).min(2)).map(|_| place(self.below(places))).collect();
                // As a campaign has it: most have none of their own.
                let rank = self.below(6).saturating_sub(3) as u8;
                Event::Sent(Ticket { number, home, choices, rank })
            }
            30..40 => Event::Changed { place: any, terms: self.terms() },
            40..47 => Event::Struck { number, place: there },
            47..51 => Event::Assigned { number, home: any },
            51..54 => Event::Left { number },
            54..58 => Event::Stayed { number, place: there },
            58..60 => Event::Enrolled { number, place: there },
            60..63 => Event::Date(day(self.below(16))),
            _ if self.below(4) == 0 => Event::Closed,
            _ => Event::Changed { place: any, terms: self.terms() },
        }
    }
}

/// A history of events, some of which change nothing. Places begin with some terms.
pub fn histories() -> impl Strategy<Value = Vec<Event>> {
    (2..=4_u64, proptest::collection::vec(any::<u64>(), 8..72)).prop_map(|(places, steps)| {
        let mut board = Board::default();
        let event = |(of, step)| {
            let event = match of {
                0..4 if of < places => Event::Changed { place: place(of), terms: Dice(step).terms() },
                _ => Dice(step).event(places, &board),
            };
            let _ = board.apply(&event);
            event
        };
        (0..).zip(steps).map(event).collect()
    })
}

/// The places that histories tell of.
pub fn places() -> impl Iterator<Item = Place> {
    (0..4).map(place)
}
