//! Messages out of the house: SMS (SNS), e-mail (SES) and the queue that they wait in (SQS). The
//! only user of these three SDKs.
//!
//! No call is repeated inside the SDK: a reply that was lost would then be a second SMS. Whoever
//! calls decides: a code is never sent twice, the outbox is (`store::outbox`).

mod error;
mod mail;
mod queue;
mod sms;

#[cfg(test)]
mod fake;

pub use error::SendError;
pub use mail::Mail;
pub use queue::{Parcel, Queue, QueueError};
pub use sms::{SenderId, SenderIdFault, Sms};
