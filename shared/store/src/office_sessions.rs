//! The office's sessions, and what a sign-in keeps between its steps. An officer's token is no
//! parent's and the other way round: they are stored under different keys.

use domain::{Date, Officer, OfficerId, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::error::condition_held;
use crate::item::{self, Item, number, read_number};
use crate::keys;
use crate::sessions::{SessionToken, random};
use crate::{Failure as _, Store, StoreError};

/// An officer's session as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeSession {
    /// The token's hash
    pub hash: String,
    /// Who signed in, as the pool told it then: a new group or school counts from the next sign-in
    pub officer: Officer,
    /// When it began
    pub started: Timestamp,
}

/// Where a session stands in time: it may go on, and its last visit may be worth noting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Over,
    Fresh,
    Stale,
}

impl OfficeSession {
    /// Minutes without a visit after which a session is over.
    pub const IDLE_MINUTES: i64 = 30;
    /// Hours after which it is over however busy it was.
    pub const HOURS: i64 = 12;
    /// Seconds between two notes of the last visit: reading pages costs no write each time.
    const NOTE_SECONDS: i64 = 60;

    /// A new session of an officer.
    pub fn new(token: &SessionToken, officer: Officer, now: Timestamp) -> Self {
        Self { hash: token.hash(), officer, started: now }
    }

    fn ends(&self) -> Timestamp {
        self.started.checked_add(SignedDuration::from_hours(Self::HOURS)).unwrap_or(self.started)
    }

    fn standing(&self, seen: Timestamp, now: Timestamp) -> Standing {
        let idle = now.as_second() - seen.as_second();
        // TTL deletes late: what has expired is gone for us at once.
        if now >= self.ends() || idle >= Self::IDLE_MINUTES * 60 {
            Standing::Over
        } else if idle >= Self::NOTE_SECONDS {
            Standing::Stale
        } else {
            Standing::Fresh
        }
    }

    /// Seconds since 1970 after which nobody needs the item.
    fn expires(&self, seen: Timestamp) -> i64 {
        self.ends().as_second().min(seen.as_second() + Self::IDLE_MINUTES * 60)
    }

    pub(crate) fn to_item(&self) -> Result<Item, StoreError> {
        let mut item = item::item(&keys::office_session(&self.hash), "office-session", self)?;
        item.insert("seen".to_owned(), number(self.started.as_second()));
        item.insert("expires".to_owned(), number(self.expires(self.started)));
        Ok(item)
    }

    /// The session and its last visit. An item without one counts as never visited since it began.
    pub(crate) fn of_item(item: &Item) -> Result<(Self, Timestamp), StoreError> {
        let session: Self = item::body(item)?;
        let seen = read_number(item, "seen").and_then(|seconds| Timestamp::from_second(seconds).ok());
        let seen = seen.unwrap_or(session.started);
        Ok((session, seen))
    }
}

/// What a sign-in waits for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// A password of the officer's own
    NewPassword,
    /// The code of an authenticator
    Code,
    /// The first code of a new authenticator, which was given this key
    SetUp(String),
}

/// A sign-in between two steps. Nothing of it is ever in a form, an address or a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeSignIn {
    /// The officer's name in the pool
    pub username: String,
    /// What is asked for
    pub asked: Asked,
    /// What the pool knows the sign-in by
    pub session: String,
    /// The page that was wanted before: a path of the portal
    pub wanted: Option<String>,
    /// When this step began
    pub begun: Timestamp,
}

/// It holds what opens the office.
impl std::fmt::Debug for OfficeSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OfficeSignIn(redacted)")
    }
}

impl OfficeSignIn {
    /// Minutes for a step.
    pub const MINUTES: i64 = 5;

    fn expires(&self) -> i64 {
        self.begun.as_second() + Self::MINUTES * 60
    }

    pub(crate) fn of_item(item: &Item, now: Timestamp) -> Result<Option<Self>, StoreError> {
        let waiting: Self = item::body(item)?;
        Ok((waiting.expires() > now.as_second()).then_some(waiting))
    }

