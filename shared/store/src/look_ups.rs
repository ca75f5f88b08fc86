//! Look-ups in the state register: counted per phone and day, and audited.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use domain::{Date, DraftId, Iin, Owner, Timestamp};
use serde::{Deserialize, Serialize};

use crate::item::{self, number};
use crate::keys;
use crate::{Store, StoreError};

/// Different IINs that one phone may ask for on one day.
pub const A_DAY: usize = 10;

/// One look-up, for the audit: who asked, when, for which hashed IIN.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct LookUp {
    by: Owner,
    iin: String,
    at: Timestamp,
}

impl Store {
    /// Records a look-up before it is made: the day's count and the audit entry in one
    /// transaction. False, and nothing written, when the phone has used up its day. The same IIN
    /// again does not count again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_look_up(
        &self,
        id: &DraftId,
        by: &Owner,
        iin: &Iin,
        today: Date,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let hash = self.key.hash("iin", iin.as_str());
        let entry = LookUp { by: by.clone(), iin: hash.clone(), at: now };
        let audit = keys::audit(
            id,
            &format!("{:013}-look-up-{}", now.as_millisecond().max(0), hash.get(..8).unwrap_or_default()),
        );
        let expires = now.as_second() + 2 * 24 * 60 * 60;
        let count = Update::builder()
            .table_name(&self.tables.sessions)
            .set_key(Some(keys::look_ups(by.as_str(), today).attributes()))
            .update_expression("ADD iins :asked SET expires = :expires")
            .condition_expression("attribute_not_exists(iins) OR size(iins) < :most OR contains(iins, :iin)")
            .expression_attribute_values(":asked", AttributeValue::Ss(vec![hash.clone()]))
            .expression_attribute_values(":iin", keys::text(hash))
            .expression_attribute_values(":most", number(A_DAY))
            .expression_attribute_values(":expires", number(expires))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let writes = vec![
            TransactWriteItem::builder().update(count).build(),
            self.put(&self.tables.applications, item::item(&audit, "audit", &entry)?)?,
        ];
        Ok(self.transact(writes).await?.is_ok())
    }
}
