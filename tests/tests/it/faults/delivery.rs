//! Messages: one per change and channel, and a second one only where nobody can know that the first
//! went out.

use domain::answers::Confirmed;
use domain::{DraftId, Email, Slot, Timestamp};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::StoreError;
use store::keys::{self, Key};
use store::outbox::{Claim, Delivery};
use testkit::Fault;
use tests::faults::{Struck, at_every_call};
use tests::portal::block_on;
use tests::queue::{self, batch, until_taken};
use tests::ready::{answered, attach};
use tests::tables::{partition, read};
use tests::{Device, Family, Portal, Result, Stack};

/// The clock of a function that runs so much later.
fn later<const SECONDS: i64>() -> Timestamp {
    Timestamp::now() + SignedDuration::from_secs(SECONDS)
}

/// A change that a parent is to be told of by SMS and by mail.
struct Told<'a> {
    stack: &'a Stack,
    portal: &'a Portal,
    id: DraftId,
    phone: String,
    mail: String,
}

impl<'a> Told<'a> {
    async fn new(stack: &'a Stack, portal: &'a Portal) -> Result<Self> {
        let (family, now) = (Family::invented(stack)?, portal.now());
        let ready = answered(portal, &family, false).await?;
        attach(portal, &ready.id, Slot::Photo).await?;
        let mut mine = Device::with(portal, ready.token).open(&ready.id).await?;
        let mail = format!("{}@example.com", Portal::unique()?);
        let value = Email::parse(&mail).map_err(|_| "no address")?;
        let answers = &mut mine.draft.answers;
        answers.contacts.email = Some(Confirmed { value, at: now, consent_at: now });
        answers.intentions.as_mut().ok_or("no intentions")?.by_email = true;
        portal.store.send(&mine, now).await?;
        Ok(Self { stack, portal, id: ready.id, phone: family.phone, mail })
    }

    fn entry(&self) -> Result<Value> {
        let own = partition(self.stack, &self.portal.tables.applications, &keys::application(&self.id))?;
        Ok(own.into_iter().find(|item| read(item, &["entity"]) == Some("outbox")).ok_or("no outbox entry")?)
    }

    fn key(&self) -> Result<Key> {
        let entry = self.entry()?;
        let part = |name: &str| read(&entry, &[name]).map(str::to_owned).ok_or("no key");
        Ok(Key::new(part("pk")?, part("sk")?))
    }

    fn state(&self) -> Result<String> {
        Ok(read(&self.entry()?, &["state"]).ok_or("no state")?.to_owned())
    }

    /// How many SMS and letters came.
    fn came(&self) -> Result<(usize, usize)> {
        Ok((self.stack.texts(&self.phone)?.len(), self.stack.letters(&self.mail)?.len()))
    }

    fn parcel(&self) -> Result<String> {
        let Key { pk, sk } = self.key()?;
        Ok(json!({"pk": pk, "sk": sk}).to_string())
    }

    /// Gives the function a parcel. Whether it is done with it.
    async fn give(&self, parcel: &str, received: u32, now: fn() -> Timestamp) -> Result<bool> {
        let batch = serde_json::from_value(batch(parcel, received))?;
        let given = testkit::acting_as("deliver-message", self.portal.deliver_message(now).handle(batch)).await?;
        Ok(given.batch_item_failures.is_empty())
    }
}

/// What comes of a fault at a delivery.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    sms: usize,
    letters: usize,
    /// Whether the entry is still leased by a sender that will never come back
    leased: bool,
}

fn outcome(given: &Struck<bool>) -> Outcome {
    let once = Outcome { sms: 1, letters: 1, leased: false };
    let Some(call) = &given.call else { return once };
    // A provider that did not answer is asked again: it may have heard.
    let messages = match given.fault {
        Fault::Refused => 0,
        Fault::ReplyLostOnce | Fault::ReplyLost | Fault::KilledAfter => 2,
        _ => 1,
    };
    let leased = given.fault.kills();
    match (call.service.as_str(), given.nth) {
        ("sns", _) => Outcome { sms: messages, leased, ..once },
        // The SMS had gone out, and whoever knew of it is dead.
        ("sesv2", _) => Outcome { sms: if leased { 2 } else { 1 }, letters: messages, leased },
        (_, 1) => Outcome { leased: given.is_unheard(), ..once },
        // Who wants no messages could not be read: none was sent yet.
        (_, 2) => Outcome { leased: !given.is_unnoticed(), ..once },
        _ => match given.fault {
            Fault::Unsent | Fault::Throttled | Fault::Denied | Fault::KilledBefore => {
                Outcome { sms: 2, letters: 2, leased: true }
            }
            _ => once,
        },
    }
}

