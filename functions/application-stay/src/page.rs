//! The page that asks whether the parent is sure.

use domain::{Application, Place};
use store::directory::Schools;
use text::status as t;
use views::{LanguageSwitch, Markup, html};
use web::deciding::SEEN;
use web::following::place;
use web::{Address, Visit};

/// `changed`: the application is another than the one that the pressed page showed.
pub fn page(visit: &Visit, application: &Application, schools: &Schools, changed: bool) -> Markup {
    let l = visit.locale;
    let said = |one: &Place| place(one, schools, l);
    let held = application.place().map(|held| said(&held)).unwrap_or_default();
    let csrf = visit.csrf();
    framed(
        visit,
        application,
        html! {
            @if changed { (views::warning(l, html! { p { (t::STAY_CHANGED.get(l)) } })) }
            p { (t::STAY_HELD.fill(l, &[("place", &held)])) }
            p { (t::STAY_GIVEN_UP.get(l)) }
            ul { @for given_up in application.awaits() { li { (said(&given_up)) } } }
            (views::warning(l, html! { p { (t::STAY_FINAL.get(l)) } }))
            (views::action_form(&visit.address.to_string(), csrf.as_deref(), html! {
                (views::hidden(SEEN, &application.version.to_string()))
                (views::buttons(html! {
                    (views::warning_button(t::STAY_SURE.get(l)))
                    a href=(back(visit, application)) { (t::STAY_WAIT.get(l)) }
                }))
            }))
        },
    )
}

/// There is nothing to decide.
pub fn late(visit: &Visit, application: &Application) -> Markup {
    let l = visit.locale;
    framed(
        visit,
        application,
        html! {
            (views::notice(html! { p { (t::STAY_LATE.get(l)) } }))
            p { a href=(back(visit, application)) { (text::applications::OPEN.get(l)) } }
        },
    )
}

fn back(visit: &Visit, application: &Application) -> Address {
    Address::Sent(visit.locale, application.service, application.id.clone())
}

fn framed(visit: &Visit, application: &Application, inner: Markup) -> Markup {
    let l = visit.locale;
    let title = t::STAY_TITLE.fill(l, &[("n", &application.number.to_string())]);
    let other = visit.address.other_language().to_string();
    let shell = visit.shell(&title, LanguageSwitch::Link(&other));
    views::page(
        &shell,
        html! { h1 { (title) } p { (views::state_tag(l, application.service, application.state)) } (inner) },
    )
}
