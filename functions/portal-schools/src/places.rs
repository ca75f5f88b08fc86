//! How the places of a school stand, in words.

use std::collections::BTreeMap;

use domain::directory::School;
use domain::places::Numbers;
use domain::{Language, Locale, Place};
use text::queue as t;
use views::{Markup, html};
use web::queue::{named, said};

use crate::Here;

/// How places stand.
pub type Places = BTreeMap<Place, Numbers>;

/// The languages in which a school teaches or has places, with how those stand; none where nobody recorded it.
pub fn of<'a>(school: &'a School, places: &'a Places) -> impl Iterator<Item = (Language, Option<&'a Numbers>)> {
    Language::ALL.into_iter().filter_map(move |language| {
        let numbers = places.get(&Place::new(school.id.clone(), language));
        (school.teaches(language) || numbers.is_some()).then_some((language, numbers))
    })
}

/// Free outside places of a school, of one language or of all.
pub fn free(school: &School, language: Option<Language>, places: &Places) -> u32 {
    let wanted = |of: &Language| language.is_none_or(|language| language == *of);
    let here = of(school, places).filter(|(language, _)| wanted(language));
    here.filter_map(|(_, numbers)| Some(numbers?.free())).sum()
}

/// A line for each language: seats, free outside places, who waits. Before anything is known of any place
/// the languages alone.
pub fn lines(l: Locale, school: &School, places: &Places) -> Markup {
    html! {
        @if places.is_empty() {
            p { (text::schools::LANGUAGES.get(l)) ": " (languages(l, school)) }
        } @else {
            @for (language, numbers) in of(school, places) {
                p { (named(l, language)) ": " (stands(l, numbers)) }
            }
        }
    }
}

/// How a place stands, in a line.
fn stands(l: Locale, numbers: Option<&Numbers>) -> String {
    match numbers {
        Some(numbers) => said(l, numbers),
        None => t::NO_TERMS.get(l).to_lowercase(),
    }
}

/// The languages in which a school teaches.
pub fn languages(l: Locale, school: &School) -> String {
    school.languages.iter().map(|language| named(l, *language).to_lowercase()).collect::<Vec<_>>().join(", ")
}

/// What has to be known before the numbers are read.
pub fn notices(here: &Here<'_>) -> Markup {
    let l = here.visit.locale;
    html! {
        @if here.over { (views::notice(html! { p { (t::CLOSED.get(l)) } })) }
        @if here.places.is_empty() { (views::notice(html! { p { (t::NOTHING_YET.get(l)) } })) }
    }
}

#[cfg(test)]
pub mod tests {
    use domain::Date;
    use domain::directory::SchoolId;
    use domain::places::Terms;

    use super::*;

    pub fn school(id: &str) -> School {
        School::from(testkit::school(SchoolId::parse(id).unwrap()))
    }

    /// A place with so many free outside places, for which so many wait.
    pub fn standing(school: &School, language: Language, free: u16, waiting: u32) -> (Place, Numbers) {
        let terms = Terms { capacity: 75, forecast: 0, ratio: 1, priority_until: Date::constant(2027, 5, 31) };
        let numbers = Numbers { terms, priority: true, residents: free.into(), away: 0, granted: 0, waiting };
        (Place::new(school.id.clone(), language), numbers)
    }

    #[test]
    fn nothing_is_invented_where_nothing_is_recorded() {
        let school = school("a");
        let nowhere = lines(Locale::Ru, &school, &Places::new()).into_string();
        assert!(nowhere.contains("казахский, русский") && !nowhere.contains(char::is_numeric), "{nowhere}");
        let places = Places::from([standing(&school, Language::Kazakh, 2, 5)]);
        let one = lines(Locale::Ru, &school, &places).into_string();
        assert!(one.contains("Казахский: 75\u{a0}мест, по квоте свободно 2 из 2, ждут: 5"), "{one}");
        assert!(one.contains("Русский: места ещё не объявлены"), "{one}");
        assert_eq!(free(&school, None, &places), 2);
        assert_eq!(free(&school, Some(Language::Russian), &places), 0);
    }
}
