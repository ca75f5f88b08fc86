//! The pages of the inbox.

use domain::calendar::Nearness;
use domain::life::State;
use store::inbox::{Inbox, Line};
use text::{desk as t, life, review};
use views::{Field, FieldError, Kind, Markup, Tab, Width, error_of, html};
use web::{Address, due_day};

use crate::Here;

/// A page of the applications in a state; `further` says that it is not the first.
pub fn list(here: &Here<'_>, state: State, inbox: &Inbox, further: bool) -> Markup {
    let l = here.visit.locale;
    let address = Address::Office(l);
    let first = format!("{address}?state={}", state.code());
    let body = html! {
        (search(here, "", &[]))
        (tabs(here, Some(state)))
        h2 { (life::state(state).get(l)) }
        @if inbox.lines.is_empty() { p { (t::EMPTY.get(l)) } } @else { (lines(here, life::state(state).get(l), &inbox.lines)) }
        @if further { p { a href=(first) { (t::FIRST_PAGE.get(l)) } } }
        @if let Some(next) = &inbox.next {
            p { a rel="next" href={ (first) "&after=" (next) } { (t::NEXT_PAGE.get(l)) } }
        }
    };
    page(here, &[], body)
}

/// What was searched for: what is wrong with it, or several applications.
pub fn searched(here: &Here<'_>, typed: &str, found: &[Line], errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let body = html! {
        (search(here, typed, errors))
        @if !found.is_empty() { h2 { (t::FOUND.get(l)) } (lines(here, t::FOUND.get(l), found)) }
        (tabs(here, None))
    };
    page(here, errors, body)
}

fn page(here: &Here<'_>, errors: &[FieldError], body: Markup) -> Markup {
    let l = here.visit.locale;
    let title = match here.desk.officer().school() {
        Some(id) => {
            // A school that was closed since has an id only.
            let name = here.schools.find(id).map_or_else(|| id.as_str(), |school| school.name.get(l));
            t::INBOX_OF.fill(l, &[("school", name)])
        }
        None => t::INBOX.get(l).to_owned(),
    };
    here.desk.page(here.visit, &title, errors, html! { h1 { (title) } (body) })
}

fn search(here: &Here<'_>, typed: &str, errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let inner = html! {
        (views::text_input(&Field {
            value: typed,
            error: error_of(errors, "search"),
            kind: Kind::Digits,
            maxlength: Some(20),
            width: Width::W12,
            ..Field::new(l, "search", t::SEARCH.get(l))
        }))
        (views::primary_button(t::FIND.get(l)))
    };
    views::form(&Address::Office(l).to_string(), here.visit.csrf().as_deref(), false, inner)
}

fn tabs(here: &Here<'_>, shown: Option<State>) -> Markup {
    let l = here.visit.locale;
    let links = State::ALL.map(|state| format!("{}?state={}", Address::Office(l), state.code()));
    let tabs: Vec<Tab<'_>> = State::ALL
        .iter()
        .zip(&links)
        .map(|(state, href)| Tab { label: life::state(*state).get(l), href, current: shown == Some(*state) })
        .collect();
    views::tabs(t::STATES.get(l), &tabs)
}

fn lines(here: &Here<'_>, label: &str, lines: &[Line]) -> Markup {
    let l = here.visit.locale;
    let headings =
        [t::NUMBER, t::CHILD, t::SCHOOL, t::LANGUAGE, t::STATE, t::SINCE, t::DUE, t::REMARKS].map(|one| one.get(l));
    let rows: Vec<_> = lines.iter().map(|line| row(here, line)).collect();
    views::desk_table(label, &headings, &rows)
}

fn row(here: &Here<'_>, line: &Line) -> [Markup; 8] {
    let l = here.visit.locale;
    let since = here.visit.site.local(line.since);
    let school = match &line.school {
        Some(id) => here.schools.find(id).map_or_else(|| id.as_str(), |school| school.name.get(l)),
        None => t::NO_SCHOOL.get(l),
    };
    [
        html! { a href=(Address::OfficeApplication(l, line.id.clone())) { (line.number) } },
        html! { (line.child) },
        html! { (school) },
        html! { @if let Some(language) = line.language { (review::language(language).get(l)) } },
        views::state_tag(l, line.state),
        html! { (text::date(since.date())) " " (text::time(since.time())) },
        due(here, line),
        html! { (line.remarks) },
    ]
}

fn due(here: &Here<'_>, line: &Line) -> Markup {
    let l = here.visit.locale;
    let today = here.visit.site.local(here.visit.now).date();
    match due_day(here.visit, line.state, line.since, &here.campaign) {
        Some(day) => html! { (text::date(day)) " " (views::nearness_tag(l, Nearness::of(day, today))) },
        None => html! { span.muted { (t::NOT_DUE.get(l)) } },
    }
}
