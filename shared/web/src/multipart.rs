//! Multipart forms: the plain upload of a file without JavaScript.

use std::collections::BTreeMap;

use futures::stream;

use crate::Trouble;

/// The parts of a form, by field name.
#[derive(Default)]
pub struct Parts(BTreeMap<String, Part>);

/// One part.
#[derive(Default)]
pub struct Part {
    /// The file's own name as the browser told it; never part of a key
    pub file_name: Option<String>,
    /// The content
    pub bytes: Vec<u8>,
}

impl Parts {
    /// A text field, empty when absent.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(|part| std::str::from_utf8(&part.bytes).ok()).map_or("", str::trim)
    }

    /// A file field; none when no file was chosen.
    pub fn file(&self, name: &str) -> Option<&Part> {
        self.0.get(name).filter(|part| part.file_name.as_ref().is_some_and(|name| !name.is_empty()))
    }
}

/// Reads a multipart body that is already in memory.
pub(crate) async fn read(content_type: &str, body: &[u8]) -> Result<Parts, Trouble> {
    const MOST: usize = 50;
    let boundary = multer::parse_boundary(content_type).map_err(|_| Trouble::Unreadable)?;
    let whole = body.to_vec();
    let mut form = multer::Multipart::new(stream::once(async move { Ok::<_, std::io::Error>(whole) }), boundary);
    let mut parts = Parts::default();
    while let Some(field) = form.next_field().await.map_err(|_| Trouble::Unreadable)? {
        let Some(name) = field.name().map(str::to_owned) else { continue };
        let file_name = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| Trouble::Unreadable)?.to_vec();
        if parts.0.len() >= MOST {
            return Err(Trouble::FormTooLarge);
        }
        parts.0.insert(name, Part { file_name, bytes });
    }
    Ok(parts)
}
