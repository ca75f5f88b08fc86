//! Schools, their teachers and territories.

use domain::address::{House, Parity};
use domain::directory::rows::{SchoolRow, TeacherRow, TerritoryRow};
use domain::directory::{Category, SchoolId, SchoolKind, StreetId, TeacherId};
use domain::{Language, Locale};

use crate::DemoError;
use crate::dice::Dice;
use crate::names::{Nation, Sex, person};
use crate::streets::{AREAS, Area, Entry, row};
use Language::{Kazakh, Russian};
use SchoolKind::{General, Gymnasium, Lyceum};

const BOTH: &[Language] = &[Kazakh, Russian];
const ONLY_KAZAKH: &[Language] = &[Kazakh];
const ONLY_RUSSIAN: &[Language] = &[Russian];

/// Kinds and languages of the schools of each area, in the order of [`AREAS`].
const SCHOOLS: &[&[(SchoolKind, &[Language])]] = &[
    &[
        (Gymnasium, ONLY_KAZAKH),
        (General, BOTH),
        (General, BOTH),
        (General, ONLY_RUSSIAN),
        (Lyceum, BOTH),
        (General, ONLY_KAZAKH),
        (General, BOTH),
        (General, ONLY_RUSSIAN),
    ],
    &[
        (General, BOTH),
        (Lyceum, ONLY_KAZAKH),
        (General, ONLY_RUSSIAN),
        (Gymnasium, BOTH),
        (General, ONLY_KAZAKH),
        (General, BOTH),
        (Lyceum, ONLY_RUSSIAN),
    ],
    &[
        (Gymnasium, BOTH),
        (Gymnasium, ONLY_RUSSIAN),
        (General, BOTH),
        (Lyceum, BOTH),
        (General, ONLY_KAZAKH),
        (General, ONLY_RUSSIAN),
        (Gymnasium, ONLY_KAZAKH),
    ],
    &[(General, BOTH), (General, ONLY_KAZAKH), (General, ONLY_RUSSIAN), (Lyceum, BOTH)],
    &[(General, BOTH), (General, ONLY_RUSSIAN)],
];

/// Number of the first school: above every real one, so that no real school is meant.
const FIRST_NUMBER: u16 = 201;

/// Houses at which a street is long enough to be shared by two schools.
const LONG: u32 = 60;

/// The schools of the city, area by area.
pub fn schools(dice: &mut Dice) -> Result<Vec<Vec<SchoolRow>>, DemoError> {
    let mut number = FIRST_NUMBER;
    let mut areas = Vec::new();
    for (area, schools) in AREAS.iter().zip(SCHOOLS) {
        let mut rows = Vec::new();
        for ((kind, languages), at) in schools.iter().zip(0u32..) {
            rows.push(school(area, number, *kind, languages, at, dice)?);
            number += 1;
        }
        areas.push(rows);
    }
    Ok(areas)
}

fn school(
    area: &Area,
    number: u16,
    kind: SchoolKind,
    languages: &[Language],
    at: u32,
    dice: &mut Dice,
) -> Result<SchoolRow, DemoError> {
    let (ru, kk) = match kind {
        General => (format!("Общеобразовательная школа № {number}"), format!("№ {number} жалпы білім беретін мектеп")),
        Gymnasium => (format!("Гимназия № {number}"), format!("№ {number} гимназия")),
        Lyceum => (format!("Лицей № {number}"), format!("№ {number} лицей")),
    };
    let streets = area.streets.len();
    let entry =
        area.streets.get((at as usize * 5 + 3) % streets.max(1)).ok_or(DemoError::Table("a street for a school"))?;
    let street = domain::directory::Street::from(row(area, entry)?);
    let house = 2 + dice.below(entry.5.saturating_sub(4));
    let head = person(dice, if at.is_multiple_of(3) { Nation::Russian } else { Nation::Kazakh }, Sex::Female);
    Ok(SchoolRow {
        id: SchoolId::parse(&format!("school-{number}"))?,
        number: Some(number),
        name_ru: ru,
        name_kk: kk,
        kind,
        languages: languages.to_vec(),
        district_ru: area.ru.to_owned(),
        district_kk: area.kk.to_owned(),
        address_ru: format!("{}, {house}", street.label(Locale::Ru)),
        address_kk: format!("{}, {house}", street.label(Locale::Kk)),
        phone: format!("8 (7212) 00-0{}-{:02}", number / 100, number % 100),
        head: head.full(),
        opened: 1960 + u16::try_from(dice.below(65)).unwrap_or_default(),
        seats: 300 * (1 + u16::try_from(dice.below(4)).unwrap_or_default()),
        email: String::new(),
        website: String::new(),
        programmes_ru: Vec::new(),
        programmes_kk: Vec::new(),
        equipment_ru: Vec::new(),
        equipment_kk: Vec::new(),
    })
}

