//! The school confirms the place of an application that it handles; in a camp the department does, for a parent who
//! came in person.

use domain::decision::{Decision, Unfit};
use domain::life::Act;
use store::Store;
use views::Markup;
use web::deciding::Case;
use web::{Address, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// Applications, officers' sessions
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Confirm { store }).await
}

impl web::Function for Confirm {
    /// Asks, or confirms. One wait, two to confirm.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeAct(_, id, Act::Confirm) = &visit.address else { return Err(Trouble::NotFound) };
        let case = Case::open(&self.store, &visit, id, Act::Confirm).await?;
        let inner = Markup::default();
        // The portal itself gives it on by day: nobody is woken at night.
        if case.application.offer_ended(visit.today()) {
            return Ok(case.unfit(&visit, Unfit::OfferEnded, &inner));
        }
        if visit.method == Method::Get {
            return Ok(case.ask(&visit, &inner));
        }
        let form = visit.form()?;
        case.decide(&self.store, &visit, &form, &Decision::Confirm, &inner).await
    }
}
