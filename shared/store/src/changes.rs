//! Changes of a sent application: state, history, message, queue event and the child's lock move
//! together, in one transaction, or not at all.

use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update};
use domain::decision::{Decision, Reason, Unfit};
use domain::life::{Actor, Change};
use domain::{Application, ApplicationNumber, DraftId, Iin, Place, Service, Slot, Timestamp};
use serde::{Deserialize, Serialize};

use crate::drafts::owned;
use crate::error::Unmet;
use crate::inbox;
use crate::item::{self, Item, number};
use crate::keys::{self, text};
use crate::outbox::{Event, OutboxEntry};
use crate::tally;
use crate::{Failure as _, Store, StoreError};

/// A change of a ticket that matters to places and that the recalculation has not yet folded into
/// the ledger (`domain.md` section 5, "The ledger").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingMoved {
    /// The ticket's number
    pub number: ApplicationNumber,
    /// The application
    pub application: DraftId,
    /// What happened
    pub moved: Moved,
    /// When
    pub at: Timestamp,
}

/// What happened to a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moved {
    /// It was withdrawn, refused, declined by its home school, or did not take in time what was offered: the
    /// ledger does not tell which
    Left,
    /// The quota school of this place declined
    Struck(Place),
    /// The order for this place is written
    Enrolled(Place),
    /// Its parent stays with this place
    Stayed(Place),
    /// An officer assigned or corrected its home place
    Assigned(Place),
}

impl Moved {
    /// What a decision on an application is to the queue; none where it is nothing to it.
    fn by(decision: &Decision, application: &Application) -> Option<Self> {
        if !application.service.has_queue() {
            return None;
        }
        match decision {
            Decision::Withdraw | Decision::Refuse(_) | Decision::Decline(_) => Some(Self::Left),
            // Without a place there is nothing to strike, to enrol into or to stay in.
            Decision::Strike(_) => application.place().map(Self::Struck),
            Decision::Enrol(_) => application.place().map(Self::Enrolled),
            Decision::Stay => application.place().map(Self::Stayed),
            // Whoever takes a place in a camp waits for no other.
            Decision::Confirm if application.service == Service::Camp => application.place().map(Self::Stayed),
            // In the only service with a queue where anything lapses, it is the place that was offered.
            Decision::Lapse => Some(Self::Left),
            Decision::Assign(place) => Some(Self::Assigned(place.clone())),
            // The ledger has moved it already.
            Decision::Move { .. } => None,
            Decision::Register
            | Decision::Return(_)
            | Decision::Resend
            | Decision::Offer { .. }
            | Decision::Confirm
            | Decision::Accept { .. }
            | Decision::Release(_)
            | Decision::Expire
            | Decision::Approve { .. }
            | Decision::Remind => None,
        }
    }
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is made
    Done,
    /// It does not fit the application
    NotAllowed(Unfit),
    /// Somebody else changed the application since it was read: look again
    Overtaken,
}

