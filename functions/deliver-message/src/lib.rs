//! Queue of messages: sends an outbox entry by SMS and e-mail.
//!
//! A message of the queue may come twice, late, or after its sender died: the entry's lease and its
//! marks decide what is still to be sent.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::{Email, Locale, Timestamp};
use notify::{Mail, Parcel, SendError, SenderId, Sms};
use store::outbox::{Claim, Delivery, Lease, OutboxEntry};
use store::trace::Trace;
use store::{Store, StoreError};
use text::messages::{Letter, Notice};
use web::Address;

/// The try after which the queue puts a message aside: `maxReceiveCount` of the queue.
const LAST_TRY: u32 = 5;

/// The function.
#[derive(Debug)]
pub struct DeliverMessage {
    /// The outbox
    pub store: Store,
    /// SMS
    pub sms: Sms,
    /// E-mail
    pub mail: Mail,
    /// `PUBLIC_ORIGIN`, for the links of letters
    pub origin: String,
    /// The clock
    pub now: fn() -> Timestamp,
}

/// Why a message goes back into the queue.
#[derive(Debug)]
enum Again {
    /// It is not a parcel
    Unreadable,
    /// Another sender has the entry
    Busy,
    /// The provider's bad hour
    Provider(SendError),
    /// The table's
    Store(StoreError),
}

