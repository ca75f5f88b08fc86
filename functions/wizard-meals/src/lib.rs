//! Wizard step 4 of free meals: the school and the class, and the category with its paper. Before the wizard,
//! the check which category may fit a family.

mod check;
mod form;
mod page;

use domain::{DraftId, Service, Step};
use store::Store;
use store::directory::{Directory, Schools};
use store::drafts::Mine;
use web::step::{Act, StepVisit, open};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct MealsStep {
    /// Drafts
    pub store: Store,
    /// Schools
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| MealsStep { directory: Directory::new(store.clone()), store }).await
}

impl web::Function for MealsStep {
    /// Shows the step or takes its answer: one wait, a second for saving. The check needs none.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match &visit.address {
            Address::MealsCheck(_) => check::answer(&visit),
            Address::Step(_, service, id, Step::Meals) => self.step(&visit, *service, id).await,
            _ => Err(Trouble::NotFound),
        }
    }
}

impl MealsStep {
    async fn step(&self, visit: &Visit, service: Service, id: &DraftId) -> Result<Reply, Trouble> {
        let here = StepVisit { visit, step: Step::Meals };
        let (mine, schools) = futures::join!(open(&self.store, visit, service, id), self.directory.schools());
        let (mine, schools) = (mine?, schools?);
        if let Some(elsewhere) = here.guard(&mine.draft) {
            return Ok(elsewhere);
        }
        if visit.method == Method::Get {
            let shown = here.shown(&mine.draft, form::answered(&mine.draft));
            return Ok(Reply::page(page::page(&here, &mine, &schools, &shown, &[])));
        }
        let form = visit.form()?;
        let answered = self.answer(&here, mine, &schools, &form).await;
        here.or_kept(&self.store, service, id, &form, answered).await
    }

    async fn answer(
        &self,
        here: &StepVisit<'_>,
        mut mine: Mine,
        schools: &Schools,
        form: &Fields,
    ) -> Result<Reply, Trouble> {
        let act = Act::of(form);
        if act != Act::Next {
            return here.keep_and_go(&self.store, &mut mine, form, act).await;
        }
        match form::parse(form, schools, &mine.documents, here.visit) {
            Ok(choice) => {
                mine.draft.answer_meals(choice);
                self.store.save_draft(&mut mine.draft, &mine.campaign, here.visit.now).await?;
                Ok(here.onward(&mine.draft))
            }
            Err(errors) => {
                here.keep(&self.store, &mut mine, form).await?;
                Ok(Reply::invalid(page::page(here, &mine, schools, form, &errors)))
            }
        }
    }
}
