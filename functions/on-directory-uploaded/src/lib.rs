//! A file of the directory has arrived: reads it as it streams, says what is wrong with it and what it
//! would change, and writes its rows beside those that count, so that applying them is one small step.
//!
//! Events come twice, late and out of order: an import that was checked stays so.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::Timestamp;
use domain::directory::rows::{
    CampaignRow, HolidayRow, PlaceRow, RatingRow, Row, SchoolRow, ShiftRow, StreetRow, TeacherRow, TerritoryRow,
};
use domain::directory::sheet::{Faults, ImportId, Known, Refusal, Report, Sheet, compare, still_named};
use files::{Bucket, BucketError, MAX_SHEET_BYTES, arrived, sheet_of_key};
use lambda::queue::{one_by_one, received};
use sheets::{Read, Reader};
use store::directory::Current;
use store::imports::{SheetImport, State};
use store::{Store, StoreError};

/// A file that ended two tries without an answer has ended the function itself. It is not read a
/// third time, so that the officer hears something.
const TRIES: u32 = 2;

/// The function.
#[derive(Debug)]
pub struct OnDirectoryUploaded {
    /// Imports and the directory
    pub store: Store,
    /// The files
    pub bucket: Bucket,
    /// The clock
    pub now: fn() -> Timestamp,
}

/// Why a message goes back into the queue.
#[derive(Debug, thiserror::Error)]
enum Again {
    #[error("not a notification of the bucket: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
}

impl OnDirectoryUploaded {
    /// Handles a batch; what failed goes back into the queue, message by message.
    ///
    /// # Errors
    /// None: every failure belongs to one message.
    pub async fn handle(&self, batch: SqsEvent) -> Result<SqsBatchResponse, lambda::Error> {
        Ok(one_by_one(batch, async |message| self.message(message).await).await)
    }

    async fn message(&self, message: &SqsMessage) -> Result<(), Again> {
        for id in ids(message)? {
            self.arrived(&id, received(message)).await?;
        }
        Ok(())
    }

    async fn arrived(&self, id: &ImportId, received: u32) -> Result<(), Again> {
        let import = self.store.sheet_import(id).await?;
        if let Some(import) = import.filter(|import| import.state == State::Waiting) {
            let found =
                if received > TRIES { Some(State::Refused(Refusal::CheckFailed)) } else { self.check(&import).await? };
            // Without a file it was settled by the same event a moment ago, or has expired.
            let Some(state) = found else { return Ok(()) };
            let outcome = outcome(&state);
            let settled = self.store.settle_import(&import, state).await?;
            tracing::info!(sheet = import.sheet.code(), settled, outcome, "file of the directory checked");
        }
        Ok(self.bucket.release_sheet(id).await?)
    }

    async fn check(&self, import: &SheetImport) -> Result<Option<State>, Again> {
        match import.sheet {
            Sheet::Campaigns => self.read::<CampaignRow>(import).await,
            Sheet::Holidays => self.read::<HolidayRow>(import).await,
            Sheet::Schools => self.read::<SchoolRow>(import).await,
            Sheet::Teachers => self.read::<TeacherRow>(import).await,
            Sheet::Ratings => self.read::<RatingRow>(import).await,
            Sheet::Streets => self.read::<StreetRow>(import).await,
            Sheet::Territories => self.read::<TerritoryRow>(import).await,
            Sheet::Places => self.read::<PlaceRow>(import).await,
            Sheet::Shifts => self.read::<ShiftRow>(import).await,
        }
    }

    async fn read<R: Row>(&self, import: &SheetImport) -> Result<Option<State>, Again> {
        let mut reader = Reader::<R>::default();
        let mut size = 0;
        let streamed = self.bucket.sheet(&import.id, |chunk| {
            size += chunk.len() as u64;
            if size > MAX_SHEET_BYTES { Err(Refusal::TooBig) } else { reader.feed(chunk) }
        });
        let read = match streamed.await? {
            None => return Ok(None),
            Some(read) => read.and_then(|()| reader.finish()),
        };
        Ok(Some(match read {
            Err(refusal) => State::Refused(refusal),
            Ok(read) => State::Checked(self.weigh(import, read).await?),
        }))
    }

