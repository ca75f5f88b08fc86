//! The open ledger: the events with what followed from each, a line of JSON for each, chained by
//! hashes. Anyone can read it, replay it by the same rules, and see whether every place follows.
//!
//! It names nobody: numbers, places and terms only, times to the minute of the city.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::board::{Board, Event, Move, Stale};
use crate::application::ApplicationNumber;
use crate::place::Place;

/// The hash of a line, which the next line carries. Of nothing: zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hash(#[serde(with = "hex::serde")] [u8; 32]);

impl Hash {
    /// The hash of a line's text, without the line break.
    pub fn of(line: &str) -> Self {
        Self(Sha256::digest(line).into())
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(digits: &str) -> Option<Self> {
        let bytes = hex::decode(digits).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// 1 for the first
    pub line: u64,
    /// When it happened, to the minute, by the clock of the city
    pub at: DateTime,
    /// What happened
    pub event: Event,
    /// Who moved by it, in that order
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Move>,
    /// The hash of the line before
    pub previous: Hash,
}

/// Why a line of a ledger does not follow from those before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The text is no line
    #[error("it is no line of a ledger: {0}")]
    Unreadable(String),
    /// Lines are missing, or out of order
    #[error("it is line {found} where line {expected} belongs")]
    NotNext {
        /// Which line belongs there
        expected: u64,
        /// Which is there
        found: u64,
    },
    /// The line before is not the one that it was written after
    #[error("the line before it was changed: its hash is {found}, this line was written after {expected}")]
    Chain {
        /// The hash that the line carries
        expected: Hash,
        /// The hash of the line before
        found: Hash,
    },
    /// A day has begun that no line tells of
    #[error("it is of a day that has not begun in the ledger")]
    Day,
    /// The event changes nothing by the rules
    #[error("its event is repeated or impossible")]
    Stale,
    /// By the rules others move, or others too, or elsewhere
    #[error("its moves do not follow: by the rules they are {expected:?}")]
    Moves {
        /// What follows by the rules
        expected: Vec<Move>,
    },
}

/// A ledger as far as it has come: the board, when each ticket was sent, and the hash of the last line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    board: Board,
    sent: BTreeMap<ApplicationNumber, DateTime>,
    head: Hash,
}

/// A line that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The line
    pub line: Line,
    /// Its text
    pub text: String,
    /// The places whose numbers or lines may have changed
    pub touched: BTreeSet<Place>,
}

impl Ledger {
    /// Who sits where.
    pub const fn board(&self) -> &Board {
        &self.board
    }

    /// When a ticket was sent, to the minute, by the clock of the city.
    pub fn sent(&self, number: ApplicationNumber) -> Option<DateTime> {
        self.sent.get(&number).copied()
    }

    /// The hash of the last line.
    pub const fn head(&self) -> Hash {
        self.head
    }

    /// Takes news: the lines that it was; none where it changed nothing. A day that it begins has to be
    /// written before.
    pub fn take(&mut self, at: DateTime, news: &Event) -> Vec<Written> {
        let mut written = Vec::new();
        loop {
            let event = self.board.event(news);
            let ends = Board::ends(&event, news);
            let Ok(line) = self.write(at, event) else { return written };
            written.push(line);
            if ends {
                return written;
            }
        }
    }

    /// Writes the line of an event.
    ///
    /// # Errors
    /// [`Stale`]; nothing is changed.
    pub fn write(&mut self, at: DateTime, event: Event) -> Result<Written, Stale> {
        let at = to_the_minute(at);
        let outcome = self.board.apply(&event)?;
        let line = Line { line: self.board.lines(), at, event, moves: outcome.moves, previous: self.head };
        // Writing strings and numbers as JSON does not fail.
        let text = serde_json::to_string(&line).map_err(|_| Stale)?;
        self.note(&line, &text);
        Ok(Written { line, text, touched: outcome.touched })
    }

    /// Takes a written line if it follows.
    ///
    /// # Errors
    /// [`Fault`]; the ledger is not to be used any more.
    pub fn read(&mut self, text: &str) -> Result<Line, Fault> {
        let line: Line = serde_json::from_str(text).map_err(|error| Fault::Unreadable(error.to_string()))?;
        let expected = self.board.lines() + 1;
        if line.line != expected {
            return Err(Fault::NotNext { expected, found: line.line });
        }
        if line.previous != self.head {
            return Err(Fault::Chain { expected: line.previous, found: self.head });
        }
        let begins = matches!(line.event, Event::Date(day) if day == line.at.date());
        if !begins && self.board.today().is_none_or(|today| line.at.date() > today) {
            return Err(Fault::Day);
        }
        let moves = self.board.apply(&line.event).map_err(|_| Fault::Stale)?.moves;
        if moves != line.moves {
            return Err(Fault::Moves { expected: moves });
        }
        self.note(&line, text);
        Ok(line)
    }