impl std::fmt::Display for Again {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable => f.write_str("not a parcel"),
            Self::Busy => f.write_str("another sender has it"),
            Self::Provider(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl DeliverMessage {
    /// Delivers a batch; what could not be delivered goes back into the queue, message by message,
    /// and after some tries to the queue of the dead.
    ///
    /// # Errors
    /// None: every failure belongs to one message.
    pub async fn handle(&self, batch: SqsEvent) -> Result<SqsBatchResponse, lambda::Error> {
        let mut answer = SqsBatchResponse::default();
        for message in batch.records {
            let id = message.message_id.unwrap_or_default();
            let received = message.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok());
            let is_last = received.is_some_and(|count: u32| count >= LAST_TRY);
            let delivered = match parcel(message.body.as_deref()) {
                Some(parcel) => self.deliver(&parcel, is_last).await,
                None => Err(Again::Unreadable),
            };
            if let Err(again) = delivered {
                tracing::warn!(message_id = %id, reason = %again, "goes back into the queue");
                answer.add_failure(id);
            }
        }
        Ok(answer)
    }

    /// After the last try the office sees what was not sent; the message is put aside all the same, and
    /// is sent from there too, should anybody give it out again.
    async fn deliver(&self, parcel: &Parcel, is_last: bool) -> Result<(), Again> {
        let key = store::keys::Key::new(&parcel.pk, &parcel.sk);
        let mut lease = match self.store.claim_outbox(&key, (self.now)()).await.map_err(Again::Store)? {
            Claim::Ours(lease) => lease,
            Claim::Done => return Ok(()),
            Claim::Busy => return Err(Again::Busy),
        };
        let trace = lease.entry.trace.clone();
        let trace = trace.as_ref().map(Trace::as_str);
        if lease.redelivered {
            // A metric filter counts these lines: the only way in which a parent gets a message twice.
            tracing::warn!(redelivered = 1, entry = %key, trace, "a sender died; what it did not mark is sent again");
        }
        // Asked at the last moment: what is stopped now is not sent now.
        let (phone, address) = lease.entry.waiting();
        let stops = self.store.stops(phone, address).await.map_err(Again::Store)?;
        lease.entry.heed(stops, (self.now)());
        let bad_hour = self.send(&mut lease).await;
        let gave_up = bad_hour.as_ref().filter(|_| is_last).map(SendError::code);
        self.store.settle_outbox(&lease, gave_up, (self.now)()).await.map_err(Again::Store)?;
        tracing::info!(entry = %key, trace, waits = bad_hour.is_some(), "delivered");
        bad_hour.map_or(Ok(()), |error| Err(Again::Provider(error)))
    }

    /// Sends by every channel that still waits and marks what became of it. Answers with the last
    /// error that is worth another try.
    async fn send(&self, lease: &mut Lease) -> Option<SendError> {
        let entry = &mut lease.entry;
        let stop = entry.mail.as_ref().map(|target| self.stop(entry.locale, &target.to)).unwrap_or_default();
        let (sms, letter) = words(entry, &self.origin, &stop);
        let mut bad_hour = None;
        if let Some(target) = entry.sms.as_mut().filter(|target| target.is_waiting()) {
            let sent = self.sms.send(&target.to, &sms).await;
            bad_hour = mark(&mut target.delivery, sent, "sms", (self.now)()).or(bad_hour);
        }
        if let Some(target) = entry.mail.as_mut().filter(|target| target.is_waiting()) {
            let sent = self.mail.send_stoppable(&target.to, &letter.subject, &letter.body, &stop).await;
            bad_hour = mark(&mut target.delivery, sent, "mail", (self.now)()).or(bad_hour);
        }
        bad_hour
    }

    /// Where letters to an address are stopped.
    fn stop(&self, locale: Locale, to: &Email) -> String {
        format!("{}{}", self.origin, Address::Unsubscribe(locale, self.store.mail_token(to)))
    }
}

fn parcel(body: Option<&str>) -> Option<Parcel> {
    serde_json::from_str(body?).ok()
}

/// What an entry says, in the parent's language.
fn words(entry: &OutboxEntry, origin: &str, stop: &str) -> (String, Letter) {
    let (l, number, link) = (entry.locale, entry.number, applications(entry.locale, origin));
    let notice = Notice::of(entry.service, entry.event.act());
    (notice.sms(l, number), notice.letter(l, number, &link, stop))
}

fn applications(locale: Locale, origin: &str) -> String {
    format!("{origin}{}", Address::Applications(locale))
}

/// Marks a channel; answers with the error if another try is worth it.
fn mark(delivery: &mut Delivery, sent: Result<(), SendError>, channel: &str, at: Timestamp) -> Option<SendError> {
    match sent {
        Ok(()) => {
            *delivery = Delivery::Sent { at };
            None
        }
        Err(SendError::Refused { code }) => {
            tracing::error!(channel, code, refused = 1, "the provider refuses this message for good");
            *delivery = Delivery::Failed { at, reason: code };
            None
        }
        Err(later @ (SendError::Throttled { .. } | SendError::Unavailable { .. })) => Some(later),
    }
}

/// Starts the function.
///
/// # Errors
/// A missing or unusable variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let sender = SenderId::parse(&lambda::required("SMS_SENDER_ID")?)?;
    let from = lambda::required("MAIL_FROM")?;
    let origin = lambda::required("PUBLIC_ORIGIN")?;
    let aws = lambda::aws().await;
    let function = DeliverMessage {
        store: Store::read(&aws, lambda::required)?,
        sms: Sms::new(&aws, sender),
        mail: Mail::new(&aws, from),
        origin,
        now: Timestamp::now,
    };
    lambda::serve_events(|batch| function.handle(batch)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn after(sent: Result<(), SendError>) -> (Delivery, bool) {
        let mut delivery = Delivery::Waiting;
        let again = mark(&mut delivery, sent, "sms", AT).is_some();
        (delivery, again)
    }

    #[test]
    fn a_message_is_marked_sent_or_failed_and_waits_through_a_bad_hour() {
        let code = || "Code".to_owned();
        assert_eq!(after(Ok(())), (Delivery::Sent { at: AT }, false));
        assert_eq!(
            after(Err(SendError::Refused { code: code() })),
            (Delivery::Failed { at: AT, reason: code() }, false)
        );
        assert_eq!(after(Err(SendError::Throttled { code: code() })), (Delivery::Waiting, true));
        assert_eq!(after(Err(SendError::Unavailable { code: code() })), (Delivery::Waiting, true));
    }

    #[test]
    fn the_last_try_is_the_queues() {
        let template = include_str!("../../../infra/data.yaml");
        let (_, queue) = template.split_once("\n  MessagesQueue:\n").unwrap();
        let (_, count) = queue.split_once("maxReceiveCount: ").unwrap();
        assert_eq!(count.lines().next(), Some(LAST_TRY.to_string().as_str()));
    }

    #[test]
    fn the_queues_messages_are_read_and_anything_else_is_told() {
        let batch: SqsEvent =
            serde_json::from_str(include_str!("../../../events/deliver-message.accepted.json")).unwrap();
        let read: Vec<_> = batch.records.iter().map(|message| parcel(message.body.as_deref())).collect();
        assert_eq!(
            read,
            [Some(Parcel {
                pk: "application#0190a0b0c0d0e0f00102030405060708".to_owned(),
                sk: "outbox#1806552000123-accepted".to_owned(),
            })]
        );
        let batch: SqsEvent =
            serde_json::from_str(include_str!("../../../events/deliver-message.unreadable.json")).unwrap();
        assert!(batch.records.iter().all(|message| parcel(message.body.as_deref()).is_none()));
    }

    #[test]
    fn letters_link_to_my_applications_in_the_parents_language() {
        assert_eq!(applications(Locale::Kk, "https://example.kz"), "https://example.kz/kk/applications");
    }
}
