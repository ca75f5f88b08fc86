//! Some schools side by side.

use domain::directory::{Category, Rating, School, SchoolId};
use domain::places::Numbers;
use domain::{Language, Locale};
use store::directory::{Schools, Teachers};
use text::{queue, schools as t, teachers};
use views::{Filter, Markup, html};
use web::queue::{has_terms, named};
use web::{Address, Fields, with_query};

use crate::{Here, places};

/// Schools that stand side by side at most.
const MOST: usize = 3;

/// What is compared, and what is wrong with what was asked for.
#[derive(Debug, Default)]
pub struct Chosen<'a> {
    /// The schools, each once, no more than fit
    pub schools: Vec<&'a School>,
    too_many: bool,
    repeated: bool,
    unknown: bool,
}

impl<'a> Chosen<'a> {
    pub fn read(query: &Fields, schools: &'a Schools) -> Self {
        let mut chosen = Self::default();
        for asked in query.all("school") {
            match SchoolId::parse(asked).ok().and_then(|id| schools.find(&id)) {
                None => chosen.unknown = true,
                Some(school) if chosen.schools.iter().any(|one| one.id == school.id) => chosen.repeated = true,
                Some(_) if chosen.schools.len() >= MOST => chosen.too_many = true,
                Some(school) => chosen.schools.push(school),
            }
        }
        chosen
    }

    /// What to do about it.
    fn remarks(&self) -> Vec<text::Phrase> {
        let few = match self.schools.len() {
            0 => Some(t::CHOOSE),
            1 => Some(t::CHOOSE_MORE),
            _ => None,
        };
        let wrong = [(self.unknown, t::UNKNOWN), (self.repeated, t::REPEATED), (self.too_many, t::TOO_MANY)];
        few.into_iter().chain(wrong.into_iter().filter_map(|(is, said)| is.then_some(said))).collect()
    }

    /// The query of the others.
    fn without(&self, school: &School) -> Vec<(&'static str, &'a str)> {
        self.schools.iter().filter(|one| one.id != school.id).map(|one| ("school", one.id.as_str())).collect()
    }

    fn query(&self) -> Vec<(&'static str, &'a str)> {
        self.schools.iter().map(|one| ("school", one.id.as_str())).collect()
    }
}

pub fn page(here: &Here<'_>, chosen: &Chosen<'_>, teachers: &Teachers) -> Markup {
    let l = here.visit.locale;
    let other = here.visit.other_language(&["school"]);
    let shell = here.visit.public_shell(t::COMPARED.get(l), t::COMPARED_DESCRIPTION.get(l), &other);
    let list = with_query(&Address::Schools(l), &chosen.query());
    let remarks = chosen.remarks();
    let body = html! {
        a.back href=(list) { (t::TITLE.get(l)) }
        h1 { (t::COMPARED.get(l)) }
        @if !remarks.is_empty() {
            (views::notice(html! { @for remark in remarks { p { (remark.get(l)) } } }))
        }
        @if !chosen.schools.is_empty() {
            (places::notices(here))
            (table(here, chosen, teachers))
        }
        @if chosen.schools.len() < MOST { (add(here, chosen)) }
    };
    views::page(&shell, body)
}

/// Another school beside those that are there.
fn add(here: &Here<'_>, chosen: &Chosen<'_>) -> Markup {
    let l = here.visit.locale;
    let others = here.schools.all().iter().filter(|school| !chosen.schools.iter().any(|one| one.id == school.id));
    let others: Vec<(&str, &str)> = others.map(|school| (school.id.as_str(), school.name.get(l))).collect();
    let school = Filter {
        name: "school",
        label: t::ADD.get(l),
        any: text::common::NOT_CHOSEN.get(l),
        options: &others,
        value: "",
    };
    html! {
        @if !others.is_empty() {
            (views::filters(t::COMPARED.get(l), &Address::SchoolsCompared(l).to_string(), &chosen.query(), &[school], t::ADD_TO.get(l)))
        }
    }
}

fn table(here: &Here<'_>, chosen: &Chosen<'_>, teachers: &Teachers) -> Markup {
    let l = here.visit.locale;
    let rows = rows(here, teachers);
    html! {
        div.table.compared tabindex="0" role="region" aria-label=(t::COMPARED.get(l)) {
            table {
                thead {
                    tr {
                        td {}
                        @for school in &chosen.schools {
                            @let name = school.name.get(l);
                            th scope="col" {
                                a href=(Address::SchoolPage(l, school.id.clone())) { (name) }
                                p {
                                    a href=(with_query(&Address::SchoolsCompared(l), &chosen.without(school))) {
                                        (t::REMOVE.get(l)) span.vh { ": " (name) }
                                    }
                                }
                            }
                        }
                    }
                }
                tbody {
                    @for (label, cell) in &rows {
                        tr {
                            th scope="row" { (label) }
                            @for school in &chosen.schools { td { (cell(school)) } }
                        }
                    }
                }
            }
        }
    }
}

