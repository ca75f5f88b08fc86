//! Every word that a person reads, in Russian and in Kazakh.
//!
//! A [`Phrase`] cannot exist in one language only, so parity is kept by the compiler; the tests
//! below hold that both sides are filled and name the same placeholders. The terms are those of
//! the field: one word per thing.

use domain::Locale;

mod phrase;
mod plural;

pub mod accessibility;
pub mod applications;
pub mod assigning;
pub mod camp;
pub mod common;
pub mod consent;
pub mod contacts;
pub mod corrections;
pub mod decisions;
pub mod desk;
pub mod directory;
pub mod documents;
pub mod enrolling;
pub mod errors;
pub mod family;
pub mod faq;
pub mod home;
pub mod life;
pub mod meals;
pub mod messages;
pub mod office;
pub mod paper;
pub mod places;
pub mod queue;
pub mod receipt;
pub mod reports;
pub mod resolving;
pub mod review;
pub mod school;
pub mod school_search;
pub mod schools;
pub mod service;
pub mod status;
pub mod steps;
pub mod teachers;
pub mod transfer;
pub mod undelivered;
pub mod unsubscribe;
pub mod viewer;

pub use phrase::Phrase;
pub use plural::{Plural, count};

/// Declares phrases as constants, `NAME: "Russian", "Kazakh";`, and lists them in `ALL` for the
/// tests of this crate.
#[macro_export]
macro_rules! phrases {
    ($($(#[$doc:meta])* $name:ident : $ru:expr, $kk:expr $(,)?;)*) => {
        $(
            $(#[$doc])*
            #[doc = concat!("«", $ru, "»")]
            pub const $name: $crate::Phrase = $crate::Phrase::new($ru, $kk);
        )*
        /// Every phrase of this module by its name.
        pub const ALL: &[(&str, $crate::Phrase)] = &[$((stringify!($name), $name)),*];
    };
}

/// Writes a date as both languages do here: 15.09.2026.
pub fn date(date: domain::Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// Writes a time of day as both languages do here: 09:00.
pub fn time(time: domain::Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// Writes a number with its thousands apart: 3 214.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// The name of a language in that language itself, for the language switch.
pub const fn own_name(locale: Locale) -> &'static str {
    match locale {
        Locale::Ru => "Русский",
        Locale::Kk => "Қазақша",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modules() -> Vec<(&'static str, &'static [(&'static str, Phrase)])> {
        vec![
            ("accessibility", accessibility::ALL),
            ("applications", applications::ALL),
            ("assigning", assigning::ALL),
            ("common", common::ALL),
            ("consent", consent::ALL),
            ("contacts", contacts::ALL),
            ("corrections", corrections::ALL),
            ("decisions", decisions::ALL),
            ("desk", desk::ALL),
            ("directory", directory::ALL),
            ("documents", documents::ALL),
            ("enrolling", enrolling::ALL),
            ("errors", errors::ALL),
            ("family", family::ALL),
            ("home", home::ALL),
            ("life", life::ALL),
            ("camp", camp::ALL),
            ("meals", meals::ALL),
            ("messages", messages::ALL),
            ("office", office::ALL),
            ("paper", paper::ALL),
            ("queue", queue::ALL),
            ("places", places::ALL),
            ("receipt", receipt::ALL),
            ("resolving", resolving::ALL),
            ("reports", reports::ALL),
            ("review", review::ALL),
            ("school", school::ALL),
            ("school_search", school_search::ALL),
            ("schools", schools::ALL),
            ("service", service::ALL),
            ("status", status::ALL),
            ("steps", steps::ALL),
            ("teachers", teachers::ALL),
            ("transfer", transfer::ALL),
            ("undelivered", undelivered::ALL),
            ("unsubscribe", unsubscribe::ALL),
            ("viewer", viewer::ALL),
        ]
    }

    #[test]
    fn thousands_stand_apart() {
        for (number, said) in [(0, "0"), (999, "999"), (3214, "3 214"), (1_000_000, "1 000 000")] {
            assert_eq!(grouped(number).replace('\u{a0}', " "), said);
        }
    }

    #[test]
    fn every_phrase_is_filled_and_names_the_same_placeholders_in_both_languages() {
        let mut seen = 0;
        for (module, phrases) in modules() {
            for (name, phrase) in phrases {
                seen += 1;
                let both = [Locale::Ru, Locale::Kk].map(|locale| phrase.get(locale));
                assert!(both.iter().all(|text| !text.trim().is_empty()), "{module}::{name} is empty");
                let [mut ru, mut kk] = both.map(phrase::placeholders);
                ru.sort_unstable();
                kk.sort_unstable();
                assert_eq!(ru, kk, "{module}::{name}: placeholders differ");
            }
        }
        assert!(seen > 100, "the list of modules lost its phrases");
    }
}
