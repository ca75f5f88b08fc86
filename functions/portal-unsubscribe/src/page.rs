//! The page that asks whether letters are to stop, and then says that they did.

use text::unsubscribe as t;
use views::{LanguageSwitch, Markup, html};
use web::{Address, Visit};

/// The field with what is wanted.
pub const WISH: &str = "wish";
/// Letters again; anything else means none.
pub const START: &str = "start";

pub fn page(visit: &Visit, stopped: bool) -> Markup {
    let l = visit.locale;
    let other = visit.address.other_language().to_string();
    let shell = visit.shell(t::TITLE.get(l), LanguageSwitch::Link(&other));
    let button = match stopped {
        true => views::secondary_button(t::START.get(l), WISH, START, None),
        false => views::primary_button(t::STOP.get(l)),
    };
    let csrf = visit.csrf();
    views::page(
        &shell,
        html! {
            h1 { (t::TITLE.get(l)) }
            @if stopped { (views::success(html! { p { (t::STOPPED.get(l)) } })) } @else { p { (t::ASK.get(l)) } }
            (views::action_form(&visit.address.to_string(), csrf.as_deref(), views::buttons(button)))
            p { a href=(Address::Status(l)) { (text::status::TITLE.get(l)) } }
        },
    )
}
