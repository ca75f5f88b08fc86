//! What was answered on the step of a service's own, in lines: the same on the review page, in the office
//! and on receipts.

use domain::answers::{Answers, HomeAddress, SchoolChoice};
use domain::camp::CampChoice;
use domain::meals::MealsChoice;
use domain::transfer::TransferChoice;
use domain::{Locale, Step};
use store::directory::Schools;
use text::{Phrase, camp, meals, review as t, steps, transfer};
use views::Row;

use crate::following::{place, shift_in};

/// A line of what was answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// What was asked
    pub key: String,
    /// The answer
    pub value: String,
    /// The field of the step that it answers
    pub field: String,
}

/// It may hold an address.
impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Line({}, redacted)", self.field)
    }
}

impl Line {
    /// Whether it tells of a family what is no business of whoever holds a number or a receipt: where it lives,
    /// what it lives on, what befell it.
    pub fn is_private(&self) -> bool {
        matches!(self.field.as_str(), "address" | "category" | "motive" | "claim")
    }

    fn new(locale: Locale, key: Phrase, value: impl Into<String>, field: impl Into<String>) -> Self {
        Self { key: key.get(locale).to_owned(), value: value.into(), field: field.into() }
    }
}

/// The answers to a service's own step under its name, none where it is not answered.
pub fn lines(locale: Locale, answers: &Answers, schools: &Schools) -> Option<(&'static str, Vec<Line>)> {
    let school = answers.school.as_ref().map(|given| (Step::School, of_school(locale, given, schools)));
    let meals = || answers.meals.as_ref().map(|given| (Step::Meals, of_meals(locale, given, schools)));
    let transfer = || answers.transfer.as_ref().map(|given| (Step::Transfer, of_transfer(locale, given, schools)));
    let camp = || answers.camp.as_ref().map(|given| (Step::Camp, of_camp(locale, given, schools)));
    school.or_else(transfer).or_else(meals).or_else(camp).map(|(step, lines)| (steps::name(step).get(locale), lines))
}

/// The same as rows without a way to change them.
pub fn rows(locale: Locale, lines: &[Line]) -> Vec<Row<'_>> {
    lines.iter().map(|line| Row::text(locale, &line.key, &line.value, None)).collect()
}

fn of_transfer(l: Locale, given: &TransferChoice, schools: &Schools) -> Vec<Line> {
    let mut to = place(&given.to, schools, l);
    if given.resident {
        to = format!("{to} · {}", transfer::RESIDENT.get(l));
    }
    let mut lines = vec![
        Line::new(l, transfer::GRADE, given.grade.to_string(), "grade"),
        Line::new(l, transfer::FROM_SCHOOL, place(&given.from, schools, l), "from-school"),
        Line::new(l, transfer::TO, to, "to"),
    ];
    lines.extend(given.address.as_ref().map(|address| Line::new(l, transfer::ADDRESS, address.line(l), "address")));
    lines.push(Line::new(l, transfer::MOTIVE, transfer::motive(given.motive).get(l), "motive"));
    lines
}

fn of_meals(l: Locale, given: &MealsChoice, schools: &Schools) -> Vec<Line> {
    let school = schools.find(&given.school).map_or(given.school.as_str(), |school| school.name.get(l));
    vec![
        Line::new(l, meals::SCHOOL, school, "school"),
        Line::new(l, meals::CLASS, given.class.to_string(), "class"),
        Line::new(l, meals::CATEGORY, meals::category(given.category).get(l), "category"),
    ]
}

fn of_camp(l: Locale, given: &CampChoice, schools: &Schools) -> Vec<Line> {
    let keys = [camp::SHIFT_1, camp::SHIFT_2];
    let shifts = given.shifts.iter().zip(keys).zip(1_u8..).map(|((chosen, key), n)| {
        let shift = schools.shift(&chosen.id);
        let said = shift.map(|shift| shift_in(&camp::SHIFT_SAID, shift, l, &[]));
        Line::new(l, key, said.unwrap_or_else(|| chosen.id.to_string()), format!("shift-{n}"))
    });
    shifts.chain([Line::new(l, camp::CLAIM, camp::claim(given.claim).get(l), "claim")]).collect()
}

fn of_school(l: Locale, given: &SchoolChoice, schools: &Schools) -> Vec<Line> {
    let home = given.home_place().map_or_else(|| t::HOME_UNKNOWN.get(l).to_owned(), |home| place(&home, schools, l));
    let address = match given.address {
        HomeAddress::Known { from_register: true, .. } => {
            format!("{} ({})", given.address.line(l), t::FROM_REGISTER.get(l))
        }
        HomeAddress::Known { .. } | HomeAddress::Typed { .. } => given.address.line(l).to_owned(),
    };
    let quota = given.quota.iter().zip(1_u8..).map(|(chosen, n)| Line {
        key: t::QUOTA_SCHOOL.fill(l, &[("n", &n.to_string())]),
        value: place(chosen, schools, l),
        field: format!("quota-{n}"),
    });
    let language = t::language(given.language).get(l);
    [
        Line::new(l, t::LANGUAGE, language, "language"),
        Line::new(l, t::ADDRESS, address, "address"),
        Line::new(l, t::HOME_SCHOOL, home, "address"),
    ]
    .into_iter()
    .chain(quota)
    .collect()
}
