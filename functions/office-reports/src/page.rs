//! The page of the reports.

use domain::life::Act;
use domain::{Date, Group, Service};
use store::tally::Counts;
use text::{desk, life, reports as t, review, service};
use views::{Bar, Markup, Row, Tab, html};
use web::Address;

use crate::Here;
use crate::figures::{Figures, PlaceFigures, PlaceKey};

pub fn page(here: &Here<'_>, figures: &Figures) -> Markup {
    let l = here.visit.locale;
    let title = here.desk.title(t::TITLE, t::TITLE_OF, here.schools, l);
    let body = html! {
        a.back href=(Address::Office(l)) { (desk::TO_INBOX.get(l)) }
        h1 { (title) }
        (services(here))
        p.muted { (desk::COUNTS_LAG.get(l)) }
        (summary(here, figures))
        h2 { (t::DAYS.get(l)) }
        (days(here, figures))
        @if here.campaign.service == Service::FirstGrade {
            h2 { (t::PLACES.get(l)) }
            p { (t::PLACES_NOTE.get(l)) }
            (places(here, figures))
        }
    };
    here.desk.page(here.visit, &title, &[], body)
}

/// The services whose reports there are, where there are several.
fn services(here: &Here<'_>) -> Markup {
    let l = here.visit.locale;
    let links = here.services.iter().map(|one| format!("{}?service={}", Address::OfficeReports(l), one.code()));
    let links: Vec<String> = links.collect();
    let tab =
        |(one, href): (&Service, &'_ String)| (service::name(*one).get(l), href.clone(), *one == here.campaign.service);
    let named: Vec<_> = here.services.iter().zip(&links).map(tab).collect();
    let tabs: Vec<Tab<'_>> =
        named.iter().map(|(label, href, current)| Tab { label, href, current: *current, count: None }).collect();
    html! { @if tabs.len() > 1 { (views::tabs(desk::SERVICE.get(l), &tabs)) } }
}

fn summary(here: &Here<'_>, figures: &Figures) -> Markup {
    let l = here.visit.locale;
    let service = here.campaign.service;
    let late = figures.due.iter().map(|(state, [overdue, today])| {
        // Whoever is the department's to decide on is the department's to answer.
        let departments = Act::ALL.into_iter().any(|act| {
            act.group(service) == Some(Group::Department) && act != Act::Assign && state.after(service, act).is_ok()
        });
        let whose = if departments { t::LATE_DEPARTMENT } else { t::LATE_SCHOOLS };
        let counts = [("overdue", &*overdue.to_string()), ("today", &*today.to_string())];
        (whose.get(l), t::LATE.fill(l, &counts))
    });
    let late: Vec<_> = late.collect();
    let median = match figures.report.median_hours() {
        Some(hours) => t::HOURS.fill(l, &[("n", &hours.to_string())]),
        None => t::NOTHING_REGISTERED.get(l).to_owned(),
    };
    let mut rows: Vec<Row<'_>> = service
        .states()
        .iter()
        .map(|state| Row {
            key: life::state(service, *state).get(l),
            value: html! { (figures.report.states.get(*state)) },
            change: None,
        })
        .collect();
    rows.extend(late.iter().map(|(whose, counts)| Row::text(l, whose, counts, None)));
    rows.push(Row::text(l, t::MEDIAN.get(l), &median, None));
    views::summary_list(l, &rows)
}

fn days(here: &Here<'_>, figures: &Figures) -> Markup {
    let (l, service) = (here.visit.locale, here.campaign.service);
    let charts = service.states().iter().map(|state| (*state, figures.recent(*state)));
    let charts: Vec<_> = charts.filter(|(_, days)| days.iter().any(|(_, count)| *count > 0)).collect();
    let row = |(day, counts): (&Date, &Counts)| {
        let counts = service.states().iter().map(|state| counts.get(*state).to_string());
        std::iter::once(text::date(*day)).chain(counts).collect::<Vec<String>>()
    };
    let rows: Vec<Vec<String>> = figures.report.days.iter().rev().map(row).collect();
    let names = service.states().iter().map(|state| life::state(service, *state).get(l));
    let headings: Vec<&str> = std::iter::once(t::DAY.get(l)).chain(names).collect();
    html! {
        @if charts.is_empty() { p { (t::NOTHING_RECENT.get(l)) } }
        div.charts {
            @for (state, days) in &charts {
                @let bars: Vec<_> = days.iter().map(|(day, value)| Bar { label: text::date(*day), value: *value }).collect();
                (views::chart(life::state(service, *state).get(l), t::CHART, l, &bars))
            }
        }
        @if !rows.is_empty() {
            (views::details(t::TABLE.get(l), views::table(&headings, &rows)))
            p { a href=(here.csv("days")) { (t::CSV_DAYS.get(l)) } }
        }
    }
}

fn places(here: &Here<'_>, figures: &Figures) -> Markup {
    let l = here.visit.locale;
    let headings = [desk::SCHOOL, desk::LANGUAGE, t::LIVE, t::REGISTERED, t::ENROLLED, t::CAPACITY, t::FILLED]
        .map(|heading| heading.get(l));
    let rows: Vec<[Markup; 7]> = figures.places.iter().map(|place| row(here, place)).collect();
    html! {
        (views::desk_table(t::PLACES.get(l), &headings, &rows))
        p { a href=(here.csv("places")) { (t::CSV_PLACES.get(l)) } }
    }
}

fn row(here: &Here<'_>, (key, figures): (&PlaceKey, &PlaceFigures)) -> [Markup; 7] {
    let [school, language] = names(here, key);
    let percent = figures.capacity.filter(|capacity| *capacity > 0).map(|capacity| figures.live * 100 / capacity);
    [
        html! { (school) },
        html! { (language) },
        html! { (figures.live) },
        html! { (figures.registered) },
        html! { (figures.enrolled) },
        html! { @if let Some(capacity) = figures.capacity { (capacity) } },
        html! {
            @if let (Some(capacity), Some(percent)) = (figures.capacity, percent) {
                (views::fill_bar(figures.live, capacity)) " " (percent) "\u{a0}%"
            }
        },
    ]
}

/// What a place is called.
pub fn names(here: &Here<'_>, (school, language): &PlaceKey) -> [String; 2] {
    let l = here.visit.locale;
    let school = match school {
        Some(id) => here.schools.find(id).map_or_else(|| id.as_str(), |school| school.name.get(l)),
        None => desk::NO_SCHOOL.get(l),
    };
    [school.to_owned(), language.map_or("", |language| review::language(language).get(l)).to_owned()]
}
