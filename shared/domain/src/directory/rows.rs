//! One struct per CSV row: the shapes in which the city hands its data over. The first line of
//! each file names the columns as here; lists are separated by `;`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::sheet::{Fault, Pointer, Rows, Sheet};
use super::{
    Bilingual, Break, Campaign, CampaignId, Category, Kinship, PlaceTerms, RatingPart, School, SchoolId, SchoolKind,
    Street, StreetId, StreetKind, Teacher, TeacherId,
};
use crate::address::{self, House, Parity};
use crate::camp::{CampKind, Shift};
use crate::contact::{Email, Phone};
use crate::iin::Iin;
use crate::locale::Language;
use crate::person::{Person, PersonName, Sex};
use crate::redacted::redacted;
use crate::service::Service;

/// A row of a file that is imported. What is stored of it is the row as it stands here, so another
/// column is another stored format: a new one has a default for the rows that were stored before it.
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
/// The longest list of texts.
const LONGEST_LIST: usize = 1_000;

/// What is wrong with cells of text; those that may be empty are not asked for.
fn texts<'a>(cells: impl IntoIterator<Item = (&'static str, &'a str, bool)>) -> Vec<(&'static str, Fault)> {
    let fault = |text: &str, may_be_empty: bool| match text.chars().count() {
        0 if !may_be_empty => Some(Fault::Empty),
        LONGEST.. => Some(Fault::TooLong),
        _ => None,
    };
    cells.into_iter().filter_map(|(column, text, may)| Some((column, fault(text, may)?))).collect()
}

/// What is wrong with the same list in both languages.
fn lists(columns: [&'static str; 2], ru: &[String], kk: &[String]) -> Vec<(&'static str, Fault)> {
    let long = |list: &[String]| list.iter().map(|text| text.chars().count() + 1).sum::<usize>() > LONGEST_LIST;
    let [first, second] = columns;
    let faults = [(first, long(ru)), (second, long(kk) || ru.len() != kk.len())];
    faults.into_iter().filter(|(_, wrong)| *wrong).map(|(column, _)| (column, Fault::Unreadable)).collect()
}

/// A list in both languages; what one of them lacks is left out.
fn both(ru: Vec<String>, kk: Vec<String>) -> Vec<Bilingual> {
    ru.into_iter().zip(kk).map(|(ru, kk)| Bilingual { ru, kk }).collect()
}

/// Whether a browser opens it as a page, and does nothing else.
fn is_website(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    host.starts_with(char::is_alphanumeric)
        && host.contains('.')
        && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control() || "\"'<>\\".contains(letter))
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
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub website: String,
    #[serde(with = "list", default)]
    pub programmes_ru: Vec<String>,
    #[serde(with = "list", default)]
    pub programmes_kk: Vec<String>,
    #[serde(with = "list", default)]
    pub equipment_ru: Vec<String>,
    #[serde(with = "list", default)]
    pub equipment_kk: Vec<String>,
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
            email: row.email,
            website: row.website,
            programmes: both(row.programmes_ru, row.programmes_kk),
            equipment: both(row.equipment_ru, row.equipment_kk),
            rating: None,
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
        "email",
        "website",
        "programmes_ru",
        "programmes_kk",
        "equipment_ru",
        "equipment_kk",
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
            ("email", &self.email, true),
            ("website", &self.website, true),
        ]);
        if self.languages.is_empty() {
            faults.push(("languages", Fault::Empty));
        }
        if !self.email.is_empty() && Email::parse(&self.email).is_err() {
            faults.push(("email", Fault::Unreadable));
        }
        if !self.website.is_empty() && !is_website(&self.website) {
            faults.push(("website", Fault::Unreadable));
        }
        faults.extend(lists(["programmes_ru", "programmes_kk"], &self.programmes_ru, &self.programmes_kk));
        faults.extend(lists(["equipment_ru", "equipment_kk"], &self.equipment_ru, &self.equipment_kk));
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
            rating: None,
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

/// `ratings.csv`: a part of the rating of a school, or of a teacher of that school.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are whose it is and the fields of RatingPart")]
pub struct RatingRow {
    pub school: SchoolId,
    pub teacher: Option<TeacherId>,
    pub part_ru: String,
    pub part_kk: String,
    pub points: u16,
    pub of: u16,
    pub source_ru: String,
    pub source_kk: String,
    pub as_of: Date,
}

