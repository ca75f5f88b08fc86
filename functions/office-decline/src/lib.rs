//! The school refuses to enrol, with a ground that the parent reads.

use domain::decision::Decision;
use domain::life::Act;
use store::Store;
use web::deciding::Case;
use web::{Address, Fields, Method, Reply, Trouble, Visit};

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
        let case = Case::open(&self.store, &visit, id, Act::Decline).await?;
        if visit.method == Method::Get {
            let inner = case.reason_fields(&visit, &Fields::default(), &[]);
            return Ok(case.ask(&visit, &inner));
        }
        let form = visit.form()?;
        match case.reason(&visit, &form) {
            Ok(reason) => {
                let inner = case.reason_fields(&visit, &form, &[]);
                case.decide(&self.store, &visit, &form, &Decision::Decline(reason), &inner).await
            }
            Err(errors) => Ok(case.again(&visit, &errors, &case.reason_fields(&visit, &form, &errors))),
        }
    }
}
