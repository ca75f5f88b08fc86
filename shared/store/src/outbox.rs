//! The outbox: what is to be told to a parent, put by the transaction that changes an application.
//!
//! One entry per change. Its messages go out once each, except when a sender dies between sending
//! and marking: then its lease lapses and another sends again. A provider whose answer was lost is
//! asked again too, since nobody knows whether it had heard. What is done is kept per channel, so a
//! mail server's bad hour does not repeat the SMS.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::life::Act;
use domain::{Application, ApplicationNumber, DraftId, Email, Locale, Phone, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::item::{Item, body, item, number, read_number};
use crate::keys::{self, Key, text};
use crate::stops::Stops;
use crate::{Failure, Store, StoreError};

/// The `entity` of outbox items; the stream's filter is on it.
pub const ENTITY: &str = "outbox";

/// How long a sender may take before another takes over. Longer than the sender's own timeout,
/// shorter than the queue's visibility timeout.
pub const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// How long an entry is kept: long enough to answer "did you write to me?".
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What there is to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The application was sent and has its number
    Accepted,
    /// The department registered it
    Registered,
    /// The department asks for corrections
    Returned,
    /// The parent sent the corrections
    Resent,
    /// The department refused to register it
    Refused,
    /// The school confirmed the place
    Confirmed,
    /// The school declined
    Declined,
    /// The order is written
    Enrolled,
    /// An officer assigned or corrected the home place
    Assigned,
    /// The parent stays with the place that is held
    Stayed,
    /// The parent took it back
    Withdrawn,
}

impl Event {
    /// What is told of an act.
    pub const fn of(act: Act) -> Self {
        match act {
            Act::Register => Self::Registered,
            Act::Return => Self::Returned,
            Act::Resend => Self::Resent,
            Act::Refuse => Self::Refused,
            Act::Confirm => Self::Confirmed,
            Act::Decline => Self::Declined,
            Act::Enrol => Self::Enrolled,
            Act::Assign => Self::Assigned,
            Act::Stay => Self::Stayed,
            Act::Withdraw => Self::Withdrawn,
        }
    }

    /// The act that is told of; none for the sending.
    pub const fn act(self) -> Option<Act> {
        match self {
            Self::Accepted => None,
            Self::Registered => Some(Act::Register),
            Self::Returned => Some(Act::Return),
            Self::Resent => Some(Act::Resend),
            Self::Refused => Some(Act::Refuse),
            Self::Confirmed => Some(Act::Confirm),
            Self::Declined => Some(Act::Decline),
            Self::Enrolled => Some(Act::Enrol),
            Self::Assigned => Some(Act::Assign),
            Self::Stayed => Some(Act::Stay),
            Self::Withdrawn => Some(Act::Withdraw),
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Registered => "registered",
            Self::Returned => "returned",
            Self::Resent => "resent",
            Self::Refused => "refused",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Enrolled => "enrolled",
            Self::Assigned => "assigned",
            Self::Stayed => "stayed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// How one channel stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// Not yet sent
    Waiting,
    /// The provider took it
    Sent {
        /// When
        at: Timestamp,
    },
    /// Not sent: whom it was for wants no more of them
    Stopped {
        /// When that was seen
        at: Timestamp,
    },
    /// The provider will never take it
    Failed {
        /// When
        at: Timestamp,
        /// The provider's error code
        reason: String,
    },
}

/// A message of one entry: where it goes and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target<A> {
    /// The address
    pub to: A,
    /// How it stands
    pub delivery: Delivery,
}

impl<A> Target<A> {
    fn waiting(to: A) -> Self {
        Self { to, delivery: Delivery::Waiting }
    }

    /// Whether it is still to be sent.
    pub fn is_waiting(&self) -> bool {
        self.delivery == Delivery::Waiting
    }
}

/// One change that a parent is told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// The application
    pub application: DraftId,
    /// What happened
    pub event: Event,
    /// The application's number
    pub number: ApplicationNumber,
    /// The language that the parent chose for notifications
    pub locale: Locale,
    /// When it happened
    pub at: Timestamp,
    /// The SMS, if there is one
    pub sms: Option<Target<Phone>>,
    /// The e-mail, if there is one
    pub mail: Option<Target<Email>>,
}

