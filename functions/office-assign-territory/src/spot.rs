//! What a typed address comes to, and which places an officer may assign.

use domain::address::{AddressIndex, House, Resolution, Suggestion, Territory};
use domain::directory::Street;
use domain::{Language, Place};
use store::directory::Schools;
use web::Fields;

/// Where the child lives, as far as the search tells.
pub enum Spot<'a> {
    /// Nothing is typed
    Empty,
    /// The search finds nothing like it
    NotFound,
    /// Several streets fit, and none is chosen
    Choose(Vec<Suggestion<'a>>),
    /// A street without a house
    NoHouse(&'a Street),
    /// A house of a street
    House(&'a Street, House),
}

impl<'a> Spot<'a> {
    /// Reads the fields of the search.
    pub fn of(fields: &Fields, streets: &'a AddressIndex) -> Self {
        let text = fields.text("address");
        let chosen = |found: &Suggestion<'_>| found.street.id.as_str() == fields.text("address-match");
        let found = match streets.resolve(text) {
            _ if text.is_empty() => return Self::Empty,
            Resolution::NotFound => return Self::NotFound,
            Resolution::Found(found) => found,
            Resolution::Choose(several) => match several.iter().find(|found| chosen(found)) {
                Some(found) => found.clone(),
                None => return Self::Choose(several),
            },
        };
        match found.house {
            Some(house) => Self::House(found.street, house),
            None => Self::NoHouse(found.street),
        }
    }
}

/// The spot with the territory of its street.
pub struct Look<'a> {
    pub spot: Spot<'a>,
    pub territory: Territory,
}

/// The value of a place in the form: school and language in one.
pub fn value(place: &Place) -> String {
    format!("{}:{}", place.school, place.language.code())
}

/// The places that may be assigned: every school in the language that the parent chose; where it is
/// not taught, in those that are.
pub fn offered(schools: &Schools, chosen: Language) -> Vec<Place> {
    let places = |language| move |id: &domain::directory::SchoolId| Place::new(id.clone(), language);
    let mut offered: Vec<Place> =
        schools.all().iter().filter(|school| school.teaches(chosen)).map(|school| places(chosen)(&school.id)).collect();
    for school in schools.all().iter().filter(|school| !school.teaches(chosen)) {
        offered.extend(school.languages.iter().map(|language| places(*language)(&school.id)));
    }
    offered
}

/// The place that the territory gives: in the chosen language, else in another one if that school
/// may be assigned in it.
pub fn proposed(look: &Look<'_>, chosen: Language, offered: &[Place]) -> Option<Place> {
    let Spot::House(_, house) = &look.spot else { return None };
    let languages = std::iter::once(chosen).chain(Language::ALL.into_iter().filter(|other| *other != chosen));
    let places = languages.filter_map(|language| {
        let school = look.territory.home_school(house, language)?.clone();
        Some(Place::new(school, language))
    });
    places.into_iter().find(|place| offered.contains(place))
}

#[cfg(test)]
mod tests {
    use domain::address::{Parity, TerritoryRow};
    use domain::directory::rows::SchoolRow;
    use domain::directory::{Bilingual, School, SchoolId, StreetId, StreetKind};

    use super::*;

    fn schools() -> Schools {
        let school = |id: &str, languages: &[Language]| {
            let row = testkit::school(SchoolId::parse(id).unwrap());
            School::from(SchoolRow { languages: languages.to_vec(), ..row })
        };
        Schools::from(vec![school("both", &Language::ALL), school("russian", &[Language::Russian])])
    }

    fn place(school: &str, language: Language) -> Place {
        Place::new(SchoolId::parse(school).unwrap(), language)
    }

    #[test]
    fn the_language_stays_wherever_it_is_taught() {
        use Language::{Kazakh, Russian};
        assert_eq!(offered(&schools(), Kazakh), [place("both", Kazakh), place("russian", Russian)]);
        assert_eq!(offered(&schools(), Russian), [place("both", Russian), place("russian", Russian)]);
    }

    #[test]
    fn the_territory_proposes_a_place_that_may_be_assigned() {
        use Language::{Kazakh, Russian};
        let row = |language, to: &str, school: &str| TerritoryRow {
            from: None,
            to: to.parse().ok(),
            parity: Parity::All,
            language,
            school: SchoolId::parse(school).unwrap(),
        };
        let territory = Territory {
            rows: vec![row(Kazakh, "10", "both"), row(Russian, "20", "russian"), row(Russian, "30", "gone")],
        };
        let index = AddressIndex::new(vec![Street {
            id: StreetId::parse("s").unwrap(),
            kind: StreetKind::Street,
            name: Bilingual::new("Мустафина", "Мұстафин"),
            old_names: Vec::new(),
            area: None,
        }]);
        let at = |typed: &str| {
            let mut fields = Fields::default();
            fields.set("address", typed);
            let look = Look { spot: Spot::of(&fields, &index), territory: territory.clone() };
            proposed(&look, Kazakh, &offered(&schools(), Kazakh))
        };
        assert_eq!(at("Мустафина 5"), Some(place("both", Kazakh)));
        assert_eq!(at("Мустафина 15"), Some(place("russian", Russian)), "the only language there");
        assert_eq!(at("Мустафина 25"), None, "a school that the directory does not know");
        assert_eq!(at("Мустафина"), None);
        assert_eq!(at("нигде"), None);
        assert_eq!(at(""), None);
    }
}
