//! The tables of the reports as files.

use text::{desk, life, reports as t};
use web::{Reply, Sheet};

use crate::Here;
use crate::figures::Figures;
use crate::page::names;

/// What came into which state, day by day.
pub fn days(here: &Here<'_>, figures: &Figures) -> Reply {
    let l = here.visit.locale;
    let mut sheet = Sheet::default();
    let service = here.campaign.service;
    let states = service.states().iter().map(|state| life::state(service, *state).get(l));
    sheet.row([t::DAY.get(l)].into_iter().chain(states));
    for (day, counts) in &figures.report.days {
        let counts = service.states().iter().map(|state| counts.get(*state).to_string());
        sheet.row(std::iter::once(text::date(*day)).chain(counts));
    }
    sheet.reply(&format!("days-{}.csv", figures.today))
}

/// Schools and languages against their places.
pub fn places(here: &Here<'_>, figures: &Figures) -> Reply {
    let l = here.visit.locale;
    let mut sheet = Sheet::default();
    let headings = [desk::SCHOOL, desk::LANGUAGE, t::LIVE, t::REGISTERED, t::ENROLLED, t::CAPACITY];
    sheet.row(headings.map(|heading| heading.get(l)));
    for (key, place) in &figures.places {
        let counts = [place.live, place.registered, place.enrolled].map(|count| count.to_string());
        let capacity = place.capacity.map(|capacity| capacity.to_string()).unwrap_or_default();
        sheet.row(names(here, key).into_iter().chain(counts).chain([capacity]));
    }
    sheet.reply(&format!("places-{}.csv", figures.today))
}
