//! The rules: events in, moves out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::numbers::{Numbers, Terms};
use crate::application::ApplicationNumber;
use crate::place::{Place, Ticket, first, wanted};

/// An event of the ledger (`domain.md` section 5, "The ledger"). The ledger is public: withdrawn, refused and
/// declined by the home school are all the same here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// A ticket joins the queue
    Sent(Ticket),
    /// An officer assigned or corrected its home place
    Assigned {
        /// The ticket
        number: ApplicationNumber,
        /// Its home place from now on
        home: Place,
    },
    /// The choices that it wants more than this place are struck: it sits there, or moved up from there
    /// and goes back
    Stayed {
        /// The ticket
        number: ApplicationNumber,
        /// The place
        place: Place,
    },
    /// It is no longer live: withdrawn, refused, or declined by its home school
    Left {
        /// The ticket
        number: ApplicationNumber,
    },
    /// The choice that it sits in, or moved up from, is struck
    Struck {
        /// The ticket
        number: ApplicationNumber,
        /// The place
        place: Place,
    },
    /// The order for the place that it sits in is written
    Enrolled {
        /// The ticket
        number: ApplicationNumber,
        /// The place
        place: Place,
    },
    /// A place has other terms
    Changed {
        /// The place
        place: Place,
        /// Its terms from now on
        terms: Terms,
    },
    /// A day of the city begins
    Date(Date),
    /// The campaign is over: nobody waits any more
    Closed,
}

impl Event {
    /// The ticket that it is of; none of places, days and the close.
    pub const fn number(&self) -> Option<ApplicationNumber> {
        match self {
            Self::Sent(ticket) => Some(ticket.number),
            Self::Assigned { number, .. }
            | Self::Stayed { number, .. }
            | Self::Left { number }
            | Self::Struck { number, .. }
            | Self::Enrolled { number, .. } => Some(*number),
            Self::Changed { .. } | Self::Date(_) | Self::Closed => None,
        }
    }
}

/// An event that is repeated, late or impossible: it changes nothing and has no line in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the event changes nothing")]
pub struct Stale;

/// Why a ticket moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Why {
    /// Its home place is guaranteed
    Home,
    /// Its choice was struck: it sits at home again
    Back,
    /// It had moved up before the ledger knew that it stays: it goes back, its seat was never taken back
    Stays,
    /// It is no longer live
    Left,
    /// So many to one: this outside place is open with so many residents
    Ratio {
        /// 1 for the first outside place
        outside: u32,
        /// Residents at that moment
        residents: u32,
        /// Residents for one outside place
        ratio: u16,
    },
    /// The residents' priority is over, and a seat is free
    Seat {
        /// Which of the seats: 1 for the first
        seat: u32,
        /// Of how many
        capacity: u16,
    },
}

/// A change of what a ticket holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// The ticket
    pub number: ApplicationNumber,
    /// From which place; none where it held none
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Place>,
    /// To which place; none where it holds none
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Place>,
    /// Why
    pub why: Why,
}

/// What followed from an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Who moved, in the order in which they moved, the event's own ticket first
    pub moves: Vec<Move>,
    /// The places whose numbers or lines may have changed
    pub touched: BTreeSet<Place>,
}

/// How a ticket stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The home place; none until one is assigned
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<Place>,
    /// The choices that are not struck, the better first
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Place>,
    /// Where it sits
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Place>,
    /// The place outside its territory from which it moved up to there
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Place>,
    /// The line of the ledger that brought it there; 0 if it never sat
    #[serde(default)]
    pub line: u64,
    /// Who is served before the number counts
    #[serde(default, skip_serializing_if = "first")]
    pub rank: u8,
    /// Whether it is enrolled where it sits
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub enrolled: bool,
    /// Whether it is no longer live
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
}

impl Standing {
    /// The places that it wants more than what it holds, the best first.
    fn better(&self) -> impl Iterator<Item = &Place> {
        let waits = !self.left && !self.enrolled;
        wanted(&self.choices, self.home.as_ref()).take_while(move |choice| waits && Some(*choice) != self.held.as_ref())
    }

