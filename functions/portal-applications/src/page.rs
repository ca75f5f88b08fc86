//! The pages of "my applications".

use domain::directory::{Campaign, Phase};
use domain::fields::{Channel, SWITCHED};
use domain::{Application, Draft, Timestamp};
use store::applications::Listed;
use store::codes::CodeState;
use store::directory::Schools;
use store::sessions::Session;
use text::{applications as t, contacts, service, steps};
use views::{Field, FieldError, Kind, LanguageSwitch, Markup, Width, error_of, html};
use web::contacts::{missing, recipient};
use web::following::Following;
use web::queue::Queues;
use web::{Address, Fields, Visit};

/// The place of the page about SMS.
pub const SMS: &str = "sms";
/// The button that stops SMS.
pub const SMS_STOP: &str = "sms-stop";
/// The button that starts them again.
pub const SMS_START: &str = "sms-start";

/// What the list shows.
pub struct Facts<'a> {
    pub listed: &'a Listed,
    pub campaigns: &'a [Campaign],
    pub schools: &'a Schools,
    /// Those that each of the applications waits in
    pub queues: &'a [Queues],
    /// Whether this phone wants no SMS; none where no phone is proved
    pub sms_stopped: Option<bool>,
}

pub fn list(visit: &Visit, session: &Session, facts: &Facts<'_>) -> Markup {
    let l = visit.locale;
    let other = visit.address.other_language().to_string();
    let shell = visit.shell(t::TITLE.get(l), LanguageSwitch::Link(&other));
    let csrf = visit.csrf();
    let to = Address::Applications(l).to_string();
    let listed = facts.listed;
    views::page(
        &shell,
        html! {
            h1 { (t::TITLE.get(l)) }
            h2 { (t::SENT.get(l)) }
            @if listed.applications.is_empty() { p { (t::NO_SENT.get(l)) } }
            @for (application, queues) in listed.applications.iter().zip(facts.queues) { (sent(visit, session, application, (facts, queues))) }
            h2 { (t::DRAFTS.get(l)) }
            @if listed.drafts.is_empty() { p { (t::NO_DRAFTS.get(l)) } }
            @for one in &listed.drafts { (draft(visit, one)) }
            (new(visit, facts.campaigns))
            @if let Some(stopped) = facts.sms_stopped {
                h2 #(SMS) { (t::SMS_TITLE.get(l)) }
                p { (if stopped { t::SMS_OFF } else { t::SMS_ON }.get(l)) }
                (views::action_form(&to, csrf.as_deref(), views::buttons(match stopped {
                    true => views::secondary_button(t::SMS_START.get(l), "act", SMS_START, None),
                    false => views::secondary_button(t::SMS_STOP.get(l), "act", SMS_STOP, None),
                })))
            }
            @if session.phone.is_some() {
                (views::action_form(&to, csrf.as_deref(), views::buttons(html! {
                    (views::secondary_button(t::SIGN_OUT.get(l), "act", "sign-out", None))
                    (views::secondary_button(t::SIGN_OUT_ALL.get(l), "act", "sign-out-all", None))
                })))
            }
        },
    )
}

/// The ways to a new application.
fn new(visit: &Visit, campaigns: &[Campaign]) -> Markup {
    let l = visit.locale;
    html! {
        h2 { (t::NEW.get(l)) }
        (views::buttons(html! {
            @for campaign in campaigns.iter().filter(|campaign| campaign.phase(visit.now) != Phase::Closed) {
                (views::button_link(service::name(campaign.service).get(l), &Address::Start(l, campaign.service).to_string()))
            }
        }))
    }
}

