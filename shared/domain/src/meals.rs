//! Free meals at school: who may have them, and by which paper (`domain.md` section 2, "free meals").

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::directory::SchoolId;
use crate::document::Slot;

/// Why a child may eat for free. Which one fits is the school's to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// The family gets targeted social assistance (АСП)
    SocialAssistance,
    /// Income per head below the subsistence minimum, without that assistance
    LowIncome,
    /// An orphan or a child without parental care who lives in a family
    WithoutParents,
    /// The family needs help at once after an emergency
    Emergency,
    /// Another case, on which the school's collegial body decides
    Collegial,
}

impl Category {
    /// All of them, in the order in which they are asked for.
    pub const ALL: [Self; 5] =
        [Self::SocialAssistance, Self::LowIncome, Self::WithoutParents, Self::Emergency, Self::Collegial];

    /// The code in forms, the same as in stored items.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SocialAssistance => "social-assistance",
            Self::LowIncome => "low-income",
            Self::WithoutParents => "without-parents",
            Self::Emergency => "emergency",
            Self::Collegial => "collegial",
        }
    }

    /// Reads a code of [`Category::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }

    /// The paper that proves it.
    pub const fn paper(self) -> Slot {
        match self {
            Self::SocialAssistance => Slot::SocialAssistance,
            Self::LowIncome => Slot::Income,
            Self::WithoutParents => Slot::CareDecision,
            Self::Emergency => Slot::Emergency,
            Self::Collegial => Slot::Collegial,
        }
    }

    /// What may fit a family of which these are true; where none is, the school's collegial body may
    /// still decide. It decides nothing.
    pub fn fitting(said: &[Self]) -> Vec<Self> {
        let fitting: Vec<Self> = Self::ALL.into_iter().filter(|category| said.contains(category)).collect();
        if fitting.is_empty() { vec![Self::Collegial] } else { fitting }
    }
}

/// A class of a school: its grade, 0 (before the first) to 11, and its letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// The grade
    pub grade: u8,
    /// The letter as the school writes it, in capitals; empty for the only class of a grade
    pub letter: String,
}

/// Why a text is no class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassFault {
    /// Nothing was typed
    Empty,
    /// It is not a grade from 0 to 11 with a letter or two
    Form,
}

impl Class {
    /// The highest grade.
    pub const HIGHEST: u8 = 11;

    /// Reads what was typed: «7 Б», «7б», «11», «0 "А"».
    ///
    /// # Errors
    /// [`ClassFault`].
    pub fn parse(typed: &str) -> Result<Self, ClassFault> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(ClassFault::Empty);
        }
        let digits = typed.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(typed.len());
        let (grade, rest) = typed.split_at(digits);
        let between = |letter: char| letter.is_whitespace() || matches!(letter, '-' | '«' | '»' | '"' | '\'');
        let letter: String = rest.chars().filter(|letter| !between(*letter)).flat_map(char::to_uppercase).collect();
        let is_letter = letter.chars().count() <= 2 && letter.chars().all(char::is_alphabetic);
        match grade.parse() {
            Ok(grade) if grade <= Self::HIGHEST && is_letter => Ok(Self { grade, letter }),
            _ => Err(ClassFault::Form),
        }
    }
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.letter.as_str() {
            "" => write!(f, "{}", self.grade),
            letter => write!(f, "{} {letter}", self.grade),
        }
    }
}

/// Why a day is not the last one of free meals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UntilFault {
    /// Today or earlier
    Past,
    /// After [`last_day`]
    Late,
}

/// The last day that can be approved in a school year that begins in that year (ours).
pub const fn last_day(school_year: i16) -> Date {
    date(school_year + 1, 8, 31)
}

/// Checks the last day of what is approved.
///
/// # Errors
/// [`UntilFault`].
pub fn until(until: Date, school_year: i16, today: Date) -> Result<Date, UntilFault> {
    match until {
        past if past <= today => Err(UntilFault::Past),
        late if late > last_day(school_year) => Err(UntilFault::Late),
        until => Ok(until),
    }
}

/// Step 4 of free meals: where the child learns, and why it may eat for free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MealsChoice {
    /// The school, which decides
    pub school: SchoolId,
    /// The class
    pub class: Class,
    /// The category that the parent names
    pub category: Category,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_read_as_schools_write_it() {
        for (typed, said) in
            [("7 Б", "7 Б"), ("7б", "7 Б"), (" 11 ", "11"), ("0 «А»", "0 А"), ("3-әд", "3 ӘД"), ("05В", "5 В")]
        {
            assert_eq!(Class::parse(typed).map(|class| class.to_string()).as_deref(), Ok(said), "{typed}");
        }
        assert_eq!(Class::parse("  "), Err(ClassFault::Empty));
        for typed in ["12", "Б", "7 АБВ", "7 1", "-1", "999", "7<"] {
            assert_eq!(Class::parse(typed), Err(ClassFault::Form), "{typed}");
        }
    }

    #[test]
    fn each_category_has_a_code_and_a_paper_of_its_own() {
        for category in Category::ALL {
            assert_eq!(Category::parse(category.code()), Some(category));
            assert_eq!(serde_json::to_value(category).unwrap(), category.code());
            let same = Category::ALL.into_iter().filter(|other| other.paper() == category.paper());
            assert_eq!(same.count(), 1);
        }
    }

    #[test]
    fn what_is_approved_ends_after_today_and_with_the_school_year() {
        let today = date(2027, 1, 15);
        for (day, expected) in [
            (today, Err(UntilFault::Past)),
            (date(2027, 1, 16), Ok(date(2027, 1, 16))),
            (date(2027, 8, 31), Ok(date(2027, 8, 31))),
            (date(2027, 9, 1), Err(UntilFault::Late)),
        ] {
            assert_eq!(until(day, 2026, today), expected, "{day}");
        }
    }

    #[test]
    fn whoever_says_nothing_of_it_may_still_ask_the_school() {
        let (assistance, emergency) = (Category::SocialAssistance, Category::Emergency);
        assert_eq!(Category::fitting(&[]), [Category::Collegial]);
        assert_eq!(Category::fitting(&[emergency, assistance]), [assistance, emergency]);
    }
}
