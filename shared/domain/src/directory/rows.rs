//! One struct per CSV row: the shapes in which the city hands its data over. The first line of
//! each file names the columns as here; lists are separated by `;`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::sheet::{Fault, Pointer, Rows, Sheet};
use super::{
    Bilingual, Campaign, CampaignId, Category, Kinship, PlaceTerms, School, SchoolId, SchoolKind, Street, StreetId,
    StreetKind, Teacher, TeacherId,
};
use crate::address::{self, House, Parity};
use crate::contact::Phone;
use crate::iin::Iin;
use crate::locale::Language;
use crate::person::{Person, PersonName, Sex};
use crate::redacted::redacted;
use crate::service::Service;

/// A row of a file that is imported. What is stored of it is the row as it stands here, so another
/// column is another stored format.
pub trait Row: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Of which file.
    const SHEET: Sheet;
    /// The columns: the fields in their order.
    const COLUMNS: &'static [&'static str];

    /// What tells it from the other rows.
    fn key(&self) -> String;

    /// What its types let pass.
    fn faults(&self) -> Vec<(&'static str, Fault)>;

    /// What it names of other files.
    fn pointers(&self) -> Vec<Pointer<'_>>;

    /// Rows of this kind as those of a file.
    fn together(rows: Vec<Self>) -> Rows;
}

/// The longest text of a cell: names and addresses are shorter.
const LONGEST: usize = 200;

/// What is wrong with cells of text; those that may be empty are not asked for.
fn texts<'a>(cells: impl IntoIterator<Item = (&'static str, &'a str, bool)>) -> Vec<(&'static str, Fault)> {
    let fault = |text: &str, may_be_empty: bool| match text.chars().count() {
        0 if !may_be_empty => Some(Fault::Empty),
        LONGEST.. => Some(Fault::TooLong),
        _ => None,
    };
    cells.into_iter().filter_map(|(column, text, may)| Some((column, fault(text, may)?))).collect()
}

/// `schools.csv`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

impl Row for SchoolRow {
    const SHEET: Sheet = Sheet::Schools;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "number",
        "name_ru",
        "name_kk",
        "kind",
        "languages",
        "district_ru",
        "district_kk",
        "address_ru",
        "address_kk",
        "phone",
        "head",
        "opened",
        "seats",
    ];

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn faults(&self) -> Vec<(&'static str, Fault)> {
        let mut faults = texts([
            ("name_ru", self.name_ru.as_str(), false),
            ("name_kk", &self.name_kk, false),
            ("district_ru", &self.district_ru, true),
            ("district_kk", &self.district_kk, true),
            ("address_ru", &self.address_ru, false),
            ("address_kk", &self.address_kk, false),
            ("phone", &self.phone, true),
            ("head", &self.head, true),
        ]);
        if self.languages.is_empty() {
            faults.push(("languages", Fault::Empty));
        }
        faults
    }

    fn pointers(&self) -> Vec<Pointer<'_>> {
        Vec::new()
    }

    fn together(rows: Vec<Self>) -> Rows {
        Rows::Schools(rows)
    }
}

/// `teachers.csv`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

impl Row for TeacherRow {
    const SHEET: Sheet = Sheet::Teachers;
    const COLUMNS: &'static [&'static str] = &["id", "school", "name", "category", "years", "languages"];

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn faults(&self) -> Vec<(&'static str, Fault)> {
        texts([("name", self.name.as_str(), false)])
    }

    fn pointers(&self) -> Vec<Pointer<'_>> {
        vec![Pointer::School(&self.school, None)]
    }

    fn together(rows: Vec<Self>) -> Rows {
        Rows::Teachers(rows)
    }
}

/// `streets.csv`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

impl Row for StreetRow {
    const SHEET: Sheet = Sheet::Streets;
    const COLUMNS: &'static [&'static str] = &["id", "kind", "name_ru", "name_kk", "old_names", "area_ru", "area_kk"];

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn faults(&self) -> Vec<(&'static str, Fault)> {
        let old_names = self.old_names.join(";");
        texts([
            ("name_ru", self.name_ru.as_str(), false),
            ("name_kk", &self.name_kk, false),
            ("old_names", &old_names, true),
            ("area_ru", &self.area_ru, true),
            ("area_kk", &self.area_kk, true),
        ])
    }

    fn pointers(&self) -> Vec<Pointer<'_>> {
        Vec::new()
    }

    fn together(rows: Vec<Self>) -> Rows {
        Rows::Streets(rows)
    }
}