impl OutboxEntry {
    /// Something happened to an application; the channels are those that its parent chose and
    /// confirmed.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if step 5 was never answered.
    pub fn about(application: &Application, event: Event, at: Timestamp) -> Result<Self, StoreError> {
        let Some(chosen) = &application.answers.intentions else {
            return Err(StoreError::Corrupt {
                key: keys::sent(&application.id).to_string(),
                why: "no intentions".to_owned(),
            });
        };
        let contacts = &application.answers.contacts;
        let main = contacts.main.as_ref().filter(|_| chosen.by_sms);
        let email = contacts.email.as_ref().filter(|_| chosen.by_email);
        Ok(Self {
            application: application.id.clone(),
            event,
            number: application.number,
            locale: chosen.language,
            at,
            sms: main.map(|main| Target::waiting(main.value.clone())),
            mail: email.map(|email| Target::waiting(email.value.clone())),
        })
    }

    /// The key. It follows from the change alone, so the same change put twice is one entry; entries
    /// of an application sort by time.
    pub fn key(&self) -> Key {
        keys::outbox(&self.application, &format!("{:013}-{}", self.at.as_millisecond().max(0), self.event.code()))
    }

    /// The item that the changing transaction puts.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if it cannot be written.
    pub fn to_item(&self) -> Result<Item, StoreError> {
        let mut item = item(&self.key(), ENTITY, self)?;
        item.insert("state".to_owned(), text(self.state()));
        let forgotten = self.at.checked_add(KEPT).unwrap_or(Timestamp::MAX);
        item.insert("expires".to_owned(), number(forgotten.as_second()));
        Ok(item)
    }

    /// `waiting` while anything is to be sent, then `failed` if a provider refused anything, else `sent`.
    fn state(&self) -> &'static str {
        let all = [self.sms.as_ref().map(|target| &target.delivery), self.mail.as_ref().map(|target| &target.delivery)];
        let mut state = "sent";
        for delivery in all.into_iter().flatten() {
            match delivery {
                Delivery::Waiting => return "waiting",
                Delivery::Failed { .. } => state = "failed",
                Delivery::Sent { .. } | Delivery::Stopped { .. } => {}
            }
        }
        state
    }

    /// The addresses that still wait for something.
    pub fn waiting(&self) -> (Option<&Phone>, Option<&Email>) {
        let phone = self.sms.as_ref().filter(|target| target.is_waiting()).map(|target| &target.to);
        (phone, self.mail.as_ref().filter(|target| target.is_waiting()).map(|target| &target.to))
    }

    /// Marks what waits on a channel that is stopped.
    pub fn heed(&mut self, stops: Stops, at: Timestamp) {
        let sms = self.sms.as_mut().map(|target| &mut target.delivery).filter(|_| stops.sms);
        let mail = self.mail.as_mut().map(|target| &mut target.delivery).filter(|_| stops.mail);
        for delivery in sms.into_iter().chain(mail).filter(|delivery| **delivery == Delivery::Waiting) {
            *delivery = Delivery::Stopped { at };
        }
    }

    /// Whether nothing is left to send.
    pub fn is_done(&self) -> bool {
        self.state() != "waiting"
    }
}

/// The right to send an entry, until the lease lapses.
#[derive(Debug)]
pub struct Lease {
    /// What to send; mark in it what was done and hand it back to [`Store::settle_outbox`]
    pub entry: OutboxEntry,
    /// A former sender died between sending and marking, or before sending: what waits may go out again
    pub redelivered: bool,
    key: Key,
    token: String,
}

/// What became of asking for an entry.
#[derive(Debug)]
pub enum Claim {
    /// It is ours to send
    Ours(Box<Lease>),
    /// Nothing is left to send, or the entry is forgotten
    Done,
    /// Another sender has it; come back later
    Busy,
}

