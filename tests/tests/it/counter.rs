//! The campaign's counter (`domain.md` section 5, "The ticket"): numbers under a crowd, and numbers
//! whose senders are too slow.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

use domain::places::Event;
use domain::places::ledger::Line;
use domain::{Locale, Timestamp};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;
use store::recalculation::{Recalculation, SETTLED_AFTER};
use store::sending::Sending;
use testkit::Fault;
use tests::fresh::City;
use tests::portal::block_on;
use tests::ready::{Ready, Wish, attach_all, give_scans, send_as_it_is, wishing};
use tests::tables::{partition, read, scan};
use tests::{Device, Engine, Family, Page, Portal, Result, Stack};
use text::review;
use tokio::task::{LocalSet, spawn_local};

/// Senders who press the button at once.
const CROWD: usize = 200;
/// Others who come when the first of those have gone.
const LATE: usize = 40;

tests::over_both! {
    a_crowd_has_numbers_in_the_order_of_acceptance,
    a_number_that_died_is_never_served,
    a_number_is_waited_for_until_it_is_written_or_dead,
}

/// A sending that is over.
struct Sent {
    /// When the button was pressed
    from: Instant,
    /// When the answer was there
    to: Instant,
    draft: String,
    number: u64,
}

/// A draft that waits on its review page.
struct Waiting {
    draft: Ready,
    review: Page,
}

/// A draft that a family of the city has, without scans.
async fn draft(portal: &Portal, city: &City, number: usize) -> Result<Ready> {
    let family = Family::numbered(u32::try_from(number)?, 2020)?;
    let wish = Wish::home(&city.place(number % city.places.len())?);
    wishing(portal, &city.campaign(), &family, true, &wish).await
}

/// The same with its scans.
async fn whole(portal: &Portal, city: &City, number: usize) -> Result<Ready> {
    let draft = draft(portal, city, number).await?;
    attach_all(portal, &draft.id).await?;
    Ok(draft)
}

impl Waiting {
    async fn new(portal: &Portal, draft: Ready) -> Result<Self> {
        let device = Device::with(portal, draft.token.clone());
        let review = device.get(&format!("/kk/first-grade/{}/review", draft.id)).await?;
        Ok(Self { draft, review })
    }

    async fn press(self, portal: Rc<Portal>) -> Result<Sent> {
        let from = Instant::now();
        let device = Device::with(&portal, self.draft.token.clone());
        let page = device.press(&self.review, review::SEND.get(Locale::Kk), &[]).await?;
        let to = Instant::now();
        assert_eq!(page.location, Some(format!("/kk/first-grade/{}/sent", self.draft.id)), "{}", page.brief());
        let number = device.open(&self.draft.id).await?.draft.sent.ok_or("not sent")?.get();
        Ok(Sent { from, to, draft: self.draft.id.to_string(), number })
    }
}

fn a_crowd_has_numbers_in_the_order_of_acceptance(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let city = City::open(3, Timestamp::now())?;
        let portal = Rc::new(Portal::fresh(&stack, &city).await?);
        let drafts = stream::iter(0..CROWD + LATE).map(|number| draft(&portal, &city, number));
        let drafts: Vec<Ready> = drafts.buffer_unordered(20).try_collect().await?;
        let [first, others @ ..] = drafts.as_slice() else { return Err("no drafts".into()) };
        attach_all(&portal, &first.id).await?;
        give_scans(&stack, &portal, &first.id, others.iter().map(|draft| &draft.id))?;
        let waiting = stream::iter(drafts).map(|draft| Waiting::new(&portal, draft));
        let mut crowd: Vec<Waiting> = waiting.buffer_unordered(20).try_collect().await?;
        let mut late = crowd.split_off(CROWD);
        portal.wire.take();

        let sent = LocalSet::new()
            .run_until(async {
                let press = |waiting: Waiting| spawn_local(waiting.press(Rc::clone(&portal)));
                let mut under_way: stream::FuturesUnordered<_> = crowd.into_iter().map(press).collect();
                let mut sent = Vec::new();
                while let Some(over) = under_way.next().await {
                    sent.push(over??);
                    under_way.extend(late.pop().map(press));
                }
                Ok::<_, tests::Error>(sent)
            })
            .await?;

        let calls = portal.wire.take();
        let count = |operation: &str| calls.iter().filter(|call| call.operation == operation).count();
        assert_eq!((count("UpdateItem"), count("TransactWriteItems")), (sent.len(), sent.len()), "one each, at once");
        assert_eq!(sent.len(), CROWD + LATE);
        let numbers: BTreeSet<u64> = sent.iter().map(|sent| sent.number).collect();
        assert_eq!(numbers.len(), sent.len(), "a number twice");
        let mut compared = 0;
        for one in &sent {
            for other in sent.iter().filter(|other| one.to < other.from) {
                assert!(one.number < other.number, "{} was accepted before {} was sent", one.number, other.number);
                compared += 1;
            }
        }
        assert!(compared >= LATE, "nobody came after anybody");

        // The same in the table: one application each, one ticket that waits each, no number that nobody took.
        let told: BTreeSet<_> = sent.iter().map(|sent| (sent.number.to_string(), sent.draft.clone())).collect();
        let mut applications = BTreeSet::new();
        scan(&stack, &portal.tables.applications, |item| {
            if read(&item, &["entity"]) == Some("application") {
                let own = |name: &str| read(&item, &["body", name]).unwrap_or_default().to_owned();
                assert!(applications.insert((own("number"), own("id"))));
            }
            Ok(())
        })?;
        assert_eq!(applications, told);
        let pending = partition(&stack, &portal.tables.applications, &format!("pending#{}", city.campaign.id))?;
        let tickets = pending.iter().map(|item| {
            let own = |path: &[&str]| read(item, path).unwrap_or_default().to_owned();
            (own(&["body", "ticket", "number"]), own(&["body", "application"]))
        });
        assert_eq!(tickets.collect::<BTreeSet<_>>(), told);
        let last = partition(&stack, &portal.tables.applications, &format!("counter#{}", city.campaign.id))?;
        let last = last.first().and_then(|counter| read(counter, &["last"])).ok_or("no counter")?.parse::<u64>()?;
        let attempts: u32 = calls.iter().filter(|call| call.operation == "UpdateItem").map(|call| call.attempts).sum();
        assert!(numbers.last() <= Some(&last) && last <= u64::from(attempts), "{last} numbers of {attempts} attempts");
        Ok(())
    })
}

