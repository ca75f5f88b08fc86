//! The page of step 2.

use domain::Draft;
use domain::answers::Contacts;
use domain::fields::{Channel, WITHOUT_PHONE};
use store::codes::{CodeState, Recipient};
use text::{common, consent, contacts as t, paper};
use views::{Checkbox, Field, FieldError, Kind, Markup, Tone, Width, error_of, html};
use web::step::StepVisit;
use web::{Address, Fields};

use crate::form::is_confirmed;

/// An address on the page that still needs its code.
pub struct Pending {
    pub channel: Channel,
    pub to: Recipient,
    pub state: CodeState,
}

pub fn page(here: &StepVisit<'_>, draft: &Draft, shown: &Fields, pending: &[Pending], errors: &[FieldError]) -> Markup {
    let l = here.visit.locale;
    let send = here.with_return(&Address::SendCode(l, draft.service, draft.id.clone()));
    let part = |channel: Channel| {
        let pending = pending.iter().find(|pending| pending.channel == channel);
        section(here, shown, &draft.answers.contacts, channel, pending, errors, &send)
    };
    let inner = html! {
        p { (t::INTRO.get(l)) }
        @if draft.owner.is_officer() {
            (views::checkbox(&Checkbox {
                locale: l,
                name: WITHOUT_PHONE,
                value: "yes",
                label: paper::WITHOUT_PHONE.get(l),
                hint: Some(paper::WITHOUT_PHONE_HINT.get(l)),
                checked: shown.ticked(WITHOUT_PHONE),
                error: None,
            }))
        }
        (views::fieldset(l, "main-phone", t::MAIN_LEGEND.get(l), None, None, false, part(Channel::Main)))
        (views::fieldset(l, "second", t::SECOND_LEGEND.get(l), None, None, true, part(Channel::Second)))
        (views::fieldset(l, "mail", t::EMAIL_LEGEND.get(l), None, None, true, part(Channel::Email)))
        (views::primary_button(common::NEXT.get(l)))
    };
    here.page(draft, t::TITLE.get(l), errors, inner)
}

fn section(
    here: &StepVisit<'_>,
    shown: &Fields,
    contacts: &Contacts,
    channel: Channel,
    pending: Option<&Pending>,
    errors: &[FieldError],
    send: &str,
) -> Markup {
    let l = here.visit.locale;
    let (label, hint, kind, autocomplete) = match channel {
        Channel::Main => (t::PHONE, t::PHONE_HINT, Kind::Tel, "tel"),
        Channel::Second => (t::PHONE, t::PHONE_HINT, Kind::Tel, "off"),
        Channel::Email => (t::EMAIL, t::EMAIL_HINT, Kind::Email, "email"),
    };
    let address = channel.address_field();
    let confirmed = is_confirmed(shown, channel, contacts);
    let sent = pending.and_then(|pending| pending.state.sent.map(|at| (pending, at)));
    let ask = if sent.is_some() { t::SEND_CODE_AGAIN } else { t::SEND_CODE };
    let button = views::secondary_button(ask.get(l), "which", channel.code(), Some(send));
    html! {
        (views::text_input(&Field {
            hint: Some(hint.get(l)),
            value: shown.text(address),
            error: error_of(errors, address),
            kind,
            autocomplete: Some(autocomplete),
            maxlength: Some(if channel == Channel::Email { 254 } else { 25 }),
            width: if channel == Channel::Email { Width::Full } else { Width::W20 },
            ..Field::new(l, address, label.get(l))
        }))
        @if confirmed {
            p { (views::tag(Tone::Good, if channel == Channel::Email { t::CONFIRMED_MAIL } else { t::CONFIRMED }.get(l))) }
        }
        @if let Some(field) = channel.consent_field() {
            (views::checkbox(&Checkbox {
                locale: l,
                name: field,
                value: "yes",
                label: consent::SMS_LABEL.get(l),
                hint: None,
                checked: shown.ticked(field),
                error: error_of(errors, field),
            }))
        }
        @if let Some((pending, at)) = sent {
            (views::notice(html! { p { (code_sent(here, &pending.to, at)) } }))
            (views::text_input(&Field {
                hint: Some(t::CODE_HINT.get(l)),
                error: error_of(errors, channel.code_field()),
                kind: Kind::Digits,
                autocomplete: Some("one-time-code"),
                maxlength: Some(7),
                width: Width::W6,
                ..Field::new(l, channel.code_field(), t::CODE.get(l))
            }))
        } @else if error_of(errors, channel.code_field()).is_some() {
            (views::text_input(&Field {
                error: error_of(errors, channel.code_field()),
                kind: Kind::Digits,
                maxlength: Some(7),
                width: Width::W6,
                ..Field::new(l, channel.code_field(), t::CODE.get(l))
            }))
        }
        @if !confirmed {
            @match pending.and_then(|pending| pending.state.again_at) {
                Some(again) => (views::resend(l, seconds(here, again), button)),
                None => (button),
            }
        }
    }
}

fn seconds(here: &StepVisit<'_>, again: domain::Timestamp) -> u64 {
    u64::try_from(again.duration_since(here.visit.now).as_secs()).unwrap_or_default()
}

fn code_sent(here: &StepVisit<'_>, to: &Recipient, at: domain::Timestamp) -> String {
    let time = text::time(here.visit.site.local(at).time());
    let (phrase, to) = match to {
        Recipient::Phone(phone) => (t::CODE_SENT_SMS, phone.spaced()),
        Recipient::Email(email) => (t::CODE_SENT_MAIL, email.as_str().to_owned()),
    };
    phrase.fill(here.visit.locale, &[("to", &to), ("time", &time)])
}