impl Store {
    /// Takes the lease of an entry. One wait, two if it cannot be had.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claim_outbox(&self, key: &Key, now: Timestamp) -> Result<Claim, StoreError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let token = hex::encode(random);
        let until = now.checked_add(LEASE).unwrap_or(Timestamp::MAX);
        let leased = self
            .dynamo
            .update_item()
            .table_name(&self.tables.applications)
            .set_key(Some(key.attributes()))
            .update_expression("SET #until = :until, #token = :token ADD #leases :one")
            .condition_expression("#state = :waiting AND (attribute_not_exists(#until) OR #until <= :now)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#until", "leased_until")
            .expression_attribute_names("#token", "lease")
            .expression_attribute_names("#leases", "leases")
            .expression_attribute_values(":until", number(until.as_millisecond()))
            .expression_attribute_values(":now", number(now.as_millisecond()))
            .expression_attribute_values(":token", text(&token))
            .expression_attribute_values(":waiting", text("waiting"))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .or_failure();
        let item = match leased {
            Ok(answer) => answer.attributes.unwrap_or_default(),
            Err(StoreError::Conflict) => match self.read_item(&self.tables.applications, key).await? {
                // The reply to the first attempt was lost: the lease that is in the way is this one.
                Some(item) if is_leased_by(&item, &token) => item,
                Some(item) if is_waiting(&item) => return Ok(Claim::Busy),
                _ => return Ok(Claim::Done),
            },
            Err(other) => return Err(other),
        };
        let redelivered = lapsed(&item);
        Ok(Claim::Ours(Box::new(Lease { entry: body(&item)?, redelivered, key: key.clone(), token })))
    }

    /// Writes what was sent and gives the lease back. One wait.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the lease had lapsed and another sender has it now.
    pub async fn settle_outbox(&self, lease: &Lease) -> Result<(), StoreError> {
        let mut written = item(&lease.key, ENTITY, &lease.entry)?;
        let body = written.remove("body").unwrap_or(AttributeValue::Null(true));
        let settled = self
            .dynamo
            .update_item()
            .table_name(&self.tables.applications)
            .set_key(Some(lease.key.attributes()))
            .update_expression("SET #body = :body, #state = :state, #settled = #leases REMOVE #until, #token")
            .condition_expression("#token = :token")
            .set_expression_attribute_names(Some(names(["body", "state", "leases", "settled"])))
            .expression_attribute_names("#until", "leased_until")
            .expression_attribute_names("#token", "lease")
            .expression_attribute_values(":body", body.clone())
            .expression_attribute_values(":state", text(lease.entry.state()))
            .expression_attribute_values(":token", text(&lease.token))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match settled.as_ref().err().and_then(SdkError::as_service_error) {
            // The reply to the first attempt was lost: it is marked already.
            Some(UpdateItemError::ConditionalCheckFailedException(failed))
                if failed.item().and_then(|item| item.get("body")) == Some(&body) =>
            {
                Ok(())
            }
            _ => settled.or_failure().map(drop),
        }
    }
}

/// Leases are counted when taken and again when given back: a gap of more than the new one means
/// that a sender died.
fn lapsed(item: &Item) -> bool {
    let count = |name| read_number::<u64>(item, name).unwrap_or_default();
    count("leases") > count("settled") + 1
}

fn is_waiting(item: &Item) -> bool {
    says(item, "state", "waiting")
}

fn is_leased_by(item: &Item, token: &str) -> bool {
    is_waiting(item) && says(item, "lease", token)
}

fn says(item: &Item, name: &str, value: &str) -> bool {
    item.get(name).and_then(|found| found.as_s().ok()).is_some_and(|found| found == value)
}

