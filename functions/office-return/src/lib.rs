//! The department asks the parent to correct something: which answers, which documents, and what
//! is wrong with them.

use domain::decision::{Decision, Field, Request};
use domain::life::Act;
use domain::{Slot, Step};
use store::Store;
use text::{decisions as t, documents};
use views::{Checkbox, FieldError, Markup, error_of, html};
use web::deciding::{Case, note, note_field};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct Return {
    /// Applications, officers' sessions
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Return { store }).await
}

impl web::Function for Return {
    /// Asks what to correct, or asks the parent. One wait, two to ask the parent.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeAct(_, id, Act::Return) = &visit.address else { return Err(Trouble::NotFound) };
        let case = Case::open(&self.store, &visit, id, Act::Return).await?;
        if visit.method == Method::Get {
            return Ok(case.ask(&visit, &fields(&visit, &case, &Fields::default(), &[])));
        }
        let form = visit.form()?;
        match request(&visit, &case, &form) {
            Ok(request) => {
                let inner = fields(&visit, &case, &form, &[]);
                case.decide(&self.store, &visit, &form, &Decision::Return(request), &inner).await
            }
            Err(errors) => Ok(case.again(&visit, &errors, &fields(&visit, &case, &form, &errors))),
        }
    }
}

/// The scans that can be asked for again: those that came, those that every application needs and
/// those that explain something.
fn slots(case: &Case) -> Vec<Slot> {
    let required = Slot::required(case.application.service);
    let explains = Slot::explaining(case.application.service);
    // Any application may turn out to have its address by hand.
    let address = |slot: &Slot| *slot == Slot::AddressProof && case.application.service.own_step() == Step::School;
    let asked = |slot: &Slot| {
        required.contains(slot) || explains.contains(slot) || address(slot) || case.application.scans.contains(slot)
    };
    Slot::ALL.into_iter().filter(asked).collect()
}

fn name_of_field(field: Field) -> String {
    format!("field-{}", field.code())
}

fn name_of_scan(slot: Slot) -> String {
    format!("scan-{}", slot.code())
}

fn request(visit: &Visit, case: &Case, form: &Fields) -> Result<Request, Vec<FieldError>> {
    let l = visit.locale;
    let fields: Vec<Field> =
        Field::of(case.application.service).filter(|field| form.ticked(&name_of_field(*field))).collect();
    let scans: Vec<Slot> = slots(case).into_iter().filter(|slot| form.ticked(&name_of_scan(*slot))).collect();
    let nothing = fields.is_empty() && scans.is_empty();
    let note = note(visit, form);
    let request = note.clone().ok().and_then(|note| Request::new(fields, scans, note));
    request.ok_or_else(|| {
        let nothing = nothing.then(|| FieldError::new("what", t::WHAT_EMPTY.get(l)));
        nothing.into_iter().chain(note.err()).collect()
    })
}

fn fields(visit: &Visit, case: &Case, typed: &Fields, errors: &[FieldError]) -> Markup {
    let l = visit.locale;
    let fields: Vec<(String, &str)> =
        Field::of(case.application.service).map(|field| (name_of_field(field), t::field(field).get(l))).collect();
    let scans: Vec<(String, &str)> =
        slots(case).into_iter().map(|slot| (name_of_scan(slot), documents::name(slot).get(l))).collect();
    let boxes = |group: &str, named: &[(String, &str)]| {
        let boxes: Vec<Checkbox<'_>> = named
            .iter()
            .map(|(name, label)| Checkbox {
                locale: l,
                name,
                value: "yes",
                label,
                hint: None,
                checked: typed.ticked(name),
                error: None,
            })
            .collect();
        views::checkboxes(group, &boxes)
    };
    let what = html! {
        (boxes(t::WHAT_FIELDS.get(l), &fields))
        (boxes(t::WHAT_SCANS.get(l), &scans))
    };
    html! {
        (views::fieldset(l, "what", t::WHAT.get(l), Some(t::WHAT_HINT.get(l)), error_of(errors, "what"), false, what))
        (note_field(visit, t::NOTE_RETURN.get(l), false, typed, errors))
    }
}
