//! Where a child lives, as the address fields of a step tell it, and those fields: the search with what it found.

use domain::address::{AddressIndex, House, Match, Resolution, Territory};
use domain::answers::{HomeAddress, RegisterFacts};
use domain::directory::{SchoolId, Street, StreetId};
use domain::{Language, Locale};
use text::school as t;
use views::{Choice, Field, FieldError, Markup, Radio, error_of, html};

use crate::address::Address;
use crate::fields::Fields;

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
    House {
        /// The street
        street: Street,
        /// The house
        house: House,
        /// The address as an answer
        address: HomeAddress,
    },
}

/// It tells where a child lives.
impl std::fmt::Debug for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Spot(redacted)")
    }
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

    /// Whether the house is one of the street's.
    pub fn is_known(&self, territory: &Territory) -> bool {
        matches!(self, Self::House { house, .. } if territory.knows(house))
    }

    /// The school of residence for a language.
    pub fn home<'a>(&self, territory: &'a Territory, language: Language) -> Option<&'a SchoolId> {
        match self {
            Self::House { house, .. } => territory.home_school(house, language),
            Self::Empty | Self::ByHand | Self::NotFound | Self::Choose(_) | Self::NoHouse(_) => None,
        }
    }

    /// What is wrong with what was typed, as far as the search goes; nothing where nothing was.
    pub fn fault(&self, territory: &Territory, locale: Locale) -> Option<FieldError> {
        match self {
            Self::NotFound => Some(FieldError::new("address", t::NOT_FOUND.get(locale))),
            Self::Choose(_) => Some(FieldError::new("address-match", t::MATCH_EMPTY.get(locale))),
            Self::NoHouse(street) => {
                let words = [("street", &*street.label(locale))];
                Some(FieldError::new("address", t::HOUSE_MISSING.fill(locale, &words)))
            }
            Self::House { street, house, .. } if !territory.knows(house) => {
                let words = [("street", street.label(locale)), ("house", house.to_string())];
                let words = words.each_ref().map(|(name, value)| (*name, value.as_str()));
                Some(FieldError::new("address", t::HOUSE_UNKNOWN.fill(locale, &words)))
            }
            Self::Empty | Self::ByHand | Self::House { .. } => None,
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

/// The fields of the search on a page.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// The language of the page
    pub locale: Locale,
    /// What is typed
    pub shown: &'a Fields,
    /// What is wrong
    pub errors: &'a [FieldError],
    /// What it comes to
    pub spot: &'a Spot,
    /// The houses of the street
    pub territory: &'a Territory,
    /// What is asked
    pub label: &'a str,
    /// How to answer
    pub hint: &'a str,
    /// Whether it may stay empty
    pub optional: bool,
}

impl Search<'_> {
    /// The field with its suggestions.
    pub fn field(&self) -> Markup {
        let field = views::suggest_input(
            &Field {
                hint: Some(self.hint),
                value: self.shown.text("address"),
                error: error_of(self.errors, "address"),
                optional: self.optional,
                maxlength: Some(200),
                autocomplete: Some("off"),
                ..Field::new(self.locale, "address", self.label)
            },
            &Address::SuggestAddress(self.locale).to_string(),
        );
        html! {
            (field)
            @if !matches!(self.spot, Spot::Choose(_)) {
                // The choice among several streets goes on to count while the text stands.
                (views::hidden("address-match", self.shown.text("address-match")))
            }
        }
    }

    /// What the search found, unless an error beside the field says it already.
    pub fn found(&self) -> Markup {
        let l = self.locale;
        let said = error_of(self.errors, "address").is_some();
        match self.spot {
            Spot::Choose(several) => self.matches(several),
            Spot::Empty | Spot::ByHand => html! {},
            _ if said => html! {},
            Spot::House { address, .. } if self.spot.is_known(self.territory) => {
                views::success(html! { p { (t::FOUND.fill(l, &[("address", address.line(l))])) } })
            }
            other => match other.fault(self.territory, l) {
                Some(fault) => views::notice(html! { p { (fault.message) } }),
                None => html! {},
            },
        }
    }

    fn matches(&self, several: &[Match]) -> Markup {
        let l = self.locale;
        let lines: Vec<(String, Option<String>)> = several
            .iter()
            .map(|found| (found.line(l), found.old_name.as_ref().map(|old| t::OLD_NAME.fill(l, &[("name", old)]))))
            .collect();
        let options: Vec<Radio<'_>> = several
            .iter()
            .zip(&lines)
            .map(|(found, (line, old))| Radio { value: found.street.id.as_str(), label: line, hint: old.as_deref() })
            .collect();
        views::radios(&Choice {
            locale: l,
            name: "address-match",
            label: t::MATCH.get(l),
            hint: None,
            options: &options,
            value: self.shown.text("address-match"),
            error: error_of(self.errors, "address-match"),
            optional: false,
            inline: false,
        })
    }
}