    /// Holds what was read against what the directory has; what is sound is written beside it.
    async fn weigh<R: Row>(&self, import: &SheetImport, read: Read<R>) -> Result<Report, Again> {
        let current = self.store.current_now().await?;
        let mut faults = read.faults;
        self.pointers(&read.rows, &current, &mut faults).await?;
        let rows: Vec<R> = read.rows.into_iter().map(|(_, row)| row).collect();
        self.pointed_at(&rows, &current, &mut faults).await?;
        faults.first.sort_by_key(|fault| fault.line);
        let before = self.held::<R>(&current).await?;
        let report = Report {
            rows: read.count,
            faults,
            // What cannot be written as cells differs all the same.
            differences: compare(&before, &rows, |row| sheets::cells(row).unwrap_or_default()),
            base: R::SHEET.checked_with().into_iter().map(|sheet| (sheet, current.version(sheet).cloned())).collect(),
        };
        drop(before);
        if report.applies() {
            self.store.prune(R::SHEET, &import.id, &current, (self.now)()).await?;
            self.store.stage(&import.id, &R::together(rows)).await?;
        }
        Ok(report)
    }

    /// What the rows name of other files has to be there.
    async fn pointers<R: Row>(
        &self,
        rows: &[(u64, R)],
        current: &Current,
        faults: &mut Faults,
    ) -> Result<(), StoreError> {
        let mut known = Known::default();
        for sheet in R::SHEET.names() {
            if let Some(version) = current.version(*sheet) {
                known.learn(self.store.rows_of(*sheet, version).await?);
            }
        }
        for (line, row) in rows {
            for pointer in row.pointers() {
                if let Some(fault) = known.fault(&pointer) {
                    faults.add(Some(*line), Some(pointer.column()), fault);
                }
            }
        }
        Ok(())
    }

    /// What other files name of this one has to stay there.
    async fn pointed_at<R: Row>(&self, rows: &[R], current: &Current, faults: &mut Faults) -> Result<(), StoreError> {
        let mut by = R::SHEET.named_by().peekable();
        if by.peek().is_none() {
            return Ok(());
        }
        let mut known = Known::default();
        known.learn(R::together(rows.to_vec()));
        for by in by {
            match by {
                Sheet::Teachers => still_named(R::SHEET, &known, &self.held::<TeacherRow>(current).await?, faults),
                Sheet::Ratings => still_named(R::SHEET, &known, &self.held::<RatingRow>(current).await?, faults),
                Sheet::Territories => still_named(R::SHEET, &known, &self.held::<TerritoryRow>(current).await?, faults),
                Sheet::Places => still_named(R::SHEET, &known, &self.held::<PlaceRow>(current).await?, faults),
                // These name nothing.
                Sheet::Campaigns | Sheet::Holidays | Sheet::Schools | Sheet::Streets | Sheet::Shifts => {}
            }
        }
        Ok(())
    }

    /// The rows that count.
    async fn held<R: Row>(&self, current: &Current) -> Result<Vec<R>, StoreError> {
        match current.version(R::SHEET) {
            Some(version) => self.store.rows(version).await,
            None => Ok(Vec::new()),
        }
    }
}

/// The imports whose files have arrived. Keys that are none of ours are left out.
fn ids(message: &SqsMessage) -> Result<Vec<ImportId>, serde_json::Error> {
    let keys = arrived(message.body.as_deref().unwrap_or_default())?;
    Ok(keys.iter().filter_map(|key| sheet_of_key(key)).collect())
}

fn outcome(state: &State) -> &'static str {
    match state {
        State::Checked(report) if report.faults.count == 0 => "sound",
        State::Checked(_) => "faulty",
        State::Refused(_) => "refused",
        State::Waiting | State::Applied { .. } | State::Overtaken(_) => "open",
    }
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let aws = lambda::aws().await;
    let store = Store::read(&aws, lambda::required)?;
    let bucket = Bucket::new(&aws, lambda::required("DOCUMENTS_BUCKET")?, None)?;
    let function = OnDirectoryUploaded { store, bucket, now: Timestamp::now };
    lambda::serve_events(|batch| function.handle(batch)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(event: &str) -> Vec<Result<Vec<ImportId>, serde_json::Error>> {
        serde_json::from_str::<SqsEvent>(event).unwrap().records.iter().map(ids).collect()
    }

    #[test]
    fn the_buckets_events_are_read_and_anything_else_is_told() {
        let post = read(include_str!("../../../events/on-directory-uploaded.post.json"));
        let id = ImportId::parse("5f4dcc3b5aa765d61d8327deb882cf99").unwrap();
        assert!(matches!(post.as_slice(), [Ok(ids)] if *ids == [id]));
        let foreign = read(include_str!("../../../events/on-directory-uploaded.foreign-key.json"));
        assert!(foreign.iter().all(|ids| ids.as_ref().is_ok_and(Vec::is_empty)));
        let unreadable = read(include_str!("../../../events/on-directory-uploaded.unreadable.json"));
        assert!(!unreadable.is_empty() && unreadable.iter().all(Result::is_err));
    }
}
