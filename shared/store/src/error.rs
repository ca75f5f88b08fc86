//! What can go wrong between us and the table.

use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

/// A failed read or write. Absence is no failure: look-ups answer `Option`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else wrote first; reading again shows what.
    #[error("the item was changed by somebody else")]
    Conflict,
    /// DynamoDB asks to slow down, after the SDK's own retries.
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
            Some("ConditionalCheckFailedException" | "TransactionConflictException") => StoreError::Conflict,
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
