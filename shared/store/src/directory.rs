//! What the city publishes: campaigns, schools, teachers, ratings, streets, territories, terms of places, shifts
//! of camps.
//!
//! Each file of the directory ([`Sheet`]) is kept in versions: rows in chunks of a list under the
//! file's own partition, packed, territories once more by street and by school, the ratings of schools once more
//! apart, terms once more by campaign, the search index of the streets besides. One small item says which
//! version of each file counts
//! ([`Current`]); it is read beside the rows, not before them, since the version before is kept too.
//! Schools, teachers and streets are lists that every search needs whole: they stay in the process, and
//! only the small item is read again each minute ([`Directory`]).

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use domain::address::{self, AddressIndex, Territory};
use domain::camp::Shift;
use domain::directory::rows::{
    CampaignRow, HolidayRow, PlaceRow, RatingRow, Row, SchoolRow, ShiftRow, StreetRow, TeacherRow, TerritoryRow,
};
use domain::directory::sheet::{ImportId, Rows, Sheet};
use domain::directory::{
    Campaign, CampaignId, PlaceTerms, Rating, RatingPart, School, SchoolId, Street, StreetId, Teacher, TeacherId,
};
use domain::{Service, Timestamp};
use futures::future::{try_join, try_join_all};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::unbuilt;
use crate::item::{self, Item, body};
use crate::keys::{self, Key, text, token_hash};
use crate::packed;
use crate::register::Registered;
use crate::{Failure as _, Store, StoreError, street_index};

/// How long a list is used before it is asked whether it still counts.
const FRESH: Duration = Duration::from_secs(60);
/// Elements of a list in one item, where they are short: far below DynamoDB's 400 KB, packed or not.
const CHUNK: usize = 200;
/// Writes of an import that are under way at once.
const AT_ONCE: usize = 8;
/// Items in one batch write, DynamoDB's limit.
const BATCH: usize = 25;
/// Chunks in one batch write: those under way at once are in memory as attributes, and have to be
/// written before a call takes too long.
const CHUNKS: usize = 5;

/// Whatever of the city has places: its schools and the shifts of its camps.
#[derive(Debug, Default)]
pub struct Schools {
    schools: Vec<School>,
    shifts: Vec<Shift>,
}

impl From<Vec<School>> for Schools {
    fn from(schools: Vec<School>) -> Self {
        Self { schools, shifts: Vec::new() }
    }
}

impl Schools {
    /// All schools, by number.
    pub fn all(&self) -> &[School] {
        &self.schools
    }

    /// One of them.
    pub fn find(&self, id: &SchoolId) -> Option<&School> {
        self.schools.iter().find(|school| school.id == *id)
    }

    /// The shifts of all camps, by their first day.
    pub fn shifts(&self) -> &[Shift] {
        &self.shifts
    }

    /// One of them.
    pub fn shift(&self, id: &SchoolId) -> Option<&Shift> {
        self.shifts.iter().find(|shift| shift.id == *id)
    }
}

/// The primary teachers of the city.
#[derive(Debug, Default)]
pub struct Teachers(Vec<Teacher>);

impl From<Vec<Teacher>> for Teachers {
    fn from(teachers: Vec<Teacher>) -> Self {
        Self(teachers)
    }
}

impl Teachers {
    /// All of them, in the order of the city's file.
    pub fn all(&self) -> &[Teacher] {
        &self.0
    }

    /// One of them.
    pub fn find(&self, id: &TeacherId) -> Option<&Teacher> {
        self.0.iter().find(|teacher| teacher.id == *id)
    }

    /// Those of a school.
    pub fn of<'a>(&'a self, school: &'a SchoolId) -> impl Iterator<Item = &'a Teacher> {
        self.0.iter().filter(move |teacher| teacher.school == *school)
    }
}

