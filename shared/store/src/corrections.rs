//! The parent corrects what was returned. What is typed meanwhile has an item of its own, apart
//! from the draft, which no longer changes; it goes with the resending, and with whatever else ends
//! the asking.

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, TransactWriteItem};
use domain::decision::Decision;
use domain::draft::Typed;
use domain::life::{Actor, State};
use domain::{Answers, Application, DraftId, Timestamp};

use crate::changes::Changed;
use crate::documents::Documents;
use crate::item;
use crate::keys::{self, Key, text};
use crate::{Store, StoreError};

/// An application and what is typed of its corrections.
#[derive(Clone, Debug)]
pub struct Correcting {
    /// The application
    pub application: Application,
    /// What is typed and kept, unchecked
    pub typed: Option<Typed>,
}

impl Store {
    /// A sent application with what is typed of its corrections. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn correcting(&self, id: &DraftId) -> Result<Option<Correcting>, StoreError> {
        let (sent, corrections, table) = (keys::sent(id), keys::corrections(id), &self.tables.applications);
        let found = self.read_together(vec![(table, sent.clone()), (table, corrections.clone())]).await?;
        let find = |key: &Key| found.iter().find(|item| Key::of(item) == *key);
        let Some(application) = find(&sent).map(item::body).transpose()? else { return Ok(None) };
        let typed = find(&corrections).map(item::body).transpose()?;
        Ok(Some(Correcting { application, typed }))
    }

    /// Keeps what is typed of the corrections, unchecked, while the application is returned: nothing
    /// is left behind for the next time. One wait.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is no longer returned.
    pub async fn keep_corrections(&self, id: &DraftId, typed: &Typed) -> Result<(), StoreError> {
        let table = &self.tables.applications;
        let returned = ConditionCheck::builder()
            .table_name(table)
            .set_key(Some(keys::sent(id).attributes()))
            .condition_expression("body.#state = :returned")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":returned", text(State::Returned.code()))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let put = self.put(table, item::item(&keys::corrections(id), "corrections", typed)?)?;
        let writes = vec![TransactWriteItem::builder().condition_check(returned).build(), put];
        self.transact(writes).await?.map_err(|_| StoreError::Conflict)
    }

    /// Sends the corrections, by the parent or by an officer for one without a phone: number, place and choices stay. Overtaken too where a scan
    /// changed since `documents` was read. One wait.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is half-written.
    pub async fn resend(
        &self,
        seen: &Application,
        actor: &Actor,
        answers: Answers,
        documents: &Documents,
        now: Timestamp,
    ) -> Result<Changed, StoreError> {
        let decision = Decision::Resend;
        let next = match seen.after(&decision, now) {
            Ok(next) => next,
            Err(unfit) => return Ok(Changed::NotAllowed(unfit)),
        };
        let accepted = documents.iter().filter(|(_, document)| document.accepted().is_some());
        let next = next.corrected(answers, accepted.map(|(slot, _)| slot).collect());
        let mut writes = self.change_apart_from_scans(seen, &next, actor, &decision, now)?;
        writes.push(self.close_slots(&next.id, Some(documents.revision()))?);
        writes.push(self.forget_corrections(&next.id)?);
        Ok(self.transact(writes).await?.map_or(Changed::Overtaken, |()| Changed::Done))
    }

    pub(crate) fn forget_corrections(&self, id: &DraftId) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder()
            .table_name(&self.tables.applications)
            .set_key(Some(keys::corrections(id).attributes()))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }
}
