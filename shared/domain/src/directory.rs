//! What the city publishes (schools, teachers, streets, territories, campaigns, places) and what
//! the state register answers. [`rows`] holds the same as the CSV files that are imported.

pub mod rows;
pub mod sheet;

mod rating;
mod register;
mod search;

pub use rating::{Rating, RatingPart};
pub use register::{Kinship, KnownPerson, Link, Register, RegisterAnswer, RegisterDown, RegisterRecords};
pub use search::alphabetical;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::address::House;
use crate::locale::{Language, Locale};
use crate::service::Service;

/// Mints an id newtype over a short text of lower-case letters, digits and dashes.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads an id; it is part of keys and URLs, so nothing but `a-z`, `0-9` and `-` fits.
            ///
            /// # Errors
            /// [`BadId`] for anything else, and for more than 40 characters.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                if text.is_empty() || text.len() > 40 || !text.bytes().all(fits) {
                    return Err(BadId);
                }
                Ok(Self(text.to_owned()))
            }

            /// The id's text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// A school, or a shift of a camp: whatever has places.
    SchoolId,
    /// A street, avenue, microdistrict or quarter.
    StreetId,
    /// A campaign of a service, such as `first-grade-2027`.
    CampaignId,
    /// A teacher.
    TeacherId,
}

/// The text is not an id of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: a-z, 0-9 and dashes, at most 40 characters")]
pub struct BadId;

/// A text in both languages of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// Russian
    pub ru: String,
    /// Kazakh
    pub kk: String,
}

impl Bilingual {
    /// Both languages.
    pub fn new(ru: impl Into<String>, kk: impl Into<String>) -> Self {
        Self { ru: ru.into(), kk: kk.into() }
    }

    /// The text in one language.
    #[must_use]
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ru => &self.ru,
            Locale::Kk => &self.kk,
        }
    }
}

/// What a school calls itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchoolKind {
    /// General secondary school
    General,
    /// Gymnasium
    Gymnasium,
    /// Lyceum
    Lyceum,
}

impl SchoolKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::General, Self::Gymnasium, Self::Lyceum];

    /// The code in forms and CSV files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Gymnasium => "gymnasium",
            Self::Lyceum => "lyceum",
        }
    }

    /// Reads a code of [`SchoolKind::code`].
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A school with everything that its page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct School {
    /// Its id.
    pub id: SchoolId,
    /// The number in its name, if it has one.
    pub number: Option<u16>,
    /// Its name as people say it: «Гимназия № 14».
    pub name: Bilingual,
    /// Its kind.
    pub kind: SchoolKind,
    /// Languages in which it teaches grade 1; never empty.
    pub languages: Vec<Language>,
    /// Part of the city.
    pub district: Bilingual,
    /// Postal address within the city.
    pub address: Bilingual,
    /// The office's phone as printed; often a landline.
    pub phone: String,
    /// Name of the head.
    pub head: String,
    /// Year of opening.
    pub opened: u16,
    /// Pupils that the building is made for.
    pub seats: u16,
    /// The office's e-mail; empty where it has none.
    pub email: String,
    /// Its own site; empty where it has none.
    pub website: String,
    /// What it teaches beside the common programme.
    pub programmes: Vec<Bilingual>,
    /// What the building has.
    pub equipment: Vec<Bilingual>,
    /// How it is rated; none where nobody rated it.
    pub rating: Option<Rating>,
}

impl School {
    /// Whether grade 1 is taught in `language`.
    #[must_use]
    pub fn teaches(&self, language: Language) -> bool {
        self.languages.contains(&language)
    }
}

/// A primary teacher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teacher {
    /// Its id.
    pub id: TeacherId,
    /// The school where the teacher works.
    pub school: SchoolId,
    /// Full name.
    pub name: String,
    /// Qualification category.
    pub category: Category,
    /// Years of teaching.
    pub years: u8,
    /// Languages of instruction.
    pub languages: Vec<Language>,
    /// How the teacher is rated, by which indicators; none where nobody did.
    pub rating: Option<Rating>,
}

/// Qualification category of a teacher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Педагог
    Teacher,
    /// Педагог-модератор
    Moderator,
    /// Педагог-эксперт
    Expert,
    /// Педагог-исследователь
    Researcher,
    /// Педагог-мастер
    Master,
}

