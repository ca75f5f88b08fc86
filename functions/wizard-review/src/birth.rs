//! The page that asks for the child's birth date before a sent application is opened on a new device.

use text::review as t;
use views::{DateField, FieldError, LanguageSwitch, Markup, error_of, html};
use web::{Fields, Visit};

pub fn page(visit: &Visit, shown: &Fields, errors: &[FieldError]) -> Markup {
    let l = visit.locale;
    let title = t::BIRTH_TITLE.get(l);
    let shell = visit.shell(title, LanguageSwitch::Button);
    let csrf = visit.csrf();
    let inner = html! {
        (views::date_input(&DateField {
            locale: l,
            name: "child-birth-date",
            label: t::BIRTH_DATE.get(l),
            hint: Some(text::family::BIRTH_DATE_HINT.get(l)),
            value: shown.date_parts("child-birth-date"),
            error: error_of(errors, "child-birth-date"),
            optional: false,
            own_birthday: false,
        }))
        (views::primary_button(t::BIRTH_OPEN.get(l)))
    };
    views::form_page(
        &shell,
        errors,
        html! {
            h1 { (title) }
            p { (t::BIRTH_INTRO.get(l)) }
            (views::form(&visit.address.to_string(), csrf.as_deref(), false, inner))
        },
    )
}
