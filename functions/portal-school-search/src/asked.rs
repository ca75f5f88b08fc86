//! What a typed address comes to.

use domain::Locale;
use domain::address::{AddressIndex, House, Match, Resolution, tells_flat};
use domain::directory::{Street, StreetId};

/// What was asked for.
#[derive(Clone, PartialEq)]
pub enum Asked {
    /// Nothing is typed
    Nothing,
    /// The search finds nothing like it
    NotFound,
    /// Several streets fit, and none is chosen
    Choose(Vec<Match>),
    /// A street without a house
    NoHouse(Match),
    /// A house of a street
    House(Spot),
}

/// A house of a street, with the flat that was typed besides.
#[derive(Clone, PartialEq)]
pub struct Spot {
    pub street: Street,
    pub house: House,
    pub flat: Option<String>,
    pub old_name: Option<String>,
}

impl Asked {
    /// Reads what was typed, and the street that was chosen where several fit.
    pub fn of(text: &str, chosen: &str, streets: &AddressIndex) -> Self {
        if text.is_empty() {
            return Self::Nothing;
        }
        let found = match streets.resolve_chosen(text, chosen) {
            Resolution::NotFound => return Self::NotFound,
            Resolution::Found(found) => found,
            Resolution::Choose(several) => return Self::Choose(several.iter().map(Match::from).collect()),
        };
        match found.house.clone() {
            Some(house) => Self::House(Spot {
                street: found.street.clone(),
                house,
                flat: found.flat.clone(),
                old_name: found.old_name.map(str::to_owned),
            }),
            None => Self::NoHouse(Match::from(&found)),
        }
    }

    /// The street whose territory tells the schools.
    pub fn street(&self) -> Option<&StreetId> {
        match self {
            Self::House(spot) => Some(&spot.street.id),
            Self::Nothing | Self::NotFound | Self::Choose(_) | Self::NoHouse(_) => None,
        }
    }

    /// What a link to the same question holds: never a flat. `text` is what was typed.
    pub fn query(&self, text: &str, locale: Locale) -> Vec<(&'static str, String)> {
        match self {
            Self::Nothing => Vec::new(),
            Self::House(spot) => vec![("address", spot.line(locale)), ("match", spot.street.id.to_string())],
            Self::NoHouse(found) => vec![("address", found.line(locale)), ("match", found.street.id.to_string())],
            // Words without a flat are the same in every language.
            Self::NotFound | Self::Choose(_) if tells_flat(text) => Vec::new(),
            Self::NotFound | Self::Choose(_) => vec![("address", text.to_owned())],
        }
    }
}

impl Spot {
    /// Street and house as one would type them.
    pub fn line(&self, locale: Locale) -> String {
        self.street.line(Some(&self.house), locale)
    }
}

#[cfg(test)]
pub mod tests {
    use domain::directory::{Bilingual, StreetKind};

    use super::*;

    pub fn streets() -> AddressIndex {
        let street = |id: &str, kind, ru: &str, kk: &str, old: &[&str]| Street {
            id: StreetId::parse(id).unwrap(),
            kind,
            name: Bilingual::new(ru, kk),
            old_names: old.iter().map(|name| (*name).to_owned()).collect(),
            area: Some(Bilingual::new("Центр", "Орталық")),
        };
        AddressIndex::new(vec![
            street("mustafina", StreetKind::Street, "Мустафина", "Мұстафин", &[]),
            street("nazarbaeva", StreetKind::Avenue, "Назарбаева", "Назарбаев", &["Мира"]),
            street("mira", StreetKind::Boulevard, "Мира", "Бейбітшілік", &[]),
        ])
    }

    #[test]
    fn every_address_has_its_outcome_and_no_link_has_a_flat() {
        let streets = streets();
        let asked = |text: &str, chosen: &str| {
            let asked = Asked::of(text, chosen, &streets);
            let said = match &asked {
                Asked::Nothing => "nothing".to_owned(),
                Asked::NotFound => "not found".to_owned(),
                Asked::Choose(several) => format!("choose {}", several.len()),
                Asked::NoHouse(found) => format!("{} without a house", found.street.id),
                Asked::House(spot) => {
                    format!("{} {} {}", spot.street.id, spot.house, spot.flat.as_deref().unwrap_or("-"))
                }
            };
            (said, asked.query(text, Locale::Kk).into_iter().map(|(_, value)| value).collect::<Vec<_>>().join("|"))
        };
        for (text, chosen, outcome, link) in [
            ("", "", "nothing", ""),
            ("Мустафина 12 кв 7", "", "mustafina 12 7", "Мұстафин көшесі, 12|mustafina"),
            ("Мустафина", "", "mustafina without a house", "Мұстафин көшесі|mustafina"),
            ("Мира 5", "", "choose 2", "Мира 5"),
            ("Мира 5, кв. 7", "", "choose 2", ""),
            ("Мира 5, кв. 7", "mira", "mira 5 7", "Бейбітшілік гүлзары, 5|mira"),
            ("Мира 5", "../x", "choose 2", "Мира 5"),
            ("Мира 5", "mustafina", "choose 2", "Мира 5"),
            ("Нигде 5", "mira", "not found", "Нигде 5"),
            ("Нигде 5-7 кв 3", "", "not found", ""),
        ] {
            assert_eq!(asked(text, chosen), (outcome.to_owned(), link.to_owned()), "{text} {chosen}");
        }
    }
}
