//! The free places that schools keep themselves, for transfers: one item of a school, a number for each language
//! and grade. An application that is accepted takes one in the same transaction, and gives it back the same way.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};
use domain::directory::{CampaignId, SchoolId};
use domain::transfer::FreePlaces;
use domain::{Application, Language};

use crate::error::put_held;
use crate::item::{Item, SCHEMA, number, read_number};
use crate::keys::{self, Key, text};
use crate::{Store, StoreError};

/// The attribute that counts the writes.
const VERSION: &str = "version";

/// What a school keeps, as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The free places
    pub free: FreePlaces,
    /// Counts the writes; 0 where nothing was ever kept
    pub version: u64,
}

impl Kept {
    fn of(item: &Item) -> Self {
        let mut free = FreePlaces::default();
        for name in item.keys() {
            if let (Some((language, grade)), Some(count)) = (place_of(name), read_number(item, name)) {
                free.set(language, grade, count);
            }
        }
        Self { free, version: read_number(item, VERSION).unwrap_or_default() }
    }
}

fn attribute(language: Language, grade: u8) -> String {
    format!("{}-{grade}", language.code())
}

fn place_of(attribute: &str) -> Option<(Language, u8)> {
    let (language, grade) = attribute.split_once('-')?;
    Some((Language::parse(language)?, grade.parse().ok()?))
}

impl Store {
    /// The free places of all schools that told them. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn free_places(&self, campaign: &CampaignId) -> Result<BTreeMap<SchoolId, FreePlaces>, StoreError> {
        let items = self.partition(&self.tables.places, &keys::free_places(campaign)).await?;
        let school = |item: &Item| SchoolId::parse(&Key::of(item).sk).ok().map(|school| (school, Kept::of(item).free));
        Ok(items.iter().filter_map(school).collect())
    }

    /// Those of a school, with the version to change them by. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn free_places_of(&self, campaign: &CampaignId, school: &SchoolId) -> Result<Kept, StoreError> {
        let found = self.read_item(&self.tables.places, &keys::free_places_of(campaign, school)).await?;
        Ok(found.as_ref().map(Kept::of).unwrap_or_default())
    }

    /// Keeps what a school tells, if nothing was changed since it was read: false otherwise. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_free_places(
        &self,
        campaign: &CampaignId,
        school: &SchoolId,
        kept: &Kept,
    ) -> Result<bool, StoreError> {
        let mut item: Item = keys::free_places_of(campaign, school).attributes();
        item.insert("entity".to_owned(), text("free-places"));
        item.insert("schema".to_owned(), number(SCHEMA));
        item.insert(VERSION.to_owned(), number(kept.version + 1));
        item.extend(kept.free.iter().map(|(language, grade, free)| (attribute(language, grade), number(free))));
        let put = self
            .dynamo
            .put_item()
            .table_name(&self.tables.places)
            .set_item(Some(item.clone()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let put = match kept.version {
            0 => put.condition_expression("attribute_not_exists(pk)"),
            seen => put
                .condition_expression("#version = :seen")
                .expression_attribute_names("#version", VERSION)
                .expression_attribute_values(":seen", number(seen)),
        };
        put_held(put.send().await, &item)
    }

    /// The write that takes or gives back a place, where a change of an application does so. Who lives in the
    /// territory is taken even where none is free.
    pub(crate) fn move_free_place(
        &self,
        seen: &Application,
        next: &Application,
    ) -> Result<Option<TransactWriteItem>, StoreError> {
        let (taken, place, grade) = match (seen.free_place(), next.free_place()) {
            (None, Some((place, grade))) => (true, place, grade),
            (Some((place, grade)), None) => (false, place, grade),
            (None, None) | (Some(_), Some(_)) => return Ok(None),
        };
        let mut update = Update::builder()
            .table_name(&self.tables.places)
            .set_key(Some(keys::free_places_of(&next.campaign, &place.school).attributes()))
            .update_expression("SET #entity = :entity, #schema = :schema ADD #free :by, #version :one")
            .expression_attribute_names("#entity", "entity")
            .expression_attribute_names("#schema", "schema")
            .expression_attribute_names("#free", attribute(place.language, grade))
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":entity", text("free-places"))
            .expression_attribute_values(":schema", number(SCHEMA))
            .expression_attribute_values(":by", number(if taken { -1 } else { 1 }))
            .expression_attribute_values(":one", number(1));
        let resident = next.answers.transfer.as_ref().is_some_and(|transfer| transfer.resident);
        if taken && !resident {
            update = update.condition_expression("#free > :none").expression_attribute_values(":none", number(0));
        }
        let update = update.build().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Some(TransactWriteItem::builder().update(update).build()))
    }
}
