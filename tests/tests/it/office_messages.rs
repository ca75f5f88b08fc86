//! Messages that did not arrive: seen by the office, sent again, and by no press twice.

use domain::answers::Confirmed;
use domain::{Application, Email, Group, Locale};
use jiff::SignedDuration;
use store::keys::Key;
use store::outbox::{Claim, Delivery};
use testkit::{Fault, sequential_waits};
use tests::faults::at_every_call;
use tests::officer::Worker;
use tests::portal::block_on;
use tests::queue::{self, batch};
use tests::ready::ready;
use tests::standing::is_kept_from;
use tests::tables::{partition, read};
use tests::{Device, Engine, Family, Page, Portal, Result, Stack};
use text::undelivered as t;

tests::over_both! {
    what_a_provider_refused_is_listed_and_sent_again_once,
    sending_again_sends_once_whatever_fails,
}

const L: Locale = Locale::Kk;
const AT: &str = "/kk/office/messages";

/// A parent who is to be told of the sending by SMS and by mail.
struct Told<'a> {
    stack: &'a Stack,
    portal: &'a Portal,
    application: Application,
    phone: String,
    mail: String,
    key: Key,
}

impl<'a> Told<'a> {
    async fn new(stack: &'a Stack, portal: &'a Portal) -> Result<Self> {
        let (family, now) = (Family::unclaimed(stack, portal)?, portal.now());
        let draft = ready(portal, &family, false).await?;
        let mut mine = Device::with(portal, draft.token).open(&draft.id).await?;
        let mail = format!("{}@example.com", Portal::unique()?);
        let value = Email::parse(&mail).map_err(|_| "no address")?;
        let answers = &mut mine.draft.answers;
        answers.contacts.email = Some(Confirmed { value, at: now, consent_at: now });
        answers.intentions.as_mut().ok_or("no intentions")?.by_email = true;
        portal.store.send(&mine, now).await?;
        let application = portal.store.sent_application(&draft.id).await?.ok_or("no application")?;
        let own = partition(stack, &portal.tables.applications, &store::keys::application(&draft.id))?;
        let entry = own.iter().find(|item| read(item, &["entity"]) == Some("outbox")).ok_or("no outbox entry")?;
        let part = |name: &str| read(entry, &[name]).map(str::to_owned).ok_or("no key");
        let key = Key::new(part("pk")?, part("sk")?);
        Ok(Self { stack, portal, application, phone: family.phone, mail, key })
    }

    /// A provider refuses the SMS for good; the mail goes out.
    async fn refused(self) -> Result<Self> {
        let (store, now) = (&self.portal.store, self.portal.now());
        let Claim::Ours(mut lease) = store.claim_outbox(&self.key, now).await? else { return Err("not ours".into()) };
        let reason = "InvalidParameter".to_owned();
        lease.entry.sms.as_mut().ok_or("no SMS")?.delivery = Delivery::Failed { at: now, reason };
        lease.entry.mail.as_mut().ok_or("no mail")?.delivery = Delivery::Sent { at: now };
        store.settle_outbox(&lease, None, now).await?;
        Ok(self)
    }

    async fn give(&self, received: u32) -> Result<bool> {
        let parcel = serde_json::json!({"pk": self.key.pk, "sk": self.key.sk}).to_string();
        self.hand(&parcel, received).await
    }

    async fn hand(&self, parcel: &str, received: u32) -> Result<bool> {
        let batch = serde_json::from_value(batch(parcel, received))?;
        let function = self.portal.deliver_message(domain::Timestamp::now);
        let given = testkit::acting_as("deliver-message", function.handle(batch)).await?;
        Ok(given.batch_item_failures.is_empty())
    }

    /// How many SMS and letters came.
    fn came(&self) -> Result<(usize, usize)> {
        Ok((self.stack.texts(&self.phone)?.len(), self.stack.letters(&self.mail)?.len()))
    }

    fn is_listed(&self, page: &Page) -> bool {
        page.body.contains(&format!("/office/applications/{}\"", self.application.id))
    }

