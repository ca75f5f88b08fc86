//! What the directory tells about where the child lives.

use std::collections::BTreeMap;

use domain::address::Territory;
use domain::directory::{PlaceTerms, SchoolId};
use domain::places::Numbers;
use domain::{Language, Place};
use web::spot::Spot;

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
        self.spot.is_known(&self.territory)
    }

    /// The school of residence for a language.
    pub fn home(&self, language: Language) -> Option<&SchoolId> {
        self.spot.home(&self.territory, language)
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