/// Lists that change rarely, kept in the process. Cheap to clone; clones share what they hold.
#[derive(Clone)]
pub struct Directory {
    store: Store,
    fresh: Duration,
    /// Which versions count, and since when that is known
    current: Arc<Mutex<Option<Known>>>,
    schools: Slot<Schools>,
    teachers: Slot<Teachers>,
    staff: Slot<Teachers>,
    streets: Slot<AddressIndex>,
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Directory").field("fresh", &self.fresh).finish_non_exhaustive()
    }
}

type Known = (Instant, Arc<Current>);
/// A list, once it was read, with the versions of the files that it is made of.
type Slot<T> = Arc<Mutex<Option<(Versions, Arc<T>)>>>;
type Versions = Vec<Option<ImportId>>;

impl Directory {
    /// An empty cache over a store.
    pub fn new(store: Store) -> Self {
        let (current, schools, teachers, staff, streets) = Default::default();
        Self { store, fresh: FRESH, current, schools, teachers, staff, streets }
    }

    /// Asks for changes after another time than a minute.
    #[must_use]
    pub fn fresh_for(self, fresh: Duration) -> Self {
        Self { fresh, ..self }
    }

    /// The schools with their ratings, and the shifts of camps. One wait when they are first read, and as long as they stay as they
    /// are one small read a minute for all lists together, otherwise none; one wait more when they changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn schools(&self) -> Result<Arc<Schools>, StoreError> {
        let lists = [
            (Sheet::Schools, keys::list(Sheet::Schools)),
            (Sheet::Ratings, keys::school_ratings()),
            (Sheet::Shifts, keys::list(Sheet::Shifts)),
        ];
        let build = |[schools, ratings, shifts]: [Chunks; 3]| async move {
            let mut ratings = ratings.ratings(|row| Some(&row.school))?;
            let school = |row: SchoolRow| {
                let school = School::from(row);
                School { rating: ratings.remove(&school.id), ..school }
            };
            let schools = schools.rows::<SchoolRow>()?.into_iter().map(school).collect();
            let mut shifts: Vec<Shift> = shifts.rows::<ShiftRow>()?.into_iter().map(Shift::from).collect();
            shifts.sort_by_key(|shift| shift.first);
            Ok(Schools { schools, shifts })
        };
        self.held(&self.schools, lists, build).await
    }

    /// The teachers with their ratings. Waits as for the schools.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn teachers(&self) -> Result<Arc<Teachers>, StoreError> {
        let lists = [Sheet::Teachers, Sheet::Ratings].map(|sheet| (sheet, keys::list(sheet)));
        let build = |[teachers, ratings]: [Chunks; 2]| async move {
            let mut ratings = ratings.ratings(|row| row.teacher.as_ref())?;
            let teacher = |row: TeacherRow| {
                let teacher = Teacher::from(row);
                Teacher { rating: ratings.remove(&teacher.id), ..teacher }
            };
            Ok(Teachers(teachers.rows::<TeacherRow>()?.into_iter().map(teacher).collect()))
        };
        self.held(&self.teachers, lists, build).await
    }

    /// The teachers alone, for whoever does not need their ratings, which are many. Waits as for the schools.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn staff(&self) -> Result<Arc<Teachers>, StoreError> {
        let lists = [(Sheet::Teachers, keys::list(Sheet::Teachers))];
        let build = |[teachers]: [Chunks; 1]| async move {
            let teachers = teachers.rows::<TeacherRow>()?.into_iter().map(Teacher::from);
            Ok(Teachers(teachers.collect()))
        };
        self.held(&self.staff, lists, build).await
    }

    /// The search index of the streets, as the import built it. Waits as for the schools; where another
    /// release built it, or none, the list is read too and the index built here.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn streets(&self) -> Result<Arc<AddressIndex>, StoreError> {
        let lists = [(Sheet::Streets, keys::street_index())];
        let build = |[index]: [Chunks; 1]| async move {
            let Some(version) = index.version else { return Ok(AddressIndex::new(Vec::new())) };
            match street_index::read(&index.items, &version) {
                Ok(Some(index)) => return Ok(index),
                Ok(None) => {
                    tracing::warn!(%version, "the index of the streets is not of this release: it is built anew")
                }
                Err(error) => tracing::warn!(%version, %error, "the index of the streets is built anew"),
            }
            Ok(built(self.store.rows(&version).await?))
        };
        self.held(&self.streets, lists, build).await
    }

    async fn held<T, const N: usize, F: Future<Output = Result<T, StoreError>>>(
        &self,
        slot: &Slot<T>,
        lists: [(Sheet, String); N],
        build: impl FnOnce([Chunks; N]) -> F,
    ) -> Result<Arc<T>, StoreError> {
        let versions = |current: &Current| -> Versions {
            lists.iter().map(|(sheet, _)| current.version(*sheet).cloned()).collect()
        };
        let held = lock(slot).clone();
        if let Some((of, value)) = held
            && versions(&*self.counting().await?) == of
        {
            return Ok(value);
        }
        let table = &self.store.tables.directory;
        let partitions = try_join_all(lists.iter().map(|(_, list)| self.store.partition(table, list)));
        // What counts may be known already, but from a time when these rows were others.
        let (current, partitions) = try_join(self.ask(), partitions).await?;
        let versions = versions(&current);
        let mut chunks = versions.iter().cloned().zip(partitions).map(|(version, items)| Chunks { version, items });
        let chunks = std::array::from_fn(|_| chunks.next().unwrap_or_default());
        let value = Arc::new(build(chunks).await?);
        *lock(slot) = Some((versions, Arc::clone(&value)));
        Ok(value)
    }

    /// Which versions count: as it was known a moment ago, or as it is.
    async fn counting(&self) -> Result<Arc<Current>, StoreError> {
        let known = lock(&self.current).clone();
        match known {
            Some((since, current)) if since.elapsed() < self.fresh => Ok(current),
            _ => self.ask().await,
        }
    }

    async fn ask(&self) -> Result<Arc<Current>, StoreError> {
        let current = Arc::new(self.store.current().await?);
        *lock(&self.current) = Some((Instant::now(), Arc::clone(&current)));
        Ok(current)
    }
}

