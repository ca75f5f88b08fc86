//! A simulated opening day: everybody's drafts lie ready, and at nine they begin to press the button, a fifth of
//! them within five minutes, some twice, some without hearing the answer. Others take theirs back, the terms
//! change at noon, the recalculation runs every minute, sometimes twice at once, and is killed twice.
//!
//! The day goes by the portal's clock, not by ours. At its end everything is read back from the tables and held
//! against the rules ([`verdict`]).

mod chance;
mod flood;
mod plan;
mod verdict;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::time::{Duration, Instant};

use domain::decision::{Decision, Ground, Reason};
use domain::life::Actor;
use domain::{Application, Date, DraftId, Locale, Timestamp};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use store::changes::Changed;
use store::recalculation::{Recalculation, Run};
use testkit::{Fault, sequential_waits};
use text::{review, status};

use self::chance::Chance;
pub use self::flood::{Flood, flood};
use self::plan::{Manner, Plan, Rival, Then};
pub use self::verdict::Verdict;
use crate::fresh::City;
use crate::ready::{Ready, Wish, attach_all, give_scans, wishing};
use crate::{Device, Family, Page, Portal, Result, Stack, nth};

const L: Locale = Locale::Kk;
/// The children's year of birth; they enter school seven years later.
const BORN: u16 = 2020;

/// A day to be simulated.
#[derive(Clone, Debug)]
pub struct Day {
    /// How many families send
    pub families: u32,
    /// How many minutes it has; the first five are the rush
    pub minutes: usize,
    /// Everything that is left to chance
    pub seed: u64,
    /// How many requests are under way at once
    pub at_once: usize,
}

/// What a day came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The day's seed
    pub seed: u64,
    /// Families with a draft
    pub families: usize,
    /// How often a button was pressed that sends
    pub presses: usize,
    /// Applications that were accepted
    pub tickets: usize,
    /// Presses that found the application sent already, or found out later
    pub absorbed: usize,
    /// Second applications of linked parents, which were not taken
    pub refused: usize,
    /// Applications that the parents took back
    pub withdrawn: usize,
    /// Other decisions
    pub decisions: usize,
    /// Decisions that were overtaken, and made again on what was there by then
    pub overtaken: usize,
    /// Recalculations
    pub runs: usize,
    /// Those of them beside which another one ran
    pub beside: usize,
    /// Those that were killed at some call
    pub killed: usize,
    /// What the others came to, all together
    pub run: Run,
    /// The longest of them
    pub longest: Duration,
    /// Calls to DynamoDB
    pub calls: usize,
    /// Transactions
    pub transactions: usize,
    /// Calls that the SDK repeated
    pub retried: usize,
    /// Transactions that met another one
    pub conflicts: usize,
    /// Waits of a sending, as few and as many as they were
    pub waits: Option<(usize, usize)>,
    /// How long answers to sendings took, in order
    pub answers: Vec<Duration>,
    /// Preparing the drafts, the day itself, reading everything back
    pub times: [Duration; 3],
    /// Of those the first five minutes of the day
    pub rush: Duration,
    /// What the tables hold
    pub verdict: Verdict,
}

impl Day {
    /// Some seed.
    ///
    /// # Errors
    /// No randomness.
    pub fn any_seed() -> Result<u64> {
        Ok(u64::from(getrandom::u32().map_err(|error| error.to_string())?))
    }
}

/// The day under way.
struct Simulation<'a> {
    stack: &'a Stack,
    city: City,
    portal: Portal,
    day: &'a Day,
    report: RefCell<Report>,
    chance: RefCell<Chance>,
    /// The portal of the recalculation that runs every minute
    keeper: Portal,
    recalculation: Recalculation,
    /// The minutes from which on a run is to be killed
    kills: RefCell<Vec<usize>>,
    /// Calls of the last run that had something to do
    calls: Cell<usize>,
    /// The scans of any draft: an item that all others get a copy of
    scans: DraftId,
}

/// A family with its drafts.
struct Sender {
    family: Family,
    plan: Plan,
    draft: Ready,
    rival: Option<Ready>,
}

