//! The page that asks whether the parent is sure.

use domain::{Application, Service};
use text::status as t;
use views::{LanguageSwitch, Markup, html};
use web::{Address, Visit};

/// `allowed`: the state still lets the parent do it; otherwise the page says that it does not.
pub fn page(visit: &Visit, application: &Application, allowed: bool) -> Markup {
    let l = visit.locale;
    let number = application.number.to_string();
    let title = t::WITHDRAW_TITLE.fill(l, &[("n", &number)]);
    let other = visit.address.other_language().to_string();
    let shell = visit.shell(&title, LanguageSwitch::Link(&other));
    let back = Address::Sent(l, application.service, application.id.clone());
    let csrf = visit.csrf();
    views::page(
        &shell,
        html! {
            h1 { (title) }
            p { (views::state_tag(l, application.service, application.state)) }
            @if allowed {
                (views::warning(l, html! { p { (t::WITHDRAW_INTRO.get(l)) } }))
                @if application.service.has_queue() {
                    p { (t::WITHDRAW_QUEUE.fill(l, &[("n", &number)])) }
                }
                @if application.service == Service::FirstGrade {
                    p { (t::WITHDRAW_HOME.get(l)) }
                }
                (views::action_form(&visit.address.to_string(), csrf.as_deref(), views::buttons(html! {
                    (views::warning_button(t::WITHDRAW_SURE.get(l)))
                    a href=(back) { (t::WITHDRAW_KEEP.get(l)) }
                })))
            } @else {
                (views::notice(html! { p { (t::WITHDRAW_LATE.get(l)) } }))
                p { a href=(back) { (text::applications::OPEN.get(l)) } }
            }
        },
    )
}
