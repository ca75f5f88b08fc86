//! What a journey asks of AWS and what a thousand applications cost, counted on one journey.

use std::io::Write;
use std::sync::PoisonError;

use store::recalculation::{Recalculation, SETTLED_AFTER};
use testkit::{Charge, sequential_waits};
use tests::{Engine, Result, embedded};

use crate::load::{Town, step, travel};
use crate::serve::{self, Log};

/// Prices in us-east-1, in dollars, from AWS's public price pages of November 2026 as far as they are known here
/// without asking AWS: after the first use, before any free tier. Frankfurt is about a fifth dearer.
mod price {
    /// DynamoDB on demand: a write request unit, a read request unit
    pub const WRITE: f64 = 0.625e-6;
    pub const READ: f64 = 0.125e-6;
    /// Lambda on arm64: a request, a gigabyte-second
    pub const INVOCATION: f64 = 0.20e-6;
    pub const GB_SECOND: f64 = 0.000_013_333_4;
    /// API Gateway, an HTTP API: a request
    pub const GATEWAY: f64 = 1.00e-6;
    /// S3: PUT and POST, GET
    pub const PUT: f64 = 0.005e-3;
    pub const GET: f64 = 0.0004e-3;
    /// SQS, a standard queue: a request
    pub const QUEUE: f64 = 0.40e-6;
    /// CloudWatch Logs: a gigabyte taken in
    pub const LOG_GB: f64 = 0.50;
}

/// What is not measured here but assumed.
mod assumed {
    /// A wait on DynamoDB, and a millisecond's work on the seventh of a processor that 256 MB come with, in seconds
    pub const WAIT: f64 = 0.005;
    pub const OWN: f64 = 0.007;
    /// Gigabytes of most functions, and of the one that checks scans
    pub const MEMORY: f64 = 0.25;
    pub const CHECKER: f64 = 1.0;
    /// Seconds in which a scan is checked, cleaned and shown small
    pub const CHECK: f64 = 0.5;
    /// Bytes of log of a request: the gateway's line, and every third time one of the function's own. The runtime's start
    /// and report are not written where all went well
    pub const LOG: f64 = 500.0;
    /// Of a scan: it is put, read, put clean and as a preview
    pub const PUTS: f64 = 3.0;
    pub const GETS: f64 = 1.0;
    /// Requests to a queue for a message: put, taken, removed
    pub const QUEUED: f64 = 3.0;
    /// Messages and entries of the stream that follow an application until it is decided: functions that are started
    pub const MESSAGES: f64 = 3.0;
    pub const STREAMED: f64 = 6.0;
    /// What is looked at besides: the status and the queue, some times
    pub const LOOKS: f64 = 10.0;
}

/// Journeys that are counted; the first finds nothing in memory.
const JOURNEYS: u32 = 4;

#[derive(Debug, Default)]
struct Step {
    name: String,
    visits: f64,
    calls: f64,
    waits: usize,
    charge: Charge,
}

fn share(Charge { read, written }: Charge, of: f64) -> Charge {
    Charge { read: read / of, written: written / of }
}