/// Simulates a day over fresh tables.
///
/// # Errors
/// A stack that does not answer, or anything that is not as it must be.
pub async fn opening_day(stack: &Stack, day: &Day) -> Result<Report> {
    let mut chance = Chance::new(day.seed);
    let zone = jiff::tz::db().get("Asia/Almaty").unwrap_or(TimeZone::UTC);
    let today = Date::new(i16::try_from(BORN)? + 7, 4, 1)?;
    let opens = zone.to_timestamp(today.at(9, 0, 0, 0))?;
    let city = plan::city(day, &mut chance, opens, today)?;
    let plans = plan::plans(day, &mut chance, &city)?;

    let start = Instant::now();
    let portal = Portal::fresh(stack, &city).await?;
    portal.stop(opens - SignedDuration::from_hours(1));
    let (campaign, family, home) = (city.campaign(), Family::numbered(13_000, BORN)?, Wish::home(&city.place(0)?));
    let scans = wishing(&portal, &campaign, &family, true, &home).await?.id;
    attach_all(&portal, &scans).await?;
    let report = Report { seed: day.seed, families: plans.len(), ..Report::default() };
    let keeper = portal.on_its_own_wire()?;
    let recalculation = Recalculation::new(keeper.store.clone());
    // In the rush, and when most of the day has gone by.
    let kills = vec![chance.within(day.minutes / 2, day.minutes * 3 / 4), chance.within(2, plan::RUSH)];
    let mut simulation = Simulation {
        stack,
        city,
        portal,
        day,
        report: RefCell::new(report),
        chance: RefCell::new(chance),
        keeper,
        recalculation,
        kills: RefCell::new(kills),
        calls: Cell::new(20),
        scans,
    };
    let senders = simulation.prepare(plans).await?;
    simulation.portal.wire.take();
    let prepared = start.elapsed();

    let start = Instant::now();
    simulation.go_by(opens, senders).await?;
    simulation.come_to_rest().await?;
    let gone_by = start.elapsed();

    let start = Instant::now();
    let Simulation { portal, report, city, .. } = simulation;
    let mut report = report.into_inner();
    report.verdict = verdict::verdict(stack, &portal, &city).await?;
    report.tickets = report.verdict.applications;
    report.absorbed = report.presses - report.tickets - report.refused;
    report.times = [prepared, gone_by, start.elapsed()];
    report.answers.sort();
    Ok(report)
}

