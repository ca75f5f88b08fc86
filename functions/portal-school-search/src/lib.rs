//! The school of residence by an address, and the houses that a school serves. The same for everybody, so
//! it is cacheable and sets no cookie. What is typed is in the address that was asked for and nowhere else.

mod asked;
mod page;
mod territory;

use domain::Service;
use domain::address::Territory;
use domain::directory::{Campaign, SchoolId};
use store::Store;
use store::directory::Directory;
use web::{Address, Kept, Method, Reply, Trouble, Visit};

use asked::Asked;
use page::Page;

/// Letters of an address that are read.
const LONGEST: u16 = 200;

/// The function.
#[derive(Clone)]
pub struct SchoolSearch {
    /// The campaign, territories, how places stand
    pub store: Store,
    /// What the city publishes
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| SchoolSearch { directory: Directory::new(store.clone()), store }).await
}

impl web::Function for SchoolSearch {
    /// Shows the search with what was found, or a school's territory. Two waits at most.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        if visit.method != Method::Get {
            return Err(Trouble::Method);
        }
        match &visit.address {
            Address::SchoolSearch(_) => self.search(&visit).await,
            Address::SchoolTerritory(_, id) => self.territory(&visit, id).await,
            _ => Err(Trouble::NotFound),
        }
    }
}

impl SchoolSearch {
    /// No wait for the empty form, else two: the lists where they are no longer fresh, with the campaign;
    /// the territory of the street, with how places stand.
    async fn search(&self, visit: &Visit) -> Result<Reply, Trouble> {
        let text: String = visit.query.text("address").chars().take(LONGEST.into()).collect();
        if text.is_empty() {
            return Ok(Reply::public(page::empty(visit)));
        }
        let (campaign, schools, streets) = futures::try_join!(
            self.store.campaign(Service::FirstGrade),
            self.directory.schools(),
            self.directory.streets()
        )?;
        let asked = Asked::of(&text, visit.query.text("match"), &streets);
        let territory = async {
            match asked.street() {
                Some(street) => self.store.territory(street).await,
                None => Ok(Territory::default()),
            }
        };
        let standings = async {
            match campaign.as_ref().filter(|_| asked.street().is_some()) {
                Some(campaign) => self.store.standings_on(&campaign.id, visit.today()).await,
                None => Ok(store::standings::Standings::default()),
            }
        };
        let (territory, standings) = futures::try_join!(territory, standings)?;
        let page = Page {
            visit,
            campaign: campaign.as_ref(),
            schools: &schools,
            text: &text,
            asked: &asked,
            territory: &territory,
            standings: &standings.places,
        };
        Ok(Reply::page(page.whole()).kept(kept(visit, campaign.as_ref())))
    }

    /// One wait.
    async fn territory(&self, visit: &Visit, id: &SchoolId) -> Result<Reply, Trouble> {
        let (schools, streets, rows) =
            futures::try_join!(self.directory.schools(), self.directory.streets(), self.store.territory_of(id))?;
        let school = schools.find(id).ok_or(Trouble::NotFound)?;
        Ok(Reply::public(territory::page(visit, school, &streets, &rows)))
    }
}

/// Not beyond the day on which the campaign opens or closes: the page says whether one can join the queue.
fn kept(visit: &Visit, campaign: Option<&Campaign>) -> Kept {
    let turns = campaign.into_iter().flat_map(|campaign| [campaign.opens, campaign.closes]);
    Kept::until(turns.map(|turn| turn.as_second() - visit.now.as_second()).filter(|left| *left > 0).min())
}
