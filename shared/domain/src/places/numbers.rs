//! How a place stands: seats, residents, outsiders, and what may still be given.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::directory::PlaceTerms;

/// The terms of a place. Of a place without terms: capacity 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Seats in grade 1
    pub capacity: u16,
    /// Resident children expected
    pub forecast: u16,
    /// After how many residents one outsider is taken; 0 counts as 1
    pub ratio: u16,
    /// Last day on which residents come first
    pub priority_until: Date,
}

impl Terms {
    /// The terms of a place that has none.
    pub const NONE: Self = Self { capacity: 0, forecast: 0, ratio: 3, priority_until: Date::MIN };
}

impl From<&PlaceTerms> for Terms {
    fn from(of: &PlaceTerms) -> Self {
        Self { capacity: of.capacity, forecast: of.forecast, ratio: of.ratio, priority_until: of.priority_until }
    }
}

/// The numbers of a place. Everything else about it follows from them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// The terms
    pub terms: Terms,
    /// Whether residents still come first
    pub priority: bool,
    /// Live tickets whose home place it is, wherever they sit
    pub residents: u32,
    /// Those of them who sit elsewhere
    pub away: u32,
    /// Others who sit here
    pub granted: u32,
    /// Tickets that wait for it
    pub waiting: u32,
}

/// Why a place cannot be given now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Every seat is taken, or kept for residents who are expected
    Full,
    /// The next outside place opens when so many residents have sent
    Ratio {
        /// The number of that outside place: 1 for the first
        outside: u32,
        /// Residents that open it
        residents: u32,
    },
}

impl Numbers {
    /// As its terms alone have it on a day: nobody has sent yet.
    #[must_use]
    pub fn untouched(terms: Terms, day: Date) -> Self {
        let priority = day <= terms.priority_until;
        Self { terms, priority, residents: 0, away: 0, granted: 0, waiting: 0 }
    }

    /// Residents who sit here.
    pub const fn here(&self) -> u32 {
        self.residents.saturating_sub(self.away)
    }

    /// Who sits here, residents and others; over capacity where more residents came than expected.
    pub const fn seated(&self) -> u32 {
        self.here() + self.granted
    }

    /// Seats that are kept for residents until the priority ends: those who are expected, without
    /// those who went elsewhere.
    fn kept(&self) -> i64 {
        i64::from(self.residents.max(u32::from(self.terms.forecast))) - i64::from(self.away)
    }

    fn ratio(&self) -> u32 {
        u32::from(self.terms.ratio.max(1))
    }

    /// Seats that others than residents may hold by the rules; below 0 where residents alone are too many.
    pub fn allowed(&self) -> i64 {
        let capacity = i64::from(self.terms.capacity);
        if self.priority {
            (capacity - self.kept()).min(i64::from(self.residents / self.ratio()))
        } else {
            capacity - i64::from(self.here())
        }
    }

    /// Outside places as they are shown: what is given is never taken back.
    pub fn quota(&self) -> u32 {
        self.granted.max(u32::try_from(self.allowed()).unwrap_or(0))
    }

    /// Outside places that are free.
    pub fn free(&self) -> u32 {
        self.quota() - self.granted
    }

    /// Whether one more may be given: the only test, for new, freed and newly opened places alike.
    pub fn is_open(&self) -> bool {
        i64::from(self.granted) < self.allowed()
    }

    /// Why none may be given; none where one may.
    pub fn obstacle(&self) -> Option<Obstacle> {
        if self.is_open() {
            return None;
        }
        let next = self.granted + 1;
        let seat_is_left = i64::from(self.terms.capacity) - self.kept() > i64::from(self.granted);
        if self.priority && seat_is_left {
            return Some(Obstacle::Ratio { outside: next, residents: next.saturating_mul(self.ratio()) });
        }
        Some(Obstacle::Full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(capacity: u16, forecast: u16, priority: bool, (residents, away, granted): (u32, u32, u32)) -> Numbers {
        let terms = Terms { capacity, forecast, ratio: 3, priority_until: jiff::civil::date(2027, 5, 31) };
        Numbers { terms, priority, residents, away, granted, waiting: 0 }
    }

    #[test]
    fn until_the_date_one_outsider_is_taken_after_three_residents_while_seats_are_left() {
        for (residents, allowed) in [(0, 0), (2, 0), (3, 1), (11, 3), (12, 4)] {
            assert_eq!(numbers(30, 20, true, (residents, 0, 0)).allowed(), allowed, "{residents}");
        }
        assert_eq!(numbers(30, 28, true, (12, 0, 0)).allowed(), 2, "28 are expected");
        assert_eq!(numbers(30, 28, true, (12, 1, 0)).allowed(), 3, "one of them went elsewhere");
        assert_eq!(numbers(30, 20, true, (33, 0, 0)).allowed(), -3);
    }

    #[test]
    fn after_it_every_seat_that_no_resident_takes() {
        assert_eq!(numbers(30, 28, false, (12, 2, 0)).allowed(), 20);
        assert_eq!(numbers(30, 28, false, (33, 0, 0)).allowed(), -3);
    }

    #[test]
    fn what_is_shown_is_never_negative_and_keeps_what_was_given() {
        let over = numbers(10, 0, true, (33, 0, 4));
        assert_eq!((over.quota(), over.free(), over.is_open(), over.seated()), (4, 0, false, 37));
        let open = numbers(30, 20, true, (12, 0, 1));
        assert_eq!((open.quota(), open.free(), open.is_open()), (4, 3, true));
    }

    #[test]
    fn the_obstacle_says_which_resident_opens_the_next_outside_place() {
        assert_eq!(numbers(30, 20, true, (12, 0, 3)).obstacle(), None);
        assert_eq!(numbers(30, 20, true, (11, 0, 3)).obstacle(), Some(Obstacle::Ratio { outside: 4, residents: 12 }));
        assert_eq!(numbers(23, 20, true, (15, 0, 3)).obstacle(), Some(Obstacle::Full), "the rest is kept");
        assert_eq!(numbers(23, 20, false, (20, 0, 3)).obstacle(), Some(Obstacle::Full));
    }
}