/// The chunks of a list, and the version of it that counts.
#[derive(Default)]
struct Chunks {
    version: Option<ImportId>,
    items: Vec<Item>,
}

impl Chunks {
    fn rows<R: DeserializeOwned>(self) -> Result<Vec<R>, StoreError> {
        elements(self.items, self.version.as_ref())
    }

    /// Ratings by whose they are; those of nobody who is asked for are left out.
    fn ratings<K: Clone + Eq + Hash>(
        self,
        whose: impl Fn(&RatingRow) -> Option<&K>,
    ) -> Result<HashMap<K, Rating>, StoreError> {
        let mut ratings: HashMap<K, Rating> = HashMap::new();
        for row in self.rows::<RatingRow>()? {
            if let Some(whose) = whose(&row).cloned() {
                let rating = ratings.entry(whose).or_insert_with(|| Rating { parts: Vec::new() });
                rating.parts.push(RatingPart::from(row));
            }
        }
        Ok(ratings)
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

    /// The campaigns that run now, one of a service at most, in the order of the services. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        let wanted = Service::ALL.map(|service| (&self.tables.directory, keys::campaign(service)));
        let found = self.read_batch(wanted.to_vec(), false).await?;
        let mut campaigns = found.iter().map(item::body).collect::<Result<Vec<Campaign>, _>>()?;
        campaigns.sort_by_key(|campaign| campaign.service);
        Ok(campaigns)
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

    /// The territory of a school, street by street as the city's file has them; none of an unknown school.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn territory_of(&self, school: &SchoolId) -> Result<Vec<(StreetId, address::TerritoryRow)>, StoreError> {
        let school = keys::school_territory(school);
        let (current, items) = try_join(self.current(), self.partition(&self.tables.directory, &school)).await?;
        let rows: Vec<TerritoryRow> = elements(items, current.version(Sheet::Territories))?;
        Ok(rows.into_iter().map(|row| (row.street.clone(), row.into())).collect())
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
            rows.extend(rows_in::<R>(&item.or_failure()?)?);
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
            Sheet::Ratings => Rows::Ratings(self.rows(version).await?),
            Sheet::Streets => Rows::Streets(self.rows(version).await?),
            Sheet::Territories => Rows::Territories(self.rows(version).await?),
            Sheet::Places => Rows::Places(self.rows(version).await?),
            Sheet::Shifts => Rows::Shifts(self.rows(version).await?),
        })
    }

    /// Writes a version of a file beside the one that counts; nobody reads it yet. The list comes first,
    /// so that what is written by street, school or campaign is found again by it. Many waits, eight at once.
    ///
    /// # Errors
    /// [`StoreError`]; whatever was written is written again by the next try.
    pub async fn stage(&self, version: &ImportId, rows: &Rows) -> Result<(), StoreError> {
        let directory = &self.tables.directory;
        match rows {
            Rows::Campaigns(rows) => self.write_all(directory, CHUNKS, listed(version, rows)).await,
            Rows::Holidays(rows) => self.write_all(directory, CHUNKS, listed(version, rows)).await,
            Rows::Schools(rows) => self.write_all(directory, CHUNKS, listed(version, rows)).await,
            Rows::Teachers(rows) => self.write_all(directory, CHUNKS, listed(version, rows)).await,
            Rows::Shifts(rows) => self.write_all(directory, CHUNKS, listed(version, rows)).await,
            Rows::Ratings(rows) => {
                self.write_all(directory, CHUNKS, listed(version, rows)).await?;
                let own = of_schools(rows);
                self.write_all(directory, CHUNKS, chunks(keys::school_ratings(), version, &own, CHUNK)).await
            }
            Rows::Streets(rows) => {
                self.write_all(directory, CHUNKS, listed(version, rows)).await?;
                let index = street_index::items(version, &built(rows.clone()))?;
                self.write_all(directory, CHUNKS, index.into_iter().map(Ok)).await
            }
            Rows::Territories(rows) => {
                self.write_all(directory, CHUNKS, listed(version, rows)).await?;
                let (streets, schools) = (by_street(rows), by_school(rows));
                self.write_all(directory, CHUNKS, all_chunks(&streets, keys::street, version)).await?;
                self.write_all(directory, CHUNKS, all_chunks(&schools, keys::school_territory, version)).await
            }
            Rows::Places(rows) => {
                self.write_all(directory, CHUNKS, listed(version, rows)).await?;
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
                let mut keys = all_chunk_keys(&by_street(&rows), keys::street, version);
                keys.extend(all_chunk_keys(&by_school(&rows), keys::school_territory, version));
                self.delete_all(&self.tables.directory, keys.into_iter()).await?;
            }
            Sheet::Ratings => {
                let rows: Vec<RatingRow> = self.rows(version).await?;
                let keys = chunk_keys(keys::school_ratings(), version, of_schools(&rows).len());
                self.delete_all(&self.tables.directory, keys).await?;
            }
            Sheet::Places => {
                let rows: Vec<PlaceRow> = self.rows(version).await?;
                let keys = all_chunk_keys(&by_campaign(&rows), keys::terms, version);
                self.delete_all(&self.tables.places, keys.into_iter()).await?;
            }
            Sheet::Streets => self.forget_chunks(keys::street_index(), version).await?,
            Sheet::Campaigns | Sheet::Holidays | Sheet::Schools | Sheet::Teachers | Sheet::Shifts => {}
        }
        self.forget_chunks(keys::list(sheet), version).await
    }

    async fn forget_chunks(&self, list: String, version: &ImportId) -> Result<(), StoreError> {
        let keys = self.chunk_keys_of(list).await?;
        let keys = keys.into_iter().filter(|key| keys::version_of(&key.sk).as_ref() == Some(version));
        self.delete_all(&self.tables.directory, keys).await
    }

    /// The keys of every chunk of a list, of all versions.
    pub(crate) async fn chunk_keys_of(&self, list: String) -> Result<Vec<Key>, StoreError> {
        let query = self
            .dynamo
            .query()
            .table_name(&self.tables.directory)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(list))
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

