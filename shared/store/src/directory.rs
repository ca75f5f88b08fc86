//! What the city publishes: campaigns, schools, streets, territories, terms of places.
//!
//! Schools and streets are lists of a few chunks that every search needs whole: they stay in the
//! process for a minute ([`Directory`]). A street's territory is one item.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use domain::address::{AddressIndex, Territory};
use domain::directory::{Campaign, CampaignId, PlaceTerms, School, SchoolId, Street, StreetId};
use domain::{Language, Service};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::item::{self, Item, body};
use crate::keys::{self, Key, text};
use crate::register::Registered;
use crate::{Failure as _, Store, StoreError};

/// How long a list is used before it is read again.
const FRESH: Duration = Duration::from_secs(60);
/// Elements of a list in one item: far below DynamoDB's 400 KB.
const CHUNK: usize = 200;
/// Writes of an import that are under way at once.
const AT_ONCE: usize = 8;
/// Items in one batch write, DynamoDB's limit.
const BATCH: usize = 25;

const SCHOOLS: &str = "schools";
const STREETS: &str = "streets";

/// The schools of the city.
#[derive(Debug, Default)]
pub struct Schools(Vec<School>);

impl From<Vec<School>> for Schools {
    fn from(schools: Vec<School>) -> Self {
        Self(schools)
    }
}

impl Schools {
    /// All of them, by number.
    pub fn all(&self) -> &[School] {
        &self.0
    }

    /// One of them.
    pub fn find(&self, id: &SchoolId) -> Option<&School> {
        self.0.iter().find(|school| school.id == *id)
    }
}

/// Lists that change rarely, kept in the process. Cheap to clone; clones share what they hold.
#[derive(Clone)]
pub struct Directory {
    store: Store,
    schools: Arc<Mutex<Option<Held<Schools>>>>,
    streets: Arc<Mutex<Option<Held<AddressIndex>>>>,
}

struct Held<T> {
    version: String,
    since: Instant,
    value: Arc<T>,
}

impl Directory {
    /// An empty cache over a store.
    pub fn new(store: Store) -> Self {
        Self { store, schools: Arc::default(), streets: Arc::default() }
    }

    /// The schools. One wait a minute, otherwise none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn schools(&self) -> Result<Arc<Schools>, StoreError> {
        self.held(&self.schools, SCHOOLS, Schools::from).await
    }

    /// The search index of the streets. One wait a minute, otherwise none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn streets(&self) -> Result<Arc<AddressIndex>, StoreError> {
        self.held(&self.streets, STREETS, AddressIndex::new).await
    }

    async fn held<T, E: DeserializeOwned>(
        &self,
        held: &Mutex<Option<Held<T>>>,
        list: &str,
        build: impl FnOnce(Vec<E>) -> T,
    ) -> Result<Arc<T>, StoreError> {
        if let Some(held) = &*lock(held)
            && held.since.elapsed() < FRESH
        {
            return Ok(Arc::clone(&held.value));
        }
        let items = self.store.partition(&self.store.tables.directory, &keys::list(list)).await?;
        let version = items.first().and_then(|item| item.get("version")?.as_s().ok()).cloned().unwrap_or_default();
        if let Some(held) = &mut *lock(held)
            && held.version == version
        {
            held.since = Instant::now();
            return Ok(Arc::clone(&held.value));
        }
        let mut elements = Vec::new();
        for item in &items {
            elements.extend(body::<Vec<E>>(item)?);
        }
        let value = Arc::new(build(elements));
        *lock(held) = Some(Held { version, since: Instant::now(), value: Arc::clone(&value) });
        Ok(value)
    }
}

