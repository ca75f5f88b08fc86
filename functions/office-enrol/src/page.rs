//! The pages of many at once: the list, the preview, what came of it.

use domain::Application;
use domain::decision::Order;
use store::inbox::Inbox;
use text::{desk, enrolling as t, life, review};
use views::{Checkbox, FieldError, Markup, error_of, html};
use web::deciding::order_fields;
use web::{Address, Fields, deciding};

use crate::many::{Came, Here, child_field, seen_field};

/// The school's confirmed places, to choose from.
pub fn list(here: &Here<'_>, inbox: &Inbox, cursor: &str, shown: &Fields, errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let address = Address::OfficeEnrol(l);
    let chosen: Vec<&str> =
        (0..inbox.lines.len().max(store::inbox::PAGE)).map(|at| shown.text(&child_field(at))).collect();
    let boxes = html! {
        @for (at, line) in inbox.lines.iter().enumerate() {
            @let language = line.language.map(|language| review::language(language).get(l).to_lowercase());
            (views::checkbox(&Checkbox {
                locale: l,
                name: &child_field(at),
                value: line.id.as_str(),
                label: &t::LINE.fill(l, &[
                    ("n", &line.number.to_string()),
                    ("child", &line.child),
                    ("language", language.as_deref().unwrap_or_default()),
                ]),
                hint: None,
                checked: chosen.contains(&line.id.as_str()),
                error: None,
            }))
        }
    };
    let inner = html! {
        (views::hidden("after", cursor))
        (views::fieldset(l, "children", t::CHILDREN.get(l), None, error_of(errors, "children"), false, boxes))
        (order_fields(here.visit, Order::first_day(here.year), shown, errors))
        (views::primary_button(t::PREVIEW.get(l)))
    };
    let body = html! {
        a.back href=(Address::Office(l)) { (desk::TO_INBOX.get(l)) }
        h1 { (t::TITLE.get(l)) }
        @if inbox.lines.is_empty() {
            p { (t::EMPTY.get(l)) }
        } @else {
            p { (t::INTRO.get(l)) }
            (views::form(&address.to_string(), here.visit.csrf().as_deref(), false, inner))
        }
        @if !cursor.is_empty() { p { a href=(address) { (desk::FIRST_PAGE.get(l)) } } }
        @if let Some(next) = &inbox.next {
            p { a rel="next" href={ (address) "?after=" (next) } { (desk::NEXT_PAGE.get(l)) } }
        }
    };
    here.desk.page(here.visit, t::TITLE.get(l), errors, body)
}

/// Who will be enrolled, before it is done.
pub fn preview(
    here: &Here<'_>,
    enrolled: &[&Application],
    left: &[&Application],
    order: &Order,
    cursor: &str,
) -> Markup {
    let l = here.visit.locale;
    let address = Address::OfficeEnrol(l).to_string();
    let mut typed = Fields::default();
    typed.set("order-number", order.number.as_str());
    typed.set_date("order-date", order.date);
    let kept = html! {
        (views::hidden("act", "enrol"))
        (views::hidden("after", cursor))
        @for (at, one) in enrolled.iter().enumerate() {
            (views::hidden(&child_field(at), one.id.as_str()))
            (views::hidden(&seen_field(at), &one.version.to_string()))
        }
        @for name in ["order-number", "order-date-day", "order-date-month", "order-date-year"] {
            (views::hidden(name, typed.text(name)))
        }
    };
    let body = html! {
        h1 { (t::PREVIEW_TITLE.get(l)) }
        p.lead { (deciding::order(here.visit, order)) }
        @if enrolled.is_empty() {
            p { (t::NOBODY.get(l)) }
        } @else {
            h2 { (t::WILL_BE.fill(l, &[("n", &enrolled.len().to_string())])) }
            (table(here, t::PREVIEW_TITLE.get(l), enrolled))
        }
        @if !left.is_empty() {
            h2 { (t::LEFT_OUT.get(l)) }
            (table(here, t::LEFT_OUT.get(l), left))
        }
        @if !enrolled.is_empty() { (views::warning(l, html! { p { (t::WARN.get(l)) } })) }
        (views::action_form(&address, here.visit.csrf().as_deref(), html! {
            (kept)
            (views::buttons(html! {
                @if !enrolled.is_empty() { (views::primary_button(t::ENROL.get(l))) }
                (views::secondary_button(t::BACK.get(l), "act", "list", None))
            }))
        }))
    };
    here.desk.page(here.visit, t::PREVIEW_TITLE.get(l), &[], body)
}

/// What came of each.
pub fn result(here: &Here<'_>, came: &[(Application, Came)]) -> Markup {
    let l = here.visit.locale;
    let done = came.iter().filter(|(_, came)| matches!(came, Came::Done)).count();
    let (done, all) = (done.to_string(), came.len().to_string());
    let rows: Vec<_> = came
        .iter()
        .map(|(one, came)| {
            let said = match came {
                Came::Done => t::DONE.get(l).to_owned(),
                Came::NotAllowed => t::NOT_ALLOWED.get(l).to_owned(),
                Came::Failed => t::FAILED.get(l).to_owned(),
                Came::Changed(change) => {
                    let at = here.visit.site.local(change.at);
                    let when = format!("{} {}", text::date(at.date()), text::time(at.time()));
                    t::CHANGED.fill(
                        l,
                        &[
                            ("what", life::changed(domain::Service::FirstGrade, change).get(l)),
                            ("who", deciding::who(here.visit, &change.actor)),
                            ("when", &when),
                        ],
                    )
                }
            };
            let [number, child] = names(here, one);
            [number, child, html! { (said) }]
        })
        .collect();
    let body = html! {
        h1 { (t::RESULT_TITLE.get(l)) }
        p.lead { (t::RESULT.fill(l, &[("done", &done), ("all", &all)])) }
        (views::desk_table(t::RESULT_TITLE.get(l), &[desk::NUMBER.get(l), desk::CHILD.get(l), t::CAME.get(l)], &rows))
        p { a href=(Address::OfficeEnrol(l)) { (t::FURTHER.get(l)) } }
    };
    here.desk.page(here.visit, t::RESULT_TITLE.get(l), &[], body)
}

fn table(here: &Here<'_>, label: &str, some: &[&Application]) -> Markup {
    let l = here.visit.locale;
    let rows: Vec<_> = some
        .iter()
        .map(|one| {
            let [number, child] = names(here, one);
            let language = one.place().map(|place| review::language(place.language).get(l));
            [number, child, html! { (language.unwrap_or_default()) }, views::state_tag(l, one.service, one.state)]
        })
        .collect();
    let headings = [desk::NUMBER, desk::CHILD, desk::LANGUAGE, desk::STATE].map(|one| one.get(l));
    views::desk_table(label, &headings, &rows)
}

fn names(here: &Here<'_>, one: &Application) -> [Markup; 2] {
    let address = Address::OfficeApplication(here.visit.locale, one.id.clone());
    let child = one.answers.family.as_ref().map(|family| family.child.full_name()).unwrap_or_default();
    [html! { a href=(address) { (one.number) } }, html! { (child) }]
}