impl From<RatingRow> for RatingPart {
    fn from(row: RatingRow) -> Self {
        Self {
            name: Bilingual::new(row.part_ru, row.part_kk),
            points: row.points,
            of: row.of,
            source: Bilingual::new(row.source_ru, row.source_kk),
            as_of: row.as_of,
        }
    }
}

impl Row for RatingRow {
    const SHEET: Sheet = Sheet::Ratings;
    const COLUMNS: &'static [&'static str] =
        &["school", "teacher", "part_ru", "part_kk", "points", "of", "source_ru", "source_kk", "as_of"];

    fn key(&self) -> String {
        let of = self.teacher.as_ref().map_or(self.school.as_str(), TeacherId::as_str);
        format!("{of}: {}", self.part_ru)
    }

    fn faults(&self) -> Vec<(&'static str, Fault)> {
        let mut faults = texts([
            ("part_ru", self.part_ru.as_str(), false),
            ("part_kk", &self.part_kk, false),
            ("source_ru", &self.source_ru, false),
            ("source_kk", &self.source_kk, false),
        ]);
        if self.of == 0 {
            faults.push(("of", Fault::Unreadable));
        }
        if self.points > self.of {
            faults.push(("points", Fault::Unreadable));
        }
        faults
    }

    fn pointers(&self) -> Vec<Pointer<'_>> {
        let teacher = self.teacher.as_ref().map(Pointer::Teacher);
        std::iter::once(Pointer::School(&self.school, None)).chain(teacher).collect()
    }

    fn together(rows: Vec<Self>) -> Rows {
        Rows::Ratings(rows)
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
    #[serde(default)]
    pub news_ru: String,
    #[serde(default)]
    pub news_kk: String,
    #[serde(with = "list", default)]
    pub breaks: Vec<Break>,
}

impl CampaignRow {
    /// The campaign with the holidays of its years.
    #[must_use]
    pub fn with(self, holidays: &[HolidayRow]) -> Campaign {
        let year = |at: Timestamp| at.to_zoned_datetime(TimeZone::UTC).date().year();
        let (first, last) = (year(self.opens), year(self.closes));
        let years = first.min(self.first_day.year())..=last.max(self.first_day.year());
        let news = Bilingual::new(self.news_ru, self.news_kk);
        Campaign {
            id: self.id,
            service: self.service,
            opens: self.opens,
            closes: self.closes,
            school_year: self.school_year,
            first_day: self.first_day,
            keep_days: self.keep_days,
            holidays: holidays.iter().map(|row| row.date).filter(|date| years.contains(&date.year())).collect(),
            breaks: self.breaks,
            news: (!news.ru.is_empty()).then_some(news),
            demo: self.demo,
        }
    }
}

