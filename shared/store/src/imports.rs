//! Imports of the directory's files: from the upload over the check to the one transaction that
//! makes a version count, or to what was told instead.
//!
//! The check writes the new version beside the old one ([`Store::stage`]); applying only says that it
//! counts, if whatever it was checked with still does. Until then, and however a check or an apply
//! breaks off, the directory is as it was.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use domain::directory::rows::{CampaignRow, HolidayRow};
use domain::directory::sheet::{ImportId, Refusal, Report, Sheet};
use domain::{OfficerId, Timestamp};
use futures::future::try_join;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::directory::{Current, HeldSheet, attribute, campaign_item};
use crate::error::{Unmet, condition_held, unbuilt};
use crate::item::{self, Item, body, number};
use crate::keys::{self, text};
use crate::sessions::random;
use crate::{Failure as _, Store, StoreError};

/// An import of one file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetImport {
    /// Its id, and that of the version that it brings
    pub id: ImportId,
    /// The file
    pub sheet: Sheet,
    /// Who sent it
    pub by: OfficerId,
    /// Their name, as colleagues see it
    pub name: String,
    /// When
    pub at: Timestamp,
    /// How far it is
    pub state: State,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The file has not arrived, or is being checked
    Waiting,
    /// It was checked; sound or not
    Checked(Report),
    /// It counts, or did until the next one
    Applied {
        /// Since when
        at: Timestamp,
        /// What it changed
        report: Report,
    },
    /// Something that it was checked with has changed since
    Overtaken(Report),
    /// It is no such file
    Refused(Refusal),
}

impl State {
    /// The word that conditions compare.
    const fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Checked(_) => "checked",
            Self::Applied { .. } => "applied",
            Self::Overtaken(_) => "overtaken",
            Self::Refused(_) => "refused",
        }
    }
}

/// A name is never printed.
impl std::fmt::Debug for SheetImport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SheetImport({}, {}, {})", self.id, self.sheet.code(), self.state.word())
    }
}

/// What applying came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applying {
    /// The version counts
    Done,
    /// Somebody else's counts instead
    Overtaken,
    /// The import was not waiting for it any more: reading it again shows what became of it
    Settled,
}

/// A check with all its tries is long over by then.
const CHECKED_BY: SignedDuration = SignedDuration::from_hours(1);
/// Who has not applied a version by then sends the file again.
const APPLIED_BY: SignedDuration = SignedDuration::from_hours(7 * 24);

impl SheetImport {
    /// Whether waiting for the check makes sense.
    pub fn is_checking(&self, now: Timestamp) -> bool {
        self.state == State::Waiting && now.duration_since(self.at) < CHECKED_BY
    }

    pub(crate) fn to_item(&self) -> Result<Item, StoreError> {
        let mut item = item::item(&keys::sheet_import(&self.id), "sheet-import", self)?;
        item.insert("state".to_owned(), text(self.state.word()));
        Ok(item)
    }

    fn with(&self, state: State) -> Self {
        Self { state, ..self.clone() }
    }
}

impl Store {
    /// An id for an import.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] without randomness.
    pub fn import_id() -> Result<ImportId, StoreError> {
        Ok(ImportId::from_bytes(random()?))
    }

