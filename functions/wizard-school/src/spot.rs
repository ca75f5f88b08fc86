//! What the address fields of the form come to.

use std::collections::BTreeMap;

use domain::address::{AddressIndex, House, Match, Resolution, Territory};
use domain::answers::{HomeAddress, RegisterFacts};
use domain::directory::{PlaceTerms, SchoolId, Street, StreetId};
use domain::places::Numbers;
use domain::{Language, Place};
use web::Fields;

/// Where the child lives, as far as the fields tell.
#[derive(Clone, PartialEq)]
pub enum Spot {
    /// Nothing is typed
    Empty,
    /// Typed by hand, beside the search
    ByHand,
    /// The search finds nothing like it
    NotFound,
    /// Several streets fit, and none is chosen
    Choose(Vec<Match>),
    /// A street without a house
    NoHouse(Street),
    /// A house of a street
    House { street: Street, house: House, address: HomeAddress },
}

impl Spot {
    /// Reads the fields. The register's own address stays the register's as long as nobody
    /// changes it.
    pub fn of(fields: &Fields, register: &RegisterFacts, streets: &AddressIndex) -> Self {
        if fields.ticked("address-source") {
            return Self::ByHand;
        }
        let text = fields.text("address");
        let found = match streets.resolve_chosen(text, fields.text("address-match")) {
            _ if text.is_empty() => return Self::Empty,
            Resolution::NotFound => return Self::NotFound,
            Resolution::Found(found) => found,
            Resolution::Choose(several) => return Self::Choose(several.iter().map(Match::from).collect()),
        };
        let street = found.street.clone();
        let Some(house) = found.house else { return Self::NoHouse(street) };
        let flat =
            Some(fields.text("flat").to_owned()).filter(|flat| !flat.is_empty()).or(found.flat).unwrap_or_default();
        let address = match &register.address {
            Some(known @ HomeAddress::Known { street: at, house: number, flat: door, .. })
                if *at == street.id && *number == house.to_string() && *door == flat =>
            {
                known.clone()
            }
            Some(HomeAddress::Typed { text }) => {
                HomeAddress::known(&street, &house, &flat, is_said(text, streets, &street, &house, &flat))
            }
            Some(HomeAddress::Known { .. }) | None => HomeAddress::known(&street, &house, &flat, false),
        };
        Self::House { street, house, address }
    }

    /// The street whose territory tells the school.
    pub fn street(&self) -> Option<&StreetId> {
        match self {
            Self::House { street, .. } => Some(&street.id),
            Self::Empty | Self::ByHand | Self::NotFound | Self::Choose(_) | Self::NoHouse(_) => None,
        }
    }
}

/// Whether the register's words mean this house and flat, beyond doubt.
fn is_said(words: &str, streets: &AddressIndex, street: &Street, house: &House, flat: &str) -> bool {
    match streets.resolve(words) {
        Resolution::Found(said) => {
            said.street.id == street.id
                && said.house.as_ref() == Some(house)
                && said.flat.as_deref().unwrap_or("") == flat
        }
        Resolution::Choose(_) | Resolution::NotFound => false,
    }
}

/// The spot with what the directory tells about it.
pub struct Look {
    pub spot: Spot,
    pub territory: Territory,
    pub places: Vec<PlaceTerms>,
    /// How the places stand in the queue, as far as it has begun
    pub standings: BTreeMap<Place, Numbers>,
}

impl Look {
    /// Whether the house is one of the street's.
    pub fn house_is_known(&self) -> bool {
        matches!(&self.spot, Spot::House { house, .. } if self.territory.knows(house))
    }

    /// The school of residence for a language.
    pub fn home(&self, language: Language) -> Option<&SchoolId> {
        match &self.spot {
            Spot::House { house, .. } => self.territory.home_school(house, language),
            Spot::Empty | Spot::ByHand | Spot::NotFound | Spot::Choose(_) | Spot::NoHouse(_) => None,
        }
    }

    /// The terms of a place, if anybody recorded them.
    pub fn terms(&self, place: &Place) -> Option<&PlaceTerms> {
        self.places.iter().find(|terms| terms.school == place.school && terms.language == place.language)
    }

    /// How a place stands in the queue; none before the queue has begun, and where nobody recorded its
    /// terms.
    pub fn standing(&self, place: &Place) -> Option<&Numbers> {
        self.standings.get(place).filter(|numbers| web::queue::has_terms(numbers))
    }

    /// The part of the city.
    pub fn area(&self) -> Option<&str> {
        match &self.spot {
            Spot::House { street, .. } => street.area.as_ref().map(|area| area.ru.as_str()),
            Spot::Empty | Spot::ByHand | Spot::NotFound | Spot::Choose(_) | Spot::NoHouse(_) => None,
        }
    }
}
