//! Sent applications and drafts of one owner.

use domain::{Application, Draft, Owner};

use crate::item;
use crate::{Store, StoreError};

/// What "my applications" lists.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Drafts not yet sent, the last saved first
    pub drafts: Vec<Draft>,
    /// Sent applications, the last changed first
    pub applications: Vec<Application>,
}

impl Store {
    /// Everything that belongs to an owner. Two waits: an index names it, so that what was begun or sent a moment
    /// ago may be missing for a moment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_of(&self, owner: &Owner) -> Result<Listed, StoreError> {
        let mut listed = Listed::default();
        for found in self.items_of(owner).await? {
            let entity = found.get("entity").and_then(|entity| entity.as_s().ok()).map(String::as_str);
            match entity {
                Some("draft") => {
                    let draft: Draft = item::body(&found)?;
                    if draft.sent.is_none() {
                        listed.drafts.push(draft);
                    }
                }
                Some("application") => listed.applications.push(item::body(&found)?),
                _ => {}
            }
        }
        Ok(listed)
    }
}
