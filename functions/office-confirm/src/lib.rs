//! The school confirms the place of an application that it handles.

use domain::decision::Decision;
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
        if visit.method == Method::Get {
            return Ok(case.ask(&visit, &inner));
        }
        let form = visit.form()?;
        case.decide(&self.store, &visit, &form, &Decision::Confirm, &inner).await
    }
}
