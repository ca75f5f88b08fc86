//! The office's inbox: applications of one state, those that have stood there longest first, which is
//! also the order of the days by which an answer is due.
//!
//! Two indexes hold them, one for the whole city and one by the school that handles each. Both
//! carry the few words that a list shows, so a page costs the same however many applications
//! there are: a list that is narrowed looks at no more of them than one page may, and goes on from
//! there. What was written a moment ago may be missing for a moment.

use std::collections::HashMap;
use std::ops::Range;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::directory::{CampaignId, SchoolId};
use domain::life::State;
use domain::officer::Scope;
use domain::person::folded;
use domain::{Application, ApplicationNumber, DraftId, Iin, Language, OfficerId, Service, Timestamp};
use serde::{Deserialize, Serialize};

use crate::documents::Documents;
use crate::item::{self, Item};
use crate::keys::{self, Key, text};
use crate::sessions::random;
use crate::{Failure as _, LookupKey, Store, StoreError};

/// Applications on a page.
pub const PAGE: usize = 50;

/// Applications that a page looks at where a list is narrowed by what is in no key.
pub const LOOKED_AT: usize = 150;

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
            language: place.map(|place| place.language).or(chosen),
            school: application.handler(),
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

/// Which applications of an inbox are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// In this state
    pub state: State,
    /// Which stand there since then, the end left out
    pub since: Option<Range<Timestamp>>,
    /// With this language of instruction
    pub language: Option<Language>,
    /// With remarks
    pub remarks: bool,
}

impl Choice {
    /// All that are in a state.
    pub const fn of(state: State) -> Self {
        Self { state, since: None, language: None, remarks: false }
    }

    /// How many lines of the index are read for a page.
    const fn limit(&self) -> usize {
        // One more than is shown tells whether there is another page.
        if self.language.is_some() || self.remarks { LOOKED_AT } else { PAGE + 1 }
    }

    /// What a cursor is bound to beside its inbox.
    fn code(&self) -> String {
        let since = self.since.as_ref().map(|since| (since.start.as_millisecond(), since.end.as_millisecond()));
        format!("{since:?}#{}#{}", self.language.map_or("", Language::code), self.remarks)
    }
}

/// What an officer looks for.
#[derive(Clone)]
pub enum Sought {
    /// An application by its number
    Number(ApplicationNumber),
    /// The applications for a child
    Child(Iin),
    /// The applications for children whose full name begins so, folded as [`folded`] does; the first
    /// [`PAGE`] of them
    Name(String),
}

/// It may hold an IIN or a name.
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

/// The part of an index that an inbox reads, and what it picks there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Desk<'a> {
    index: &'static str,
    attribute: &'static str,
    partition: String,
    choice: &'a Choice,
}

const DESK: &str = "desk";
const SCHOOL_DESK: &str = "school_desk";
const ORDER: &str = "desk_order";
const LINE: &str = "line";
const NUMBERED: &str = "numbered";
const NAMED: &str = "named";
const SCHOOL_NAMED: &str = "school_named";
const NAME_ORDER: &str = "name_order";

/// The attributes by which the office finds an application, beside its body.
pub(crate) fn attributes(application: &Application) -> Result<Item, StoreError> {
    let line = Line::of(application);
    let campaign = &application.campaign;
    let mut attributes = HashMap::from([
        (DESK.to_owned(), text(keys::desk(campaign, line.state))),
        (ORDER.to_owned(), text(keys::desk_order(line.since, line.number))),
        (NUMBERED.to_owned(), text(keys::numbered(campaign, line.number))),
    ]);
    let name = folded(&line.child);
    if let Some(school) = &line.school {
        attributes.insert(SCHOOL_DESK.to_owned(), text(keys::school_desk(campaign, school, line.state)));
        if !name.is_empty() {
            attributes.insert(SCHOOL_NAMED.to_owned(), text(keys::school_named(campaign, school)));
        }
    }
    if !name.is_empty() {
        attributes.insert(NAMED.to_owned(), text(campaign.as_str()));
        attributes.insert(NAME_ORDER.to_owned(), text(keys::name_order(&name, line.number)));
    }
    let written = serde_dynamo::to_attribute_value(&line).map_err(|error| StoreError::Corrupt {
        key: keys::sent(&application.id).to_string(),
        why: error.to_string(),
    })?;
    attributes.insert(LINE.to_owned(), written);
    Ok(attributes)
}

