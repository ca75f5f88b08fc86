//! The queues between the stream of changes and those who act on it (SQS).

use std::sync::OnceLock;

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde::{Deserialize, Serialize};

/// How many messages SQS takes in one call.
const BATCH: usize = 10;

/// What lies in the queue: where the outbox entry is, and nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// Partition of the entry.
    pub pk: String,
    /// Its sort key.
    pub sk: String,
}

/// Why parcels did not get into the queue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// SQS did not take the call.
    #[error("the queue cannot be reached ({code})")]
    Unavailable {
        /// The provider's error code, or `connection`.
        code: String,
    },
    /// SQS took the call but not all of its messages.
    #[error("the queue did not take {left} messages ({code})")]
    Partly {
        /// How many were left out.
        left: usize,
        /// The error code of the first of them.
        code: String,
    },
    /// A message that cannot be built.
    #[error("a message cannot be built")]
    Malformed,
}

/// Puts what there is to do into a queue.
#[derive(Debug)]
pub struct Queue {
    aws: SdkConfig,
    url: String,
    client: OnceLock<Client>,
}

impl Queue {
    /// The queue at an address.
    pub fn new(aws: &SdkConfig, url: impl Into<String>) -> Self {
        Self { aws: aws.clone(), url: url.into(), client: OnceLock::new() }
    }

    /// Puts all in. One may get in twice (a retry after a lost reply): the receiver bears it.
    ///
    /// # Errors
    /// [`QueueError`]: at least one is not known to be in. Put all of them again.
    pub async fn put<T: Serialize>(&self, all: &[T]) -> Result<(), QueueError> {
        let client = self.client.get_or_init(|| Client::new(&self.aws));
        for batch in all.chunks(BATCH) {
            let entries = batch.iter().enumerate().map(entry).collect::<Result<Vec<_>, _>>()?;
            let answer = client.send_message_batch().queue_url(&self.url).set_entries(Some(entries)).send().await;
            let answer = answer
                .map_err(|error| QueueError::Unavailable { code: error.code().unwrap_or("connection").to_owned() })?;
            if let Some(first) = answer.failed().first() {
                return Err(QueueError::Partly { left: answer.failed().len(), code: first.code().to_owned() });
            }
        }
        Ok(())
    }
}

fn entry<T: Serialize>((index, one): (usize, &T)) -> Result<SendMessageBatchRequestEntry, QueueError> {
    let body = serde_json::to_string(one).map_err(|_| QueueError::Malformed)?;
    SendMessageBatchRequestEntry::builder()
        .id(index.to_string())
        .message_body(body)
        .build()
        .map_err(|_| QueueError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Fake;

    fn parcels(count: usize) -> Vec<Parcel> {
        (0..count).map(|n| Parcel { pk: format!("application#{n}"), sk: "outbox#1".to_owned() }).collect()
    }

    const TAKEN: &str = r#"{"Successful":[],"Failed":[]}"#;

    #[tokio::test]
    async fn parcels_go_in_tens() {
        let fake = Fake::answering([(200, TAKEN.to_owned()), (200, TAKEN.to_owned()), (200, TAKEN.to_owned())]);
        Queue::new(&fake.config(), "http://localhost/queue").put(&parcels(21)).await.unwrap();
        let sizes: Vec<usize> = fake.bodies().iter().map(|body| body.matches("MessageBody").count()).collect();
        assert_eq!(sizes, [10, 10, 1]);
    }

    #[tokio::test]
    async fn nothing_to_put_is_no_call() {
        let fake = Fake::answering([]);
        Queue::new(&fake.config(), "http://localhost/queue").put::<Parcel>(&[]).await.unwrap();
        assert!(fake.bodies().is_empty());
    }

    #[tokio::test]
    async fn a_message_left_out_is_an_error() {
        let failed = r#"{"Successful":[],"Failed":[{"Id":"1","SenderFault":false,"Code":"InternalError"}]}"#;
        let fake = Fake::answering([(200, failed.to_owned())]);
        let error = Queue::new(&fake.config(), "http://localhost/queue").put(&parcels(2)).await.unwrap_err();
        assert_eq!(error, QueueError::Partly { left: 1, code: "InternalError".to_owned() });
    }
}
