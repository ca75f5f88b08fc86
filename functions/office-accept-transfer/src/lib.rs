//! The new school accepts a child: a free place is taken and a slip given that is valid for three working days,
//! where no other application for the child waits to be decided on.

use domain::calendar::answer_due;
use domain::decision::{Decision, Unfit};
use domain::life::Act;
use domain::transfer::SLIP_DAYS;
use store::Store;
use views::Markup;
use web::deciding::Case;
use web::{Address, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct Accept {
    /// Applications, officers' sessions, free places, the campaign
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Accept { store }).await
}

impl web::Function for Accept {
    /// Asks, or accepts. Two waits, three to accept.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeAct(_, id, Act::Accept) = &visit.address else { return Err(Trouble::NotFound) };
        let case = Case::open(&self.store, &visit, id, Act::Accept).await?;
        let (rivals, campaign) =
            futures::try_join!(self.store.rivals(&case.application), self.store.campaign(case.application.service))?;
        let campaign = campaign.ok_or_else(|| Trouble::Ours("the service has no campaign".to_owned()))?;
        let inner = Markup::default();
        let form = if visit.method == Method::Post { Some(visit.form()?) } else { None };
        match form {
            // What was accepted before is told as such, whoever has sent for the child since.
            Some(form) if rivals.is_empty() || !case.is_seen(&form) => {
                let until = answer_due(visit.today(), SLIP_DAYS, &campaign.holidays);
                let until = until.ok_or_else(|| Trouble::Ours("no day for the slip".to_owned()))?;
                case.decide(&self.store, &visit, &form, &Decision::Accept { until }, &inner).await
            }
            None if rivals.is_empty() => Ok(case.ask(&visit, &inner)),
            _ => Ok(case.unfit(&visit, Unfit::Rival, &inner)),
        }
    }
}
