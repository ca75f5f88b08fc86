//! The school approves free meals until a day, where no other application for the child waits to be decided on.

use domain::decision::{Decision, Unfit};
use domain::life::Act;
use domain::meals::{UntilFault, last_day, until};
use store::Store;
use text::{family, meals as t};
use views::{DateField, FieldError, Markup, error_of};
use web::deciding::Case;
use web::{Address, DateAnswer, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct Approve {
    /// Applications, officers' sessions, the campaign
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Approve { store }).await
}

/// The field of the last day.
const UNTIL: &str = "until";

impl web::Function for Approve {
    /// Asks until when, or approves. Two waits, three to approve.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeAct(_, id, Act::Approve) = &visit.address else { return Err(Trouble::NotFound) };
        let case = Case::open(&self.store, &visit, id, Act::Approve).await?;
        let (rivals, campaign) =
            futures::try_join!(self.store.rivals(&case.application), self.store.campaign(case.application.service))?;
        let year = campaign.ok_or_else(|| Trouble::Ours("the service has no campaign".to_owned()))?.school_year;
        let form = if visit.method == Method::Post { Some(visit.form()?) } else { None };
        // What was approved before is told as such, whoever has sent for the child since.
        let in_the_way = !rivals.is_empty() && form.as_ref().is_none_or(|form| case.is_seen(form));
        let Some(form) = form.filter(|_| !in_the_way) else {
            let shown = field(&visit, year, &first_shown(year), &[]);
            return Ok(if in_the_way { case.unfit(&visit, Unfit::Rival, &shown) } else { case.ask(&visit, &shown) });
        };
        match read(&visit, year, &form) {
            Ok(until) => {
                let inner = field(&visit, year, &form, &[]);
                case.decide(&self.store, &visit, &form, &Decision::Approve { until }, &inner).await
            }
            Err(error) => {
                let errors = [error];
                Ok(case.again(&visit, &errors, &field(&visit, year, &form, &errors)))
            }
        }
    }
}

/// Most are approved until the school year ends.
fn first_shown(year: i16) -> Fields {
    let mut fields = Fields::default();
    fields.set_date(UNTIL, last_day(year));
    fields
}

fn read(visit: &Visit, year: i16, form: &Fields) -> Result<domain::Date, FieldError> {
    let l = visit.locale;
    let last = text::date(last_day(year));
    match form.date(UNTIL) {
        DateAnswer::Date(date) => until(date, year, visit.today()).map_err(|fault| match fault {
            UntilFault::Past => FieldError::new(UNTIL, t::UNTIL_PAST.get(l)),
            UntilFault::Late => FieldError::new(UNTIL, t::UNTIL_LATE.fill(l, &[("date", &last)])),
        }),
        DateAnswer::Empty => Err(FieldError::new(UNTIL, t::UNTIL_EMPTY.get(l))),
        DateAnswer::Unreadable => Err(FieldError::new(UNTIL, family::DATE_UNREADABLE.get(l))),
    }
}

fn field(visit: &Visit, year: i16, typed: &Fields, errors: &[FieldError]) -> Markup {
    let l = visit.locale;
    let hint = t::UNTIL_HINT.fill(l, &[("date", &text::date(last_day(year)))]);
    views::date_input(&DateField {
        locale: l,
        name: UNTIL,
        label: t::UNTIL.get(l),
        hint: Some(&hint),
        value: typed.date_parts(UNTIL),
        error: error_of(errors, UNTIL),
        optional: false,
        own_birthday: false,
    })
}