fn names<const N: usize>(names: [&str; N]) -> HashMap<String, String> {
    names.into_iter().map(|name| (format!("#{name}"), name.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::answers::{Answers, Confirmed, Contacts, Intentions, RegisterFacts};
    use domain::directory::CampaignId;
    use domain::life::State;
    use domain::{Owner, Service};

    fn application(by_sms: bool, by_email: bool) -> Application {
        let at: Timestamp = "2026-04-01T04:00:00Z".parse().unwrap();
        let contacts = Contacts {
            main: Some(Confirmed { value: Phone::parse("7010000001").unwrap(), at, consent_at: at }),
            second: None,
            email: Some(Confirmed { value: Email::parse("parent@example.kz").unwrap(), at, consent_at: at }),
            without_phone: false,
        };
        let intentions =
            Intentions { by_sms, by_email, language: Locale::Kk, consent_version: "1".to_owned(), consent_at: at };
        Application {
            id: DraftId::from_bytes([7; 16]),
            number: ApplicationNumber::new(44).unwrap(),
            service: Service::FirstGrade,
            campaign: CampaignId::parse("first-grade-2026").unwrap(),
            owner: Owner::from_hash("owner".to_owned()),
            version: 1,
            state: State::Submitted,
            since: None,
            sent: at,
            answers: Answers { contacts, intentions: Some(intentions), ..Answers::default() },
            register: RegisterFacts::default(),
            linked: true,
            remarks: Vec::new(),
            scans: Vec::new(),
            sent_from: String::new(),
            asked: None,
            stays: false,
            order: None,
        }
    }

    fn entry() -> OutboxEntry {
        OutboxEntry::about(&application(true, true), Event::Accepted, "2026-04-01T04:00:00.123Z".parse().unwrap())
            .unwrap()
    }

    #[test]
    fn an_entry_comes_back_as_it_was_written() {
        let item = entry().to_item().unwrap();
        assert_eq!(body::<OutboxEntry>(&item).unwrap(), entry());
        let of = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str);
        assert_eq!(of("pk"), Some("application#07070707070707070707070707070707"));
        assert_eq!(of("sk"), Some("outbox#1775016000123-accepted"));
        assert_eq!((of("entity"), of("state")), (Some("outbox"), Some("waiting")));
    }

    #[test]
    fn the_same_change_has_the_same_key_and_a_later_one_sorts_after_it() {
        let later = OutboxEntry { at: entry().at + SignedDuration::from_mins(1), ..entry() };
        assert_eq!(entry().key(), entry().key());
        assert!(entry().key().sk < later.key().sk);
    }

    #[test]
    fn only_chosen_channels_are_told_and_none_is_done_at_once() {
        let of = |by_sms, by_email| {
            OutboxEntry::about(&application(by_sms, by_email), Event::Accepted, Timestamp::UNIX_EPOCH).unwrap()
        };
        assert!(of(true, false).sms.is_some() && of(true, false).mail.is_none());
        assert!(of(false, true).sms.is_none() && of(false, true).mail.is_some());
        assert!(of(false, false).is_done());
        let mut unanswered = application(true, true);
        unanswered.answers.intentions = None;
        assert!(OutboxEntry::about(&unanswered, Event::Accepted, Timestamp::UNIX_EPOCH).is_err());
    }

    #[test]
    fn every_act_is_told_of_by_an_event_of_its_own() {
        for act in Act::ALL {
            assert_eq!(Event::of(act).act(), Some(act));
        }
    }

    #[test]
    fn an_entry_waits_until_every_channel_is_done() {
        let at = entry().at;
        let with = |sms: Delivery, mail: Delivery| {
            let mut entry = entry();
            entry.sms.as_mut().unwrap().delivery = sms;
            entry.mail.as_mut().unwrap().delivery = mail;
            entry.state()
        };
        let sent = || Delivery::Sent { at };
        let failed = || Delivery::Failed { at, reason: "InvalidParameter".to_owned() };
        assert_eq!(with(sent(), Delivery::Waiting), "waiting");
        assert_eq!(with(failed(), Delivery::Waiting), "waiting");
        assert_eq!(with(sent(), failed()), "failed");
        assert_eq!(with(sent(), sent()), "sent");
        assert_eq!(with(Delivery::Stopped { at }, sent()), "sent");
        assert_eq!(with(Delivery::Stopped { at }, Delivery::Waiting), "waiting");
        assert!(!entry().is_done());
    }

    #[test]
    fn a_stopped_channel_is_heeded_where_nothing_was_done_yet() {
        let at = entry().at;
        let mut entry = entry();
        entry.heed(Stops { sms: true, mail: false }, at);
        assert_eq!(entry.sms.as_ref().unwrap().delivery, Delivery::Stopped { at });
        assert!(entry.mail.as_ref().unwrap().is_waiting());
        entry.mail.as_mut().unwrap().delivery = Delivery::Sent { at };
        entry.heed(Stops { sms: true, mail: true }, at);
        assert_eq!(entry.mail.as_ref().unwrap().delivery, Delivery::Sent { at });
        assert!(entry.is_done());
    }

    #[test]
    fn a_sender_that_died_is_told_from_one_that_gave_back() {
        let item = |leases: u64, settled: Option<u64>| {
            let mut item = Item::from([("leases".to_owned(), number(leases))]);
            item.extend(settled.map(|settled| ("settled".to_owned(), number(settled))));
            lapsed(&item)
        };
        assert!(!item(1, None), "the first lease");
        assert!(item(2, None), "the first sender never came back");
        assert!(!item(2, Some(1)), "the first sender gave it back with something left to send");
        assert!(item(3, Some(1)));
    }
}
