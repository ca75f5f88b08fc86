//! The directory as files that are imported: which there are, what may be wrong in one, and how
//! two versions of one differ.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::rows::{
    CampaignRow, HolidayRow, PlaceRow, RatingRow, Row, SchoolRow, ShiftRow, StreetRow, TeacherRow, TerritoryRow,
};
use super::{CampaignId, SchoolId, StreetId, TeacherId};
use crate::locale::Language;

/// A file of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sheet {
    /// `campaigns.csv`
    Campaigns,
    /// `holidays.csv`
    Holidays,
    /// `schools.csv`
    Schools,
    /// `teachers.csv`
    Teachers,
    /// `ratings.csv`
    Ratings,
    /// `streets.csv`
    Streets,
    /// `territories.csv`
    Territories,
    /// `places.csv`
    Places,
    /// `shifts.csv`
    Shifts,
}

impl Sheet {
    /// All of them, each after those whose rows it names.
    pub const ALL: [Self; 9] = [
        Self::Campaigns,
        Self::Holidays,
        Self::Schools,
        Self::Teachers,
        Self::Ratings,
        Self::Streets,
        Self::Territories,
        Self::Places,
        Self::Shifts,
    ];

    /// The code in URLs and keys; with `.csv` the file's name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Campaigns => "campaigns",
            Self::Holidays => "holidays",
            Self::Schools => "schools",
            Self::Teachers => "teachers",
            Self::Ratings => "ratings",
            Self::Streets => "streets",
            Self::Territories => "territories",
            Self::Places => "places",
            Self::Shifts => "shifts",
        }
    }

    /// Reads a code of [`Sheet::code`].
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sheet| sheet.code() == code)
    }

    /// The files whose rows this one names.
    #[must_use]
    pub const fn names(self) -> &'static [Self] {
        match self {
            Self::Campaigns | Self::Holidays | Self::Schools | Self::Streets | Self::Shifts => &[],
            Self::Teachers => &[Self::Schools],
            Self::Ratings => &[Self::Schools, Self::Teachers],
            Self::Territories => &[Self::Schools, Self::Streets],
            Self::Places => &[Self::Campaigns, Self::Schools],
        }
    }

    /// The files that name rows of this one and cannot be without them. Places of a campaign that is over
    /// harm nobody, and the next campaign comes before its places.
    pub fn named_by(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |other| self != Self::Campaigns && other.names().contains(&self))
    }

    /// The files with which a version of this one was checked: itself, those that it names and those
    /// that name it. A change of any of them makes the check void. A campaign is kept with its
    /// holidays, so those two belong together too.
    #[must_use]
    pub fn checked_with(self) -> Vec<Self> {
        let together = |other: Self| {
            matches!((self, other), (Self::Campaigns, Self::Holidays) | (Self::Holidays, Self::Campaigns))
        };
        let related = |other: Self| {
            other == self || self.names().contains(&other) || other.names().contains(&self) || together(other)
        };
        Self::ALL.into_iter().filter(|other| related(*other)).collect()
    }
}

/// The unguessable id of an import, and of the version of a file that it brings: 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ImportId(String);

impl ImportId {
    /// From 16 random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads the id of a URL or key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ImportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a file is not taken at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// No bytes
    Empty,
    /// No table of text: a workbook, a picture, another encoding
    NotText,
    /// Over the limit of one file
    TooBig,
    /// The first line does not name the columns
    Columns {
        /// Those that are not named
        missing: Vec<String>,
        /// Those that the file should not have, or has twice
        unknown: Vec<String>,
    },
    /// Nothing below the first line
    NoRows,
    /// The check itself failed again and again
    CheckFailed,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The cell does not hold what its column does
    Unreadable,
    /// The cell has to be filled
    Empty,
    /// More characters than are shown anywhere
    TooLong,
    /// The first is after the last
    Order,
    /// The file that the cell points into has no such row
    Unknown(Sheet),
    /// The school does not teach in the language
    NotTaught,
    /// The same as in an earlier line
    Repeated(u64),
    /// More or fewer cells than columns
    Cells,
    /// Not in UTF-8
    NotUtf8,
    /// Missing, but named by another file
    StillNamed {
        /// Which row
        id: String,
        /// By which file
        by: Sheet,
    },
}

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// The line of the file, the first being 1; none where a line is missing
    pub line: Option<u64>,
    /// The column's name; none where it concerns the whole row
    pub column: Option<String>,
    /// What is wrong
    pub fault: Fault,
}

