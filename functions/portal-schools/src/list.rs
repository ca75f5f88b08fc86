//! The registry of schools.

use domain::directory::{Bilingual, School, SchoolKind};
use domain::{Language, Locale};
use text::{queue, review, schools as t};
use views::{Field, Filter, Markup, Narrowing, Width, html};
use web::{Address, ListPage, with_query};

use crate::choice::{Choice, Order, districts, programmes};
use crate::{Here, places};

/// Letters of a name that are looked for.
const LONGEST: u16 = 60;

pub fn page(here: &Here<'_>) -> Markup {
    let l = here.visit.locale;
    let choice = Choice::read(&here.visit.query, here.schools);
    let found = choice.of(here.schools, &here.places, l);
    let part = ListPage::of(found.len(), here.visit.query.text("page"));
    let shown = part.shown(&found);
    let at = |l: Locale, page: usize| {
        let number = page.to_string();
        let mut query = choice.query(l);
        if page > 1 {
            query.push(("page", &number));
        }
        with_query(&Address::Schools(l), &query)
    };
    let body = html! {
        h1 { (t::TITLE.get(l)) }
        p { (t::INTRO.get(l)) }
        @if here.schools.all().is_empty() {
            (views::notice(html! { p { (t::EMPTY.get(l)) } }))
        } @else {
            (places::notices(here))
            (narrowing(here, &choice))
            (chosen(l, &choice))
            p role="status" { (counted(l, found.len(), part)) }
            @if !shown.is_empty() {
                (cards(here, &choice, shown))
                (views::pages(
                    t::PAGES.get(l),
                    part.page,
                    part.pages,
                    |page| t::PAGE.fill(l, &[("n", &page.to_string())]),
                    |page| at(l, page),
                ))
            }
        }
    };
    let other = at(l.other(), part.page);
    views::page(&here.visit.public_shell(t::TITLE.get(l), t::DESCRIPTION.get(l), &other), body)
}

/// How many were found, and which of them are shown.
fn counted(l: Locale, found: usize, part: ListPage) -> String {
    let schools = t::schools(l, found);
    match (found, part.bounds()) {
        (0, _) => t::NONE.get(l).to_owned(),
        (_, None) => t::FOUND.fill(l, &[("schools", &schools)]),
        (_, Some((from, to))) => {
            t::FOUND_PART.fill(l, &[("schools", &schools), ("from", &from.to_string()), ("to", &to.to_string())])
        }
    }
}

fn narrowing(here: &Here<'_>, choice: &Choice<'_>) -> Markup {
    let l = here.visit.locale;
    let (districts, programmes) = (options(l, districts(here.schools)), options(l, programmes(here.schools)));
    let languages = Language::ALL.map(|language| (language.code(), review::language(language).get(l)));
    let kinds = SchoolKind::ALL.map(|kind| (kind.code(), t::kind(kind).get(l)));
    let orders = Order::ASKED.map(|order| {
        let said = match order {
            Order::Number => t::BY_NUMBER,
            Order::Rating => t::BY_RATING,
            Order::Free => t::BY_FREE,
        };
        (order.code(), said.get(l))
    });
    let filters = [
        Filter {
            name: "district",
            label: t::DISTRICT.get(l),
            any: t::ANY_DISTRICT.get(l),
            options: &districts,
            value: choice.district.map_or("", |district| district.get(l)),
        },
        Filter {
            name: "language",
            label: queue::LANGUAGE.get(l),
            any: t::ANY_LANGUAGE.get(l),
            options: &languages,
            value: choice.language.map_or("", Language::code),
        },
        Filter {
            name: "kind",
            label: t::KIND.get(l),
            any: t::ANY_KIND.get(l),
            options: &kinds,
            value: choice.kind.map_or("", SchoolKind::code),
        },
        Filter {
            name: "programme",
            label: t::PROGRAMME.get(l),
            any: t::ANY_PROGRAMME.get(l),
            options: &programmes,
            value: choice.programme.map_or("", |programme| programme.get(l)),
        },
        Filter {
            name: "sort",
            label: t::ORDER.get(l),
            any: t::BY_NUMBER.get(l),
            options: &orders,
            value: choice.order.code(),
        },
    ];
    let further = choice.further();
    let more = match further {
        0 => t::FILTERS.get(l).to_owned(),
        further => t::FILTERS_ON.fill(l, &[("n", &further.to_string())]),
    };
    let kept = choice.kept();
    let all = (further > 0 || !choice.looked_for.is_empty()).then(|| with_query(&Address::Schools(l), &kept));
    html! {
        (views::narrowing(&Narrowing {
            action: &Address::Schools(l).to_string(),
            kept: &kept,
            words: Field {
                value: choice.looked_for,
                maxlength: Some(LONGEST),
                width: Width::Full,
                ..Field::new(l, "q", queue::SEARCH.get(l))
            },
            find: queue::FIND.get(l),
            more: &more,
            chosen: further > 0,
            filters: &filters,
            tick: Some(("free", t::WITH_FREE.get(l), choice.free)),
            show: t::SHOW.get(l),
        }))
        @if let Some(all) = all { p { a href=(all) { (t::ALL_SCHOOLS.get(l)) } } }
    }
}