    /// The form that sends this one again.
    fn form(&self, page: &Page) -> Option<Vec<(String, String)>> {
        let own = |name: &str| -> Option<String> {
            let (_, rest) = page.body.split_once(&format!("name=\"application\" value=\"{}\"", self.application.id))?;
            let (_, rest) = rest.split_once(&format!("name=\"{name}\" value=\""))?;
            rest.split('"').next().map(str::to_owned)
        };
        Some(vec![
            ("csrf".to_owned(), page.csrf()?),
            ("application".to_owned(), self.application.id.to_string()),
            ("entry".to_owned(), own("entry")?),
            ("order".to_owned(), own("order")?),
        ])
    }
}

async fn apart(stack: &Stack) -> Result<(Portal, String)> {
    let queue = queue::create(stack, &format!("apart-{}", Portal::unique()?))?;
    Ok((Portal::apart(stack).await?.with_messages(queue.clone()), queue))
}

fn what_a_provider_refused_is_listed_and_sent_again_once(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (portal, queue) = apart(&stack).await?;
        let (well, told) = (Told::new(&stack, &portal).await?, Told::new(&stack, &portal).await?.refused().await?);
        assert!(well.give(1).await?);
        for group in [Group::Department, Group::Administrator] {
            let worker = Worker::new(&portal, group, None).await?;
            let page = worker.get(AT).await?;
            assert_eq!(page.status, 200, "{}", page.brief());
            assert!(page.body.contains(&format!("href=\"{AT}\"")), "no way from the office to the room");
            assert!(told.is_listed(&page) && !well.is_listed(&page), "{}", page.brief());
            let number = told.application.number.to_string();
            let tail: String = told.phone.chars().skip(10).collect();
            for said in [number.as_str(), "InvalidParameter", "SMS", &tail, t::AGAIN.get(L)] {
                assert!(page.says(said), "{said}: {}", page.brief());
            }
            // Nothing personal beyond the end of the number that a message was sent to.
            let family = told.application.answers.family.as_ref().ok_or("no family")?;
            for personal in [told.phone.as_str(), &told.mail, family.child.iin.as_str(), "Мысал"] {
                assert!(!page.body.contains(personal), "the list tells {personal}");
            }
            assert!(!page.says(&format!("{}:", t::MAIL.get(L))), "the letter had gone out");
        }

        let worker = Worker::of_department(&portal).await?;
        let page = worker.get(AT).await?;
        let form = told.form(&page).ok_or("no form")?;
        portal.wire.take();
        let pressed = worker.send(AT, &form).await?;
        let waits = sequential_waits(&portal.wire.take());
        assert!(waits <= 4, "{waits} waits: the door, the entry, its mark, the queue");
        assert_eq!(pressed.location, Some(format!("{AT}?again=1")), "{}", pressed.brief());
        let page = worker.get(&format!("{AT}?again=1")).await?;
        assert!(page.says(t::DONE.get(L)) && page.says(t::ON_ITS_WAY.get(L)), "{}", page.brief());
        // Pressed again, by the same hand or another's: nothing more.
        for worker in [&worker, &Worker::of_department(&portal).await?] {
            let own = worker.get(AT).await?.csrf().ok_or("no token")?;
            let mut form = form.clone();
            form.first_mut().ok_or("no fields")?.1 = own;
            let again = worker.send(AT, &form).await?;
            assert!(again.status == 409 && again.says(t::CHANGED.get(L)), "{}", again.brief());
        }
        let parcels = queue::receive(&stack, &queue)?;
        assert_eq!(parcels.len(), 1, "{parcels:?}");
        for parcel in parcels {
            assert!(told.hand(&parcel, 1).await?);
        }
        assert_eq!(told.came()?, (1, 0), "the letter had gone out before");
        let page = worker.get(AT).await?;
        assert!(!told.is_listed(&page), "it has arrived: {}", page.brief());
        assert!(page.says(t::EMPTY.get(L)), "{}", page.brief());
        assert_eq!(worker.send(AT, &form).await?.status, 409);
        assert_eq!(queue::receive(&stack, &queue)?.len(), 0);

        // Neither officers of schools, nor parents, nor forged names.
        let told = Told::new(&stack, &portal).await?.refused().await?;
        let form = told.form(&worker.get(AT).await?).ok_or("no form")?;
        is_kept_from(&portal, AT, &form, &[Group::School], &worker).await?;
        let with = |name: &str, value: &str| {
            let change = |(known, old): &(String, String)| {
                (known.clone(), if known == name { value.to_owned() } else { old.clone() })
            };
            form.iter().map(change).collect::<Vec<_>>()
        };
        for (name, value, status) in [
            ("application", "x", 404),
            ("entry", "", 404),
            ("entry", "1#2", 404),
            ("entry", "0000000000000-accepted", 409),
            ("order", "0000000000000-0", 409),
            ("application", &well.application.id.to_string(), 409),
        ] {
            let page = worker.send(AT, &with(name, value)).await?;
            assert_eq!(page.status, status, "{name}={value}: {}", page.brief());
        }
        assert_eq!(worker.get(&format!("{AT}?after=%23")).await?.status, 404);
        assert_eq!(queue::receive(&stack, &queue)?.len(), 0);
        assert_eq!(told.came()?, (0, 0));
        Ok(())
    })
}

