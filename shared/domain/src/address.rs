//! Addresses of the city: what people type, the street that is meant, the school that serves the house.
//!
//! Everything here works on data already in memory. A street has a Russian and a Kazakh name and
//! often an old one; people write all of them, shortened, misspelt, with Russian letters in Kazakh
//! words and Latin letters in house numbers.

mod house;
mod index;
mod lex;
mod query;
mod territory;
mod words;

pub use house::{House, NotAHouse};
pub use index::{AddressIndex, Match, OtherFormat, Resolution, Suggestion, natural};
pub(crate) use lex::russian;
pub use query::tells_flat;
pub use territory::{Parity, Territory, TerritoryRow};

use crate::answers::HomeAddress;
use crate::directory::Street;
use crate::locale::Locale;

impl HomeAddress {
    /// The address of a house of the index, written out in both languages. `flat` may be empty.
    #[must_use]
    pub fn known(street: &Street, house: &House, flat: &str, from_register: bool) -> Self {
        let line = |locale| {
            let flat = match (flat, locale) {
                ("", _) => String::new(),
                (flat, Locale::Ru) => format!(", кв. {flat}"),
                (flat, Locale::Kk) => format!(", {flat}-пәтер"),
            };
            let street = street.label(locale);
            match locale {
                Locale::Ru => format!("{street}, дом {house}{flat}"),
                Locale::Kk => format!("{street}, {house}-үй{flat}"),
            }
        };
        Self::Known {
            street: street.id.clone(),
            house: house.to_string(),
            flat: flat.to_owned(),
            ru: line(Locale::Ru),
            kk: line(Locale::Kk),
            from_register,
        }
    }
}

#[cfg(test)]
mod tests;
