//! The city keeps the promises of its description.

mod addresses;

use std::collections::{HashMap, HashSet};

use domain::address::{AddressIndex, House, Resolution};
use domain::directory::sheet::{Known, Rows};
use domain::directory::{Campaign, School, SchoolId, SchoolKind, Street, StreetKind};
use domain::person::Age;
use domain::{Iin, Language};
use jiff::civil::date;
use store::directory::ImportVersion;
use store::register::Registered;

use super::*;

fn city() -> City {
    City::make(Standing::Open, date(2026, 11, 23)).unwrap()
}

/// What pages make of the files.
struct Imported {
    campaigns: Vec<Campaign>,
    schools: Vec<School>,
    streets: Vec<Street>,
    territories: Vec<(StreetId, Territory)>,
    register: Vec<Registered>,
}

fn imported(city: &City) -> Imported {
    let version = ImportVersion { city: "c".to_owned(), register: "r".to_owned() };
    let import = load::import(&city.files().unwrap(), version).unwrap();
    let mut all = Imported {
        campaigns: city.campaigns.iter().map(|row| row.clone().with(&city.holidays)).collect(),
        schools: Vec::new(),
        streets: Vec::new(),
        territories: Vec::new(),
        register: import.register,
    };
    for rows in import.files {
        match rows {
            Rows::Schools(rows) => all.schools = rows.into_iter().map(School::from).collect(),
            Rows::Streets(rows) => all.streets = rows.into_iter().map(Street::from).collect(),
            Rows::Territories(rows) => all.territories = by_street(&rows).into_iter().collect(),
            _ => {}
        }
    }
    all
}

#[test]
fn an_officer_could_import_every_file_after_those_that_it_names() {
    fn unknown<R: rows::Row>(rows: &[R], known: &Known) -> usize {
        rows.iter().flat_map(rows::Row::pointers).filter(|pointer| known.fault(pointer).is_some()).count()
    }
    let version = ImportVersion { city: "c".to_owned(), register: "r".to_owned() };
    let mut known = Known::default();
    let mut sheets = Vec::new();
    for rows in load::import(&city().files().unwrap(), version).unwrap().files {
        let faults = match &rows {
            Rows::Teachers(rows) => unknown(rows, &known),
            Rows::Ratings(rows) => unknown(rows, &known),
            Rows::Territories(rows) => unknown(rows, &known),
            Rows::Places(rows) => unknown(rows, &known),
            _ => 0,
        };
        assert_eq!(faults, 0, "{:?}", rows.sheet());
        sheets.push(rows.sheet());
        known.learn(rows);
    }
    assert_eq!(sheets, domain::directory::sheet::Sheet::ALL);
}

fn houses(street: &StreetId) -> u32 {
    streets::AREAS
        .iter()
        .flat_map(|area| area.streets)
        .find(|entry| entry.0 == street.as_str())
        .map_or(0, |entry| entry.5)
}

#[test]
fn the_same_month_and_standing_give_the_same_files() {
    let other_day = City::make(Standing::Open, date(2026, 11, 1)).unwrap();
    assert!(city().files().unwrap() == other_day.files().unwrap());
    let closed = City::make(Standing::Closed, date(2026, 11, 23)).unwrap();
    assert!(city().files().unwrap() != closed.files().unwrap());
}

#[test]
fn it_is_as_large_as_promised() {
    let import = imported(&city());
    let of_kind = |kind| import.schools.iter().filter(|school| school.kind == kind).count();
    assert!(
        import.schools.len() >= 24
            && [SchoolKind::General, SchoolKind::Gymnasium, SchoolKind::Lyceum]
                .map(of_kind)
                .iter()
                .all(|count| *count > 3)
    );
    for languages in [&[Language::Kazakh][..], &[Language::Russian], &[Language::Kazakh, Language::Russian]] {
        assert!(import.schools.iter().filter(|school| school.languages == languages).count() > 3);
    }
    let microdistricts = import.streets.iter().filter(|street| street.kind == StreetKind::Microdistrict).count();
    assert!(microdistricts >= 20 && import.streets.len() - microdistricts >= 60);
    assert_eq!(city().teachers.len(), 150);
    let parents = import.register.iter().filter(|person| !person.known.phones.is_empty()).count();
    assert!(parents >= 3_000, "{parents}");
    let ids: HashSet<&StreetId> = import.streets.iter().map(|street| &street.id).collect();
    assert_eq!(ids.len(), import.streets.len());
}

#[test]
fn pages_have_something_to_show_and_something_to_cope_with() {
    let city = city();
    for school in &city.schools {
        let [programmes, equipment] = [&school.programmes_ru, &school.equipment_ru].map(Vec::len);
        assert!(equipment >= 2 && programmes < 12, "{}", school.id);
        assert_eq!([&school.programmes_kk, &school.equipment_kk].map(Vec::len), [programmes, equipment]);
    }
    assert!(city.schools.iter().any(|school| school.website.is_empty()));
    let parts = |school: &SchoolId, teacher: Option<&str>| {
        let of =
            |row: &&rows::RatingRow| row.teacher.as_ref().map(|id| id.as_str()) == teacher && row.school == *school;
        city.ratings.iter().filter(of).count()
    };
    let schools: Vec<usize> = city.schools.iter().map(|school| parts(&school.id, None)).collect();
    let teachers: Vec<usize> =
        city.teachers.iter().map(|teacher| parts(&teacher.school, Some(teacher.id.as_str()))).collect();
    for rated in [schools, teachers] {
        let with = rated.iter().filter(|parts| **parts == 4).count();
        assert!(with < rated.len() && with * 4 > rated.len() * 3, "{rated:?}");
        assert!(rated.iter().all(|parts| matches!(parts, 0 | 4)), "{rated:?}");
    }
    assert!(city.ratings.iter().all(|row| row.source_ru.contains("Демонстрационные") && row.points > 0));
    assert!(city.campaigns.iter().any(|campaign| !campaign.news_kk.is_empty()));
}