impl<'a> Desk<'a> {
    fn new(scope: &Scope, campaign: &CampaignId, choice: &'a Choice) -> Self {
        let (index, attribute, partition) = match scope {
            Scope::All => ("by-desk", DESK, keys::desk(campaign, choice.state)),
            Scope::School(school) => ("by-school-desk", SCHOOL_DESK, keys::school_desk(campaign, school, choice.state)),
        };
        Self { index, attribute, partition, choice }
    }

    /// The page behind a key. Whatever the list is narrowed by, one query reads it.
    fn page(&self, query: QueryFluentBuilder, start: Option<HashMap<String, AttributeValue>>) -> QueryFluentBuilder {
        let mut query = query
            .index_name(self.index)
            .expression_attribute_names("#desk", self.attribute)
            .expression_attribute_values(":desk", text(&self.partition))
            .set_exclusive_start_key(start)
            .limit(i32::try_from(self.choice.limit()).unwrap_or(i32::MAX));
        let mut wanted = vec!["#desk = :desk"];
        if let Some(since) = &self.choice.since {
            // Nothing sorts between the last number of one moment and the next moment; a range of
            // keys has both of its ends in it.
            wanted.push("#order BETWEEN :from AND :until");
            let bound = |at: Timestamp| text(format!("{:013}", at.as_millisecond().max(0)));
            query = query
                .expression_attribute_names("#order", ORDER)
                .expression_attribute_values(":from", bound(since.start))
                .expression_attribute_values(":until", bound(since.end));
        }
        let mut picked = Vec::new();
        if self.choice.language.is_some() || self.choice.remarks {
            query = query.expression_attribute_names("#line", LINE);
        }
        if let Some(language) = self.choice.language {
            picked.push("#line.#language = :language");
            query = query
                .expression_attribute_names("#language", "language")
                .expression_attribute_values(":language", text(language.code()));
        }
        if self.choice.remarks {
            picked.push("#line.#remarks > :none");
            query = query
                .expression_attribute_names("#remarks", "remarks")
                .expression_attribute_values(":none", item::number(0));
        }
        query
            .key_condition_expression(wanted.join(" AND "))
            .set_filter_expression((!picked.is_empty()).then(|| picked.join(" AND ")))
    }

    /// The cursor behind an application. It is signed together with the list that it was given
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

    /// The cursor behind the last line that was looked at, shown or not.
    fn behind(&self, key: &LookupKey, last: &Item) -> Option<String> {
        let id = keys::application_of(&Key::of(last).pk)?;
        Some(self.cursor(key, last.get(ORDER)?.as_s().ok()?, &id))
    }

    fn mac(&self, key: &LookupKey, order: &str, id: &DraftId) -> String {
        let choice = self.choice.code();
        let mac = key.mac(&["inbox", self.index, &self.partition, &choice, order, id.as_str()]);
        hex::encode(mac.get(..16).unwrap_or(&mac))
    }
}

fn line_of(item: &Item) -> Result<Line, StoreError> {
    let corrupt = |why: String| StoreError::Corrupt { key: Key::of(item).to_string(), why };
    let line = item.get(LINE).cloned().ok_or_else(|| corrupt("no line".to_owned()))?;
    serde_dynamo::from_attribute_value(line).map_err(|error| corrupt(error.to_string()))
}

