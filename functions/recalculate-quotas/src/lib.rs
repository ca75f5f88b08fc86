//! Every minute: takes what has settled into the ledger of places, carries what follows from it over to
//! applications and places, and publishes the ledger for everybody.
//!
//! Two runs at once, one that is killed, one that comes late: none of them changes what the ledger says,
//! and the next run ends what was begun.

use domain::Timestamp;
use domain::directory::{Campaign, CampaignId};
use domain::places::published::{file_of, first_of};
use files::{BucketError, Published};
use jiff::tz::TimeZone;
use lambda::metrics::{self, Metric};
use serde::de::IgnoredAny;
use store::recalculation::Recalculation;
use store::{Store, StoreError};

/// The function.
#[derive(Debug)]
pub struct RecalculateQuotas {
    /// The ledger
    pub store: Store,
    /// What writes it, with the board of the last run
    pub recalculation: Recalculation,
    /// Where everybody reads it
    pub published: Published,
    /// Days are the city's
    pub zone: TimeZone,
    /// The clock
    pub now: fn() -> Timestamp,
}

/// Why a run did not come to its end.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
}

impl RecalculateQuotas {
    /// Recalculates every campaign that has a queue. What the event says does not matter.
    ///
    /// # Errors
    /// [`StoreError`] or [`BucketError`]; the next run goes on from there.
    pub async fn handle(&self, _: IgnoredAny) -> Result<(), lambda::Error> {
        Ok(self.recalculate().await.inspect_err(|error| tracing::error!(%error, "places were not recalculated"))?)
    }

    async fn recalculate(&self) -> Result<(), Broken> {
        let campaigns = self.store.campaigns().await?;
        let queued: Vec<&Campaign> = campaigns.iter().filter(|campaign| campaign.service.has_queue()).collect();
        let mut broken = Ok(());
        for campaign in queued {
            // What is wrong with one holds up no other.
            let run = self.recalculate_one(campaign).await;
            let run = run.inspect_err(|error| tracing::error!(campaign = %campaign.id, %error, "not recalculated"));
            broken = broken.and(run);
        }
        broken?;
        // An alarm counts these: as often as nothing was left undone.
        tracing::info!(recalculated = 1, "every queue");
        Ok(())
    }

    async fn recalculate_one(&self, campaign: &Campaign) -> Result<(), Broken> {
        let run = self.recalculation.run(campaign, &self.zone, (self.now)()).await;
        // What is in the ledger is published even if it could not be carried over to the end.
        let published = self.publish(&campaign.id).await;
        let (run, published) = (run?, published?);
        metrics::count(Metric::PlacesGranted, run.moves);
        tracing::info!(
            campaign = %campaign.id,
            lines = run.lines,
            tickets = run.tickets,
            moves = run.moves,
            changed = run.changed,
            conflicts = run.conflicts,
            published,
            "recalculated"
        );
        Ok(())
    }

    /// Publishes the lines that are not published, and answers how many files that were.
    ///
    /// Another run may publish at the same time, and its file, with more lines, be overwritten by this
    /// one's: whoever has written looks at the head again and goes on with what has come since.
    async fn publish(&self, campaign: &CampaignId) -> Result<u64, Broken> {
        let (mut files, mut written) = (0, None);
        while let Some(head) = self.store.ledger_head(campaign).await? {
            let from = written.unwrap_or(head.published) + 1;
            if from > head.lines {
                break;
            }
            for file in file_of(from)..=file_of(head.lines) {
                let (first, next) = (first_of(file), first_of(file + 1));
                let lines = self.store.ledger_lines(campaign, first, head.lines.min(next - 1)).await?;
                self.published.publish(campaign, file, &lines).await?;
                files += 1;
            }
            self.store.note_published(campaign, head.lines).await?;
            written = Some(head.lines);
        }
        Ok(files)
    }
}

/// Starts the function.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let zone = TimeZone::get(&lambda::required("TIME_ZONE")?).map_err(|_| lambda::BadVariable("TIME_ZONE"))?;
    let aws = lambda::aws().await;
    let store = Store::read(&aws, lambda::required)?;
    let function = RecalculateQuotas {
        recalculation: Recalculation::new(store.clone()),
        published: Published::new(&aws, lambda::required("PUBLISHED_BUCKET")?),
        store,
        zone,
        now: Timestamp::now,
    };
    lambda::serve_invocations(|event, id| store::trace::within(&id, function.handle(event))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedules_event_is_taken() {
        let event = include_str!("../../../events/recalculate-quotas.schedule.json");
        assert!(serde_json::from_str::<IgnoredAny>(event).is_ok());
    }
}
