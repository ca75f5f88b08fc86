//! "I stay here": the parent settles for the place that is held; what is given up is said first.

mod page;

use domain::Application;
use domain::decision::Decision;
use http::StatusCode;
use store::Store;
use store::changes::Changed;
use store::directory::Directory;
use web::deciding::SEEN;
use web::following::may_stay;
use web::step::{Act as Button, open};
use web::{Address, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct Stay {
    /// Applications
    pub store: Store,
    /// Schools
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Stay { directory: Directory::new(store.clone()), store }).await
}

impl web::Function for Stay {
    /// Asks whether the parent is sure, or strikes the other choices. Two waits, one more to do it,
    /// one more where somebody was faster.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Stay(l, service, id) = visit.address.clone() else { return Err(Trouble::NotFound) };
        // Opening asks a new device for the child's birth date first.
        let mine = open(&self.store, &visit, service, &id).await?;
        if mine.draft.sent.is_none() {
            return Err(Trouble::NotFound);
        }
        let (application, schools) = futures::try_join!(self.store.sent_application(&id), self.directory.schools())?;
        let application = application.ok_or(Trouble::NotFound)?;
        let thanks = Reply::see_other(&Address::Sent(l, service, id.clone()));
        if application.stays {
            // Done before: a second press, a second tab, a lost reply.
            return Ok(thanks);
        }
        let late = |application: &Application| Reply::invalid(page::late(&visit, application));
        if visit.method == Method::Get {
            return Ok(match may_stay(&application) {
                true => Reply::page(page::page(&visit, &application, &schools, false)),
                false => late(&application),
            });
        }
        let form = visit.form()?;
        if Button::of(&form) == Button::Language {
            return Ok(Reply::see_other(&visit.address.other_language()));
        }
        let again = |application: &Application| match may_stay(application) {
            true => Reply::page(page::page(&visit, application, &schools, true)).status(StatusCode::CONFLICT),
            false => late(application),
        };
        // The place may be another one than the page named.
        if !may_stay(&application) || form.text(SEEN).parse() != Ok(application.version) {
            return Ok(again(&application));
        }
        match self.store.decide(&application, &mine.session.actor(), &Decision::Stay, visit.now).await? {
            Changed::Done => {
                tracing::info!(application = %id, "the parent stays");
                Ok(thanks)
            }
            Changed::NotAllowed(_) => Ok(late(&application)),
            Changed::Overtaken => {
                let application = self.store.sent_application(&id).await?.ok_or(Trouble::NotFound)?;
                Ok(if application.stays { thanks } else { again(&application) })
            }
        }
    }
}
