//! Changing the terms of one place: a new version of the directory's `places` file in which one row
//! is another, with who changed it and why.
//!
//! It is an import of one row: the version is written beside the one that counts, and counts from the
//! same transaction on that says who, when and why. The recalculation finds that the terms differ and
//! takes the change into the ledger by itself.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use domain::decision::Note;
use domain::directory::rows::{PlaceRow, Row, SchoolRow};
use domain::directory::sheet::{Faults, ImportId, Known, Report, Rows, Sheet, compare};
use domain::directory::{CampaignId, PlaceTerms};
use domain::places::Terms;
use domain::{OfficerId, Place, Timestamp};
use futures::future::try_join;
use serde::{Deserialize, Serialize};

use crate::directory::{Current, HeldSheet, elements};
use crate::error::condition_held;
use crate::imports::{Applying, SheetImport, State};
use crate::item::{self, body};
use crate::keys::{self, text, token_hash};
use crate::{Failure as _, Store, StoreError};

/// The latest changes of a place that are shown.
const SHOWN: i32 = 50;

/// A change of the terms of a place.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsChange {
    /// The version of the file that it brought
    pub version: ImportId,
    /// The place
    pub place: Place,
    /// The terms before; none where there were none
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Terms>,
    /// The terms from then on
    pub after: Terms,
    /// Who
    pub by: OfficerId,
    /// Their name, as colleagues see it
    pub name: String,
    /// When
    pub at: Timestamp,
    /// Why
    pub why: Note,
}

/// A name is never printed.
impl std::fmt::Debug for TermsChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TermsChange({}, {} {})", self.version, self.place.school, self.place.language.code())
    }
}

/// A change that is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The version of the file that was seen; none where there was none
    pub seen: Option<ImportId>,
    /// What tells this form from any other: the same form sent twice changes once
    pub form: String,
    /// The place
    pub place: Place,
    /// Its terms from now on
    pub terms: Terms,
    /// Who
    pub by: OfficerId,
    /// Their name, as colleagues see it
    pub name: String,
    /// Why
    pub why: Note,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changing {
    /// The terms are these
    Done,
    /// Another version counts than the one that was seen
    Overtaken,
    /// No school teaches there
    NoPlace,
    /// They are so already
    Same,
}

/// The terms of a campaign's places, of one version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermsInForce {
    /// Which; none before the first
    pub version: Option<ImportId>,
    /// The terms
    pub terms: Vec<PlaceTerms>,
}

impl TermsInForce {
    /// The terms of a place; none where there are none.
    pub fn of(&self, place: &Place) -> Option<&PlaceTerms> {
        self.terms.iter().find(|terms| terms.school == place.school && terms.language == place.language)
    }
}

impl Wanted {
    /// The version that the change brings: the same for the same form, and never another's.
    ///
    /// # Errors
    /// None: half a hash is an id.
    fn version(&self, campaign: &CampaignId) -> Result<ImportId, StoreError> {
        let Terms { capacity, forecast, ratio, priority_until } = &self.terms;
        let seen = self.seen.as_ref().map_or("", ImportId::as_str);
        let place = keys::place(&self.place);
        let terms = format!("{capacity}#{forecast}#{ratio}#{priority_until}");
        let hash = token_hash(&format!(
            "{campaign}\n{}\n{seen}\n{place}\n{terms}\n{}\n{}",
            self.by,
            self.form,
            self.why.as_str()
        ));
        let id = hash.get(..32).and_then(ImportId::parse);
        id.ok_or_else(|| StoreError::Corrupt { key: keys::current().to_string(), why: "a hash is no id".to_owned() })
    }

    fn row(&self, campaign: &CampaignId) -> PlaceRow {
        PlaceRow {
            campaign: campaign.clone(),
            school: self.place.school.clone(),
            language: self.place.language,
            capacity: self.terms.capacity,
            forecast: self.terms.forecast,
            ratio: self.terms.ratio,
            priority_until: self.terms.priority_until,
        }
    }
}