/// All faults of a file, of which the first are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// How many there are
    pub count: u64,
    /// The first of them
    pub first: Vec<RowFault>,
}

impl Faults {
    /// As many are told.
    pub const TOLD: usize = 20;

    /// Adds one.
    pub fn add(&mut self, line: Option<u64>, column: Option<&str>, fault: Fault) {
        self.count += 1;
        if self.first.len() < Self::TOLD {
            self.first.push(RowFault { line, column: column.map(str::to_owned), fault });
        }
    }
}

/// What an import does to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is new
    Added,
    /// Some cells differ
    Changed,
    /// It is no longer there
    Removed,
}

/// A cell that differs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellChange {
    /// The column's name
    pub column: String,
    /// What stands there now
    pub before: String,
    /// What is to stand there
    pub after: String,
}

/// A row that differs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// How
    pub change: Change,
    /// What tells the row from others
    pub key: String,
    /// The cells of a changed row
    pub cells: Vec<CellChange>,
}

/// Cells may hold a teacher's name.
impl fmt::Debug for CellChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CellChange({}, redacted)", self.column)
    }
}

impl fmt::Debug for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Difference({:?}, {}, {:?})", self.change, self.key, self.cells)
    }
}

/// How a file differs from what the directory holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differences {
    /// New rows
    pub added: u64,
    /// Rows of which cells differ
    pub changed: u64,
    /// Rows that are gone
    pub removed: u64,
    /// Rows that stay as they are
    pub untouched: u64,
    /// The first that differ
    pub first: Vec<Difference>,
}

impl Differences {
    /// As many are told.
    pub const TOLD: usize = 30;

    /// Whether anything would change.
    #[must_use]
    pub const fn any(&self) -> bool {
        self.added + self.changed + self.removed > 0
    }
}

/// The rows of one file, in its order.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are those of Sheet")]
pub enum Rows {
    Campaigns(Vec<CampaignRow>),
    Holidays(Vec<HolidayRow>),
    Schools(Vec<SchoolRow>),
    Teachers(Vec<TeacherRow>),
    Ratings(Vec<RatingRow>),
    Streets(Vec<StreetRow>),
    Territories(Vec<TerritoryRow>),
    Places(Vec<PlaceRow>),
    Shifts(Vec<ShiftRow>),
}

impl Rows {
    /// Whose rows they are.
    #[must_use]
    pub const fn sheet(&self) -> Sheet {
        match self {
            Self::Campaigns(_) => Sheet::Campaigns,
            Self::Holidays(_) => Sheet::Holidays,
            Self::Schools(_) => Sheet::Schools,
            Self::Teachers(_) => Sheet::Teachers,
            Self::Ratings(_) => Sheet::Ratings,
            Self::Streets(_) => Sheet::Streets,
            Self::Territories(_) => Sheet::Territories,
            Self::Places(_) => Sheet::Places,
            Self::Shifts(_) => Sheet::Shifts,
        }
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Campaigns(rows) => rows.len(),
            Self::Holidays(rows) => rows.len(),
            Self::Schools(rows) => rows.len(),
            Self::Teachers(rows) => rows.len(),
            Self::Ratings(rows) => rows.len(),
            Self::Streets(rows) => rows.len(),
            Self::Territories(rows) => rows.len(),
            Self::Places(rows) => rows.len(),
            Self::Shifts(rows) => rows.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What the rows of other files can point at.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Schools and the languages in which they teach
    pub schools: HashMap<SchoolId, Vec<Language>>,
    /// Teachers
    pub teachers: HashSet<TeacherId>,
    /// Streets
    pub streets: HashSet<StreetId>,
    /// Campaigns
    pub campaigns: HashSet<CampaignId>,
}

impl Known {
    /// Takes in the rows of a file that others point into; any other changes nothing.
    pub fn learn(&mut self, rows: Rows) {
        match rows {
            Rows::Schools(rows) => self.schools.extend(rows.into_iter().map(|row| (row.id, row.languages))),
            Rows::Teachers(rows) => self.teachers.extend(rows.into_iter().map(|row| row.id)),
            Rows::Streets(rows) => self.streets.extend(rows.into_iter().map(|row| row.id)),
            Rows::Campaigns(rows) => self.campaigns.extend(rows.into_iter().map(|row| row.id)),
            Rows::Holidays(_) | Rows::Ratings(_) | Rows::Territories(_) | Rows::Places(_) | Rows::Shifts(_) => {}
        }
    }

