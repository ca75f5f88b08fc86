//! A portal over tables that nobody else has, with a small made-up city: what is recalculated there
//! moves nobody else's child.

use std::collections::BTreeMap;

use domain::directory::rows::{CampaignRow, PlaceRow, SchoolRow, ShiftRow};
use domain::directory::sheet::{Differences, Faults, Report, Rows, Sheet};
use domain::directory::{Campaign, CampaignId, SchoolId};
use domain::{Date, Language, OfficerId, Place, Service, Timestamp};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use store::directory::{Import, ImportVersion};
use store::imports::{Applying, SheetImport, State};
use store::{Store, Tables};

use crate::portal::Beside;
use crate::{Engine, Portal, Result, Stack, nth, tables};

/// Everything that the portal reads of a city to take and place applications.
#[derive(Clone, Debug)]
pub struct City {
    /// The campaign of grade 1
    pub campaign: CampaignRow,
    /// Those of other services
    pub others: Vec<CampaignRow>,
    /// The schools
    pub schools: Vec<SchoolRow>,
    /// The terms of places
    pub places: Vec<PlaceRow>,
    /// The shifts of camps
    pub shifts: Vec<ShiftRow>,
}

impl City {
    /// A city of so many schools that teach in both languages, whose campaign opened an hour ago and
    /// lasts five months. Each place has three seats and expects nobody; residents come first until
    /// the campaign closes, with one outsider after three of them.
    ///
    /// # Errors
    /// No such time.
    pub fn open(schools: u16, now: Timestamp) -> Result<Self> {
        let opens = now - SignedDuration::from_hours(1);
        let closes = now + SignedDuration::from_hours(150 * 24);
        let (day, last) = (date(opens), date(closes));
        let campaign = CampaignRow {
            id: CampaignId::parse("first-grade-fresh")?,
            service: Service::FirstGrade,
            opens,
            closes,
            school_year: day.year(),
            first_day: Date::new(day.year(), 9, 1)?,
            keep_days: 365,
            demo: true,
            news_ru: String::new(),
            news_kk: String::new(),
            breaks: Vec::new(),
        };
        let schools = (1..=schools).map(school).collect::<Result<Vec<_>>>()?;
        let terms = |school: &SchoolRow, language: Language| PlaceRow {
            campaign: campaign.id.clone(),
            school: school.id.clone(),
            language,
            capacity: 3,
            forecast: 0,
            ratio: 3,
            priority_until: last,
        };
        let places = schools.iter().flat_map(|school| Language::ALL.map(|language| terms(school, language))).collect();
        Ok(Self { campaign, others: Vec::new(), schools, places, shifts: Vec::new() })
    }

    /// The place of the n-th terms, the first being 0.
    ///
    /// # Errors
    /// There are fewer.
    pub fn place(&self, at: usize) -> Result<Place> {
        let row = nth(&self.places, at)?;
        Ok(Place::new(row.school.clone(), row.language))
    }

    /// The campaign as pages have it.
    pub fn campaign(&self) -> Campaign {
        self.campaign.clone().with(&[])
    }

    fn files(&self) -> Vec<Rows> {
        vec![
            Rows::Campaigns(self.others.iter().chain([&self.campaign]).cloned().collect()),
            Rows::Holidays(Vec::new()),
            Rows::Schools(self.schools.clone()),
            Rows::Places(self.places.clone()),
            Rows::Shifts(self.shifts.clone()),
        ]
    }
}

fn date(at: Timestamp) -> Date {
    jiff::tz::db().get("Asia/Almaty").unwrap_or(TimeZone::UTC).to_datetime(at).date()
}

fn school(number: u16) -> Result<SchoolRow> {
    Ok(SchoolRow {
        number: Some(number),
        name_ru: format!("Пробная школа № {number}"),
        name_kk: format!("№ {number} сынақ мектебі"),
        address_ru: format!("улица Пробная, {number}"),
        address_kk: format!("Сынақ көшесі, {number}"),
        ..testkit::school(SchoolId::parse(&format!("fresh-{number}"))?)
    })
}

impl Portal {
    /// The functions over tables of their own with nothing in them but a city. Their bucket does not exist.
    ///
    /// # Errors
    /// A stack that is described only in part, or does not answer.
    pub async fn fresh(stack: &Stack, city: &City) -> Result<Self> {
        let beside = match stack.engine {
            Engine::Embedded => Beside::nothing()?,
            Engine::Emulator | Engine::DynamoDbLocal | Engine::Counted => Beside::of_the_stack()?,
        };
        let portal = Self::empty(stack, beside).await?;
        let version = ImportVersion { city: Self::unique()?, register: "none".to_owned() };
        let import = Import { version, files: city.files(), register: Vec::new() };
        portal.store.import(&import, None, portal.now()).await?;
        portal.wire.take();
        Ok(portal)
    }

    /// The functions over tables of their own, all four with the keys and indexes of the template, and
    /// with nothing in them. Their bucket does not exist.
    ///
    /// # Errors
    /// A stack that does not answer.
    pub async fn empty(stack: &Stack, beside: Beside) -> Result<Self> {
        let unique = Self::unique()?;
        let named = |table: &str| format!("fresh-{table}-{unique}");
        let names = Tables {
            applications: named("applications"),
            sessions: named("sessions"),
            places: named("places"),
            directory: named("directory"),
        };
        tables::create_all(stack, &names)?;
        Self::beside(stack, names, beside).await
    }

    /// The functions over tables that are there already, with connections of their own.
    ///
    /// # Errors
    /// A bucket that is none.
    pub async fn beside(stack: &Stack, tables: Tables, beside: Beside) -> Result<Self> {
        let (aws, bucket) = (testkit::emulator(&stack.endpoint).await, tables.applications.clone());
        Self::of(stack, aws, &stack.origin, tables, bucket, beside)
    }

    /// Makes another version of the terms count, as an administrator does who brings the file: written
    /// beside the one that counts, then applied at once.
    ///
    /// # Errors
    /// A stack that does not answer, or another version that came in between.
    pub async fn change_places(&self, places: Vec<PlaceRow>) -> Result<()> {
        let (store, now, rows) = (&self.store, self.now(), places.len() as u64);
        let current = store.current_now().await?;
        let base: BTreeMap<_, _> =
            Sheet::Places.checked_with().into_iter().map(|sheet| (sheet, current.version(sheet).cloned())).collect();
        let differences = Differences { changed: 1, ..Differences::default() };
        let report = Report { rows, faults: Faults::default(), differences, base };
        let import = SheetImport {
            id: Store::import_id()?,
            sheet: Sheet::Places,
            by: OfficerId::parse("fresh").ok_or("no officer")?,
            name: "Сынақ".to_owned(),
            at: now,
            state: State::Checked(report),
        };
        store.stage(&import.id, &Rows::Places(places)).await?;
        store.begin_import(&import).await?;
        match store.apply_import(&import, &import.name, now).await? {
            Applying::Done => Ok(()),
            other => Err(format!("the terms do not count: {other:?}").into()),
        }
    }
}
