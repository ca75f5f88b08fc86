//! A parent or a child as the forms and the register know them.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::address::russian;
use crate::iin::Iin;
use crate::redacted::redacted;

/// Sex as birth certificates state it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// Male
    Male,
    /// Female
    Female,
}

impl Sex {
    /// The code in forms and CSV files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }

    /// Reads a code of [`Sex::code`].
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Male, Self::Female].into_iter().find(|sex| sex.code() == code)
    }
}

/// A person: what step 3 asks of the parent and of the child, and what the register answers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// IIN
    pub iin: Iin,
    /// Surname, 1–100 characters
    pub surname: PersonName,
    /// Given name, 1–100 characters
    pub name: PersonName,
    /// Patronymic; not everybody has one
    pub patronymic: Option<PersonName>,
    /// Birth date, not in the future
    pub birth_date: Date,
    /// Sex
    pub sex: Sex,
}

redacted!(Person);

impl Person {
    /// Surname, name and patronymic in the order of documents.
    pub fn full_name(&self) -> String {
        let mut full = format!("{} {}", self.surname.as_str(), self.name.as_str());
        if let Some(patronymic) = &self.patronymic {
            full.push(' ');
            full.push_str(patronymic.as_str());
        }
        full
    }
}

/// A part of a person's name: letters of any script, spaces, hyphens, apostrophes and dots.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

redacted!(PersonName);

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing was typed.
    #[error("the name is empty")]
    Empty,
    /// Over [`PersonName::LONGEST`] characters.
    #[error("the name is too long")]
    TooLong,
    /// A digit or a sign that no name has.
    #[error("the name holds a sign that names do not have")]
    Sign,
}

impl PersonName {
    /// Characters at most.
    pub const LONGEST: usize = 100;

    /// Reads a name, outer and repeated spaces dropped.
    ///
    /// # Errors
    /// [`NameFault`].
    pub fn parse(typed: &str) -> Result<Self, NameFault> {
        let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(NameFault::Empty);
        }
        if name.chars().count() > Self::LONGEST {
            return Err(NameFault::TooLong);
        }
        let fits = |c: char| c.is_alphabetic() || " -‐'’ʼ.".contains(c) || ('\u{300}'..='\u{36f}').contains(&c);
        if name.chars().all(fits) && name.chars().any(char::is_alphabetic) {
            Ok(Self(name))
        } else {
            Err(NameFault::Sign)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PersonName {
    type Error = NameFault;
    fn try_from(text: String) -> Result<Self, NameFault> {
        Self::parse(&text)
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

/// A name, or its beginning, as names are compared: in lower case, ё as е, Kazakh letters as the Russian
/// ones that people type instead of them, letters and single spaces only, [`PersonName::LONGEST`] of
/// them at most.
pub fn folded(name: &str) -> String {
    let letters = name.to_lowercase();
    let letters = letters.chars().filter_map(|c| match c {
        c if c.is_alphabetic() => Some(russian(c)),
        c if c.is_whitespace() => Some(' '),
        _ => None,
    });
    let letters: String = letters.collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(PersonName::LONGEST).collect()
}

/// Whether a child may enter grade 1 in a school year (`domain.md` section 2, age; Order 564 p. 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Six by 1 September
    Admitted,
    /// Six after 1 September of the same calendar year: only at the parents' explicit wish
    AtParentsWish,
    /// Not yet six at the end of the calendar year
    TooYoung,
}

impl Age {
    /// The rule for a child born on `born`, admitted in the calendar year `year`.
    pub fn of(born: Date, year: i16) -> Self {
        if born.year() + 6 > year {
            Self::TooYoung
        } else if born.year() + 6 == year && (born.month(), born.day()) > (9, 1) {
            Self::AtParentsWish
        } else {
            Self::Admitted
        }
    }
}

/// The earliest birth date that a form accepts.
pub const EARLIEST_BIRTH: Date = date(1900, 1, 1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_rule_turns_on_the_first_of_september_and_on_new_year() {
        for (born, expected) in [
            (date(2019, 3, 1), Age::Admitted),
            (date(2020, 1, 1), Age::Admitted),
            (date(2020, 9, 1), Age::Admitted),
            (date(2020, 9, 2), Age::AtParentsWish),
            (date(2020, 12, 31), Age::AtParentsWish),
            (date(2021, 1, 1), Age::TooYoung),
        ] {
            assert_eq!(Age::of(born, 2026), expected, "{born}");
        }
    }

    #[test]
    fn names_are_compared_as_a_russian_keyboard_types_them() {
        for (name, typed) in [
            ("Қожахмет Әділ", " кожахмет  адил "),
            ("Өмірұлы", "ОМИРУЛЫ"),
            ("Королёв", "королев"),
            ("Мария-Луиза", "мариялуиза"),
            ("О’Коннор", "оконнор"),
        ] {
            assert_eq!(folded(name), folded(typed), "{name}");
        }
        assert_eq!(folded(" 7 - "), "");
        assert_eq!(folded(&"ё".repeat(300)).chars().count(), PersonName::LONGEST);
    }

    #[test]
    fn names_are_letters_of_any_script() {
        for good in ["Әділ", "О’Коннор", "Мария-Луиза", "Оглы Т.", "Nguyễn"] {
            assert!(PersonName::parse(good).is_ok(), "{good}");
        }
        assert_eq!(PersonName::parse("  Анна   Мария ").unwrap().as_str(), "Анна Мария");
        for (bad, fault) in
            [("", NameFault::Empty), ("<b>", NameFault::Sign), ("Р2Д2", NameFault::Sign), ("-", NameFault::Sign)]
        {
            assert_eq!(PersonName::parse(bad), Err(fault), "{bad}");
        }
        assert_eq!(PersonName::parse(&"а".repeat(101)), Err(NameFault::TooLong));
    }
}
