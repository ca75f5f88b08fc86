//! Sending when AWS fails, the function dies, or another tab is faster: one application, whole,
//! or none.

use std::cell::Cell;
use std::time::{Duration, Instant};

use domain::{ApplicationNumber, Locale, Service};
use store::documents::State;
use store::drafts::Mine;
use store::keys;
use store::sending::Sending;
use testkit::Fault;
use tests::faults::at_every_call;
use tests::parent::number as shown;
use tests::portal::block_on;
use tests::ready::{Ready, attach, put, ready};
use tests::tables::{partition, read};
use tests::{Device, Engine, Family, Page, Portal, Result, Stack};
use text::{errors, review};

/// A parent with a complete draft, on the review page.
struct Sender<'a> {
    stack: &'a Stack,
    portal: &'a Portal,
    draft: Ready,
    /// Whether the register links parent and child
    linked: bool,
}

/// What the tables hold of one draft.
#[derive(Debug, PartialEq, Eq)]
enum Held {
    /// A draft that was not sent and nothing else
    Draft,
    /// All of an application, each part once
    Application { number: String },
}

impl<'a> Sender<'a> {
    async fn new(stack: &'a Stack, portal: &'a Portal, linked: bool) -> Result<Self> {
        Self::of(stack, portal, &Family::unclaimed(stack, portal)?, linked).await
    }

    async fn of(stack: &'a Stack, portal: &'a Portal, family: &Family, linked: bool) -> Result<Self> {
        Ok(Self { stack, portal, draft: ready(portal, family, linked).await?, linked })
    }

    fn at(&self, page: &str) -> String {
        format!("/kk/first-grade/{}/{page}", self.draft.id)
    }

    fn device(&self) -> Device<'a> {
        Device::with(self.portal, self.draft.token.clone())
    }

    async fn get(&self, page: &str) -> Result<Page> {
        self.device().get(&self.at(page)).await
    }

    /// Presses «Send» on a review page.
    async fn press(&self, review: &Page) -> Result<Page> {
        self.device().press(review, review::SEND.get(Locale::Kk), &[]).await
    }

    async fn mine(&self) -> Result<Mine> {
        self.device().open(&self.draft.id).await
    }

    /// Reads every item that a sending writes, and complains about anything between all and none.
    async fn held(&self) -> Result<Held> {
        let (tables, id) = (&self.portal.tables, &self.draft.id);
        let of = |pk: &str| partition(self.stack, &tables.applications, pk);
        let own = of(&keys::application(id))?;
        let count =
            |start: &str| own.iter().filter(|item| read(item, &["sk"]).is_some_and(|sk| sk.starts_with(start))).count();
        let item = |sk: &str| own.iter().find(|item| read(item, &["sk"]) == Some(sk));
        let child = of(&keys::child_lock(&self.portal.key, Service::FirstGrade, &self.draft.child).pk)?;
        let claim = format!("application#{id}");
        let claims = child.iter().filter(|item| read(item, &["sk"]) == Some(claim.as_str())).count();
        let lock = child.iter().find(|item| read(item, &["sk"]) == Some("lock"));
        let locks = usize::from(lock.is_some_and(|lock| read(lock, &["body"]) == Some(id.as_str())));
        let draft = item("draft").ok_or("the draft is gone")?;
        let campaign = read(draft, &["body", "campaign"]).ok_or("a draft without a campaign")?;
        let pending: Vec<_> = of(&format!("pending#{campaign}"))?
            .into_iter()
            .filter(|item| read(item, &["body", "application"]) == Some(id.as_str()))
            .collect();
        let frozen = item("documents").is_some_and(|documents| documents.get("frozen").is_some());

        let number = read(draft, &["sent"]);
        let parts =
            [count("sent"), count("history#"), count("outbox#"), claims, pending.len(), usize::from(frozen), locks];
        let Some(number) = number else {
            assert_eq!(parts, [0; 7], "half-written: the draft is not sent");
            assert_eq!(own.len(), 2, "a draft and its documents");
            return Ok(Held::Draft);
        };
        assert_eq!(parts, [1, 1, 1, 1, 1, 1, usize::from(self.linked)], "half-written: the draft is sent");
        // The stack may have counted the line of the history by now.
        assert_eq!(own.len() - count("counted#"), 5, "draft, documents, application, history, outbox");
        let sent = item("sent").ok_or("no application")?;
        let told = own.iter().find(|item| read(item, &["entity"]) == Some("outbox")).ok_or("no outbox entry")?;
        let waiting = pending.first().ok_or("no pending event")?;
        for (what, found) in [
            ("application", read(sent, &["body", "number"])),
            ("draft", read(draft, &["body", "sent"])),
            ("outbox", read(told, &["body", "number"])),
            ("pending event", read(waiting, &["body", "ticket", "number"])),
        ] {
            assert_eq!(found, Some(number), "{what}");
        }
        Ok(Held::Application { number: number.to_owned() })
    }

    /// What a parent does after trouble: opens the page again and, where it still can be, sends.
    async fn send_again(&self) -> Result<Page> {
        let review = self.get("review").await?;
        match review.status {
            200 => self.press(&review).await,
            _ => Ok(review),
        }
    }
}