    fn note(&mut self, line: &Line, text: &str) {
        if let Event::Sent(ticket) = &line.event {
            self.sent.insert(ticket.number, line.at);
        }
        self.head = Hash::of(text);
    }
}

fn to_the_minute(at: DateTime) -> DateTime {
    DateTime::from_parts(at.date(), jiff::civil::time(at.hour(), at.minute(), 0, 0))
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;
    use crate::application::ApplicationNumber;
    use crate::directory::SchoolId;
    use crate::locale::Language;
    use crate::place::{Place, Ticket};
    use crate::places::Terms;

    fn place(school: &str) -> Place {
        Place::new(SchoolId::parse(school).unwrap(), Language::Kazakh)
    }

    /// A ledger of six lines: one outside place is given.
    fn lines() -> Vec<String> {
        let mut ledger = Ledger::default();
        let terms = Terms { capacity: 9, forecast: 3, ratio: 1, priority_until: date(2027, 5, 31) };
        let sent = |number, home: &str, choices: &[&str]| {
            let choices = choices.iter().map(|choice| place(choice)).collect();
            Event::Sent(Ticket {
                number: ApplicationNumber::new(number).unwrap(),
                home: Some(place(home)),
                choices,
                rank: 0,
            })
        };
        let events = [
            Event::Date(date(2027, 4, 1)),
            Event::Changed { place: place("a"), terms },
            sent(1, "b", &["a"]),
            sent(2, "a", &[]),
            Event::Date(date(2027, 4, 2)),
            Event::Left { number: ApplicationNumber::new(1).unwrap() },
        ];
        let at = |event: &Event, place: i8| match event {
            Event::Date(day) => day.to_datetime(jiff::civil::Time::midnight()),
            _ => datetime(2027, 4, if place < 4 { 1 } else { 2 }, 9, place, 40, 0),
        };
        (0_i8..).zip(events).map(|(place, event)| ledger.write(at(&event, place), event).unwrap().text).collect()
    }

    fn verdict(lines: &[String]) -> Result<Hash, (usize, Fault)> {
        let mut ledger = Ledger::default();
        for (place, line) in lines.iter().enumerate() {
            ledger.read(line).map_err(|fault| (place, fault))?;
        }
        Ok(ledger.head())
    }

    #[test]
    fn what_was_written_follows_from_itself() {
        let lines = lines();
        assert_eq!(verdict(&lines), Ok(Hash::of(lines.last().unwrap())));
        assert!(lines[3].contains(r#""at":"2027-04-01T09:03:00""#), "{}", lines[3]);
    }

    #[test]
    fn a_line_that_was_changed_left_out_or_put_in_is_found() {
        let good = lines();
        let mut changed = good.clone();
        changed[2] = changed[2].replace(r#""number":1"#, r#""number":3"#);
        assert!(matches!(verdict(&changed), Err((3, Fault::Chain { .. }))));
        let mut left_out = good.clone();
        left_out.remove(2);
        assert_eq!(verdict(&left_out), Err((2, Fault::NotNext { expected: 3, found: 4 })));
        let mut garbled = good.clone();
        garbled[1].push('x');
        assert!(matches!(verdict(&garbled), Err((1, Fault::Unreadable(_)))));
        let mut added = good.clone();
        added[0] = added[0].replacen('{', r#"{"for":"a friend","#, 1);
        assert!(matches!(verdict(&added), Err((0, Fault::Unreadable(_)))));
    }

    /// Whoever writes all later hashes anew is caught by the rules themselves.
    #[test]
    fn a_place_that_does_not_follow_is_found_however_well_it_is_chained() {
        let mut lines = lines();
        let mut forged: Line = serde_json::from_str(&lines[3]).unwrap();
        forged.moves.pop();
        lines[3] = serde_json::to_string(&forged).unwrap();
        assert!(matches!(verdict(&lines), Err((3, Fault::Moves { expected })) if expected.len() == 2));
        let mut again: Line = serde_json::from_str(&lines[1]).unwrap();
        (again.line, again.previous) = (3, Hash::of(&lines[1]));
        lines[2] = serde_json::to_string(&again).unwrap();
        assert_eq!(verdict(&lines), Err((2, Fault::Stale)));
    }

    #[test]
    fn a_day_begins_before_its_first_event() {
        let mut lines = lines();
        let mut early: Line = serde_json::from_str(&lines[5]).unwrap();
        (early.line, early.previous) = (5, Hash::of(&lines[3]));
        lines[4] = serde_json::to_string(&early).unwrap();
        assert_eq!(verdict(&lines), Err((4, Fault::Day)));
    }
}