/// The numbers of the tickets in the ledger, in its order.
async fn served(portal: &Portal, city: &City) -> Result<Vec<u64>> {
    let head = portal.store.ledger_head(&city.campaign.id).await?.unwrap_or_default();
    let mut numbers = Vec::new();
    for line in portal.store.ledger_lines(&city.campaign.id, 1, head.lines).await? {
        if let Event::Sent(ticket) = serde_json::from_str::<Line>(&line)?.event {
            numbers.push(ticket.number.get());
        }
    }
    Ok(numbers)
}

/// Somebody has a number, does not hear of it, and writes it when so many seconds have passed. Meanwhile another
/// sends, and the recalculation runs so long after that. Answers with the slow sender's number, what the ledger
/// had before it was written, and what it has in the end.
async fn slow(portal: &Portal, city: &City, seconds: u64, run: SignedDuration) -> Result<(u64, Vec<u64>, Vec<u64>)> {
    portal.stop(Timestamp::now());
    let (one, other) = (whole(portal, city, 0).await?, whole(portal, city, 1).await?);
    let own = portal.on_its_own_wire()?;
    let mine = Device::with(&own, one.token.clone()).open(&one.id).await?;
    let recalculation = Recalculation::new(portal.store.clone());
    let recalculate = || recalculation.run(&mine.campaign, portal.zone(), portal.now());
    let (held, passed, start) = (own.wire.hold(1), Cell::new(0), Instant::now());
    let sending = own.store.send_by(&mine, portal.now(), || start + Duration::from_secs(passed.get()));
    let meanwhile = async {
        held.done().await;
        assert_eq!(send_as_it_is(portal, &other).await?.number.get(), 2);
        portal.wait(run);
        recalculate().await?;
        let before = served(portal, city).await?;
        passed.set(seconds);
        held.release();
        Ok::<_, tests::Error>(before)
    };
    let (sent, before) = futures::join!(sending, meanwhile);
    let Sending::Accepted(number) = sent? else { return Err("not accepted".into()) };
    portal.wait(SETTLED_AFTER);
    recalculate().await?;
    Ok((number.get(), before?, served(portal, city).await?))
}

fn a_number_that_died_is_never_served(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let city = City::open(1, Timestamp::now())?;
        // Half of the settling time is over, and the next number is served: 1 is not written any more.
        let portal = Portal::fresh(&stack, &city).await?;
        assert_eq!(slow(&portal, &city, 16, SETTLED_AFTER).await?, (3, vec![2], vec![2, 3]));

        // A sender who died with number 4 and comes again.
        let late = whole(&portal, &city, 2).await?;
        let mine = Device::with(&portal, late.token.clone()).open(&late.id).await?;
        portal.wire.plan(2, Fault::KilledBefore);
        assert!(portal.wire.outcome(portal.store.send(&mine, portal.now())).await.is_none());
        portal.wire.take();
        assert_eq!(send_as_it_is(&portal, &whole(&portal, &city, 3).await?).await?.number.get(), 5);
        portal.wait(SETTLED_AFTER);
        let recalculation = Recalculation::new(portal.store.clone());
        recalculation.run(&mine.campaign, portal.zone(), portal.now()).await?;
        assert_eq!(served(&portal, &city).await?, [2, 3, 5]);
        assert_eq!(send_as_it_is(&portal, &late).await?.number.get(), 6);
        portal.wait(SETTLED_AFTER);
        recalculation.run(&mine.campaign, portal.zone(), portal.now()).await?;
        assert_eq!(served(&portal, &city).await?, [2, 3, 5, 6]);
        Ok(())
    })
}

fn a_number_is_waited_for_until_it_is_written_or_dead(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let city = City::open(1, Timestamp::now())?;
        let portal = Portal::fresh(&stack, &city).await?;
        let before = SETTLED_AFTER - SignedDuration::from_secs(1);
        assert_eq!(slow(&portal, &city, 14, before).await?, (1, vec![], vec![1, 2]));
        Ok(())
    })
}