/// `territories.csv`: houses `from`–`to` of a street belong to a school in a language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are the fields of address::TerritoryRow")]
pub struct TerritoryRow {
    pub street: StreetId,
    pub from: Option<House>,
    pub to: Option<House>,
    pub parity: Parity,
    pub language: Language,
    pub school: SchoolId,
}

impl From<TerritoryRow> for address::TerritoryRow {
    fn from(row: TerritoryRow) -> Self {
        Self { from: row.from, to: row.to, parity: row.parity, language: row.language, school: row.school }
    }
}

impl Row for TerritoryRow {
    const SHEET: Sheet = Sheet::Territories;
    const COLUMNS: &'static [&'static str] = &["street", "from", "to", "parity", "language", "school"];

    fn key(&self) -> String {
        let house = |house: &Option<House>| house.as_ref().map_or_else(|| "…".to_owned(), House::to_string);
        let (from, to, language) = (house(&self.from), house(&self.to), self.language.code());
        format!("{} {from}–{to} {} {language}", self.street, self.parity.code())
    }

    fn faults(&self) -> Vec<(&'static str, Fault)> {
        let order = self.from.as_ref().zip(self.to.as_ref()).is_some_and(|(from, to)| !from.is_within(to));
        order.then_some(("to", Fault::Order)).into_iter().collect()
    }

    fn pointers(&self) -> Vec<Pointer<'_>> {
        vec![Pointer::Street(&self.street), Pointer::School(&self.school, Some(self.language))]
    }

    fn together(rows: Vec<Self>) -> Rows {
        Rows::Territories(rows)
    }
}

/// `campaigns.csv`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are the fields of Campaign")]
pub struct CampaignRow {
    pub id: CampaignId,
    pub service: Service,
    pub opens: Timestamp,
    pub closes: Timestamp,
    pub school_year: i16,
    pub first_day: Date,
    pub keep_days: u16,
    pub demo: bool,
}

impl CampaignRow {
    /// The campaign with the holidays of its years.
    #[must_use]
    pub fn with(self, holidays: &[HolidayRow]) -> Campaign {
        let years = self.opens.to_zoned_datetime(TimeZone::UTC).date().year()..=self.first_day.year();
        Campaign {
            id: self.id,
            service: self.service,
            opens: self.opens,
            closes: self.closes,
            school_year: self.school_year,
            first_day: self.first_day,
            keep_days: self.keep_days,
            holidays: holidays.iter().map(|row| row.date).filter(|date| years.contains(&date.year())).collect(),
            demo: self.demo,
        }
    }
}

impl Row for CampaignRow {
    const SHEET: Sheet = Sheet::Campaigns;
    const COLUMNS: &'static [&'static str] =
        &["id", "service", "opens", "closes", "school_year", "first_day", "keep_days", "demo"];

    /// A service runs one campaign at a time.
    fn key(&self) -> String {
        self.service.code().to_owned()
    }

    fn faults(&self) -> Vec<(&'static str, Fault)> {
        (self.opens >= self.closes).then_some(("closes", Fault::Order)).into_iter().collect()
    }

    fn pointers(&self) -> Vec<Pointer<'_>> {
        Vec::new()
    }

    fn together(rows: Vec<Self>) -> Rows {
        Rows::Campaigns(rows)
    }
}

/// `holidays.csv`: days on which nobody works, besides weekends
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HolidayRow {
    /// The day
    pub date: Date,
}

impl Row for HolidayRow {
    const SHEET: Sheet = Sheet::Holidays;
    const COLUMNS: &'static [&'static str] = &["date"];

    fn key(&self) -> String {
        self.date.to_string()
    }

    fn faults(&self) -> Vec<(&'static str, Fault)> {
        Vec::new()
    }

    fn pointers(&self) -> Vec<Pointer<'_>> {
        Vec::new()
    }

    fn together(rows: Vec<Self>) -> Rows {
        Rows::Holidays(rows)
    }
}

/// `places.csv`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

impl Row for PlaceRow {
    const SHEET: Sheet = Sheet::Places;
    const COLUMNS: &'static [&'static str] =
        &["campaign", "school", "language", "capacity", "forecast", "ratio", "priority_until"];

    fn key(&self) -> String {
        format!("{} {} {}", self.campaign, self.school, self.language.code())
    }

    fn faults(&self) -> Vec<(&'static str, Fault)> {
        (self.ratio == 0).then_some(("ratio", Fault::Unreadable)).into_iter().collect()
    }

    fn pointers(&self) -> Vec<Pointer<'_>> {
        vec![Pointer::Campaign(&self.campaign), Pointer::School(&self.school, Some(self.language))]
    }

    fn together(rows: Vec<Self>) -> Rows {
        Rows::Places(rows)
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