    /// Whether it sits in a place that is not its home.
    pub fn sits_outside(&self) -> bool {
        self.held.is_some() && self.held != self.home
    }

    /// Whether it moved up from that place to where it sits. To its home it can always go back.
    pub fn moved_up_from(&self, place: &Place) -> bool {
        self.sits_outside() && (self.home.as_ref() == Some(place) || self.before.as_ref() == Some(place))
    }

    /// The choices that it wants more than a place of its own.
    fn above(&self, place: &Place) -> impl Iterator<Item = &Place> {
        wanted(&self.choices, self.home.as_ref()).take_while(move |choice| *choice != place)
    }

    /// Whether the place is one that it wants more than a home.
    fn prefers(&self, place: &Place, home: &Place) -> bool {
        wanted(&self.choices, Some(home)).any(|choice| choice == place)
    }
}

/// A place that a ticket waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The place
    pub place: Place,
    /// 1 for the first in line
    pub position: u32,
}

/// When a ticket is served: by rank, then by number.
type Turn = (u8, ApplicationNumber);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Hall {
    terms: Terms,
    residents: u32,
    away: u32,
    granted: u32,
    /// By rank, then by number
    waiting: BTreeSet<Turn>,
}

impl Default for Hall {
    fn default() -> Self {
        Self { terms: Terms::NONE, residents: 0, away: 0, granted: 0, waiting: BTreeSet::new() }
    }
}

/// Who sits where after a number of events, and who waits for what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct Board {
    lines: u64,
    today: Option<Date>,
    closed: bool,
    halls: BTreeMap<Place, Hall>,
    tickets: BTreeMap<ApplicationNumber, Standing>,
}

/// A board as it is kept: the rest follows from it.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    lines: u64,
    today: Option<Date>,
    closed: bool,
    terms: Vec<(Place, Terms)>,
    tickets: Vec<(ApplicationNumber, Standing)>,
}

impl From<Board> for Kept {
    fn from(board: Board) -> Self {
        Self {
            lines: board.lines,
            today: board.today,
            closed: board.closed,
            terms: board.halls.into_iter().map(|(place, hall)| (place, hall.terms)).collect(),
            tickets: board.tickets.into_iter().collect(),
        }
    }
}

impl From<Kept> for Board {
    fn from(kept: Kept) -> Self {
        let mut board = Self { lines: kept.lines, today: kept.today, closed: kept.closed, ..Self::default() };
        for (place, terms) in kept.terms {
            board.hall(&place).terms = terms;
        }
        for (number, standing) in kept.tickets {
            board.count(&standing, 1);
            board.tickets.insert(number, standing);
            board.line_up(number);
        }
        board
    }
}

impl Board {
    /// Events that changed something: each has a line in the ledger.
    pub const fn lines(&self) -> u64 {
        self.lines
    }

    /// The day that the ledger has reached; none before its first.
    pub const fn today(&self) -> Option<Date> {
        self.today
    }

    /// Whether the campaign is over.
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Every place that has terms or was named by a ticket, with its numbers.
    pub fn places(&self) -> impl Iterator<Item = (&Place, Numbers)> {
        self.halls.iter().map(|(place, hall)| (place, self.numbers_of(hall)))
    }

    /// The numbers of a place.
    pub fn numbers(&self, place: &Place) -> Numbers {
        self.halls.get(place).map_or_else(|| self.numbers_of(&Hall::default()), |hall| self.numbers_of(hall))
    }

    /// Every ticket, live or not.
    pub fn tickets(&self) -> impl Iterator<Item = (ApplicationNumber, &Standing)> {
        self.tickets.iter().map(|(number, standing)| (*number, standing))
    }

    /// A ticket.
    pub fn ticket(&self, number: ApplicationNumber) -> Option<&Standing> {
        self.tickets.get(&number)
    }

    /// Who waits for a place, the first in line first.
    pub fn waiting(&self, place: &Place) -> impl Iterator<Item = ApplicationNumber> {
        self.halls.get(place).into_iter().flat_map(|hall| hall.waiting.iter().map(|(_, number)| *number))
    }