impl Store {
    /// The terms of every place of a campaign, and which version of the file they are of. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn terms(&self, campaign: &CampaignId) -> Result<TermsInForce, StoreError> {
        let partition = keys::terms(campaign);
        let (current, items) = try_join(self.current(), self.partition(&self.tables.places, &partition)).await?;
        let version = current.version(Sheet::Places).cloned();
        Ok(TermsInForce { terms: elements(items, version.as_ref())?, version })
    }

    /// The latest changes of a place's terms that were made one by one, the last first. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn terms_changes(&self, campaign: &CampaignId, place: &Place) -> Result<Vec<TermsChange>, StoreError> {
        let found = self
            .dynamo
            .query()
            .table_name(&self.tables.places)
            .key_condition_expression("pk = :pk AND begins_with(sk, :place)")
            .expression_attribute_values(":pk", text(keys::terms_changes(campaign)))
            .expression_attribute_values(":place", text(keys::terms_changes_of(place)))
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(SHOWN)
            .send()
            .await
            .or_failure()?;
        found.items.unwrap_or_default().iter().map(body).collect()
    }

    /// Changes the terms of one place, if the version of the file that counts is the one that was seen:
    /// that row and no other, with who and why, all at once. The same form twice is the same once. Up to
    /// twelve waits.
    ///
    /// # Errors
    /// [`StoreError`]; the terms are as they were, or as they are wanted.
    pub async fn change_terms(
        &self,
        campaign: &CampaignId,
        wanted: &Wanted,
        now: Timestamp,
    ) -> Result<Changing, StoreError> {
        let version = wanted.version(campaign)?;
        let (current, earlier) = try_join(self.current_now(), self.sheet_import(&version)).await?;
        match earlier.as_ref().map(|import| &import.state) {
            Some(State::Applied { .. }) => return Ok(Changing::Done),
            Some(State::Overtaken(_) | State::Refused(_)) => return Ok(Changing::Overtaken),
            Some(State::Waiting | State::Checked(_)) | None => {}
        }
        if current.version(Sheet::Places) != wanted.seen.as_ref() {
            return Ok(Changing::Overtaken);
        }
        let (before, known) = try_join(self.place_rows(&current), self.taught(&current)).await?;
        let row = wanted.row(campaign);
        let school = row
            .pointers()
            .into_iter()
            .any(|pointer| pointer.sheet() == Sheet::Schools && known.fault(&pointer).is_some());
        if school {
            return Ok(Changing::NoPlace);
        }
        let former = before.iter().position(|other| other.key() == row.key());
        let mut after = before.clone();
        match former.and_then(|at| after.get_mut(at)) {
            Some(same) if *same == row => return Ok(Changing::Same),
            Some(former) => *former = row,
            None => after.push(row),
        }
        let import = SheetImport {
            id: version.clone(),
            sheet: Sheet::Places,
            by: wanted.by.clone(),
            name: wanted.name.clone(),
            at: now,
            state: State::Checked(Report {
                rows: after.len() as u64,
                faults: Faults::default(),
                differences: compare(&before, &after, cells),
                base: Sheet::Places
                    .checked_with()
                    .into_iter()
                    .map(|sheet| (sheet, current.version(sheet).cloned()))
                    .collect(),
            }),
        };
        let change = TermsChange {
            version: version.clone(),
            place: wanted.place.clone(),
            before: former.and_then(|at| before.get(at)).map(|row| Terms::from(&PlaceTerms::from(row.clone()))),
            after: wanted.terms.clone(),
            by: wanted.by.clone(),
            name: wanted.name.clone(),
            at: now,
            why: wanted.why.clone(),
        };
        // It is known before its rows are there: else whoever forgets old versions would take them for one.
        let import = self.begin_change(import).await?;
        self.prune(Sheet::Places, &version, &current, now).await?;
        self.stage(&version, &Rows::Places(after)).await?;
        let recorded = self.recorded(campaign, &change)?;
        Ok(match self.apply_with(&import, &wanted.name, now, vec![recorded]).await? {
            Applying::Done => Changing::Done,
            Applying::Overtaken => Changing::Overtaken,
            Applying::Settled => match self.sheet_import(&version).await?.map(|import| import.state) {
                Some(State::Applied { .. }) => Changing::Done,
                _ => Changing::Overtaken,
            },
        })
    }

    /// Whether a form was saved already. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_changed(&self, campaign: &CampaignId, wanted: &Wanted) -> Result<bool, StoreError> {
        let import = self.sheet_import(&wanted.version(campaign)?).await?;
        Ok(import.is_some_and(|import| matches!(import.state, State::Applied { .. })))
    }

    /// Notes the import, or finds that an earlier try of the same form has.
    async fn begin_change(&self, import: SheetImport) -> Result<SheetImport, StoreError> {
        let put = self
            .dynamo
            .put_item()
            .table_name(&self.tables.directory)
            .set_item(Some(import.to_item()?))
            .condition_expression("attribute_not_exists(pk)");
        condition_held(put.send().await.or_failure())?;
        Ok(import)
    }

    fn recorded(&self, campaign: &CampaignId, change: &TermsChange) -> Result<TransactWriteItem, StoreError> {
        let key = keys::terms_change(campaign, &change.place, change.at, &change.version);
        let put = Put::builder()
            .table_name(&self.tables.places)
            .set_item(Some(item::item(&key, "terms-change", change)?))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    async fn place_rows(&self, current: &Current) -> Result<Vec<PlaceRow>, StoreError> {
        match current.of(Sheet::Places) {
            Some(held) => self.all_rows(held).await,
            None => Ok(Vec::new()),
        }
    }

    /// The rows of a file that counts, all of them.
    ///
    /// # Errors
    /// [`StoreError::Throttled`] where a part of them is not to be seen.
    pub(crate) async fn all_rows<R: Row>(&self, held: &HeldSheet) -> Result<Vec<R>, StoreError> {
        let rows: Vec<R> = self.rows(&held.version).await?;
        if rows.len() as u64 != held.rows {
            // A part is not yet seen everywhere, or forgotten already: what is missing would be gone for good.
            return Err(StoreError::Throttled);
        }
        Ok(rows)
    }

    /// Which schools teach in which languages.
    async fn taught(&self, current: &Current) -> Result<Known, StoreError> {
        let mut schools = HashMap::new();
        if let Some(version) = current.version(Sheet::Schools) {
            let rows: Vec<SchoolRow> = self.rows(version).await?;
            schools.extend(rows.into_iter().map(|row| (row.id, row.languages)));
        }
        Ok(Known { schools, ..Known::default() })
    }
}

