//! Words of the list of teachers and their pages.

use domain::directory::Category;

use crate::Phrase;

crate::phrases! {
    TITLE: "Список учителей", "Мұғалімдер тізімі";

    CATEGORY_TEACHER: "Педагог", "Педагог";
    CATEGORY_MODERATOR: "Педагог-модератор", "Педагог-модератор";
    CATEGORY_EXPERT: "Педагог-эксперт", "Педагог-сарапшы";
    CATEGORY_RESEARCHER: "Педагог-исследователь", "Педагог-зерттеуші";
    CATEGORY_MASTER: "Педагог-мастер", "Педагог-шебер";
}

/// What a qualification category is called.
pub const fn category(category: Category) -> Phrase {
    match category {
        Category::Teacher => CATEGORY_TEACHER,
        Category::Moderator => CATEGORY_MODERATOR,
        Category::Expert => CATEGORY_EXPERT,
        Category::Researcher => CATEGORY_RESEARCHER,
        Category::Master => CATEGORY_MASTER,
    }
}
