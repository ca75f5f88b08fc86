//! The page: what the department asks, the fields and documents that are open for it.

use domain::decision::Field;
use text::{corrections as t, family, school};
use views::{DocumentRow, FieldError, LanguageSwitch, Markup, error_of, html};
use web::deciding::SEEN;
use web::documents::{preview, with_state};
use web::people::Form;
use web::{Address, Fields, following};

use crate::Here;
use crate::form::{fields, needed};

/// `changed`: the application is another than the one that the pressed page showed.
pub fn page(here: &Here<'_>, shown: &Fields, errors: &[FieldError], changed: bool) -> Markup {
    let (visit, application) = (here.visit, here.application);
    let l = visit.locale;
    let number = application.number.to_string();
    let title = t::TITLE.fill(l, &[("n", &number)]);
    let shell = visit.shell(&title, LanguageSwitch::Button);
    let csrf = visit.csrf();
    let back = Address::Sent(l, application.service, application.id.clone());
    let form = Form { locale: l, shown, errors };
    let inner = html! {
        (views::hidden(SEEN, &application.version.to_string()))
        (person(here, form, "parent", family::PARENT.get(l)))
        (person(here, form, "child", family::CHILD.get(l)))
        (certificate(here, form))
        @if here.asked.asks(Field::Address) {
            h2 { (school::ADDRESS_LEGEND.get(l)) }
            p { (t::ADDRESS.get(l)) }
            (form.address(false))
        }
        (documents(here, errors))
        (views::primary_button(t::SEND.get(l)))
    };
    views::form_page(
        &shell,
        errors,
        html! {
            a.back href=(back) { (text::common::BACK.get(l)) }
            h1 { (title) }
            @if changed { (views::warning(l, html! { p { (t::CHANGED.get(l)) } })) }
            p { (views::state_tag(l, application.service, application.state)) }
            p { (t::intro(application.service).fill(l, &[("n", &number)])) }
            (following::asked(l, application.service, here.asked))
            p.hint { (t::REST.get(l)) }
            (views::form(&visit.address.to_string(), csrf.as_deref(), false, inner))
        },
    )
}

fn person(here: &Here<'_>, form: Form<'_>, who: &str, legend: &str) -> Markup {
    let (name, birth_date, sex) = fields(who);
    let asks = |field| here.asked.asks(field);
    if ![name, birth_date, sex].into_iter().any(asks) {
        return html! {};
    }
    let inner = html! {
        @if asks(name) { (form.names(who)) }
        @if asks(birth_date) {
            (form.birth_date(who))
            @if birth_date == Field::ChildBirthDate && here.application.service.asks_wish() { (form.early_wish()) }
        }
        @if asks(sex) { (form.sex(who)) }
    };
    views::fieldset(form.locale, who, legend, None, None, false, inner)
}

fn certificate(here: &Here<'_>, form: Form<'_>) -> Markup {
    let (number, issued) = (Field::CertificateNumber, Field::CertificateIssued);
    if !here.asked.asks(number) && !here.asked.asks(issued) {
        return html! {};
    }
    let inner = html! {
        @if here.asked.asks(number) { (form.certificate_number()) }
        @if here.asked.asks(issued) { (form.certificate_issued()) }
    };
    views::fieldset(form.locale, "certificate", family::CERTIFICATE.get(form.locale), None, None, false, inner)
}

fn documents(here: &Here<'_>, errors: &[FieldError]) -> Markup {
    let (visit, mine) = (here.visit, here.mine);
    let l = visit.locale;
    let open = here.asked.open();
    let needed = needed(here, &here.application.answers);
    html! {
        @if !open.is_empty() {
            h2 { (family::DOCUMENTS.get(l)) }
            p { (family::DOCUMENTS_INTRO.get(l)) }
            @for slot in open {
                (with_state(visit, mine.documents.get(slot), &preview(visit, &mine.draft, slot), |state| {
                    views::document_row(&DocumentRow {
                        locale: l,
                        slot,
                        optional: !needed.contains(&slot),
                        state,
                        error: error_of(errors, slot.code()),
                    })
                }))
            }
        }
    }
}
