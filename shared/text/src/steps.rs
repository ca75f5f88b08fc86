//! The steps of the wizard by name.

use domain::Step;

use crate::Phrase;

crate::phrases! {
    SERVICE: "Услуга", "Қызмет";
    CONTACTS: "Контакты", "Байланыс";
    FAMILY: "Родитель и ребёнок", "Ата-ана мен бала";
    SCHOOL: "Школа", "Мектеп";
    TRANSFER: "Школы", "Мектептер";
    MEALS: "Питание", "Тамақтандыру";
    CAMP: "Смены", "Ауысымдар";
    CONSENT: "Согласие", "Келісім";
    REVIEW: "Проверка", "Тексеру";
}

/// The short name of a step.
pub const fn name(step: Step) -> Phrase {
    match step {
        Step::Service => SERVICE,
        Step::Contacts => CONTACTS,
        Step::Family => FAMILY,
        Step::School => SCHOOL,
        Step::Transfer => TRANSFER,
        Step::Meals => MEALS,
        Step::Camp => CAMP,
        Step::Consent => CONSENT,
        Step::Review => REVIEW,
    }
}