impl Simulation<'_> {
    /// Puts everybody's drafts there, with accepted scans.
    async fn prepare(&self, plans: Vec<Plan>) -> Result<Vec<Sender>> {
        let senders = stream::iter((0..).zip(plans)).map(async |(number, plan): (u32, Plan)| {
            let family = Family::numbered(number, BORN)?;
            let draft = self.draft(&family, true, &plan.wish).await?;
            let rival = match plan.rival {
                None => None,
                Some(rival) => {
                    // The first numbers are taken by the families themselves.
                    let other = Family::numbered(13_439 - number % 400, BORN)?;
                    let phone = format!("+7708{number:07}");
                    let other = Family { child_iin: family.child_iin.clone(), phone, ..other };
                    Some(self.draft(&other, rival == Rival::Parent, &plan.wish).await?)
                }
            };
            Ok::<_, crate::Error>(Sender { family, plan, draft, rival })
        });
        let senders: Vec<Sender> = senders.buffer_unordered(self.day.at_once).try_collect().await?;
        let drafts = senders.iter().flat_map(|sender| [Some(&sender.draft), sender.rival.as_ref()]).flatten();
        give_scans(self.stack, &self.portal, &self.scans, drafts.map(|draft| &draft.id))?;
        Ok(senders)
    }

    async fn draft(&self, family: &Family, linked: bool, wish: &Wish) -> Result<Ready> {
        wishing(&self.portal, &self.city.campaign(), family, linked, wish).await
    }

    /// Lets the day go by, minute by minute.
    async fn go_by(&mut self, opens: Timestamp, senders: Vec<Sender>) -> Result<()> {
        let start = Instant::now();
        let minutes = self.day.minutes;
        let due = |sender: &Sender| {
            sender.plan.then.map(|(then, later)| (then, (sender.plan.minute + later).min(minutes - 1)))
        };
        for minute in 0..minutes {
            self.portal.stop(opens + SignedDuration::from_mins(i64::try_from(minute)?));
            if minute == minutes / 2 {
                let changed = plan::changed(&self.city.places, &mut self.chance.borrow_mut());
                self.portal.change_places(changed.clone()).await?;
                self.city.places = changed;
            }
            let sending = senders.iter().filter(|sender| sender.plan.minute == minute).map(|sender| (sender, None));
            let others = senders.iter().filter_map(|sender| match due(sender) {
                Some((then, at)) if at == minute && sender.plan.minute < minute => Some((sender, Some(then))),
                _ => None,
            });
            let all: Vec<_> = sending.chain(others).collect();
            let families = stream::iter(all).map(Ok).try_for_each_concurrent(
                self.day.at_once,
                async |(sender, then): (&Sender, Option<Then>)| match then {
                    None => self.send(sender).await,
                    Some(then) => self.go_on(sender, then).await,
                },
            );
            futures::try_join!(families, self.recalculate(minute))?;
            self.note(&self.portal);
            if minute + 1 == plan::RUSH {
                self.report.borrow_mut().rush = start.elapsed();
            }
        }
        Ok(())
    }

    /// The recalculation of a minute: alone, beside another one, or killed at any of its calls.
    async fn recalculate(&self, minute: usize) -> Result<()> {
        let (kill, beside) = {
            let (mut chance, kills) = (self.chance.borrow_mut(), self.kills.borrow());
            let kill = kills.last().is_some_and(|from| minute >= *from).then(|| chance.within(1, self.calls.get() + 1));
            (
                kill.map(|nth| (nth, if chance.percent(50) { Fault::KilledBefore } else { Fault::KilledAfter })),
                chance.percent(15),
            )
        };
        // Another process has nothing in memory.
        let own = self.portal.on_its_own_wire()?;
        let other = Recalculation::new(own.store.clone());
        match kill {
            Some((nth, fault)) => {
                own.wire.plan(nth, fault);
                match own.wire.outcome(self.run(&other)).await {
                    // It had not so much to do.
                    Some(run) => drop(run?),
                    None => {
                        self.kills.borrow_mut().pop();
                        self.report.borrow_mut().killed += 1;
                    }
                }
            }
            None if beside => {
                futures::try_join!(self.run(&self.recalculation), self.run(&other))?;
                self.report.borrow_mut().beside += 1;
            }
            None => drop(self.run(&self.recalculation).await?),
        }
        self.note(&own);
        let calls = self.note(&self.keeper);
        // A run that has nothing to do makes a handful.
        if calls > 10 {
            self.calls.set(calls);
        }
        Ok(())
    }

    async fn run(&self, recalculation: &Recalculation) -> Result<Run> {
        let start = Instant::now();
        self.report.borrow_mut().runs += 1;
        let run = recalculation.run(&self.city.campaign(), self.portal.zone(), self.portal.now()).await?;
        let mut report = self.report.borrow_mut();
        report.longest = report.longest.max(start.elapsed());
        report.run.lines += run.lines;
        report.run.tickets += run.tickets;
        report.run.moves += run.moves;
        report.run.changed += run.changed;
        report.run.conflicts += run.conflicts;
        Ok(run)
    }

    /// Lets everything settle, then the next day begin.
    async fn come_to_rest(&self) -> Result<()> {
        for later in [SignedDuration::from_mins(3), SignedDuration::from_hours(24)] {
            self.portal.wait(later);
            let mut quiet = Run { lines: 1, ..Run::default() };
            for _ in 0..10 {
                if quiet != Run::default() {
                    quiet = self.run(&self.recalculation).await?;
                }
            }
            if quiet != Run::default() {
                return Err(format!("it does not come to rest: {quiet:?}").into());
            }
        }
        self.note(&self.keeper);
        Ok(())
    }

    /// Notes what a wire has seen: so many calls.
    fn note(&self, portal: &Portal) -> usize {
        let calls = portal.wire.take();
        let mut report = self.report.borrow_mut();
        report.calls += calls.len();
        report.transactions += calls.iter().filter(|call| call.operation == "TransactWriteItems").count();
        report.retried += calls.iter().filter(|call| call.attempts > 1).count();
        calls.len()
    }

    /// A family sends, and whoever else sends for the child.
    async fn send(&self, sender: &Sender) -> Result<()> {
        let (portal, draft) = (&self.portal, &sender.draft);
        match sender.plan.manner {
            Manner::Calm => self.press_until_sent(portal, draft).await?,
            Manner::TwoTabs => {
                let (page, other) = (self.review(portal, draft).await?, self.review(portal, draft).await?);
                let (one, two) = futures::join!(self.press(portal, draft, &page), self.press(portal, draft, &other));
                for page in [one?, two?] {
                    is_sent(&page, draft)?;
                }
            }
            Manner::Watched => {
                let own = portal.on_its_own_wire()?;
                let page = self.review(&own, draft).await?;
                own.wire.take();
                is_sent(&self.press(&own, draft, &page).await?, draft)?;
                let calls = own.wire.take();
                let waits = sequential_waits(&calls);
                let mut report = self.report.borrow_mut();
                report.calls += calls.len();
                report.transactions += 1;
                let (least, most) = report.waits.unwrap_or((waits, waits));
                report.waits = Some((least.min(waits), most.max(waits)));
            }
            Manner::ReplyLostOnce => self.press_with(Fault::ReplyLostOnce, draft).await?,
            Manner::ReplyLost => self.press_with(Fault::ReplyLost, draft).await?,
            Manner::Crossed => self.press_with(Fault::Conflict, draft).await?,
        }
        let (Some(rival), Some(other)) = (&sender.rival, sender.plan.rival) else { return Ok(()) };
        match other {
            Rival::Relative => self.press_until_sent(portal, rival).await,
            Rival::Parent => {
                let page = self.review(portal, rival).await?;
                let page = self.press(portal, rival, &page).await?;
                if !page.says(review::CHILD_HAS_APPLICATION.get(L)) {
                    return Err(format!("a second application for a child is taken: {}", page.brief()).into());
                }
                self.report.borrow_mut().refused += 1;
                Ok(())
            }
        }
    }

    /// Sends while the transaction of the sending fares ill: the third call, after opening and the number.
    async fn press_with(&self, fault: Fault, draft: &Ready) -> Result<()> {
        let own = self.portal.on_its_own_wire()?;
        let page = self.review(&own, draft).await?;
        self.note(&own);
        own.wire.plan(3, fault);
        let page = self.press(&own, draft, &page).await?;
        let struck = own.wire.struck().ok_or("the fault did not come about")?;
        if struck.operation != "TransactWriteItems" {
            return Err(format!("the third call of a sending is {}", struck.operation).into());
        }
        self.report.borrow_mut().conflicts += usize::from(fault == Fault::Conflict);
        self.note(&own);
        if (page.status == 303) == (fault == Fault::ReplyLost) {
            return Err(format!("{fault:?}: {}", page.brief()).into());
        }
        self.press_until_sent(&own, draft).await?;
        self.note(&own);
        Ok(())
    }

    async fn review(&self, portal: &Portal, draft: &Ready) -> Result<Page> {
        Device::with(portal, draft.token.clone()).get(&format!("/kk/first-grade/{}/review", draft.id)).await
    }

    async fn press(&self, portal: &Portal, draft: &Ready, page: &Page) -> Result<Page> {
        let start = Instant::now();
        let page = Device::with(portal, draft.token.clone()).press(page, review::SEND.get(L), &[]).await?;
        let mut report = self.report.borrow_mut();
        report.presses += 1;
        report.answers.push(start.elapsed());
        Ok(page)
    }

    /// What a parent does: opens the page and presses, until the page says that it is sent.
    async fn press_until_sent(&self, portal: &Portal, draft: &Ready) -> Result<()> {
        for _ in 0..5 {
            let page = self.review(portal, draft).await?;
            if is_sent(&page, draft).is_ok() || is_sent(&self.press(portal, draft, &page).await?, draft).is_ok() {
                return Ok(());
            }
        }
        Err("pressed five times and not sent".into())
    }

    /// What happens to an application after it was sent.
    async fn go_on(&self, sender: &Sender, then: Then) -> Result<()> {
        let id = &sender.draft.id;
        match then {
            Then::Withdrawn => self.withdraw(sender).await,
            Then::SentAnew => {
                self.withdraw(sender).await?;
                let wish = plan::other(&sender.plan.wish, &mut self.chance.borrow_mut(), &self.city)?;
                let draft = self.draft(&sender.family, true, &wish).await?;
                give_scans(self.stack, &self.portal, &self.scans, [&draft.id])?;
                self.press_until_sent(&self.portal, &draft).await
            }
            Then::Stays => {
                let device = Device::with(&self.portal, sender.draft.token.clone());
                let page = device.get(&format!("/kk/first-grade/{id}/stay")).await?;
                // Without a place, or with the best one, there is nothing to stay with.
                if page.status == 200 {
                    let page = device.press(&page, status::STAY_SURE.get(L), &[]).await?;
                    self.report.borrow_mut().decisions += usize::from(page.status == 303);
                }
                Ok(())
            }
            Then::Refused => self.decide(id, |_| Decision::Refuse(reason(Ground::IncompletePapers))).await,
            Then::Declined => {
                self.decide(id, |_| Decision::Register).await?;
                self.decide(id, |application| application.declined(reason(Ground::IncompletePapers))).await
            }
            Then::Assigned => {
                let at = self.chance.borrow_mut().below(self.city.places.len());
                let place = self.city.place(at)?;
                self.decide(id, |_| Decision::Assign(place.clone())).await
            }
        }
    }

    /// Takes an application back by its page, again where somebody was faster.
    async fn withdraw(&self, sender: &Sender) -> Result<()> {
        let device = Device::with(&self.portal, sender.draft.token.clone());
        let address = format!("/kk/first-grade/{}/withdraw", sender.draft.id);
        for _ in 0..5 {
            let page = device.get(&address).await?;
            let page = device.press(&page, status::WITHDRAW_SURE.get(L), &[]).await?;
            if page.location.is_some_and(|to| to.ends_with("/sent")) {
                self.report.borrow_mut().withdrawn += 1;
                return Ok(());
            }
            self.report.borrow_mut().overtaken += 1;
        }
        Err("pressed five times and not taken back".into())
    }

    /// Makes a decision that nobody in particular made, again where somebody was faster.
    async fn decide(&self, id: &DraftId, decision: impl Fn(&Application) -> Decision) -> Result<()> {
        let store = &self.portal.store;
        for _ in 0..5 {
            let application = store.sent_application(id).await?.ok_or("no application")?;
            let decision = decision(&application);
            match store.decide(&application, &Actor::System, &decision, self.portal.now()).await? {
                Changed::Done => {
                    self.report.borrow_mut().decisions += 1;
                    return Ok(());
                }
                Changed::Overtaken => self.report.borrow_mut().overtaken += 1,
                Changed::NotAllowed(unfit) => return Err(format!("{decision:?}: {unfit}").into()),
            }
        }
        Err("overtaken five times".into())
    }
}

