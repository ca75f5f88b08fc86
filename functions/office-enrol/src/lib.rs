//! The school enrols, one child or many by one order: its number and date, not before 25 August of
//! the school year.

mod many;
mod page;

use domain::Service;
use domain::decision::{Decision, Order};
use domain::life::Act;
use store::Store;
use web::deciding::{Case, order_fields, read_order};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct Enrol {
    /// Applications, officers' sessions, the campaign
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Enrol { store }).await
}

impl web::Function for Enrol {
    /// Asks for the order, or enrols. Two waits, three to enrol.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let id = match &visit.address {
            Address::OfficeAct(_, id, Act::Enrol) => id,
            Address::OfficeEnrol(_) => return self.many(&visit).await,
            _ => return Err(Trouble::NotFound),
        };
        let case = Case::open(&self.store, &visit, id, Act::Enrol).await?;
        let campaign = self.store.campaign(case.application.service).await?;
        let year = campaign.ok_or_else(|| Trouble::Ours("no campaign".to_owned()))?.school_year;
        let first = match case.application.service {
            // The new school's order follows the old one's.
            Service::Transfer => case.application.released.as_ref().map(|order| order.date),
            Service::FirstGrade | Service::Meals | Service::Camp => None,
        };
        let first = first.unwrap_or_else(|| Order::first_day(year));
        if visit.method == Method::Get {
            return Ok(case.ask(&visit, &order_fields(&visit, first, &Fields::default(), &[])));
        }
        let form = visit.form()?;
        match read_order(&visit, first, &form) {
            Ok(order) => {
                let inner = order_fields(&visit, first, &form, &[]);
                case.decide(&self.store, &visit, &form, &Decision::Enrol(order), &inner).await
            }
            Err(errors) => Ok(case.again(&visit, &errors, &order_fields(&visit, first, &form, &errors))),
        }
    }
}
