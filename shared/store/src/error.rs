//! What can go wrong between us and the table.

use aws_sdk_dynamodb::error::{BuildError, DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::{PutItemError, PutItemOutput};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;

use crate::item::Item;

/// A failed read or write. Absence is no failure: look-ups answer `Option`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else wrote first; reading again shows what.
    #[error("the item was changed by somebody else")]
    Conflict,
    /// DynamoDB asks to slow down, or others were at work on the same items, after all retries.
    #[error("throttled")]
    Throttled,
    /// An item does not hold what its key promises. The key has hashes and ids only.
    #[error("item {key} is corrupt: {why}")]
    Corrupt {
        /// Which item
        key: String,
        /// The decoder's words
        why: String,
    },
    /// No answer, or one that we cannot use.
    #[error("the table is not available: {0}")]
    Unavailable(String),
}

/// Where a failure of one SDK call is turned into ours.
pub trait Failure<T> {
    /// The value, or the failure as [`StoreError`].
    ///
    /// # Errors
    /// [`StoreError`], `Conflict` for a failed condition.
    fn or_failure(self) -> Result<T, StoreError>;
}

impl<T, E> Failure<T> for Result<T, SdkError<E>>
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    fn or_failure(self) -> Result<T, StoreError> {
        self.map_err(|error| match error.code() {
            Some("ConditionalCheckFailedException") => StoreError::Conflict,
            // Nobody has written yet: the item is part of a transaction that is not over.
            Some("TransactionConflictException" | "TransactionInProgressException") => StoreError::Throttled,
            Some("ProvisionedThroughputExceededException" | "ThrottlingException" | "RequestLimitExceeded") => {
                StoreError::Throttled
            }
            _ => StoreError::Unavailable(DisplayErrorContext(&error).to_string()),
        })
    }
}

/// Whether a conditional write took place: a failed condition is an answer here, not a failure.
pub(crate) fn condition_held<T>(written: Result<T, StoreError>) -> Result<bool, StoreError> {
    match written {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Whether an item was put whose condition tells on failure what is there: where that is this very item, the reply to the
/// SDK's first attempt was lost, and the second met what the first had written.
pub(crate) fn put_held(put: Result<PutItemOutput, SdkError<PutItemError>>, item: &Item) -> Result<bool, StoreError> {
    match put.as_ref().err().and_then(SdkError::as_service_error) {
        Some(PutItemError::ConditionalCheckFailedException(failed)) if failed.item() == Some(item) => Ok(true),
        _ => condition_held(put.or_failure()),
    }
}

/// A request that lacks what DynamoDB requires: never, and a panic would be worse.
pub(crate) fn unbuilt(error: BuildError) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// All of it is written
    Done,
    /// None of it is written: a condition failed
    Unmet(Unmet),
    /// None of it is written: another transaction was at work on the same items, or there was too
    /// much at once. The same may be tried again
    Busy,
}

/// The place, among the writes of a transaction, of the first whose condition failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unmet(pub(crate) usize);

/// Reads how a transaction ended.
///
/// # Errors
/// [`StoreError`] where that is not known, or it was refused for another reason.
pub(crate) fn ended<T>(answer: Result<T, SdkError<TransactWriteItemsError>>) -> Result<Ended, StoreError> {
    let Err(error) = answer else { return Ok(Ended::Done) };
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            let reasons = cancelled.cancellation_reasons().iter().map(|reason| reason.code());
            if let Some(ended) = why_cancelled(reasons) {
                return Ok(ended);
            }
        }
        // An attempt whose reply was lost is still at work.
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => return Ok(Ended::Busy),
        _ => {}
    }
    Err(error).or_failure()
}

/// Reads the reasons of a cancelled transaction, in the order of its writes. A condition that
/// failed does so again, whatever else was in the way.
fn why_cancelled<'a>(reasons: impl Iterator<Item = Option<&'a str>>) -> Option<Ended> {
    let mut busy = None;
    for (place, reason) in reasons.enumerate() {
        match reason {
            Some("ConditionalCheckFailed") => return Some(Ended::Unmet(Unmet(place))),
            Some("TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded") => {
                busy = Some(Ended::Busy);
            }
            _ => {}
        }
    }
    busy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_a_cancelled_transaction_are_told_apart() {
        const FAILED: Option<&str> = Some("ConditionalCheckFailed");
        const BUSY: Option<&str> = Some("TransactionConflict");
        const NONE: Option<&str> = Some("None");
        for (reasons, expected) in [
            ([NONE, NONE, NONE, FAILED], Some(Ended::Unmet(Unmet(3)))),
            ([NONE, FAILED, NONE, FAILED], Some(Ended::Unmet(Unmet(1)))),
            ([NONE, NONE, NONE, BUSY], Some(Ended::Busy)),
            ([BUSY, NONE, FAILED, NONE], Some(Ended::Unmet(Unmet(2)))),
            ([Some("ThrottlingError"), NONE, NONE, NONE], Some(Ended::Busy)),
            ([Some("ValidationError"), NONE, NONE, NONE], None),
            ([NONE, NONE, NONE, None], None),
        ] {
            assert_eq!(why_cancelled(reasons.into_iter()), expected, "{reasons:?}");
        }
    }
}
