//! A whole city's opening day, with all functions and DynamoDB's API in this process:
//! `cargo run --release -p tests --example opening_day`. `PORTAL_FAMILIES`, `PORTAL_MINUTES` and `PORTAL_SEED` say
//! how many send, how long the day is, and which day it is; `PORTAL_TICKETS` how many new tickets one run of the
//! recalculation takes after that.

use std::io::Write as _;

use tests::opening_day::{Day, flood, opening_day};
use tests::portal::block_on;
use tests::{Result, embedded};

fn main() -> Result<()> {
    let day = Day {
        families: set("PORTAL_FAMILIES", 8_000)?,
        minutes: set("PORTAL_MINUTES", 720)?,
        seed: set("PORTAL_SEED", Day::any_seed()?)?,
        at_once: 64,
    };
    let mut out = std::io::stdout();
    writeln!(out, "{} families, {} minutes, seed {}…", day.families, day.minutes, day.seed)?;
    let (tickets, seed) = (set("PORTAL_TICKETS", 10_000)?, day.seed);
    let report = apart(move || block_on(async { opening_day(&embedded::open()?, &day).await }))?;
    writeln!(out, "{report}")?;
    if tickets > 0 {
        writeln!(out, "{}", apart(move || block_on(async { flood(&embedded::open()?, tickets, seed).await }))?)?;
    }
    Ok(())
}

/// On a thread of its own: the future of all functions is larger than the stack of the first.
fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    std::thread::Builder::new().stack_size(1 << 26).spawn(work)?.join().map_err(|_| "it broke off")?
}

/// A number of the environment, else what it is without one.
fn set<T: std::str::FromStr>(name: &str, otherwise: T) -> Result<T> {
    let Ok(text) = std::env::var(name) else { return Ok(otherwise) };
    text.parse().map_err(|_| format!("{name} is no number: {text}").into())
}
