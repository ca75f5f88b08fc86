//! The schools of the city: registry, comparison, a page for each. The same for everybody, so it is
//! cacheable and sets no cookie.

mod choice;
mod compare;
mod list;
mod places;
mod school;

use domain::directory::{Campaign, Phase, School, SchoolId};
use domain::{Language, Place, Service};
use store::Store;
use store::directory::{Directory, Schools as All, Teachers};
use views::Markup;
use web::{Address, Method, Reply, Trouble, Visit};

use places::Places;

/// The function.
#[derive(Clone)]
pub struct Schools {
    /// The campaign, how places stand
    pub store: Store,
    /// What the city publishes
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Schools { directory: Directory::new(store.clone()), store }).await
}

/// What every page tells.
struct Here<'a> {
    visit: &'a Visit,
    schools: &'a All,
    places: Places,
    /// Whether the campaign is over: no free place is given any more
    over: bool,
}

impl web::Function for Schools {
    /// Shows the registry, some schools side by side, or one of them. Two waits.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        if visit.method != Method::Get {
            return Err(Trouble::Method);
        }
        let page = match &visit.address {
            Address::Schools(_) => self.list(&visit).await?,
            Address::SchoolsCompared(_) => self.compared(&visit).await?,
            Address::SchoolPage(_, id) => self.school(&visit, id).await?,
            _ => return Err(Trouble::NotFound),
        };
        Ok(Reply::public(page))
    }
}

impl Schools {
    async fn list(&self, visit: &Visit) -> Result<Markup, Trouble> {
        let (campaign, schools) =
            futures::try_join!(self.store.campaign(Service::FirstGrade), self.directory.schools())?;
        let places = match &campaign {
            Some(campaign) => self.store.standings_on(&campaign.id, visit.today()).await?.places,
            None => Places::new(),
        };
        Ok(list::page(&Here { visit, schools: &schools, places, over: over(visit, campaign.as_ref()) }))
    }

    async fn compared(&self, visit: &Visit) -> Result<Markup, Trouble> {
        let (campaign, schools, teachers) = self.lists().await?;
        let chosen = compare::Chosen::read(&visit.query, &schools);
        let places = self.places(visit, campaign.as_ref(), &chosen.schools).await?;
        let here = Here { visit, schools: &schools, places, over: over(visit, campaign.as_ref()) };
        Ok(compare::page(&here, &chosen, &teachers))
    }

    async fn school(&self, visit: &Visit, id: &SchoolId) -> Result<Markup, Trouble> {
        let (campaign, schools, teachers) = self.lists().await?;
        let school = schools.find(id).ok_or(Trouble::NotFound)?;
        let places = self.places(visit, campaign.as_ref(), &[school]).await?;
        let here = Here { visit, schools: &schools, places, over: over(visit, campaign.as_ref()) };
        Ok(school::page(&here, school, &teachers))
    }

    async fn lists(
        &self,
    ) -> Result<(Option<Campaign>, std::sync::Arc<All>, std::sync::Arc<Teachers>), store::StoreError> {
        let campaign = self.store.campaign(Service::FirstGrade);
        futures::try_join!(campaign, self.directory.schools(), self.directory.staff())
    }

    /// How the places of some schools stand.
    async fn places(&self, visit: &Visit, campaign: Option<&Campaign>, schools: &[&School]) -> Result<Places, Trouble> {
        let of = |school: &&School| {
            let id = school.id.clone();
            Language::ALL.map(|language| Place::new(id.clone(), language))
        };
        let places: Vec<Place> = schools.iter().flat_map(of).collect();
        match campaign {
            Some(campaign) if !places.is_empty() => {
                Ok(self.store.numbers_on(&campaign.id, &places, visit.today()).await?)
            }
            Some(_) | None => Ok(Places::new()),
        }
    }
}

fn over(visit: &Visit, campaign: Option<&Campaign>) -> bool {
    campaign.is_some_and(|campaign| campaign.phase(visit.now) == Phase::Closed)
}
