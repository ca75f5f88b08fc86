//! Lists of numbers that are always read whole: JSON, compressed, in one attribute. As attributes of
//! their own they would be ten times as long, and be paid for so.

use std::io::{Read as _, Write as _};

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::item::{Item, SCHEMA, number};
use crate::keys::{Key, text};

/// The attribute.
const PACKED: &str = "packed";

/// An item that holds packed bytes.
pub(crate) fn item(key: &Key, entity: &str, packed: Vec<u8>) -> Item {
    let mut item = key.attributes();
    item.insert("entity".to_owned(), text(entity));
    item.insert("schema".to_owned(), number(SCHEMA));
    item.insert(PACKED.to_owned(), AttributeValue::B(Blob::new(packed)));
    item
}

/// Packs a value.
///
/// # Errors
/// [`StoreError::Corrupt`], naming `key`, if it cannot be written.
pub(crate) fn pack<T: Serialize>(key: &Key, value: &T) -> Result<Vec<u8>, StoreError> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    serde_json::to_writer(&mut packed, value).map_err(|error| corrupt(key, &error))?;
    packed.flush().map_err(|error| corrupt(key, &error))?;
    packed.finish().map_err(|error| corrupt(key, &error))
}

/// Reads what was packed.
///
/// # Errors
/// [`StoreError::Corrupt`], naming `key`.
pub(crate) fn unpack<T: DeserializeOwned>(key: &Key, packed: &[u8]) -> Result<T, StoreError> {
    let mut text = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut text).map_err(|error| corrupt(key, &error))?;
    serde_json::from_slice(&text).map_err(|error| corrupt(key, &error))
}

/// The packed bytes of an item.
///
/// # Errors
/// [`StoreError::Corrupt`] naming the item.
pub(crate) fn bytes(item: &Item) -> Result<&[u8], StoreError> {
    let packed = item.get(PACKED).and_then(|packed| packed.as_b().ok()).map(Blob::as_ref);
    packed.ok_or_else(|| corrupt(&Key::of(item), &"nothing is packed in it"))
}

fn corrupt(key: &Key, why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Corrupt { key: key.to_string(), why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back_and_anything_else_is_corrupt() {
        let key = Key::new("p", "s");
        let packed = pack(&key, &vec![("№", 1), ("ә", 2)]).unwrap();
        assert_eq!(unpack::<Vec<(String, u8)>>(&key, &packed).unwrap(), [("№".to_owned(), 1), ("ә".to_owned(), 2)]);
        assert!(unpack::<Vec<u8>>(&key, &packed).is_err());
        assert!(unpack::<Vec<(String, u8)>>(&key, packed.get(..packed.len() - 9).unwrap()).is_err());
        assert_eq!(bytes(&item(&key, "list", packed.clone())).unwrap(), packed);
        assert!(bytes(&Item::new()).is_err());
    }
}
