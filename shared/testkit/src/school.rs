//! A school for tests that need one: each changes what it is about.

use domain::Language;
use domain::directory::rows::SchoolRow;
use domain::directory::{SchoolId, SchoolKind};

/// The row of a general school that teaches in both languages; named after its id, with nothing beside what
/// every school has.
pub fn school(id: SchoolId) -> SchoolRow {
    SchoolRow {
        name_ru: id.to_string(),
        name_kk: id.to_string(),
        id,
        number: None,
        kind: SchoolKind::General,
        languages: Language::ALL.to_vec(),
        district_ru: "Центр".to_owned(),
        district_kk: "Орталық".to_owned(),
        address_ru: "улица Пробная, 1".to_owned(),
        address_kk: "Сынақ көшесі, 1".to_owned(),
        phone: String::new(),
        head: String::new(),
        opened: 2000,
        seats: 300,
        email: String::new(),
        website: String::new(),
        programmes_ru: Vec::new(),
        programmes_kk: Vec::new(),
        equipment_ru: Vec::new(),
        equipment_kk: Vec::new(),
    }
}
