//! Items: attribute maps with a typed body.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::keys::{Key, text};

/// An item as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;

/// The version of the stored format that this code writes.
pub const SCHEMA: u32 = 1;

/// Starts an item: key, entity name, schema and body.
///
/// # Errors
/// [`StoreError::Corrupt`] if the body cannot be written as attributes.
pub fn item<T: Serialize>(key: &Key, entity: &str, body: &T) -> Result<Item, StoreError> {
    let body = serde_dynamo::to_attribute_value(body).map_err(|error| corrupt(key, &error))?;
    let mut item = key.attributes();
    item.insert("entity".to_owned(), text(entity));
    item.insert("schema".to_owned(), AttributeValue::N(SCHEMA.to_string()));
    item.insert("body".to_owned(), body);
    Ok(item)
}

/// Reads the body of an item.
///
/// # Errors
/// [`StoreError::Corrupt`] naming the item.
pub fn body<T: DeserializeOwned>(item: &Item) -> Result<T, StoreError> {
    let key = Key::of(item);
    let body = item.get("body").cloned().ok_or_else(|| corrupt(&key, &"no body"))?;
    serde_dynamo::from_attribute_value(body).map_err(|error| corrupt(&key, &error))
}

/// A number attribute.
pub fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Reads a number attribute.
pub fn read_number<T: std::str::FromStr>(item: &Item, name: &str) -> Option<T> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

fn corrupt(key: &Key, why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Corrupt { key: key.to_string(), why: why.to_string() }
}
