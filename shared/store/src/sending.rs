//! Sending: accepting an application, apart from allocating places (`domain.md` section 5).
//!
//! A number is taken from the campaign's counter, then one conflict-free transaction writes the
//! application. It never waits for a place and never fails for want of one.

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{ReturnValue, TransactWriteItem, Update};
use domain::life::{Change, State};
use domain::{Application, ApplicationNumber, Draft, DraftId, Owner, Ticket, Timestamp};
use serde::{Deserialize, Serialize};

use crate::changes::application_item;
use crate::drafts::{Expect, Mine};
use crate::error::{Ended, Unmet};
use crate::item::{self, number, read_number};
use crate::keys;
use crate::outbox::{Event, OutboxEntry};
use crate::tally;
use crate::transaction::Patience;
use crate::{Failure as _, Store, StoreError};

/// The settling time: a number that is not written within it is dead, and its sender takes a new
/// one. The recalculation waits twice as long before it serves later numbers.
pub const SETTLING: Duration = Duration::from_secs(30);
/// A transaction is begun only while it can still end, with all its retries, inside [`SETTLING`].
const LATEST_START: Duration = Duration::from_secs(15);

/// What sending came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Accepted, now or by an earlier or parallel sending of the same draft
    Accepted(ApplicationNumber),
    /// A linked parent already has a live application for this child
    ChildHasApplication,
    /// The draft or its documents changed since the review page: look again
    Changed,
}

/// A sent ticket that the recalculation has not yet folded into the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSent {
    /// The ticket
    pub ticket: Ticket,
    /// The application
    pub application: DraftId,
    /// When it was accepted
    pub at: Timestamp,
}

/// Where in the transaction each write stands: DynamoDB answers a failed condition by its index.
const DRAFT: usize = 0;
const DOCUMENTS: usize = 1;
const LOCK: usize = 2;

impl Store {
    /// Sends a draft that is complete. The same draft sent twice, from two tabs or after a lost
    /// reply, gives the same number. Two waits, one more where another sending was first.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is half-written.
    pub async fn send(&self, mine: &Mine, now: Timestamp) -> Result<Sending, StoreError> {
        self.send_by(mine, now, Instant::now).await
    }

    /// Sends as [`Store::send`] does, with the age of a number measured by a given clock.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is half-written.
    pub async fn send_by(
        &self,
        mine: &Mine,
        now: Timestamp,
        clock: impl Fn() -> Instant,
    ) -> Result<Sending, StoreError> {
        if let Some(given) = mine.draft.sent {
            return Ok(Sending::Accepted(given));
        }
        let mut taken = clock();
        let mut application = self.application(mine, self.next_number(mine.campaign.id.as_str()).await?, now)?;
        let mut patience = Patience::new();
        loop {
            if clock().saturating_duration_since(taken) > LATEST_START {
                taken = clock();
                application.number = self.next_number(mine.campaign.id.as_str()).await?;
            }
            // One token per number: a retry of the SDK after a lost reply is the same request.
            let token = self.key.hash("send", &format!("{}#{}", application.id, application.number));
            let token = token.get(..32).unwrap_or(&token);
            match self.try_transaction(self.writes(mine, &application, now)?, token).await? {
                Ended::Done => return Ok(Sending::Accepted(application.number)),
                Ended::Busy => patience.pause().await?,
                Ended::Unmet(Unmet(DRAFT)) => return self.what_moved(&mine.draft.id).await,
                Ended::Unmet(Unmet(DOCUMENTS)) => return Ok(Sending::Changed),
                Ended::Unmet(Unmet(LOCK)) if application.linked => return Ok(Sending::ChildHasApplication),
                Ended::Unmet(_) => return Err(there_already(&application)),
            }
        }
    }

    /// The next number of a campaign: unique and increasing, one atomic update. Not retried by
    /// value: a number whose reply was lost is a gap.
    async fn next_number(&self, campaign: &str) -> Result<ApplicationNumber, StoreError> {
        let key = keys::counter(campaign);
        let updated = self
            .dynamo
            .update_item()
            .table_name(&self.tables.applications)
            .set_key(Some(key.attributes()))
            .update_expression("ADD #last :one")
            .expression_attribute_names("#last", "last")
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .or_failure()?;
        updated
            .attributes
            .as_ref()
            .and_then(|attributes| read_number(attributes, "last"))
            .and_then(ApplicationNumber::new)
            .ok_or_else(|| StoreError::Corrupt { key: key.to_string(), why: "no number".to_owned() })
    }

