//! What the city publishes: campaigns, schools, streets, territories, terms of places.
//!
//! Each file of the directory ([`Sheet`]) is kept in versions: rows in chunks of a list under the
//! file's own partition, territories once more by street, terms once more by campaign. One small item
//! says which version of each file counts ([`Current`]); it is read beside the rows, not before them,
//! since the version before is kept too. Schools and streets are lists that every search needs whole:
//! they stay in the process for a minute ([`Directory`]).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use domain::address::{self, AddressIndex, Territory};
use domain::directory::rows::{CampaignRow, HolidayRow, PlaceRow, Row, SchoolRow, StreetRow, TerritoryRow};
use domain::directory::sheet::{ImportId, Rows, Sheet};
use domain::directory::{Campaign, CampaignId, PlaceTerms, School, SchoolId, Street, StreetId};
use domain::{Service, Timestamp};
use futures::future::try_join;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::unbuilt;
use crate::item::{self, Item, body};
use crate::keys::{self, Key, text, token_hash};
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
/// Chunks in one batch write: those under way at once are in memory as attributes, and have to be
/// written before a call takes too long.
const CHUNKS: usize = 5;

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
    version: Option<ImportId>,
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
        let build = |rows: Vec<SchoolRow>| Schools(rows.into_iter().map(School::from).collect());
        self.held(&self.schools, build).await
    }

    /// The search index of the streets. One wait a minute, otherwise none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn streets(&self) -> Result<Arc<AddressIndex>, StoreError> {
        let build = |rows: Vec<StreetRow>| AddressIndex::new(rows.into_iter().map(Street::from).collect());
        self.held(&self.streets, build).await
    }

    async fn held<T, R: Row>(
        &self,
        held: &Mutex<Option<Held<T>>>,
        build: impl FnOnce(Vec<R>) -> T,
    ) -> Result<Arc<T>, StoreError> {
        if let Some(held) = &*lock(held)
            && held.since.elapsed() < FRESH
        {
            return Ok(Arc::clone(&held.value));
        }
        let list = keys::list(R::SHEET);
        let (current, items) =
            try_join(self.store.current(), self.store.partition(&self.store.tables.directory, &list)).await?;
        let version = current.version(R::SHEET).cloned();
        if let Some(held) = &mut *lock(held)
            && held.version == version
        {
            held.since = Instant::now();
            return Ok(Arc::clone(&held.value));
        }
        let value = Arc::new(build(elements(items, version.as_ref())?));
        *lock(held) = Some(Held { version, since: Instant::now(), value: Arc::clone(&value) });
        Ok(value)
    }
}

/// A poisoned cache is still a cache: its value is replaced whole or not at all.
fn lock<T>(held: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    held.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The version of a file that counts.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldSheet {
    /// The import that brought it
    pub version: ImportId,
    /// The version before, kept for whoever has just read that it counts
    pub previous: Option<ImportId>,
    /// How many rows it has
    pub rows: u64,
    /// Since when it counts
    pub at: Timestamp,
    /// The name of the officer who applied it; none where a tool did
    pub by: Option<String>,
}

/// A name is never printed.
impl std::fmt::Debug for HeldSheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HeldSheet({} rows of {})", self.rows, self.version)
    }
}

/// Which version of each file counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Current(pub(crate) BTreeMap<Sheet, HeldSheet>);

impl Current {
    /// What is held of a file; none where it was never imported.
    pub fn of(&self, sheet: Sheet) -> Option<&HeldSheet> {
        self.0.get(&sheet)
    }

    /// Whether a version of a file counts, or did before that.
    pub(crate) fn keeps(&self, sheet: Sheet, version: &ImportId) -> bool {
        self.of(sheet).is_some_and(|held| held.version == *version || held.previous.as_ref() == Some(version))
    }

    /// The version of a file.
    pub fn version(&self, sheet: Sheet) -> Option<&ImportId> {
        self.of(sheet).map(|held| &held.version)
    }

    /// Files are attributes of the item itself: the first import needs no map to be there.
    pub(crate) fn of_item(item: Option<&Item>) -> Result<Self, StoreError> {
        let Some(item) = item else { return Ok(Self::default()) };
        let mut held = BTreeMap::new();
        for sheet in Sheet::ALL {
            if let Some(value) = item.get(&attribute(sheet)) {
                held.insert(sheet, serde_dynamo::from_attribute_value(value.clone()).map_err(|error| corrupt(&error))?);
            }
        }
        Ok(Self(held))
    }

