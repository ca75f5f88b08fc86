//! Wizard step 4 of a summer camp: one or two shifts, and on what ground.

mod form;
mod page;

use domain::Step;
use store::Store;
use store::directory::{Directory, Schools};
use store::drafts::Mine;
use web::step::{Act, StepVisit, open};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct CampStep {
    /// Drafts
    pub store: Store,
    /// Shifts
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| CampStep { directory: Directory::new(store.clone()), store }).await
}

impl web::Function for CampStep {
    /// Shows the step or takes its answer: one wait, a second for saving.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Step(_, service, id, Step::Camp) = &visit.address else { return Err(Trouble::NotFound) };
        let here = StepVisit { visit: &visit, step: Step::Camp };
        let (mine, schools) = futures::join!(open(&self.store, &visit, *service, id), self.directory.schools());
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
        here.or_kept(&self.store, *service, id, &form, answered).await
    }
}

impl CampStep {
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
        match form::parse(form, schools, &mine, here.visit) {
            Ok(choice) => {
                mine.draft.answer_camp(choice);
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