impl Store {
    /// A page of the applications that an officer may see and has chosen, from the beginning or from
    /// behind a cursor; none where no page of ours gave that cursor. One wait. A page of a narrowed
    /// list may have few lines, or none, and another behind it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn inbox(
        &self,
        scope: &Scope,
        campaign: &CampaignId,
        choice: &Choice,
        cursor: Option<&str>,
    ) -> Result<Option<Inbox>, StoreError> {
        let desk = Desk::new(scope, campaign, choice);
        let start = match cursor.map(|cursor| desk.after(&self.key, cursor)) {
            Some(None) => return Ok(None),
            Some(start) => start,
            None => None,
        };
        let query = self.dynamo.query().table_name(&self.tables.applications);
        let found = desk.page(query, start).send().await.or_failure()?;
        let mut lines = found.items.unwrap_or_default().iter().map(line_of).collect::<Result<Vec<_>, _>>()?;
        let next = if lines.len() > PAGE {
            lines.truncate(PAGE);
            lines.last().map(|last| {
                let order = keys::desk_order(last.since, last.number);
                desk.cursor(&self.key, &order, &last.id)
            })
        } else {
            found.last_evaluated_key.as_ref().and_then(|last| desk.behind(&self.key, last))
        };
        Ok(Some(Inbox { lines, next }))
    }

    /// The applications that an officer may see of those that are sought. Two waits, one where
    /// there are none or a name is sought.
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
            Sought::Name(name) => return self.named(scope, campaign, name).await,
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

    /// The lines of names that begin so, in their order.
    async fn named(&self, scope: &Scope, campaign: &CampaignId, name: &str) -> Result<Vec<Line>, StoreError> {
        let (index, attribute, partition) = match scope {
            Scope::All => ("by-name", NAMED, campaign.to_string()),
            Scope::School(school) => ("by-school-name", SCHOOL_NAMED, keys::school_named(campaign, school)),
        };
        let found = self
            .dynamo
            .query()
            .table_name(&self.tables.applications)
            .index_name(index)
            .key_condition_expression("#named = :named AND begins_with(#order, :name)")
            .expression_attribute_names("#named", attribute)
            .expression_attribute_names("#order", NAME_ORDER)
            .expression_attribute_values(":named", text(partition))
            .expression_attribute_values(":name", text(name))
            .limit(i32::try_from(PAGE).unwrap_or(i32::MAX))
            .send()
            .await
            .or_failure()?;
        found.items.unwrap_or_default().iter().map(line_of).collect()
    }

    pub(crate) async fn numbered(
        &self,
        campaign: &CampaignId,
        number: ApplicationNumber,
    ) -> Result<Vec<DraftId>, StoreError> {
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

    fn desk<'a>(scope: &Scope, choice: &'a Choice) -> Desk<'a> {
        Desk::new(scope, &CampaignId::parse("first-grade-2027").unwrap(), choice)
    }

    fn stored() -> Application {
        let item: serde_dynamo::Item = serde_json::from_str(include_str!("../golden/1/application.json")).unwrap();
        item::body(&Item::from(item)).unwrap()
    }

    #[test]
    fn a_cursor_goes_on_in_its_own_inbox_and_in_no_other() {
        let key = LookupKey::parse(&"0a".repeat(32)).unwrap();
        let school = |id| Scope::School(SchoolId::parse(id).unwrap());
        let submitted = Choice::of(State::Submitted);
        let mine = desk(&school("school-7"), &submitted);
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

        let at = |second| Timestamp::from_second(second).unwrap();
        let choices = [
            Choice::of(State::Registered),
            Choice { since: Some(at(0)..at(9)), ..submitted.clone() },
            Choice { language: Some(Language::Kazakh), ..submitted.clone() },
            Choice { remarks: true, ..submitted.clone() },
        ];
        let narrowed = choices.iter().map(|choice| desk(&school("school-7"), choice));
        for other in narrowed.chain([desk(&school("school-8"), &submitted), desk(&Scope::All, &submitted)]) {
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
            let choice = Choice::of(application.state);
            let desk = Desk::new(&scope, &application.campaign, &choice);
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
        assert!(!written.contains_key(SCHOOL_NAMED) && written.contains_key(NAMED));
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
