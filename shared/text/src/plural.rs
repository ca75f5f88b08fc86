//! Counted nouns: Russian one/few/many, Kazakh one/other.

use domain::Locale;
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use unic_langid::{LanguageIdentifier, langid};

const RU: LanguageIdentifier = langid!("ru");

/// The forms of a counted noun. Kazakh nouns stay singular after a number.
#[derive(Clone, Copy, Debug)]
pub struct Plural {
    /// 1, 21, 31 … («день»)
    pub ru_one: &'static str,
    /// 2–4, 22–24 … («дня»)
    pub ru_few: &'static str,
    /// 0, 5–20 … («дней»)
    pub ru_many: &'static str,
    /// Any number («күн»)
    pub kk: &'static str,
}

/// The number followed by the noun in the form that the number asks for.
pub fn count(locale: Locale, number: u64, noun: &Plural) -> String {
    let form = match locale {
        Locale::Kk => noun.kk,
        Locale::Ru => match category(RU, number) {
            PluralCategory::ONE => noun.ru_one,
            PluralCategory::FEW => noun.ru_few,
            _ => noun.ru_many,
        },
    };
    format!("{number}\u{a0}{form}")
}

fn category(language: LanguageIdentifier, number: u64) -> PluralCategory {
    PluralRules::create(language, PluralRuleType::CARDINAL)
        .ok()
        .and_then(|rules| rules.select(number).ok())
        .unwrap_or(PluralCategory::OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: Plural = Plural { ru_one: "день", ru_few: "дня", ru_many: "дней", kk: "күн" };

    #[test]
    fn numbers_take_the_forms_of_their_language() {
        let said = [1, 2, 5, 11, 21, 112].map(|n| count(Locale::Ru, n, &DAYS).replace('\u{a0}', " "));
        assert_eq!(said, ["1 день", "2 дня", "5 дней", "11 дней", "21 день", "112 дней"]);
        assert_eq!(count(Locale::Kk, 3, &DAYS), "3\u{a0}күн");
    }
}
