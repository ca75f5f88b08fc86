//! Transactions, written whole or not at all: tried again where another one is in the way.

use std::time::Duration;

use aws_sdk_dynamodb::config::interceptors::InterceptorContext;
use aws_sdk_dynamodb::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::TransactWriteItem;

use crate::error::{Ended, Unmet, ended};
use crate::sessions::random;
use crate::{Store, StoreError};

/// At least so many milliseconds pass before each further try.
const PAUSES: [u64; 3] = [20, 60, 140];
/// Up to so many more, so that those who met do not meet again.
const JITTER: u64 = 40;

/// How often somebody still tries a transaction that others are in the way of. On opening morning
/// many meet at one counter, and DynamoDB cancels a transaction that meets another, it does not
/// queue it.
pub(crate) struct Patience(std::array::IntoIter<u64, { PAUSES.len() }>);

impl Patience {
    pub(crate) fn new() -> Self {
        Self(PAUSES.into_iter())
    }

    /// Waits until it makes sense to try again.
    ///
    /// # Errors
    /// [`StoreError::Throttled`] when that was often enough.
    pub(crate) async fn pause(&mut self) -> Result<(), StoreError> {
        let least = self.0.next().ok_or(StoreError::Throttled)?;
        let jitter = u64::from(getrandom::u32().unwrap_or_default()) % JITTER;
        tokio::time::sleep(Duration::from_millis(least + jitter)).await;
        Ok(())
    }
}

impl Store {
    /// Writes all or nothing; `Err` within tells whose condition failed. One wait, more where others
    /// are in the way.
    ///
    /// # Errors
    /// [`StoreError::Throttled`] where others stayed in the way, and the other [`StoreError`]s.
    pub(crate) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Result<(), Unmet>, StoreError> {
        let token = hex::encode(random::<16>()?);
        let mut patience = Patience::new();
        loop {
            match self.try_transaction(writes.clone(), &token).await? {
                Ended::Done => return Ok(Ok(())),
                Ended::Unmet(unmet) => return Ok(Err(unmet)),
                Ended::Busy => patience.pause().await?,
            }
        }
    }

    /// Tries a transaction once. Two with one `token` are one: what took effect and was not heard of
    /// does not fail its own conditions.
    ///
    /// # Errors
    /// [`StoreError`] where it is not known how it ended.
    pub(crate) async fn try_transaction(
        &self,
        writes: Vec<TransactWriteItem>,
        token: &str,
    ) -> Result<Ended, StoreError> {
        let request = self.dynamo.transact_write_items().set_transact_items(Some(writes)).client_request_token(token);
        ended(request.send().await)
    }
}

/// Has the SDK try again the write of one item that a transaction is at work on: it did not take
/// place, and no condition of it was looked at.
#[derive(Debug)]
pub(crate) struct MetTransaction;

impl ClassifyRetry for MetTransaction {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else { return RetryAction::NoActionIndicated };
        let Some(error) = error.as_operation_error() else { return RetryAction::NoActionIndicated };
        let met = error.downcast_ref().is_some_and(PutItemError::is_transaction_conflict_exception)
            || error.downcast_ref().is_some_and(UpdateItemError::is_transaction_conflict_exception)
            || error.downcast_ref().is_some_and(DeleteItemError::is_transaction_conflict_exception);
        if met { RetryAction::server_error() } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "a write meets a transaction"
    }
}