fn sent(visit: &Visit, session: &Session, application: &Application, told: (&Facts<'_>, &Queues)) -> Markup {
    let l = visit.locale;
    let (facts, queues) = told;
    // Before the birth date is named on this device, the number and the state must do.
    let known = session.may_open(&application.id, Some(&application.sent_from));
    let child = application.answers.family.as_ref().filter(|_| known).map(|family| family.child.full_name());
    let number = t::NUMBER.fill(l, &[("n", &application.number.to_string())]);
    let thanks = Address::Sent(l, application.service, application.id.clone());
    let campaign = facts.campaigns.iter().find(|campaign| campaign.id == application.campaign);
    let following = Following { visit, application, campaign, schools: facts.schools, queues, own: true };
    html! {
        section.card {
            h3.name { (number) }
            p { (service::name(application.service).get(l)) @if let Some(child) = child { ": " (child) } }
            p { (views::state_tag(l, application.service, application.state)) }
            p.hint { (said_at(visit, text::review::SENT_AT, application.sent)) }
            @if known {
                (following.next())
                (following.correct(Some(&number)))
                (following.place())
            }
            @if known && !application.scans.is_empty() {
                (views::details(t::SCANS.get(l), scans(visit, application)))
            }
            p { a href=(thanks) { (if known { text::status::MORE } else { t::OPEN }.get(l)) span.vh { ": " (number) } } }
            @if known { (following.acts(Some(&number))) }
        }
    }
}

/// The documents that came with an application.
fn scans(visit: &Visit, application: &Application) -> Markup {
    let l = visit.locale;
    html! {
        ul {
            @for slot in &application.scans { li { (text::documents::name(*slot).get(l)) } }
        }
    }
}

fn draft(visit: &Visit, draft: &Draft) -> Markup {
    let l = visit.locale;
    let child = draft.answers.family.as_ref().map(|family| family.child.full_name());
    let name = child.as_deref().unwrap_or_else(|| t::DRAFT_NAMELESS.get(l));
    let furthest = draft.furthest();
    html! {
        section.card {
            h3.name { (name) }
            p { (service::name(draft.service).get(l)) }
            p { (t::STEP_NEXT.fill(l, &[("step", steps::name(furthest).get(l))])) }
            p.hint { (said_at(visit, t::SAVED_AT, draft.saved)) }
            p { a href=(Address::Step(l, draft.service, draft.id.clone(), furthest)) { (t::CONTINUE.get(l)) span.vh { ": " (name) } } }
        }
    }
}

fn said_at(visit: &Visit, phrase: text::Phrase, at: Timestamp) -> String {
    let at = visit.site.local(at);
    phrase.fill(visit.locale, &[("date", &text::date(at.date())), ("time", &text::time(at.time()))])
}

pub fn sign_in(visit: &Visit, shown: &Fields, code: CodeState, errors: &[FieldError]) -> Markup {
    let l = visit.locale;
    let shell = visit.shell(t::SIGN_IN.get(l), LanguageSwitch::Button);
    let csrf = visit.csrf();
    let send = Address::SignInCode(l).to_string();
    let ask = if code.sent.is_some() { contacts::SEND_CODE_AGAIN } else { contacts::SEND_CODE };
    let button = views::secondary_button(ask.get(l), "which", Channel::Main.code(), Some(&send));
    // Without a code there is nothing to check yet: Enter and the button ask for one.
    let action = if code.sent.is_some() { Address::SignIn(l).to_string() } else { send.clone() };
    let seconds = |again: Timestamp| u64::try_from(again.duration_since(visit.now).as_secs()).unwrap_or_default();
    let inner = html! {
        (views::text_input(&Field {
            hint: Some(contacts::PHONE_HINT.get(l)),
            value: shown.text("phone"),
            error: error_of(errors, "phone"),
            kind: Kind::Tel,
            autocomplete: Some("tel"),
            maxlength: Some(25),
            width: Width::W20,
            ..Field::new(l, "phone", contacts::PHONE.get(l))
        }))
        @match code.sent {
            Some(at) => {
                (views::notice(html! { p { (contacts::CODE_SENT_SMS.fill(l, &[("to", shown.text("phone")), ("time", &text::time(visit.site.local(at).time()))])) } }))
                (views::text_input(&Field {
                    hint: Some(contacts::CODE_HINT.get(l)),
                    error: error_of(errors, "code"),
                    kind: Kind::Digits,
                    autocomplete: Some("one-time-code"),
                    maxlength: Some(7),
                    width: Width::W6,
                    ..Field::new(l, "code", contacts::CODE.get(l))
                }))
                p { (views::primary_button(t::ENTER.get(l))) }
                @match code.again_at {
                    Some(again) => (views::resend(l, seconds(again), button)),
                    None => (button),
                }
            }
            None => {
                @let first = views::primary_button(contacts::SEND_CODE.get(l));
                @match code.again_at {
                    // One was sent to this phone a moment ago, and not for this device.
                    Some(again) => (views::resend(l, seconds(again), first)),
                    None => (first),
                }
            }
        }
    };
    views::form_page(
        &shell,
        errors,
        html! {
            h1 { (t::SIGN_IN.get(l)) }
            p { (t::SIGN_IN_INTRO.get(l)) }
            (views::form(&action, csrf.as_deref(), false, inner))
        },
    )
}

/// What went wrong when a code was asked for: the page is shown again with it.
pub fn asked_errors(visit: &Visit, shown: &Fields, outcome: &str) -> Vec<FieldError> {
    let l = visit.locale;
    if outcome == SWITCHED {
        return Vec::new();
    }
    match recipient(shown, Channel::Main) {
        Err(phrase) => vec![FieldError::new("phone", phrase.get(l))],
        Ok(None) => vec![FieldError::new("phone", missing(Channel::Main).get(l))],
        Ok(Some(_)) => web::contacts::outcome(visit, outcome)
            .map(|message| FieldError::new("phone", message))
            .into_iter()
            .collect(),
    }
}