/// Names to choose from, in the order of the alphabet.
fn options(l: Locale, all: Vec<&Bilingual>) -> Vec<(&str, &str)> {
    let mut options: Vec<(&str, &str)> = all.into_iter().map(|one| (one.get(l), one.get(l))).collect();
    options.sort_unstable();
    options
}

/// What was chosen for comparison on another page of the list.
fn chosen(l: Locale, choice: &Choice<'_>) -> Markup {
    let names: Vec<&str> = choice.compared.iter().map(|school| school.name.get(l)).collect();
    html! {
        @if !names.is_empty() {
            p {
                (t::CHOSEN.fill(l, &[("schools", &names.join("; "))])) " "
                a href=(with_query(&Address::Schools(l), &choice.filters(l))) { (t::CHOSEN_DROP.get(l)) }
            }
        }
    }
}

fn cards(here: &Here<'_>, choice: &Choice<'_>, shown: &[&School]) -> Markup {
    let l = here.visit.locale;
    let elsewhere = choice.compared.iter().filter(|school| !shown.iter().any(|one| one.id == school.id));
    html! {
        form action=(Address::SchoolsCompared(l)) aria-label=(t::COMPARED.get(l)) {
            @for school in elsewhere { (views::hidden("school", school.id.as_str())) }
            ul.schools role="list" {
                @for school in shown {
                    (card(here, school, choice.compared.iter().any(|one| one.id == school.id)))
                }
            }
            div.comparing {
                button type="submit" { (t::COMPARE_MARKED.get(l)) }
                span.muted { (t::COMPARE_HINT.get(l)) }
            }
        }
    }
}

fn card(here: &Here<'_>, school: &School, ticked: bool) -> Markup {
    let l = here.visit.locale;
    let (name, id) = (school.name.get(l), format!("compare-{}", school.id));
    // Many a name says already of which kind the school is.
    let kind = t::kind(school.kind).get(l);
    let kind = if name.to_lowercase().contains(&kind.to_lowercase()) { "" } else { kind };
    let about = [kind, school.district.get(l), school.address.get(l)];
    let about = about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    html! {
        li {
            h2.name { a href=(Address::SchoolPage(l, school.id.clone())) { (name) } }
            p.muted { (about) }
            @if let Some(rating) = &school.rating { p { (t::RATING.get(l)) ": " strong { (t::rating(l, rating)) } } }
            (places::lines(l, school, &here.places))
            div.option {
                input #(id) type="checkbox" name="school" value=(school.id) checked[ticked];
                label for=(id) { (t::COMPARE.get(l)) span.vh { ": " (name) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_counted() {
        let said = |found, page| counted(Locale::Ru, found, ListPage::of(found, page)).replace('\u{a0}', " ");
        assert_eq!(said(1, ""), "Найдено: 1 школа");
        assert_eq!(said(80, "2"), "Найдено: 80 школ, на этой странице — с 21 по 40");
        assert_eq!(said(22, "2"), "Найдено: 22 школы, на этой странице — с 21 по 22");
        assert_eq!(said(0, ""), t::NONE.get(Locale::Ru));
    }
}