/// Travels and prints: round trips for each step, units and dollars for a journey. Only DynamoDB Local tells units.
///
/// # Errors
/// Anything unexpected on the way.
pub fn journey(local: Option<&str>, out: &mut impl Write) -> Result<()> {
    let town = match local {
        Some(address) => Town::found(address, Engine::Counted)?,
        None => Town::found(&embedded::open()?.endpoint, Engine::Embedded)?,
    };
    let (origin, listener) = serve::bind()?;
    let town = town.at(origin);
    let log = Log::default();
    serve::portal(&town.stack, &listener, &town.tables, 1, Some(&log))?;
    travel(&town.stack, town.born, 1, None)?;
    // The first run takes the terms of every place into the ledger, once in a campaign.
    town.run(place(&town))?;
    log.lock().unwrap_or_else(PoisonError::into_inner).clear();
    for number in 2..2 + JOURNEYS {
        travel(&town.stack, town.born, number, None)?;
    }
    let answered = log.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let journeys = f64::from(JOURNEYS);

    let (mut steps, mut checks) = (Vec::<Step>::new(), Charge::default());
    for one in &answered {
        let name = step(&one.method, &one.path);
        checks = checks.plus(share(Charge::of(&one.checks), journeys));
        let at = steps.iter().position(|known| known.name == name).unwrap_or(steps.len());
        if at == steps.len() {
            steps.push(Step { name, ..Step::default() });
        }
        let Some(step) = steps.get_mut(at) else { continue };
        step.visits += 1.0 / journeys;
        step.calls += f64::from(u32::try_from(one.calls.len())?) / journeys;
        step.waits = step.waits.max(sequential_waits(&one.calls));
        step.charge = step.charge.plus(share(Charge::of(&one.calls), journeys));
    }

    let counted = if local.is_some() { "DynamoDB Local" } else { "not counted: no DynamoDB Local" };
    writeln!(out, "A journey, step by step (units: {counted}; twice in transactions, as on AWS)")?;
    writeln!(out, "  {:<28} {:>7} {:>10} {:>6} {:>7} {:>8}", "", "visits", "AWS calls", "waits", "read", "written")?;
    let (mut all, mut visits, mut calls, mut waits) = (Charge::default(), 0.0, 0.0, 0.0);
    for step in &steps {
        let Step { name, charge, .. } = step;
        writeln!(
            out,
            "  {name:<28} {:>7.1} {:>10.1} {:>6} {:>7.1} {:>8.1}",
            step.visits, step.calls, step.waits, charge.read, charge.written
        )?;
        all = all.plus(*charge);
        visits += step.visits;
        calls += step.calls;
        waits += step.visits * f64::from(u32::try_from(step.waits)?);
    }
    let scans = steps.iter().find(|step| step.name == "POST scan").map_or(0.0, |step| step.visits);
    let placing = share(town.run(place(&town))?, journeys);
    let rows = [("its scans checked", checks), ("its place by the recalculation", placing)];
    for (name, units) in rows {
        writeln!(out, "  {name:<28} {:>7} {:>10} {:>6} {:>7.1} {:>8.1}", "", "", "", units.read, units.written)?;
        all = all.plus(units);
    }
    writeln!(
        out,
        "  {:<28} {visits:>7.1} {calls:>10.1} {:>6} {:>7.1} {:>8.1}\n",
        "together", "", all.read, all.written
    )?;
    if local.is_some() { dollars(all, (visits, waits, scans), out) } else { Ok(()) }
}

/// What the recalculation is charged for those who have been sent since the last one.
async fn place(town: &Town) -> Result<Charge> {
    let portal = town.portal.on_its_own_wire()?;
    portal.wait(SETTLED_AFTER);
    let campaign = portal.store.campaign(domain::Service::FirstGrade).await?.ok_or("no campaign")?;
    let recalculation = Recalculation::new(portal.store.clone());
    recalculation.run(&campaign, portal.zone(), portal.now()).await?;
    Ok(Charge::of(&portal.wire.take()))
}

/// Dollars for a thousand applications, item by item.
fn dollars(units: Charge, (visits, waits, scans): (f64, f64, f64), out: &mut impl Write) -> Result<()> {
    use assumed as a;
    let requests = visits + a::LOOKS;
    let events = scans + a::MESSAGES + a::STREAMED;
    let seconds = requests * a::OWN + (waits + a::LOOKS * 2.0 + (a::MESSAGES + a::STREAMED) * 2.0) * a::WAIT;
    let items = [
        (
            "DynamoDB on demand",
            units.written * price::WRITE + (units.read + a::LOOKS * 2.0) * price::READ,
            format!("{:.0} write and {:.0} read units", units.written, units.read + a::LOOKS * 2.0),
        ),
        (
            "Lambda",
            (requests + events) * price::INVOCATION
                + (seconds * a::MEMORY + scans * a::CHECK * a::CHECKER) * price::GB_SECOND,
            format!("{:.0} invocations, {scans:.0} scans checked", requests + events),
        ),
        ("API Gateway", requests * price::GATEWAY, format!("{requests:.0} requests")),
        ("S3", scans * (a::PUTS * price::PUT + a::GETS * price::GET), format!("{scans:.0} scans, without their keep")),
        ("SQS", (scans + a::MESSAGES) * a::QUEUED * price::QUEUE, format!("{:.0} messages", scans + a::MESSAGES)),
        ("CloudWatch Logs", (requests + events) * a::LOG / 1e9 * price::LOG_GB, format!("{} B a request", a::LOG)),
    ];
    writeln!(out, "A thousand applications (us-east-1, SMS and mail apart, {:.0} further looks each)", a::LOOKS)?;
    let mut sum = 0.0;
    for (name, one, why) in items {
        sum += one * 1_000.0;
        writeln!(out, "  {name:<20} $ {:>6.3}   {why}", one * 1_000.0)?;
    }
    let verdict = if sum <= 0.30 { "kept" } else { "missed" };
    writeln!(out, "  {:<20} $ {sum:>6.3}   target 0.30: {verdict}", "together")?;
    Ok(())
}