/// The rows of a file as items.
fn listed<'a, R: Row>(version: &'a ImportId, rows: &'a [R]) -> Items<'a> {
    chunks(keys::list(R::SHEET), version, rows, per_item(R::SHEET))
}

/// Rows of a file in one item, so that the longest that an import takes fit.
const fn per_item(sheet: Sheet) -> usize {
    match sheet {
        Sheet::Schools => 20,
        Sheet::Streets => 100,
        Sheet::Ratings => 150,
        Sheet::Shifts => 100,
        Sheet::Campaigns | Sheet::Holidays | Sheet::Teachers | Sheet::Territories | Sheet::Places => CHUNK,
    }
}

/// A list as items of so many elements, made as they are needed.
fn chunks<'a, T: Serialize + Sync>(list: String, version: &'a ImportId, elements: &'a [T], size: usize) -> Items<'a> {
    let item = move |(number, elements): (usize, &[T])| {
        let key = keys::chunk(list.clone(), version, number);
        Ok(packed::item(&key, "chunk", packed::pack(&key, &elements)?))
    };
    Box::new(elements.chunks(size).enumerate().map(item))
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
    Box::new(lists.iter().flat_map(move |(key, elements)| chunks(list(key), version, elements, CHUNK)))
}

/// The keys of several.
fn all_chunk_keys<K, T>(lists: &BTreeMap<&K, Vec<T>>, list: fn(&K) -> String, version: &ImportId) -> Vec<Key> {
    lists.iter().flat_map(|(key, elements)| chunk_keys(list(key), version, elements.len())).collect()
}

