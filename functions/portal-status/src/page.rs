//! The question and the answer.

use domain::directory::Campaign;
use domain::life::State;
use store::status::Status;
use text::{life, status as t};
use views::{Field, FieldError, Kind, LanguageSwitch, Markup, Width, error_of, html};
use web::{Address, Fields, Visit, due};

pub fn ask(visit: &Visit, shown: &Fields, errors: &[FieldError]) -> Markup {
    let l = visit.locale;
    let shell = visit.shell(t::TITLE.get(l), LanguageSwitch::Button);
    let csrf = visit.csrf();
    let inner = html! {
        (views::text_input(&Field {
            hint: Some(t::NUMBER_HINT.get(l)),
            value: shown.text("number"),
            error: error_of(errors, "number"),
            kind: Kind::Digits,
            maxlength: Some(14),
            width: Width::W12,
            ..Field::new(l, "number", t::NUMBER.get(l))
        }))
        (views::text_input(&Field {
            hint: Some(text::family::CHILD_IIN_HINT.get(l)),
            value: shown.text("child-iin"),
            error: error_of(errors, "child-iin"),
            kind: Kind::Digits,
            maxlength: Some(12),
            width: Width::W12,
            ..Field::new(l, "child-iin", t::CHILD_IIN.get(l))
        }))
        (views::primary_button(t::CHECK.get(l)))
    };
    views::form_page(
        &shell,
        errors,
        html! {
            h1 { (t::TITLE.get(l)) }
            p { (t::INTRO.get(l)) }
            (views::form(&Address::Status(l).to_string(), csrf.as_deref(), false, inner))
        },
    )
}

/// Says that the form comes from a page that showed a status.
pub const SHOWN: &str = "shown";

/// What is told: states, days and no names. The page asks again to be shown in the other language:
/// what was typed is in no address.
pub fn found(visit: &Visit, form: &Fields, status: &Status, campaign: Option<&Campaign>) -> Markup {
    let l = visit.locale;
    let number = status.application.number.to_string();
    let title = t::FOUND_TITLE.fill(l, &[("n", &number)]);
    let shell = visit.shell(&title, LanguageSwitch::Button);
    let csrf = visit.csrf();
    let again = html! {
        (views::hidden("number", &number))
        (views::hidden("child-iin", form.text("child-iin")))
        (views::hidden(SHOWN, "yes"))
    };
    let state = status.application.state;
    views::page(
        &shell,
        html! {
            h1 { (title) }
            (views::form(&Address::Status(l).to_string(), csrf.as_deref(), false, again))
            p { (views::state_tag(l, state)) }
            p { (life::meaning(state).get(l)) }
            @if let Some(due) = campaign.and_then(|campaign| due(visit, &status.application, campaign)) { p { (due) } }
            h2 { (t::HISTORY.get(l)) }
            (views::table(&[t::WHEN.get(l), t::WHAT.get(l)], &lines(visit, status)))
            (views::print_button(l))
            p { a href=(Address::Status(l)) { (t::AGAIN.get(l)) } }
            p { a href=(Address::Applications(l)) { (text::common::MY_APPLICATIONS.get(l)) } }
            p.hint { (t::SEE.get(l)) }
        },
    )
}

fn lines(visit: &Visit, status: &Status) -> Vec<[String; 2]> {
    let line = |(at, state): (domain::Timestamp, State)| {
        let at = visit.site.local(at);
        [
            format!("{} {}", text::date(at.date()), text::time(at.time())),
            life::state(state).get(visit.locale).to_owned(),
        ]
    };
    status.history.iter().map(|change| line((change.at, change.to))).collect()
}
