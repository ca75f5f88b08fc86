//! The school enrols, one child or many by one order: its number and date, not before 25 August of
//! the school year.

mod many;
mod page;

use domain::decision::{Decision, Order, OrderFault};
use domain::life::Act;
use store::Store;
use text::{decisions as t, family};
use views::{DateField, Field, FieldError, Markup, Width, error_of, html};
use web::deciding::Case;
use web::{Address, DateAnswer, Fields, Method, Reply, Trouble, Visit};

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
        if visit.method == Method::Get {
            return Ok(case.ask(&visit, &fields(&visit, year, &Fields::default(), &[])));
        }
        let form = visit.form()?;
        match order(&visit, year, &form) {
            Ok(order) => {
                let inner = fields(&visit, year, &form, &[]);
                case.decide(&self.store, &visit, &form, &Decision::Enrol(order), &inner).await
            }
            Err(errors) => Ok(case.again(&visit, &errors, &fields(&visit, year, &form, &errors))),
        }
    }
}

fn order(visit: &Visit, year: i16, form: &Fields) -> Result<Order, Vec<FieldError>> {
    let (l, today) = (visit.locale, visit.today());
    let first = text::date(Order::first_day(year));
    let said = |fault: OrderFault| match fault {
        OrderFault::NumberEmpty => FieldError::new("order-number", t::ORDER_NUMBER_EMPTY.get(l)),
        OrderFault::NumberTooLong => FieldError::new("order-number", t::ORDER_NUMBER_LONG.get(l)),
        OrderFault::TooEarly => FieldError::new("order-date", t::ORDER_EARLY.fill(l, &[("date", &first)])),
        OrderFault::InFuture => FieldError::new("order-date", t::ORDER_FUTURE.get(l)),
    };
    let number = Order::number(form.text("order-number")).map_err(said);
    let date = match form.date("order-date") {
        DateAnswer::Date(date) => Order::date(date, year, today).map_err(said),
        DateAnswer::Empty => Err(FieldError::new("order-date", t::ORDER_DATE_EMPTY.get(l))),
        DateAnswer::Unreadable => Err(FieldError::new("order-date", family::DATE_UNREADABLE.get(l))),
    };
    match (number, date) {
        (Ok(number), Ok(date)) => Ok(Order { number, date }),
        (number, date) => Err(number.err().into_iter().chain(date.err()).collect()),
    }
}

fn fields(visit: &Visit, year: i16, typed: &Fields, errors: &[FieldError]) -> Markup {
    let l = visit.locale;
    let hint = t::ORDER_DATE_HINT.fill(l, &[("date", &text::date(Order::first_day(year)))]);
    html! {
        (views::text_input(&Field {
            value: typed.text("order-number"),
            error: error_of(errors, "order-number"),
            maxlength: Some(60),
            width: Width::W12,
            ..Field::new(l, "order-number", t::ORDER_NUMBER.get(l))
        }))
        (views::date_input(&DateField {
            locale: l,
            name: "order-date",
            label: t::ORDER_DATE.get(l),
            hint: Some(&hint),
            value: typed.date_parts("order-date"),
            error: error_of(errors, "order-date"),
            optional: false,
            own_birthday: false,
        }))
    }
}
