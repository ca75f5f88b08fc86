//! Checking the status of an application without signing in: by its number and the child's IIN.
//!
//! Numbers are small, so tries are counted, per child and per network, before anything is told.

use domain::life::Change;
use domain::{Application, ApplicationNumber, DraftId, Iin, Service, Timestamp};
use jiff::SignedDuration;

use crate::item;
use crate::keys::{self, Key, text};
use crate::{Failure as _, Store, StoreError};

/// Tries in an hour with one child's IIN, by everybody together.
pub const CHILD_AN_HOUR: u32 = 20;
/// Tries in an hour from one network: high, since a mobile carrier has thousands of families behind one.
pub const NETWORK_AN_HOUR: u32 = 1_000;

/// How long an hour's count is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(2);
/// Applications for one child that are looked through.
const CLAIMS: i32 = 50;

/// What is told about an application.
#[derive(Clone, Debug)]
pub struct Status {
    /// The application
    pub application: Application,
    /// Its changes, the first first
    pub history: Vec<Change>,
}

/// What came of asking.
#[derive(Clone, Debug)]
pub enum StatusAnswer {
    /// The two belong together
    Found(Box<Status>),
    /// They do not, or one of them is nobody's: not told apart
    NotFound,
    /// Asked too often
    TryAgainAt(Timestamp),
}

impl Store {
    /// The status of an application. Three waits, two where there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn status(
        &self,
        service: Service,
        wanted: ApplicationNumber,
        child: &Iin,
        network: &str,
        now: Timestamp,
    ) -> Result<StatusAnswer, StoreError> {
        let hour = now.as_second() / 3600;
        let by_child = keys::status_tries(&self.key.hash("child", child.as_str()), hour);
        let by_network = keys::status_tries(&self.key.hash("network", network), hour);
        let (child_counted, network_counted, claims) = futures::try_join!(
            self.count_try(&by_child, CHILD_AN_HOUR, now, KEPT),
            self.count_try(&by_network, NETWORK_AN_HOUR, now, KEPT),
            self.claims(service, child),
        )?;
        if !(child_counted && network_counted) {
            let opens = Timestamp::from_second((hour + 1) * 3600).unwrap_or(Timestamp::MAX);
            return Ok(StatusAnswer::TryAgainAt(opens));
        }
        let sent = claims.iter().map(|id| (&self.tables.applications, keys::sent(id))).collect::<Vec<_>>();
        let found = if sent.is_empty() { Vec::new() } else { self.read_together(sent).await? };
        let mut applications = found.iter().map(item::body::<Application>).collect::<Result<Vec<_>, _>>()?.into_iter();
        let Some(application) = applications.find(|application| application.number == wanted) else {
            return Ok(StatusAnswer::NotFound);
        };
        let history = self.history(&application.id).await?;
        Ok(StatusAnswer::Found(Box::new(Status { application, history })))
    }

    /// The changes of an application, the first first. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn history(&self, id: &DraftId) -> Result<Vec<Change>, StoreError> {
        let found = self.begins(&keys::application(id), keys::HISTORY, 200).await?;
        found.iter().map(item::body).collect()
    }

    /// The applications that were sent for a child.
    pub(crate) async fn claims(&self, service: Service, child: &Iin) -> Result<Vec<DraftId>, StoreError> {
        let partition = keys::child_lock(&self.key, service, child).pk;
        let found = self.begins(&partition, keys::CLAIM, CLAIMS).await?;
        Ok(found.iter().filter_map(|claim| keys::application_of(&Key::of(claim).sk)).collect())
    }

    pub(crate) async fn begins(&self, partition: &str, start: &str, most: i32) -> Result<Vec<item::Item>, StoreError> {
        let found = self
            .dynamo
            .query()
            .table_name(&self.tables.applications)
            .key_condition_expression("pk = :pk AND begins_with(sk, :start)")
            .expression_attribute_values(":pk", text(partition))
            .expression_attribute_values(":start", text(start))
            .consistent_read(true)
            .limit(most)
            .send()
            .await
            .or_failure()?;
        Ok(found.items.unwrap_or_default())
    }
}
