//! The function that does what a day brings by itself, at a time that a test names.

use std::cell::Cell;

use domain::Timestamp;

use crate::{Portal, Result};

thread_local! {
    static NOW: Cell<Timestamp> = const { Cell::new(Timestamp::UNIX_EPOCH) };
}

/// Runs it over the portal's tables.
///
/// # Errors
/// The function's own, or a time that is none.
pub async fn expire(portal: &Portal, at: &str) -> Result<()> {
    NOW.set(at.parse()?);
    let event = include_str!("../../events/expire-deadlines.schedule.json");
    let function = portal.expire_deadlines(|| NOW.get());
    testkit::acting_as("expire-deadlines", function.handle(serde_json::from_str(event)?)).await
}
