//! "I stay here": the parent settles for the place that is held; what is given up is said first.

mod page;

use domain::Application;
use domain::decision::Decision;
use store::Store;
use store::directory::{Directory, Schools};
use views::Markup;
use web::following::may_stay;
use web::settling::{Settling, settle};
use web::{Address, Reply, Trouble, Visit};

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
    /// Asks whether the parent is sure, or strikes the other choices.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Stay(_, service, id) = &visit.address else { return Err(Trouble::NotFound) };
        settle::<Self>(&self.store, &self.directory, &visit, (*service, id)).await
    }
}

impl Settling for Stay {
    const DECISION: Decision = Decision::Stay;

    fn is_settled(application: &Application) -> bool {
        application.stays
    }

    fn may_settle(_: &Visit, application: &Application) -> bool {
        may_stay(application)
    }

    fn ask(visit: &Visit, application: &Application, schools: &Schools, changed: bool) -> Markup {
        page::page(visit, application, schools, changed)
    }

    fn late(visit: &Visit, application: &Application) -> Markup {
        page::late(visit, application)
    }
}