impl Category {
    /// All of them, the highest first.
    pub const ALL: [Self; 5] = [Self::Master, Self::Researcher, Self::Expert, Self::Moderator, Self::Teacher];

    /// The code in forms and CSV files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Teacher => "teacher",
            Self::Moderator => "moderator",
            Self::Expert => "expert",
            Self::Researcher => "researcher",
            Self::Master => "master",
        }
    }

    /// Reads a code of [`Category::code`].
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }
}

/// What kind of thing a street is: part of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StreetKind {
    /// Улица / көше
    Street,
    /// Проспект / даңғыл
    Avenue,
    /// Микрорайон / шағынаудан
    Microdistrict,
    /// Квартал / орам
    Quarter,
    /// Переулок / тұйық көше
    Lane,
    /// Бульвар / гүлзар
    Boulevard,
    /// Проезд / өтпе жол
    Passage,
    /// Шоссе / тас жол
    Highway,
}

/// A street with the names it has and had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Street {
    /// Its id.
    pub id: StreetId,
    /// Its kind.
    pub kind: StreetKind,
    /// The name without the kind: «Нурсултана Назарбаева», «17».
    pub name: Bilingual,
    /// Former and colloquial names in either language; they find the street but are not shown as
    /// its name.
    pub old_names: Vec<String>,
    /// Part of the city, which tells apart two streets of one name.
    pub area: Option<Bilingual>,
}

impl Street {
    /// The full name as an address shows it: «улица Мустафина», «Мұстафин көшесі».
    #[must_use]
    pub fn label(&self, locale: Locale) -> String {
        let name = self.name.get(locale);
        let numeric = name.chars().next_back().is_some_and(|last| last.is_ascii_digit());
        match (locale, self.kind) {
            (Locale::Ru, kind) => format!("{} {name}", kind.word(locale)),
            // A number takes the bare noun and a dash: «17-шағынаудан», but «Гүлдер-1 шағынауданы».
            (Locale::Kk, StreetKind::Microdistrict) if numeric && !name.contains('-') => format!("{name}-шағынаудан"),
            (Locale::Kk, StreetKind::Quarter) if numeric && !name.contains('-') => format!("{name}-орам"),
            (Locale::Kk, kind) => format!("{name} {}", kind.word(locale)),
        }
    }
}

impl Street {
    /// Street and house as one would type them: «улица Мустафина, 1/2», «Мұстафин көшесі, 1/2».
    #[must_use]
    pub fn line(&self, house: Option<&House>, locale: Locale) -> String {
        match house {
            Some(house) => format!("{}, {house}", self.label(locale)),
            None => self.label(locale),
        }
    }
}

impl StreetKind {
    /// The word beside the name: before it in Russian, after it (possessive) in Kazakh.
    #[must_use]
    pub const fn word(self, locale: Locale) -> &'static str {
        match (locale, self) {
            (Locale::Ru, Self::Street) => "улица",
            (Locale::Ru, Self::Avenue) => "проспект",
            (Locale::Ru, Self::Microdistrict) => "микрорайон",
            (Locale::Ru, Self::Quarter) => "квартал",
            (Locale::Ru, Self::Lane) => "переулок",
            (Locale::Ru, Self::Boulevard) => "бульвар",
            (Locale::Ru, Self::Passage) => "проезд",
            (Locale::Ru, Self::Highway) => "шоссе",
            (Locale::Kk, Self::Street) => "көшесі",
            (Locale::Kk, Self::Avenue) => "даңғылы",
            (Locale::Kk, Self::Microdistrict) => "шағынауданы",
            (Locale::Kk, Self::Quarter) => "орамы",
            (Locale::Kk, Self::Lane) => "тұйық көшесі",
            (Locale::Kk, Self::Boulevard) => "гүлзары",
            (Locale::Kk, Self::Passage) => "өтпе жолы",
            (Locale::Kk, Self::Highway) => "тас жолы",
        }
    }
}

