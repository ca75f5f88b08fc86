//! Keys in the bucket. What a person typed is never part of one.

use domain::document::Kind;
use domain::{DraftId, Slot};

/// One upload attempt: of which draft, into which slot, by which attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The draft
    pub draft: DraftId,
    /// The slot
    pub slot: Slot,
    upload: String,
}

impl Place {
    /// A place; none if the attempt's id is not lower-case hex.
    pub fn new(draft: DraftId, slot: Slot, upload: &str) -> Option<Self> {
        let fits = !upload.is_empty() && upload.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fits.then(|| Self { draft, slot, upload: upload.to_owned() })
    }

    /// Reads the key of a notification from the bucket. Any other key is none.
    pub fn of_quarantine_key(key: &str) -> Option<Self> {
        let mut parts = key.strip_prefix("uploads/")?.split('/');
        let place = Self::new(DraftId::parse(parts.next()?)?, Slot::parse(parts.next()?)?, parts.next()?)?;
        parts.next().is_none().then_some(place)
    }

    /// The attempt's id.
    pub fn upload(&self) -> &str {
        &self.upload
    }

    /// Where the browser puts the file; the bucket forgets it after a day.
    pub fn quarantine_key(&self) -> String {
        format!("uploads/{}", self.path())
    }

    /// Where the clean file is kept.
    pub fn document_key(&self, kind: Kind) -> String {
        format!("documents/{}.{}", self.path(), kind.extension())
    }

    /// Where the preview is kept.
    pub fn preview_key(&self) -> String {
        format!("documents/{}.preview.jpg", self.path())
    }

    /// Every key that the attempt may have left behind.
    pub(crate) fn all_keys(&self) -> [String; 5] {
        [
            self.quarantine_key(),
            self.document_key(Kind::Jpeg),
            self.document_key(Kind::Png),
            self.document_key(Kind::Pdf),
            self.preview_key(),
        ]
    }

    /// Where all files of a draft are.
    pub(crate) fn prefixes(draft: &DraftId) -> [String; 2] {
        [format!("uploads/{draft}/"), format!("documents/{draft}/")]
    }

    fn path(&self) -> String {
        format!("{}/{}/{}", self.draft, self.slot.code(), self.upload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_any_other_is_none() {
        let place = Place::new(DraftId::from_bytes([9; 16]), Slot::HealthPassport17, "00ff").expect("a place");
        let key = place.quarantine_key();
        assert_eq!(key, format!("uploads/{}/health-passport-17/00ff", "09".repeat(16)));
        assert_eq!(Place::of_quarantine_key(&key), Some(place.clone()));
        let prefixes = Place::prefixes(&place.draft);
        assert!(place.all_keys().iter().all(|key| prefixes.iter().any(|prefix| key.starts_with(prefix))));
        assert_eq!(place.document_key(Kind::Pdf), key.replace("uploads/", "documents/") + ".pdf");
        for bad in [
            key.replace("uploads/", "documents/"),
            format!("{key}/x"),
            format!("{key}.jpg"),
            key.replace("health-passport-17", "passport"),
            "uploads/../photo/00".to_owned(),
            key.replace("00ff", ""),
        ] {
            assert_eq!(Place::of_quarantine_key(&bad), None, "{bad}");
        }
        assert_eq!(Place::new(DraftId::from_bytes([9; 16]), Slot::Photo, "../x"), None);
    }
}
