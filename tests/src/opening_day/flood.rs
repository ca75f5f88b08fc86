//! More new tickets than any minute brings, for one run of the recalculation: after it was away for hours.

use std::fmt;
use std::time::{Duration, Instant};

use domain::Timestamp;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use store::recalculation::{Recalculation, Run, SETTLED_AFTER};
use store::sending::Sending;

use super::verdict::{Verdict, verdict};
use super::{BORN, Day, chance::Chance, plan};
use crate::ready::{Ready, attach_all, give_scans, wishing};
use crate::{Device, Family, Portal, Result, Stack};

/// What the run came to.
#[derive(Clone, Debug)]
pub struct Flood {
    /// What it says itself
    pub run: Run,
    /// How long it took
    pub time: Duration,
    /// Its calls to DynamoDB
    pub calls: usize,
    /// Those of them that append lines or move an application
    pub transactions: usize,
    /// How much more memory the process had at most than before, in megabytes; none where nobody tells.
    /// [`crate::Engine::Embedded`] keeps its tables in the same memory
    pub megabytes: Option<u64>,
    /// What the tables hold
    pub verdict: Verdict,
}

/// Sends so many, then recalculates once.
///
/// # Errors
/// A stack that does not answer, or anything that is not as it must be.
pub async fn flood(stack: &Stack, tickets: u32, seed: u64) -> Result<Flood> {
    let day = Day { families: tickets, minutes: 10, seed, at_once: 64 };
    let (now, mut chance) = (Timestamp::now(), Chance::new(seed));
    let city = plan::city(&day, &mut chance, now, domain::Date::new(i16::try_from(BORN)? + 7, 4, 1)?)?;
    let plans = plan::plans(&day, &mut chance, &city)?;
    let portal = Portal::fresh(stack, &city).await?;
    // Later than the terms, which count from when they were written.
    portal.stop(Timestamp::now());
    let campaign = city.campaign();
    let drafts = stream::iter((0..).zip(&plans)).map(async |(number, plan)| {
        wishing(&portal, &campaign, &Family::numbered(number, BORN)?, true, &plan.wish).await
    });
    let drafts: Vec<Ready> = drafts.buffer_unordered(day.at_once).try_collect().await?;
    let [first, others @ ..] = drafts.as_slice() else { return Err("no drafts".into()) };
    attach_all(&portal, &first.id).await?;
    give_scans(stack, &portal, &first.id, others.iter().map(|draft| &draft.id))?;
    portal.wire.take();
    for together in drafts.chunks(1_000) {
        let sendings = stream::iter(together).map(Ok);
        let send = async |draft: &Ready| {
            let mine = Device::with(&portal, draft.token.clone()).open(&draft.id).await?;
            match portal.store.send(&mine, portal.now()).await? {
                Sending::Accepted(_) => Ok::<_, crate::Error>(()),
                other => Err(format!("not accepted: {other:?}").into()),
            }
        };
        sendings.try_for_each_concurrent(day.at_once, send).await?;
        portal.wire.take();
    }

    portal.wait(SETTLED_AFTER);
    let own = portal.on_its_own_wire()?;
    let (before, start) = (memory("VmRSS:"), Instant::now());
    // Linux takes the present memory for the largest so far.
    let told = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let run = Recalculation::new(own.store.clone()).run(&campaign, own.zone(), own.now()).await?;
    let time = start.elapsed();
    let megabytes =
        before.zip(memory("VmHWM:")).filter(|_| told).map(|(before, most)| most.saturating_sub(before) / 1_024);
    let calls = own.wire.take();
    let transactions = calls.iter().filter(|call| call.operation == "TransactWriteItems").count();
    let verdict = verdict(stack, &portal, &city).await?;
    Ok(Flood { run, time, calls: calls.len(), transactions, megabytes, verdict })
}

/// Kilobytes of this process, as Linux tells them.
fn memory(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

impl fmt::Display for Flood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Run { tickets, lines, moves, changed, .. } = self.run;
        writeln!(
            f,
            "one run         {tickets:>8} new tickets: {lines} lines, {moves} moves, {changed} applications moved"
        )?;
        writeln!(f, "calls           {:>8}   {} of them transactions", self.calls, self.transactions)?;
        let memory = self.megabytes.map_or_else(String::new, |more| format!("   {more} MB more than before at most"));
        writeln!(f, "time            {:>8.1} s{memory}", self.time.as_secs_f64())
    }
}
