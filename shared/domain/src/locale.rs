//! The languages of the pages and the languages of instruction.

use serde::{Deserialize, Serialize};

/// A language of pages and messages. Neither is a fallback for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Russian
    Ru,
    /// Kazakh
    Kk,
}

impl Locale {
    /// Both, in the order in which the switch shows them.
    pub const ALL: [Self; 2] = [Self::Kk, Self::Ru];

    /// The code in URLs and in the `lang` attribute.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::Kk => "kk",
        }
    }

    /// Reads the code of a URL or form; nothing but `ru` and `kk` is a locale.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.code() == code)
    }

    /// The other language.
    pub const fn other(self) -> Self {
        match self {
            Self::Ru => Self::Kk,
            Self::Kk => Self::Ru,
        }
    }
}

/// A language of instruction. Another language of the same school is another place
/// (`domain.md` section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Taught in Kazakh
    Kazakh,
    /// Taught in Russian
    Russian,
}

impl Language {
    /// Both languages of instruction.
    pub const ALL: [Self; 2] = [Self::Kazakh, Self::Russian];

    /// The code in forms, keys and CSV files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kazakh => "kazakh",
            Self::Russian => "russian",
        }
    }

    /// Reads a code of [`Language::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}
