//! Wizard step 4 of a transfer: where the child learns now, where it is to learn, and why.

mod form;
mod page;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::address::{AddressIndex, Territory};
use domain::directory::SchoolId;
use domain::transfer::FreePlaces;
use domain::{DraftId, Language, Place, Service, Step};
use store::Store;
use store::directory::{Directory, Schools};
use store::drafts::Mine;
use web::spot::Spot;
use web::step::{Act, StepVisit, open};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct TransferStep {
    /// Drafts, territories, free places
    pub store: Store,
    /// Schools and streets
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start_with_lists(|store, directory| TransferStep { store, directory }).await
}

/// What every visit of the step needs.
struct Opened {
    mine: Mine,
    streets: Arc<AddressIndex>,
    schools: Arc<Schools>,
}

/// What the directory and the schools tell about what is typed.
struct Look {
    spot: Spot,
    territory: Territory,
    free: BTreeMap<SchoolId, FreePlaces>,
}

impl Look {
    /// Whether a place is in the school of residence.
    fn is_home(&self, place: &Place) -> bool {
        self.spot.home(&self.territory, place.language) == Some(&place.school)
    }

    /// The free places of a school in a language and grade.
    fn free(&self, place: &Place, grade: u8) -> i32 {
        self.free.get(&place.school).map_or(0, |free| free.get(place.language, grade))
    }

    /// The places of residence, each language's.
    fn homes(&self) -> impl Iterator<Item = Place> {
        let home = |language: Language| self.spot.home(&self.territory, language).cloned();
        Language::ALL.into_iter().filter_map(move |language| Some(Place::new(home(language)?, language)))
    }
}

impl web::Function for TransferStep {
    /// Shows the step or takes its answer. Two waits, a third for saving.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Step(_, service, id, Step::Transfer) = &visit.address else { return Err(Trouble::NotFound) };
        let here = StepVisit { visit: &visit, step: Step::Transfer };
        let opened = self.open(&visit, *service, id).await?;
        if let Some(elsewhere) = here.guard(&opened.mine.draft) {
            return Ok(elsewhere);
        }
        if visit.method == Method::Get {
            let shown = here.shown(&opened.mine.draft, form::answered(&opened.mine.draft, visit.locale));
            let look = self.look(&opened, &shown).await?;
            return Ok(Reply::page(page::Page::new(&here, &opened, &shown, &look, &[]).whole()));
        }
        let form = visit.form()?;
        let answered = self.answer(&here, opened, &form).await;
        here.or_kept(&self.store, *service, id, &form, answered).await
    }
}

impl TransferStep {
    async fn answer(&self, here: &StepVisit<'_>, mut opened: Opened, form: &Fields) -> Result<Reply, Trouble> {
        let act = Act::of(form);
        if act != Act::Next {
            return here.keep_and_go(&self.store, &mut opened.mine, form, act).await;
        }
        let look = match self.look(&opened, form).await {
            Ok(look) => look,
            Err(trouble) => return Err(here.kept_despite(&self.store, &mut opened.mine, form, trouble).await),
        };
        match form::parse(form, &look, &opened, here.visit) {
            Ok(choice) => {
                let mine = &mut opened.mine;
                mine.draft.answer_transfer(choice);
                self.store.save_draft(&mut mine.draft, &mine.campaign, here.visit.now).await?;
                Ok(here.onward(&mine.draft))
            }
            Err(errors) => {
                here.keep(&self.store, &mut opened.mine, form).await?;
                Ok(Reply::invalid(page::Page::new(here, &opened, form, &look, &errors).whole()))
            }
        }
    }

    /// The draft, and beside it the lists where they are no longer fresh: one wait.
    async fn open(&self, visit: &Visit, service: Service, id: &DraftId) -> Result<Opened, Trouble> {
        let (mine, streets, schools) =
            futures::join!(open(&self.store, visit, service, id), self.directory.streets(), self.directory.schools());
        Ok(Opened { mine: mine?, streets: streets?, schools: schools? })
    }

    /// What the fields come to, with the territory of the street and the free places: one wait.
    async fn look(&self, opened: &Opened, fields: &Fields) -> Result<Look, Trouble> {
        let spot = Spot::of(fields, &opened.mine.draft.register, &opened.streets);
        let territory = async {
            match spot.street() {
                Some(street) => self.store.territory(street).await,
                None => Ok(Territory::default()),
            }
        };
        let free = self.store.free_places(&opened.mine.campaign.id);
        let (territory, free) = futures::join!(territory, free);
        Ok(Look { spot, territory: territory?, free: free? })
    }
}