impl Row for CampaignRow {
    const SHEET: Sheet = Sheet::Campaigns;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "service",
        "opens",
        "closes",
        "school_year",
        "first_day",
        "keep_days",
        "demo",
        "news_ru",
        "news_kk",
        "breaks",
    ];

    /// A service runs one campaign at a time.
    fn key(&self) -> String {
        self.service.code().to_owned()
    }

    fn faults(&self) -> Vec<(&'static str, Fault)> {
        // News is told in both languages or not at all.
        let none = self.news_ru.is_empty() && self.news_kk.is_empty();
        let mut faults = texts([("news_ru", self.news_ru.as_str(), none), ("news_kk", &self.news_kk, none)]);
        faults.extend((self.opens >= self.closes).then_some(("closes", Fault::Order)));
        faults
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

/// `shifts.csv`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns are the fields of Shift")]
pub struct ShiftRow {
    pub id: SchoolId,
    pub camp_ru: String,
    pub camp_kk: String,
    pub name_ru: String,
    pub name_kk: String,
    pub kind: CampKind,
    pub venue_ru: String,
    pub venue_kk: String,
    pub language: Language,
    pub first: Date,
    pub last: Date,
    pub youngest: u8,
    pub oldest: u8,
    pub given: Date,
    pub social: u16,
    pub general: u16,
}

impl From<ShiftRow> for Shift {
    fn from(row: ShiftRow) -> Self {
        Self {
            id: row.id,
            camp: Bilingual::new(row.camp_ru, row.camp_kk),
            name: Bilingual::new(row.name_ru, row.name_kk),
            kind: row.kind,
            venue: Bilingual::new(row.venue_ru, row.venue_kk),
            language: row.language,
            first: row.first,
            last: row.last,
            youngest: row.youngest,
            oldest: row.oldest,
            given: row.given,
            social: row.social,
            general: row.general,
        }
    }
}

impl Row for ShiftRow {
    const SHEET: Sheet = Sheet::Shifts;
    const COLUMNS: &'static [&'static str] = &[
        "id", "camp_ru", "camp_kk", "name_ru", "name_kk", "kind", "venue_ru", "venue_kk", "language", "first", "last",
        "youngest", "oldest", "given", "social", "general",
    ];

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn faults(&self) -> Vec<(&'static str, Fault)> {
        let mut faults = texts([
            ("camp_ru", self.camp_ru.as_str(), false),
            ("camp_kk", &self.camp_kk, false),
            ("name_ru", &self.name_ru, false),
            ("name_kk", &self.name_kk, false),
            ("venue_ru", &self.venue_ru, false),
            ("venue_kk", &self.venue_kk, false),
        ]);
        // Places are given before anybody goes.
        let order = [
            (self.first > self.last, "last"),
            (self.youngest > self.oldest, "oldest"),
            (self.given >= self.first, "given"),
        ];
        faults.extend(order.into_iter().filter(|(wrong, _)| *wrong).map(|(_, column)| (column, Fault::Order)));
        faults
    }

    fn pointers(&self) -> Vec<Pointer<'_>> {
        Vec::new()
    }

    fn together(rows: Vec<Self>) -> Rows {
        Rows::Shifts(rows)
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
    use crate::directory::Break;
    use crate::locale::Language;

    /// An element of a list column.
    pub trait Entry: Sized {
        /// As written between the semicolons.
        fn text(&self) -> Cow<'_, str>;
        /// Reads what [`Entry::text`] wrote.
        fn read(text: &str) -> Option<Self>;
    }

    impl Entry for Break {
        fn text(&self) -> Cow<'_, str> {
            self.to_string().into()
        }
        fn read(text: &str) -> Option<Self> {
            Self::parse(text)
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn school() -> SchoolRow {
        SchoolRow {
            id: SchoolId::parse("school-1").unwrap(),
            number: Some(1),
            name_ru: "Школа № 1".to_owned(),
            name_kk: "№ 1 мектеп".to_owned(),
            kind: SchoolKind::General,
            languages: Language::ALL.to_vec(),
            district_ru: String::new(),
            district_kk: String::new(),
            address_ru: "Дом".to_owned(),
            address_kk: "Үй".to_owned(),
            phone: String::new(),
            head: String::new(),
            opened: 1970,
            seats: 900,
            email: String::new(),
            website: String::new(),
            programmes_ru: Vec::new(),
            programmes_kk: Vec::new(),
            equipment_ru: Vec::new(),
            equipment_kk: Vec::new(),
        }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_school_may_have_a_site_a_mail_address_and_lists_in_both_languages() {
        assert_eq!(school().faults(), []);
        let full = SchoolRow {
            email: "school1@example.kz".to_owned(),
            website: "https://school1.example.kz/about?x=1".to_owned(),
            programmes_ru: texts(&["Робототехника", "Шахматы"]),
            programmes_kk: texts(&["Робототехника", "Шахмат"]),
            equipment_ru: texts(&["Спортзал"]),
            equipment_kk: texts(&["Спортзал"]),
            ..school()
        };
        assert_eq!(full.faults(), []);
        let read = School::from(full);
        assert_eq!(read.programmes[1], Bilingual::new("Шахматы", "Шахмат"));
        assert_eq!((read.programmes.len(), read.equipment.len(), read.rating), (2, 1, None));
    }

    #[test]
    fn what_a_page_of_a_school_could_not_show_is_a_fault() {
        let long = vec!["я".repeat(100); 10];
        let cases = [
            (SchoolRow { email: "school".to_owned(), ..school() }, "email"),
            (SchoolRow { programmes_ru: texts(&["а"]), ..school() }, "programmes_kk"),
            (SchoolRow { equipment_kk: texts(&["а", "б"]), equipment_ru: texts(&["а"]), ..school() }, "equipment_kk"),
            (SchoolRow { equipment_ru: long, equipment_kk: vec!["ә".to_owned(); 10], ..school() }, "equipment_ru"),
        ];
        for (row, column) in cases {
            assert_eq!(row.faults(), [(column, Fault::Unreadable)]);
        }
        for website in [
            "school.kz",
            "javascript:alert(1)",
            "ftp://a.kz",
            "https://",
            "https:// a.kz",
            "https://a.kz/\"x",
            "http://.",
            "https://localhost",
        ] {
            let row = SchoolRow { website: website.to_owned(), ..school() };
            assert_eq!(row.faults(), [("website", Fault::Unreadable)], "{website}");
        }
    }

    #[test]
    fn a_part_of_a_rating_has_no_more_points_than_can_be_had() {
        let row = RatingRow {
            school: school().id,
            teacher: None,
            part_ru: "Качество знаний".to_owned(),
            part_kk: "Білім сапасы".to_owned(),
            points: 40,
            of: 40,
            source_ru: "Отдел образования".to_owned(),
            source_kk: "Білім бөлімі".to_owned(),
            as_of: Date::constant(2026, 9, 1),
        };
        assert_eq!(row.faults(), []);
        assert_eq!((row.key().as_str(), row.pointers().len()), ("school-1: Качество знаний", 1));
        let teacher = TeacherId::parse("teacher-1").unwrap();
        let of_teacher = RatingRow { teacher: Some(teacher.clone()), ..row.clone() };
        assert_eq!(of_teacher.key(), "teacher-1: Качество знаний");
        assert_eq!(of_teacher.pointers(), [Pointer::School(&row.school, None), Pointer::Teacher(&teacher)]);
        assert_eq!(RatingRow { points: 41, ..row.clone() }.faults(), [("points", Fault::Unreadable)]);
        assert_eq!(RatingRow { points: 0, of: 0, ..row.clone() }.faults(), [("of", Fault::Unreadable)]);
        assert_eq!(RatingRow { source_kk: String::new(), ..row }.faults(), [("source_kk", Fault::Empty)]);
    }

    #[test]
    fn news_is_told_in_both_languages_or_not_at_all() {
        let row = |ru: &str, kk: &str| CampaignRow {
            id: CampaignId::parse("c-1").unwrap(),
            service: Service::FirstGrade,
            opens: Timestamp::UNIX_EPOCH,
            closes: Timestamp::MAX,
            school_year: 2027,
            first_day: Date::constant(2027, 9, 1),
            keep_days: 365,
            demo: true,
            news_ru: ru.to_owned(),
            news_kk: kk.to_owned(),
            breaks: Vec::new(),
        };
        assert_eq!((row("", "").faults(), row("", "").with(&[]).news), (Vec::new(), None));
        assert_eq!(row("Новость", "Жаңалық").with(&[]).news, Some(Bilingual::new("Новость", "Жаңалық")));
        assert_eq!(row("Новость", "").faults(), [("news_kk", Fault::Empty)]);
        assert_eq!(row("", "Жаңалық").faults(), [("news_ru", Fault::Empty)]);
        assert_eq!(row(&"я".repeat(200), "Жаңалық").faults(), [("news_ru", Fault::TooLong)]);
    }

    #[test]
    fn a_shift_ends_after_it_begins_takes_somebody_and_gives_its_places_before() {
        let day = |day| Date::constant(2027, 6, day);
        let row = |(first, last), (youngest, oldest), given| ShiftRow {
            id: SchoolId::parse("lake-1").unwrap(),
            camp_ru: "Озеро".to_owned(),
            camp_kk: "Көл".to_owned(),
            name_ru: "1-я смена".to_owned(),
            name_kk: "1-ауысым".to_owned(),
            kind: CampKind::Day,
            venue_ru: "у озера".to_owned(),
            venue_kk: "көл жағасында".to_owned(),
            language: Language::Kazakh,
            first: day(first),
            last: day(last),
            youngest,
            oldest,
            given: day(given),
            social: 0,
            general: 1,
        };
        assert_eq!(row((10, 10), (7, 7), 9).faults(), []);
        let wrong = row((10, 9), (8, 7), 10).faults();
        assert_eq!(wrong, ["last", "oldest", "given"].map(|column| (column, Fault::Order)));
        let untold = ShiftRow { camp_kk: String::new(), ..row((10, 20), (7, 9), 1) };
        assert_eq!(untold.faults(), [("camp_kk", Fault::Empty)]);
    }
}
