//! The thank-you page: the number, what happens next and by when.

use domain::{ApplicationNumber, Draft};
use text::review as t;
use views::{LanguageSwitch, Markup, html};
use web::{Address, Visit};

pub fn page(visit: &Visit, draft: &Draft, number: ApplicationNumber) -> Markup {
    let l = visit.locale;
    let other = visit.address.other_language().to_string();
    let shell = visit.shell(t::THANKS.get(l), LanguageSwitch::Link(&other));
    let at = visit.site.local(draft.saved);
    let chosen = draft.answers.intentions.as_ref();
    let channels: Vec<&str> = [
        (chosen.is_some_and(|chosen| chosen.by_sms), t::BY_SMS),
        (chosen.is_some_and(|chosen| chosen.by_email), t::BY_EMAIL),
    ]
    .iter()
    .filter(|(by, _)| *by)
    .map(|(_, phrase)| phrase.get(l))
    .collect();
    let notice = match channels.as_slice() {
        [] => t::NEXT_NO_NOTICE.get(l).to_owned(),
        _ => t::NEXT_NOTICE.fill(l, &[("channels", &channels.join(", "))]),
    };
    let next = [t::NEXT_REGISTER, t::NEXT_SCHOOL, t::NEXT_ORDER].map(|step| html! { (step.get(l)) });
    views::page(
        &shell,
        html! {
            (views::confirmation_panel(t::THANKS.get(l), t::YOUR_NUMBER.get(l), &number.to_string()))
            p { (t::SENT_AT.fill(l, &[("date", &text::date(at.date())), ("time", &text::time(at.time()))])) }
            h2 { (t::NEXT_TITLE.get(l)) }
            (views::steps(&next))
            p { (notice) }
            p { (t::KEEP.get(l)) }
            (views::print_button(l))
            p { a href=(Address::Applications(l)) { (text::common::MY_APPLICATIONS.get(l)) } }
        },
    )
}
