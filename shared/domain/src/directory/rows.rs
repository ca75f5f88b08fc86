//! One struct per CSV row: the shapes in which the city hands its data over. The first line of
//! each file names the columns as here; lists are separated by `;`.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Bilingual, Campaign, CampaignId, Category, Kinship, PlaceTerms, School, SchoolId, SchoolKind, Street, StreetId,
    StreetKind, Teacher, TeacherId,
};
use crate::address::{House, Parity, TerritoryRow as Row};
use crate::contact::Phone;
use crate::iin::Iin;
use crate::locale::Language;
use crate::person::{Person, PersonName, Sex};
use crate::redacted::redacted;
use crate::service::Service;

/// `schools.csv`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are the fields of School")]
pub struct SchoolRow {
    pub id: SchoolId,
    pub number: Option<u16>,
    pub name_ru: String,
    pub name_kk: String,
    pub kind: SchoolKind,
    #[serde(with = "list")]
    pub languages: Vec<Language>,
    pub district_ru: String,
    pub district_kk: String,
    pub address_ru: String,
    pub address_kk: String,
    pub phone: String,
    pub head: String,
    pub opened: u16,
    pub seats: u16,
}

impl From<SchoolRow> for School {
    fn from(row: SchoolRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            name: Bilingual::new(row.name_ru, row.name_kk),
            kind: row.kind,
            languages: row.languages,
            district: Bilingual::new(row.district_ru, row.district_kk),
            address: Bilingual::new(row.address_ru, row.address_kk),
            phone: row.phone,
            head: row.head,
            opened: row.opened,
            seats: row.seats,
        }
    }
}

/// `teachers.csv`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are the fields of Teacher")]
pub struct TeacherRow {
    pub id: TeacherId,
    pub school: SchoolId,
    pub name: String,
    pub category: Category,
    pub years: u8,
    #[serde(with = "list")]
    pub languages: Vec<Language>,
}

impl From<TeacherRow> for Teacher {
    fn from(row: TeacherRow) -> Self {
        Self {
            id: row.id,
            school: row.school,
            name: row.name,
            category: row.category,
            years: row.years,
            languages: row.languages,
        }
    }
}

/// `streets.csv`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are the fields of Street")]
pub struct StreetRow {
    pub id: StreetId,
    pub kind: StreetKind,
    pub name_ru: String,
    pub name_kk: String,
    #[serde(with = "list")]
    pub old_names: Vec<String>,
    pub area_ru: String,
    pub area_kk: String,
}

impl From<StreetRow> for Street {
    fn from(row: StreetRow) -> Self {
        let area = Bilingual::new(row.area_ru, row.area_kk);
        Self {
            id: row.id,
            kind: row.kind,
            name: Bilingual::new(row.name_ru, row.name_kk),
            old_names: row.old_names,
            area: (!area.ru.is_empty()).then_some(area),
        }
    }
}

/// `territories.csv`: houses `from`–`to` of a street belong to a school in a language.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are the fields of address::TerritoryRow")]
pub struct TerritoryRow {
    pub street: StreetId,
    pub from: Option<House>,
    pub to: Option<House>,
    pub parity: Parity,
    pub language: Language,
    pub school: SchoolId,
}

impl From<TerritoryRow> for Row {
    fn from(row: TerritoryRow) -> Self {
        Self { from: row.from, to: row.to, parity: row.parity, language: row.language, school: row.school }
    }
}

/// `campaigns.csv`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are the fields of Campaign")]
pub struct CampaignRow {
    pub id: CampaignId,
    pub service: Service,
    pub opens: Timestamp,
    pub closes: Timestamp,
    pub school_year: i16,
    pub first_day: Date,
    pub keep_days: u16,
    #[serde(with = "list")]
    pub holidays: Vec<Date>,
    pub demo: bool,
}

impl From<CampaignRow> for Campaign {
    fn from(row: CampaignRow) -> Self {
        Self {
            id: row.id,
            service: row.service,
            opens: row.opens,
            closes: row.closes,
            school_year: row.school_year,
            first_day: row.first_day,
            keep_days: row.keep_days,
            holidays: row.holidays,
            demo: row.demo,
        }
    }
}

/// `places.csv`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are the campaign and the fields of PlaceTerms")]
pub struct PlaceRow {
    pub campaign: CampaignId,
    pub school: SchoolId,
    pub language: Language,
    pub capacity: u16,
    pub forecast: u16,
    pub ratio: u16,
    pub priority_until: Date,
}

impl From<PlaceRow> for PlaceTerms {
    fn from(row: PlaceRow) -> Self {
        Self {
            school: row.school,
            language: row.language,
            capacity: row.capacity,
            forecast: row.forecast,
            ratio: row.ratio,
            priority_until: row.priority_until,
        }
    }
}

/// `register-people.csv`: the stand-in for the state register.
#[derive(Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are the fields of Person, and the home address")]
pub struct RegisterPersonRow {
    pub iin: Iin,
    pub surname: PersonName,
    pub name: PersonName,
    pub patronymic: Option<PersonName>,
    pub birth_date: Date,
    pub sex: Sex,
    #[serde(with = "list")]
    pub phones: Vec<Phone>,
    pub street: Option<StreetId>,
    pub house: Option<House>,
    pub flat: String,
}

redacted!(RegisterPersonRow);

impl From<RegisterPersonRow> for Person {
    fn from(row: RegisterPersonRow) -> Self {
        Self {
            iin: row.iin,
            surname: row.surname,
            name: row.name,
            patronymic: row.patronymic,
            birth_date: row.birth_date,
            sex: row.sex,
        }
    }
}

/// `register-links.csv`
#[derive(Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are the fields of Link")]
pub struct RegisterLinkRow {
    pub parent: Iin,
    pub child: Iin,
    pub kinship: Kinship,
}

redacted!(RegisterLinkRow);

impl From<RegisterLinkRow> for super::Link {
    fn from(row: RegisterLinkRow) -> Self {
        Self { parent: row.parent, child: row.child, kinship: row.kinship }
    }
}

/// Lists in one column.
mod list {
    use std::borrow::Cow;

    use jiff::civil::Date;
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    use crate::contact::Phone;
    use crate::locale::Language;

    /// An element of a list column.
    pub trait Entry: Sized {
        /// As written between the semicolons.
        fn text(&self) -> Cow<'_, str>;
        /// Reads what [`Entry::text`] wrote.
        fn read(text: &str) -> Option<Self>;
    }

    impl Entry for Date {
        fn text(&self) -> Cow<'_, str> {
            self.to_string().into()
        }
        fn read(text: &str) -> Option<Self> {
            text.parse().ok()
        }
    }

    impl Entry for Language {
        fn text(&self) -> Cow<'_, str> {
            self.code().into()
        }
        fn read(text: &str) -> Option<Self> {
            Self::parse(text)
        }
    }

    impl Entry for Phone {
        fn text(&self) -> Cow<'_, str> {
            self.as_str().into()
        }
        fn read(text: &str) -> Option<Self> {
            Self::parse(text).ok()
        }
    }

    impl Entry for String {
        fn text(&self) -> Cow<'_, str> {
            self.as_str().into()
        }
        fn read(text: &str) -> Option<Self> {
            Some(text.to_owned())
        }
    }

    pub fn serialize<T: Entry, S: Serializer>(list: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&list.iter().map(Entry::text).collect::<Vec<_>>().join(";"))
    }

    pub fn deserialize<'de, T: Entry, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.split(';')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(|entry| T::read(entry).ok_or_else(|| D::Error::custom("an entry of the list cannot be read")))
            .collect()
    }
}
