//! A campaign of its own, with its own places, ledger and tickets: recalculating it touches nobody
//! else's.

use domain::decision::Decision;
use domain::directory::rows::{CampaignRow, PlaceRow, SchoolRow};
use domain::directory::sheet::Rows;
use domain::directory::{Campaign, CampaignId, SchoolId};
use domain::life::Actor;
use domain::places::Board;
use domain::places::ledger::Ledger;
use domain::{Application, Date, Language, Place, Service, Timestamp};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use store::changes::Changed;
use store::directory::{Import, ImportVersion};
use store::drafts::Opened;
use store::recalculation::{Recalculation, Run, SETTLED_AFTER};

use crate::ready::{Ready, ready, send_as_it_is};
use crate::{Family, Portal, Result, Stack};

/// The campaign with everything that belongs to it.
#[derive(Debug)]
pub struct Trial {
    /// The functions over its directory and places
    pub portal: Portal,
    /// The campaign; open for a week, and for a hundred days more
    pub campaign: Campaign,
    /// The city's clock
    pub zone: TimeZone,
    /// Recalculates it
    pub recalculation: Recalculation,
    row: CampaignRow,
}

/// The terms of a place: school, capacity, forecast, ratio.
pub type Seats<'a> = (&'a str, u16, u16, u16);

/// The place at a school where lessons are in Kazakh.
///
/// # Errors
/// A name that is no school's.
pub fn place(school: &str) -> Result<Place> {
    Ok(Place::new(SchoolId::parse(school)?, Language::Kazakh))
}

