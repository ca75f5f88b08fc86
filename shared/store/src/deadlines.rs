//! What the portal itself does to applications on a day. An application has an item here while it has such
//! a day; the transaction that changes the one changes the other, so nothing has to be looked for.

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};
use domain::application::Deadline;
use domain::{Application, Date, DraftId};

use crate::item::{self, Item};
use crate::keys::{self, Key, text};
use crate::{Failure as _, Store, StoreError};

/// Applications that are read at once.
const TOGETHER: i32 = 100;

/// An application on which something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The application
    pub application: DraftId,
    /// Since which day
    pub day: Date,
}

impl Due {
    fn of(item: &Item) -> Result<Self, StoreError> {
        let key = Key::of(item);
        let parts = key.sk.split_once('#').and_then(|(day, id)| Some((day.parse().ok()?, DraftId::parse(id)?)));
        let (day, application) =
            parts.ok_or_else(|| StoreError::Corrupt { key: key.to_string(), why: "no deadline".to_owned() })?;
        Ok(Self { application, day })
    }
}

impl Store {
    /// What is due on a day or since an earlier one, the longest due first; a hundred at most. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn due(&self, today: Date) -> Result<Vec<Due>, StoreError> {
        let Ok(tomorrow) = today.tomorrow() else { return Ok(Vec::new()) };
        let found = self
            .dynamo
            .query()
            .table_name(&self.tables.applications)
            .key_condition_expression("pk = :pk AND sk < :tomorrow")
            .expression_attribute_values(":pk", text(keys::deadlines()))
            .expression_attribute_values(":tomorrow", text(tomorrow.to_string()))
            .consistent_read(true)
            .limit(TOGETHER)
            .send()
            .await
            .or_failure()?;
        found.items.unwrap_or_default().iter().map(Due::of).collect()
    }

    /// Forgets what is due and belongs to no application any more. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_due(&self, due: &Due) -> Result<(), StoreError> {
        let key = keys::deadline(due.day, &due.application).attributes();
        self.dynamo.delete_item().table_name(&self.tables.applications).set_key(Some(key)).send().await.or_failure()?;
        Ok(())
    }

    /// The writes that bring the deadline of an application to where it is after a change.
    pub(crate) fn move_deadline(
        &self,
        seen: &Application,
        next: &Application,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let day = |application: &Application| application.deadline().map(|Deadline { day, .. }| day);
        let (before, after) = (day(seen), day(next));
        if before == after {
            return Ok(Vec::new());
        }
        let table = &self.tables.applications;
        let mut writes = Vec::new();
        if let Some(day) = before {
            let delete = Delete::builder()
                .table_name(table)
                .set_key(Some(keys::deadline(day, &seen.id).attributes()))
                .build()
                .map_err(|error| StoreError::Unavailable(error.to_string()))?;
            writes.push(TransactWriteItem::builder().delete(delete).build());
        }
        if let Some(day) = after {
            writes.push(self.put_new(table, item::item(&keys::deadline(day, &next.id), "deadline", &next.id)?)?);
        }
        Ok(writes)
    }
}
