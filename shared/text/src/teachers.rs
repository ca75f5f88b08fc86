//! Words of the list of teachers and their pages.

crate::phrases! {
    TITLE: "Список учителей", "Мұғалімдер тізімі";
}
