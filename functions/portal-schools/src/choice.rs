//! What is looked for in the registry, in which order, and what is chosen for comparison: all of it in the
//! query, whatever the query says.

use std::cmp::Reverse;

use domain::directory::{Bilingual, Rating, School, SchoolKind};
use domain::{Language, Locale};
use store::directory::Schools;
use web::Fields;

use crate::compare;
use crate::places::{Places, free};

/// In which order schools stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By number, then by name
    Number,
    /// The best rated first, those without a rating last
    Rating,
    /// Those with the most free outside places first
    Free,
}

impl Order {
    /// The orders that are asked for; by number is what there is without asking.
    pub const ASKED: [Self; 2] = [Self::Rating, Self::Free];

    /// The code in the query.
    pub fn code(self) -> &'static str {
        match self {
            Self::Number => "",
            Self::Rating => "rating",
            Self::Free => "free",
        }
    }
}

/// What is chosen; what is not known is not chosen.
#[derive(Debug)]
pub struct Choice<'a> {
    pub looked_for: &'a str,
    pub district: Option<&'a Bilingual>,
    pub language: Option<Language>,
    pub kind: Option<SchoolKind>,
    pub programme: Option<&'a Bilingual>,
    pub free: bool,
    pub order: Order,
    /// Schools that are chosen for comparison
    pub compared: Vec<&'a School>,
}

impl<'a> Choice<'a> {
    pub fn read(query: &'a Fields, schools: &'a Schools) -> Self {
        let order = query.text("sort");
        Self {
            looked_for: query.text("q"),
            district: named(districts(schools), query.text("district")),
            language: Language::parse(query.text("language")),
            kind: SchoolKind::parse(query.text("kind")),
            programme: named(programmes(schools), query.text("programme")),
            free: query.ticked("free"),
            order: Order::ASKED.into_iter().find(|known| known.code() == order).unwrap_or(Order::Number),
            compared: compare::Chosen::read(query, schools).schools,
        }
    }

    /// How many further choices are made, besides what is looked for by name.
    pub fn further(&self) -> usize {
        let Self { district, language, kind, programme, free, order, .. } = self;
        let made = [
            district.is_some(),
            language.is_some(),
            kind.is_some(),
            programme.is_some(),
            *free,
            *order != Order::Number,
        ];
        made.into_iter().filter(|made| *made).count()
    }

    /// The schools that fit, in order.
    pub fn of(&self, schools: &'a Schools, places: &Places, l: Locale) -> Vec<&'a School> {
        let mut found: Vec<&School> = schools.all().iter().filter(|school| self.fits(school, places)).collect();
        let by_number = |school: &School| (school.number.is_none(), school.number, school.name.get(l).to_owned());
        match self.order {
            Order::Number => found.sort_by_cached_key(|school| by_number(school)),
            Order::Rating => found
                .sort_by_cached_key(|school| (Reverse(school.rating.as_ref().map(Rating::share)), by_number(school))),
            Order::Free => {
                found.sort_by_cached_key(|school| (Reverse(free(school, self.language, places)), by_number(school)))
            }
        }
        found
    }

    fn fits(&self, school: &School, places: &Places) -> bool {
        let Self { district, language, kind, programme, .. } = self;
        school.fits(self.looked_for)
            && district.is_none_or(|district| school.district == *district)
            && language.is_none_or(|language| school.teaches(language))
            && kind.is_none_or(|kind| school.kind == kind)
            && programme.is_none_or(|programme| school.programmes.contains(programme))
            && (!self.free || free(school, self.language, places) > 0)
    }

    /// The query that says the same, on a page in that language.
    pub fn query(&self, l: Locale) -> Vec<(&'static str, &'a str)> {
        [self.filters(l), self.kept()].concat()
    }

    /// Its part that narrows and orders the list.
    pub fn filters(&self, l: Locale) -> Vec<(&'static str, &'a str)> {
        let mut query = vec![
            ("q", self.looked_for),
            ("district", self.district.map_or("", |district| district.get(l))),
            ("language", self.language.map_or("", Language::code)),
            ("kind", self.kind.map_or("", SchoolKind::code)),
            ("programme", self.programme.map_or("", |programme| programme.get(l))),
            ("free", if self.free { "yes" } else { "" }),
            ("sort", self.order.code()),
        ];
        query.retain(|(_, value)| !value.is_empty());
        query
    }

    /// Its part that goes along: what is chosen for comparison.
    pub fn kept(&self) -> Vec<(&'static str, &'a str)> {
        self.compared.iter().map(|school| ("school", school.id.as_str())).collect()
    }
}

/// The parts of the city that have schools.
pub fn districts(schools: &Schools) -> Vec<&Bilingual> {
    once(schools.all().iter().map(|school| &school.district))
}

/// What is taught in one of the schools beside the common programme.
pub fn programmes(schools: &Schools) -> Vec<&Bilingual> {
    once(schools.all().iter().flat_map(|school| &school.programmes))
}

fn once<'a>(all: impl Iterator<Item = &'a Bilingual>) -> Vec<&'a Bilingual> {
    let mut all: Vec<&Bilingual> = all.collect();
    all.sort_by(|one, other| (&one.ru, &one.kk).cmp(&(&other.ru, &other.kk)));
    all.dedup();
    all
}

