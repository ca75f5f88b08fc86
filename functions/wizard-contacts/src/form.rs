//! The form of step 2: addresses, and the codes typed for them.

use domain::answers::{Confirmed, Contacts};
use domain::fields::{ASKED, Channel, OUTCOME, WITHOUT_PHONE};
use domain::{Email, Phone};
use lambda::metrics::{self, Metric};
use store::codes::{Code, CodeCheck, Recipient};
use store::{Store, StoreError};
use text::{consent, contacts as t};
use views::FieldError;
use web::contacts::{missing, recipient};
use web::{Fields, Visit};

/// How one channel's fields were judged.
pub enum Checked {
    /// Left empty, where it may be
    Absent,
    /// Proved, now or before
    Phone(Confirmed<Phone>),
    /// Proved, now or before
    Email(Confirmed<Email>),
    /// To be corrected
    Wrong(FieldError),
}

impl Checked {
    pub fn phone(&self) -> Option<Confirmed<Phone>> {
        match self {
            Self::Phone(phone) => Some(phone.clone()),
            Self::Absent | Self::Email(_) | Self::Wrong(_) => None,
        }
    }

    pub fn email(&self) -> Option<Confirmed<Email>> {
        match self {
            Self::Email(email) => Some(email.clone()),
            Self::Absent | Self::Phone(_) | Self::Wrong(_) => None,
        }
    }

    pub fn error(&self) -> Option<FieldError> {
        match self {
            Self::Wrong(error) => Some(error.clone()),
            Self::Absent | Self::Phone(_) | Self::Email(_) => None,
        }
    }

    pub fn failed(&self) -> bool {
        matches!(self, Self::Wrong(_))
    }
}

/// Judges one channel: what was proved before needs no code; anything else does. The main phone may
/// stay empty only where the parent has none. One wait where a code was typed.
pub async fn check(
    store: &Store,
    session: &str,
    form: &Fields,
    channel: Channel,
    before: &Contacts,
    visit: &Visit,
    without_phone: bool,
) -> Result<Checked, StoreError> {
    let l = visit.locale;
    let wrong = |field: &'static str, message: String| Ok(Checked::Wrong(FieldError::new(field, message)));
    let to = match recipient(form, channel) {
        Err(phrase) => return wrong(channel.address_field(), phrase.get(l).to_owned()),
        Ok(None) if channel == Channel::Main && !without_phone => {
            return wrong(channel.address_field(), missing(channel).get(l).to_owned());
        }
        Ok(None) => return Ok(Checked::Absent),
        Ok(Some(to)) => to,
    };
    if let Some(proved) = proved(&to, channel, before) {
        return Ok(proved);
    }
    let typed = form.text(channel.code_field());
    if typed.is_empty() {
        return wrong(channel.address_field(), t::CODE_NEEDED.get(l).to_owned());
    }
    let Some(code) = Code::parse(typed) else { return wrong(channel.code_field(), t::CODE_FORM.get(l).to_owned()) };
    match store.check_code(session, &to, &code, visit.now).await? {
        CodeCheck::Right { consent_at } => {
            metrics::count(Metric::CodesConfirmed, 1);
            Ok(match to {
                Recipient::Phone(value) => Checked::Phone(Confirmed { value, at: visit.now, consent_at }),
                Recipient::Email(value) => Checked::Email(Confirmed { value, at: visit.now, consent_at }),
            })
        }
        CodeCheck::Wrong { left } if left > 0 => {
            wrong(channel.code_field(), t::CODE_WRONG.fill(l, &[("left", &left.to_string())]))
        }
        CodeCheck::Wrong { .. } | CodeCheck::Gone => wrong(channel.code_field(), t::CODE_GONE.get(l).to_owned()),
    }
}

fn proved(to: &Recipient, channel: Channel, before: &Contacts) -> Option<Checked> {
    match (to, channel) {
        (Recipient::Phone(phone), Channel::Main) => {
            before.main.clone().filter(|main| main.value == *phone).map(Checked::Phone)
        }
        (Recipient::Phone(phone), _) => {
            before.second.clone().filter(|second| second.value == *phone).map(Checked::Phone)
        }
        (Recipient::Email(email), _) => before.email.clone().filter(|known| known.value == *email).map(Checked::Email),
    }
}

/// Whether the address shown for a channel is the one that was proved.
pub fn is_confirmed(shown: &Fields, channel: Channel, contacts: &Contacts) -> bool {
    matches!(recipient(shown, channel), Ok(Some(to)) if proved(&to, channel, contacts).is_some())
}

/// The addresses on the page that still need a code.
pub fn unconfirmed(shown: &Fields, contacts: &Contacts) -> Vec<(Channel, Recipient)> {
    Channel::ALL
        .into_iter()
        .filter(|channel| !is_confirmed(shown, *channel, contacts))
        .filter_map(|channel| recipient(shown, channel).ok().flatten().map(|to| (channel, to)))
        .collect()
}

/// The fields as answered before.
pub fn answered(contacts: &Contacts) -> Fields {
    let mut fields = Fields::default();
    if let Some(main) = &contacts.main {
        fields.set("phone", main.value.spaced());
        fields.set("sms-consent", "yes");
    }
    if let Some(second) = &contacts.second {
        fields.set("second-phone", second.value.spaced());
        fields.set("second-sms-consent", "yes");
    }
    if let Some(email) = &contacts.email {
        fields.set("email", email.value.as_str());
    }
    if contacts.without_phone {
        fields.set(WITHOUT_PHONE, "yes");
    }
    fields
}

/// What went wrong when a code was asked for: the page is shown again with it.
pub fn asked_errors(visit: &Visit, shown: &Fields) -> Vec<FieldError> {
    let l = visit.locale;
    let Some(channel) = Channel::parse(shown.text(ASKED)) else { return Vec::new() };
    let mut errors = Vec::new();
    match recipient(shown, channel) {
        Err(phrase) => errors.push(FieldError::new(channel.address_field(), phrase.get(l))),
        Ok(None) => errors.push(FieldError::new(channel.address_field(), missing(channel).get(l))),
        Ok(Some(_)) => {}
    }
    if let Some(field) = channel.consent_field()
        && !shown.ticked(field)
    {
        errors.push(FieldError::new(field, consent::SMS_MISSING.get(l)));
    }
    if errors.is_empty() {
        errors.extend(
            web::contacts::outcome(visit, shown.text(OUTCOME))
                .map(|message| FieldError::new(channel.address_field(), message)),
        );
    }
    errors
}