#[test]
fn a_fault_at_a_delivery_sends_a_second_message_only_where_nobody_can_know() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::apart(&stack).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let told = Told::new(&stack, &portal).await?;
            let parcel = told.parcel()?;
            let given = portal.struck(planned, told.give(&parcel, 1, later::<0>)).await?;
            let (case, expected) = (given.case(), outcome(&given));
            if given.is_unnoticed() {
                assert_eq!(given.outcome, Some(true), "{case}");
            }
            // Again at once, while a dead sender's lease still holds; and when it has lapsed.
            let before = told.came()?;
            let taken = told.give(&parcel, 2, later::<0>).await?;
            assert_eq!(taken, !expected.leased, "{case}: {expected:?}");
            if !taken {
                assert_eq!((told.came()?, told.state()?.as_str()), (before, "waiting"), "{case}: sent under a lease");
            }
            until_taken(3, async |received| told.give(&parcel, received, later::<61>).await).await?;
            assert_eq!(told.came()?, (expected.sms, expected.letters), "{case}");
            let refused = given.call.is_some() && given.fault == Fault::Refused;
            assert_eq!(told.state()?, if refused { "failed" } else { "sent" }, "{case}");
            // However often it comes now, nothing is left to send.
            let before = told.entry()?;
            assert!(told.give(&parcel, 1, later::<122>).await?, "{case}");
            assert_eq!((told.came()?, told.entry()?), ((expected.sms, expected.letters), before), "{case}");
            Ok(given.call)
        });
        assert!(struck.await? >= 30, "the lease, the SMS, the letter, the marks");
        Ok(())
    })
}

#[test]
fn a_dead_sender_is_told_from_one_that_gave_its_lease_back() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::apart(&stack).await?;
        let (told, store) = (Told::new(&stack, &portal).await?, &portal.store);
        let key = told.key()?;
        let claimed = async |now: fn() -> Timestamp| store.claim_outbox(&key, now()).await;
        let Claim::Ours(mut dead) = claimed(later::<0>).await? else { return Err("not ours".into()) };
        assert!(!dead.redelivered);
        assert!(matches!(claimed(later::<0>).await?, Claim::Busy));
        assert!(matches!(claimed(later::<59>).await?, Claim::Busy));
        let Claim::Ours(second) = claimed(later::<61>).await? else { return Err("the lease does not lapse".into()) };
        assert!(second.redelivered, "the first sender did not come back");
        // It was only slow: what it would mark now is another's to mark.
        dead.entry.sms.as_mut().ok_or("no SMS")?.delivery = Delivery::Sent { at: portal.now() };
        assert!(matches!(store.settle_outbox(&dead, None, portal.now()).await, Err(StoreError::Conflict)));
        assert_eq!(told.state()?, "waiting");
        store.settle_outbox(&second, None, portal.now()).await?;
        let Claim::Ours(third) = claimed(later::<61>).await? else { return Err("not given back".into()) };
        assert!(!third.redelivered, "the second sender gave the entry back with everything left to send");
        assert_eq!(third.entry, second.entry);
        Ok(())
    })
}

#[test]
fn a_fault_between_stream_and_queue_loses_no_message_and_doubles_none() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::apart(&stack).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let told = Told::new(&stack, &portal).await?;
            let queue = queue::create(&stack, &format!("apart-{}", Portal::unique()?))?;
            let entry = told.entry()?;
            let change = json!({"Records": [
                {"eventName": "INSERT", "dynamodb": {
                    "Keys": {"pk": entry.get("pk"), "sk": entry.get("sk")},
                    "NewImage": entry,
                }},
            ]});
            let function = portal.on_application_changed(&queue);
            let put = async || -> Result<bool> {
                let change = serde_json::from_value(change.clone())?;
                Ok(testkit::acting_as("on-application-changed", function.handle(change)).await.is_ok())
            };
            let first = portal.struck(planned, put()).await?;
            let case = first.case();
            if first.outcome != Some(true) {
                // The stream brings the batch again.
                assert!(!first.is_unnoticed() && put().await?, "{case}");
            }
            let parcels = queue::receive(&stack, &queue)?;
            assert!((1..=4).contains(&parcels.len()), "{case}: {} parcels", parcels.len());
            for parcel in &parcels {
                assert!(told.give(parcel, 1, later::<0>).await?, "{case}");
            }
            assert_eq!((told.came()?, told.state()?.as_str()), ((1, 1), "sent"), "{case}");
            Ok(first.call)
        });
        assert!(struck.await? >= 7);
        Ok(())
    })
}

#[test]
fn a_poison_message_holds_up_no_other() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::apart(&stack).await?;
        let told = Told::new(&stack, &portal).await?;
        let nobodys = json!({"pk": "application#none", "sk": "outbox#none"}).to_string();
        let poison = ["", "{", "[]", r#"{"pk": 1}"#, nobodys.as_str()];
        let mut records = Vec::new();
        for (at, body) in poison.into_iter().chain([told.parcel()?.as_str()]).chain(poison).enumerate() {
            let one = batch(body, 1);
            let mut record = one.get("Records").and_then(|records| records.get(0)).cloned().ok_or("no record")?;
            record.as_object_mut().ok_or("no record")?.insert("messageId".to_owned(), json!(at.to_string()));
            records.push(record);
        }
        for _ in 0..2 {
            let event = serde_json::from_value(json!({"Records": records}))?;
            let given = testkit::acting_as("deliver-message", portal.deliver_message(later::<0>).handle(event)).await;
            let given = given.map_err(|error| error.to_string())?;
            let failed: Vec<_> = given.batch_item_failures.into_iter().map(|item| item.item_identifier).collect();
            // What cannot be read goes back until the queue puts it aside; of what is not there nothing is left to do.
            assert_eq!(failed, ["0", "1", "2", "3", "6", "7", "8", "9"]);
            assert_eq!((told.came()?, told.state()?.as_str()), ((1, 1), "sent"));
        }
        Ok(())
    })
}