    /// Notes an import before its file can arrive.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_import(&self, import: &SheetImport) -> Result<(), StoreError> {
        let put = self.dynamo.put_item().table_name(&self.tables.directory).set_item(Some(import.to_item()?));
        put.send().await.or_failure().map(drop)
    }

    /// An import; none of that id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sheet_import(&self, id: &ImportId) -> Result<Option<SheetImport>, StoreError> {
        self.read_item(&self.tables.directory, &keys::sheet_import(id)).await?.as_ref().map(body).transpose()
    }

    /// Goes on from the state that the import was read in. False, and nothing changed, if it has left
    /// that state since: events come twice and late.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settle_import(&self, import: &SheetImport, state: State) -> Result<bool, StoreError> {
        let put = self
            .dynamo
            .put_item()
            .table_name(&self.tables.directory)
            .set_item(Some(import.with(state).to_item()?))
            .condition_expression("#state = :before")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":before", text(import.state.word()));
        condition_held(put.send().await.or_failure())
    }

    /// Makes the version of a checked import count, if nothing that it was checked with has changed.
    /// One wait, one more for campaigns and holidays, and one more where it was overtaken. The same
    /// twice is the same once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn apply_import(&self, import: &SheetImport, name: &str, now: Timestamp) -> Result<Applying, StoreError> {
        self.apply_with(import, name, now, Vec::new()).await
    }

    /// The same together with more that is written only if the version counts.
    pub(crate) async fn apply_with(
        &self,
        import: &SheetImport,
        name: &str,
        now: Timestamp,
        more: Vec<TransactWriteItem>,
    ) -> Result<Applying, StoreError> {
        let State::Checked(report) = &import.state else { return Ok(Applying::Settled) };
        if !report.applies() {
            return Ok(Applying::Settled);
        }
        let held = HeldSheet {
            version: import.id.clone(),
            previous: report.base.get(&import.sheet).cloned().flatten(),
            rows: report.rows,
            at: now,
            by: Some(name.to_owned()),
        };
        let mut writes = vec![
            self.applied(&import.with(State::Applied { at: now, report: report.clone() }))?,
            self.counts_now(import.sheet, &held, report)?,
        ];
        if matches!(import.sheet, Sheet::Campaigns | Sheet::Holidays) {
            writes.extend(self.campaign_writes(import, report).await?);
        }
        writes.extend(more);
        match self.transact(writes).await? {
            Ok(()) => Ok(Applying::Done),
            Err(Unmet(0)) => Ok(Applying::Settled),
            Err(_) => {
                let told = self.settle_import(import, State::Overtaken(report.clone())).await?;
                Ok(if told { Applying::Overtaken } else { Applying::Settled })
            }
        }
    }

    fn applied(&self, import: &SheetImport) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.tables.directory)
            .set_item(Some(import.to_item()?))
            .condition_expression("#state = :checked")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":checked", text("checked"));
        Ok(TransactWriteItem::builder().put(put.build().map_err(unbuilt)?).build())
    }

    fn counts_now(&self, sheet: Sheet, held: &HeldSheet, report: &Report) -> Result<TransactWriteItem, StoreError> {
        let mut update = Update::builder()
            .table_name(&self.tables.directory)
            .set_key(Some(keys::current().attributes()))
            .update_expression("SET #own = :held, #entity = :entity, #schema = :schema")
            .expression_attribute_names("#own", attribute(sheet))
            .expression_attribute_names("#entity", "entity")
            .expression_attribute_names("#schema", "schema")
            .expression_attribute_values(":held", held.to_attribute()?)
            .expression_attribute_values(":entity", text("directory"))
            .expression_attribute_values(":schema", number(item::SCHEMA));
        let mut conditions = Vec::new();
        for (place, (other, version)) in report.base.iter().enumerate() {
            let name = if *other == sheet { "#own".to_owned() } else { format!("#s{place}") };
            if *other != sheet {
                update = update.expression_attribute_names(&name, attribute(*other));
            }
            conditions.push(match version {
                Some(version) => {
                    update = update
                        .expression_attribute_names("#version", "version")
                        .expression_attribute_values(format!(":v{place}"), text(version.as_str()));
                    format!("{name}.#version = :v{place}")
                }
                None => format!("attribute_not_exists({name})"),
            });
        }
        let update = update.condition_expression(conditions.join(" AND ")).build().map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// The campaigns that pages read, as they will be: a campaign is kept with its holidays.
    async fn campaign_writes(
        &self,
        import: &SheetImport,
        report: &Report,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let version = |sheet: Sheet| match sheet == import.sheet {
            true => Some(import.id.clone()),
            false => report.base.get(&sheet).cloned().flatten(),
        };
        let (campaigns, holidays) = try_join(
            async {
                match version(Sheet::Campaigns) {
                    Some(version) => self.rows::<CampaignRow>(&version).await,
                    None => Ok(Vec::new()),
                }
            },
            async {
                match version(Sheet::Holidays) {
                    Some(version) => self.rows::<HolidayRow>(&version).await,
                    None => Ok(Vec::new()),
                }
            },
        )
        .await?;
        let directory = &self.tables.directory;
        domain::Service::ALL
            .into_iter()
            .map(|service| {
                let row = campaigns.iter().find(|row| row.service == service);
                let write = TransactWriteItem::builder();
                Ok(match row {
                    Some(row) => {
                        let item = campaign_item(&row.clone().with(&holidays))?;
                        let put = Put::builder().table_name(directory).set_item(Some(item)).build();
                        write.put(put.map_err(unbuilt)?).build()
                    }
                    None => {
                        let key = keys::campaign(service).attributes();
                        let delete = Delete::builder().table_name(directory).set_key(Some(key)).build();
                        write.delete(delete.map_err(unbuilt)?).build()
                    }
                })
            })
            .collect()
    }

    /// Forgets the versions of a file that count no more and never will: all but the one that counts,
    /// the one before it, `own`, and those that can still be applied. Many waits.
    ///
    /// # Errors
    /// [`StoreError`]; the next try forgets the rest.
    pub async fn prune(
        &self,
        sheet: Sheet,
        own: &ImportId,
        current: &Current,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let keys = self.chunk_keys_of(keys::list(sheet)).await?;
        let mut versions: Vec<ImportId> = keys.iter().filter_map(|key| keys::version_of(&key.sk)).collect();
        versions.dedup();
        for version in versions {
            if version == *own || current.keeps(sheet, &version) || !self.is_over(sheet, &version, current, now).await?
            {
                continue;
            }
            // It may have been applied since `current` was read, and cannot be any more.
            if !self.current_now().await?.keeps(sheet, &version) {
                self.forget(sheet, &version).await?;
            }
        }
        Ok(())
    }

    /// Whether a version cannot be applied any more; one that should not be is made so first.
    async fn is_over(
        &self,
        sheet: Sheet,
        version: &ImportId,
        current: &Current,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Some(import) = self.sheet_import(version).await? else { return Ok(true) };
        let age = now.duration_since(import.at);
        match &import.state {
            State::Waiting if age < CHECKED_BY => Ok(false),
            State::Waiting => self.settle_import(&import, State::Refused(Refusal::CheckFailed)).await,
            State::Checked(report) => {
                let base = report.base.get(&sheet).and_then(Option::as_ref);
                if base == current.version(sheet) && age < APPLIED_BY {
                    return Ok(false);
                }
                self.settle_import(&import, State::Overtaken(report.clone())).await
            }
            State::Applied { .. } | State::Overtaken(_) | State::Refused(_) => Ok(true),
        }
    }
}
