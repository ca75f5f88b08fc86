//! The parent takes the place in a camp that is offered, until a day; what is given up by it is said first.

mod page;

use domain::Application;
use domain::decision::Decision;
use domain::life::State;
use store::Store;
use store::directory::{Directory, Schools};
use views::Markup;
use web::settling::{Settling, settle};
use web::{Address, Reply, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct CampConfirm {
    /// Applications
    pub store: Store,
    /// Shifts
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| CampConfirm { directory: Directory::new(store.clone()), store }).await
}

impl web::Function for CampConfirm {
    /// Asks whether the parent takes it, or takes it.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Confirm(_, service, id) = &visit.address else { return Err(Trouble::NotFound) };
        settle::<Self>(&self.store, &self.directory, &visit, (*service, id)).await
    }
}

impl Settling for CampConfirm {
    const DECISION: Decision = Decision::Confirm;

    fn is_settled(application: &Application) -> bool {
        application.state == State::PlaceConfirmed
    }

    /// The portal itself gives on what was not confirmed, by day: nobody is woken at night.
    fn may_settle(visit: &Visit, application: &Application) -> bool {
        application.may_confirm() && !application.offer_ended(visit.today())
    }

    fn ask(visit: &Visit, application: &Application, schools: &Schools, changed: bool) -> Markup {
        page::page(visit, application, schools, changed)
    }

    fn late(visit: &Visit, application: &Application) -> Markup {
        page::late(visit, application)
    }
}
