//! A sent application as its parent follows it: where it stands, what that means, what comes next,
//! what happened. No officer's name and no name of the family is among it.

use std::cmp::Ordering;

use domain::camp::Shift;
use domain::decision::Request;
use domain::directory::{Campaign, Phase};
use domain::life::{Act, Change, State};
use domain::{Application, Locale, Place, Service};
use maud::{Markup, html};
use store::directory::Schools;
use text::Phrase;
use text::review::language;
use text::{camp, corrections, decisions, life, review, status as t, transfer};
use views::{Row, Tone};

use crate::address::Address;
use crate::chosen;
use crate::deciding;
use crate::due::due;
use crate::office;
use crate::queue::{self, Queues};
use crate::visit::Visit;

/// The field of the form that begins an application from one that it renews.
pub const RENEWS: &str = "renews";

/// What is told of an application.
#[derive(Clone, Copy, Debug)]
pub struct Following<'a> {
    /// The request
    pub visit: &'a Visit,
    /// The application
    pub application: &'a Application,
    /// Its campaign, for the days of an answer
    pub campaign: Option<&'a Campaign>,
    /// The schools, for their names
    pub schools: &'a Schools,
    /// How the places that it waits for stand
    pub queues: &'a Queues,
    /// To the owner, who reads all of it; others read no more than how it stands
    pub own: bool,
}

/// A place in words.
pub fn place(place: &Place, schools: &Schools, locale: Locale) -> String {
    if let Some(section) = place.section {
        let section = camp::section(section).get(locale);
        return match schools.shift(&place.school) {
            Some(shift) => shift_in(&camp::PLACE_OF, shift, locale, &[("section", section)]),
            // It was taken out of the city's file after it was chosen.
            None => format!("{}, {section}", place.school),
        };
    }
    let school = schools.find(&place.school).map_or(place.school.as_str(), |school| school.name.get(locale));
    format!("{school}, {}", language(place.language).get(locale).to_lowercase())
}