tests::over_both! {
    the_review_page_waits_for_a_scan_that_is_checked_and_for_nothing_else,
    what_changed_since_the_page_was_shown_is_shown_before_it_is_sent,
    a_fault_at_any_call_leaves_one_application_or_none,
    two_sendings_at_once_give_one_number,
    a_fault_after_a_lost_race_takes_nothing_from_the_winner,
    a_child_has_one_application_of_linked_parents,
    an_unlinked_sender_locks_nobody_out,
    what_changed_since_it_was_read_is_not_sent,
}

fn a_fault_at_any_call_leaves_one_application_or_none(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let sender = Sender::new(&stack, &portal, true).await?;
            let review = sender.get("review").await?;
            let first = portal.struck(planned, sender.press(&review)).await?;
            let case = format!("{}: {:?}", first.case(), first.outcome.as_ref().map(Page::brief));
            let before = sender.held().await.map_err(|error| format!("{case}: {error}"))?;
            let accepted = first.outcome.as_ref().is_some_and(|page| page.location == Some(sender.at("sent")));
            // Only at the transaction can there be an effect without an answer.
            let unheard = first.is_unheard() && first.at("TransactWriteItems");
            assert_eq!(before != Held::Draft, accepted || unheard, "{case}: {before:?}");
            assert!(accepted || !first.is_unnoticed(), "{case}");

            let again = sender.send_again().await?;
            assert_eq!(again.location, Some(sender.at("sent")), "{case}, then {}", again.brief());
            let Held::Application { number } = sender.held().await? else {
                return Err(format!("{case}: not sent after all").into());
            };
            if before != Held::Draft {
                assert_eq!(before, Held::Application { number: number.clone() }, "{case}: a second number");
            }
            let thanks = sender.get("sent").await?;
            assert_eq!(shown(&thanks, Locale::Kk)?.to_string(), number, "{case}: {}", thanks.brief());
            let owner = sender.mine().await?.draft.owner;
            let listed = portal.store.list_of(&owner).await?;
            assert_eq!((listed.applications.len(), listed.drafts.len()), (1, 0), "{case}");
            Ok(first.call)
        });
        assert!(struck.await? >= 22, "opening, the number, the transaction");
        Ok(())
    })
}

fn two_sendings_at_once_give_one_number(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        for _ in 0..5 {
            let sender = Sender::new(&stack, &portal, true).await?;
            let review = sender.get("review").await?;
            let (one, two) = futures::join!(sender.press(&review), sender.press(&review));
            for page in [one?, two?] {
                assert_eq!(page.location, Some(sender.at("sent")), "{}", page.brief());
            }
            assert_ne!(sender.held().await?, Held::Draft);

            // Two functions that have read the same draft, one slower than the other.
            let other = Sender::new(&stack, &portal, true).await?;
            let (fast, slow, now) = (other.mine().await?, other.mine().await?, domain::Timestamp::now());
            let first = portal.store.send(&fast, now).await?;
            assert!(matches!(first, Sending::Accepted(_)));
            assert_eq!(portal.store.send(&slow, now).await?, first);
            assert_ne!(other.held().await?, Held::Draft);
        }
        Ok(())
    })
}

