//! The home page with the ways in, how the portal can be used by everybody, and what search engines ask
//! for. All of it is the same for everybody, so it is cacheable and sets no cookie.

mod accessibility;
mod map;
mod page;
mod standing;

use domain::Service;
use domain::officer::Scope;
use http::header;
use store::Store;
use store::directory::Directory;
use web::{Address, Kept, Method, Reply, Trouble, Visit};

use standing::Standing;

/// The function.
#[derive(Clone)]
pub struct Home {
    /// The campaign and its counters
    pub store: Store,
    /// The schools, for the map of the site
    pub directory: Directory,
}

/// Serves until the runtime ends.
///
/// # Errors
/// A missing variable of the environment, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Home { directory: Directory::new(store.clone()), store }).await
}

impl web::Function for Home {
    /// Answers a visit. Two waits for the home page, the map of the site one a minute, otherwise none.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match (visit.method, &visit.address) {
            (Method::Get, Address::Root) => {
                let reply = Reply::see_other(&Address::Home(visit.locale));
                Ok(reply.header(header::VARY, "accept-language").header(header::CACHE_CONTROL, "public, max-age=60"))
            }
            (Method::Get, Address::Home(_)) => self.show(&visit).await,
            (Method::Get, Address::Accessibility(_)) => Ok(Reply::page(accessibility::page(&visit)).kept(Kept::A_DAY)),
            (Method::Get, Address::Robots) => Ok(map::robots(&visit.site)),
            (Method::Get, Address::Sitemap) => Ok(map::sitemap(&visit.site, &*self.directory.schools().await?)),
            (Method::Get, _) => Err(Trouble::NotFound),
            (Method::Post, _) => Err(Trouble::Method),
        }
    }
}

impl Home {
    async fn show(&self, visit: &Visit) -> Result<Reply, Trouble> {
        let campaigns = self.store.campaigns().await?;
        let campaign = campaigns.iter().find(|campaign| campaign.service == Service::FirstGrade);
        let sent = match campaign {
            Some(campaign) if visit.now >= campaign.opens => {
                Some(self.store.counts(&Scope::All, &campaign.id).await?.sum(|_| true))
            }
            Some(_) | None => None,
        };
        let standing = Standing::of(campaign, sent, &visit.site, visit.locale, visit.now);
        let turns = campaigns.iter().flat_map(|campaign| [campaign.opens, campaign.closes]);
        let left = turns.map(|turn| turn.as_second() - visit.now.as_second()).filter(|left| *left > 0).min();
        Ok(Reply::page(page::whole(visit, &campaigns, &standing)).kept(Kept::until(left)))
    }
}
