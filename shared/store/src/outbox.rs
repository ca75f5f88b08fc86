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
use domain::{Application, ApplicationNumber, DraftId, Email, Locale, Phone, Service, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::error::condition_held;
use crate::item::{Item, body, item, number, read_number};
use crate::keys::{self, Key, text};
use crate::stops::Stops;
use crate::trace::Trace;
use crate::{Failure, Store, StoreError};

/// The `entity` of outbox items; the stream's filter is on it.
pub const ENTITY: &str = "outbox";

/// How long a sender may take before another takes over. Longer than the sender's own timeout,
/// shorter than the queue's visibility timeout.
pub const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// How long what was sent again counts as on its way. A second parcel sends nothing twice: this only
/// keeps an impatient hand from filling the queue.
const AGAIN: SignedDuration = SignedDuration::from_mins(2);

/// The index of what did not reach a parent; only such entries have its attributes, so that no
/// other entry costs more.
const UNDELIVERED_INDEX: &str = "by-undelivered";
const UNDELIVERED: &str = "undelivered";
const UNDELIVERED_ORDER: &str = "undelivered_at";
/// The error code with which the last try ended.
const GAVE_UP: &str = "gave_up";
/// Until when it counts as on its way again.
const AGAIN_UNTIL: &str = "again_until";

/// Undelivered entries on a page.
pub const UNDELIVERED_PAGE: usize = 50;

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
    /// A place is offered
    Offered,
    /// The school, in a camp the parent, confirmed the place
    Confirmed,
    /// The school declined
    Declined,
    /// A quota school declined
    Struck,
    /// The order is written
    Enrolled,
    /// An officer assigned or corrected the home place
    Assigned,
    /// The parent stays with the place that is held
    Stayed,
    /// The queue gave a place that is wanted more
    Moved,
    /// The new school accepted the child
    SlipGiven,
    /// The old school released the child
    Released,
    /// The slip was not used in time
    SlipExpired,
    /// The school approved free meals
    Approved,
    /// The last day of what was approved is near
    Reminded,
    /// That day has passed
    Lapsed,
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
            Act::Offer => Self::Offered,
            Act::Confirm => Self::Confirmed,
            Act::Decline => Self::Declined,
            Act::Strike => Self::Struck,
            Act::Enrol => Self::Enrolled,
            Act::Assign => Self::Assigned,
            Act::Stay => Self::Stayed,
            Act::Move => Self::Moved,
            Act::Accept => Self::SlipGiven,
            Act::Release => Self::Released,
            Act::Expire => Self::SlipExpired,
            Act::Approve => Self::Approved,
            Act::Remind => Self::Reminded,
            Act::Lapse => Self::Lapsed,
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
            Self::Offered => Some(Act::Offer),
            Self::Confirmed => Some(Act::Confirm),
            Self::Declined => Some(Act::Decline),
            Self::Struck => Some(Act::Strike),
            Self::Enrolled => Some(Act::Enrol),
            Self::Assigned => Some(Act::Assign),
            Self::Stayed => Some(Act::Stay),
            Self::Moved => Some(Act::Move),
            Self::SlipGiven => Some(Act::Accept),
            Self::Released => Some(Act::Release),
            Self::SlipExpired => Some(Act::Expire),
            Self::Approved => Some(Act::Approve),
            Self::Reminded => Some(Act::Remind),
            Self::Lapsed => Some(Act::Lapse),
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
            Self::Offered => "offered",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Struck => "struck",
            Self::Enrolled => "enrolled",
            Self::Assigned => "assigned",
            Self::Stayed => "stayed",
            Self::Moved => "moved",
            Self::SlipGiven => "slip-given",
            Self::Released => "released",
            Self::SlipExpired => "slip-expired",
            Self::Approved => "approved",
            Self::Reminded => "reminded",
            Self::Lapsed => "lapsed",
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

    /// Whether it ought to arrive and has not gone out.
    pub fn is_left(&self) -> bool {
        matches!(self.delivery, Delivery::Waiting | Delivery::Failed { .. })
    }
}