/// A service's yearly window, with the settings that depend on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// The service that it opens.
    pub service: Service,
    /// First instant at which an application can be sent.
    pub opens: Timestamp,
    /// First instant at which it no longer can.
    pub closes: Timestamp,
    /// Year in which the school year begins; the age rule counts by it.
    pub school_year: i16,
    /// First school day.
    pub first_day: Date,
    /// Days for which applications and scans are kept after the close.
    pub keep_days: u16,
    /// Days of its time on which nobody works, besides weekends: no answer is due on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Date>,
    /// The school holidays in its time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<Break>,
    /// What the home page tells meanwhile, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<Bilingual>,
    /// Made-up data: every page says so.
    pub demo: bool,
}

/// School holidays: from a day to a day, both of them free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

impl Break {
    /// Reads `2026-10-26/2026-11-01`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('/')?;
        let read = Self { first: first.trim().parse().ok()?, last: last.trim().parse().ok()? };
        (read.first <= read.last).then_some(read)
    }

    /// Whether a day is one of them.
    #[must_use]
    pub fn has(&self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

impl std::fmt::Display for Break {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.first, self.last)
    }
}

/// Where a campaign stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Drafts can be prepared, not sent.
    Before,
    /// Applications are taken.
    Open,
    /// Over.
    Closed,
}

impl Campaign {
    /// The phase at `now`.
    #[must_use]
    pub fn phase(&self, now: Timestamp) -> Phase {
        if now < self.opens {
            Phase::Before
        } else if now < self.closes {
            Phase::Open
        } else {
            Phase::Closed
        }
    }
}

/// The terms of one place: a school and a language of instruction (`domain.md` section 5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceTerms {
    /// The school.
    pub school: SchoolId,
    /// The language of instruction.
    pub language: Language,
    /// Seats in grade 1.
    pub capacity: u16,
    /// Resident children expected.
    pub forecast: u16,
    /// After how many residents one outsider is taken; at least 1.
    pub ratio: u16,
    /// Last day on which residents come first.
    pub priority_until: Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_safe_in_keys_and_urls() {
        for good in ["school-14", "mkr-17", "first-grade-2027-demo"] {
            assert_eq!(SchoolId::parse(good).map(String::from).as_deref(), Ok(good));
        }
        for bad in ["", "School", "a#b", "a/b", "школа", "a b", &"a".repeat(41)] {
            assert_eq!(SchoolId::parse(bad), Err(BadId), "{bad}");
        }
    }

    #[test]
    fn a_campaign_is_open_from_its_first_instant_to_before_its_last() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let campaign = Campaign {
            id: CampaignId::parse("first-grade-2027").unwrap(),
            service: Service::FirstGrade,
            opens: at(100),
            closes: at(200),
            school_year: 2027,
            first_day: jiff::civil::date(2027, 9, 1),
            keep_days: 365,
            holidays: Vec::new(),
            breaks: Vec::new(),
            news: None,
            demo: true,
        };
        assert_eq!(
            [99, 100, 199, 200].map(|second| campaign.phase(at(second))),
            [Phase::Before, Phase::Open, Phase::Open, Phase::Closed]
        );
    }

    #[test]
    fn school_holidays_are_from_a_day_to_a_day() {
        let read = Break::parse("2026-10-26/2026-11-01").unwrap();
        assert_eq!(read.to_string(), "2026-10-26/2026-11-01");
        for bad in ["", "2026-10-26", "2026-11-01/2026-10-26", "2026-10-26/x", "2026-10-26-2026-11-01"] {
            assert_eq!(Break::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_street_is_named_as_each_language_does() {
        let street = |kind, ru: &str, kk: &str| Street {
            id: StreetId::parse("s").unwrap(),
            kind,
            name: Bilingual::new(ru, kk),
            old_names: Vec::new(),
            area: None,
        };
        for (street, ru, kk) in [
            (street(StreetKind::Street, "Мустафина", "Мұстафин"), "улица Мустафина", "Мұстафин көшесі"),
            (street(StreetKind::Microdistrict, "17", "17"), "микрорайон 17", "17-шағынаудан"),
            (
                street(StreetKind::Microdistrict, "Гульдер-1", "Гүлдер-1"),
                "микрорайон Гульдер-1",
                "Гүлдер-1 шағынауданы",
            ),
            (street(StreetKind::Quarter, "108", "108"), "квартал 108", "108-орам"),
        ] {
            assert_eq!((street.label(Locale::Ru).as_str(), street.label(Locale::Kk).as_str()), (ru, kk));
        }
    }
}