    fn to_item(&self) -> Result<Item, StoreError> {
        let mut item = keys::current().attributes();
        item.insert("entity".to_owned(), text("directory"));
        item.insert("schema".to_owned(), item::number(item::SCHEMA));
        for (sheet, held) in &self.0 {
            item.insert(attribute(*sheet), held.to_attribute()?);
        }
        Ok(item)
    }
}

impl HeldSheet {
    pub(crate) fn to_attribute(&self) -> Result<aws_sdk_dynamodb::types::AttributeValue, StoreError> {
        serde_dynamo::to_attribute_value(self).map_err(|error| corrupt(&error))
    }
}

/// The attribute that says which version of a file counts.
pub(crate) fn attribute(sheet: Sheet) -> String {
    format!("sheet:{}", sheet.code())
}

fn corrupt(why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Corrupt { key: keys::current().to_string(), why: why.to_string() }
}

/// Which import of a tool the directory was filled by: hashes of what was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportVersion {
    /// Of the city's own lists
    pub city: String,
    /// Of the register's stand-in, by far the largest part and the one that seldom changes
    pub register: String,
}

impl ImportVersion {
    /// The version of every file that such an import brings.
    ///
    /// # Errors
    /// None: half a hash is an id.
    fn id(&self) -> Result<ImportId, StoreError> {
        let hash = token_hash(&self.city);
        hash.get(..32).and_then(ImportId::parse).ok_or_else(|| corrupt(&"a hash is no id"))
    }
}

/// A whole directory as a tool brings it, checked.
pub struct Import {
    /// Tells this import from others.
    pub version: ImportVersion,
    /// The files.
    pub files: Vec<Rows>,
    /// The stand-in for the state register; empty where the city's gateway answers.
    pub register: Vec<Registered>,
}