/// A row as its file writes it; what tells it from others never differs between two of one key.
fn cells(row: &PlaceRow) -> Vec<String> {
    let terms = [row.capacity, row.forecast, row.ratio].map(|number| number.to_string());
    let key = [row.campaign.to_string(), row.school.to_string(), row.language.code().to_owned()];
    key.into_iter().chain(terms).chain([row.priority_until.to_string()]).collect()
}

#[cfg(test)]
mod tests {
    use domain::Language;
    use domain::directory::SchoolId;

    use super::*;

    fn wanted() -> Wanted {
        Wanted {
            seen: Some(ImportId::from_bytes([1; 16])),
            form: "form".to_owned(),
            place: Place::new(SchoolId::parse("school-1").unwrap(), Language::Kazakh),
            terms: Terms { capacity: 50, forecast: 40, ratio: 3, priority_until: domain::Date::constant(2027, 5, 31) },
            by: OfficerId::parse("officer").unwrap(),
            name: "Үлгі".to_owned(),
            why: Note::parse("Открыли ещё один класс").unwrap(),
        }
    }

    #[test]
    fn the_same_form_brings_the_same_version_and_any_other_another() {
        let campaign = CampaignId::parse("c-1").unwrap();
        let version = |wanted: &Wanted| wanted.version(&campaign).unwrap();
        let first = version(&wanted());
        assert_eq!(first, version(&wanted()));
        let others = [
            Wanted { seen: None, ..wanted() },
            Wanted { form: "another".to_owned(), ..wanted() },
            Wanted { terms: Terms { capacity: 51, ..wanted().terms }, ..wanted() },
            Wanted { by: OfficerId::parse("other").unwrap(), ..wanted() },
            Wanted { why: Note::parse("Иначе").unwrap(), ..wanted() },
            Wanted { place: Place { language: Language::Russian, ..wanted().place }, ..wanted() },
        ];
        for (at, other) in others.iter().enumerate() {
            assert_ne!(version(other), first, "{at}");
        }
    }

    #[test]
    fn the_cells_of_a_row_are_its_columns() {
        let row = wanted().row(&CampaignId::parse("c-1").unwrap());
        let cells = cells(&row);
        assert_eq!(cells.len(), PlaceRow::COLUMNS.len());
        assert_eq!(cells, ["c-1", "school-1", "kazakh", "50", "40", "3", "2027-05-31"]);
    }

    #[test]
    fn a_change_prints_without_its_names() {
        let Wanted { place, terms, by, name, why, .. } = wanted();
        let version = ImportId::from_bytes([2; 16]);
        let change =
            TermsChange { version, place, before: None, after: terms, by, name, at: Timestamp::UNIX_EPOCH, why };
        let printed = format!("{change:?}");
        assert!(!printed.contains("Үлгі") && !printed.contains("класс"), "{printed}");
    }
}