fn a_fault_after_a_lost_race_takes_nothing_from_the_winner(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        for fault in Fault::ALL {
            let sender = Sender::new(&stack, &portal, true).await?;
            let (fast, slow, now) = (sender.mine().await?, sender.mine().await?, domain::Timestamp::now());
            let Sending::Accepted(number) = portal.store.send(&fast, now).await? else { return Err("not sent".into()) };
            // The loser's number, its transaction, and its question for the winner's number.
            portal.wire.plan(3, fault);
            let late = portal.wire.outcome(portal.store.send(&slow, now)).await;
            let struck = portal.wire.struck();
            assert_eq!(struck.is_none(), matches!(fault, Fault::Conflict | Fault::Refused), "{fault:?}");
            portal.wire.take();
            if let Some(Ok(late)) = late {
                assert_eq!(late, Sending::Accepted(number), "{fault:?}");
            }
            assert_eq!(shown(&sender.get("sent").await?, Locale::Kk)?, number.get(), "{fault:?}");
            assert_eq!(sender.held().await?, Held::Application { number: number.to_string() }, "{fault:?}");
        }
        Ok(())
    })
}

fn a_child_has_one_application_of_linked_parents(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let family = Family::unclaimed(&stack, &portal)?;
        let mother = Sender::of(&stack, &portal, &family, true).await?;
        mother.press(&mother.get("review").await?).await?;
        let first = mother.held().await?;
        assert_ne!(first, Held::Draft);

        let other = Family { child_iin: family.child_iin.clone(), ..Family::invented(&stack)? };
        let father = Sender::of(&stack, &portal, &other, true).await?;
        let refused = father.press(&father.get("review").await?).await?;
        assert_eq!(refused.status, 422, "{}", refused.brief());
        assert!(refused.says(review::CHILD_HAS_APPLICATION.get(Locale::Kk)), "{}", refused.brief());
        assert_eq!(
            portal.store.send(&father.mine().await?, domain::Timestamp::now()).await?,
            Sending::ChildHasApplication
        );
        assert_eq!(father.held().await?, Held::Draft);

        let stranger = Family { child_iin: family.child_iin.clone(), ..Family::invented(&stack)? };
        let aunt = Sender::of(&stack, &portal, &stranger, false).await?;
        let accepted = aunt.press(&aunt.get("review").await?).await?;
        assert_eq!(accepted.location, Some(aunt.at("sent")), "{}", accepted.brief());
        assert_ne!(aunt.held().await?, Held::Draft);
        assert_eq!(mother.held().await?, first, "the lock is still the mother's");
        Ok(())
    })
}

fn an_unlinked_sender_locks_nobody_out(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let family = Family::unclaimed(&stack, &portal)?;
        let aunt = Sender::of(&stack, &portal, &family, false).await?;
        aunt.press(&aunt.get("review").await?).await?;
        assert_ne!(aunt.held().await?, Held::Draft);
        let other = Family { child_iin: family.child_iin.clone(), ..Family::invented(&stack)? };
        let mother = Sender::of(&stack, &portal, &other, true).await?;
        let accepted = mother.press(&mother.get("review").await?).await?;
        assert_eq!(accepted.location, Some(mother.at("sent")), "{}", accepted.brief());
        assert_ne!(mother.held().await?, Held::Draft);
        Ok(())
    })
}

