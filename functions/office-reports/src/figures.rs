//! What the reports say, before it is shown.

use std::collections::BTreeMap;

use domain::calendar::Nearness;
use domain::directory::{PlaceTerms, SchoolId};
use domain::life::State;
use domain::{Date, Language};
use jiff::ToSpan as _;
use store::tally::{Counts, Report};

use crate::Here;

/// Days on the charts.
const DAYS: i32 = 30;

/// The applications of a school in a language beside its places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceFigures {
    /// Those that have or wait for a place
    pub live: u64,
    /// Those that were registered and not yet decided on, confirmed or enrolled
    pub registered: u64,
    /// Enrolled
    pub enrolled: u64,
    /// Seats in grade 1, where the directory knows them
    pub capacity: Option<u64>,
}

/// A school and a language; none where nothing is assigned.
pub type PlaceKey = (Option<SchoolId>, Option<Language>);

/// All figures.
pub struct Figures {
    /// The city's day
    pub today: Date,
    pub report: Report,
    /// By school and language
    pub places: BTreeMap<PlaceKey, PlaceFigures>,
    /// In which states an answer is late, and in which one is due today
    pub due: Vec<(State, [u64; 2])>,
}

impl Figures {
    pub fn new(here: &Here<'_>, report: Report, terms: &[PlaceTerms]) -> Self {
        let today = here.visit.today();
        let service = here.campaign.service;
        let awaited = service.states().iter().filter_map(|state| Some((*state, state.answer_days(service)?)));
        let due = awaited.map(|(state, days)| {
            let count = |near| report.due((state, days), near, today, &here.campaign.holidays);
            (state, [count(Nearness::Overdue), count(Nearness::Today)])
        });
        let due = due.collect();
        Self { today, places: places(&report, terms, here.desk.officer().school()), due, report }
    }

    /// The days of the charts, the last one today, with what came into a state on each.
    pub fn recent(&self, state: State) -> Vec<(Date, u64)> {
        let days = (1 - DAYS..=0).filter_map(|back| self.today.checked_add(back.days()).ok());
        days.map(|day| (day, self.report.days.get(&day).map_or(0, |counts| counts.get(state)))).collect()
    }
}

/// What is counted and what there is room for, of one school where it is a school that asks.
fn places(report: &Report, terms: &[PlaceTerms], only: Option<&SchoolId>) -> BTreeMap<PlaceKey, PlaceFigures> {
    let mine = |school: Option<&SchoolId>| only.is_none() || school == only;
    let mut places: BTreeMap<PlaceKey, PlaceFigures> = BTreeMap::new();
    for terms in terms.iter().filter(|terms| mine(Some(&terms.school))) {
        let key = (Some(terms.school.clone()), Some(terms.language));
        places.entry(key).or_default().capacity = Some(terms.capacity.into());
    }
    for place in report.places.iter().filter(|place| mine(place.school.as_ref())) {
        let figures = places.entry((place.school.clone(), place.language)).or_default();
        figures.live = place.states.sum(State::is_live);
        figures.registered = registered(&place.states);
        figures.enrolled = place.states.get(State::Enrolled);
    }
    places
}

fn registered(states: &Counts) -> u64 {
    states.sum(|state| matches!(state, State::Registered | State::PlaceConfirmed | State::Enrolled))
}
