//! Schools and teachers as people look for them: words in any order, of either language, with the
//! letters that a keyboard has.

use super::{School, Teacher};
use crate::address::russian;

impl School {
    /// Whether it is the one that is looked for: every word is part of its name in whichever language, and
    /// every number is its number. Nothing finds every school.
    #[must_use]
    pub fn fits(&self, looked_for: &str) -> bool {
        let names = self.names();
        words(&folded(looked_for)).all(|word| named(&names, word))
    }

    /// The folded names in both languages and the number.
    fn names(&self) -> String {
        let number = self.number.map(|number| number.to_string()).unwrap_or_default();
        folded(&format!("{} {} {number}", self.name.ru, self.name.kk))
    }
}

impl Teacher {
    /// Whether it is the one that is looked for: every word is part of the teacher's name or of that of the
    /// teacher's school.
    #[must_use]
    pub fn fits(&self, looked_for: &str, school: Option<&School>) -> bool {
        let name = folded(&self.name);
        let school = school.map(School::names).unwrap_or_default();
        words(&folded(looked_for)).all(|word| named(&name, word) || named(&school, word))
    }
}

/// The letters of Kazakh in their order, those of Russian among them.
const ALPHABET: &str = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя";

/// What names are put in order by, as a list in either language has them: letters in the order of the Kazakh
/// alphabet, which Russian names keep their own order in, after digits and marks and before all others.
#[must_use]
pub fn alphabetical(name: &str) -> Vec<u32> {
    let place = |letter: char| match ALPHABET.chars().position(|known| known == letter) {
        Some(place) => 0x400 + u32::try_from(place).unwrap_or_default(),
        None => u32::from(letter),
    };
    name.to_lowercase().chars().map(place).collect()
}

/// Lower-case, with Russian letters for the Kazakh ones.
fn folded(text: &str) -> String {
    text.to_lowercase().chars().map(russian).collect()
}

/// Words and numbers, without the marks between them.
fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// A number is a whole one; of a word a part is enough.
fn named(names: &str, word: &str) -> bool {
    match word.bytes().all(|byte| byte.is_ascii_digit()) {
        true => words(names).any(|own| own == word),
        false => names.contains(word),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Bilingual, Category, SchoolId, SchoolKind, TeacherId};
    use super::*;
    use crate::locale::Language;

    fn school() -> School {
        School {
            id: SchoolId::parse("school-14").unwrap(),
            number: Some(14),
            name: Bilingual::new("Гимназия № 14 «Алёнушка»", "№ 14 «Әліппе» гимназиясы"),
            kind: SchoolKind::Gymnasium,
            languages: Language::ALL.to_vec(),
            district: Bilingual::new("Центр", "Орталық"),
            address: Bilingual::new("", ""),
            phone: String::new(),
            head: String::new(),
            opened: 2000,
            seats: 300,
            email: String::new(),
            website: String::new(),
            programmes: Vec::new(),
            equipment: Vec::new(),
            rating: None,
        }
    }

    #[test]
    fn a_school_is_found_as_people_write_its_name() {
        for looked_for in [
            "",
            "14",
            "№14",
            "№ 14",
            "№ 14,",
            "гимназия 14",
            "гимназия-14",
            "14 гимназия",
            "ГИМНАЗИЯ",
            "гимн",
            "аленушка",
            "«Алёнушка»",
            "әліппе",
            "алиппе",
            "ӘЛІППЕ гимназиясы",
            " № ",
        ] {
            assert!(school().fits(looked_for), "{looked_for}");
        }
        for looked_for in ["1", "4", "014", "лицей 14", "гимназия 15", "14 15", "<script>", "центр"] {
            assert!(!school().fits(looked_for), "{looked_for}");
        }
    }

    #[test]
    fn names_stand_in_the_order_of_the_alphabet() {
        let mut names = [
            "Якупов",
            "Өмірова",
            "Оразова",
            "Әбдіхан",
            "Иванова",
            "абаева",
            "Қасым",
            "Ким",
            "Бауыржан",
            "Ёлкина",
            "Елкина",
        ];
        names.sort_by_key(|name| alphabetical(name));
        assert_eq!(
            names,
            [
                "абаева",
                "Әбдіхан",
                "Бауыржан",
                "Елкина",
                "Ёлкина",
                "Иванова",
                "Ким",
                "Қасым",
                "Оразова",
                "Өмірова",
                "Якупов"
            ]
        );
        assert!(alphabetical("Ким А") < alphabetical("Кима"));
    }

    #[test]
    fn a_teacher_is_found_by_name_and_by_school() {
        let teacher = Teacher {
            id: TeacherId::parse("teacher-1").unwrap(),
            school: school().id,
            name: "Қасымова Үміт Серікқызы".to_owned(),
            category: Category::Expert,
            years: 7,
            languages: vec![Language::Kazakh],
            rating: None,
        };
        for looked_for in ["", "касымова", "Умит Касымова", "ҚАСЫМОВА", "14", "касымова гимназия 14", "серикк"]
        {
            assert!(teacher.fits(looked_for, Some(&school())), "{looked_for}");
        }
        for looked_for in ["иванова", "касымова 15", "7", "<b>"] {
            assert!(!teacher.fits(looked_for, Some(&school())), "{looked_for}");
        }
        assert!(teacher.fits("касымова", None) && !teacher.fits("14", None));
    }
}
