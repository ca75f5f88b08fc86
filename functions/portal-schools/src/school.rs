//! The page of a school.

use domain::Locale;
use domain::directory::{School, Teacher};
use store::directory::Teachers;
use text::{queue, schools as t, teachers as words};
use views::{Markup, Row, html};
use web::queue::{bar, has_terms, legend, named, priority, said, why};
use web::{Address, department, rating, with_query};

use crate::{Here, places};

/// Teachers that are shown at once; more are folded.
const FEW: usize = 6;

pub fn page(here: &Here<'_>, school: &School, teachers: &Teachers) -> Markup {
    let l = here.visit.locale;
    let name = school.name.get(l);
    let description = t::SCHOOL_DESCRIPTION.fill(l, &[("school", name), ("district", school.district.get(l))]);
    let other = here.visit.other_language(&[]);
    let compare = with_query(&Address::SchoolsCompared(l), &[("school", school.id.as_str())]);
    let body = html! {
        a.back href=(Address::Schools(l)) { (t::TITLE.get(l)) }
        h1 { (name) }
        (facts(l, school))
        p { a.button href=(compare) { (t::COMPARE_WITH.get(l)) } }
        (seats(here, school))
        (things(l, t::PROGRAMMES, school.programmes.iter().map(|one| one.get(l))))
        (things(l, t::EQUIPMENT, school.equipment.iter().map(|one| one.get(l))))
        (rating::section(l, school.rating.as_ref(), t::RATING_NONE))
        (staff(l, &teachers.of(&school.id).collect::<Vec<_>>()))
        h2 { (t::TERRITORY.get(l)) }
        p { a href=(Address::SchoolTerritory(l, school.id.clone())) { (t::TERRITORY_MORE.get(l)) } }
    };
    views::page(&here.visit.public_shell(name, &description, &other), body)
}

fn facts(l: Locale, school: &School) -> Markup {
    let row = |key: text::Phrase, value: Markup| Row { key: key.get(l), value, change: None };
    let mut rows = vec![
        row(t::KIND, html! { (t::kind(school.kind).get(l)) }),
        row(t::DISTRICT, html! { (school.district.get(l)) }),
    ];
    if !school.address.get(l).is_empty() {
        rows.push(row(t::ADDRESS, html! { (school.address.get(l)) }));
    }
    if !school.phone.is_empty() {
        rows.push(row(t::PHONE, department::telephone(&school.phone)));
    }
    if !school.email.is_empty() {
        rows.push(row(t::EMAIL, html! { a href={ "mailto:" (school.email) } { (school.email) } }));
    }
    if !school.website.is_empty() {
        rows.push(row(t::WEBSITE, website(&school.website)));
    }
    if !school.head.is_empty() {
        rows.push(row(t::HEAD, html! { (school.head) }));
    }
    rows.push(row(t::LANGUAGES, html! { (places::languages(l, school)) }));
    rows.push(row(t::OPENED, html! { (school.opened) }));
    rows.push(row(t::SEATS, html! { (school.seats) }));
    views::summary_list(l, &rows)
}

/// A link to the school's own site, if that is what it is.
fn website(address: &str) -> Markup {
    let shown = address.trim_start_matches("https://").trim_end_matches('/');
    html! {
        @if address.starts_with("https://") {
            a href=(address) rel="external nofollow noopener noreferrer" { (shown) }
        } @else {
            (address)
        }
    }
}

fn seats(here: &Here<'_>, school: &School) -> Markup {
    let l = here.visit.locale;
    html! {
        h2 { (t::PLACES.get(l)) }
        (places::notices(here))
        @if !here.places.is_empty() { (legend(l)) }
        @for (language, numbers) in places::of(school, &here.places) {
            h3 #(language.code()) { (queue::LANGUAGE.get(l)) ": " (named(l, language).to_lowercase()) }
            @if let Some(numbers) = numbers {
                (bar(l, numbers))
                p { (said(l, numbers)) "." }
                @if has_terms(numbers) && !here.over {
                    p { (why(l, numbers)) "." @if let Some(priority) = priority(l, numbers) { " " (priority) } }
                }
            } @else if !here.places.is_empty() {
                p.muted { (queue::NO_TERMS.get(l)) }
            }
            p {
                a href={ (Address::QueueOf(l, school.id.clone())) "#" (language.code()) } {
                    (t::QUEUE_OF.get(l)) span.vh { ": " (named(l, language).to_lowercase()) }
                }
            }
        }
    }
}

fn things<'a>(l: Locale, title: text::Phrase, all: impl Iterator<Item = &'a str>) -> Markup {
    let all: Vec<&str> = all.collect();
    html! {
        h2 { (title.get(l)) }
        @if all.is_empty() {
            p.muted { (t::NOT_KNOWN.get(l)) }
        } @else {
            ul { @for one in all { li { (one) } } }
        }
    }
}

fn staff(l: Locale, teachers: &[&Teacher]) -> Markup {
    let one = |teacher: &Teacher| {
        let languages = teacher.languages.iter().map(|language| named(l, *language).to_lowercase());
        let about: Vec<String> =
            std::iter::once(words::category(teacher.category).get(l).to_owned()).chain(languages).collect();
        html! {
            li {
                a href=(Address::TeacherPage(l, teacher.id.clone())) { (teacher.name) }
                br;
                span.muted { (about.join(", ")) }
            }
        }
    };
    let list = html! { ul { @for teacher in teachers { (one(teacher)) } } };
    html! {
        h2 { (t::TEACHERS.get(l)) }
        @match teachers.len() {
            0 => p.muted { (t::NOT_KNOWN.get(l)) },
            count if count <= FEW => (list),
            count => (views::details(&t::TEACHERS_ALL.fill(l, &[("n", &count.to_string())]), list)),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::directory::{Category, SchoolId, TeacherId};

    use super::*;

    #[test]
    fn a_site_is_a_link_only_where_it_is_one() {
        let site = website("https://school.example/").into_string();
        assert!(site.contains("rel=\"external nofollow") && site.contains(">school.example<"), "{site}");
        assert!(!website("javascript:alert(1)").into_string().contains("href"));
    }

    #[test]
    fn many_teachers_are_folded() {
        let teacher = |n: usize| Teacher {
            id: TeacherId::parse(&format!("t-{n}")).unwrap(),
            school: SchoolId::parse("a").unwrap(),
            name: "Үлгі".to_owned(),
            category: Category::Expert,
            years: 3,
            languages: vec![domain::Language::Kazakh],
            rating: None,
        };
        let all: Vec<Teacher> = (0..7).map(teacher).collect();
        let shown = |count: usize| staff(Locale::Kk, &all.iter().take(count).collect::<Vec<_>>()).into_string();
        assert!(shown(7).contains("<details>") && shown(7).matches("/kk/teachers/t-").count() == 7);
        assert!(!shown(6).contains("<details>") && shown(6).contains("Педагог-сарапшы, қазақша"));
        assert!(shown(0).contains(t::NOT_KNOWN.get(Locale::Kk)));
    }
}
