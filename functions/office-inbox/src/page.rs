//! The pages of the inbox.

use domain::Language;
use domain::calendar::Nearness;
use domain::life::State;
use store::inbox::{Inbox, Line, PAGE};
use store::tally::Counts;
use text::{desk as t, life, review, service};
use views::{Field, FieldError, Filter, Kind, Markup, Tab, Width, error_of, html};
use web::{Address, due_day};

use crate::Here;
use crate::chosen::{Chosen, DUE};

/// A page of the applications that were chosen; `further` says that it is not the first.
pub fn list(here: &Here<'_>, chosen: &Chosen, counts: &Counts, inbox: &Inbox, further: bool) -> Markup {
    let l = here.visit.locale;
    let first = chosen.path(here);
    let name = life::state(here.campaign.service, chosen.state).get(l);
    let nothing = if inbox.next.is_some() { t::NONE_YET } else { t::EMPTY };
    let body = html! {
        (search(here, "", &[]))
        (tabs(here, Some((chosen, counts))))
        p.muted { (t::COUNTS_LAG.get(l)) }
        (filters(here, chosen))
        h2 { (name) }
        @if inbox.lines.is_empty() { p { (nothing.get(l)) } } @else { (lines(here, name, &inbox.lines)) }
        @if further { p { a href=(first) { (t::FIRST_PAGE.get(l)) } } }
        @if let Some(next) = &inbox.next {
            p { a rel="next" href={ (first) "&after=" (next) } { (t::NEXT_PAGE.get(l)) } }
        }
        (keys(here))
    };
    page(here, &[], body)
}

/// What was searched for: what is wrong with it, or several applications.
pub fn searched(here: &Here<'_>, typed: &str, found: &[Line], errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let body = html! {
        (search(here, typed, errors))
        @if !found.is_empty() {
            h2 { (t::FOUND.get(l)) }
            (lines(here, t::FOUND.get(l), found))
            @if found.len() >= PAGE { p { (t::FOUND_MANY.fill(l, &[("n", &PAGE.to_string())])) } }
        }
        (tabs(here, None))
        @if !found.is_empty() { (keys(here)) }
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
            hint: Some(t::SEARCH_HINT.get(l)),
            kind: Kind::Name,
            maxlength: Some(100),
            width: Width::W20,
            ..Field::new(l, "search", t::SEARCH.get(l))
        }))
        (views::primary_button(t::FIND.get(l)))
    };
    views::form(&Address::Office(l).to_string(), here.visit.csrf().as_deref(), false, inner)
}

fn tabs(here: &Here<'_>, shown: Option<(&Chosen, &Counts)>) -> Markup {
    let l = here.visit.locale;
    let service = here.campaign.service;
    let link = |state: &State| match shown {
        // What the list is narrowed by stays.
        Some((chosen, _)) => chosen.in_state(*state).path(here),
        None => web::office::inbox(l, service, *state),
    };
    let links: Vec<String> = service.states().iter().map(link).collect();
    let tabs: Vec<Tab<'_>> = service
        .states()
        .iter()
        .zip(&links)
        .map(|(state, href)| Tab {
            label: life::state(service, *state).get(l),
            href,
            current: shown.is_some_and(|(chosen, _)| chosen.state == *state),
            count: shown.map(|(_, counts)| counts.get(*state)),
        })
        .collect();
    views::tabs(t::STATES.get(l), &tabs)
}

fn filters(here: &Here<'_>, chosen: &Chosen) -> Markup {
    let l = here.visit.locale;
    let services: Vec<_> = here.services.iter().map(|one| (one.code(), service::name(*one).get(l))).collect();
    let languages = Language::ALL.map(|one| (one.code(), review::language(one).get(l)));
    let due = DUE.map(|(near, code)| match near {
        Nearness::Overdue => (code, t::OVERDUE.get(l)),
        Nearness::Today | Nearness::Later => (code, t::TODAY.get(l)),
    });
    let fields = chosen.fields(here);
    let value = |name: &str| fields.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
    let filter = |name, label: text::Phrase, options| Filter {
        name,
        label: label.get(l),
        any: t::ANY.get(l),
        options,
        value: value(name),
    };
    let remarks = [("yes", t::WITH_REMARKS.get(l))];
    let all = [
        filter("service", t::SERVICE, services.as_slice()),
        filter("language", t::LANGUAGE, languages.as_slice()),
        filter("due", t::DUE, due.as_slice()),
        filter("remarks", t::REMARKS, remarks.as_slice()),
    ];
    let action = Address::Office(l).to_string();
    views::filters(t::NARROW.get(l), &action, &[("state", chosen.state.code())], &all, t::SHOW.get(l))
}

fn keys(here: &Here<'_>) -> Markup {
    let l = here.visit.locale;
    let keys = [
        ("j", t::KEY_NEXT.get(l)),
        ("k", t::KEY_PREVIOUS.get(l)),
        ("Enter", t::KEY_OPEN.get(l)),
        ("?", t::KEY_HELP.get(l)),
    ];
    views::keys(t::KEYS.get(l), t::KEYS_ON.get(l), &keys)
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
        views::state_tag(l, here.campaign.service, line.state),
        html! { (text::date(since.date())) " " (text::time(since.time())) },
        due(here, line),
        html! { (line.remarks) },
    ]
}

fn due(here: &Here<'_>, line: &Line) -> Markup {
    let l = here.visit.locale;
    let today = here.visit.today();
    match due_day(here.visit, line.state, line.since, &here.campaign) {
        Some(day) => html! { (text::date(day)) " " (views::nearness_tag(l, Nearness::of(day, today))) },
        None => html! { span.muted { (t::NOT_DUE.get(l)) } },
    }
}
