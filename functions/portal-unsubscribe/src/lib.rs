//! No more letters about applications, by the link in each: asked on a page, or by a mail program
//! for its reader (RFC 8058). The link itself is the permission; it tells nobody whose it is.

mod page;

use http::StatusCode;
use store::Store;
use web::step::Act;
use web::{Address, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct Unsubscribe {
    /// Who wants no letters
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Unsubscribe { store }).await
}

impl web::Function for Unsubscribe {
    /// Asks, stops, starts again. One wait.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Unsubscribe(_, token) = &visit.address else { return Err(Trouble::NotFound) };
        if visit.method == Method::Get {
            let stopped = self.store.mail_stopped(token).await?.ok_or(Trouble::NotFound)?;
            return Ok(Reply::page(page::page(&visit, stopped)));
        }
        if visit.is_one_click() {
            // Programs follow no redirect and read no page.
            let ours = self.store.stop_mail(token, true, visit.now).await?;
            return if ours { Ok(Reply::empty(StatusCode::OK)) } else { Err(Trouble::NotFound) };
        }
        let form = visit.form()?;
        if Act::of(&form) == Act::Language {
            return Ok(Reply::see_other(&visit.address.other_language()));
        }
        let stop = form.text(page::WISH) != page::START;
        if !self.store.stop_mail(token, stop, visit.now).await? {
            return Err(Trouble::NotFound);
        }
        tracing::info!(stop, "letters to an address");
        Ok(Reply::see_other(&visit.address))
    }
}
