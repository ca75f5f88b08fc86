//! The territory of a school: streets and houses, for each language of instruction.

use std::collections::HashMap;

use domain::address::{AddressIndex, TerritoryRow};
use domain::directory::{School, Street, StreetId};
use domain::{Language, Locale};
use text::school_search as t;
use views::{Markup, html};
use web::{Address, Visit};

pub fn page(visit: &Visit, school: &School, streets: &AddressIndex, rows: &[(StreetId, TerritoryRow)]) -> Markup {
    let l = visit.locale;
    let name = [("school", school.name.get(l)), ("district", school.district.get(l))];
    let title = t::TERRITORY_TITLE.fill(l, &name);
    let description = t::TERRITORY_DESCRIPTION.fill(l, &name);
    let other = visit.other_language(&[]);
    let known: HashMap<&StreetId, &Street> = streets.streets().iter().map(|street| (&street.id, street)).collect();
    let languages = Language::ALL
        .into_iter()
        .filter(|language| school.teaches(*language) || rows.iter().any(|(_, row)| row.language == *language));
    let body = html! {
        a.back href=(Address::SchoolPage(l, school.id.clone())) { (school.name.get(l)) }
        h1 { (title) }
        p.muted { (school.address.get(l)) }
        (views::lead(t::TERRITORY_LEAD.get(l)))
        p { (t::TERRITORY_EXACT.get(l)) " " a href=(Address::SchoolSearch(l)) { (t::TERRITORY_SEARCH.get(l)) } }
        (views::buttons(views::print_button(l)))
        @for language in languages {
            h2 #(language.code()) { (t::taught_in(language).get(l)) }
            @let lines = lines(l, &known, rows, language);
            @if lines.is_empty() {
                p { (t::TERRITORY_NONE.get(l)) }
            } @else {
                ul.territory { @for (street, houses) in lines { li { strong { (street) } ": " (houses) } } }
            }
        }
    };
    views::page(&visit.public_shell(&title, &description, &other), body)
}

/// Each street with its houses, by name.
fn lines(
    l: Locale,
    known: &HashMap<&StreetId, &Street>,
    rows: &[(StreetId, TerritoryRow)],
    language: Language,
) -> Vec<(String, String)> {
    let mut of: HashMap<&StreetId, Vec<&TerritoryRow>> = HashMap::new();
    for (street, row) in rows.iter().filter(|(_, row)| row.language == language) {
        of.entry(street).or_default().push(row);
    }
    let mut lines: Vec<(&Street, String)> = of
        .into_iter()
        // A street that is in no list any more has no name to tell.
        .filter_map(|(street, rows)| Some((*known.get(street)?, houses(l, &rows))))
        .collect();
    lines.sort_by_cached_key(|(street, _)| {
        (street.kind, domain::address::natural(street.name.get(l)), street.id.clone())
    });
    lines.into_iter().map(|(street, houses)| (street.label(l), houses)).collect()
}

/// The houses of some rows, each told once.
pub fn houses(l: Locale, rows: &[&TerritoryRow]) -> String {
    let mut rows: Vec<&TerritoryRow> = rows.to_vec();
    rows.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
    let mut said: Vec<String> = rows.into_iter().map(|row| t::houses(l, row)).collect();
    said.dedup();
    said.join("; ")
}

#[cfg(test)]
mod tests {
    use domain::address::Parity;
    use domain::directory::SchoolId;

    use super::*;

    fn row(from: &str, to: &str, parity: Parity, language: Language) -> TerritoryRow {
        let school = SchoolId::parse("school-1").unwrap();
        TerritoryRow { from: from.parse().ok(), to: to.parse().ok(), parity, language, school }
    }

    #[test]
    fn a_territory_is_told_street_by_street_in_the_order_of_names() {
        let streets = crate::asked::tests::streets();
        let known: HashMap<&StreetId, &Street> = streets.streets().iter().map(|street| (&street.id, street)).collect();
        let of = |id: &str| StreetId::parse(id).unwrap();
        let rows = [
            (of("nazarbaeva"), row("12 к 2", "12 к 2", Parity::All, Language::Kazakh)),
            (of("nazarbaeva"), row("2", "10", Parity::Even, Language::Kazakh)),
            (of("mustafina"), row("", "", Parity::All, Language::Kazakh)),
            (of("mira"), row("1", "9", Parity::Odd, Language::Russian)),
            (of("gone"), row("", "", Parity::All, Language::Russian)),
        ];
        let told = |l, language| -> Vec<String> {
            lines(l, &known, &rows, language)
                .into_iter()
                .map(|(street, houses)| format!("{street}: {houses}"))
                .collect()
        };
        assert_eq!(
            told(Locale::Ru, Language::Kazakh),
            ["улица Мустафина: все дома", "проспект Назарбаева: чётные 2 – 10; дом 12 к 2"]
        );
        assert_eq!(told(Locale::Kk, Language::Russian), ["Бейбітшілік гүлзары: тақ нөмірлер 1 – 9"]);
    }
}