    pub(crate) fn to_item(&self, hash: &str) -> Result<Item, StoreError> {
        let mut item = item::item(&keys::office_sign_in(hash), "office-sign-in", self)?;
        item.insert("expires".to_owned(), number(self.expires()));
        Ok(item)
    }
}

/// A line of the office's audit: who wanted a page that is not theirs, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeRefusal {
    /// Who
    pub officer: OfficerId,
    /// The kind of page or action, never whose
    pub asked: String,
    /// When
    pub at: Timestamp,
}

impl Store {
    /// The live session of an officer's token. One wait; once a minute of a busy session two, since
    /// the visit is then noted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn office_session(
        &self,
        token: &SessionToken,
        now: Timestamp,
    ) -> Result<Option<OfficeSession>, StoreError> {
        self.office_session_of(&token.hash(), now).await
    }

    /// The live session whose token has this hash. As [`Store::office_session`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn office_session_of(&self, hash: &str, now: Timestamp) -> Result<Option<OfficeSession>, StoreError> {
        let key = keys::office_session(hash);
        let Some(item) = self.read_item(&self.tables.sessions, &key).await? else { return Ok(None) };
        let (session, seen) = OfficeSession::of_item(&item)?;
        Ok(match session.standing(seen, now) {
            Standing::Over => None,
            Standing::Fresh => Some(session),
            Standing::Stale => self.note_visit(&session, now).await?.then_some(session),
        })
    }

    /// False when the session was ended in the meantime: it must not come back to life.
    async fn note_visit(&self, session: &OfficeSession, now: Timestamp) -> Result<bool, StoreError> {
        let noted = self
            .dynamo
            .update_item()
            .table_name(&self.tables.sessions)
            .set_key(Some(keys::office_session(&session.hash).attributes()))
            .update_expression("SET seen = :seen, expires = :expires")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":seen", number(now.as_second()))
            .expression_attribute_values(":expires", number(session.expires(now)))
            .send()
            .await
            .or_failure();
        condition_held(noted)
    }

    /// Begins an officer's session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_office_session(&self, session: &OfficeSession) -> Result<(), StoreError> {
        self.put_session_item(session.to_item()?).await
    }

    /// Ends an officer's session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_office_session(&self, token: &SessionToken) -> Result<(), StoreError> {
        self.delete_session_item(&keys::office_session(&token.hash())).await
    }

    /// What the sign-in of a token waits for; none when it took too long.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn office_sign_in(
        &self,
        token: &SessionToken,
        now: Timestamp,
    ) -> Result<Option<OfficeSignIn>, StoreError> {
        match self.read_item(&self.tables.sessions, &keys::office_sign_in(&token.hash())).await? {
            Some(item) => OfficeSignIn::of_item(&item, now),
            None => Ok(None),
        }
    }

    /// Keeps a sign-in until its next step.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_office_sign_in(&self, token: &SessionToken, waiting: &OfficeSignIn) -> Result<(), StoreError> {
        self.put_session_item(waiting.to_item(&token.hash())?).await
    }

    /// Forgets a sign-in: it is over, or begins anew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_office_sign_in(&self, token: &SessionToken) -> Result<(), StoreError> {
        self.delete_session_item(&keys::office_sign_in(&token.hash())).await
    }

    /// Writes down that an officer wanted what is not theirs. `today` is the city's day.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_office_refusal(&self, refusal: &OfficeRefusal, today: Date) -> Result<(), StoreError> {
        // Two refusals of one millisecond are two lines.
        let entry = format!("{:013}-{}", refusal.at.as_millisecond().max(0), hex::encode(random::<4>()?));
        let item = item::item(&keys::office_audit(today, &entry), "audit", refusal)?;
        let put = self.dynamo.put_item().table_name(&self.tables.applications).set_item(Some(item));
        put.send().await.or_failure().map(drop)
    }

    /// The refusals of a day of the city, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn office_refusals(&self, day: Date) -> Result<Vec<OfficeRefusal>, StoreError> {
        let mut found = self
            .dynamo
            .query()
            .table_name(&self.tables.applications)
            .key_condition_expression("pk = :day")
            .expression_attribute_values(":day", keys::text(keys::office_audit(day, "").pk))
            .into_paginator()
            .items()
            .send();
        let mut refusals = Vec::new();
        while let Some(item) = found.next().await {
            refusals.push(item::body(&item.or_failure()?)?);
        }
        Ok(refusals)
    }

    async fn put_session_item(&self, item: Item) -> Result<(), StoreError> {
        let put = self.dynamo.put_item().table_name(&self.tables.sessions).set_item(Some(item));
        put.send().await.or_failure().map(drop)
    }

    async fn delete_session_item(&self, key: &keys::Key) -> Result<(), StoreError> {
        let delete = self.dynamo.delete_item().table_name(&self.tables.sessions).set_key(Some(key.attributes()));
        delete.send().await.or_failure().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> OfficeSession {
        let token = SessionToken::parse(&"ab".repeat(32)).unwrap();
        let officer = Officer::new("0a1b", "Үлгі Маман", &["department".to_owned()], None).unwrap();
        OfficeSession::new(&token, officer, "2027-04-01T03:00:00Z".parse().unwrap())
    }

    fn after(from: Timestamp, seconds: i64) -> Timestamp {
        from.checked_add(SignedDuration::from_secs(seconds)).unwrap()
    }

    #[test]
    fn a_session_is_over_after_half_an_hour_without_a_visit() {
        let session = session();
        for seen in [0, 3_600, 10 * 3_600].map(|seconds| after(session.started, seconds)) {
            assert_eq!(session.standing(seen, after(seen, 30 * 60 - 1)), Standing::Stale);
            assert_eq!(session.standing(seen, after(seen, 30 * 60)), Standing::Over);
        }
    }

    #[test]
    fn a_session_is_over_after_twelve_hours_however_busy_it_was() {
        let session = session();
        let last = after(session.started, 12 * 3_600 - 1);
        assert_eq!(session.standing(last, last), Standing::Fresh);
        assert_eq!(session.standing(last, after(last, 1)), Standing::Over);
        assert_eq!(session.expires(last), after(last, 1).as_second(), "and nobody keeps it longer");
    }

    #[test]
    fn a_visit_is_noted_once_a_minute_at_most() {
        let session = session();
        assert_eq!(session.standing(session.started, after(session.started, 59)), Standing::Fresh);
        assert_eq!(session.standing(session.started, after(session.started, 60)), Standing::Stale);
    }

    #[test]
    fn what_is_stored_is_read_back_and_holds_no_token() {
        let session = session();
        let item = session.to_item().unwrap();
        assert_eq!(OfficeSession::of_item(&item).unwrap(), (session.clone(), session.started));
        assert!(!format!("{item:?}").contains(&"ab".repeat(32)));
        assert!(!format!("{session:?}").contains("Үлгі"));
    }

    #[test]
    fn a_step_of_signing_in_takes_five_minutes_at_most_and_is_never_printed() {
        let begun: Timestamp = "2027-04-01T03:00:00Z".parse().unwrap();
        let waiting = OfficeSignIn {
            username: "үлгі".to_owned(),
            asked: Asked::SetUp("JBSWY3DPEHPK3PXP".to_owned()),
            session: "of the pool".to_owned(),
            wanted: None,
            begun,
        };
        let item = waiting.to_item("hash").unwrap();
        assert_eq!(OfficeSignIn::of_item(&item, after(begun, 299)).unwrap(), Some(waiting.clone()));
        assert_eq!(OfficeSignIn::of_item(&item, after(begun, 300)).unwrap(), None);
        assert_eq!(format!("{waiting:?}"), "OfficeSignIn(redacted)");
    }
}
