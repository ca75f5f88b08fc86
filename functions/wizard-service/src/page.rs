//! The page of step 1.

use domain::directory::{Campaign, Phase};
use domain::{Draft, Service, Timestamp};
use text::{Phrase, service as t};
use views::{LanguageSwitch, Markup, html};
use web::carried::Carried;
use web::step::StepVisit;
use web::{Address, Visit};

/// Without a draft: the button begins one, with the address that was found before.
pub fn start(visit: &Visit, service: Service, campaign: &Campaign, carried: &Carried) -> Markup {
    let l = visit.locale;
    let about = t::about(service);
    let phase = campaign.phase(visit.now);
    let button = match phase {
        Phase::Before => Some(t::PREPARE),
        Phase::Open => Some(about.start),
        Phase::Closed => None,
    };
    let other = visit.address.other_language().to_string();
    let address = carried.address().filter(|_| button.is_some());
    // What is carried goes with the form, in the other language too.
    let switch = if address.is_some() { LanguageSwitch::Button } else { LanguageSwitch::Link(&other) };
    let shell = views::Shell { help: true, ..visit.shell(about.title.get(l), switch) };
    let csrf = visit.csrf();
    views::page(
        &shell,
        html! {
            h1 { (about.title.get(l)) }
            @if let Some(address) = address {
                (views::success(html! { p { (t::CARRIED.fill(l, &[("address", address)])) } }))
            }
            (description(visit, campaign))
            @if let Some(button) = button {
                @let inner = html! { (carried.hidden()) (views::primary_button(button.get(l))) };
                (views::form(&Address::Start(l, service).to_string(), csrf.as_deref(), false, inner))
            }
            p { a href=(Address::Applications(l)) { @if phase == Phase::Closed { (t::CLOSED_FOLLOW.get(l)) } @else { (t::RETURN.get(l)) } } }
        },
    )
}

/// With a draft: the same, going on with it.
pub fn again(here: &StepVisit<'_>, draft: &Draft, campaign: &Campaign) -> Markup {
    let l = here.visit.locale;
    let inner = html! {
        (description(here.visit, campaign))
        (views::primary_button(t::CONTINUE.get(l)))
    };
    here.page(draft, t::name(draft.service).get(l), &[], inner)
}

fn description(visit: &Visit, campaign: &Campaign) -> Markup {
    let l = visit.locale;
    let date = |at: Timestamp| text::date(visit.site.local(at).date());
    // The campaign ends at the first instant that is too late: the last day is the one before.
    let last = campaign.closes.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(campaign.closes);
    let dates = [("opens", date(campaign.opens)), ("closes", date(last))];
    let dates: Vec<(&str, &str)> = dates.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let list = |items: &[Phrase]| html! { ul { @for item in items { li { (item.get(l)) } } } };
    let about = t::about(campaign.service);
    html! {
        p.lead { (about.lead.get(l)) }
        @if campaign.service == Service::Meals {
            p { (views::button_link(text::meals::CHECK_LINK.get(l), &Address::MealsCheck(l).to_string())) }
        }
        @if campaign.service == Service::Camp {
            p { (views::button_link(text::camp::CALENDAR_LINK.get(l), &Address::Camps(l).to_string())) }
        }
        @match campaign.phase(visit.now) {
            Phase::Before => (views::notice(html! { p { strong { (t::BEFORE_OPENING_TITLE.get(l)) } } p { (t::BEFORE_OPENING.fill(l, &dates)) } })),
            Phase::Closed => (views::warning(l, html! { p { strong { (t::CLOSED_TITLE.get(l)) } } p { (t::CLOSED.fill(l, &dates)) } })),
            Phase::Open => {}
        }
        h2 { (t::WHAT_TITLE.get(l)) }
        (list(about.what))
        h2 { (about.who_title.get(l)) }
        @for said in about.who { p { (said.get(l)) } }
        h2 { (t::DATES_TITLE.get(l)) }
        p { (t::DATES.fill(l, &dates)) }
        @if campaign.service == Service::Transfer {
            h3 { (text::transfer::BREAKS.get(l)) }
            @if campaign.breaks.is_empty() { p { (text::transfer::NO_BREAKS.get(l)) } }
            ul {
                @for one in &campaign.breaks {
                    li { (text::transfer::BREAK.fill(l, &[("first", &text::date(one.first)), ("last", &text::date(one.last))])) }
                }
            }
        }
        h2 { (t::DOCUMENTS_TITLE.get(l)) }
        h3 { (t::ONLINE_TITLE.get(l)) }
        (list(about.online))
        p { (t::ONLINE_FILES.get(l)) }
        @if !about.foreign.is_empty() {
            h3 { (t::FOREIGN_TITLE.get(l)) }
            p { (t::FOREIGN.get(l)) }
            (list(about.foreign))
            p { (t::FOREIGN_OTHER.get(l)) }
        }
        h3 { (t::IN_PERSON_TITLE.get(l)) }
        p { (about.in_person.get(l)) }
        h2 { (t::NEXT_TITLE.get(l)) }
        @let next: Vec<Markup> = about.next.iter().map(|step| html! { (step.get(l)) }).collect();
        (views::steps(&next))
        p.hint { (t::PRACTICE.get(l)) }
    }
}
