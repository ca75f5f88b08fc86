//! Wizard step 3: parent, child, birth certificate and scans.

mod form;
mod page;

use domain::Step;
use store::Store;
use store::drafts::Mine;
use web::step::{Act, StepVisit, open};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct FamilyStep {
    /// Drafts
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| FamilyStep { store }).await
}

impl web::Function for FamilyStep {
    /// Shows the step or takes its answer.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Step(_, service, id, Step::Family) = &visit.address else { return Err(Trouble::NotFound) };
        let here = StepVisit { visit: &visit, step: Step::Family };
        let mine = open(&self.store, &visit, *service, id).await?;
        if let Some(elsewhere) = here.guard(&mine.draft) {
            return Ok(elsewhere);
        }
        if visit.method == Method::Get {
            let shown = here.shown(&mine.draft, form::answered(&mine.draft));
            let errors = form::asked_errors(&visit, &shown);
            return Ok(Reply::page(page::page(&here, &mine, &shown, &errors)));
        }
        let form = visit.form()?;
        let answered = self.answer(&here, mine, &form).await;
        here.or_kept(&self.store, *service, id, &form, answered).await
    }
}

impl FamilyStep {
    async fn answer(&self, here: &StepVisit<'_>, mut mine: Mine, form: &Fields) -> Result<Reply, Trouble> {
        let visit = here.visit;
        let act = Act::of(form);
        if act != Act::Next {
            return here.keep_and_go(&self.store, &mut mine, form, act).await;
        }
        match form::parse(form, &mine, visit) {
            Ok(family) => {
                mine.draft.answer_family(family);
                self.store.save_draft(&mut mine.draft, &mine.campaign, visit.now).await?;
                Ok(here.onward(&mine.draft))
            }
            Err(errors) => {
                here.keep(&self.store, &mut mine, form).await?;
                Ok(Reply::invalid(page::page(here, &mine, form, &errors)))
            }
        }
    }
}
