//! The thank-you page: the number, what happens next and by when. It stays, and tells later how the
//! application stands.

use domain::life::Change;
use domain::{Application, Draft};
use store::directory::Schools;
use store::drafts::Mine;
use store::stops::Stops;
use text::{paper, receipt, review as t, status};
use views::{LanguageSwitch, Markup, html};
use web::following::{Following, status_of};
use web::queue::Queues;
use web::{Address, Visit, due};

/// What the page tells beside the application itself.
pub struct Facts<'a> {
    pub history: &'a [Change],
    pub schools: &'a Schools,
    pub stops: Stops,
    pub queues: Queues,
}

pub fn page(visit: &Visit, mine: &Mine, application: &Application, facts: &Facts<'_>) -> Markup {
    let l = visit.locale;
    let other = visit.address.other_language().to_string();
    let fresh = application.version == 1;
    let title = match fresh {
        true => t::thanks(application.service).get(l).to_owned(),
        false => status::FOUND_TITLE.fill(l, &[("n", &application.number.to_string())]),
    };
    let shell = visit.shell(&title, LanguageSwitch::Link(&other));
    let at = visit.site.local(application.sent);
    let following = Following {
        visit,
        application,
        campaign: Some(&mine.campaign),
        schools: facts.schools,
        queues: &facts.queues,
        own: true,
    };
    views::page(
        &shell,
        html! {
            @if fresh {
                (views::confirmation_panel(t::thanks(application.service).get(l), t::YOUR_NUMBER.get(l), &application.number.to_string()))
            } @else {
                h1 { (title) }
                p { (views::state_tag(l, application.service, application.state)) }
            }
            p { (t::SENT_AT.fill(l, &[("date", &text::date(at.date())), ("time", &text::time(at.time()))])) }
            @if fresh {
                @if let Some(due) = due(visit, application, &mine.campaign) { p { (due) } }
                h2 { (t::NEXT_TITLE.get(l)) }
                @let next: Vec<Markup> = t::next(application.service).iter().map(|step| html! { (step.get(l)) }).collect();
                (views::steps(&next))
            } @else {
                (following.next())
                (following.correct(None))
            }
            (following.timeline())
            (following.place())
            @if !fresh { (following.history(facts.history)) }
            @if application.owner.is_nobody() {
                p { (paper::WITHOUT_PHONE_HINT.get(l)) }
            } @else {
                @if application.state.is_live() { p { (notice(l, &mine.draft, facts.stops)) } }
                p { (t::KEEP.get(l)) }
            }
            (views::print_button(l))
            @if mine.session.paper.is_some() {
                @if application.owner.is_nobody() {
                    (following.acts(None))
                } @else {
                    p { a href=(Address::Receipt(l, application.service, application.id.clone())) { (receipt::NAME.get(l)) } }
                }
                p { a href=(Address::OfficeApplication(l, application.id.clone())) { (paper::TO_APPLICATION.get(l)) } }
                p { a href=(Address::OfficePaper(l)) { (paper::TO_PAPER.get(l)) } }
            } @else {
                (following.acts(None))
                p { a href=(Address::Applications(l)) { (text::common::MY_APPLICATIONS.get(l)) } }
            }
            p { a href=(status_of(l, application)) { (status::TITLE.get(l)) } }
        },
    )
}

/// How the parent hears of changes.
fn notice(l: domain::Locale, draft: &Draft, stops: Stops) -> String {
    let chosen = draft.answers.intentions.as_ref();
    let channels: Vec<&str> = [
        (!stops.sms && chosen.is_some_and(|chosen| chosen.by_sms), t::BY_SMS),
        (!stops.mail && chosen.is_some_and(|chosen| chosen.by_email), t::BY_EMAIL),
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
