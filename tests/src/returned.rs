//! A sent application that the department returned, put there without the office's pages.

use domain::decision::{Decision, Field, Note, Request};
use domain::life::{Act, Actor, Change};
use domain::{Application, DraftId, Iin, OfficerId, Place, Slot};
use store::changes::Changed;
use store::directory::Directory;

use crate::ready::ready;
use crate::{Device, Family, Portal, Result, Stack};

/// What the department wrote.
pub const NOTE: &str = "Аты құжаттағыдай емес";
/// The officer's name, which no parent is told.
pub const OFFICER: &str = "Маманова Құпия";

/// An application and its parent's device.
#[derive(Debug)]
pub struct Returned<'a> {
    /// The device that sent it
    pub device: Device<'a>,
    /// The application
    pub id: DraftId,
    /// The child
    pub child: Iin,
    /// The family
    pub family: Family,
}

impl<'a> Returned<'a> {
    /// A sent application that holds a place and waits for another.
    ///
    /// # Errors
    /// A stack that does not answer.
    pub async fn sent(stack: &Stack, portal: &'a Portal) -> Result<Self> {
        let family = Family::unclaimed(stack, portal)?;
        let draft = ready(portal, &family, true).await?;
        let device = Device::with(portal, draft.token.clone());
        let mut mine = device.open(&draft.id).await?;
        let schools = Directory::new(portal.store.clone()).schools().await?;
        let places: Vec<Place> = schools
            .all()
            .iter()
            .filter_map(|school| Some(Place::new(school.id.clone(), *school.languages.first()?)))
            .take(2)
            .collect();
        let [held, awaited] = places.as_slice() else { return Err("too few schools".into()) };
        let choice = mine.draft.answers.school.as_mut().ok_or("no choice of schools")?;
        choice.home = Some(held.school.clone());
        choice.language = held.language;
        choice.quota = vec![awaited.clone()];
        portal.store.send(&mine, portal.now()).await?;
        Ok(Self { device, id: draft.id, child: draft.child, family })
    }

    /// The same, returned.
    ///
    /// # Errors
    /// As [`Returned::sent`].
    pub async fn new(stack: &Stack, portal: &'a Portal, fields: &[Field], scans: &[Slot]) -> Result<Self> {
        let returned = Self::sent(stack, portal).await?;
        returned.give_back(fields, scans).await?;
        Ok(returned)
    }

    /// The department returns it.
    ///
    /// # Errors
    /// A stack that does not answer, or an application that cannot be returned.
    pub async fn give_back(&self, fields: &[Field], scans: &[Slot]) -> Result<()> {
        let note = Note::parse(NOTE).map_err(|_| "no note")?;
        let request = Request::new(fields.to_vec(), scans.to_vec(), note).ok_or("nothing is asked")?;
        self.decide(Decision::Return(request)).await
    }

    /// An officer decides.
    ///
    /// # Errors
    /// A stack that does not answer, or a decision that does not fit.
    pub async fn decide(&self, decision: Decision) -> Result<()> {
        let id = OfficerId::parse("trial").ok_or("no id")?;
        let actor = Actor::Officer { id, name: OFFICER.to_owned() };
        let portal = self.device.portal;
        match portal.store.decide(&self.application().await?, &actor, &decision, portal.now()).await? {
            Changed::Done => Ok(()),
            other => Err(format!("{:?}: {other:?}", decision.act()).into()),
        }
    }

    /// The application as it is now.
    ///
    /// # Errors
    /// A stack that does not answer.
    pub async fn application(&self) -> Result<Application> {
        Ok(self.device.portal.store.sent_application(&self.id).await?.ok_or("no application")?)
    }

    /// How often something was done to it.
    ///
    /// # Errors
    /// A stack that does not answer.
    pub async fn times(&self, act: Act) -> Result<usize> {
        let history: Vec<Change> = self.device.portal.store.history(&self.id).await?;
        Ok(history.iter().filter(|change| change.act() == Some(act)).count())
    }

    /// An address of the application.
    pub fn at(&self, page: &str) -> String {
        format!("/kk/first-grade/{}/{page}", self.id)
    }
}
