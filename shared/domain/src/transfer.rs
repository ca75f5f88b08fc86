//! Transfer from school to school: when, why, by which paper (`domain.md` section 2, "transfer"), and the free
//! places that a school keeps itself.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::answers::HomeAddress;
use crate::directory::Break;
use crate::document::Slot;
use crate::locale::Language;
use crate::place::Place;

/// Working days for which an acceptance slip is valid (`domain.md` section 2, "transfer").
pub const SLIP_DAYS: u8 = 3;

/// The grades in which a child can be.
pub const GRADES: std::ops::RangeInclusive<u8> = 1..=11;

/// Why a child changes school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Motive {
    /// In the school holidays no reason is needed
    Holidays,
    /// A court has decided so
    Court,
    /// The family moves within the country or the city
    Move,
    /// The family leaves the country
    Leaving,
    /// Violence or bullying
    Violence,
}

impl Motive {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Holidays, Self::Court, Self::Move, Self::Leaving, Self::Violence];

    /// The code in forms, the same as in stored items.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Holidays => "holidays",
            Self::Court => "court",
            Self::Move => "move",
            Self::Leaving => "leaving",
            Self::Violence => "violence",
        }
    }

    /// Reads a code of [`Motive::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|motive| motive.code() == code)
    }

    /// The paper that proves it; none is needed in the holidays.
    pub const fn paper(self) -> Option<Slot> {
        match self {
            Self::Holidays => None,
            Self::Court => Some(Slot::CourtDecision),
            Self::Move => Some(Slot::MoveProof),
            Self::Leaving => Some(Slot::LeavingProof),
            Self::Violence => Some(Slot::ViolenceProof),
        }
    }

    /// Whether it may be given on a day.
    pub fn is_in_time(self, breaks: &[Break], today: Date) -> bool {
        self != Self::Holidays || breaks.iter().any(|one| one.has(today))
    }
}

/// Step 4 of a transfer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransferChoice {
    /// The grade in which the child is
    pub grade: u8,
    /// Where it learns now
    pub from: Place,
    /// Where it is to learn
    pub to: Place,
    /// Where the child lives, if that was told
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<HomeAddress>,
    /// The new school serves that address: it takes the child even without a free place (`domain.md`
    /// section 2, "catchment")
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resident: bool,
    /// Why
    pub motive: Motive,
}

/// How many places are free in a school, by language and grade, as the school keeps them. Fewer than none
/// where residents were taken beyond what was free.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FreePlaces(BTreeMap<(Language, u8), i32>);

impl FreePlaces {
    /// The most that can be free in a language and grade.
    pub const MOST: i32 = 500;

    /// What is free; nothing where nobody told.
    pub fn get(&self, language: Language, grade: u8) -> i32 {
        self.0.get(&(language, grade)).copied().unwrap_or_default()
    }

    /// Keeps what is free.
    pub fn set(&mut self, language: Language, grade: u8, free: i32) {
        self.0.insert((language, grade), free);
    }

    /// All that was told.
    pub fn iter(&self) -> impl Iterator<Item = (Language, u8, i32)> {
        self.0.iter().map(|((language, grade), free)| (*language, *grade, *free))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn each_motive_has_a_code_and_all_but_the_holidays_a_paper_of_their_own() {
        for motive in Motive::ALL {
            assert_eq!(Motive::parse(motive.code()), Some(motive));
            assert_eq!(serde_json::to_value(motive).unwrap(), motive.code());
            assert_eq!(motive.paper().is_none(), motive == Motive::Holidays);
            let same = Motive::ALL.into_iter().filter(|other| other.paper() == motive.paper());
            assert_eq!(same.count(), 1);
        }
    }

    #[test]
    fn without_a_reason_a_child_changes_school_in_the_holidays_only() {
        let breaks = [Break { first: date(2026, 10, 26), last: date(2026, 11, 1) }];
        for (day, in_time) in [
            (date(2026, 10, 25), false),
            (date(2026, 10, 26), true),
            (date(2026, 11, 1), true),
            (date(2026, 11, 2), false),
        ] {
            assert_eq!(Motive::Holidays.is_in_time(&breaks, day), in_time, "{day}");
            assert!(Motive::Violence.is_in_time(&breaks, day));
        }
    }

    #[test]
    fn what_nobody_told_is_not_free() {
        let mut free = FreePlaces::default();
        free.set(Language::Kazakh, 5, 2);
        assert_eq!((free.get(Language::Kazakh, 5), free.get(Language::Russian, 5)), (2, 0));
        assert_eq!(free.iter().collect::<Vec<_>>(), [(Language::Kazakh, 5, 2)]);
    }
}