fn sending_again_sends_once_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (portal, queue) = apart(&stack).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let told = Told::new(&stack, &portal).await?.refused().await?;
            let worker = Worker::of_department(&portal).await?;
            let page = worker.get(AT).await?;
            let form = told.form(&page).ok_or("no form")?;
            let first = portal.struck(planned, worker.send(AT, &form)).await?;
            let case = first.case();
            if first.is_unnoticed() {
                assert!(first.outcome.as_ref().is_some_and(|page| page.location.is_some()), "{case}");
            }
            // It is in the queue or still in the list: pressed until it is out of one of them.
            let mut parcels = queue::receive(&stack, &queue)?;
            if parcels.is_empty() {
                portal.wait(SignedDuration::from_mins(3));
                let worker = Worker::of_department(&portal).await?;
                let page = worker.get(AT).await?;
                let form = told.form(&page).ok_or_else(|| format!("{case}: lost: {}", page.brief()))?;
                assert!(worker.send(AT, &form).await?.location.is_some(), "{case}");
                parcels = queue::receive(&stack, &queue)?;
            }
            assert!((1..=4).contains(&parcels.len()), "{case}: {} parcels", parcels.len());
            for parcel in &parcels {
                assert!(told.hand(parcel, 1).await?, "{case}");
            }
            assert_eq!(told.came()?, (1, 0), "{case}");
            let page = Worker::of_department(&portal).await?.get(AT).await?;
            assert!(!told.is_listed(&page), "{case}: {}", page.brief());
            Ok(first.call)
        });
        assert!(struck.await? >= 15, "the door, the entry, its mark, the queue");
        Ok(())
    })
}

#[test]
fn what_the_queue_gives_up_is_listed_and_goes_out_from_wherever_it_comes_again() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let (portal, _) = apart(&stack).await?;
        let worker = Worker::of_department(&portal).await?;
        // The lease, what is stopped, the SMS: the provider is busy then.
        let busy = (3, Fault::Throttled);
        let told = Told::new(&stack, &portal).await?;
        for received in 1..=4 {
            let given = portal.struck(busy, told.give(received)).await?;
            assert_eq!((given.outcome, given.at("Publish")), (Some(false), true), "{}", given.case());
            assert!(!told.is_listed(&worker.get(AT).await?), "it is still tried");
        }
        let given = portal.struck(busy, told.give(5)).await?;
        assert_eq!(given.outcome, Some(false), "the queue puts it aside, where an alarm hears of it");
        let page = worker.get(AT).await?;
        assert!(told.is_listed(&page) && page.says("Throttling"), "{}", page.brief());
        // Given out again from there it is sent, and leaves the list.
        assert!(told.give(1).await?);
        assert_eq!(told.came()?, (1, 1));
        assert!(!told.is_listed(&worker.get(AT).await?));
        Ok(())
    })
}
