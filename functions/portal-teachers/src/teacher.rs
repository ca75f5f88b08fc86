//! The page of a teacher.

use domain::directory::{School, Teacher};
use text::teachers as t;
use views::{Markup, Row, html};
use web::{Address, rating, with_query};

use crate::{Here, languages};

pub fn page(here: &Here<'_>, teacher: &Teacher) -> Markup {
    let l = here.visit.locale;
    let school = here.schools.find(&teacher.school);
    let words = [("name", teacher.name.as_str()), ("school", school.map_or("", |school| school.name.get(l)))];
    let (title, description) = (t::TEACHER_TITLE.fill(l, &words[..1]), t::TEACHER_DESCRIPTION.fill(l, &words));
    let other = here.visit.other_language(&[]);
    let body = html! {
        a.back href=(Address::Teachers(l)) { (t::TITLE.get(l)) }
        h1 { (teacher.name) }
        (facts(here, teacher, school))
        (rating::section(l, teacher.rating.as_ref(), t::RATING_NONE))
        @if let Some(school) = school {
            p { a href=(with_query(&Address::Teachers(l), &[("school", school.id.as_str())])) { (t::COLLEAGUES.get(l)) } }
        }
    };
    views::page(&here.visit.public_shell(&title, &description, &other), body)
}

fn facts(here: &Here<'_>, teacher: &Teacher, school: Option<&School>) -> Markup {
    let l = here.visit.locale;
    let row = |key: text::Phrase, value: Markup| Row { key: key.get(l), value, change: None };
    let mut rows = Vec::new();
    if let Some(school) = school {
        let link = html! { a href=(Address::SchoolPage(l, school.id.clone())) { (school.name.get(l)) } };
        rows.push(row(t::SCHOOL, link));
    }
    rows.push(row(t::CATEGORY, html! { (t::category(teacher.category).get(l)) }));
    rows.push(row(t::YEARS, html! { (t::years(l, teacher.years)) }));
    if !teacher.languages.is_empty() {
        rows.push(row(t::LANGUAGES, html! { (languages(l, teacher)) }));
    }
    views::summary_list(l, &rows)
}