/// A shift in words: its camp, its name, its dates, and what else the phrase asks for.
pub fn shift_in(phrase: &Phrase, shift: &Shift, locale: Locale, more: &[(&str, &str)]) -> String {
    let dates = camp::dates(locale, shift);
    let own = [("camp", shift.camp.get(locale)), ("shift", shift.name.get(locale)), ("dates", &*dates)];
    phrase.fill(locale, &own.into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
}

/// Where the status of an application is checked: its number, and nothing personal.
pub fn status_of(locale: Locale, application: &Application) -> String {
    let to = format!("{}?number={}", Address::Status(locale), application.number);
    match office::named(application.service) {
        Some(service) => format!("{to}&service={service}"),
        None => to,
    }
}

/// What the day of [`Application::until`] is the last of.
pub const fn until_name(application: &Application) -> Phrase {
    match application.service {
        Service::Transfer => transfer::SLIP_UNTIL,
        Service::Camp => camp::UNTIL,
        Service::FirstGrade | Service::Meals => text::meals::UNTIL,
    }
}

/// Whether the parent can settle for the place that is held: there is one, and a better one is
/// waited for.
pub fn may_stay(application: &Application) -> bool {
    application.allows(Act::Stay) && application.place().is_some() && !application.awaits().is_empty()
}

impl Following<'_> {
    /// What the state means, who owes an answer by when, and what is to be corrected.
    pub fn next(&self) -> Markup {
        let (l, application) = (self.visit.locale, self.application);
        html! {
            p { (life::meaning(application.service, application.state).get(l)) }
            @if let Some(due) = self.campaign.and_then(|campaign| due(self.visit, application, campaign)) { p { (due) } }
            @if let Some(request) = &application.asked { (asked(l, application.service, request)) }
        }
    }

    /// The place that is held, the better ones with the position in line for each, the order.
    pub fn place(&self) -> Markup {
        let (l, application) = (self.visit.locale, self.application);
        let said = |one: &Place| place(one, self.schools, l);
        let none = if application.service == Service::Camp { camp::NOT_GIVEN } else { review::HOME_UNKNOWN };
        let held = application.place().map_or_else(|| none.get(l).to_owned(), |held| said(&held));
        let queued = application.service.has_queue() && application.state.is_live();
        let awaits = application.awaits();
        let order = application.order.as_ref().map(|order| deciding::order(self.visit, order));
        let released = application.released.as_ref().map(|order| deciding::released(self.visit, order));
        let until = application.until.map(text::date);
        // In grade 1 what is held and awaited tells all of it.
        let chosen =
            (application.service != Service::FirstGrade).then(|| chosen::lines(l, &application.answers, self.schools));
        let told = |line: &chosen::Line| self.own || !line.is_private();
        let chosen = chosen.flatten().map(|(_, lines)| lines.into_iter().filter(told).collect::<Vec<_>>());
        let over = self.campaign.is_some_and(|campaign| campaign.phase(self.visit.now) == Phase::Closed);
        let awaited = queue::awaited_rows(l, application, self.queues, over, self.schools);
        let rows = [
            queued.then(|| Row::text(l, t::HELD.get(l), &held, None)),
            (!awaits.is_empty()).then(|| Row { key: decisions::AWAITED.get(l), value: awaited, change: None }),
            order.as_deref().map(|order| Row::text(l, decisions::ORDER_NUMBER.get(l), order, None)),
            released.as_deref().map(|order| Row::text(l, transfer::ORDER_OUT.get(l), order, None)),
            until.as_deref().map(|until| Row::text(l, until_name(application).get(l), until, None)),
        ];
        let rows: Vec<Row<'_>> = chosen::rows(l, chosen.as_deref().unwrap_or_default())
            .into_iter()
            .chain(rows.into_iter().flatten())
            .collect();
        html! {
            @if !rows.is_empty() { (views::summary_list(l, &rows)) }
            @if application.stays && application.service == Service::FirstGrade && application.state.is_live() { p { (t::STAYED.get(l)) } }
        }
    }

    /// How a transfer goes: what both schools do, one after the other, with the slips that they have given.
    pub fn timeline(&self) -> Markup {
        let (l, application) = (self.visit.locale, self.application);
        let (service, id) = (application.service, &application.id);
        let stage = match application.state {
            State::Submitted | State::Returned => 1,
            State::Accepted => 2,
            State::Released => 3,
            State::Enrolled => 4,
            _ => return html! {},
        };
        let slip = |shown: bool, address: Address, label: Phrase| {
            html! { @if shown { " " a href=(address) { (label.get(l)) " (PDF)" } } }
        };
        let given = application.free_place().is_some();
        let steps = [
            (transfer::STEP_SENT, html! {}),
            (transfer::STEP_ACCEPTED, slip(given, Address::Slip(l, service, id.clone()), transfer::SLIP)),
            (
                transfer::STEP_RELEASED,
                slip(application.released.is_some(), Address::SlipOut(l, service, id.clone()), transfer::SLIP_OUT),
            ),
            (transfer::STEP_ENROLLED, html! {}),
        ];
        let steps = steps.into_iter().enumerate().map(|(at, (name, more))| {
            let (tone, said) = match at.cmp(&stage) {
                Ordering::Less => (Tone::Good, transfer::DONE),
                Ordering::Equal => (Tone::Active, transfer::NOW_STEP),
                Ordering::Greater => (Tone::Neutral, transfer::AHEAD),
            };
            html! { (name.get(l)) " " (views::tag(tone, said.get(l))) (more) }
        });
        let steps: Vec<Markup> = steps.collect();
        html! {
            @if service == Service::Transfer {
                h2 { (transfer::TIMELINE.get(l)) }
                (views::steps(&steps))
            }
        }
    }

    /// What happened, the first first.
    pub fn history(&self, history: &[Change]) -> Markup {
        let l = self.visit.locale;
        let line = |change: &Change| {
            let at = self.visit.site.local(change.at);
            let when = format!("{} {}", text::date(at.date()), text::time(at.time()));
            let what = life::changed(self.application.service, change).get(l);
            // One column: phones are narrow.
            let what = match deciding::said(self.visit, change, self.schools).as_str() {
                "" => what.to_owned(),
                said => format!("{what}\n{said}"),
            };
            [when, what]
        };
        let lines: Vec<[String; 2]> = history.iter().map(line).collect();
        html! {
            h2 { (t::HISTORY.get(l)) }
            (views::table(&[t::WHEN.get(l), t::WHAT.get(l)], &lines))
        }
    }

    /// The way to correct what was returned, to confirm what is offered, or to renew what ends. `about` as in [`Following::acts`].
    pub fn correct(&self, about: Option<&str>) -> Markup {
        let (l, application) = (self.visit.locale, self.application);
        html! {
            @if application.allows(Act::Resend) {
                p { a.button.primary href=(Address::Correct(l, application.service, application.id.clone())) {
                    (corrections::LINK.get(l)) @if let Some(about) = about { span.vh { ": " (about) } }
                } }
            }
            @if application.may_confirm() && !application.offer_ended(self.visit.today()) {
                p { a.button.primary href=(Address::Confirm(l, application.service, application.id.clone())) {
                    (camp::CONFIRM.get(l)) @if let Some(about) = about { span.vh { ": " (about) } }
                } }
            }
            @if application.may_renew() {
                (views::action_form(&Address::Start(l, application.service).to_string(), self.visit.csrf().as_deref(), html! {
                    (views::hidden(RENEWS, application.id.as_str()))
                    (views::buttons(views::primary_button(text::meals::RENEW.get(l))))
                }))
            }
        }
    }

    /// What else the parent can do now. `about` tells a screen reader which application, where there
    /// are several.
    pub fn acts(&self, about: Option<&str>) -> Markup {
        let (l, application) = (self.visit.locale, self.application);
        let (service, id) = (application.service, &application.id);
        let act = |address: Address, label: &str| {
            html! { p { a href=(address) { (label) @if let Some(about) = about { span.vh { ": " (about) } } } } }
        };
        html! {
            @if may_stay(application) { (act(Address::Stay(l, service, id.clone()), decisions::act(service, Act::Stay).get(l))) }
            (act(Address::Receipt(l, service, id.clone()), text::receipt::NAME.get(l)))
            @if application.allows(Act::Withdraw) {
                (act(Address::Withdraw(l, service, id.clone()), t::WITHDRAW.get(l)))
            }
        }
    }
}

/// What the department asks to correct, in its own words.
pub fn asked(locale: Locale, service: Service, request: &Request) -> Markup {
    views::warning(
        locale,
        html! {
            p.name { (corrections::note(service).get(locale)) }
            p.said { (request.note.as_str()) }
            ul {
                @for field in &request.fields { li { (decisions::field(*field).get(locale)) } }
                @for slot in &request.scans { li { (text::documents::name(*slot).get(locale)) } }
            }
        },
    )
}