/// The one of that name, in whichever language.
fn named<'a>(all: Vec<&'a Bilingual>, name: &str) -> Option<&'a Bilingual> {
    all.into_iter().find(|one| Locale::ALL.iter().any(|l| one.get(*l) == name))
}

#[cfg(test)]
mod tests {
    use domain::Date;
    use domain::directory::RatingPart;

    use super::*;
    use crate::places::tests::{school, standing};

    fn city() -> Schools {
        let rated = |points| {
            let (name, source) = (Bilingual::new("Сумма", "Қосынды"), Bilingual::new("Отдел", "Бөлім"));
            Some(Rating { parts: vec![RatingPart { name, points, of: 50, source, as_of: Date::constant(2026, 9, 1) }] })
        };
        let english = Bilingual::new("Английский", "Ағылшын тілі");
        let (mut a, mut b, mut c) = (school("a"), school("b"), school("c"));
        (a.number, a.rating, a.programmes) = (Some(14), rated(20), vec![english.clone()]);
        (b.number, b.rating, b.kind) = (Some(2), rated(40), SchoolKind::Lyceum);
        (c.number, c.name, c.languages) =
            (None, Bilingual::new("Школа «Аль»", "«Ал» мектебі"), vec![Language::Russian]);
        c.district = Bilingual::new("Юг", "Оңтүстік");
        c.programmes = vec![english];
        Schools::from(vec![a, b, c])
    }

    fn found(query: &str) -> Vec<String> {
        let city = city();
        let [a, b, ..] = city.all() else { return Vec::new() };
        let places = Places::from([standing(a, Language::Russian, 1, 0), standing(b, Language::Kazakh, 3, 0)]);
        let query = Fields::decode(query.as_bytes()).unwrap();
        let choice = Choice::read(&query, &city);
        choice.of(&city, &places, Locale::Ru).into_iter().map(|school| school.id.to_string()).collect()
    }

    #[test]
    fn schools_are_narrowed_by_every_choice_and_by_all_together() {
        for (query, expected) in [
            ("", "b a c"),
            ("q=14", "a"),
            ("district=%D0%AE%D0%B3", "c"),
            ("district=%D0%9E%D2%A3%D1%82%D2%AF%D1%81%D1%82%D1%96%D0%BA", "c"),
            ("language=kazakh", "b a"),
            ("kind=lyceum", "b"),
            ("programme=%D0%90%D0%BD%D0%B3%D0%BB%D0%B8%D0%B9%D1%81%D0%BA%D0%B8%D0%B9", "a c"),
            ("free=yes", "b a"),
            ("free=yes&language=kazakh", "b"),
            ("free=yes&language=russian&kind=general", "a"),
            ("kind=gymnasium", ""),
            ("sort=rating", "b a c"),
            ("sort=free", "b a c"),
            ("sort=free&language=russian", "a b c"),
            // What is not known is not chosen.
            ("sort=xyz&district=%3Cscript%3E&kind=x&language=x&programme=x&page=-1", "b a c"),
        ] {
            assert_eq!(found(query).join(" "), expected, "{query}");
        }
    }

    #[test]
    fn a_choice_is_kept_in_the_query_and_in_the_other_language() {
        let city = city();
        let query = Fields::decode(
            "q=x&district=%D0%AE%D0%B3&sort=rating&free=on&school=a&school=b&school=a&school=zz&kind=<".as_bytes(),
        );
        let query = query.unwrap();
        let choice = Choice::read(&query, &city);
        let kept = [
            ("q", "x"),
            ("district", "Оңтүстік"),
            ("free", "yes"),
            ("sort", "rating"),
            ("school", "a"),
            ("school", "b"),
        ];
        assert_eq!(choice.query(Locale::Kk), kept);
        assert_eq!(choice.further(), 3);
    }
}
