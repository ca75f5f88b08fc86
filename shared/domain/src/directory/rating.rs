//! Ratings as the city brings them: the parts with their sources are imported, and only added up here.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Bilingual;

/// How a school or a teacher is rated: the parts, in the order of the city's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// What it is made of; never empty.
    pub parts: Vec<RatingPart>,
}

/// A part of a rating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingPart {
    /// What is rated.
    pub name: Bilingual,
    /// Points that were given.
    pub points: u16,
    /// Points that can be had; at least 1.
    pub of: u16,
    /// Where it comes from.
    pub source: Bilingual,
    /// On which day it was so.
    pub as_of: Date,
}

impl Rating {
    /// The points of all parts.
    #[must_use]
    pub fn points(&self) -> u32 {
        self.parts.iter().map(|part| u32::from(part.points)).sum()
    }

    /// Points that can be had in all parts.
    #[must_use]
    pub fn of(&self) -> u32 {
        self.parts.iter().map(|part| u32::from(part.of)).sum()
    }

    /// Points of what can be had, in ten-thousandths: what ratings of different parts are put in order by.
    #[must_use]
    pub fn share(&self) -> u32 {
        share(self.points(), self.of())
    }
}

impl RatingPart {
    /// The same of the part.
    #[must_use]
    pub fn share(&self) -> u32 {
        share(self.points.into(), self.of.into())
    }
}

fn share(points: u32, of: u32) -> u32 {
    let share = u64::from(points) * 10_000 / u64::from(of.max(1));
    u32::try_from(share).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rating_is_the_sum_of_its_parts() {
        let part = |points, of| RatingPart {
            name: Bilingual::new("Качество знаний", "Білім сапасы"),
            points,
            of,
            source: Bilingual::new("Отдел образования", "Білім бөлімі"),
            as_of: Date::constant(2026, 9, 1),
        };
        let rating = Rating { parts: vec![part(30, 40), part(0, 10), part(u16::MAX, u16::MAX)] };
        assert_eq!((rating.points(), rating.of()), (65_565, 65_585));
        assert_eq!(rating.parts.iter().map(RatingPart::share).collect::<Vec<_>>(), [7_500, 0, 10_000]);
        assert_eq!(rating.share(), 9_996);
        assert_eq!(Rating { parts: Vec::new() }.share(), 0);
    }
}