/// So many teachers in all, spread over the schools.
pub fn teachers(schools: &[SchoolRow], count: usize, dice: &mut Dice) -> Result<Vec<TeacherRow>, DemoError> {
    const CATEGORIES: [Category; 5] =
        [Category::Teacher, Category::Moderator, Category::Expert, Category::Researcher, Category::Master];
    let mut rows = Vec::new();
    for (at, school) in (1..=count).zip(schools.iter().cycle()) {
        let nation = match school.languages.as_slice() {
            [Russian] => Nation::Russian,
            [Kazakh] => Nation::Kazakh,
            _ if at.is_multiple_of(2) => Nation::Russian,
            _ => Nation::Kazakh,
        };
        let sex = if dice.percent(92) { Sex::Female } else { Sex::Male };
        let years = 1 + dice.below(38);
        let reached = (years / 7).min(4) + u32::from(dice.percent(20));
        rows.push(TeacherRow {
            id: TeacherId::parse(&format!("teacher-{at:03}"))?,
            school: school.id.clone(),
            name: person(dice, nation, sex).full(),
            category: CATEGORIES.get(reached as usize).copied().unwrap_or(Category::Master),
            years: u8::try_from(years).unwrap_or_default(),
            languages: match school.languages.as_slice() {
                [only] => vec![*only],
                _ if nation == Nation::Kazakh && dice.percent(40) => vec![Kazakh, Russian],
                _ if nation == Nation::Kazakh => vec![Kazakh],
                _ => vec![Russian],
            },
        });
    }
    Ok(rows)
}

/// Who serves which house. A street is served in both languages, but a few in one only: there is
/// no school of the other near enough.
pub fn territories(areas: &[Vec<SchoolRow>]) -> Result<Vec<TerritoryRow>, DemoError> {
    let mut rows = Vec::new();
    for (area, schools) in AREAS.iter().zip(areas) {
        for (at, entry) in area.streets.iter().enumerate() {
            for language in Language::ALL {
                let teaching: Vec<&SchoolRow> =
                    schools.iter().filter(|school| school.languages.contains(&language)).collect();
                // Neighbouring streets share a school.
                let first = at * teaching.len() / area.streets.len().max(1);
                let left_out = match language {
                    Kazakh => at % 9 == 5,
                    Russian => at % 11 == 7,
                };
                if let (false, Some(school)) = (left_out, teaching.get(first)) {
                    let next = teaching.get((first + 1) % teaching.len()).unwrap_or(school);
                    street_rows(entry, language, school, next, at, &mut rows)?;
                }
            }
        }
    }
    Ok(rows)
}

fn street_rows(
    entry: &Entry,
    language: Language,
    school: &SchoolRow,
    next: &SchoolRow,
    at: usize,
    rows: &mut Vec<TerritoryRow>,
) -> Result<(), DemoError> {
    let street = StreetId::parse(entry.0)?;
    let last = entry.5;
    let mut add = |from: House, to: House, parity, school: &SchoolRow| {
        rows.push(TerritoryRow {
            street: street.clone(),
            from: Some(from),
            to: Some(to),
            parity,
            language,
            school: school.id.clone(),
        });
    };
    let (one, end) = (House::plain(1), House::plain(last));
    if last < LONG {
        add(one, end, Parity::All, school);
    } else if at.is_multiple_of(2) {
        add(one.clone(), end.clone(), Parity::Odd, school);
        add(one, end, Parity::Even, next);
    } else {
        add(one, House::plain(last / 2), Parity::All, school);
        add(House::plain(last / 2 + 1), end, Parity::All, next);
    }
    // An exception as real lists have them: one building of the complex goes elsewhere.
    if at.is_multiple_of(7) {
        let block: House = "12 к 2".parse()?;
        add(block.clone(), block, Parity::All, next);
    }
    Ok(())
}