fn what_changed_since_it_was_read_is_not_sent(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let sender = Sender::new(&stack, &portal, true).await?;
        let now = domain::Timestamp::now();

        let read = sender.mine().await?;
        attach(&portal, &read.draft.id, domain::Slot::Photo).await?;
        assert_eq!(portal.store.send(&read, now).await?, Sending::Changed, "another photo");
        assert_eq!(sender.held().await?, Held::Draft);

        let read = sender.mine().await?;
        let mut elsewhere = read.draft.clone();
        portal.store.save_draft(&mut elsewhere, &read.campaign, now).await?;
        assert_eq!(portal.store.send(&read, now).await?, Sending::Changed, "another tab");
        assert_eq!(sender.held().await?, Held::Draft);

        assert!(matches!(portal.store.send(&sender.mine().await?, now).await?, Sending::Accepted(_)));
        // Sent is sent: neither scans nor answers change any more.
        assert!(attach(&portal, &read.draft.id, domain::Slot::Photo).await.is_err());
        let mut late = sender.mine().await?;
        assert!(portal.store.save_draft(&mut late.draft, &late.campaign, now).await.is_err());
        assert_ne!(sender.held().await?, Held::Draft);
        Ok(())
    })
}

fn what_changed_since_the_page_was_shown_is_shown_before_it_is_sent(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        for change in ["scans", "answers"] {
            let sender = Sender::new(&stack, &portal, true).await?;
            let shown = sender.get("review").await?;
            let mut read = sender.mine().await?;
            match change {
                "scans" => drop(attach(&portal, &read.draft.id, domain::Slot::Photo).await?),
                _ => portal.store.save_draft(&mut read.draft, &read.campaign, domain::Timestamp::now()).await?,
            }
            let refused = sender.press(&shown).await?;
            assert_eq!(refused.status, 422, "{change}: {}", refused.brief());
            assert!(refused.says(review::CHANGED.get(Locale::Kk)), "{change}: {}", refused.brief());
            assert_eq!(sender.held().await?, Held::Draft, "{change}");
            let sent = sender.press(&refused).await?;
            assert_eq!(sent.location, Some(sender.at("sent")), "{change}: {}", sent.brief());
        }
        Ok(())
    })
}

/// How many calls of an operation went over the wire, and no more faults.
fn taken(portal: &Portal, operation: &str) -> usize {
    portal.wire.take().iter().filter(|call| call.operation == operation).count()
}

#[test]
fn others_in_the_way_are_waited_for_and_then_told_of() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let sender = Sender::new(&stack, &portal, true).await?;
        let review = sender.get("review").await?;
        // Opening and the number, then every try of the transaction.
        portal.wire.plan_all(3..=6, Fault::Conflict);
        let refused = sender.press(&review).await?;
        assert_eq!(taken(&portal, "TransactWriteItems"), 4);
        assert_eq!((refused.status, refused.heading().as_str()), (503, errors::UNAVAILABLE_TITLE.get(Locale::Kk)));
        assert_eq!(sender.held().await?, Held::Draft);

        portal.wire.plan_all(3..=4, Fault::Conflict);
        let accepted = sender.press(&review).await?;
        assert_eq!(taken(&portal, "UpdateItem"), 1, "a number for each try");
        assert_eq!(accepted.location, Some(sender.at("sent")), "{}", accepted.brief());
        assert_ne!(sender.held().await?, Held::Draft);
        Ok(())
    })
}

/// A clock that is ten seconds on whenever somebody looks at it.
fn hurried() -> impl Fn() -> Instant {
    let (start, looks) = (Instant::now(), Cell::new(0));
    move || {
        looks.set(looks.get() + 1);
        start + looks.get() * Duration::from_secs(10)
    }
}

/// The tickets that wait to be folded into the ledger, by number.
async fn pending(stack: &Stack, portal: &Portal) -> Result<Vec<String>> {
    let campaign = portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?.id;
    let pending = partition(stack, &portal.tables.applications, &format!("pending#{campaign}"))?;
    Ok(pending.iter().filter_map(|item| read(item, &["body", "ticket", "number"]).map(str::to_owned)).collect())
}

