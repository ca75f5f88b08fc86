//! The thank-you page: the number, what happens next and by when. It stays, and tells later how the
//! application stands.

use domain::life::{Act, State};
use domain::{Application, Draft};
use store::drafts::Mine;
use text::{life, paper, receipt, review as t, status};
use views::{LanguageSwitch, Markup, html};
use web::{Address, Visit, due};

pub fn page(visit: &Visit, mine: &Mine, application: &Application) -> Markup {
    let l = visit.locale;
    let other = visit.address.other_language().to_string();
    let fresh = application.state == State::Submitted;
    let title = match fresh {
        true => t::THANKS.get(l).to_owned(),
        false => status::FOUND_TITLE.fill(l, &[("n", &application.number.to_string())]),
    };
    let shell = visit.shell(&title, LanguageSwitch::Link(&other));
    let at = visit.site.local(application.sent);
    views::page(
        &shell,
        html! {
            @if fresh {
                (views::confirmation_panel(t::THANKS.get(l), t::YOUR_NUMBER.get(l), &application.number.to_string()))
            } @else {
                h1 { (title) }
                p { (views::state_tag(l, application.state)) }
                p { (life::meaning(application.state).get(l)) }
            }
            p { (t::SENT_AT.fill(l, &[("date", &text::date(at.date())), ("time", &text::time(at.time()))])) }
            @if let Some(due) = due(visit, application, &mine.campaign) { p { (due) } }
            @if fresh {
                h2 { (t::NEXT_TITLE.get(l)) }
                (views::steps(&[t::NEXT_REGISTER, t::NEXT_SCHOOL, t::NEXT_ORDER].map(|step| html! { (step.get(l)) })))
            }
            @if application.state.is_live() { p { (notice(l, &mine.draft)) } }
            p { (t::KEEP.get(l)) }
            (views::print_button(l))
            p { a href=(Address::Receipt(l, application.service, application.id.clone())) { (receipt::NAME.get(l)) } }
            @if mine.session.paper.is_some() {
                p { a href=(Address::OfficeApplication(l, application.id.clone())) { (paper::TO_APPLICATION.get(l)) } }
                p { a href=(Address::OfficePaper(l)) { (paper::TO_PAPER.get(l)) } }
            } @else {
                p { a href=(Address::Applications(l)) { (text::common::MY_APPLICATIONS.get(l)) } }
            }
            p { a href={ (Address::Status(l)) "?number=" (application.number) } { (status::TITLE.get(l)) } }
            @if application.state.allows(Act::Withdraw) && mine.session.paper.is_none() {
                p { a href=(Address::Withdraw(l, application.service, application.id.clone())) { (status::WITHDRAW.get(l)) } }
            }
        },
    )
}

/// How the parent hears of changes.
fn notice(l: domain::Locale, draft: &Draft) -> String {
    let chosen = draft.answers.intentions.as_ref();
    let channels: Vec<&str> = [
        (chosen.is_some_and(|chosen| chosen.by_sms), t::BY_SMS),
        (chosen.is_some_and(|chosen| chosen.by_email), t::BY_EMAIL),
    ]
    .iter()
    .filter(|(by, _)| *by)
    .map(|(_, phrase)| phrase.get(l))
    .collect();
    match channels.as_slice() {
        [] => t::NEXT_NO_NOTICE.get(l).to_owned(),
        _ => t::NEXT_NOTICE.fill(l, &[("channels", &channels.join(", "))]),
    }
}
