//! The public queue: how the places of each school, and of each shift of a camp, stand, who waits for them, and
//! the head of the open ledger. It is the same for everybody and names nobody, so it is cacheable and sets no cookie.

mod camps;
mod city;
mod ledger;
mod school;
mod tickets;

use domain::camp::Shift;
use domain::directory::{Campaign, Phase, SchoolId};
use domain::{Language, Place, Service};
use store::Store;
use store::directory::{Directory, Schools};
use store::standings::{Head, Queue};
use views::Markup;
use web::{Address, Method, Reply, Trouble, Visit};

/// Letters of a school's name that are looked for.
const LONGEST: u16 = 60;

/// The function.
#[derive(Clone)]
pub struct PortalQueue {
    /// The campaign, places, tickets
    pub store: Store,
    /// The names of schools
    pub directory: Directory,
    /// `PUBLISHED_ORIGIN`: where the open ledger is published; none where it is not
    pub published: Option<String>,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let published = lambda::optional("PUBLISHED_ORIGIN");
    web::start(|store| PortalQueue { directory: Directory::new(store.clone()), store, published }).await
}

/// What every page tells.
struct Here<'a> {
    visit: &'a Visit,
    campaign: Option<&'a Campaign>,
    schools: &'a Schools,
    head: Option<Head>,
    published: Option<&'a str>,
}

impl web::Function for PortalQueue {
    /// Shows the city's queue or a school's, the calendar of the camps or a shift's queue. Two waits.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        if visit.method != Method::Get {
            return Err(Trouble::Method);
        }
        let service = match &visit.address {
            Address::Camps(_) | Address::CampShift(..) => Service::Camp,
            _ => Service::FirstGrade,
        };
        let (campaign, schools) = futures::try_join!(self.store.campaign(service), self.directory.schools())?;
        let here = Here {
            visit: &visit,
            campaign: campaign.as_ref(),
            schools: &schools,
            head: None,
            published: self.published.as_deref(),
        };
        let page = match &visit.address {
            Address::Queue(_) => self.city(here).await?,
            Address::QueueOf(_, id) => self.school(here, id).await?,
            Address::Camps(_) => self.camps(here).await?,
            Address::CampShift(_, id) => self.shift(here, id).await?,
            _ => return Err(Trouble::NotFound),
        };
        Ok(Reply::public(page))
    }
}

impl PortalQueue {
    async fn city(&self, mut here: Here<'_>) -> Result<Markup, Trouble> {
        let standings = match here.campaign {
            Some(campaign) => self.store.standings_on(&campaign.id, here.visit.today()).await?,
            None => store::standings::Standings::default(),
        };
        here.head = standings.head;
        Ok(city::page(&here, &standings.places))
    }

    async fn camps(&self, mut here: Here<'_>) -> Result<Markup, Trouble> {
        let standings = match here.campaign {
            Some(campaign) => self.store.standings(&campaign.id).await?,
            None => store::standings::Standings::default(),
        };
        let in_force = here.schools.shifts().iter().flat_map(Shift::terms);
        let standings = standings.with(in_force, here.visit.today());
        here.head = standings.head;
        Ok(camps::calendar(&here, &standings.places))
    }

    async fn shift(&self, mut here: Here<'_>, id: &SchoolId) -> Result<Markup, Trouble> {
        let shift = here.schools.shift(id).ok_or(Trouble::NotFound)?;
        let mut queues = web::queue::Queues::new();
        if let Some(campaign) = here.campaign {
            let places = shift.terms().map(|(place, _)| place);
            let read = (self.store.queues(&campaign.id, &places), self.store.ledger_head(&campaign.id));
            (queues, here.head) = futures::try_join!(read.0, read.1)?;
        }
        for (place, terms) in shift.terms() {
            queues.entry(place).or_insert_with(|| Queue::untouched(terms, here.visit.today()));
        }
        Ok(camps::shift(&here, shift, &queues))
    }

    async fn school(&self, mut here: Here<'_>, id: &SchoolId) -> Result<Markup, Trouble> {
        let school = here.schools.find(id).ok_or(Trouble::NotFound)?;
        // A ticket may name a language in which the school no longer teaches.
        let places = Language::ALL.map(|language| Place::new(id.clone(), language));
        let mut queues = web::queue::Queues::new();
        if let Some(campaign) = here.campaign {
            let read =
                (self.store.queues_on(&campaign.id, &places, here.visit.today()), self.store.ledger_head(&campaign.id));
            (queues, here.head) = futures::try_join!(read.0, read.1)?;
        }
        Ok(school::page(&here, school, &queues))
    }
}

impl Here<'_> {
    /// Whether the campaign is over: nobody waits any more.
    fn is_over(&self) -> bool {
        self.campaign.is_some_and(|campaign| campaign.phase(self.visit.now) == Phase::Closed)
    }

    /// The frame of a page, with what search engines tell of it; its other language keeps what was looked for.
    fn page(&self, title: &str, description: &str, query: &[&str], body: Markup) -> Markup {
        let other = self.visit.other_language(query);
        views::page(&self.visit.public_shell(title, description, &other), body)
    }
}