#[test]
fn a_number_that_could_not_be_written_in_time_is_given_up_for_good() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::apart(&stack).await?;
        let number = |number: u64| ApplicationNumber::new(number).map(Sending::Accepted).ok_or("no number");
        let sender = Sender::new(&stack, &portal, true).await?;
        let (mine, late) = (sender.mine().await?, sender.mine().await?);
        // The first number, its transaction that meets another one, and then half a minute has passed.
        portal.wire.plan(2, Fault::Conflict);
        let sent = portal.store.send_by(&mine, portal.now(), hurried()).await?;
        assert_eq!(taken(&portal, "UpdateItem"), 2, "the first number was written too late");
        assert_eq!(sent, number(2)?);
        assert_eq!(sender.held().await?, Held::Application { number: "2".to_owned() });
        assert_eq!(pending(&stack, &portal).await?, ["2"]);
        // Somebody who was slower still takes numbers in vain.
        portal.wire.plan(2, Fault::Conflict);
        assert_eq!(portal.store.send_by(&late, portal.now(), hurried()).await?, number(2)?);
        portal.wire.take();
        assert_eq!(sender.held().await?, Held::Application { number: "2".to_owned() });
        assert_eq!(pending(&stack, &portal).await?, ["2"]);

        // Without anybody in the way the first number is written, however late it is afterwards.
        let quick = Sender::new(&stack, &portal, true).await?;
        assert_eq!(portal.store.send_by(&quick.mine().await?, portal.now(), hurried()).await?, number(5)?);
        assert_eq!(pending(&stack, &portal).await?, ["2", "5"]);
        Ok(())
    })
}

#[test]
fn a_sending_that_nobody_heard_of_has_one_number() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        for given_up_before in [false, true] {
            let portal = Portal::apart(&stack).await?;
            let sender = Sender::new(&stack, &portal, true).await?;
            let (first, second) = (sender.mine().await?, sender.mine().await?);
            let heard = if given_up_before {
                // A number that was given up, and then the reply for the next one is lost for good.
                portal.wire.plan(2, Fault::Conflict);
                let (clock, met) = (hurried(), Cell::new(false));
                let clock = || {
                    if portal.wire.struck().is_some() && !met.replace(true) {
                        // From here on: another number, and then its transaction.
                        portal.wire.plan(2, Fault::ReplyLost);
                    }
                    clock()
                };
                portal.store.send_by(&first, portal.now(), clock).await
            } else {
                portal.wire.plan(2, Fault::ReplyLost);
                portal.store.send(&first, portal.now()).await
            };
            assert!(portal.wire.struck().is_some() && heard.is_err(), "{heard:?}");
            portal.wire.take();
            let Held::Application { number } = sender.held().await? else { return Err("not written".into()) };
            assert_eq!(number, if given_up_before { "2" } else { "1" });

            // Another tab, which had opened the draft before, has taken the next number meanwhile.
            let Sending::Accepted(again) = portal.store.send(&second, portal.now()).await? else {
                return Err("not sent".into());
            };
            assert_eq!(again.to_string(), number);
            assert_eq!(sender.held().await?, Held::Application { number: number.clone() });
            assert_eq!(pending(&stack, &portal).await?, std::slice::from_ref(&number));
            assert_eq!(sender.send_again().await?.location, Some(sender.at("sent")));
            assert_eq!(shown(&sender.get("sent").await?, Locale::Kk)?.to_string(), number);
        }
        Ok(())
    })
}

fn the_review_page_waits_for_a_scan_that_is_checked_and_for_nothing_else(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let sender = Sender::new(&stack, &portal, true).await?;
        let waits = |page: &Page| page.body.contains("id=\"scans\" data-checking");
        assert!(!waits(&sender.get("review").await?), "nothing is checked");

        put(&portal, &sender.draft.id, domain::Slot::Photo, State::Checking).await?;
        let page = sender.get("review").await?;
        assert!(waits(&page));
        let refused = sender.press(&page).await?;
        assert_eq!(refused.status, 422, "{}", refused.brief());
        assert_eq!(sender.held().await?, Held::Draft);
        Ok(())
    })
}
