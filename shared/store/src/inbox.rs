//! The office's inbox: applications of one state, those that have stood there longest first.
//!
//! Two indexes hold them, one for the whole city and one by the school that handles each. Both
//! carry the few words that a list shows, so a page costs the same however many applications
//! there are. What was written a moment ago may be missing for a moment.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::directory::{CampaignId, SchoolId};
use domain::life::State;
use domain::officer::Scope;
use domain::{Application, ApplicationNumber, DraftId, Iin, Language, OfficerId, Service, Timestamp};
use serde::{Deserialize, Serialize};

use crate::documents::Documents;
use crate::item::{self, Item};
use crate::keys::{self, Key, text};
use crate::sessions::random;
use crate::{Failure as _, LookupKey, Store, StoreError};

/// Applications on a page.
pub const PAGE: usize = 50;

/// Openings of an application that are read at once.
const OPENINGS: i32 = 200;

/// What a list shows of an application; kept beside it, and in the indexes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its id
    pub id: DraftId,
    /// Its number
    pub number: ApplicationNumber,
    /// Where it stands
    pub state: State,
    /// Since when
    pub since: Timestamp,
    /// The child's full name
    pub child: String,
    /// The school that handles it; none until an officer assigns one
    pub school: Option<SchoolId>,
    /// Language of instruction
    pub language: Option<Language>,
    /// How many remarks an officer should look at
    pub remarks: usize,
}

/// It holds a child's name.
impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Line({}, redacted)", self.id)
    }
}

impl Line {
    /// The line of an application.
    pub fn of(application: &Application) -> Self {
        let answers = &application.answers;
        let place = application.place();
        let chosen = answers.school.as_ref().map(|school| school.language);
        Self {
            id: application.id.clone(),
            number: application.number,
            state: application.state,
            since: application.since(),
            child: answers.family.as_ref().map(|family| family.child.full_name()).unwrap_or_default(),
            language: place.as_ref().map(|place| place.language).or(chosen),
            school: place.map(|place| place.school),
            remarks: application.remarks.len(),
        }
    }
}

/// A page of the inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inbox {
    /// Its applications, the oldest first
    pub lines: Vec<Line>,
    /// What the next page is asked for with, if there is one
    pub next: Option<String>,
}

/// What an officer looks for.
#[derive(Clone)]
pub enum Sought {
    /// An application by its number
    Number(ApplicationNumber),
    /// The applications for a child
    Child(Iin),
}

/// It may hold an IIN.
impl std::fmt::Debug for Sought {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sought(redacted)")
    }
}

/// A line of an application's audit: which officer opened it, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Who
    pub officer: OfficerId,
    /// Which application
    pub application: DraftId,
    /// When
    pub at: Timestamp,
}

/// The part of an index that an inbox reads.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Desk {
    index: &'static str,
    attribute: &'static str,
    partition: String,
}

const DESK: &str = "desk";
const SCHOOL_DESK: &str = "school_desk";
const ORDER: &str = "desk_order";
const LINE: &str = "line";
const NUMBERED: &str = "numbered";

/// The attributes by which the office finds an application, beside its body.
pub(crate) fn attributes(application: &Application) -> Result<Item, StoreError> {
    let line = Line::of(application);
    let campaign = &application.campaign;
    let mut attributes = HashMap::from([
        (DESK.to_owned(), text(keys::desk(campaign, line.state))),
        (ORDER.to_owned(), text(keys::desk_order(line.since, line.number))),
        (NUMBERED.to_owned(), text(keys::numbered(campaign, line.number))),
    ]);
    if let Some(school) = &line.school {
        attributes.insert(SCHOOL_DESK.to_owned(), text(keys::school_desk(campaign, school, line.state)));
    }
    let written = serde_dynamo::to_attribute_value(&line).map_err(|error| StoreError::Corrupt {
        key: keys::sent(&application.id).to_string(),
        why: error.to_string(),
    })?;
    attributes.insert(LINE.to_owned(), written);
    Ok(attributes)
}

impl Desk {
    fn new(scope: &Scope, campaign: &CampaignId, state: State) -> Self {
        match scope {
            Scope::All => Self { index: "by-desk", attribute: DESK, partition: keys::desk(campaign, state) },
            Scope::School(school) => Self {
                index: "by-school-desk",
                attribute: SCHOOL_DESK,
                partition: keys::school_desk(campaign, school, state),
            },
        }
    }

    /// The cursor behind an application. It is signed together with the inbox that it was given
    /// for: not a secret, but nothing that anybody else has written is ever asked of the index.
    fn cursor(&self, key: &LookupKey, order: &str, id: &DraftId) -> String {
        format!("{order}-{id}-{}", self.mac(key, order, id))
    }

