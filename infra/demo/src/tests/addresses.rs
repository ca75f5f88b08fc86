//! Addresses as people type them, and the schools that serve them: the table `addresses.tsv`.

use std::collections::BTreeSet;

use domain::Language;
use domain::address::{AddressIndex, Resolution};

use super::*;

/// A line of the table.
struct Line<'a> {
    typed: &'a str,
    street: &'a str,
    house: &'a str,
    flat: &'a str,
    schools: [&'a str; 2],
}

fn table() -> Vec<Line<'static>> {
    let lines = include_str!("addresses.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| match line.split('\t').collect::<Vec<_>>().as_slice() {
            [typed, street, house, flat, kazakh, russian] => {
                Line { typed, street, house, flat, schools: [kazakh, russian] }
            }
            _ => panic!("not six columns: {line}"),
        })
        .collect()
}

/// What the line says of an address: street, house, flat, and the schools where there is a house.
fn told(index: &AddressIndex, import: &Imported, typed: &str) -> String {
    match index.resolve(typed) {
        Resolution::NotFound => "- | | | |".to_owned(),
        Resolution::Choose(found) => {
            let ids: BTreeSet<&str> = found.iter().map(|found| found.street.id.as_str()).collect();
            format!("?{} | | | |", ids.into_iter().collect::<Vec<_>>().join(","))
        }
        Resolution::Found(found) => {
            let territory = import.territories.iter().find(|(street, _)| *street == found.street.id);
            let school = |language| match (&found.house, territory) {
                (Some(house), Some((_, territory))) => {
                    territory.home_school(house, language).map_or("-", SchoolId::as_str)
                }
                _ => "",
            };
            let schools = [Language::Kazakh, Language::Russian].map(school).join(" | ");
            let house = found.house.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{} | {house} | {} | {schools}", found.street.id, found.flat.as_deref().unwrap_or_default())
        }
    }
}

#[test]
fn every_address_of_the_table_is_understood_and_has_its_schools() {
    let import = imported(&city());
    let index = AddressIndex::new(import.streets.clone());
    let table = table();
    assert!(table.len() >= 200, "{}", table.len());
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|line| {
            let expected = format!("{} | {} | {} | {}", line.street, line.house, line.flat, line.schools.join(" | "));
            let told = told(&index, &import, line.typed);
            (told.replace(' ', "") != expected.replace(' ', "")).then(|| {
                format!("{:?}\n    {told}, not\n    {expected}\n    {:?}", line.typed, index.search(line.typed))
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

#[test]
fn the_table_has_every_kind_of_outcome_and_no_line_twice() {
    let table = table();
    let typed: BTreeSet<&str> = table.iter().map(|line| line.typed).collect();
    assert_eq!(typed.len(), table.len());
    let count = |of: fn(&Line<'_>) -> bool| table.iter().filter(|line| of(line)).count();
    let outcomes = [
        count(|line| line.schools.iter().all(|school| school.starts_with("school-"))),
        count(|line| line.schools.contains(&"-") && line.schools.iter().any(|school| school.starts_with("school-"))),
        count(|line| line.schools == ["-", "-"]),
        count(|line| line.street.starts_with('?')),
        count(|line| !line.street.starts_with(['?', '-']) && line.house.is_empty()),
        count(|line| line.street == "-"),
    ];
    assert!(outcomes.iter().all(|count| *count >= 5), "{outcomes:?}");
}
