//! Words of the school by an address, and the territory of a school.

crate::phrases! {
    TITLE: "Поиск школы по месту жительства", "Тұрғылықты жері бойынша мектеп іздеу";
}
