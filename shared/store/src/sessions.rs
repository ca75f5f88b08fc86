//! Sessions: a random token in the parent's browser, stored hashed.

use std::collections::BTreeSet;

use domain::life::Actor;
use domain::{Date, DraftId, OfficerId, Owner, Phone, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::error::condition_held;
use crate::item::{self, Item, number};
use crate::keys::{self, LookupKey, text, token_hash};
use crate::office_sessions::OfficeSession;
use crate::{Failure as _, Store, StoreError};

/// The secret in the session cookie: 64 hex digits of 32 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(redacted)")
    }
}

impl SessionToken {
    /// A new token.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] without randomness.
    pub fn random() -> Result<Self, StoreError> {
        Ok(Self(hex::encode(random::<32>()?)))
    }

    /// Reads a cookie's value.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// The secret.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash under which the session is stored.
    pub fn hash(&self) -> String {
        token_hash(&self.0)
    }
}

/// Tries at a birth date in a day, for one phone and application.
pub const BIRTH_TRIES: u32 = 5;

/// Random bytes from the operating system.
///
/// # Errors
/// [`StoreError::Unavailable`] where there are none.
pub fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(bytes)
}

/// A session as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The token's hash
    pub hash: String,
    /// The verified phone, as the owner of drafts; none before a code was typed
    pub phone: Option<Owner>,
    /// When it began
    pub started: Timestamp,
    /// Sent applications for which this device named the child's birth date
    #[serde(default)]
    pub opened: BTreeSet<DraftId>,
    /// The officer who types for parents on this device; good only as long as their own session is
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Paper>,
}

/// An officer who types for a parent who came in person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Who
    pub officer: OfficerId,
    /// The name that colleagues see
    pub name: String,
    /// The hash of the officer's own session
    pub session: String,
}

/// It holds a name.
impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Paper({}, redacted)", self.officer)
    }
}

impl Session {
    /// Days on a device, so that opening morning needs no wave of codes.
    pub const DAYS: i64 = 30;

    /// An anonymous session for a token.
    pub fn anonymous(token: &SessionToken, now: Timestamp) -> Self {
        Self { hash: token.hash(), phone: None, started: now, opened: BTreeSet::new(), paper: None }
    }

    /// The session in which an officer types for parents, beside the officer's own.
    pub fn of_paper(token: &SessionToken, office: &OfficeSession, now: Timestamp) -> Self {
        let officer = &office.officer;
        let paper = Paper { officer: officer.id.clone(), name: officer.name.clone(), session: office.hash.clone() };
        Self { paper: Some(paper), ..Self::anonymous(token, now) }
    }

    /// Who sends from here.
    pub fn actor(&self) -> Actor {
        self.paper
            .as_ref()
            .map_or(Actor::Parent, |paper| Actor::Officer { id: paper.officer.clone(), name: paper.name.clone() })
    }

    /// Whether this device may open an application of its phone that was sent: it sent it, or its
    /// user named the child's birth date. Numbers get recycled (`design.md`, "One wizard").
    pub fn may_open(&self, id: &DraftId, sent_from: Option<&str>) -> bool {
        sent_from == Some(self.hash.as_str()) || self.opened.contains(id)
    }

    /// The owner of what this session starts or may see: its phone, else itself.
    pub fn owner(&self) -> Owner {
        match (&self.paper, &self.phone) {
            (Some(paper), _) => Owner::officer(&paper.officer),
            (None, Some(phone)) => phone.clone(),
            (None, None) => Owner::from_hash(format!("session#{}", self.hash)),
        }
    }

    fn expires(&self) -> Timestamp {
        self.started.checked_add(SignedDuration::from_hours(Self::DAYS * 24)).unwrap_or(self.started)
    }

    pub(crate) fn of_item(item: &Item, now: Timestamp) -> Result<Option<Self>, StoreError> {
        let session: Self = item::body(item)?;
        // TTL deletes late: what has expired is gone for us at once.
        Ok((session.expires() > now).then_some(session))
    }

    pub(crate) fn to_item(&self) -> Result<Item, StoreError> {
        let mut item = item::item(&keys::session(&self.hash), "session", self)?;
        item.insert("expires".to_owned(), number(self.expires().as_second()));
        if let Some(phone) = &self.phone {
            item.insert("phone_hash".to_owned(), text(phone.as_str()));
        }
        Ok(item)
    }
}

