//! The department refuses to register an application, with a ground that the parent reads.

use domain::decision::Decision;
use domain::life::Act;
use store::Store;
use web::{Address, Reply, Trouble, Visit, deciding};

/// The function.
#[derive(Clone, Debug)]
pub struct Refuse {
    /// Applications, officers' sessions
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Refuse { store }).await
}

impl web::Function for Refuse {
    /// Asks for the ground, or refuses. One wait, two to refuse.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeAct(_, id, Act::Refuse) = &visit.address else { return Err(Trouble::NotFound) };
        deciding::refuse(&self.store, &visit, id, Act::Refuse, |_, reason| Decision::Refuse(reason)).await
    }
}