/// Another application for a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimOnChild {
    /// The application
    pub id: DraftId,
    /// Whether the register links its sender to the child
    pub linked: bool,
    /// Whether it is over: refused, declined or withdrawn
    pub ended: bool,
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

    /// Several sent applications, in no order; those that are not there are left out. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sent_applications(&self, ids: &[DraftId]) -> Result<Vec<Application>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sent = ids.iter().map(|id| (&self.tables.applications, keys::sent(id))).collect();
        self.read_together(sent).await?.iter().map(item::body).collect()
    }

    /// Who else sent for a child, over or not. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claims_on_child(&self, service: Service, child: &Iin) -> Result<Vec<ClaimOnChild>, StoreError> {
        let partition = keys::child_lock(&self.key, service, child).pk;
        let found = self.begins(&partition, keys::CLAIM, 50).await?;
        let claim = |item: &Item| {
            let id = keys::application_of(&keys::Key::of(item).sk)?;
            Some(item::body(item).map(|linked| ClaimOnChild { id, linked, ended: item.contains_key("ended") }))
        };
        found.iter().filter_map(claim).collect()
    }

    /// The other applications for the same child that are not over: one of them is kept before any
    /// is registered (`domain.md` section 4). One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rivals(&self, application: &Application) -> Result<Vec<DraftId>, StoreError> {
        let Some(family) = &application.answers.family else { return Ok(Vec::new()) };
        let claims = self.claims_on_child(application.service, &family.child.iin).await?;
        let others = claims.into_iter().filter(|claim| !claim.ended && claim.id != application.id);
        Ok(others.map(|claim| claim.id).collect())
    }

    /// The last change of an application. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_change(&self, id: &DraftId) -> Result<Option<Change>, StoreError> {
        let found = self
            .dynamo
            .query()
            .table_name(&self.tables.applications)
            .key_condition_expression("pk = :pk AND begins_with(sk, :start)")
            .expression_attribute_values(":pk", text(keys::application(id)))
            .expression_attribute_values(":start", text(keys::HISTORY))
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(1)
            .send()
            .await
            .or_failure()?;
        found.items.unwrap_or_default().first().map(item::body).transpose()
    }

    /// Makes a decision on an application as it was read: state, history, message, the queue's
    /// event and, where it ends, the child's lock, all at once. One wait.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is half-written.
    pub async fn decide(
        &self,
        seen: &Application,
        actor: &Actor,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Changed, StoreError> {
        let next = match seen.after(decision, now) {
            Ok(next) => next,
            Err(unfit) => return Ok(Changed::NotAllowed(unfit)),
        };
        let mut writes = self.change(seen, &next, actor, decision, now)?;
        if let Decision::Return(request) = decision {
            writes.push(self.open_slots(&seen.id, &request.open())?);
        }
        // The only one that is conditional on something else than the application itself.
        let of_place =
            |write: &TransactWriteItem| write.update().is_some_and(|update| *update.table_name() == self.tables.places);
        let place = writes.iter().position(of_place);
        Ok(match self.transact(writes).await? {
            Ok(()) => Changed::Done,
            Err(Unmet(at)) if Some(at) == place => Changed::NotAllowed(Unfit::Full),
            Err(_) => Changed::Overtaken,
        })
    }

    /// Refuses some of the applications for a child, because others are kept: all of it at once, and
    /// only while those that are kept are as they were read too. One wait.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is half-written.
    pub async fn keep(
        &self,
        kept: &[Application],
        refused: &[Application],
        actor: &Actor,
        reason: &Reason,
        now: Timestamp,
    ) -> Result<Changed, StoreError> {
        let decision = Decision::Refuse(reason.clone());
        let mut writes = kept.iter().map(|kept| self.is_as_seen(kept)).collect::<Result<Vec<_>, _>>()?;
        for seen in refused {
            let next = match seen.after(&decision, now) {
                Ok(next) => next,
                Err(unfit) => return Ok(Changed::NotAllowed(unfit)),
            };
            writes.extend(self.change(seen, &next, actor, &decision, now)?);
        }
        Ok(self.transact(writes).await?.map_or(Changed::Overtaken, |()| Changed::Done))
    }

    fn is_as_seen(&self, application: &Application) -> Result<TransactWriteItem, StoreError> {
        let check = ConditionCheck::builder()
            .table_name(&self.tables.applications)
            .set_key(Some(keys::sent(&application.id).attributes()))
            .condition_expression("version = :seen")
            .expression_attribute_values(":seen", number(application.version))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// The writes of a change of an application, to be made in one transaction; the first is
    /// conditional on the version that was read.
    pub(crate) fn change(
        &self,
        seen: &Application,
        next: &Application,
        actor: &Actor,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut writes = self.change_apart_from_scans(seen, next, actor, decision, now)?;
        if next.asked.is_none() && seen.asked.is_some() {
            writes.push(self.close_slots(&next.id, None)?);
            writes.push(self.forget_corrections(&next.id)?);
        }
        Ok(writes)
    }

    /// The same without what belongs to the end of a correction.
    pub(crate) fn change_apart_from_scans(
        &self,
        seen: &Application,
        next: &Application,
        actor: &Actor,
        decision: &Decision,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let table = &self.tables.applications;
        let change = Change {
            sequence: next.version,
            actor: actor.clone(),
            at: now,
            from: Some(seen.state),
            to: next.state,
            decision: Some(decision.clone()),
        };
        let entry = OutboxEntry::about(next, Event::of(decision.act()), now)?;
        let mut writes = vec![
            self.replace_application(next, seen.version, now)?,
            self.put_new(table, tally::history_item(Some(seen), next, &change)?)?,
            self.put_new(table, entry.to_item()?)?,
        ];
        if let Some(moved) = Moved::by(decision, seen) {
            let pending = PendingMoved { number: next.number, application: next.id.clone(), moved, at: now };
            let key = keys::pending_moved(&next.campaign, now, &next.id, next.version);
            writes.push(self.put_new(table, item::item(&key, "pending", &pending)?)?);
        }
        writes.extend(self.move_deadline(seen, next)?);
        writes.extend(self.move_free_place(seen, next)?);
        if seen.state.is_live() && !next.state.is_live() {
            writes.extend(self.leave_child(next)?);
        }
        Ok(writes)
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

    /// Opens the child's lock if this application holds it, and marks its claim as over.
    fn leave_child(&self, application: &Application) -> Result<Vec<TransactWriteItem>, StoreError> {
        let Some(family) = &application.answers.family else { return Ok(Vec::new()) };
        let (service, child) = (application.service, &family.child.iin);
        let claim = Update::builder()
            .table_name(&self.tables.applications)
            .set_key(Some(keys::child_claim(&self.key, service, child, &application.id).attributes()))
            .update_expression("SET ended = :true")
            // A claim is put when the application is sent; nothing here makes one.
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let mut writes = vec![TransactWriteItem::builder().update(claim).build()];
        if application.linked {
            let delete = Delete::builder()
                .table_name(&self.tables.applications)
                .set_key(Some(keys::child_lock(&self.key, service, child).attributes()))
                .condition_expression("body = :mine")
                .expression_attribute_values(":mine", text(application.id.to_string()))
                .build()
                .map_err(|error| StoreError::Unavailable(error.to_string()))?;
            writes.push(TransactWriteItem::builder().delete(delete).build());
        }
        Ok(writes)
    }

    /// Lets the parent send the scans of these slots again.
    fn open_slots(&self, id: &DraftId, slots: &[Slot]) -> Result<TransactWriteItem, StoreError> {
        let slots = slots.iter().map(|slot| text(slot.code())).collect();
        let update = Update::builder()
            .table_name(&self.tables.applications)
            .set_key(Some(keys::documents(id).attributes()))
            .update_expression("SET #open = :slots")
            .expression_attribute_names("#open", "open")
            .expression_attribute_values(":slots", AttributeValue::L(slots))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Ends that; `seen`: only if no slot has changed since that revision.
    pub(crate) fn close_slots(&self, id: &DraftId, seen: Option<u64>) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder()
            .table_name(&self.tables.applications)
            .set_key(Some(keys::documents(id).attributes()))
            .update_expression("REMOVE #open")
            .expression_attribute_names("#open", "open");
        let update = match seen {
            None => update,
            Some(seen) => {
                update.condition_expression("revision = :seen").expression_attribute_values(":seen", number(seen))
            }
        };
        let update = update.build().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

/// The item of a sent application.
pub(crate) fn application_item(application: &Application, now: Timestamp) -> Result<Item, StoreError> {
    let mut sent = item::item(&keys::sent(&application.id), "application", application)?;
    sent.insert("version".to_owned(), number(application.version));
    sent.extend(owned(&application.owner, application.sent, now));
    sent.extend(inbox::attributes(application)?);
    Ok(sent)
}