/// The keys of items of short elements.
fn chunk_keys(list: String, version: &ImportId, elements: usize) -> impl Iterator<Item = Key> {
    (0..elements.div_ceil(CHUNK)).map(move |number| keys::chunk(list.clone(), version, number))
}

/// The rows of a chunk. The first portals kept them as attributes.
pub(crate) fn rows_in<T: DeserializeOwned>(chunk: &Item) -> Result<Vec<T>, StoreError> {
    if chunk.contains_key("body") {
        return body(chunk);
    }
    packed::unpack(&Key::of(chunk), packed::bytes(chunk)?)
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
            elements.extend(rows_in::<T>(&item)?);
        }
    }
    Ok(elements)
}

fn built(rows: Vec<StreetRow>) -> AddressIndex {
    AddressIndex::new(rows.into_iter().map(Street::from).collect())
}

fn by_street(rows: &[TerritoryRow]) -> BTreeMap<&StreetId, Vec<address::TerritoryRow>> {
    let mut streets: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        streets.entry(&row.street).or_default().push(address::TerritoryRow::from(row.clone()));
    }
    streets
}

fn by_school(rows: &[TerritoryRow]) -> BTreeMap<&SchoolId, Vec<TerritoryRow>> {
    let mut schools: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        schools.entry(&row.school).or_default().push(row.clone());
    }
    schools
}

