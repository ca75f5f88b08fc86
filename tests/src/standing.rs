//! How an application stands in the tables, and who has no business with it.

use domain::directory::SchoolId;
use domain::life::Actor;
use domain::{Application, Group, decision::Decision};
use jiff::SignedDuration;
use jiff::civil::date;
use lambda_http::http::Method;
use store::changes::Changed;
use store::keys;
use testkit::Ask;

use crate::officer::Worker;
use crate::tables::{partition, read};
use crate::{Portal, Result, Stack};

/// What the tables hold of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its state
    pub state: String,
    /// Its version
    pub version: u64,
    /// Lines of its history
    pub history: usize,
    /// Its messages
    pub outbox: usize,
    /// Its pending moves
    pub moves: usize,
    /// Whether it holds the child's lock
    pub locked: bool,
}

impl Held {
    /// The same after a decision that the parent and the queue hear of.
    #[must_use]
    pub fn decided(&self, state: &str) -> Self {
        Self {
            state: state.to_owned(),
            version: self.version + 1,
            history: self.history + 1,
            outbox: self.outbox + 1,
            moves: self.moves + 1,
            ..self.clone()
        }
    }

    /// The same without the child's lock.
    #[must_use]
    pub fn free(self) -> Self {
        Self { locked: false, ..self }
    }
}

/// Reads what the tables hold of an application.
///
/// # Errors
/// An application that is not there.
pub fn held(stack: &Stack, portal: &Portal, application: &Application) -> Result<Held> {
    let table = &portal.tables.applications;
    let own = partition(stack, table, &keys::application(&application.id))?;
    let count =
        |start: &str| own.iter().filter_map(|item| read(item, &["sk"])).filter(|sk| sk.starts_with(start)).count();
    let now = own.iter().find(|item| read(item, &["sk"]) == Some("sent")).ok_or("no application")?;
    let id = application.id.to_string();
    let pending = partition(stack, table, &format!("pending#{}", application.campaign))?;
    let moves = pending.iter().filter(|item| {
        read(item, &["sk"]).is_some_and(|sk| sk.starts_with("moved#"))
            && read(item, &["body", "application"]) == Some(id.as_str())
    });
    let child = &application.answers.family.as_ref().ok_or("no family")?.child.iin;
    let lock = keys::child_lock(&portal.key, application.service, child);
    let child = partition(stack, table, &lock.pk)?;
    let mut locks = child.iter().filter(|item| read(item, &["sk"]) == Some("lock"));
    Ok(Held {
        state: read(now, &["body", "state"]).unwrap_or_default().to_owned(),
        version: read(now, &["version"]).unwrap_or_default().parse()?,
        history: count("history#"),
        outbox: count("outbox#"),
        moves: moves.count(),
        locked: locks.any(|lock| read(lock, &["body"]) == Some(id.as_str())),
    })
}

/// Leads an application on by decisions that nobody made.
///
/// # Errors
/// A decision that does not fit.
pub async fn led(portal: &Portal, application: Application, path: &[Decision]) -> Result<Application> {
    let mut application = application;
    for decision in path {
        let done = portal.store.decide(&application, &Actor::System, decision, portal.now()).await?;
        if done != Changed::Done {
            return Err(format!("{decision:?} does not fit: {done:?}").into());
        }
        application = portal.store.sent_application(&application.id).await?.ok_or("no application")?;
    }
    Ok(application)
}

/// Lets the portal's clock go on to the days on which orders are written. Answers with their year.
///
/// # Errors
/// A stack without a campaign.
pub async fn in_september(portal: &Portal) -> Result<i16> {
    let campaign = portal.store.campaign(domain::Service::FirstGrade).await?.ok_or("no campaign")?;
    let day = date(campaign.school_year, 9, 2).at(9, 0, 0, 0).in_tz("Asia/Almaty")?.timestamp();
    portal.wait(day.duration_since(portal.now()).max(SignedDuration::ZERO));
    Ok(campaign.school_year)
}

/// A school that no other test knows.
///
/// # Errors
/// No randomness.
pub fn some_school() -> Result<SchoolId> {
    Ok(SchoolId::parse(&format!("trial-{}", Portal::unique()?))?)
}

/// Sends a page and a form to whoever is not let in: officers of other groups and another school's,
/// who are refused, a parent's cookie and no cookie, who are led to the door, and an officer's form
/// without its token. `others` are the groups whose page it is not.
///
/// # Errors
/// Somebody is let in.
pub async fn is_kept_from(
    portal: &Portal,
    path: &str,
    fields: &[(String, String)],
    others: &[Group],
    own: &Worker<'_>,
) -> Result<()> {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    for group in others {
        let school = some_school()?;
        let worker = Worker::new(portal, *group, Some(&school)).await?;
        for page in [worker.get(path).await?, worker.send(path, fields).await?] {
            if page.status != 403 {
                return Err(format!("{group:?} is let in: {}", page.brief()).into());
            }
        }
    }
    let parent = format!("session={}", store::sessions::SessionToken::random()?.as_str());
    for cookie in [parent.as_str(), ""] {
        let asks = [Ask::new(Method::GET, path), Ask::new(Method::POST, path).form(form.clone())];
        for ask in asks {
            let ask = ask.header("sec-fetch-site", "same-origin").header("cookie", cookie);
            let page = portal.page(ask.request()).await?;
            let door = page.location.as_ref().is_some_and(|to| to.contains("/office/sign-in"));
            if !door || !page.body.is_empty() {
                return Err(format!("somebody without a session is let in: {}", page.brief()).into());
            }
        }
    }
    let mut forged = fields.to_vec();
    forged.retain(|(name, _)| name != "csrf");
    let page = own.send(path, &forged).await?;
    if page.status != 403 {
        return Err(format!("a forged form is taken: {}", page.brief()).into());
    }
    Ok(())
}
