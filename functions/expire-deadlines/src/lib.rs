//! Every hour: does to applications what a day brings by itself, and tells their parents. Nobody is told at
//! night.
//!
//! What is due is found by its day and done conditionally on the application as it was read: two runs at once,
//! one that is killed, one that comes late change nothing twice, and the next run ends what was begun.

use std::ops::Range;

use domain::life::Actor;
use domain::{Date, Timestamp};
use jiff::tz::TimeZone;
use serde::de::IgnoredAny;
use store::changes::Changed;
use store::deadlines::Due;
use store::{Store, StoreError};

/// The hours of the city in which parents are told something.
const HOURS: Range<i8> = 9..21;

/// The function.
#[derive(Clone, Debug)]
pub struct ExpireDeadlines {
    /// Applications and their deadlines
    pub store: Store,
    /// Days are the city's
    pub zone: TimeZone,
    /// The clock
    pub now: fn() -> Timestamp,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Run {
    /// Applications that were changed
    done: usize,
    /// Those that somebody else changed meanwhile: the next run looks at them again
    left: usize,
    /// Those on which nothing could be done
    failed: usize,
}

impl ExpireDeadlines {
    /// Does what is due. What the event says does not matter.
    ///
    /// # Errors
    /// [`StoreError`]; the next run goes on from there.
    pub async fn handle(&self, _: IgnoredAny) -> Result<(), lambda::Error> {
        let local = (self.now)().to_zoned_datetime(self.zone.clone());
        if !HOURS.contains(&local.hour()) {
            tracing::info!(expired = 0, "it is night");
            return Ok(());
        }
        let run = self.run(local.date()).await;
        let run = run.inspect_err(|error| tracing::error!(%error, "deadlines were not looked after"))?;
        let Run { done, left, failed } = run;
        tracing::info!(expired = done, left, failed, "deadlines");
        if failed > 0 { Err(format!("{failed} deadlines could not be looked after").into()) } else { Ok(()) }
    }

    async fn run(&self, today: Date) -> Result<Run, StoreError> {
        let mut run = Run::default();
        loop {
            let due = self.store.due(today).await?;
            let before = run;
            for one in &due {
                match self.expire(one, today).await {
                    Ok(true) => run.done += 1,
                    Ok(false) => run.left += 1,
                    // One that cannot be read or changed holds up no other.
                    Err(error @ StoreError::Corrupt { .. }) => {
                        tracing::error!(application = %one.application, %error, "a deadline cannot be looked after");
                        run.failed += 1;
                    }
                    Err(error) => return Err(error),
                }
            }
            // What is left is read again: without anything done there is nothing else to find.
            if run.done == before.done {
                return Ok(run);
            }
            (run.left, run.failed) = (0, 0);
        }
    }

    /// Does one thing that is due. False where somebody else was faster.
    async fn expire(&self, due: &Due, today: Date) -> Result<bool, StoreError> {
        let application = self.store.sent_application(&due.application).await?;
        let deadline = application.as_ref().and_then(domain::Application::deadline);
        let (Some(application), Some(deadline)) = (application, deadline.filter(|one| one.day <= today)) else {
            self.store.forget_due(due).await?;
            return Ok(true);
        };
        let (now, decision) = ((self.now)(), deadline.decision(today));
        match self.store.decide(&application, &Actor::System, &decision, now).await? {
            Changed::Done => {
                tracing::info!(application = %application.id, act = decision.act().code(), "by itself");
                Ok(true)
            }
            Changed::NotAllowed(unfit) => {
                let why = format!("{:?} is due: {unfit}", decision.act());
                Err(StoreError::Corrupt { key: application.id.to_string(), why })
            }
            Changed::Overtaken => Ok(false),
        }
    }
}

/// Starts the function.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let zone = TimeZone::get(&lambda::required("TIME_ZONE")?).map_err(|_| lambda::BadVariable("TIME_ZONE"))?;
    let store = Store::read(&lambda::aws().await, lambda::required)?;
    let function = ExpireDeadlines { store, zone, now: Timestamp::now };
    lambda::serve_invocations(|event, id| store::trace::within(&id, function.handle(event))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedules_event_is_taken() {
        let event = include_str!("../../../events/expire-deadlines.schedule.json");
        assert!(serde_json::from_str::<IgnoredAny>(event).is_ok());
    }
}
