//! Wizard step 4: the home address, the school of residence and up to two quota schools.

mod form;
mod page;
mod spot;

use std::sync::Arc;

use domain::address::AddressIndex;
use domain::{DraftId, Service, Slot, Step};
use store::Store;
use store::directory::{Directory, Schools};
use store::drafts::Mine;
use web::documents::standing;
use web::spot::Spot;
use web::step::{Act, StepVisit, open};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

use spot::Look;

/// The function.
#[derive(Clone)]
pub struct SchoolStep {
    /// Drafts, territories, places
    pub store: Store,
    /// Schools and streets
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start_with_lists(|store, directory| SchoolStep { store, directory }).await
}

/// What every visit of the step needs.
struct Opened {
    mine: Mine,
    streets: Arc<AddressIndex>,
    schools: Arc<Schools>,
}

impl web::Function for SchoolStep {
    /// Shows the step or takes its answer. Two waits, a third for saving.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Step(_, service, id, Step::School) = &visit.address else { return Err(Trouble::NotFound) };
        let here = StepVisit { visit: &visit, step: Step::School };
        let opened = self.open(&visit, *service, id).await?;
        if let Some(elsewhere) = here.guard(&opened.mine.draft) {
            return Ok(elsewhere);
        }
        if visit.method == Method::Get {
            let shown =
                here.shown(&opened.mine.draft, form::answered(&opened.mine.draft, &opened.streets, visit.locale));
            let look = self.look(&opened, &shown).await?;
            let page = page::Page {
                here: &here,
                mine: &opened.mine,
                schools: &opened.schools,
                shown: &shown,
                look: &look,
                errors: &[],
            };
            return Ok(Reply::page(page.whole()));
        }
        let form = visit.form()?;
        let answered = self.answer(&here, opened, &form).await;
        here.or_kept(&self.store, *service, id, &form, answered).await
    }
}

impl SchoolStep {
    async fn answer(&self, here: &StepVisit<'_>, mut opened: Opened, form: &Fields) -> Result<Reply, Trouble> {
        let visit = here.visit;
        let act = Act::of(form);
        if act != Act::Next {
            return here.keep_and_go(&self.store, &mut opened.mine, form, act).await;
        }
        let look = match self.look(&opened, form).await {
            Ok(look) => look,
            Err(trouble) => return Err(here.kept_despite(&self.store, &mut opened.mine, form, trouble).await),
        };
        let proof = standing(&opened.mine.documents, Slot::AddressProof, visit);
        match form::parse(form, &look, &opened.schools, proof, visit.locale) {
            Ok(choice) => {
                let mine = &mut opened.mine;
                mine.draft.answer_school(choice);
                self.store.save_draft(&mut mine.draft, &mine.campaign, visit.now).await?;
                Ok(here.onward(&mine.draft))
            }
            Err(errors) => {
                here.keep(&self.store, &mut opened.mine, form).await?;
                let page = page::Page {
                    here,
                    mine: &opened.mine,
                    schools: &opened.schools,
                    shown: form,
                    look: &look,
                    errors: &errors,
                };
                Ok(Reply::invalid(page.whole()))
            }
        }
    }

    /// The draft, and beside it the lists where they are no longer fresh: one wait.
    async fn open(&self, visit: &Visit, service: Service, id: &DraftId) -> Result<Opened, Trouble> {
        let (mine, streets, schools) =
            futures::join!(open(&self.store, visit, service, id), self.directory.streets(), self.directory.schools());
        Ok(Opened { mine: mine?, streets: streets?, schools: schools? })
    }

    /// What the address fields come to, with the territory of the street, the places and how they stand: one wait.
    async fn look(&self, opened: &Opened, fields: &Fields) -> Result<Look, Trouble> {
        let spot = Spot::of(fields, &opened.mine.draft.register, &opened.streets);
        let territory = async {
            match spot.street() {
                Some(street) => self.store.territory(street).await,
                None => Ok(domain::address::Territory::default()),
            }
        };
        let campaign = &opened.mine.campaign.id;
        let (territory, places, standings) =
            futures::join!(territory, self.store.places(campaign), self.store.standings(campaign));
        Ok(Look { spot, territory: territory?, places: places?, standings: standings?.places })
    }
}