type Cell<'a> = Box<dyn Fn(&School) -> Markup + 'a>;

fn rows<'a>(here: &'a Here<'_>, teachers: &'a Teachers) -> Vec<(&'static str, Cell<'a>)> {
    let l = here.visit.locale;
    // What was never recorded of a place is not a number.
    let number = move |of: fn(&Numbers) -> u32| -> Cell<'a> {
        Box::new(move |school| {
            each(
                places::of(school, &here.places).map(|(language, numbers)| {
                    let known = numbers.filter(|numbers| has_terms(numbers));
                    (language, known.map_or_else(|| "—".to_owned(), |numbers| of(numbers).to_string()))
                }),
                l,
            )
        })
    };
    vec![
        (t::ADDRESS.get(l), Box::new(move |school| plain(school.address.get(l)))),
        (t::DISTRICT.get(l), Box::new(move |school| plain(school.district.get(l)))),
        (t::KIND.get(l), Box::new(move |school| plain(t::kind(school.kind).get(l)))),
        (t::LANGUAGES.get(l), Box::new(move |school| plain(&places::languages(l, school)))),
        (queue::CAPACITY.get(l), number(|numbers| numbers.terms.capacity.into())),
        (queue::FREE.get(l), number(Numbers::free)),
        (queue::WAITING.get(l), number(|numbers| numbers.waiting)),
        (t::OPENED.get(l), Box::new(|school| plain(&school.opened.to_string()))),
        (t::SEATS.get(l), Box::new(|school| plain(&school.seats.to_string()))),
        (
            t::PROGRAMMES.get(l),
            Box::new(move |school| list(l, school.programmes.iter().map(|one| one.get(l).to_owned()))),
        ),
        (
            t::EQUIPMENT.get(l),
            Box::new(move |school| list(l, school.equipment.iter().map(|one| one.get(l).to_owned()))),
        ),
        (t::RATING.get(l), Box::new(move |school| rating(l, school.rating.as_ref()))),
        (t::TEACHERS.get(l), Box::new(move |school| list(l, by_category(l, school, teachers)))),
    ]
}

fn plain(said: &str) -> Markup {
    html! { (said) }
}

/// A line for each language.
fn each(said: impl Iterator<Item = (Language, String)>, l: Locale) -> Markup {
    html! { @for (language, said) in said { p { (named(l, language)) ": " (said) } } }
}

fn list(l: Locale, said: impl Iterator<Item = String>) -> Markup {
    let said: Vec<String> = said.collect();
    html! {
        @if said.is_empty() { span.muted { (t::NOT_KNOWN.get(l)) } }
        @for said in said { p { (said) } }
    }
}

fn rating(l: Locale, rating: Option<&Rating>) -> Markup {
    html! {
        @if let Some(rating) = rating {
            p { strong { (t::rating(l, rating)) } }
            @for part in &rating.parts { p { (part.name.get(l)) ": " (t::part(l, part)) } }
        } @else {
            span.muted { (t::NOT_KNOWN.get(l)) }
        }
    }
}

/// How many teachers a school has of each category that it has any of.
fn by_category<'a>(l: Locale, school: &'a School, all: &'a Teachers) -> impl Iterator<Item = String> + 'a {
    Category::ALL.into_iter().filter_map(move |category| {
        let count = all.of(&school.id).filter(|teacher| teacher.category == category).count();
        (count > 0).then(|| format!("{}: {count}", teachers::category(category).get(l)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::tests::school;

    #[test]
    fn whatever_is_asked_for_up_to_three_schools_are_compared_and_the_rest_is_said() {
        let city = Schools::from(["a", "b", "c", "d"].map(school).to_vec());
        for (query, compared, remarks) in [
            ("", "", vec![t::CHOOSE]),
            ("school=", "", vec![t::CHOOSE]),
            ("school=a", "a", vec![t::CHOOSE_MORE]),
            ("school=b&school=a", "b a", vec![]),
            ("school=a&school=a", "a", vec![t::CHOOSE_MORE, t::REPEATED]),
            ("school=d&school=c&school=b&school=a", "d c b", vec![t::TOO_MANY]),
            ("school=a&school=zz&school=b&school=%3Cb%3E", "a b", vec![t::UNKNOWN]),
            (
                "school=a&school=b&school=c&school=a&school=zz&school=d",
                "a b c",
                vec![t::UNKNOWN, t::REPEATED, t::TOO_MANY],
            ),
        ] {
            let query_ = Fields::decode(query.as_bytes()).unwrap();
            let chosen = Chosen::read(&query_, &city);
            let ids: Vec<&str> = chosen.schools.iter().map(|school| school.id.as_str()).collect();
            assert_eq!(ids.join(" "), compared, "{query}");
            let said = |all: Vec<text::Phrase>| all.iter().map(|one| one.get(Locale::Ru)).collect::<Vec<_>>();
            assert_eq!(said(chosen.remarks()), said(remarks), "{query}");
        }
    }
}
