//! Stream of the Applications table: each new line of a history is folded into the counters that the
//! office's inbox and reports show, once however often it comes.

use domain::Timestamp;
use domain::life::State;
use jiff::tz::TimeZone;
use lambda::metrics::{self, Metric};
use serde::Deserialize;
use store::tally::{Counted, ENTITY, HistoryLine, Image};
use store::{Store, StoreError};

/// What is read of a stream's event: new items as they are.
#[derive(Debug, Default, Deserialize)]
pub struct Changes {
    #[serde(rename = "Records", default)]
    records: Vec<Change>,
}

#[derive(Debug, Deserialize)]
struct Change {
    #[serde(rename = "eventName")]
    kind: String,
    dynamodb: Images,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Images {
    /// Absent when an item was removed
    new_image: Option<Image>,
}

impl Changes {
    /// The lines of histories that are new. The event source filters by the same conditions; a filter
    /// that got lost must not turn anything else into a count.
    fn lines(self) -> Result<Vec<HistoryLine>, StoreError> {
        let new = self.records.into_iter().filter(|change| change.kind == "INSERT");
        let new = new.filter_map(|change| change.dynamodb.new_image.filter(|image| image.is(ENTITY)));
        new.filter_map(|image| HistoryLine::read(image).transpose()).collect()
    }
}

/// The function.
#[derive(Debug)]
pub struct CountApplications {
    /// Histories and counters
    pub store: Store,
    /// Days are the city's
    pub zone: TimeZone,
    /// The clock
    pub now: fn() -> Timestamp,
}

impl CountApplications {
    /// Counts one batch. If a part of it is not counted, the stream brings the whole batch again, and
    /// what was counted is not counted twice.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn handle(&self, changes: Changes) -> Result<(), lambda::Error> {
        let counted = async {
            let lines = changes.lines()?;
            let told = lines.len();
            Ok::<_, StoreError>((told, self.store.tally(lines, &self.zone, (self.now)()).await?))
        };
        let (told, counted) = counted.await.inspect_err(|error| tracing::error!(%error, "the batch comes again"))?;
        tracing::info!(told, counted = counted.len(), "counted");
        let registered = |line: &&Counted| {
            let was = line.from.as_ref().is_some_and(|from| from.state == State::Registered);
            line.to.state == State::Registered && !was
        };
        metrics::count(Metric::Sent, counted.iter().filter(|line| line.from.is_none()).count() as u64);
        metrics::count(Metric::Registered, counted.iter().filter(registered).count() as u64);
        Ok(())
    }
}

/// Starts the function.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let zone = TimeZone::get(&lambda::required("TIME_ZONE")?).map_err(|_| lambda::BadVariable("TIME_ZONE"))?;
    let store = Store::read(&lambda::aws().await, lambda::required)?;
    store.warm().await;
    let function = CountApplications { store, zone, now: Timestamp::now };
    lambda::serve_events(|changes| function.handle(changes)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(event: &str) -> Vec<HistoryLine> {
        serde_json::from_str::<Changes>(event).unwrap().lines().unwrap()
    }

    #[test]
    fn a_new_line_of_a_history_is_counted() {
        assert_eq!(lines(include_str!("../../../events/count-applications.sent.json")).len(), 1);
    }

    #[test]
    fn nothing_else_is() {
        assert_eq!(lines(include_str!("../../../events/on-application-changed.others.json")), []);
        assert_eq!(lines(include_str!("../../../events/on-application-changed.outbox.json")), []);
        assert_eq!(lines(r#"{"Records":[]}"#), []);
    }
}