    fn application(&self, mine: &Mine, number: ApplicationNumber, now: Timestamp) -> Result<Application, StoreError> {
        let draft = &mine.draft;
        let Some(family) = &draft.answers.family else { return Err(incomplete(&draft.id)) };
        Ok(Application {
            id: draft.id.clone(),
            number,
            service: draft.service,
            campaign: draft.campaign.clone(),
            owner: self.receiver(draft),
            version: 1,
            state: State::Submitted,
            since: None,
            sent: now,
            answers: draft.answers.clone(),
            register: draft.register.clone(),
            linked: draft.register.links(family),
            remarks: draft.answers.remarks(&draft.register),
            scans: mine
                .documents
                .iter()
                .filter(|(_, document)| document.accepted().is_some())
                .map(|(slot, _)| slot)
                .collect(),
            sent_from: mine.session.hash.clone(),
            asked: None,
            stays: false,
            seat: None,
            order: None,
            released: None,
            until: None,
            renews: draft.renews.clone(),
        })
    }

    /// Whose the application is: what an officer typed is handed to the parent's phone, where there
    /// is one; else it is nobody's, so that it does not lie among what the officer has begun.
    fn receiver(&self, draft: &Draft) -> Owner {
        match &draft.answers.contacts.main {
            _ if !draft.owner.is_officer() => draft.owner.clone(),
            Some(main) => self.owner_of(&main.value),
            None => Owner::nobody(&draft.id),
        }
    }

    fn writes(
        &self,
        mine: &Mine,
        application: &Application,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let table = &self.tables.applications;
        let answers = &application.answers;
        let Some(family) = &answers.family else { return Err(incomplete(&application.id)) };
        if !answers.answered(application.service.own_step()) {
            return Err(incomplete(&application.id));
        }

        let mut draft = mine.draft.clone();
        draft.version += 1;
        draft.saved = now;
        draft.typed.clear();
        draft.sent = Some(application.number);
        draft.sent_from = Some(application.sent_from.clone());
        draft.owner = application.owner.clone();

        let sent = application_item(application, now)?;
        let change = Change {
            sequence: 1,
            actor: mine.session.actor(),
            at: now,
            from: None,
            to: State::Submitted,
            decision: None,
        };
        let entry = OutboxEntry::about(application, Event::Accepted, now)?;
        let claim = keys::child_claim(&self.key, application.service, &family.child.iin, &application.id);

        let mut writes =
            vec![self.put_draft(&draft, &mine.campaign, Expect::Version(mine.draft.version))?, self.freeze(mine)?];
        if application.linked {
            let lock = keys::child_lock(&self.key, application.service, &family.child.iin);
            writes.push(self.put_new(table, item::item(&lock, "child-lock", &application.id)?)?);
        }
        writes.push(self.put_new(table, sent)?);
        writes.push(self.put_new(table, tally::history_item(None, application, &change)?)?);
        writes.push(self.put_new(table, item::item(&claim, "child-claim", &application.linked)?)?);
        writes.push(self.put_new(table, entry.to_item()?)?);
        if let Some(ticket) = application.ticket() {
            let pending = PendingSent { ticket, application: application.id.clone(), at: now };
            let key = keys::pending_sent(&application.campaign, application.number);
            writes.push(self.put_new(table, item::item(&key, "pending", &pending)?)?);
        }
        Ok(writes)
    }

    /// Documents no longer change once the application is sent; one that changed since the
    /// review page was read stops the sending.
    fn freeze(&self, mine: &Mine) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder()
            .table_name(&self.tables.applications)
            .set_key(Some(keys::documents(&mine.draft.id).attributes()))
            .update_expression("SET frozen = :true REMOVE expires")
            .condition_expression("attribute_not_exists(frozen) AND revision = :seen")
            .expression_attribute_values(":true", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
            .expression_attribute_values(":seen", number(mine.documents.revision()))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// After a lost race: the winner's number, if it was a sending.
    async fn what_moved(&self, id: &DraftId) -> Result<Sending, StoreError> {
        let found = self.read_item(&self.tables.applications, &keys::draft(id)).await?;
        let given = found.as_ref().and_then(|item| read_number(item, "sent")).and_then(ApplicationNumber::new);
        Ok(given.map_or(Sending::Changed, Sending::Accepted))
    }
}

fn incomplete(id: &DraftId) -> StoreError {
    StoreError::Corrupt { key: keys::draft(id).to_string(), why: "sent before it was complete".to_owned() }
}

/// The draft is not sent, and yet a part of its application is there.
fn there_already(application: &Application) -> StoreError {
    let key = keys::pending_sent(&application.campaign, application.number);
    StoreError::Corrupt { key: key.to_string(), why: "the number, or a part of its application, was there".to_owned() }
}
