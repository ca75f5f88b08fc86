//! The page that asks whether the parent takes the place.

use domain::Application;
use store::directory::Schools;
use text::camp as t;
use views::{LanguageSwitch, Markup, html};
use web::deciding::SEEN;
use web::following::place;
use web::queue::awaited_name;
use web::{Address, Visit};

/// `changed`: the application is another than the one that the pressed page showed.
pub fn page(visit: &Visit, application: &Application, schools: &Schools, changed: bool) -> Markup {
    let l = visit.locale;
    let held = application.place().map(|held| place(&held, schools, l)).unwrap_or_default();
    let until = application.until.map(text::date).unwrap_or_default();
    let (csrf, mut awaits) = (visit.csrf(), application.awaits());
    awaits.dedup_by(|next, one| next.school == one.school);
    framed(
        visit,
        application,
        html! {
            @if changed { (views::warning(l, html! { p { (t::CONFIRM_CHANGED.get(l)) } })) }
            p { (t::CONFIRM_PLACE.fill(l, &[("place", &held)])) }
            p { (t::CONFIRM_UNTIL.fill(l, &[("date", &until)])) }
            @if !awaits.is_empty() {
                p { (t::CONFIRM_GIVEN_UP.get(l)) }
                ul { @for given_up in &awaits { li { (awaited_name(l, given_up, schools)) } } }
            }
            p { (t::CONFIRM_NO.get(l)) }
            (views::action_form(&visit.address.to_string(), csrf.as_deref(), html! {
                (views::hidden(SEEN, &application.version.to_string()))
                (views::buttons(html! {
                    (views::primary_button(t::CONFIRM.get(l)))
                    a href=(Address::Withdraw(l, application.service, application.id.clone())) { (text::status::WITHDRAW.get(l)) }
                }))
            }))
        },
    )
}

/// There is nothing to confirm.
pub fn late(visit: &Visit, application: &Application) -> Markup {
    let l = visit.locale;
    let back = Address::Sent(l, application.service, application.id.clone());
    framed(
        visit,
        application,
        html! {
            (views::notice(html! { p { (t::CONFIRM_LATE.get(l)) } }))
            p { a href=(back) { (text::applications::OPEN.get(l)) } }
        },
    )
}

fn framed(visit: &Visit, application: &Application, inner: Markup) -> Markup {
    let l = visit.locale;
    let title = t::CONFIRM_TITLE.fill(l, &[("n", &application.number.to_string())]);
    let other = visit.address.other_language().to_string();
    let shell = visit.shell(&title, LanguageSwitch::Link(&other));
    views::page(
        &shell,
        html! { h1 { (title) } p { (views::state_tag(l, application.service, application.state)) } (inner) },
    )
}