/// The owner that a verified phone is.
pub fn owner_of_phone(key: &LookupKey, phone: &Phone) -> Owner {
    Owner::from_hash(format!("phone#{}", key.hash("phone", phone.as_str())))
}

impl Store {
    /// The owner that a verified phone is.
    pub fn owner_of(&self, phone: &Phone) -> Owner {
        owner_of_phone(&self.key, phone)
    }

    /// The live session of a parent's token; an officer's paper is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session(&self, token: &SessionToken, now: Timestamp) -> Result<Option<Session>, StoreError> {
        match self.read_item(&self.tables.sessions, &keys::session(&token.hash())).await? {
            Some(item) => Ok(Session::of_item(&item, now)?.filter(|session| session.paper.is_none())),
            None => Ok(None),
        }
    }

    /// Writes a session, new or with its phone now verified.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_session(&self, session: &Session) -> Result<(), StoreError> {
        let put = self.dynamo.put_item().table_name(&self.tables.sessions).set_item(Some(session.to_item()?));
        put.send().await.or_failure().map(drop)
    }

    /// Counts a try at naming the child's birth date, before it is compared. False when this phone
    /// used up its tries of the day for this application: some two thousand dates are no secret.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_birth_try(
        &self,
        session: &Session,
        id: &DraftId,
        today: Date,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        // The day is part of the key: what TTL has not yet deleted counts for its own day only.
        let key = keys::birth_tries(session.owner().as_str(), id, today);
        self.count_try(&key, BIRTH_TRIES, now, SignedDuration::from_hours(48)).await
    }

    /// Counts a try under a key that names its hour or day. False, and not counted, when all are
    /// used up. One wait.
    pub(crate) async fn count_try(
        &self,
        key: &keys::Key,
        most: u32,
        now: Timestamp,
        kept: SignedDuration,
    ) -> Result<bool, StoreError> {
        let expires = now.checked_add(kept).unwrap_or(Timestamp::MAX);
        let counted = self
            .dynamo
            .update_item()
            .table_name(&self.tables.sessions)
            .set_key(Some(key.attributes()))
            .update_expression("ADD tries :one SET expires = :expires")
            .condition_expression("attribute_not_exists(tries) OR tries < :most")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":most", number(most))
            .expression_attribute_values(":expires", number(expires.as_second()))
            .send()
            .await
            .or_failure();
        condition_held(counted)
    }

    /// Ends one session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_session(&self, token: &SessionToken) -> Result<(), StoreError> {
        let key = keys::session(&token.hash()).attributes();
        self.dynamo
            .delete_item()
            .table_name(&self.tables.sessions)
            .set_key(Some(key))
            .send()
            .await
            .or_failure()
            .map(drop)
    }

    /// Ends every session of a phone: "my applications" on all devices, this device's last, so that who is told that it
    /// did not work can try again. Three waits, however many devices there are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_sessions_of(&self, owner: &Owner, here: &SessionToken) -> Result<(), StoreError> {
        let found = self
            .dynamo
            .query()
            .table_name(&self.tables.sessions)
            .index_name("by-phone")
            .key_condition_expression("phone_hash = :phone")
            .expression_attribute_values(":phone", text(owner.as_str()))
            .send()
            .await
            .or_failure()?;
        let end = |key: keys::Key| {
            let delete = self.dynamo.delete_item().table_name(&self.tables.sessions).set_key(Some(key.attributes()));
            async move { delete.send().await.or_failure() }
        };
        let own = keys::session(&here.hash());
        let others = found.items().iter().map(keys::Key::of).filter(|key| *key != own);
        futures::future::try_join_all(others.map(end)).await?;
        self.end_session(here).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_after_thirty_days_whatever_ttl_does() {
        let token = SessionToken::parse(&"ab".repeat(32)).unwrap();
        let start: Timestamp = "2027-03-01T00:00:00Z".parse().unwrap();
        let item = Session::anonymous(&token, start).to_item().unwrap();
        let after = |days: i64| start.checked_add(SignedDuration::from_hours(24 * days)).unwrap();
        assert!(Session::of_item(&item, after(29)).unwrap().is_some());
        assert!(Session::of_item(&item, after(30)).unwrap().is_none());
    }

    #[test]
    fn the_stored_session_holds_the_hash_and_not_the_token() {
        let token = SessionToken::random().unwrap();
        let item = Session::anonymous(&token, Timestamp::UNIX_EPOCH).to_item().unwrap();
        assert!(!format!("{item:?}").contains(token.as_str()));
    }
}
