//! Drafts, scoped by their owner.

use std::cmp::Reverse;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use domain::directory::Campaign;
use domain::{Draft, DraftId, Owner, Service, Timestamp};

use crate::documents::Documents;
use crate::error::put_held;
use crate::item::{self, Item, number};
use crate::keys::{self, Key, text};
use crate::sessions::{Session, SessionToken};
use crate::{Failure as _, Store, StoreError};

/// A draft that this visitor may see, with all that its pages need. There is no other way to a
/// draft than through its owner's session.
#[derive(Clone, Debug)]
pub struct Mine {
    /// The visitor's session
    pub session: Session,
    /// The draft
    pub draft: Draft,
    /// Its documents
    pub documents: Documents,
    /// The campaign of its service
    pub campaign: Campaign,
}

/// What stands behind a draft's URL for this visitor.
#[derive(Debug)]
pub enum Opened {
    /// The visitor's own draft
    Mine(Box<Mine>),
    /// No live session: sign in and come back
    NoSession,
    /// No such draft, or somebody else's: not told apart
    NotFound,
    /// An officer's device whose officer is no longer signed in
    NoOfficer,
}

impl Mine {
    /// Whether this device may see it: a sent one asks a new device for the child's birth date, but
    /// not the officer before whom the parent stands.
    pub fn may_open(&self) -> bool {
        let acts_for_parent = self.session.paper.is_some() && self.draft.owner.is_nobody();
        self.draft.sent.is_none()
            || acts_for_parent
            || self.session.may_open(&self.draft.id, self.draft.sent_from.as_deref())
    }
}

/// What a new draft begins with.
#[derive(Clone, Debug, Default)]
pub struct Begun {
    /// The campaign, if the service has one
    pub campaign: Option<Campaign>,
    /// The live session of this device
    pub session: Option<Session>,
}

