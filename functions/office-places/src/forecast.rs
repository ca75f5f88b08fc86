//! What a change of a place's terms would do, before it is saved: the same rules as the queue's, on a
//! copy of the board.

use domain::Place;
use domain::places::{Board, Event, Move, Numbers, Terms};
use store::keys::token_hash;
use store::terms::TermsInForce;

/// What a change would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The line of the ledger up to which it is reckoned
    pub line: u64,
    /// How the place stands
    pub before: Numbers,
    /// How it would stand
    pub after: Numbers,
    /// Who would move, in that order
    pub moves: Vec<Move>,
}

/// Which way the outside places of a place go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// So many more may be given
    Opens(u32),
    /// So many that were free no longer are
    Shuts(u32),
    /// Neither
    Same,
}

impl Forecast {
    /// Reckons on a board with the terms that are in force, whether or not the ledger has them already.
    /// What happened in the last minute is in neither.
    pub fn new(board: &Board, in_force: &TermsInForce, place: &Place, terms: &Terms) -> Self {
        let line = board.lines();
        let mut board = board.clone();
        for terms in &in_force.terms {
            let place = Place::new(terms.school.clone(), terms.language);
            // Stale: the ledger has them.
            let _ = board.apply(&Event::Changed { place, terms: Terms::from(terms) });
        }
        let before = board.numbers(place);
        let changed = board.apply(&Event::Changed { place: place.clone(), terms: terms.clone() });
        let moves = changed.map(|outcome| outcome.moves).unwrap_or_default();
        Self { line, before, after: board.numbers(place), moves }
    }

    /// What becomes of the outside places: those that were shut or open, before anybody takes one.
    pub fn opening(&self) -> Opening {
        // Who moves away by it, and who comes, is told apart.
        let (before, after) = (self.before.quota(), self.after.quota());
        match after.checked_sub(before) {
            Some(0) => Opening::Same,
            Some(more) => Opening::Opens(more),
            None => Opening::Shuts(before - after),
        }
    }

    /// Whether the new terms allow less than is given already.
    pub fn is_below_granted(&self) -> bool {
        self.after.allowed() < i64::from(self.before.granted)
    }

    /// Whether any term is stricter than it was.
    pub fn is_stricter(&self) -> bool {
        let (before, after) = (&self.before.terms, &self.after.terms);
        after.capacity < before.capacity
            || after.forecast > before.forecast
            || after.ratio > before.ratio
            || after.priority_until > before.priority_until
    }

    /// What tells this forecast from another: where two are the same, whoever saw one has seen the other,
    /// however far the ledger has gone on.
    pub fn seal(&self) -> String {
        token_hash(&format!("{:?}", (&self.before, &self.after, &self.moves)))
    }
}

#[cfg(test)]
mod tests {
    use domain::directory::{PlaceTerms, SchoolId};
    use domain::places::Why;
    use domain::{ApplicationNumber, Date, Language, Ticket};

    use super::*;

    const UNTIL: Date = Date::constant(2027, 5, 31);

    fn place(school: &str) -> Place {
        Place::new(SchoolId::parse(school).unwrap(), Language::Kazakh)
    }

    fn terms(capacity: u16, forecast: u16) -> Terms {
        Terms { capacity, forecast, ratio: 3, priority_until: UNTIL }
    }

    fn in_force(all: &[(&str, u16, u16)]) -> TermsInForce {
        let one = |(school, capacity, forecast): &(&str, u16, u16)| PlaceTerms {
            school: place(school).school,
            language: Language::Kazakh,
            capacity: *capacity,
            forecast: *forecast,
            ratio: 3,
            priority_until: UNTIL,
        };
        TermsInForce { version: None, terms: all.iter().map(one).collect() }
    }

    /// `a` has nine residents and expects ten of ten; two wait for it from `b`.
    fn board() -> Board {
        let mut board = Board::default();
        board.apply(&Event::Date(Date::constant(2027, 4, 1))).unwrap();
        board.apply(&Event::Changed { place: place("a"), terms: terms(10, 10) }).unwrap();
        for number in 1..=11_u64 {
            let number = ApplicationNumber::new(number).unwrap();
            let outside = number.get() > 9;
            let home = place(if outside { "b" } else { "a" });
            let choices = if outside { vec![place("a")] } else { Vec::new() };
            board.apply(&Event::Sent(Ticket { number, home: Some(home), choices, rank: 0 })).unwrap();
        }
        board
    }

