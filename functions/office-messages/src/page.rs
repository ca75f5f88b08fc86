//! The list of what did not arrive.

use domain::Locale;
use store::outbox::{Undelivered, UndeliveredPage};
use text::messages::Notice;
use text::{desk as d, undelivered as t};
use views::{Markup, html};
use web::office::Desk;
use web::{Address, Visit};

/// A page of the list; `said` is what came of a press.
pub fn page(visit: &Visit, desk: &Desk, found: &UndeliveredPage, further: bool, said: Option<Markup>) -> Markup {
    let l = visit.locale;
    let address = Address::OfficeMessages(l).to_string();
    let rows: Vec<_> = found.entries.iter().map(|one| row(visit, one)).collect();
    let headings = [d::NUMBER.get(l), t::EVENT.get(l), t::TO.get(l), t::REASON.get(l), t::WHEN.get(l), t::AGAIN.get(l)];
    let body = html! {
        a.back href=(Address::Office(l)) { (d::TO_INBOX.get(l)) }
        h1 { (t::ROOM.get(l)) }
        @if let Some(said) = said { (said) }
        p { (t::INTRO.get(l)) }
        @if rows.is_empty() { p { (t::EMPTY.get(l)) } } @else { (views::desk_table(t::ROOM.get(l), &headings, &rows)) }
        @if further { p { a href=(address) { (d::FIRST_PAGE.get(l)) } } }
        @if let Some(next) = &found.next {
            p { a rel="next" href={ (address) "?after=" (next) } { (d::NEXT_PAGE.get(l)) } }
        }
    };
    desk.page(visit, t::ROOM.get(l), &[], body)
}

fn row(visit: &Visit, one: &Undelivered) -> [Markup; 6] {
    let (l, entry) = (visit.locale, &one.entry);
    let at = visit.site.local(one.at());
    let channels = channels(one, l);
    [
        html! { a href=(Address::OfficeApplication(l, entry.application.clone())) { (entry.number) } },
        // What the parent was to be told, by its subject: nothing of the application itself.
        html! { (Notice::of(entry.service, entry.event.act()).letter(l, entry.number, "", "").subject) },
        html! { @for (to, _) in &channels { p { (to) } } },
        html! { @for (_, why) in &channels { p { @if let Some(why) = why { code { (why) } } } } },
        html! { (text::date(at.date())) " " (text::time(at.time())) },
        again(visit, one),
    ]
}

/// The channels that did not bring it: where to, and the provider's reason.
fn channels(one: &Undelivered, l: Locale) -> Vec<(String, Option<&str>)> {
    let entry = &one.entry;
    let mut channels = Vec::new();
    if let Some(sms) = entry.sms.as_ref().filter(|target| target.is_left()) {
        channels.push((t::SMS.fill(l, &[("to", &sms.to.masked())]), one.why(sms)));
    }
    if let Some(mail) = entry.mail.as_ref().filter(|target| target.is_left()) {
        channels.push((t::MAIL.fill(l, &[("to", &mail.to.masked())]), one.why(mail)));
    }
    channels
}

fn again(visit: &Visit, one: &Undelivered) -> Markup {
    let l = visit.locale;
    if one.is_on_its_way(visit.now) {
        return html! { (t::ON_ITS_WAY.get(l)) };
    }
    let inner = html! {
        (views::hidden("application", one.entry.application.as_str()))
        (views::hidden("entry", one.name()))
        (views::hidden("order", &one.order))
        button type="submit" {
            (t::AGAIN.get(l))
            span.vh { ": " (t::AGAIN_ABOUT.fill(l, &[("n", &one.entry.number.to_string())])) }
        }
    };
    views::action_form(&Address::OfficeMessages(l).to_string(), visit.csrf().as_deref(), inner)
}
