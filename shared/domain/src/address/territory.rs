//! Which school serves a house.

use serde::{Deserialize, Serialize};

use super::house::House;
use crate::directory::SchoolId;
use crate::locale::Language;

/// The side of the street that a row covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parity {
    /// Both sides
    All,
    /// Odd numbers
    Odd,
    /// Even numbers
    Even,
}

impl Parity {
    /// The code in CSV files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Odd => "odd",
            Self::Even => "even",
        }
    }
}

/// Houses of one street that belong to one school in one language of instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerritoryRow {
    /// First house; without it from the street's beginning.
    pub from: Option<House>,
    /// Last house, including everything that carries its number; without it to the street's end.
    pub to: Option<House>,
    /// Side of the street.
    pub parity: Parity,
    /// Language of instruction.
    pub language: Language,
    /// The school of residence.
    pub school: SchoolId,
}

impl TerritoryRow {
    fn covers(&self, house: &House) -> bool {
        let side = match self.parity {
            Parity::All => true,
            Parity::Odd => !house.number().is_multiple_of(2),
            Parity::Even => house.number().is_multiple_of(2),
        };
        side && self.from.as_ref().is_none_or(|from| house >= from)
            && self.to.as_ref().is_none_or(|to| house.is_within(to))
    }

    /// How many house numbers the row spans: of two rows that cover a house the narrower one was
    /// written for it, like the exception «47А» inside «1–99».
    fn width(&self) -> u32 {
        let from = self.from.as_ref().map_or(0, House::number);
        let to = self.to.as_ref().map_or(u32::MAX, House::number);
        let span = to.saturating_sub(from);
        if self.parity == Parity::All { span } else { span / 2 }
    }
}

/// The territory rows of one street.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Territory {
    /// In any order.
    pub rows: Vec<TerritoryRow>,
}

impl Territory {
    /// The school of residence of a house for a language of instruction.
    #[must_use]
    pub fn home_school(&self, house: &House, language: Language) -> Option<&SchoolId> {
        self.rows
            .iter()
            .filter(|row| row.language == language && row.covers(house))
            .min_by_key(|row| row.width())
            .map(|row| &row.school)
    }

    /// Whether any school serves the house: otherwise its number is probably mistyped.
    #[must_use]
    pub fn knows(&self, house: &House) -> bool {
        self.rows.iter().any(|row| row.covers(house))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(from: &str, to: &str, parity: Parity, language: Language, school: &str) -> TerritoryRow {
        TerritoryRow {
            from: from.parse().ok(),
            to: to.parse().ok(),
            parity,
            language,
            school: SchoolId::parse(school).unwrap(),
        }
    }

    #[test]
    fn a_house_belongs_to_the_narrowest_row_that_covers_it() {
        use Language::{Kazakh, Russian};
        let territory = Territory {
            rows: vec![
                row("1", "47", Parity::Odd, Kazakh, "a"),
                row("2", "46", Parity::Even, Kazakh, "b"),
                row("", "", Parity::All, Russian, "c"),
                row("13А", "13А", Parity::All, Kazakh, "d"),
                row("100/2", "100/5", Parity::All, Kazakh, "e"),
            ],
        };
        for (house, language, school) in [
            ("1", Kazakh, Some("a")),
            ("47", Kazakh, Some("a")),
            ("47 к 2", Kazakh, Some("a")),
            ("47Б", Kazakh, Some("a")),
            ("46", Kazakh, Some("b")),
            ("48", Kazakh, None),
            ("49", Kazakh, None),
            ("13", Kazakh, Some("a")),
            ("13А", Kazakh, Some("d")),
            ("13Б", Kazakh, Some("a")),
            ("100", Kazakh, None),
            ("100/3", Kazakh, Some("e")),
            ("100/6", Kazakh, None),
            ("999", Russian, Some("c")),
        ] {
            let house: House = house.parse().unwrap();
            assert_eq!(territory.home_school(&house, language).map(SchoolId::as_str), school, "{house}");
        }
        assert!(territory.knows(&House::plain(999)));
        assert!(!Territory::default().knows(&House::plain(1)));
    }
}