    #[test]
    fn more_seats_open_outside_places_and_those_who_wait_move_in_order() {
        let board = board();
        let seen = Forecast::new(&board, &in_force(&[("a", 10, 10)]), &place("a"), &terms(12, 10));
        assert_eq!(seen.opening(), Opening::Opens(2));
        let moved: Vec<_> = seen.moves.iter().map(|one| (one.number.get(), one.to.clone())).collect();
        assert_eq!(moved, [(10, Some(place("a"))), (11, Some(place("a")))]);
        assert_eq!(seen.moves[1].why, Why::Ratio { outside: 2, residents: 9, ratio: 3 });
        assert_eq!((seen.before.waiting, seen.after.waiting, seen.after.granted), (2, 0, 2));
        assert!(!seen.is_below_granted() && !seen.is_stricter());
        assert_eq!(board.numbers(&place("a")).granted, 0, "the board itself is as it was");
        assert_eq!(seen.line, board.lines());
    }

    #[test]
    fn a_dip_of_the_forecast_grants_for_good_and_the_way_back_takes_nothing() {
        let mut board = board();
        board.apply(&Event::Changed { place: place("a"), terms: terms(10, 0) }).unwrap();
        assert_eq!(board.numbers(&place("a")).granted, 1, "nine of ten seats are the residents'");
        let back = Forecast::new(&board, &in_force(&[("a", 10, 0)]), &place("a"), &terms(10, 10));
        assert_eq!((back.moves.as_slice(), back.after.granted), ([].as_slice(), 1));
        assert!(back.is_below_granted() && back.is_stricter());
        assert_eq!(back.opening(), Opening::Same, "what is given stays, and no more was free");
    }

    #[test]
    fn free_outside_places_shut_by_stricter_terms() {
        let mut board = Board::default();
        board.apply(&Event::Changed { place: place("a"), terms: terms(30, 0) }).unwrap();
        for number in 1..=6_u64 {
            let number = ApplicationNumber::new(number).unwrap();
            board.apply(&Event::Sent(Ticket { number, home: Some(place("a")), choices: Vec::new(), rank: 0 })).unwrap();
        }
        let seen = Forecast::new(&board, &in_force(&[("a", 30, 0)]), &place("a"), &terms(30, 30));
        assert_eq!((seen.opening(), seen.moves.as_slice()), (Opening::Shuts(2), [].as_slice()));
        assert!(!seen.is_below_granted());
    }

    #[test]
    fn terms_that_the_ledger_has_not_taken_yet_are_what_it_is_compared_with() {
        let board = board();
        let in_force = in_force(&[("a", 12, 10)]);
        let seen = Forecast::new(&board, &in_force, &place("a"), &terms(13, 10));
        assert_eq!((seen.before.terms.capacity, seen.before.granted), (12, 2));
        assert_eq!(seen.moves, [], "both have moved by the terms in force");
        let first = Forecast::new(&Board::default(), &TermsInForce::default(), &place("c"), &terms(5, 0));
        assert_eq!((first.before.terms.clone(), first.line), (Terms::NONE, 0));
    }

    #[test]
    fn two_forecasts_are_the_same_if_what_is_seen_is() {
        let mut board = board();
        let in_force = in_force(&[("a", 10, 10)]);
        let seen = Forecast::new(&board, &in_force, &place("a"), &terms(12, 10));
        let number = ApplicationNumber::new(40).unwrap();
        board.apply(&Event::Sent(Ticket { number, home: Some(place("c")), choices: Vec::new(), rank: 0 })).unwrap();
        let elsewhere = Forecast::new(&board, &in_force, &place("a"), &terms(12, 10));
        assert!(elsewhere.line > seen.line);
        assert_eq!(elsewhere.seal(), seen.seal());
        board.apply(&Event::Left { number: ApplicationNumber::new(10).unwrap() }).unwrap();
        assert_ne!(Forecast::new(&board, &in_force, &place("a"), &terms(12, 10)).seal(), seen.seal());
    }
}