    /// Reads a cursor as the key after which the index goes on.
    fn after(&self, key: &LookupKey, cursor: &str) -> Option<HashMap<String, AttributeValue>> {
        let (rest, mac) = cursor.rsplit_once('-')?;
        let (order, id) = rest.rsplit_once('-')?;
        let id = DraftId::parse(id)?;
        if mac != self.mac(key, order, &id) {
            return None;
        }
        let mut start = keys::sent(&id).attributes();
        start.insert(self.attribute.to_owned(), text(&self.partition));
        start.insert(ORDER.to_owned(), text(order));
        Some(start)
    }

    fn mac(&self, key: &LookupKey, order: &str, id: &DraftId) -> String {
        let mac = key.mac(&["inbox", self.index, &self.partition, order, id.as_str()]);
        hex::encode(mac.get(..16).unwrap_or(&mac))
    }
}

fn line_of(item: &Item) -> Result<Line, StoreError> {
    let corrupt = |why: String| StoreError::Corrupt { key: Key::of(item).to_string(), why };
    let line = item.get(LINE).cloned().ok_or_else(|| corrupt("no line".to_owned()))?;
    serde_dynamo::from_attribute_value(line).map_err(|error| corrupt(error.to_string()))
}

impl Store {
    /// A page of the applications in a state that an officer may see, from the beginning or from
    /// behind a cursor; none where no page of ours gave that cursor. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn inbox(
        &self,
        scope: &Scope,
        campaign: &CampaignId,
        state: State,
        cursor: Option<&str>,
    ) -> Result<Option<Inbox>, StoreError> {
        let desk = Desk::new(scope, campaign, state);
        let start = match cursor.map(|cursor| desk.after(&self.key, cursor)) {
            Some(None) => return Ok(None),
            Some(start) => start,
            None => None,
        };
        let found = self
            .dynamo
            .query()
            .table_name(&self.tables.applications)
            .index_name(desk.index)
            .key_condition_expression("#desk = :desk")
            .expression_attribute_names("#desk", desk.attribute)
            .expression_attribute_values(":desk", text(&desk.partition))
            .set_exclusive_start_key(start)
            // One more than is shown tells whether there is another page.
            .limit(i32::try_from(PAGE + 1).unwrap_or(i32::MAX))
            .send()
            .await
            .or_failure()?;
        let mut lines = found.items.unwrap_or_default().iter().map(line_of).collect::<Result<Vec<_>, _>>()?;
        let more = lines.len() > PAGE;
        lines.truncate(PAGE);
        let next = lines.last().filter(|_| more).map(|last| {
            let order = keys::desk_order(last.since, last.number);
            desk.cursor(&self.key, &order, &last.id)
        });
        Ok(Some(Inbox { lines, next }))
    }

    /// The applications that an officer may see of those that are sought. Two waits, one where
    /// there are none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn search(
        &self,
        scope: &Scope,
        service: Service,
        campaign: &CampaignId,
        sought: &Sought,
    ) -> Result<Vec<Line>, StoreError> {
        let ids = match sought {
            Sought::Number(number) => self.numbered(campaign, *number).await?,
            Sought::Child(child) => self.claims(service, child).await?,
        };
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sent = ids.iter().map(|id| (&self.tables.applications, keys::sent(id))).collect();
        let mut lines = Vec::new();
        for found in self.read_together(sent).await? {
            let application: Application = item::body(&found)?;
            if scope.covers(&application) {
                lines.push(Line::of(&application));
            }
        }
        lines.sort_by_key(|line| line.number);
        Ok(lines)
    }

    /// A sent application with its scans. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn application_and_documents(
        &self,
        id: &DraftId,
    ) -> Result<Option<(Application, Documents)>, StoreError> {
        let (sent, documents) = (keys::sent(id), keys::documents(id));
        let table = &self.tables.applications;
        let found = self.read_together(vec![(table, sent.clone()), (table, documents.clone())]).await?;
        let find = |key: &Key| found.iter().find(|item| Key::of(item) == *key);
        let Some(application) = find(&sent).map(item::body).transpose()? else { return Ok(None) };
        Ok(Some((application, Documents::of_item(find(&documents))?)))
    }

    /// Writes down that an officer opened an application. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_opening(&self, opening: &Opening) -> Result<(), StoreError> {
        // Two openings of one millisecond are two lines.
        let entry = format!("{:013}-{}", opening.at.as_millisecond().max(0), hex::encode(random::<4>()?));
        let key = Key::new(keys::application(&opening.application), format!("{}{entry}", keys::OPENED));
        let item = item::item(&key, "audit", opening)?;
        let put = self.dynamo.put_item().table_name(&self.tables.applications).set_item(Some(item));
        put.send().await.or_failure().map(drop)
    }

    /// The first openings of an application, the oldest first. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn openings(&self, id: &DraftId) -> Result<Vec<Opening>, StoreError> {
        let found = self.begins(&keys::application(id), keys::OPENED, OPENINGS).await?;
        found.iter().map(item::body).collect()
    }

    async fn numbered(&self, campaign: &CampaignId, number: ApplicationNumber) -> Result<Vec<DraftId>, StoreError> {
        let found = self
            .dynamo
            .query()
            .table_name(&self.tables.applications)
            .index_name("by-number")
            .key_condition_expression("numbered = :numbered")
            .expression_attribute_values(":numbered", text(keys::numbered(campaign, number)))
            .limit(1)
            .send()
            .await
            .or_failure()?;
        let found = found.items.unwrap_or_default();
        Ok(found.iter().filter_map(|item| keys::application_of(&Key::of(item).pk)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(scope: &Scope, state: State) -> Desk {
        Desk::new(scope, &CampaignId::parse("first-grade-2027").unwrap(), state)
    }

    fn stored() -> Application {
        let item: serde_dynamo::Item = serde_json::from_str(include_str!("../golden/1/application.json")).unwrap();
        item::body(&Item::from(item)).unwrap()
    }

    #[test]
    fn a_cursor_goes_on_in_its_own_inbox_and_in_no_other() {
        let key = LookupKey::parse(&"0a".repeat(32)).unwrap();
        let school = |id| Scope::School(SchoolId::parse(id).unwrap());
        let mine = desk(&school("school-7"), State::Submitted);
        let id = DraftId::from_bytes([7; 16]);
        let order = keys::desk_order("2027-04-01T03:00:00Z".parse().unwrap(), ApplicationNumber::new(8).unwrap());
        let cursor = mine.cursor(&key, &order, &id);
        let start = mine.after(&key, &cursor).unwrap();
        let expected = [
            ("pk", keys::application(&id)),
            ("sk", "sent".to_owned()),
            ("school_desk", mine.partition.clone()),
            ("desk_order", order.clone()),
        ];
        assert_eq!(start, expected.map(|(name, value)| (name.to_owned(), text(value))).into());

        for other in [
            desk(&school("school-8"), State::Submitted),
            desk(&school("school-7"), State::Registered),
            desk(&Scope::All, State::Submitted),
        ] {
            assert_eq!(other.after(&key, &cursor), None, "{other:?}");
        }
        let moved = cursor.replacen("000000000008", "000000000009", 1);
        for forged in ["", "-", "x", &order, &moved, &cursor.replace('-', ""), &cursor.to_uppercase()] {
            assert_eq!(mine.after(&key, forged), None, "{forged}");
        }
        let another = LookupKey::parse(&"0b".repeat(32)).unwrap();
        assert_eq!(mine.after(&another, &cursor), None);
    }

    #[test]
    fn an_application_stands_in_the_inbox_of_its_state_and_of_its_school() {
        let mut application = stored();
        let written = attributes(&application).unwrap();
        assert_eq!(line_of(&written).unwrap(), Line::of(&application));
        let place = application.place().unwrap();
        for scope in [Scope::All, Scope::School(place.school)] {
            let desk = Desk::new(&scope, &application.campaign, application.state);
            assert_eq!(written.get(desk.attribute), Some(&text(desk.partition)));
            assert!(scope.covers(&application));
        }
        assert!(!Scope::School(SchoolId::parse("another").unwrap()).covers(&application));

        application.state = State::Returned;
        if let Some(school) = &mut application.answers.school {
            school.home = None;
        }
        let written = attributes(&application).unwrap();
        assert!(!written.contains_key(SCHOOL_DESK), "without a place it is no school's");
        assert_ne!(written.get(DESK), attributes(&stored()).unwrap().get(DESK));
        assert!(Line::of(&application).language.is_some());
    }

    #[test]
    fn a_state_has_the_same_name_in_keys_and_in_what_is_stored() {
        for state in State::ALL {
            let stored: AttributeValue = serde_dynamo::to_attribute_value(state).unwrap();
            assert_eq!(stored, text(state.code()));
        }
    }

    #[test]
    fn nothing_that_names_somebody_is_printed() {
        let line = Line::of(&stored());
        assert!(!line.child.is_empty() && !format!("{line:?}").contains(&line.child));
        assert_eq!(format!("{:?}", Sought::Number(line.number)), "Sought(redacted)");
    }
}
