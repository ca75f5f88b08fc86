//! Changes of a sent application: state, history, message, queue event and the child's lock move
//! together, in one transaction, or not at all.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use domain::life::{Act, Actor, Change, NotAllowed};
use domain::{Application, ApplicationNumber, DraftId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::inbox;
use crate::item::{self, number};
use crate::keys::{self, text};
use crate::outbox::{Event, OutboxEntry};
use crate::{Store, StoreError};

/// A ticket that left the queue and that the recalculation has not yet folded into the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingLeft {
    /// The ticket's number
    pub number: ApplicationNumber,
    /// The application
    pub application: DraftId,
    /// When it left
    pub at: Timestamp,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is made
    Done,
    /// The application's state does not allow it
    NotAllowed(NotAllowed),
    /// Somebody else changed the application since it was read: look again
    Overtaken,
}

impl Store {
    /// A sent application. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sent_application(&self, id: &DraftId) -> Result<Option<Application>, StoreError> {
        let found = self.read_item(&self.tables.applications, &keys::sent(id)).await?;
        found.as_ref().map(item::body).transpose()
    }

    /// The parent takes an application back: the ticket leaves the queue and the child may have
    /// another application. One wait.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is half-written.
    pub async fn withdraw(&self, application: &Application, now: Timestamp) -> Result<Changed, StoreError> {
        let to = match application.state.after(Act::Withdraw) {
            Ok(to) => to,
            Err(not_allowed) => return Ok(Changed::NotAllowed(not_allowed)),
        };
        let mut next = application.clone();
        next.version += 1;
        next.state = to;
        next.since = Some(now);
        let change =
            Change { sequence: next.version, actor: Actor::Parent, at: now, from: Some(application.state), to };
        let left = PendingLeft { number: next.number, application: next.id.clone(), at: now };
        let table = &self.tables.applications;
        let mut writes = vec![
            self.replace_application(&next, application.version, now)?,
            self.put_new(table, item::item(&keys::history(&next.id, next.version), "history", &change)?)?,
            self.put_new(table, OutboxEntry::about(&next, Event::Withdrawn, now)?.to_item()?)?,
            self.put_new(
                table,
                item::item(&keys::pending_left(next.campaign.as_str(), now, &next.id), "pending", &left)?,
            )?,
        ];
        if next.linked {
            writes.extend(self.release_child(&next)?);
        }
        Ok(self.transact(writes).await?.map_or(Changed::Overtaken, |()| Changed::Done))
    }

    fn replace_application(
        &self,
        next: &Application,
        seen: u64,
        now: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.tables.applications)
            .set_item(Some(application_item(next, now)?))
            .condition_expression("version = :seen")
            .expression_attribute_values(":seen", number(seen))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Opens the child's lock that this application holds.
    fn release_child(&self, application: &Application) -> Result<Option<TransactWriteItem>, StoreError> {
        let Some(family) = &application.answers.family else { return Ok(None) };
        let lock = keys::child_lock(&self.key, application.service, &family.child.iin);
        let delete = Delete::builder()
            .table_name(&self.tables.applications)
            .set_key(Some(lock.attributes()))
            .condition_expression("body = :mine")
            .expression_attribute_values(":mine", text(application.id.to_string()))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Some(TransactWriteItem::builder().delete(delete).build()))
    }
}

/// The item of a sent application.
pub(crate) fn application_item(application: &Application, now: Timestamp) -> Result<item::Item, StoreError> {
    let mut sent = item::item(&keys::sent(&application.id), "application", application)?;
    sent.insert("version".to_owned(), number(application.version));
    sent.insert("owner".to_owned(), text(application.owner.as_str()));
    sent.insert("touched".to_owned(), text(now.to_string()));
    sent.extend(inbox::attributes(application)?);
    Ok(sent)
}