impl Store {
    /// Opens a draft: session, draft, documents and campaign in one round trip; for an officer's
    /// paper one more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open(
        &self,
        token: Option<&SessionToken>,
        service: Service,
        id: &DraftId,
        now: Timestamp,
    ) -> Result<Opened, StoreError> {
        let Some(token) = token else { return Ok(Opened::NoSession) };
        let session_key = keys::session(&token.hash());
        let (draft_key, documents_key, campaign_key) = (keys::draft(id), keys::documents(id), keys::campaign(service));
        let got = self
            .read_together(vec![
                (&self.tables.sessions, session_key.clone()),
                (&self.tables.applications, draft_key.clone()),
                (&self.tables.applications, documents_key.clone()),
                (&self.tables.directory, campaign_key.clone()),
            ])
            .await?;
        let find = |key: &Key| got.iter().find(|item| Key::of(item) == *key);

        let session = match find(&session_key) {
            Some(item) => Session::of_item(item, now)?,
            None => None,
        };
        let Some(session) = session else { return Ok(Opened::NoSession) };
        let Some(draft) = find(&draft_key).map(item::body::<Draft>).transpose()? else { return Ok(Opened::NotFound) };
        if let Some(paper) = &session.paper {
            // An officer's own session is asked each time: it may be over, or another's by now.
            let office = self.office_session_of(&paper.session, now).await?;
            if office.is_none_or(|office| office.officer.id != paper.officer) {
                return Ok(Opened::NoOfficer);
            }
        }
        // What an officer has sent is the parent's, and stays with the device that sent it: for the
        // receipt. Where the parent has no phone, officers go on to act for them.
        let sent_here = draft.sent_from.as_ref() == Some(&session.hash);
        let paper = session.paper.is_some() && (sent_here || draft.owner.is_nobody());
        if (draft.owner != session.owner() && !paper) || draft.service != service {
            return Ok(Opened::NotFound);
        }
        let Some(campaign) = find(&campaign_key).map(item::body::<Campaign>).transpose()? else {
            return Err(StoreError::Corrupt {
                key: campaign_key.to_string(),
                why: "the service has no campaign".to_owned(),
            });
        };
        let documents = Documents::of_item(find(&documents_key))?;
        Ok(Opened::Mine(Box::new(Mine { session, draft, documents, campaign })))
    }

    /// A draft that an owner has begun and not sent.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unsent_of(&self, owner: &Owner, id: &DraftId) -> Result<Option<Draft>, StoreError> {
        let found = self.read_item(&self.tables.applications, &keys::draft(id)).await?;
        let draft = found.as_ref().map(item::body::<Draft>).transpose()?;
        Ok(draft.filter(|draft| draft.owner == *owner && draft.sent.is_none()))
    }

    /// The campaign of a service and the visitor's session, to begin a draft: one round trip.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn campaign_and_session(
        &self,
        service: Service,
        token: Option<&SessionToken>,
        now: Timestamp,
    ) -> Result<Begun, StoreError> {
        let campaign_key = keys::campaign(service);
        let mut wanted = vec![(&self.tables.directory, campaign_key.clone())];
        wanted.extend(token.map(|token| (&self.tables.sessions, keys::session(&token.hash()))));
        let mut begun = Begun::default();
        for found in self.read_together(wanted).await? {
            if Key::of(&found) == campaign_key {
                begun.campaign = Some(item::body(&found)?);
            } else {
                begun.session = Session::of_item(&found, now)?.filter(|session| session.paper.is_none());
            }
        }
        Ok(begun)
    }

    /// Starts a draft; with a new session, both in one transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn start_draft(
        &self,
        draft: &Draft,
        campaign: &Campaign,
        new_session: Option<&Session>,
    ) -> Result<(), StoreError> {
        let mut writes = vec![self.put_draft(draft, campaign, Expect::New)?];
        if let Some(session) = new_session {
            writes.push(self.put(&self.tables.sessions, session.to_item()?)?);
        }
        self.transact(writes).await?.map_err(|_| StoreError::Conflict)
    }

    /// Saves a draft that was opened at its present version, and counts the version up.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another tab or device saved or sent it meanwhile.
    pub async fn save_draft(&self, draft: &mut Draft, campaign: &Campaign, now: Timestamp) -> Result<(), StoreError> {
        let seen = draft.version;
        draft.version += 1;
        draft.saved = now;
        let item = self.draft_item(draft, campaign)?;
        let (condition, values) = Expect::Version(seen).condition();
        let saved = self
            .dynamo
            .put_item()
            .table_name(&self.tables.applications)
            .set_item(Some(item.clone()))
            .condition_expression(condition)
            .set_expression_attribute_values(values)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        if put_held(saved, &item)? { Ok(()) } else { Err(StoreError::Conflict) }
    }

    /// Saves a draft and the session whose phone was just verified, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another tab or device saved or sent the draft meanwhile.
    pub async fn save_draft_and_session(
        &self,
        draft: &mut Draft,
        campaign: &Campaign,
        session: &Session,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let seen = draft.version;
        draft.version += 1;
        draft.saved = now;
        let writes = vec![
            self.put_draft(draft, campaign, Expect::Version(seen))?,
            self.put(&self.tables.sessions, session.to_item()?)?,
        ];
        self.transact(writes).await?.map_err(|_| StoreError::Conflict)
    }

    /// One item, read consistently.
    pub(crate) async fn read_item(&self, table: &str, key: &Key) -> Result<Option<Item>, StoreError> {
        let read = self.dynamo.get_item().table_name(table).set_key(Some(key.attributes())).consistent_read(true);
        Ok(read.send().await.or_failure()?.item)
    }

    /// All items that a query finds. One wait for a megabyte.
    pub(crate) async fn all(&self, query: QueryFluentBuilder) -> Result<Vec<Item>, StoreError> {
        query.into_paginator().items().send().try_collect().await.or_failure()
    }

    /// Items of several tables in one consistent read.
    pub(crate) async fn read_together(&self, wanted: Vec<(&String, Key)>) -> Result<Vec<Item>, StoreError> {
        self.read_batch(wanted, true).await
    }

    /// Items of several tables in one read, at half the cost where it need not be consistent; retries what DynamoDB
    /// left out.
    pub(crate) async fn read_batch(
        &self,
        wanted: Vec<(&String, Key)>,
        consistent: bool,
    ) -> Result<Vec<Item>, StoreError> {
        let mut request = std::collections::HashMap::<String, KeysAndAttributes>::new();
        for (table, key) in wanted {
            let keys = match request.remove(table) {
                Some(keys) => KeysAndAttributes::builder().set_keys(Some(keys.keys)),
                None => KeysAndAttributes::builder(),
            };
            let keys = keys.consistent_read(consistent).keys(key.attributes()).build();
            let keys = keys.map_err(|error| StoreError::Unavailable(error.to_string()))?;
            request.insert(table.clone(), keys);
        }
        let mut items = Vec::new();
        for _ in 0..4 {
            let got = self.dynamo.batch_get_item().set_request_items(Some(request)).send().await.or_failure()?;
            items.extend(got.responses.unwrap_or_default().into_values().flatten());
            match got.unprocessed_keys {
                Some(left) if !left.is_empty() => request = left,
                _ => return Ok(items),
            }
        }
        Err(StoreError::Throttled)
    }

    pub(crate) fn draft_item(&self, draft: &Draft, campaign: &Campaign) -> Result<Item, StoreError> {
        let mut item = item::item(&keys::draft(&draft.id), "draft", draft)?;
        item.insert("version".to_owned(), number(draft.version));
        match draft.sent {
            // A sent draft is kept as long as its application, which is listed in its place.
            Some(number_given) => {
                item.insert("sent".to_owned(), number(number_given));
            }
            None => {
                item.insert("expires".to_owned(), number(draft.expires(campaign.closes).as_second()));
                item.extend(owned(&draft.owner, draft.started, draft.saved));
            }
        }
        Ok(item)
    }

    pub(crate) fn put_draft(
        &self,
        draft: &Draft,
        campaign: &Campaign,
        expect: Expect,
    ) -> Result<TransactWriteItem, StoreError> {
        let (condition, values) = expect.condition();
        let put = Put::builder()
            .table_name(&self.tables.applications)
            .set_item(Some(self.draft_item(draft, campaign)?))
            .condition_expression(condition)
            .set_expression_attribute_values(values)
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    pub(crate) fn put(&self, table: &str, item: Item) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(table)
            .set_item(Some(item))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    pub(crate) fn put_new(&self, table: &str, item: Item) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// The items of an owner, the last touched first: drafts and sent applications, the 100 begun last. Two waits.
    pub(crate) async fn items_of(&self, owner: &Owner) -> Result<Vec<Item>, StoreError> {
        let named = self
            .dynamo
            .query()
            .table_name(&self.tables.applications)
            .index_name("by-owner")
            .key_condition_expression("#owner = :owner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", text(owner.as_str()))
            .scan_index_forward(false)
            .limit(TOGETHER)
            .send()
            .await
            .or_failure()?;
        let table = &self.tables.applications;
        let keys: Vec<_> = named.items().iter().map(|item| (table, Key::of(item))).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        // Consistently: the index may not know of the newest yet, but what it names is shown as it is.
        let mut items = self.read_together(keys).await?;
        let touched = |item: &Item| item.get(TOUCHED)?.as_s().ok()?.parse::<Timestamp>().ok();
        items.sort_by_cached_key(|item| Reverse(touched(item)));
        Ok(items)
    }
}

/// As many items as DynamoDB reads in one call.
const TOGETHER: i32 = 100;
/// When an item changed last.
const TOUCHED: &str = "touched";

/// By which an item is found among its owner's.
pub(crate) fn owned(owner: &Owner, begun: Timestamp, touched: Timestamp) -> [(String, AttributeValue); 3] {
    let attributes =
        [("owner", owner.as_str().to_owned()), ("begun", begun.to_string()), (TOUCHED, touched.to_string())];
    attributes.map(|(name, value)| (name.to_owned(), text(value)))
}

/// What a write of a draft expects to find.
pub(crate) enum Expect {
    /// Nothing
    New,
    /// This version, not sent
    Version(u64),
}

impl Expect {
    fn condition(&self) -> (&'static str, Option<std::collections::HashMap<String, AttributeValue>>) {
        match self {
            Self::New => ("attribute_not_exists(pk)", None),
            Self::Version(version) => (
                "version = :seen AND attribute_not_exists(sent)",
                Some(std::collections::HashMap::from([(":seen".to_owned(), number(version))])),
            ),
        }
    }
}