impl Store {
    /// Which version of each file counts.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn current(&self) -> Result<Current, StoreError> {
        let read = self.dynamo.get_item().table_name(&self.tables.directory);
        let read = read.set_key(Some(keys::current().attributes())).send().await.or_failure()?;
        Current::of_item(read.item.as_ref())
    }

    /// The same as it is at this moment, for what rests on it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn current_now(&self) -> Result<Current, StoreError> {
        Current::of_item(self.read_item(&self.tables.directory, &keys::current()).await?.as_ref())
    }

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
        let street = keys::street(street);
        let (current, items) = try_join(self.current(), self.partition(&self.tables.directory, &street)).await?;
        Ok(Territory { rows: elements(items, current.version(Sheet::Territories))? })
    }

    /// The terms of every place of a campaign.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn places(&self, campaign: &CampaignId) -> Result<Vec<PlaceTerms>, StoreError> {
        Ok(self.terms(campaign).await?.terms)
    }

    /// The rows of a version of a file. As many waits as it has megabytes: for imports and exports.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rows<R: Row>(&self, version: &ImportId) -> Result<Vec<R>, StoreError> {
        let found = self
            .dynamo
            .query()
            .table_name(&self.tables.directory)
            .key_condition_expression("pk = :pk AND begins_with(sk, :version)")
            .expression_attribute_values(":pk", text(keys::list(R::SHEET)))
            .expression_attribute_values(":version", text(keys::version(version)))
            .into_paginator()
            .items()
            .send();
        let mut found = found;
        let mut rows = Vec::new();
        while let Some(item) = found.next().await {
            rows.extend(body::<Vec<R>>(&item.or_failure()?)?);
        }
        Ok(rows)
    }

    /// The same, whatever the file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rows_of(&self, sheet: Sheet, version: &ImportId) -> Result<Rows, StoreError> {
        Ok(match sheet {
            Sheet::Campaigns => Rows::Campaigns(self.rows(version).await?),
            Sheet::Holidays => Rows::Holidays(self.rows(version).await?),
            Sheet::Schools => Rows::Schools(self.rows(version).await?),
            Sheet::Teachers => Rows::Teachers(self.rows(version).await?),
            Sheet::Streets => Rows::Streets(self.rows(version).await?),
            Sheet::Territories => Rows::Territories(self.rows(version).await?),
            Sheet::Places => Rows::Places(self.rows(version).await?),
        })
    }

    /// Writes a version of a file beside the one that counts; nobody reads it yet. The list comes first,
    /// so that what is written by street and by campaign is found again by it. Many waits, eight at once.
    ///
    /// # Errors
    /// [`StoreError`]; whatever was written is written again by the next try.
    pub async fn stage(&self, version: &ImportId, rows: &Rows) -> Result<(), StoreError> {
        let list = keys::list(rows.sheet());
        let directory = &self.tables.directory;
        match rows {
            Rows::Campaigns(rows) => self.write_all(directory, CHUNKS, chunks(list, version, rows)).await,
            Rows::Holidays(rows) => self.write_all(directory, CHUNKS, chunks(list, version, rows)).await,
            Rows::Schools(rows) => self.write_all(directory, CHUNKS, chunks(list, version, rows)).await,
            Rows::Teachers(rows) => self.write_all(directory, CHUNKS, chunks(list, version, rows)).await,
            Rows::Streets(rows) => self.write_all(directory, CHUNKS, chunks(list, version, rows)).await,
            Rows::Territories(rows) => {
                self.write_all(directory, CHUNKS, chunks(list, version, rows)).await?;
                let streets = by_street(rows);
                self.write_all(directory, CHUNKS, all_chunks(&streets, keys::street, version)).await
            }
            Rows::Places(rows) => {
                self.write_all(directory, CHUNKS, chunks(list, version, rows)).await?;
                let campaigns = by_campaign(rows);
                let items = all_chunks(&campaigns, keys::terms, version);
                self.write_all(&self.tables.places, CHUNKS, items).await
            }
        }
    }

    /// Forgets a version that no longer counts, the list last. Many waits.
    ///
    /// # Errors
    /// [`StoreError`]; the next try forgets the rest.
    pub(crate) async fn forget(&self, sheet: Sheet, version: &ImportId) -> Result<(), StoreError> {
        match sheet {
            Sheet::Territories => {
                let rows: Vec<TerritoryRow> = self.rows(version).await?;
                let keys = all_chunk_keys(&by_street(&rows), keys::street, version);
                self.delete_all(&self.tables.directory, keys.into_iter()).await?;
            }
            Sheet::Places => {
                let rows: Vec<PlaceRow> = self.rows(version).await?;
                let keys = all_chunk_keys(&by_campaign(&rows), keys::terms, version);
                self.delete_all(&self.tables.places, keys.into_iter()).await?;
            }
            Sheet::Campaigns | Sheet::Holidays | Sheet::Schools | Sheet::Teachers | Sheet::Streets => {}
        }
        let keys = self.chunk_keys_of(sheet).await?;
        let keys = keys.into_iter().filter(|key| keys::version_of(&key.sk).as_ref() == Some(version));
        self.delete_all(&self.tables.directory, keys).await
    }

    /// The keys of every chunk of a file, of all versions.
    pub(crate) async fn chunk_keys_of(&self, sheet: Sheet) -> Result<Vec<Key>, StoreError> {
        let query = self
            .dynamo
            .query()
            .table_name(&self.tables.directory)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(keys::list(sheet)))
            .projection_expression("pk, sk")
            .consistent_read(true);
        let items = self.all(query).await?;
        Ok(items.iter().map(Key::of).collect())
    }

    /// The version of the tool's import that the directory holds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn import_version(&self) -> Result<Option<ImportVersion>, StoreError> {
        self.directory_item(&keys::import()).await
    }

    /// Writes a whole directory, its version last, so that an import that broke off is not taken for
    /// done; a register that is `held` already is not written again. Many waits, eight at once: for
    /// tools, not for pages, and for nobody else's imports at the same time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn import(
        &self,
        import: &Import,
        held: Option<&ImportVersion>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let directory = &self.tables.directory;
        let version = import.version.id()?;
        for rows in &import.files {
            self.stage(&version, rows).await?;
        }
        let register_held = held.is_some_and(|held| held.register == import.version.register);
        let people = import.register.iter().filter(|_| !register_held).map(|registered| {
            let key = keys::register(&self.key, &registered.known.person.iin);
            item::item(&key, "register-person", registered)
        });
        self.write_all(directory, BATCH, people).await?;

        let (mut campaigns, mut holidays): (&[CampaignRow], &[HolidayRow]) = (&[], &[]);
        for rows in &import.files {
            match rows {
                Rows::Campaigns(rows) => campaigns = rows,
                Rows::Holidays(rows) => holidays = rows,
                _ => {}
            }
        }
        self.write_all(directory, BATCH, campaigns.iter().map(|row| campaign_item(&row.clone().with(holidays))))
            .await?;
        let mut current = self.current().await?;
        for rows in &import.files {
            let before = current.of(rows.sheet());
            let previous = before
                .map(|held| if held.version == version { held.previous.clone() } else { Some(held.version.clone()) });
            let held = HeldSheet {
                version: version.clone(),
                previous: previous.flatten(),
                rows: rows.len() as u64,
                at: now,
                by: None,
            };
            current.0.insert(rows.sheet(), held);
        }
        let marker = item::item(&keys::import(), "import", &import.version);
        self.write_all(directory, BATCH, std::iter::once(current.to_item())).await?;
        self.write_all(directory, BATCH, std::iter::once(marker)).await
    }

    pub(crate) async fn directory_item<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        let read = self.dynamo.get_item().table_name(&self.tables.directory).set_key(Some(key.attributes()));
        read.send().await.or_failure()?.item.as_ref().map(body).transpose()
    }

    /// A whole partition in the order of its sort keys. More than 1 MB takes more than one wait.
    pub(crate) async fn partition(&self, table: &str, pk: &str) -> Result<Vec<Item>, StoreError> {
        let query = self.dynamo.query().table_name(table).key_condition_expression("pk = :pk");
        self.all(query.expression_attribute_values(":pk", text(pk))).await
    }

    /// Writes items, made as they are needed.
    async fn write_all(
        &self,
        table: &str,
        batch: usize,
        items: impl Iterator<Item = Result<Item, StoreError>>,
    ) -> Result<(), StoreError> {
        let write = |item: Result<Item, StoreError>| {
            let put = PutRequest::builder().set_item(Some(item?)).build().map_err(unbuilt)?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        self.batches(table, batch, items.map(write)).await
    }

    pub(crate) async fn delete_all(&self, table: &str, keys: impl Iterator<Item = Key>) -> Result<(), StoreError> {
        let delete = |key: Key| {
            let delete = DeleteRequest::builder().set_key(Some(key.attributes())).build().map_err(unbuilt)?;
            Ok(WriteRequest::builder().delete_request(delete).build())
        };
        self.batches(table, BATCH, keys.map(delete)).await
    }

    async fn batches(
        &self,
        table: &str,
        batch: usize,
        writes: impl Iterator<Item = Result<WriteRequest, StoreError>>,
    ) -> Result<(), StoreError> {
        stream::iter(writes)
            .chunks(batch)
            .map(|batch| batch.into_iter().collect::<Result<Vec<_>, _>>())
            .try_for_each_concurrent(AT_ONCE, |batch| self.write_batch(table, batch))
            .await
    }

    async fn write_batch(&self, table: &str, mut writes: Vec<WriteRequest>) -> Result<(), StoreError> {
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

/// The item that pages read a campaign from.
pub(crate) fn campaign_item(campaign: &Campaign) -> Result<Item, StoreError> {
    item::item(&keys::campaign(campaign.service), "campaign", campaign)
}

/// A list as items of a few hundred elements, made as they are needed.
fn chunks<'a, T: Serialize + Sync>(list: String, version: &'a ImportId, elements: &'a [T]) -> Items<'a> {
    let item = move |(number, elements): (usize, &[T])| {
        item::item(&keys::chunk(list.clone(), version, number), "chunk", &elements)
    };
    Box::new(elements.chunks(CHUNK).enumerate().map(item))
}

/// Items that are made as they are needed. The compiler cannot tell of the closures within, while they
/// wait in a future, that they may go to another thread.
type Items<'a> = Box<dyn Iterator<Item = Result<Item, StoreError>> + Send + 'a>;

/// Several lists as such items.
fn all_chunks<'a, K: Sync, T: Serialize + Sync>(
    lists: &'a BTreeMap<&K, Vec<T>>,
    list: fn(&K) -> String,
    version: &'a ImportId,
) -> Items<'a> {
    Box::new(lists.iter().flat_map(move |(key, elements)| chunks(list(key), version, elements)))
}