/// The service of what was written before there were others.
const fn first_grade() -> Service {
    Service::FirstGrade
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_first_grade(service: &Service) -> bool {
    *service == first_grade()
}

/// One change that a parent is told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// The application
    pub application: DraftId,
    /// Its service
    #[serde(default = "first_grade", skip_serializing_if = "is_first_grade")]
    pub service: Service,
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
    /// By which invocation, for whoever follows the message through the logs
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
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
            service: application.service,
            event,
            number: application.number,
            locale: chosen.language,
            at,
            sms: main.map(|main| Target::waiting(main.value.clone())),
            mail: email.map(|email| Target::waiting(email.value.clone())),
            trace: Trace::current(),
        })
    }

    /// The key. It follows from the change alone, so the same change put twice is one entry; entries
    /// of an application sort by time.
    pub fn key(&self) -> Key {
        keys::outbox(&self.application, &format!("{:013}-{}", self.at.as_millisecond().max(0), self.event.code()))
    }

    /// Every channel that failed waits as at first; what was sent stays sent.
    fn wait_again(&mut self) {
        let sms = self.sms.as_mut().map(|target| &mut target.delivery);
        let mail = self.mail.as_mut().map(|target| &mut target.delivery);
        for delivery in sms.into_iter().chain(mail) {
            if matches!(delivery, Delivery::Failed { .. }) {
                *delivery = Delivery::Waiting;
            }
        }
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

    /// Writes what was sent and gives the lease back. With `gave_up`, the code of the last try's
    /// error, what still waits is for the office to see: nobody tries it by himself any more. One wait.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the lease had lapsed and another sender has it now.
    pub async fn settle_outbox(&self, lease: &Lease, gave_up: Option<&str>, now: Timestamp) -> Result<(), StoreError> {
        let state = lease.entry.state();
        let gave_up = gave_up.filter(|_| state == "waiting");
        // What waits for its next try stands in the index as before: not at all, or on its way again.
        let shown = match (state, gave_up) {
            ("failed", _) => ", #undelivered = :undelivered, #order = :order REMOVE #gave_up, #again, #until, #token",
            ("waiting", Some(_)) => {
                ", #undelivered = :undelivered, #order = :order, #gave_up = :gave_up REMOVE #again, #until, #token"
            }
            ("waiting", None) => " REMOVE #until, #token",
            _ => " REMOVE #undelivered, #order, #gave_up, #again, #until, #token",
        };
        let mut written = item(&lease.key, ENTITY, &lease.entry)?;
        let body = written.remove("body").unwrap_or(AttributeValue::Null(true));
        let mut values = HashMap::from([
            (":body".to_owned(), body.clone()),
            (":state".to_owned(), text(state)),
            (":token".to_owned(), text(&lease.token)),
        ]);
        if shown.contains(":order") {
            values.insert(":undelivered".to_owned(), text(UNDELIVERED));
            values.insert(":order".to_owned(), text(undelivered_order(&lease.entry.application, now)));
        }
        values.extend(gave_up.map(|code| (":gave_up".to_owned(), text(code))));
        let settled = self
            .dynamo
            .update_item()
            .table_name(&self.tables.applications)
            .set_key(Some(lease.key.attributes()))
            .update_expression(format!("SET #body = :body, #state = :state, #settled = #leases{shown}"))
            .condition_expression("#token = :token")
            .set_expression_attribute_names(Some(names_in(shown)))
            .set_expression_attribute_values(Some(values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        // The reply to the first attempt was lost: it is marked already.
        if unmet(&settled).and_then(|item| item.get("body")) == Some(&body) {
            return Ok(());
        }
        settled.or_failure().map(drop)
    }
}

/// An entry that did not reach a parent by at least one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// The entry
    pub entry: OutboxEntry,
    /// Its place in the list; it changes whenever the entry comes back into the list
    pub order: String,
    /// The code of the error after which what still waits was given up
    pub gave_up: Option<String>,
    /// Until when it counts as on its way again
    again_until: Option<i64>,
    name: String,
}

impl Undelivered {
    pub(crate) fn read(item: &Item) -> Result<Self, StoreError> {
        let word = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        Ok(Self {
            entry: body(item)?,
            order: word(UNDELIVERED_ORDER).unwrap_or_default(),
            gave_up: word(GAVE_UP),
            again_until: read_number(item, AGAIN_UNTIL),
            name: keys::outbox_entry(&Key::of(item)).unwrap_or_default().to_owned(),
        })
    }

    /// The entry among those of its application.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether somebody has sent it again and the answer is not yet known.
    pub fn is_on_its_way(&self, now: Timestamp) -> bool {
        self.again_until.is_some_and(|until| until > now.as_millisecond())
    }

    /// When it failed.
    pub fn at(&self) -> Timestamp {
        let at = self.order.split('-').next().and_then(|at| at.parse().ok());
        at.and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or(self.entry.at)
    }

    /// Why a channel's message did not arrive; none where it did, or where that is not yet known again.
    pub fn why<'a, A>(&'a self, target: &'a Target<A>) -> Option<&'a str> {
        match &target.delivery {
            Delivery::Failed { reason, .. } => Some(reason),
            Delivery::Waiting => self.gave_up.as_deref(),
            Delivery::Sent { .. } | Delivery::Stopped { .. } => None,
        }
    }
}

/// A page of what was not delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UndeliveredPage {
    /// The newest first
    pub entries: Vec<Undelivered>,
    /// What the next page is asked for with, if there is one
    pub next: Option<String>,
}

