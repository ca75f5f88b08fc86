//! The question and the answer.

use domain::directory::Campaign;
use domain::{Locale, Service};
use store::directory::Schools;
use store::status::Status;
use text::status as t;
use views::{Choice, Field, FieldError, Kind, LanguageSwitch, Markup, Radio, Width, error_of, html};
use web::following::Following;
use web::queue::Queues;
use web::{Address, Fields, Visit};

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
        (service(l, shown))
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

/// The field of the service: numbers are a campaign's own.
pub const SERVICE: &str = "service";

/// Which service, where there are several.
fn service(l: Locale, shown: &Fields) -> Markup {
    let options =
        Service::ALL.map(|one| Radio { value: one.code(), label: text::service::name(one).get(l), hint: None });
    let value = Service::parse(shown.text(SERVICE)).unwrap_or(Service::FirstGrade);
    let choice = Choice {
        locale: l,
        name: SERVICE,
        label: t::SERVICE.get(l),
        hint: None,
        options: &options,
        value: value.code(),
        error: None,
        optional: false,
        inline: false,
    };
    html! { @if options.len() > 1 { (views::radios(&choice)) } }
}

/// Says that the form comes from a page that showed a status.
pub const SHOWN: &str = "shown";

/// What is told: states, days and no names. The page asks again to be shown in the other language:
/// what was typed is in no address.
pub fn found(visit: &Visit, form: &Fields, status: &Status, facts: (Option<&Campaign>, &Schools, &Queues)) -> Markup {
    let l = visit.locale;
    let (campaign, schools, queues) = facts;
    let number = status.application.number.to_string();
    let title = t::FOUND_TITLE.fill(l, &[("n", &number)]);
    let shell = visit.shell(&title, LanguageSwitch::Button);
    let csrf = visit.csrf();
    let again = html! {
        (views::hidden("number", &number))
        (views::hidden(SERVICE, status.application.service.code()))
        (views::hidden("child-iin", form.text("child-iin")))
        (views::hidden(SHOWN, "yes"))
    };
    let following = Following { visit, application: &status.application, campaign, schools, queues, own: false };
    views::page(
        &shell,
        html! {
            h1 { (title) }
            (views::form(&Address::Status(l).to_string(), csrf.as_deref(), false, again))
            p { (views::state_tag(l, status.application.service, status.application.state)) }
            (following.next())
            (following.place())
            (following.history(&status.history))
            (views::print_button(l))
            p { a href=(Address::Status(l)) { (t::AGAIN.get(l)) } }
            p { a href=(Address::Applications(l)) { (text::common::MY_APPLICATIONS.get(l)) } }
            p.hint { (t::SEE.get(l)) }
        },
    )
}