    /// What a ticket waits for, the best first, with its position there.
    pub fn waits(&self, number: ApplicationNumber) -> Vec<Wait> {
        let Some(standing) = self.tickets.get(&number).filter(|_| !self.closed) else { return Vec::new() };
        let wait = |place: &Place| {
            let ahead = self.halls.get(place).map_or(0, |hall| hall.waiting.range(..(standing.rank, number)).count());
            Wait { place: place.clone(), position: u32::try_from(ahead + 1).unwrap_or(u32::MAX) }
        };
        standing.better().map(wait).collect()
    }

    /// Takes an event.
    ///
    /// # Errors
    /// [`Stale`]; nothing is changed.
    pub fn apply(&mut self, event: &Event) -> Result<Outcome, Stale> {
        let mut outcome = Outcome::default();
        self.lines += 1;
        if let Err(stale) = self.begin(event, &mut outcome) {
            self.lines -= 1;
            return Err(stale);
        }
        self.settle(&mut outcome);
        Ok(outcome)
    }

    /// The event itself, before anybody else moves by it.
    fn begin(&mut self, event: &Event, outcome: &mut Outcome) -> Result<(), Stale> {
        match event {
            Event::Sent(ticket) => {
                if self.tickets.contains_key(&ticket.number) {
                    return Err(Stale);
                }
                let mut choices = ticket.choices.clone();
                let mut seen = BTreeSet::new();
                choices.retain(|choice| seen.insert(choice.clone()));
                for choice in &choices {
                    self.hall(choice);
                }
                let new = Standing {
                    home: None,
                    choices,
                    held: None,
                    before: None,
                    line: 0,
                    rank: ticket.rank,
                    enrolled: false,
                    left: false,
                };
                self.tickets.insert(ticket.number, new);
                let home = ticket.home.clone();
                self.change(ticket.number, Why::Home, outcome, |standing| {
                    standing.held.clone_from(&home);
                    standing.home = home;
                });
            }
            Event::Assigned { number, home } => {
                let standing = self.live(*number)?;
                if standing.enrolled || standing.home.as_ref() == Some(home) {
                    return Err(Stale);
                }
                let keeps =
                    standing.sits_outside() && standing.held.as_ref().is_some_and(|held| standing.prefers(held, home));
                self.change(*number, Why::Home, outcome, |standing| {
                    standing.home = Some(home.clone());
                    if !keeps {
                        standing.held = Some(home.clone());
                    }
                });
            }
            Event::Stayed { number, place } => {
                let standing = self.live(*number)?;
                let is_there = standing.held.as_ref() == Some(place) || standing.moved_up_from(place);
                let better: Vec<Place> = standing.above(place).cloned().collect();
                if standing.enrolled || !is_there || better.is_empty() {
                    return Err(Stale);
                }
                self.change(*number, Why::Stays, outcome, |standing| {
                    standing.choices.retain(|choice| !better.contains(choice));
                    standing.held = Some(place.clone());
                });
            }
            Event::Left { number } => {
                if self.live(*number)?.enrolled {
                    return Err(Stale);
                }
                self.change(*number, Why::Left, outcome, |standing| {
                    standing.left = true;
                    standing.held = None;
                });
            }
            Event::Struck { number, place } => {
                let standing = self.live(*number)?;
                let sits_there = standing.held.as_ref() == Some(place);
                let was_there = standing.before.as_ref() == Some(place);
                if standing.enrolled || !standing.sits_outside() || !(sits_there || was_there) {
                    return Err(Stale);
                }
                self.change(*number, Why::Back, outcome, |standing| {
                    standing.choices.retain(|choice| choice != place);
                    standing.before = None;
                    if sits_there {
                        standing.held.clone_from(&standing.home);
                    }
                });
            }
            Event::Enrolled { number, place } => {
                let standing = self.live(*number)?;
                if standing.enrolled || standing.held.as_ref() != Some(place) {
                    return Err(Stale);
                }
                self.change(*number, Why::Home, outcome, |standing| standing.enrolled = true);
            }
            Event::Changed { place, terms } => {
                if self.halls.get(place).map_or(*terms == Terms::NONE, |hall| hall.terms == *terms) {
                    return Err(Stale);
                }
                self.hall(place).terms = terms.clone();
                outcome.touched.insert(place.clone());
            }
            Event::Date(day) => {
                if self.today.is_some_and(|today| *day <= today) {
                    return Err(Stale);
                }
                let before = self.today.replace(*day);
                let passed = |hall: &Hall| {
                    let until = hall.terms.priority_until;
                    before.is_none_or(|before| before <= until) && *day > until
                };
                let passed = self.halls.iter().filter(|(_, hall)| passed(hall)).map(|(place, _)| place.clone());
                outcome.touched.extend(passed);
            }
            Event::Closed => {
                if self.closed {
                    return Err(Stale);
                }
                self.closed = true;
                outcome.touched.extend(self.halls.keys().cloned());
                self.halls.values_mut().for_each(|hall| hall.waiting.clear());
            }
        }
        Ok(())
    }