impl Store {
    /// A page of what did not reach parents, the newest first, from the beginning or from behind a
    /// place. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn undelivered(&self, behind: Option<&str>) -> Result<UndeliveredPage, StoreError> {
        let asked = self
            .dynamo
            .query()
            .table_name(&self.tables.applications)
            .index_name(UNDELIVERED_INDEX)
            .expression_attribute_names("#undelivered", UNDELIVERED)
            .expression_attribute_values(":undelivered", text(UNDELIVERED))
            .scan_index_forward(false)
            // One more than is shown tells whether there is another page.
            .limit(i32::try_from(UNDELIVERED_PAGE + 1).unwrap_or(i32::MAX));
        let asked = match behind {
            None => asked.key_condition_expression("#undelivered = :undelivered"),
            Some(behind) => asked
                .key_condition_expression("#undelivered = :undelivered AND #order < :behind")
                .expression_attribute_names("#order", UNDELIVERED_ORDER)
                .expression_attribute_values(":behind", text(behind)),
        };
        let found = asked.send().await.or_failure()?.items.unwrap_or_default();
        let mut entries = found.iter().map(Undelivered::read).collect::<Result<Vec<_>, _>>()?;
        let more = entries.len() > UNDELIVERED_PAGE;
        entries.truncate(UNDELIVERED_PAGE);
        let next = entries.last().filter(|_| more).map(|last| last.order.clone());
        Ok(UndeliveredPage { entries, next })
    }

    /// Has every channel of an entry that failed wait again, if it stands in the list where it stood
    /// when `order` was read, and nobody has done so just now. Answers with the key to put into the
    /// queue; none where there is nothing to send again. Whoever dies before the queue has it leaves
    /// it in the list. Two waits.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn send_again(
        &self,
        application: &DraftId,
        name: &str,
        order: &str,
        now: Timestamp,
    ) -> Result<Option<Key>, StoreError> {
        let key = keys::outbox(application, name);
        let Some(found) = self.read_item(&self.tables.applications, &key).await? else { return Ok(None) };
        let Undelivered { mut entry, order: stands, again_until, .. } = Undelivered::read(&found)?;
        if stands != order || order.is_empty() || again_until.is_some_and(|until| until > now.as_millisecond()) {
            return Ok(None);
        }
        entry.wait_again();
        let mut written = item(&key, ENTITY, &entry)?;
        let body = written.remove("body").unwrap_or(AttributeValue::Null(true));
        let until = now.checked_add(AGAIN).unwrap_or(Timestamp::MAX);
        let set = self
            .dynamo
            .update_item()
            .table_name(&self.tables.applications)
            .set_key(Some(key.attributes()))
            .update_expression("SET #body = :body, #state = :waiting, #again = :until")
            // A sender who is at work right now has what was there before.
            .condition_expression(
                "#order = :order AND (attribute_not_exists(#again) OR #again <= :now) \
                 AND (attribute_not_exists(#leased) OR #leased <= :now)",
            )
            .expression_attribute_names("#body", "body")
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#again", AGAIN_UNTIL)
            .expression_attribute_names("#order", UNDELIVERED_ORDER)
            .expression_attribute_names("#leased", "leased_until")
            .expression_attribute_values(":body", body)
            .expression_attribute_values(":waiting", text("waiting"))
            .expression_attribute_values(":until", number(until.as_millisecond()))
            .expression_attribute_values(":order", text(order))
            .expression_attribute_values(":now", number(now.as_millisecond()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        // The reply to the first attempt was lost: what is in the way is this one.
        let is_ours = |item: &Item| read_number(item, AGAIN_UNTIL) == Some(until.as_millisecond());
        if unmet(&set).is_some_and(is_ours) {
            return Ok(Some(key));
        }
        Ok(condition_held(set.or_failure())?.then_some(key))
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

/// The item in whose way a condition stood.
fn unmet<T>(answer: &Result<T, SdkError<UpdateItemError>>) -> Option<&Item> {
    match answer.as_ref().err()?.as_service_error()? {
        UpdateItemError::ConditionalCheckFailedException(failed) => failed.item(),
        _ => None,
    }
}

/// The names of the attributes of a settling: those that it always has, and those of the index
/// that it mentions.
fn names_in(shown: &str) -> HashMap<String, String> {
    let always = [
        ("#body", "body"),
        ("#state", "state"),
        ("#leases", "leases"),
        ("#settled", "settled"),
        ("#until", "leased_until"),
        ("#token", "lease"),
    ];
    let some =
        [("#undelivered", UNDELIVERED), ("#order", UNDELIVERED_ORDER), ("#gave_up", GAVE_UP), ("#again", AGAIN_UNTIL)];
    let some = some.into_iter().filter(|(short, _)| shown.contains(short));
    always.into_iter().chain(some).map(|(short, name)| (short.to_owned(), name.to_owned())).collect()
}

/// The place among what was not delivered: by time, and no two alike.
fn undelivered_order(application: &DraftId, at: Timestamp) -> String {
    format!("{:013}-{application}", at.as_millisecond().max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Owner;
    use domain::answers::{Answers, Confirmed, Contacts, Intentions, RegisterFacts};
    use domain::directory::CampaignId;
    use domain::life::State;

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
            seat: None,
            order: None,
            released: None,
            until: None,
            renews: None,
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
