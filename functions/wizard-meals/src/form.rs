//! The form of the step.

use domain::Draft;
use domain::directory::SchoolId;
use domain::meals::{Category, Class, ClassFault, MealsChoice};
use store::directory::Schools;
use store::documents::Documents;
use text::meals as t;
use views::FieldError;
use web::documents::paper_fault;
use web::{Fields, Visit};

/// The fields as answered before.
pub fn answered(draft: &Draft) -> Fields {
    let mut fields = Fields::default();
    if let Some(meals) = &draft.answers.meals {
        fields.set("school", meals.school.as_str());
        fields.set("class", meals.class.to_string());
        fields.set("category", meals.category.code());
    }
    fields
}

/// Reads the form, all errors at once.
///
/// # Errors
/// Every fault, in the order of the page.
pub fn parse(
    form: &Fields,
    schools: &Schools,
    scans: &Documents,
    visit: &Visit,
) -> Result<MealsChoice, Vec<FieldError>> {
    let l = visit.locale;
    let school = SchoolId::parse(form.text("school")).ok().filter(|id| schools.find(id).is_some());
    let school = school.ok_or_else(|| FieldError::new("school", t::SCHOOL_EMPTY.get(l)));
    let class = Class::parse(form.text("class")).map_err(|fault| {
        let said = match fault {
            ClassFault::Empty => t::CLASS_EMPTY,
            ClassFault::Form => t::CLASS_FORM,
        };
        FieldError::new("class", said.get(l))
    });
    let category = Category::parse(form.text("category"));
    let category = category.ok_or_else(|| FieldError::new("category", t::CATEGORY_EMPTY.get(l)));
    let paper = category.as_ref().ok().and_then(|category| paper_fault(scans, category.paper(), visit));
    match (school, class, category, paper) {
        (Ok(school), Ok(class), Ok(category), None) => Ok(MealsChoice { school, class, category }),
        (school, class, category, paper) => {
            Err([school.err(), class.err(), category.err(), paper].into_iter().flatten().collect())
        }
    }
}