    /// Rule 3: the lowest number of the lowest rank that can improve takes the best of its wanted places that is open; then
    /// again from the lowest, until nobody can. Before the event nobody waited for an open place, so only
    /// places that it touched, or that a move touches, have to be looked at.
    fn settle(&mut self, outcome: &mut Outcome) {
        loop {
            let next = |place: &Place| {
                let hall = self.halls.get(place)?;
                hall.waiting.first().copied().filter(|_| self.numbers_of(hall).is_open())
            };
            let Some((_, number)) = outcome.touched.iter().filter_map(next).min() else { return };
            let Some(standing) = self.tickets.get(&number) else { return };
            let Some((place, numbers)) =
                standing.better().map(|place| (place, self.numbers(place))).find(|(_, numbers)| numbers.is_open())
            else {
                return;
            };
            let why = if numbers.priority {
                Why::Ratio {
                    outside: numbers.granted + 1,
                    residents: numbers.residents,
                    ratio: numbers.terms.ratio.max(1),
                }
            } else {
                Why::Seat { seat: numbers.seated() + 1, capacity: numbers.terms.capacity }
            };
            let place = place.clone();
            self.change(number, why, outcome, |standing| standing.held = Some(place));
        }
    }

    fn live(&self, number: ApplicationNumber) -> Result<&Standing, Stale> {
        self.tickets.get(&number).filter(|standing| !standing.left).ok_or(Stale)
    }

    fn hall(&mut self, place: &Place) -> &mut Hall {
        self.halls.entry(place.clone()).or_default()
    }

    fn numbers_of(&self, hall: &Hall) -> Numbers {
        Numbers {
            terms: hall.terms.clone(),
            priority: self.today.is_none_or(|today| today <= hall.terms.priority_until),
            residents: hall.residents,
            away: hall.away,
            granted: hall.granted,
            waiting: u32::try_from(hall.waiting.len()).unwrap_or(u32::MAX),
        }
    }

    /// Changes a ticket, and with it the numbers of the places it is out of and in.
    fn change(
        &mut self,
        number: ApplicationNumber,
        why: Why,
        outcome: &mut Outcome,
        change: impl FnOnce(&mut Standing),
    ) {
        let Some(before) = self.tickets.get(&number).cloned() else { return };
        let line = self.lines;
        let mut after = before.clone();
        change(&mut after);
        if after.held != before.held {
            after.line = line;
            let up = matches!(why, Why::Ratio { .. } | Why::Seat { .. });
            after.before = before.held.clone().filter(|_| up && before.sits_outside());
            outcome.moves.push(Move { number, from: before.held.clone(), to: after.held.clone(), why });
        }
        self.count(&before, -1);
        before.better().for_each(|place| {
            self.halls.get_mut(place).map(|hall| hall.waiting.remove(&(before.rank, number)));
        });
        self.count(&after, 1);
        for standing in [&before, &after] {
            outcome.touched.extend([&standing.home, &standing.held].into_iter().flatten().cloned());
            outcome.touched.extend(standing.better().cloned());
        }
        self.tickets.insert(number, after);
        self.line_up(number);
    }