/// The keys of several.
fn all_chunk_keys<K, T>(lists: &BTreeMap<&K, Vec<T>>, list: fn(&K) -> String, version: &ImportId) -> Vec<Key> {
    lists.iter().flat_map(|(key, elements)| chunk_keys(list(key), version, elements.len())).collect()
}

/// The keys of such items.
fn chunk_keys(list: String, version: &ImportId, elements: usize) -> impl Iterator<Item = Key> {
    (0..elements.div_ceil(CHUNK)).map(move |number| keys::chunk(list.clone(), version, number))
}

/// The elements of the chunks of a version; of none there are none.
pub(crate) fn elements<T: DeserializeOwned>(
    items: Vec<Item>,
    version: Option<&ImportId>,
) -> Result<Vec<T>, StoreError> {
    let mut elements = Vec::new();
    for item in items {
        let of = keys::version_of(&Key::of(&item).sk);
        if of.is_some() && of.as_ref() == version {
            elements.extend(body::<Vec<T>>(&item)?);
        }
    }
    Ok(elements)
}

fn by_street(rows: &[TerritoryRow]) -> BTreeMap<&StreetId, Vec<address::TerritoryRow>> {
    let mut streets: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        streets.entry(&row.street).or_default().push(address::TerritoryRow::from(row.clone()));
    }
    streets
}

