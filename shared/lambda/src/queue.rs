//! Messages of a queue, one by one.

use std::fmt::Display;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};

/// Handles a batch; what failed goes back into the queue, message by message.
pub async fn one_by_one<E: Display>(
    batch: SqsEvent,
    take: impl AsyncFn(&SqsMessage) -> Result<(), E>,
) -> SqsBatchResponse {
    let mut answer = SqsBatchResponse::default();
    for message in batch.records {
        // Boxed, since the compiler counts how deep futures lie within each other.
        if let Err(again) = Box::pin(take(&message)).await {
            let id = message.message_id.unwrap_or_default();
            tracing::warn!(message_id = %id, reason = %again, "goes back into the queue");
            answer.add_failure(id);
        }
    }
    answer
}

/// How often a message has been given out, this time included.
pub fn received(message: &SqsMessage) -> u32 {
    message.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1)
}
