//! The parent takes a sent application back: says first what is lost, then does it.

mod page;

use domain::decision::Decision;
use domain::life::{Act, State};
use domain::{Application, DraftId, Service};
use store::Store;
use store::changes::Changed;
use web::step::{Act as Button, open};
use web::{Address, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct Withdraw {
    /// Applications
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Withdraw { store }).await
}

impl web::Function for Withdraw {
    /// Asks whether the parent is sure, or takes the application back. Three waits, one more where
    /// somebody was faster.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Withdraw(l, service, id) = visit.address.clone() else { return Err(Trouble::NotFound) };
        // Opening asks a new device for the child's birth date first.
        let mine = open(&self.store, &visit, service, &id).await?;
        if mine.draft.sent.is_none() {
            return Err(Trouble::NotFound);
        }
        let application = self.application(&id).await?;
        let thanks = Reply::see_other(&Address::Sent(l, service, id.clone()));
        if application.state == State::Withdrawn {
            // Done before: a second press, a second tab, a lost reply.
            return Ok(thanks);
        }
        if visit.method == Method::Get {
            return Ok(Reply::page(page::page(&visit, &application, application.allows(Act::Withdraw))));
        }
        let form = visit.form()?;
        if Button::of(&form) == Button::Language {
            return Ok(Reply::see_other(&visit.address.other_language()));
        }
        match self.store.decide(&application, &mine.session.actor(), &Decision::Withdraw, visit.now).await? {
            Changed::Done => {
                tracing::info!(application = %id, "withdrawn");
                Ok(thanks)
            }
            Changed::NotAllowed(_) => Ok(Reply::invalid(page::page(&visit, &application, false))),
            Changed::Overtaken => self.overtaken(&visit, service, &id).await,
        }
    }
}

impl Withdraw {
    /// Somebody changed it meanwhile: the page says how it stands now.
    async fn overtaken(&self, visit: &Visit, service: Service, id: &DraftId) -> Result<Reply, Trouble> {
        let application = self.application(id).await?;
        if application.state == State::Withdrawn {
            return Ok(Reply::see_other(&Address::Sent(visit.locale, service, id.clone())));
        }
        Ok(Reply::invalid(page::page(visit, &application, application.allows(Act::Withdraw))))
    }

    async fn application(&self, id: &DraftId) -> Result<Application, Trouble> {
        self.store.sent_application(id).await?.ok_or(Trouble::NotFound)
    }
}
