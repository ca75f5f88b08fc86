//! The page of one document.

use text::{Phrase, documents as t, steps};
use views::{Back, FieldError, LanguageSwitch, Markup, Progress, Upload, html};
use web::DocumentAction;
use web::documents::{preview, with_state};

use crate::Here;

/// The page, with what is wrong with the file that was just sent.
pub(crate) fn page(here: &Here<'_>, fault: Option<Phrase>) -> Markup {
    let (visit, draft, slot) = (here.step.visit, &here.mine.draft, here.slot);
    let l = visit.locale;
    let done = here.step_address();
    let own = here.address(DocumentAction::Page);
    let action = here.step.with_return(&own);
    let other = here.step.with_return(&own.other_language());
    let ticket = here.address(DocumentAction::Ticket).to_string();
    let csrf = visit.csrf();
    let fault = fault.map(|fault| fault.get(l));
    let document = here.mine.documents.get(slot);
    let form = with_state(visit, document, &preview(visit, draft, slot), |state| {
        views::upload_form(&Upload {
            locale: l,
            slot,
            action: &action,
            csrf: csrf.as_deref(),
            ticket: &ticket,
            done: &done,
            state,
            error: fault,
        })
    });
    let errors: Vec<FieldError> = fault.map(|fault| FieldError::new("file", fault)).into_iter().collect();
    let shell = visit.shell(t::name(slot).get(l), LanguageSwitch::Link(&other));
    let body = html! { (form) (remove(here, csrf.as_deref())) };
    if here.is_asked_again() {
        // There are no steps any more.
        let back = html! { a.back href=(done) { (text::common::BACK.get(l)) } };
        return views::form_page(&shell, &errors, html! { (back) h1 { (shell.title) } (body) });
    }
    let names = steps_of(here);
    let progress =
        Progress { current: here.step.step.number(), total: names.len(), names: &names, back: Back::Link(&done) };
    views::wizard_page(&shell, &progress, &errors, body)
}

fn steps_of(here: &Here<'_>) -> Vec<&'static str> {
    here.mine.draft.service.path().iter().map(|step| steps::name(*step).get(here.step.visit.locale)).collect()
}

/// A form of its own: removing needs no file.
fn remove(here: &Here<'_>, csrf: Option<&str>) -> Markup {
    let l = here.step.visit.locale;
    let action = here.step.with_return(&here.address(DocumentAction::Remove));
    html! {
        @if here.mine.documents.get(here.slot).is_some() {
            form method="post" action=(action) {
                @if let Some(token) = csrf { input type="hidden" name="csrf" value=(token); }
                button.quiet type="submit" { (t::REMOVE.get(l)) span.vh { ": " (t::name(here.slot).get(l)) } }
            }
        }
    }
}