/// The ratings of schools, not of their teachers.
fn of_schools(rows: &[RatingRow]) -> Vec<RatingRow> {
    rows.iter().filter(|row| row.teacher.is_none()).cloned().collect()
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
    use domain::directory::{SchoolKind, StreetKind};

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
            chunks(list.clone(), &version(of), rows, CHUNK).map(|item| item.unwrap()).collect()
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
        let items: Vec<Item> =
            chunks(keys::street(street), &version(1), rows, CHUNK).map(|item| item.unwrap()).collect();
        let read: Vec<address::TerritoryRow> = elements(items, Some(&version(1))).unwrap();
        assert_eq!(read, [address::TerritoryRow::from(row.clone()), row.clone().into()]);
        let rows = [row.clone(), TerritoryRow { school: SchoolId::parse("school-2").unwrap(), ..row.clone() }];
        assert_eq!(by_school(&rows).get(&row.school), Some(&vec![row]));
    }

    #[test]
    fn a_chunk_of_the_longest_rows_fits_an_item() {
        // As long as an import takes them, in letters of two bytes.
        let (id, text) = ("s".repeat(40), "ұ".repeat(199));
        let list = vec!["ұ".repeat(99); 10];
        let school = SchoolRow {
            id: SchoolId::parse(&id).unwrap(),
            number: Some(u16::MAX),
            name_ru: text.clone(),
            name_kk: text.clone(),
            kind: SchoolKind::Gymnasium,
            languages: Language::ALL.to_vec(),
            district_ru: text.clone(),
            district_kk: text.clone(),
            address_ru: text.clone(),
            address_kk: text.clone(),
            phone: text.clone(),
            head: text.clone(),
            opened: u16::MAX,
            seats: u16::MAX,
            email: format!("{}@example.kz", "a".repeat(60)),
            website: format!("https://example.kz/{}", "ұ".repeat(180)),
            programmes_ru: list.clone(),
            programmes_kk: list.clone(),
            equipment_ru: list.clone(),
            equipment_kk: list,
        };
        let rating = RatingRow {
            school: school.id.clone(),
            teacher: TeacherId::parse(&id).ok(),
            part_ru: text.clone(),
            part_kk: text.clone(),
            points: u16::MAX,
            of: u16::MAX,
            source_ru: text.clone(),
            source_kk: text.clone(),
            as_of: domain::Date::MAX,
        };
        let street = StreetRow { old_names: vec![text.clone()], ..street(&id, &text) };
        assert!(school.faults().is_empty() && rating.faults().is_empty() && street.faults().is_empty());
        for (sheet, row) in [
            (Sheet::Schools, serde_json::to_string(&school).unwrap()),
            (Sheet::Ratings, serde_json::to_string(&rating).unwrap()),
            (Sheet::Streets, serde_json::to_string(&street).unwrap()),
        ] {
            let bytes = row.len() * per_item(sheet);
            assert!(bytes < 350 * 1024, "{sheet:?}: {bytes}");
        }
    }

    #[test]
    fn ratings_belong_to_a_school_or_to_a_teacher() {
        let row = |teacher: Option<&str>, part: &str, points| RatingRow {
            school: SchoolId::parse("s-1").unwrap(),
            teacher: teacher.map(|id| TeacherId::parse(id).unwrap()),
            part_ru: part.to_owned(),
            part_kk: part.to_owned(),
            points,
            of: 10,
            source_ru: "Бөлім".to_owned(),
            source_kk: "Бөлім".to_owned(),
            as_of: domain::Date::constant(2026, 9, 1),
        };
        let rows = [row(None, "а", 3), row(Some("t-1"), "а", 9), row(None, "б", 4), row(Some("t-2"), "а", 1)];
        let chunked = |rows: &[RatingRow]| {
            let items = chunks(keys::school_ratings(), &version(1), rows, 1).map(|item| item.unwrap()).collect();
            Chunks { version: Some(version(1)), items }
        };
        let schools = chunked(&of_schools(&rows)).ratings(|row| Some(&row.school)).unwrap();
        assert_eq!(schools.values().map(|rating| (rating.parts.len(), rating.points())).collect::<Vec<_>>(), [(2, 7)]);
        let teachers = chunked(&rows).ratings(|row| row.teacher.as_ref()).unwrap();
        let points = |id: &str| teachers.get(&TeacherId::parse(id).unwrap()).map(Rating::points);
        assert_eq!((teachers.len(), points("t-1"), points("t-2")), (2, Some(9), Some(1)));
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
