//! The registry of teachers.

use domain::directory::{Category, alphabetical};
use domain::{Language, Locale};
use text::{queue, review, schools, teachers as t};
use views::{Field, Filter, Markup, Narrowing, Width, html};
use web::{Address, ListPage, with_query};

use crate::choice::{Choice, Found, Order};
use crate::{Here, languages};

/// Letters that are looked for.
const LONGEST: u16 = 60;

pub fn page(here: &Here<'_>) -> Markup {
    let l = here.visit.locale;
    let choice = Choice::read(&here.visit.query, here.schools);
    let found = choice.of(here.teachers, here.schools);
    let part = ListPage::of(found.len(), here.visit.query.text("page"));
    let at = |l: Locale, page: usize| {
        let number = page.to_string();
        let mut query = choice.query();
        if page > 1 {
            query.push(("page", &number));
        }
        with_query(&Address::Teachers(l), &query)
    };
    let shown = part.shown(&found);
    let body = html! {
        h1 { (t::TITLE.get(l)) }
        p { (t::INTRO.get(l)) }
        @if here.teachers.all().is_empty() {
            (views::notice(html! { p { (t::EMPTY.get(l)) } }))
        } @else {
            (narrowing(here, &choice))
            p role="status" { (counted(l, found.len(), part)) }
            @if !shown.is_empty() { ul.schools role="list" { @for found in shown { (card(l, found)) } } }
            (views::pages(
                schools::PAGES.get(l),
                part.page,
                part.pages,
                |page| schools::PAGE.fill(l, &[("n", &page.to_string())]),
                |page| at(l, page),
            ))
        }
    };
    let other = at(l.other(), part.page);
    views::page(&here.visit.public_shell(t::TITLE.get(l), t::DESCRIPTION.get(l), &other), body)
}

/// How many were found, and which of them are shown.
fn counted(l: Locale, found: usize, part: ListPage) -> String {
    let teachers = t::teachers(l, found);
    match (found, part.bounds()) {
        (0, _) => t::NONE.get(l).to_owned(),
        (_, None) => t::FOUND.fill(l, &[("teachers", &teachers)]),
        (_, Some((from, to))) => {
            t::FOUND_PART.fill(l, &[("teachers", &teachers), ("from", &from.to_string()), ("to", &to.to_string())])
        }
    }
}

fn narrowing(here: &Here<'_>, choice: &Choice<'_>) -> Markup {
    let l = here.visit.locale;
    let mut schools_: Vec<_> = here.schools.all().iter().collect();
    schools_.sort_by_cached_key(|school| (school.number.is_none(), school.number, alphabetical(school.name.get(l))));
    let named: Vec<_> = schools_.iter().map(|school| (school.id.as_str(), school.name.get(l))).collect();
    let categories = Category::ALL.map(|category| (category.code(), t::category(category).get(l)));
    let languages = Language::ALL.map(|language| (language.code(), review::language(language).get(l)));
    let orders = Order::ASKED.map(|order| {
        let said = match order {
            Order::Name => t::BY_NAME,
            Order::Rating => t::BY_RATING,
            Order::Years => t::BY_YEARS,
        };
        (order.code(), said.get(l))
    });
    let filters = [
        Filter {
            name: "school",
            label: t::SCHOOL.get(l),
            any: t::ANY_SCHOOL.get(l),
            options: &named,
            value: choice.school.map_or("", |school| school.id.as_str()),
        },
        Filter {
            name: "category",
            label: t::CATEGORY.get(l),
            any: t::ANY_CATEGORY.get(l),
            options: &categories,
            value: choice.category.map_or("", Category::code),
        },
        Filter {
            name: "language",
            label: queue::LANGUAGE.get(l),
            any: schools::ANY_LANGUAGE.get(l),
            options: &languages,
            value: choice.language.map_or("", Language::code),
        },
        Filter {
            name: "sort",
            label: schools::ORDER.get(l),
            any: t::BY_NAME.get(l),
            options: &orders,
            value: choice.order.code(),
        },
    ];
    let further = choice.further();
    let more = match further {
        0 => schools::FILTERS.get(l).to_owned(),
        further => schools::FILTERS_ON.fill(l, &[("n", &further.to_string())]),
    };
    html! {
        (views::narrowing(&Narrowing {
            action: &Address::Teachers(l).to_string(),
            kept: &[],
            words: Field {
                value: choice.looked_for,
                maxlength: Some(LONGEST),
                width: Width::Full,
                ..Field::new(l, "q", t::SEARCH.get(l))
            },
            find: queue::FIND.get(l),
            more: &more,
            chosen: further > 0,
            filters: &filters,
            tick: None,
            show: schools::SHOW.get(l),
        }))
        @if further > 0 || !choice.looked_for.is_empty() {
            p { a href=(Address::Teachers(l)) { (t::ALL_TEACHERS.get(l)) } }
        }
    }
}

fn card(l: Locale, (teacher, school): &Found<'_>) -> Markup {
    let about = [t::category(teacher.category).get(l).to_owned(), t::years(l, teacher.years), languages(l, teacher)];
    let about = about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    html! {
        li {
            h2.name { a href=(Address::TeacherPage(l, teacher.id.clone())) { (teacher.name) } }
            @if let Some(school) = school {
                p { a href=(Address::SchoolPage(l, school.id.clone())) { (school.name.get(l)) } }
            }
            p.muted { (about) }
            @if let Some(rating) = &teacher.rating {
                p { (schools::RATING.get(l)) ": " strong { (schools::rating(l, rating)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_found_is_counted() {
        let said = |found, page| counted(Locale::Ru, found, ListPage::of(found, page)).replace('\u{a0}', " ");
        assert_eq!(said(1, ""), "Найдено: 1 учитель");
        assert_eq!(said(150, "8"), "Найдено: 150 учителей, на этой странице — с 141 по 150");
        assert_eq!(said(0, "3"), t::NONE.get(Locale::Ru));
    }
}