    /// What is wrong with a pointer into another file.
    #[must_use]
    pub fn fault(&self, pointer: &Pointer<'_>) -> Option<Fault> {
        match pointer {
            Pointer::Campaign(id) => (!self.campaigns.contains(id)).then_some(Fault::Unknown(Sheet::Campaigns)),
            Pointer::Street(id) => (!self.streets.contains(id)).then_some(Fault::Unknown(Sheet::Streets)),
            Pointer::Teacher(id) => (!self.teachers.contains(id)).then_some(Fault::Unknown(Sheet::Teachers)),
            Pointer::School(id, language) => match (self.schools.get(id), language) {
                (None, _) => Some(Fault::Unknown(Sheet::Schools)),
                (Some(taught), Some(language)) if !taught.contains(language) => Some(Fault::NotTaught),
                (Some(_), _) => None,
            },
        }
    }
}

/// What a row names of another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer<'a> {
    /// A campaign
    Campaign(&'a CampaignId),
    /// A street
    Street(&'a StreetId),
    /// A teacher
    Teacher(&'a TeacherId),
    /// A school, and the language in which it has to teach
    School(&'a SchoolId, Option<Language>),
}

impl Pointer<'_> {
    /// The column in which it stands.
    #[must_use]
    pub const fn column(&self) -> &'static str {
        match self {
            Self::Campaign(_) => "campaign",
            Self::Street(_) => "street",
            Self::Teacher(_) => "teacher",
            Self::School(..) => "school",
        }
    }

    /// The file into which it points.
    #[must_use]
    pub const fn sheet(&self) -> Sheet {
        match self {
            Self::Campaign(_) => Sheet::Campaigns,
            Self::Street(_) => Sheet::Streets,
            Self::Teacher(_) => Sheet::Teachers,
            Self::School(..) => Sheet::Schools,
        }
    }
}

/// The rows of `by` that `sheet` would no longer have, each told once.
pub fn still_named<R: Row>(sheet: Sheet, known: &Known, by: &[R], faults: &mut Faults) {
    let mut told = HashSet::new();
    for row in by {
        for pointer in row.pointers().into_iter().filter(|pointer| pointer.sheet() == sheet) {
            let (gone, id) = match pointer {
                Pointer::Campaign(id) => (!known.campaigns.contains(id), id.as_str()),
                Pointer::Street(id) => (!known.streets.contains(id), id.as_str()),
                Pointer::Teacher(id) => (!known.teachers.contains(id), id.as_str()),
                // A language that is no longer taught is no longer there either.
                Pointer::School(id, _) => (known.fault(&pointer).is_some(), id.as_str()),
            };
            if gone && told.insert(id) {
                faults.add(None, None, Fault::StillNamed { id: id.to_owned(), by: R::SHEET });
            }
        }
    }
}

/// Compares the rows that there are with those that are to be. `cells` writes a row as its file does.
pub fn compare<R: Row>(before: &[R], after: &[R], cells: impl Fn(&R) -> Vec<String>) -> Differences {
    const SHOWN: usize = 80;
    let mut differences = Differences::default();
    let held: HashMap<String, &R> = before.iter().map(|row| (row.key(), row)).collect();
    let mut seen = HashSet::with_capacity(after.len());
    let mut changes = Vec::new();
    for row in after {
        let key = row.key();
        let change = match held.get(&key) {
            None => {
                differences.added += 1;
                Some((Change::Added, Vec::new()))
            }
            Some(former) if *former == row => {
                differences.untouched += 1;
                None
            }
            Some(former) => {
                differences.changed += 1;
                let (before, after) = (cells(former), cells(row));
                let pairs = R::COLUMNS.iter().zip(before.into_iter().zip(after)).filter(|(_, (old, new))| old != new);
                let short = |text: String| text.chars().take(SHOWN).collect();
                let cells = pairs.map(|(column, (before, after))| CellChange {
                    column: (*column).to_owned(),
                    before: short(before),
                    after: short(after),
                });
                Some((Change::Changed, cells.collect()))
            }
        };
        if let Some((change, cells)) = change.filter(|_| changes.len() < Differences::TOLD) {
            changes.push(Difference { change, key: key.clone(), cells });
        }
        seen.insert(key);
    }
    for row in before {
        let key = row.key();
        if !seen.contains(&key) {
            differences.removed += 1;
            if changes.len() < Differences::TOLD {
                changes.push(Difference { change: Change::Removed, key, cells: Vec::new() });
            }
        }
    }
    differences.first = changes;
    differences
}

/// What the check of a file came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Rows that were read
    pub rows: u64,
    /// What is wrong with them; with anything wrong nothing is applied
    pub faults: Faults,
    /// What would change
    pub differences: Differences,
    /// The versions of the files with which it was checked; none where there was no such file
    pub base: BTreeMap<Sheet, Option<ImportId>>,
}

impl Report {
    /// Whether there is something to apply, and nothing wrong.
    #[must_use]
    pub const fn applies(&self) -> bool {
        self.faults.count == 0 && self.differences.any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn street(id: &str, name: &str) -> StreetRow {
        StreetRow {
            id: StreetId::parse(id).unwrap(),
            kind: crate::directory::StreetKind::Street,
            name_ru: name.to_owned(),
            name_kk: name.to_owned(),
            old_names: Vec::new(),
            area_ru: String::new(),
            area_kk: String::new(),
        }
    }

    #[test]
    fn a_file_stands_after_those_that_it_names() {
        for (place, sheet) in Sheet::ALL.iter().enumerate() {
            assert_eq!(Sheet::parse(sheet.code()), Some(*sheet));
            for named in sheet.names() {
                assert!(Sheet::ALL.iter().position(|other| other == named).unwrap() < place, "{sheet:?}");
                assert_eq!(named.named_by().any(|other| other == *sheet), *named != Sheet::Campaigns);
                assert!(named.checked_with().contains(sheet) && sheet.checked_with().contains(named));
            }
        }
        assert_eq!(Sheet::Holidays.checked_with(), [Sheet::Campaigns, Sheet::Holidays]);
    }

    #[test]
    fn versions_differ_by_what_is_new_other_and_gone() {
        let before = [street("a", "А"), street("b", "Б"), street("c", "В")];
        let after = [street("d", "Г"), street("c", "В"), street("a", "Я")];
        let found = compare(&before, &after, |row| {
            let mut cells = vec![String::new(); StreetRow::COLUMNS.len()];
            cells[2].clone_from(&row.name_ru);
            cells
        });
        assert_eq!((found.added, found.changed, found.removed, found.untouched), (1, 1, 1, 1));
        let told: Vec<_> = found.first.iter().map(|one| (one.change, one.key.as_str())).collect();
        assert_eq!(told, [(Change::Added, "d"), (Change::Changed, "a"), (Change::Removed, "b")]);
        let cell = &found.first[1].cells[0];
        assert_eq!((cell.column.as_str(), cell.before.as_str(), cell.after.as_str()), ("name_ru", "А", "Я"));
        assert!(!format!("{found:?}").contains('Я'));
        assert!(!compare(&before, &before, |_| Vec::new()).any());
    }

    #[test]
    fn what_another_file_names_cannot_go() {
        let school = |id: &str| SchoolId::parse(id).unwrap();
        let teacher = |id: &str, at: &str| TeacherRow {
            id: crate::directory::TeacherId::parse(id).unwrap(),
            school: school(at),
            name: String::new(),
            category: crate::directory::Category::Teacher,
            years: 1,
            languages: Vec::new(),
        };
        let known = Known { schools: HashMap::from([(school("s-1"), vec![Language::Kazakh])]), ..Known::default() };
        let mut faults = Faults::default();
        still_named(
            Sheet::Schools,
            &known,
            &[teacher("t-1", "s-1"), teacher("t-2", "s-2"), teacher("t-3", "s-2")],
            &mut faults,
        );
        let told: Vec<_> = faults.first.iter().map(|fault| fault.fault.clone()).collect();
        assert_eq!(told, [Fault::StillNamed { id: "s-2".to_owned(), by: Sheet::Teachers }]);
        let language = Pointer::School(&school("s-1"), Some(Language::Russian));
        assert_eq!(known.fault(&language), Some(Fault::NotTaught));
    }
}
