//! A simulated opening day of four hundred families; `tests/examples/opening_day.rs` has one of a whole city.

use tests::opening_day::{Day, flood, opening_day};
use tests::portal::block_on;
use tests::{Result, Stack, embedded};

#[test]
fn after_an_opening_day_every_place_follows_from_the_rules() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let seed = std::env::var("PORTAL_TEST_SEED").map_or(Ok(2027), |seed| seed.parse())?;
    let day = Day { families: 400, minutes: 60, seed, at_once: 20 };
    let report = block_on(async { opening_day(&stack, &day).await });
    let report = report.map_err(|error| format!("seed {seed} (PORTAL_TEST_SEED): {error}"))?;
    // Everything that such a day is about has come about.
    let happened = [
        ("absorbed", report.absorbed),
        ("refused", report.refused),
        ("withdrawn", report.withdrawn),
        ("decisions", report.decisions),
        ("beside another run", report.beside),
        ("given", report.verdict.grants),
        ("moved up", report.verdict.up),
        ("conflicts", report.conflicts),
        ("retried", report.retried),
    ];
    for (what, count) in happened {
        assert!(count > 0, "nothing {what}: {report}");
    }
    assert_eq!(report.killed, 2, "{report}");
    assert_eq!(report.waits, Some((3, 3)), "{report}");
    Ok(())
}

#[test]
fn more_new_tickets_than_a_transaction_holds_are_taken_by_one_run() -> Result<()> {
    let flood = block_on(async { flood(&embedded::open()?, 500, 2027).await })?;
    assert_eq!((flood.run.tickets, flood.verdict.lines as u64), (500, flood.run.lines));
    // A line and a pending event for each ticket, 96 writes at a time, and one for each application that is moved.
    let chunks = flood.transactions as u64 - flood.run.changed;
    assert!((1_000 / 96..=1_400 / 96).contains(&chunks), "{chunks} chunks: {flood}");
    assert!(flood.run.changed > 0, "nobody is moved: {flood}");
    Ok(())
}
