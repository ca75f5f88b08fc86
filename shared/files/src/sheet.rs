//! Files of the directory: in the bucket only until they are checked.

use domain::Timestamp;
use domain::directory::sheet::ImportId;

use crate::bucket::{Bucket, BucketError};
use crate::{MAX_SHEET_BYTES, Ticket};

fn key(id: &ImportId) -> String {
    format!("directory/{id}")
}

/// Reads the key of a notification from the bucket. Any other key is none.
pub fn sheet_of_key(key: &str) -> Option<ImportId> {
    ImportId::parse(key.strip_prefix("directory/")?)
}

impl Bucket {
    /// A ticket with which a browser may put the file of an import there. No call to the bucket.
    ///
    /// # Errors
    /// [`BucketError`] without credentials.
    pub async fn sheet_ticket(&self, id: &ImportId, now: Timestamp) -> Result<Ticket, BucketError> {
        self.ticket_for(key(id), MAX_SHEET_BYTES, now).await
    }

    /// Puts a file there that came through a form of ours.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn put_sheet(&self, id: &ImportId, bytes: Vec<u8>) -> Result<(), BucketError> {
        self.put_as_it_is(key(id), bytes).await
    }

    /// Hands over the file of an import as it arrives; none if it is gone. What `take` fails with
    /// ends it.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn sheet<E>(
        &self,
        id: &ImportId,
        take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Option<Result<(), E>>, BucketError> {
        self.stream(key(id), take).await
    }

    /// Deletes the file of an import.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn release_sheet(&self, id: &ImportId) -> Result<(), BucketError> {
        self.delete_one(key(id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_any_other_is_none() {
        let id = ImportId::from_bytes([9; 16]);
        assert_eq!(sheet_of_key(&key(&id)), Some(id));
        for bad in ["directory/", "directory/../x", "uploads/09", &format!("{}/x", key(&ImportId::from_bytes([9; 16])))]
        {
            assert_eq!(sheet_of_key(bad), None, "{bad}");
        }
    }
}
