//! The school refuses to enrol, with a ground that the parent reads: for good where it is the school of
//! residence; a quota school strikes itself from the choices.

use domain::Application;
use domain::life::Act;
use store::Store;
use web::{Address, Reply, Trouble, Visit, deciding};

/// The function.
#[derive(Clone, Debug)]
pub struct Decline {
    /// Applications, officers' sessions
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Decline { store }).await
}

impl web::Function for Decline {
    /// Asks for the ground, or refuses. One wait, two to refuse.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeAct(_, id, Act::Decline) = &visit.address else { return Err(Trouble::NotFound) };
        deciding::refuse(&self.store, &visit, id, Act::Decline, Application::declined).await
    }
}
