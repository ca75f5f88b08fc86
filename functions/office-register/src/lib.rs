//! The department registers an application: it has a place, and no other application for the child
//! waits to be decided on.

use domain::decision::{Decision, Unfit};
use domain::life::Act;
use store::Store;
use views::Markup;
use web::deciding::Case;
use web::{Address, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct Register {
    /// Applications, officers' sessions
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Register { store }).await
}

impl web::Function for Register {
    /// Asks, or registers. Two waits, three to register.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeAct(_, id, Act::Register) = &visit.address else { return Err(Trouble::NotFound) };
        let case = Case::open(&self.store, &visit, id, Act::Register).await?;
        let rivals = self.store.rivals(&case.application).await?;
        let inner = Markup::default();
        let form = if visit.method == Method::Post { Some(visit.form()?) } else { None };
        match form {
            // What was registered before is told as such, whoever has sent for the child since.
            Some(form) if rivals.is_empty() || !case.is_seen(&form) => {
                case.decide(&self.store, &visit, &form, &Decision::Register, &inner).await
            }
            None if rivals.is_empty() => Ok(case.ask(&visit, &inner)),
            _ => Ok(case.unfit(&visit, Unfit::Rival, &inner)),
        }
    }
}