    /// Counts a ticket in, or out again by -1.
    fn count(&mut self, standing: &Standing, by: i32) {
        if standing.left {
            return;
        }
        let add = |to: &mut u32| *to = to.saturating_add_signed(by);
        if let Some(home) = &standing.home {
            let hall = self.hall(home);
            add(&mut hall.residents);
            if standing.held.as_ref() != Some(home) {
                add(&mut hall.away);
            }
        }
        if let Some(held) = standing.held.as_ref().filter(|_| standing.sits_outside()) {
            add(&mut self.hall(held).granted);
        }
    }

    /// Puts a ticket into the line of each place that it waits for.
    fn line_up(&mut self, number: ApplicationNumber) {
        if self.closed {
            return;
        }
        let Some(standing) = self.tickets.get(&number) else { return };
        let rank = standing.rank;
        let better: Vec<Place> = standing.better().cloned().collect();
        for place in better {
            self.hall(&place).waiting.insert((rank, number));
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::directory::SchoolId;
    use crate::locale::Language;
    use crate::places::Obstacle;

    fn place(school: &str) -> Place {
        Place::new(SchoolId::parse(school).unwrap(), Language::Kazakh)
    }

    fn number(number: u64) -> ApplicationNumber {
        ApplicationNumber::new(number).unwrap()
    }

    fn sent(of: u64, home: Option<&str>, choices: &[&str]) -> Event {
        let choices = choices.iter().map(|choice| place(choice)).collect();
        Event::Sent(Ticket { number: number(of), home: home.map(place), choices, rank: 0 })
    }

    fn terms(of: &str, capacity: u16, forecast: u16) -> Event {
        let terms = Terms { capacity, forecast, ratio: 3, priority_until: date(2027, 5, 31) };
        Event::Changed { place: place(of), terms }
    }

    fn board(events: &[Event]) -> Board {
        let mut board = Board::default();
        for event in events {
            board.apply(event).unwrap();
        }
        board
    }

    fn held(board: &Board, of: u64) -> Option<String> {
        board.ticket(number(of))?.held.as_ref().map(|held| held.school.to_string())
    }

    fn positions(board: &Board, of: u64) -> Vec<(String, u32)> {
        board.waits(number(of)).iter().map(|wait| (wait.place.school.to_string(), wait.position)).collect()
    }

    /// A school `a` with 30 seats, 20 expected, and as many residents as given.
    fn school(residents: u64) -> Board {
        let mut events =
            vec![Event::Date(date(2027, 4, 1)), terms("a", 30, 20), terms("b", 30, 20), terms("c", 30, 20)];
        events.extend((1..=residents).map(|of| sent(of, Some("a"), &[])));
        board(&events)
    }

    #[test]
    fn the_third_resident_opens_the_first_outside_place_and_it_goes_to_the_lowest_that_waits() {
        let mut board = school(2);
        board.apply(&sent(10, Some("b"), &["a"])).unwrap();
        board.apply(&sent(11, Some("b"), &["a"])).unwrap();
        assert_eq!(positions(&board, 11), [("a".to_owned(), 2)]);
        assert_eq!(board.numbers(&place("a")).obstacle(), Some(Obstacle::Ratio { outside: 1, residents: 3 }));
        let moves = board.apply(&sent(12, Some("a"), &[])).unwrap().moves;
        let why = Why::Ratio { outside: 1, residents: 3, ratio: 3 };
        assert_eq!(moves[1], Move { number: number(10), from: Some(place("b")), to: Some(place("a")), why });
        assert_eq!((positions(&board, 10), positions(&board, 11)), (vec![], vec![("a".to_owned(), 1)]));
    }

    #[test]
    fn a_ticket_takes_the_best_of_its_wanted_places_and_still_waits_for_what_is_better() {
        let mut board = school(6);
        board.apply(&sent(10, Some("c"), &["b", "a"])).unwrap();
        assert_eq!((held(&board, 10).as_deref(), positions(&board, 10)), (Some("a"), vec![("b".to_owned(), 1)]));
        for of in 11..=13 {
            board.apply(&sent(of, Some("b"), &[])).unwrap();
        }
        assert_eq!((held(&board, 10).as_deref(), positions(&board, 10)), (Some("b"), vec![]));
        assert_eq!(board.numbers(&place("a")).granted, 0);
        assert_eq!(board.numbers(&place("c")).away, 1);
    }

    #[test]
    fn who_moves_frees_a_place_for_the_next_even_for_a_lower_number() {
        let mut board = school(3);
        board.apply(&sent(10, Some("c"), &["a"])).unwrap();
        board.apply(&sent(9, Some("c"), &["b", "a"])).unwrap();
        assert_eq!(positions(&board, 9), [("b".to_owned(), 1), ("a".to_owned(), 1)]);
        board.apply(&Event::Struck { number: number(10), place: place("a") }).unwrap();
        assert_eq!((held(&board, 10).as_deref(), held(&board, 9).as_deref()), (Some("c"), Some("a")));
        assert_eq!(positions(&board, 10), [], "the choice is struck");
    }

    #[test]
    fn after_the_priority_date_every_free_seat_opens() {
        let mut board = school(1);
        board.apply(&sent(10, Some("b"), &["a"])).unwrap();
        assert_eq!(board.apply(&Event::Date(date(2027, 5, 31))).unwrap().moves, [], "to the end of that day");
        let moves = board.apply(&Event::Date(date(2027, 6, 1))).unwrap().moves;
        assert_eq!(moves.len(), 1);
        assert_eq!(moves[0].why, Why::Seat { seat: 2, capacity: 30 });
        assert_eq!(board.apply(&Event::Date(date(2027, 6, 1))), Err(Stale));
    }

    #[test]
    fn nothing_is_taken_back_and_nothing_more_is_given_beyond_the_terms() {
        let mut board = school(6);
        board.apply(&sent(10, Some("b"), &["a"])).unwrap();
        board.apply(&sent(11, Some("b"), &["a"])).unwrap();
        board.apply(&terms("a", 0, 0)).unwrap();
        board.apply(&sent(12, Some("b"), &["a"])).unwrap();
        let numbers = board.numbers(&place("a"));
        assert_eq!((numbers.granted, numbers.quota(), numbers.free(), numbers.waiting), (2, 2, 0, 1));
        board.apply(&Event::Left { number: number(10) }).unwrap();
        assert_eq!((board.numbers(&place("a")).granted, held(&board, 12).as_deref()), (1, Some("b")));
    }

    #[test]
    fn without_a_home_a_ticket_waits_from_the_start_and_sits_where_it_is_assigned() {
        let mut board = school(3);
        board.apply(&sent(10, None, &["b", "a"])).unwrap();
        assert_eq!((held(&board, 10).as_deref(), positions(&board, 10)), (Some("a"), vec![("b".to_owned(), 1)]));
        // It wants what it holds more than the home that it gets.
        board.apply(&Event::Assigned { number: number(10), home: place("c") }).unwrap();
        assert_eq!((held(&board, 10).as_deref(), board.numbers(&place("c")).away), (Some("a"), 1));
        // Its first choice is its home now: nothing is better.
        board.apply(&Event::Assigned { number: number(10), home: place("b") }).unwrap();
        assert_eq!((held(&board, 10).as_deref(), positions(&board, 10)), (Some("b"), vec![]));
        assert_eq!((board.numbers(&place("c")).residents, board.numbers(&place("a")).granted), (0, 0));
        // It sits where it sat, as a resident now.
        board.apply(&sent(11, Some("c"), &["a"])).unwrap();
        let line = board.ticket(number(11)).unwrap().line;
        assert_eq!(board.apply(&Event::Assigned { number: number(11), home: place("a") }).unwrap().moves, []);
        let numbers = board.numbers(&place("a"));
        assert_eq!((numbers.residents, numbers.away, numbers.granted), (4, 0, 0));
        assert_eq!(board.ticket(number(11)).unwrap().line, line);
    }

    #[test]
    fn who_is_enrolled_or_stays_waits_no_more_and_nobody_waits_after_the_close() {
        let mut board = school(2);
        for of in 10..=12 {
            board.apply(&sent(of, Some("b"), &["a"])).unwrap();
        }
        board.apply(&Event::Stayed { number: number(10), place: place("b") }).unwrap();
        board.apply(&Event::Enrolled { number: number(11), place: place("b") }).unwrap();
        assert_eq!(positions(&board, 12), [("a".to_owned(), 1)]);
        board.apply(&Event::Closed).unwrap();
        assert_eq!(positions(&board, 12), []);
        board.apply(&sent(13, Some("a"), &[])).unwrap();
        assert_eq!([10, 11, 12].map(|of| held(&board, of)), [(); 3].map(|()| Some("b".to_owned())));
    }

    #[test]
    fn what_is_repeated_late_or_impossible_changes_nothing() {
        let mut board = school(3);
        board.apply(&sent(10, Some("b"), &["a"])).unwrap();
        board.apply(&Event::Enrolled { number: number(1), place: place("a") }).unwrap();
        board.apply(&Event::Left { number: number(2) }).unwrap();
        let before = board.clone();
        let n = number;
        for event in [
            sent(10, None, &[]),
            sent(2, Some("a"), &[]),
            terms("a", 30, 20),
            Event::Date(date(2027, 4, 1)),
            Event::Date(date(2027, 3, 31)),
            Event::Left { number: n(1) },
            Event::Left { number: n(2) },
            Event::Left { number: n(99) },
            Event::Assigned { number: n(1), home: place("b") },
            Event::Assigned { number: n(10), home: place("b") },
            Event::Assigned { number: n(2), home: place("b") },
            Event::Struck { number: n(10), place: place("b") },
            Event::Struck { number: n(3), place: place("a") },
            Event::Struck { number: n(1), place: place("a") },
            Event::Enrolled { number: n(10), place: place("b") },
            Event::Enrolled { number: n(1), place: place("a") },
            Event::Enrolled { number: n(2), place: place("a") },
            Event::Stayed { number: n(10), place: place("a") },
            Event::Stayed { number: n(10), place: place("c") },
            Event::Stayed { number: n(3), place: place("a") },
        ] {
            assert_eq!(board.apply(&event), Err(Stale), "{event:?}");
        }
        assert_eq!(board, before);
    }

    /// The school declined whom it saw; the ledger had moved the ticket up in the meantime.
    #[test]
    fn a_school_that_declined_is_not_given_the_child_again() {
        let mut board = school(3);
        board.apply(&sent(10, Some("c"), &["b", "a"])).unwrap();
        assert_eq!(held(&board, 10).as_deref(), Some("a"));
        for of in 11..=13 {
            board.apply(&sent(of, Some("b"), &[])).unwrap();
        }
        assert_eq!(held(&board, 10).as_deref(), Some("b"));
        let struck = |place| Event::Struck { number: number(10), place };
        assert_eq!(board.apply(&struck(place("a"))).unwrap().moves, []);
        assert_eq!(board.apply(&struck(place("a"))), Err(Stale));
        let back = board.apply(&struck(place("b"))).unwrap().moves;
        assert_eq!((back.len(), held(&board, 10).as_deref(), positions(&board, 10)), (1, Some("c"), vec![]));
    }

    #[test]
    fn a_place_that_is_named_twice_is_waited_for_once() {
        let mut board = school(0);
        board.apply(&sent(10, Some("b"), &["a", "a"])).unwrap();
        assert_eq!(positions(&board, 10), [("a".to_owned(), 1)]);
        board.apply(&sent(11, Some("b"), &["b", "a"])).unwrap();
        assert_eq!(positions(&board, 11), [], "its home is what it wants most");
    }

    #[test]
    fn a_board_comes_back_from_how_it_is_kept() {
        let mut board = school(7);
        board.apply(&sent(10, Some("b"), &["c", "a"])).unwrap();
        board.apply(&sent(11, None, &["c", "b"])).unwrap();
        board.apply(&Event::Left { number: number(3) }).unwrap();
        let kept = serde_json::to_string(&board).unwrap();
        assert_eq!(serde_json::from_str::<Board>(&kept).unwrap(), board);
        board.apply(&Event::Closed).unwrap();
        let kept = serde_json::to_string(&board).unwrap();
        assert_eq!(serde_json::from_str::<Board>(&kept).unwrap(), board);
    }
}