fn reason(ground: Ground) -> Reason {
    Reason { ground, note: None }
}

fn is_sent(page: &Page, draft: &Ready) -> Result<()> {
    let sent = page.location.as_ref().is_some_and(|to| to.ends_with(&format!("{}/sent", draft.id)));
    if sent { Ok(()) } else { Err(format!("not sent: {}", page.brief()).into()) }
}

impl Report {
    /// How long the given share of the answers to sendings took at most, out of a hundred.
    pub fn within(&self, share: usize) -> Duration {
        nth(&self.answers, (self.answers.len() * share / 100).min(self.answers.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { verdict, times: [prepared, gone_by, read_back], .. } = self;
        writeln!(f, "seed {}", self.seed)?;
        writeln!(f, "families        {:>8}", self.families)?;
        writeln!(f, "presses         {:>8}", self.presses)?;
        writeln!(f, "tickets         {:>8}   {} live at the end", self.tickets, verdict.live)?;
        writeln!(f, "absorbed        {:>8}   presses for what was sent already", self.absorbed)?;
        writeln!(f, "refused         {:>8}   second applications of linked parents", self.refused)?;
        writeln!(f, "withdrawn       {:>8}", self.withdrawn)?;
        writeln!(f, "decisions       {:>8}   {} made again on what was there by then", self.decisions, self.overtaken)?;
        writeln!(
            f,
            "recalculations  {:>8}   {} beside another one, {} killed; {} stopped for another one; the longest took {:.1} s",
            self.runs,
            self.beside,
            self.killed,
            self.run.conflicts,
            self.longest.as_secs_f64(),
        )?;
        writeln!(f, "ledger          {:>8} lines, {} applications moved", verdict.lines, self.run.changed)?;
        writeln!(f, "grants          {:>8}   {} of them later than the sending", verdict.grants, verdict.up)?;
        writeln!(f, "waiting         {:>8}", verdict.waiting)?;
        writeln!(f, "changes         {:>8}   told of once each", verdict.changes)?;
        writeln!(f, "calls           {:>8}   {} repeated by the SDK", self.calls, self.retried)?;
        writeln!(f, "transactions    {:>8}   {} met another one", self.transactions, self.conflicts)?;
        if let Some((least, most)) = self.waits {
            writeln!(f, "waits           {least:>8}   at least for a sending, {most} at most")?;
        }
        let millis = |share| self.within(share).as_millis();
        writeln!(f, "answers         {:>8} ms for half of the sendings, {} ms for 95 of 100", millis(50), millis(95))?;
        writeln!(
            f,
            "time            {:>8.1} s: {:.1} s to prepare, {:.1} s for the day, {:.1} s of it for the first five minutes, {:.1} s to read back",
            (*prepared + *gone_by + *read_back).as_secs_f64(),
            prepared.as_secs_f64(),
            gone_by.as_secs_f64(),
            self.rush.as_secs_f64(),
            read_back.as_secs_f64(),
        )
    }
}
