//! The department assigns the school of residence for an address that was not found, or corrects
//! it. The number in the queue and, wherever the school teaches it, the language stay.

mod page;
mod spot;

use std::sync::Arc;

use domain::address::{AddressIndex, Territory};
use domain::answers::{HomeAddress, SchoolChoice};
use domain::decision::Decision;
use domain::life::Act;
use domain::{Application, DraftId, Locale};
use store::Store;
use store::directory::{Directory, Schools};
use views::FieldError;
use web::deciding::Case;
use web::{Address, Fields, Method, Reply, Trouble, Visit};

use page::Questions;
use spot::{Look, Spot, offered, proposed, value};

/// The function.
#[derive(Clone)]
pub struct Assign {
    /// Applications, officers' sessions, territories
    pub store: Store,
    /// Schools and streets
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start_with_lists(|store, directory| Assign { store, directory }).await
}

/// An application on the desk, with the lists.
struct Opened {
    case: Case,
    streets: Arc<AddressIndex>,
    schools: Arc<Schools>,
}

impl web::Function for Assign {
    /// Asks for the school, looks for an address, or assigns. Two waits.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeAct(_, id, Act::Assign) = &visit.address else { return Err(Trouble::NotFound) };
        let opened = self.open(&visit, id).await?;
        let choice = &choice(&opened.case.application)?;
        if visit.method == Method::Get {
            let shown = answered(choice, &opened.streets, visit.locale);
            return self.look(&visit, &opened, choice, &shown).await;
        }
        let form = visit.form()?;
        if form.text("act") == "find" {
            return self.look(&visit, &opened, choice, &form).await;
        }
        let Opened { case, schools, .. } = opened;
        let places = offered(&schools, choice.language);
        // Whatever was found before: what counts now is what was chosen.
        let mut questions = Questions {
            visit: &visit,
            choice,
            schools: &schools,
            places: &places,
            shown: &form,
            look: None,
            tells_home: false,
            errors: &[],
        };
        match places.iter().find(|place| value(place) == form.text("place")).cloned() {
            Some(place) => {
                let inner = questions.inner();
                case.decide(&self.store, &visit, &form, &Decision::Assign(place), &inner).await
            }
            None => {
                let errors = [FieldError::new("place", text::assigning::PLACE_EMPTY.get(visit.locale))];
                (questions.errors, questions.tells_home) = (&errors, true);
                Ok(case.again(&visit, &errors, &questions.inner()))
            }
        }
    }
}

impl Assign {
    /// The application, and beside it the lists where they are no longer fresh: one wait.
    async fn open(&self, visit: &Visit, id: &DraftId) -> Result<Opened, Trouble> {
        let (case, streets, schools) = futures::join!(
            Case::open(&self.store, visit, id, Act::Assign),
            self.directory.streets(),
            self.directory.schools()
        );
        Ok(Opened { case: case?, streets: streets?, schools: schools? })
    }

    /// The page with what the address comes to. One wait where it is a house.
    async fn look(
        &self,
        visit: &Visit,
        opened: &Opened,
        choice: &SchoolChoice,
        form: &Fields,
    ) -> Result<Reply, Trouble> {
        let spot = Spot::of(form, &opened.streets);
        let territory = match &spot {
            Spot::House(street, _) => self.store.territory(&street.id).await?,
            _ => Territory::default(),
        };
        let look = Look { spot, territory };
        let places = offered(&opened.schools, choice.language);
        let mut shown = form.clone();
        if let Some(place) = proposed(&look, choice.language, &places) {
            shown.set("place", value(&place));
        }
        let questions = Questions {
            visit,
            choice,
            schools: &opened.schools,
            places: &places,
            shown: &shown,
            look: Some(&look),
            tells_home: true,
            errors: &[],
        };
        Ok(opened.case.ask(visit, &questions.inner()))
    }
}

fn choice(application: &Application) -> Result<SchoolChoice, Trouble> {
    let choice = application.answers.school.clone();
    choice.ok_or_else(|| Trouble::Ours(format!("{} has no choice of school", application.id)))
}

/// The fields as the parent and whoever assigned before have answered them.
fn answered(choice: &SchoolChoice, streets: &AddressIndex, locale: Locale) -> Fields {
    let mut fields = Fields::default();
    let known = match &choice.address {
        HomeAddress::Known { street, house, .. } => streets
            .streets()
            .iter()
            .find(|known| known.id == *street)
            .map(|street| street.line(house.parse().ok().as_ref(), locale)),
        HomeAddress::Typed { .. } => None,
    };
    fields.set("address", known.unwrap_or_else(|| choice.address.line(locale).to_owned()));
    if let Some(place) = choice.home_place() {
        fields.set("place", value(&place));
    }
    fields
}