/// A poisoned cache is still a cache: its value is replaced whole or not at all.
fn lock<T>(held: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    held.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Which import the directory holds: hashes of what was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportVersion {
    /// Of the city's own lists
    pub city: String,
    /// Of the register's stand-in, by far the largest part and the one that seldom changes
    pub register: String,
}

/// Everything that an import brings, checked.
pub struct Import {
    /// Tells this import from others.
    pub version: ImportVersion,
    /// Campaigns, one per service.
    pub campaigns: Vec<Campaign>,
    /// Schools, in the order in which lists show them.
    pub schools: Vec<School>,
    /// Streets.
    pub streets: Vec<Street>,
    /// Territory of each street.
    pub territories: Vec<(StreetId, Territory)>,
    /// Terms of places.
    pub places: Vec<(CampaignId, PlaceTerms)>,
    /// The stand-in for the state register; empty where the city's gateway answers.
    pub register: Vec<Registered>,
}

impl Store {
    /// The campaign that a service runs now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn campaign(&self, service: Service) -> Result<Option<Campaign>, StoreError> {
        self.directory_item(&keys::campaign(service)).await
    }

    /// The territory rows of a street; none for an unknown street.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn territory(&self, street: &StreetId) -> Result<Territory, StoreError> {
        Ok(self.directory_item(&keys::territory(street)).await?.unwrap_or_default())
    }

    /// The terms of every place of a campaign.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn places(&self, campaign: &CampaignId) -> Result<Vec<PlaceTerms>, StoreError> {
        self.partition(&self.tables.places, &keys::terms(campaign)).await?.iter().map(body).collect()
    }

    /// The terms of one place; none where nobody recorded them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn place(
        &self,
        campaign: &CampaignId,
        school: &SchoolId,
        language: Language,
    ) -> Result<Option<PlaceTerms>, StoreError> {
        self.get(&self.tables.places, &keys::place_terms(campaign, school, language)).await
    }

    /// The version of the import that the directory holds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn import_version(&self) -> Result<Option<ImportVersion>, StoreError> {
        self.directory_item(&keys::import()).await
    }

    /// Writes an import, its version last, so that an import that broke off is not taken for done;
    /// a register that is `held` already is not written again. Many waits, eight at once: for
    /// tools, not for pages.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn import(&self, import: &Import, held: Option<&ImportVersion>) -> Result<(), StoreError> {
        let mut directory = Vec::new();
        directory.extend(chunks(SCHOOLS, &import.version.city, &import.schools)?);
        directory.extend(chunks(STREETS, &import.version.city, &import.streets)?);
        for campaign in &import.campaigns {
            directory.push(item::item(&keys::campaign(campaign.service), "campaign", campaign)?);
        }
        for (street, territory) in &import.territories {
            directory.push(item::item(&keys::territory(street), "territory", territory)?);
        }
        let register_held = held.is_some_and(|held| held.register == import.version.register);
        for registered in import.register.iter().filter(|_| !register_held) {
            let key = keys::register(&self.key, &registered.known.person.iin);
            directory.push(item::item(&key, "register-person", registered)?);
        }
        let mut places = Vec::new();
        for (campaign, terms) in &import.places {
            let key = keys::place_terms(campaign, &terms.school, terms.language);
            places.push(item::item(&key, "terms", terms)?);
        }
        self.write_all(&self.tables.places, places).await?;
        self.write_all(&self.tables.directory, directory).await?;
        let marker = item::item(&keys::import(), "import", &import.version)?;
        self.write_all(&self.tables.directory, vec![marker]).await
    }

    pub(crate) async fn directory_item<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        self.get(&self.tables.directory, key).await
    }

    async fn get<T: DeserializeOwned>(&self, table: &str, key: &Key) -> Result<Option<T>, StoreError> {
        let read = self.dynamo.get_item().table_name(table).set_key(Some(key.attributes()));
        read.send().await.or_failure()?.item.as_ref().map(body).transpose()
    }

    /// A whole partition in the order of its sort keys. More than 1 MB takes more than one wait.
    async fn partition(&self, table: &str, pk: &str) -> Result<Vec<Item>, StoreError> {
        let pages = self
            .dynamo
            .query()
            .table_name(table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(pk))
            .into_paginator()
            .items()
            .send();
        pages.try_collect().await.or_failure()
    }

    async fn write_all(&self, table: &str, items: Vec<Item>) -> Result<(), StoreError> {
        let batches: Vec<Vec<Item>> = items.chunks(BATCH).map(<[Item]>::to_vec).collect();
        stream::iter(batches).map(Ok).try_for_each_concurrent(AT_ONCE, |batch| self.write_batch(table, batch)).await
    }

    async fn write_batch(&self, table: &str, items: Vec<Item>) -> Result<(), StoreError> {
        let mut writes = items
            .into_iter()
            .map(|item| {
                Ok(WriteRequest::builder().put_request(PutRequest::builder().set_item(Some(item)).build()?).build())
            })
            .collect::<Result<Vec<_>, aws_sdk_dynamodb::error::BuildError>>()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        for pause in [0, 50, 200, 800, 3_000] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let answer = self.dynamo.batch_write_item().request_items(table, writes).send().await.or_failure()?;
            writes = answer.unprocessed_items.and_then(|mut left| left.remove(table)).unwrap_or_default();
            if writes.is_empty() {
                return Ok(());
            }
        }
        Err(StoreError::Throttled)
    }
}

/// A list as items of a few hundred elements, each with the list's version.
fn chunks<T: Serialize>(list: &str, version: &str, elements: &[T]) -> Result<Vec<Item>, StoreError> {
    elements
        .chunks(CHUNK)
        .enumerate()
        .map(|(number, elements)| {
            let mut item = item::item(&keys::chunk(list, number), list, &elements)?;
            item.insert("version".to_owned(), AttributeValue::S(version.to_owned()));
            Ok(item)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::address::{House, Parity, TerritoryRow};
    use domain::directory::{Bilingual, StreetKind};

    use super::*;

    #[test]
    fn lists_and_territories_come_back_as_they_were_written() {
        let streets: Vec<Street> = (0..450)
            .map(|number| Street {
                id: StreetId::parse(&format!("s-{number}")).unwrap(),
                kind: StreetKind::Street,
                name: Bilingual::new("Мустафина", "Мұстафин"),
                old_names: vec!["Старая".to_owned()],
                area: None,
            })
            .collect();
        let items = chunks(STREETS, "v1", &streets).unwrap();
        assert_eq!(items.len(), 3);
        let again: Vec<Street> = items.iter().flat_map(|item| body::<Vec<Street>>(item).unwrap()).collect();
        assert_eq!(again, streets);

        let territory = Territory {
            rows: vec![TerritoryRow {
                from: Some(House::plain(1)),
                to: "47 к 2".parse().ok(),
                parity: Parity::Odd,
                language: Language::Kazakh,
                school: SchoolId::parse("school-1").unwrap(),
            }],
        };
        let item = item::item(&keys::territory(&StreetId::parse("s-1").unwrap()), "territory", &territory).unwrap();
        assert_eq!(body::<Territory>(&item).unwrap(), territory);
    }

    #[test]
    fn a_chunk_of_the_longest_streets_fits_an_item() {
        let longest = "ұ".repeat(60);
        let street = Street {
            id: StreetId::parse(&"s".repeat(40)).unwrap(),
            kind: StreetKind::Microdistrict,
            name: Bilingual::new(&longest, &longest),
            old_names: vec![longest.clone(); 4],
            area: Some(Bilingual::new(&longest, &longest)),
        };
        let bytes = serde_json_size(&vec![street; CHUNK]);
        assert!(bytes < 350 * 1024, "{bytes}");
    }

    fn serde_json_size(streets: &[Street]) -> usize {
        format!("{streets:?}").len()
    }
}