impl Trial {
    /// A campaign with these places, whose residents come first for thirty days.
    ///
    /// # Errors
    /// A stack that does not answer.
    pub async fn new(stack: &Stack, seats: &[Seats<'_>]) -> Result<Self> {
        let portal = Portal::with_own_directory(stack).await?;
        let (now, zone) = (portal.now(), TimeZone::get("Asia/Almaty")?);
        let today = zone.to_datetime(now).date();
        let row = CampaignRow {
            id: CampaignId::parse(&format!("trial-{}", Portal::unique()?))?,
            service: Service::FirstGrade,
            opens: now - SignedDuration::from_hours(7 * 24),
            closes: now + SignedDuration::from_hours(100 * 24),
            school_year: today.year(),
            first_day: today.saturating_add(jiff::Span::new().days(200)),
            keep_days: 365,
            demo: true,
            news_ru: String::new(),
            news_kk: String::new(),
            breaks: Vec::new(),
        };
        let campaign = row.clone().with(&[]);
        let recalculation = Recalculation::new(portal.store.clone());
        let trial = Self { portal, campaign, zone, recalculation, row };
        // Old enough to be taken by the first run.
        trial.import(seats, trial.campaign.opens).await?;
        Ok(trial)
    }

    /// The last day on which residents come first.
    pub fn priority_until(&self) -> Date {
        self.zone.to_datetime(self.campaign.opens).date().saturating_add(jiff::Span::new().days(37))
    }

    async fn import(&self, seats: &[Seats<'_>], at: Timestamp) -> Result<()> {
        let place = |(school, capacity, forecast, ratio): &Seats<'_>| {
            let (capacity, forecast, ratio) = (*capacity, *forecast, *ratio);
            let Place { school, language, .. } = place(school)?;
            let (campaign, priority_until) = (self.campaign.id.clone(), self.priority_until());
            Ok(PlaceRow { campaign, school, language, capacity, forecast, ratio, priority_until })
        };
        let places = seats.iter().map(place).collect::<Result<Vec<_>>>()?;
        let city = format!("{}{}{}", Portal::unique()?, Portal::unique()?, Portal::unique()?);
        let import = Import {
            version: ImportVersion { city, register: String::new() },
            files: vec![Rows::Campaigns(vec![self.row.clone()]), Rows::Places(places)],
            register: Vec::new(),
        };
        Ok(self.portal.store.import(&import, None, at).await?)
    }

    /// Gives the places other terms, from now on.
    ///
    /// # Errors
    /// A stack that does not answer.
    pub async fn change(&self, seats: &[Seats<'_>]) -> Result<()> {
        self.import(seats, self.portal.now()).await
    }

    /// A sent application of an invented family.
    ///
    /// # Errors
    /// A sending that is not accepted.
    pub async fn send(&self, stack: &Stack, home: Option<&str>, choices: &[&str]) -> Result<Application> {
        send_as_it_is(&self.portal, &self.ready(stack, home, choices).await?).await
    }

    /// A draft of an invented family that can be sent.
    ///
    /// # Errors
    /// A stack that does not answer.
    pub async fn ready(&self, stack: &Stack, home: Option<&str>, choices: &[&str]) -> Result<Ready> {
        let draft = ready(&self.portal, &Family::invented(stack)?, false).await?;
        let now = self.portal.now();
        let open = self.portal.store.open(Some(&draft.token), Service::FirstGrade, &draft.id, now).await?;
        let Opened::Mine(mut mine) = open else { return Err("the draft is not its owner's".into()) };
        let home = home.map(place).transpose()?;
        let choices = choices.iter().map(|choice| place(choice)).collect::<Result<Vec<_>>>()?;
        if let Some(chosen) = &mut mine.draft.answers.school {
            (chosen.home, chosen.quota) = (home.map(|home| home.school), choices);
        }
        let campaign = mine.campaign.clone();
        self.portal.store.save_draft(&mut mine.draft, &campaign, now).await?;
        Ok(draft)
    }

    /// Lists schools by their ids, in which they teach in both languages.
    ///
    /// # Errors
    /// A stack that does not answer.
    pub async fn schools(&self, ids: &[&str]) -> Result<()> {
        let school = |id: &&str| {
            Ok(SchoolRow {
                name_ru: format!("Школа {id}"),
                name_kk: format!("{id} мектебі"),
                ..testkit::school(SchoolId::parse(id)?)
            })
        };
        let rows = ids.iter().map(school).collect::<Result<Vec<_>>>()?;
        let city = format!("{}{}{}", Portal::unique()?, Portal::unique()?, Portal::unique()?);
        let version = ImportVersion { city, register: String::new() };
        let import = Import { version, files: vec![Rows::Schools(rows)], register: Vec::new() };
        Ok(self.portal.store.import(&import, None, self.campaign.opens).await?)
    }

    /// Makes decisions that nobody made on an application as it is now.
    ///
    /// # Errors
    /// One that does not fit.
    pub async fn decide(&self, application: &Application, path: &[Decision]) -> Result<Application> {
        let mut application = self.now(application).await?;
        for decision in path {
            let done = self.portal.store.decide(&application, &Actor::System, decision, self.portal.now()).await?;
            if done != Changed::Done {
                return Err(format!("{decision:?} does not fit: {done:?}").into());
            }
            application = self.now(&application).await?;
        }
        Ok(application)
    }

    /// An application as it is now.
    ///
    /// # Errors
    /// One that is not there.
    pub async fn now(&self, application: &Application) -> Result<Application> {
        Ok(self.portal.store.sent_application(&application.id).await?.ok_or("no application")?)
    }

    /// Recalculates when everything that has happened is settled.
    ///
    /// # Errors
    /// The recalculation's own.
    pub async fn settle(&self) -> Result<Run> {
        self.settle_at(self.portal.now() + SETTLED_AFTER + SignedDuration::from_secs(1)).await
    }

    /// Recalculates at an instant.
    ///
    /// # Errors
    /// The recalculation's own.
    pub async fn settle_at(&self, now: Timestamp) -> Result<Run> {
        let run = self.recalculation.run(&self.campaign, &self.zone, now);
        Ok(testkit::acting_as("recalculate-quotas", run).await?)
    }

    /// Who sits where by the ledger, read from its first line by somebody who has kept nothing.
    ///
    /// # Errors
    /// Lines that do not follow.
    pub async fn board(&self) -> Result<Board> {
        Ok(replayed(&self.portal, &self.campaign.id).await?.board().clone())
    }
}

/// A campaign's ledger, read from its first line to its head by somebody who has kept nothing.
///
/// # Errors
/// No ledger, lines that do not follow, or another head than what is written down.
pub async fn replayed(portal: &Portal, campaign: &CampaignId) -> Result<Ledger> {
    let head = portal.store.ledger_head(campaign).await?.ok_or("no ledger")?;
    let mut ledger = Ledger::default();
    for line in portal.store.ledger_lines(campaign, 1, head.lines).await? {
        ledger.read(&line)?;
    }
    if ledger.head() != head.hash {
        return Err("the head is another".into());
    }
    Ok(ledger)
}
