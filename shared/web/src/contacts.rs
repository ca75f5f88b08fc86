//! The addresses of step 2 as typed: read alike by the page and by the function that sends codes.

use domain::contact::{EmailFault, PhoneFault};
use domain::fields::Channel;
use domain::{Email, Phone};
use store::codes::Recipient;
use text::{Phrase, contacts};

use crate::fields::Fields;
use crate::visit::Visit;

/// The address that is typed for a channel; none where the field is empty.
///
/// # Errors
/// What to do about it, for the field of the address.
pub fn recipient(form: &Fields, channel: Channel) -> Result<Option<Recipient>, Phrase> {
    let typed = form.text(channel.address_field());
    match channel {
        Channel::Main | Channel::Second => match Phone::parse(typed) {
            Ok(phone) if channel == Channel::Second && Phone::parse(form.text("phone")).as_ref() == Ok(&phone) => {
                Err(contacts::PHONE_SAME)
            }
            Ok(phone) => Ok(Some(Recipient::Phone(phone))),
            Err(PhoneFault::Empty) => Ok(None),
            Err(PhoneFault::Form) => Err(contacts::PHONE_FORM),
            Err(PhoneFault::Landline) => Err(contacts::PHONE_LANDLINE),
        },
        Channel::Email => match Email::parse(typed) {
            Ok(email) => Ok(Some(Recipient::Email(email))),
            Err(EmailFault::Empty) => Ok(None),
            Err(EmailFault::Form) => Err(contacts::EMAIL_FORM),
        },
    }
}

/// What to do where an address is needed and none is typed.
pub const fn missing(channel: Channel) -> Phrase {
    match channel {
        Channel::Main | Channel::Second => contacts::PHONE_EMPTY,
        Channel::Email => contacts::EMAIL_EMPTY,
    }
}

/// What is said of a code that could not be sent. The sending function leaves
/// `again:<instant>`, `spent:<instant>`, `crowded:<instant>` or `failed`.
pub fn outcome(visit: &Visit, outcome: &str) -> Option<String> {
    let l = visit.locale;
    let (what, when) = outcome.split_once(':').unwrap_or((outcome, ""));
    let phrase = match what {
        "again" => contacts::CODE_TOO_OFTEN,
        "spent" => contacts::CODE_SPENT,
        "crowded" => contacts::CODE_CROWDED,
        "failed" => return Some(contacts::CODE_NOT_SENT.get(l).to_owned()),
        _ => return None,
    };
    let when: domain::Timestamp = when.parse().ok().filter(|when| *when > visit.now)?;
    let when = visit.site.local(when);
    Some(phrase.fill(l, &[("date", &text::date(when.date())), ("time", &text::time(when.time()))]))
}
