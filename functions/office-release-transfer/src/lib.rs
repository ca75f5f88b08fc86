//! The old school releases a child by its order, while the new school's slip is valid.

use domain::decision::{Decision, Unfit};
use domain::life::Act;
use store::Store;
use views::Markup;
use web::deciding::{Case, order_fields, read_order};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct Release {
    /// Applications, officers' sessions
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Release { store }).await
}

impl web::Function for Release {
    /// Asks for the order, or releases. One wait, two to release.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeAct(_, id, Act::Release) = &visit.address else { return Err(Trouble::NotFound) };
        let case = Case::open(&self.store, &visit, id, Act::Release).await?;
        // Before it was sent there was nothing to release anybody for.
        let first = visit.site.local(case.application.sent).date();
        // The portal itself ends it by day: nobody is woken at night.
        if case.application.slip_ended(visit.today()) {
            return Ok(case.unfit(&visit, Unfit::SlipEnded, &Markup::default()));
        }
        if visit.method == Method::Get {
            return Ok(case.ask(&visit, &order_fields(&visit, first, &Fields::default(), &[])));
        }
        let form = visit.form()?;
        match read_order(&visit, first, &form) {
            Ok(order) => {
                let inner = order_fields(&visit, first, &form, &[]);
                case.decide(&self.store, &visit, &form, &Decision::Release(order), &inner).await
            }
            Err(errors) => Ok(case.again(&visit, &errors, &order_fields(&visit, first, &form, &errors))),
        }
    }
}