#[test]
fn every_house_has_a_school_and_most_one_in_each_language() {
    let import = imported(&city());
    let schools: HashMap<&SchoolId, _> = import.schools.iter().map(|school| (&school.id, school)).collect();
    let (mut both, mut one) = (0, 0);
    assert_eq!(import.territories.len(), import.streets.len());
    for (street, territory) in &import.territories {
        for number in 1..=houses(street) {
            for house in [number.to_string(), format!("{number}А"), format!("{number} к 2")] {
                let house: House = house.parse().unwrap();
                let found: Vec<_> = Language::ALL
                    .into_iter()
                    .filter_map(|language| Some((language, territory.home_school(&house, language)?)))
                    .collect();
                for (language, school) in &found {
                    assert!(schools[*school].teaches(*language), "{street} {house}");
                }
                match found.len() {
                    2 => both += 1,
                    1 => one += 1,
                    _ => panic!("{street} {house} has no school"),
                }
            }
        }
        assert!(!territory.knows(&House::plain(houses(street) + 1)));
    }
    assert!(one * 3 < both && one > 0, "{one} houses with one language, {both} with two");
}

#[test]
fn every_street_is_found_by_its_own_name() {
    let index = AddressIndex::new(imported(&city()).streets);
    for street in index.streets() {
        for locale in domain::Locale::ALL {
            let label = street.label(locale);
            let found = index.resolve(&format!("{label}, 7"));
            assert!(matches!(&found, Resolution::Found(found) if found.street.id == street.id), "{label}: {found:?}");
        }
    }
}

#[test]
fn people_are_unique_of_the_right_age_and_of_the_made_up_serial_block() {
    let city = city();
    let import = imported(&city);
    let year = import.campaigns[0].school_year;
    let iins: HashSet<&Iin> = city.people.iter().map(|person| &person.iin).collect();
    assert_eq!(iins.len(), city.people.len());
    for person in &city.people {
        assert!(person.iin.as_str()[7..9] == *"00");
        assert!(Age::of(person.birth_date, year) != Age::TooYoung);
        for phone in &person.phones {
            assert_eq!(&phone.as_str()[5..8], "000");
        }
    }
}

fn look_up(import: &Imported, sample: &Sample) -> domain::directory::RegisterAnswer {
    let parent = import.register.iter().find(|person| person.known.person.iin == sample.parent_iin).unwrap();
    parent.clone().records(Some(&sample.child_iin)).for_phones(&[&sample.phone])
}

#[test]
fn the_sample_family_has_nothing_wrong() {
    let city = city();
    let import = imported(&city);
    let sample = city.sample().unwrap();
    assert_eq!((sample.case, sample.phone.as_str()), (Case::Plain, "+77000000001"));
    let answer = look_up(&import, sample);
    let child = answer.child.unwrap();
    assert_eq!(Age::of(child.birth_date, import.campaigns[0].school_year), Age::Admitted);
    assert_eq!(answer.address.unwrap().line(domain::Locale::Ru), sample.address);
    let index = AddressIndex::new(import.streets.clone());
    let Resolution::Found(found) = index.resolve(&sample.address) else { panic!("the sample's address is not found") };
    let (_, territory) = import.territories.iter().find(|(street, _)| *street == found.street.id).unwrap();
    for language in Language::ALL {
        assert!(territory.home_school(found.house.as_ref().unwrap(), language).is_some(), "{language:?}");
    }
}

#[test]
fn every_mismatch_occurs_and_is_what_it_says() {
    let city = city();
    let import = imported(&city);
    let sample = |case| city.samples.iter().find(|sample| sample.case == case).unwrap();
    let answer = |case| look_up(&import, sample(case));
    assert!(answer(Case::NotLinked).parent.is_some() && answer(Case::NotLinked).child.is_none());
    assert!(answer(Case::OtherPhone).parent.is_none());
    assert!(answer(Case::AddressUnknown).child.is_some() && answer(Case::AddressUnknown).address.is_none());
    assert!(answer(Case::NoPatronymic).child.unwrap().patronymic.is_none());
    let child = answer(Case::IinUnlikeBirthDate).child.unwrap();
    assert_ne!(child.iin.birth_date(), Some(child.birth_date));
    assert_eq!(answer(Case::Guardian).kinship, Some(domain::directory::Kinship::Guardian));
    let late = answer(Case::AfterSeptember).child.unwrap();
    assert_eq!(Age::of(late.birth_date, import.campaigns[0].school_year), Age::AtParentsWish);
}

#[test]
fn the_command_line_is_read() {
    let command = |text: &str| Command::parse(text.split_whitespace().map(str::to_owned));
    let read = command("load --campaign open --out target/demo --today 2026-11-23").unwrap();
    assert!(read.load && read.standing == Standing::Open && read.today == Some(date(2026, 11, 23)));
    for wrong in [
        "",
        "burn",
        "load",
        "load --campaign soon --out x",
        "load --campaign",
        "write --campaign open --today x --out x",
    ] {
        assert!(command(wrong).is_err(), "{wrong}");
    }
}
