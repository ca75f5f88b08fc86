//! Who is looked for in the registry and in which order: all of it in the query, whatever the query says.

use std::cmp::Reverse;

use domain::Language;
use domain::directory::{Category, Rating, School, SchoolId, Teacher, alphabetical};
use store::directory::{Schools, Teachers};
use web::Fields;

/// In which order teachers stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By name
    Name,
    /// The best rated first, those without a rating last
    Rating,
    /// Those who have taught longest first
    Years,
}

impl Order {
    /// The orders that are asked for; by name is what there is without asking.
    pub const ASKED: [Self; 2] = [Self::Rating, Self::Years];

    /// The code in the query.
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "",
            Self::Rating => "rating",
            Self::Years => "years",
        }
    }
}

/// A teacher with the school, which is there unless its file was changed a moment ago.
pub type Found<'a> = (&'a Teacher, Option<&'a School>);

/// What is chosen; what is not known is not chosen.
#[derive(Debug)]
pub struct Choice<'a> {
    pub looked_for: &'a str,
    pub school: Option<&'a School>,
    pub category: Option<Category>,
    pub language: Option<Language>,
    pub order: Order,
}

impl<'a> Choice<'a> {
    pub fn read(query: &'a Fields, schools: &'a Schools) -> Self {
        let order = query.text("sort");
        Self {
            looked_for: query.text("q"),
            school: SchoolId::parse(query.text("school")).ok().and_then(|id| schools.find(&id)),
            category: Category::parse(query.text("category")),
            language: Language::parse(query.text("language")),
            order: Order::ASKED.into_iter().find(|known| known.code() == order).unwrap_or(Order::Name),
        }
    }

    /// How many further choices are made, besides who is looked for in words.
    pub fn further(&self) -> usize {
        let Self { school, category, language, order, .. } = self;
        let made = [school.is_some(), category.is_some(), language.is_some(), *order != Order::Name];
        made.into_iter().filter(|made| *made).count()
    }

    /// The teachers that fit, in order.
    pub fn of<'b>(&self, teachers: &'b Teachers, schools: &'b Schools) -> Vec<Found<'b>> {
        let with_school = |teacher: &'b Teacher| (teacher, schools.find(&teacher.school));
        let all = teachers.all().iter().map(with_school);
        let mut found: Vec<Found<'b>> = all.filter(|(teacher, school)| self.fits(teacher, *school)).collect();
        match self.order {
            Order::Name => found.sort_by_cached_key(|(teacher, _)| alphabetical(&teacher.name)),
            Order::Rating => found.sort_by_cached_key(|(teacher, _)| {
                (Reverse(teacher.rating.as_ref().map(Rating::share)), alphabetical(&teacher.name))
            }),
            Order::Years => {
                found.sort_by_cached_key(|(teacher, _)| (Reverse(teacher.years), alphabetical(&teacher.name)));
            }
        }
        found
    }

    fn fits(&self, teacher: &Teacher, school: Option<&School>) -> bool {
        self.school.is_none_or(|chosen| chosen.id == teacher.school)
            && self.category.is_none_or(|category| teacher.category == category)
            && self.language.is_none_or(|language| teacher.languages.contains(&language))
            && teacher.fits(self.looked_for, school)
    }

    /// The query that says the same.
    pub fn query(&self) -> Vec<(&'static str, &'a str)> {
        let all = [
            ("q", self.looked_for),
            ("school", self.school.map_or("", |school| school.id.as_str())),
            ("category", self.category.map_or("", Category::code)),
            ("language", self.language.map_or("", Language::code)),
            ("sort", self.order.code()),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::Date;
    use domain::directory::{Bilingual, RatingPart, TeacherId};

    use super::*;

    fn teacher(id: &str, school: &str, name: &str, years: u8, points: Option<u16>) -> Teacher {
        let part = |points| RatingPart {
            name: Bilingual::new("а", "ә"),
            points,
            of: 10,
            source: Bilingual::new("а", "ә"),
            as_of: Date::constant(2026, 9, 1),
        };
        Teacher {
            id: TeacherId::parse(id).unwrap(),
            school: SchoolId::parse(school).unwrap(),
            name: name.to_owned(),
            category: if years > 9 { Category::Master } else { Category::Expert },
            years,
            languages: if years > 9 { vec![Language::Kazakh] } else { Language::ALL.to_vec() },
            rating: points.map(|points| Rating { parts: vec![part(points)] }),
        }
    }

    fn lists() -> (Teachers, Schools) {
        let teachers = vec![
            teacher("t-1", "s-1", "Якупова Анна", 5, Some(7)),
            teacher("t-2", "s-1", "Әбдіхан Үміт", 12, None),
            teacher("t-3", "s-2", "Ким Алёна", 30, Some(9)),
            teacher("t-4", "s-2", "Қасым Айгүл", 5, Some(7)),
        ];
        let schools = ["s-1", "s-2"].map(|id| School::from(testkit::school(SchoolId::parse(id).unwrap())));
        (Teachers::from(teachers), Schools::from(schools.to_vec()))
    }

    fn found(query: &str) -> Vec<String> {
        let (teachers, schools) = lists();
        let fields = Fields::decode(query.as_bytes()).unwrap();
        let choice = Choice::read(&fields, &schools);
        choice.of(&teachers, &schools).iter().map(|(teacher, _)| teacher.id.to_string()).collect()
    }

    #[test]
    fn teachers_are_narrowed_by_everything_that_is_chosen_and_by_nothing_that_is_not_known() {
        for (query, expected) in [
            ("", &["t-2", "t-3", "t-4", "t-1"][..]),
            ("school=s-2", &["t-3", "t-4"]),
            ("category=master", &["t-2", "t-3"]),
            ("category=master&school=s-1", &["t-2"]),
            ("language=russian", &["t-4", "t-1"]),
            ("q=%D0%BA%D0%B0%D1%81%D1%8B%D0%BC", &["t-4"]),
            ("q=s-1", &["t-2", "t-1"]),
            ("q=%D0%B0%D0%BB%D0%B5%D0%BD%D0%B0+s-2", &["t-3"]),
            ("q=nobody", &[]),
            ("school=s-9&category=chief&language=english&sort=wealth", &["t-2", "t-3", "t-4", "t-1"]),
            ("school=%3Cscript%3E", &["t-2", "t-3", "t-4", "t-1"]),
        ] {
            assert_eq!(found(query), expected, "{query}");
        }
    }

    #[test]
    fn the_best_rated_and_the_longest_in_office_come_first_then_the_alphabet() {
        assert_eq!(found("sort=rating"), ["t-3", "t-4", "t-1", "t-2"]);
        assert_eq!(found("sort=years"), ["t-3", "t-2", "t-4", "t-1"]);
    }

    #[test]
    fn what_is_chosen_is_said_again_in_the_query() {
        let (_, schools) = lists();
        let fields = Fields::decode(b"sort=years&q=+a+&school=s-1&category=x&more=1&language=kazakh").unwrap();
        let choice = Choice::read(&fields, &schools);
        assert_eq!(choice.query(), [("q", "a"), ("school", "s-1"), ("language", "kazakh"), ("sort", "years")]);
        assert_eq!(choice.further(), 3);
    }
}