fn by_campaign(rows: &[PlaceRow]) -> BTreeMap<&CampaignId, Vec<PlaceTerms>> {
    let mut campaigns: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        campaigns.entry(&row.campaign).or_default().push(PlaceTerms::from(row.clone()));
    }
    campaigns
}

#[cfg(test)]
mod tests {
    use domain::Language;
    use domain::address::{House, Parity};
    use domain::directory::StreetKind;

    use super::*;

    fn street(id: &str, text: &str) -> StreetRow {
        StreetRow {
            id: StreetId::parse(id).unwrap(),
            kind: StreetKind::Microdistrict,
            name_ru: text.to_owned(),
            name_kk: text.to_owned(),
            old_names: vec![text.to_owned(); 3],
            area_ru: text.to_owned(),
            area_kk: text.to_owned(),
        }
    }

    fn version(byte: u8) -> ImportId {
        ImportId::from_bytes([byte; 16])
    }

    #[test]
    fn rows_come_back_as_they_were_written_and_only_those_of_their_version() {
        let list = keys::list(Sheet::Streets);
        let streets: Vec<StreetRow> = (0..450).map(|number| street(&format!("s-{number}"), "Мұстафин")).collect();
        let written = |of: u8, rows: &[StreetRow]| -> Vec<Item> {
            chunks(list.clone(), &version(of), rows).map(|item| item.unwrap()).collect()
        };
        let items = [written(1, &streets), written(2, &streets[..3])].concat();
        assert_eq!(items.len(), 4);
        assert_eq!(elements::<StreetRow>(items.clone(), Some(&version(1))).unwrap(), streets);
        assert_eq!(elements::<StreetRow>(items.clone(), Some(&version(2))).unwrap(), streets[..3]);
        assert!(elements::<StreetRow>(items, None).unwrap().is_empty());
        let keys: Vec<Key> = chunk_keys(list.clone(), &version(1), streets.len()).collect();
        assert_eq!(keys, written(1, &streets).iter().map(Key::of).collect::<Vec<_>>());
    }

    #[test]
    fn territories_and_terms_come_back_by_street_and_campaign() {
        let row = TerritoryRow {
            street: StreetId::parse("s-1").unwrap(),
            from: Some(House::plain(1)),
            to: "47 к 2".parse().ok(),
            parity: Parity::Odd,
            language: Language::Kazakh,
            school: SchoolId::parse("school-1").unwrap(),
        };
        let rows = [row.clone(), row.clone()];
        let streets = by_street(&rows);
        let (street, rows) = streets.first_key_value().unwrap();
        assert_eq!((streets.len(), rows.len()), (1, 2));
        let items: Vec<Item> = chunks(keys::street(street), &version(1), rows).map(|item| item.unwrap()).collect();
        let read: Vec<address::TerritoryRow> = elements(items, Some(&version(1))).unwrap();
        assert_eq!(read, [address::TerritoryRow::from(row.clone()), row.into()]);
    }

    #[test]
    fn a_chunk_of_the_longest_streets_fits_an_item() {
        // As long as a row may be: five texts of 199 letters of two bytes.
        let longest = StreetRow { old_names: vec!["ұ".repeat(199)], ..street(&"s".repeat(40), &"ұ".repeat(199)) };
        let bytes = format!("{:?}", vec![longest; 100]).len();
        assert!(bytes < 350 * 1024, "{bytes}");
    }

    #[test]
    fn which_versions_count_is_read_as_it_was_written() {
        let held = HeldSheet {
            version: version(2),
            previous: Some(version(1)),
            rows: 3,
            at: Timestamp::UNIX_EPOCH,
            by: Some("Үлгі".to_owned()),
        };
        let current = Current(BTreeMap::from([(Sheet::Schools, held)]));
        let again = Current::of_item(Some(&current.to_item().unwrap())).unwrap();
        assert_eq!(again, current);
        assert_eq!(again.version(Sheet::Schools), Some(&version(2)));
        assert!(again.of(Sheet::Streets).is_none() && !format!("{again:?}").contains("Үлгі"));
        assert_eq!(Current::of_item(None).unwrap(), Current::default());
    }
}
