//! Words of the list of schools, their comparison and their pages.

crate::phrases! {
    TITLE: "Список школ", "Мектептер тізімі";
}
