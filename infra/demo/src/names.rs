//! Names of people who do not exist: surnames are words like "sample" and "model".

use crate::dice::Dice;

pub use domain::person::Sex;

/// Which of the two naming traditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nation {
    /// Kazakh
    Kazakh,
    /// Russian
    Russian,
}

/// Surname, name and patronymic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Full {
    /// Surname
    pub surname: String,
    /// Given name
    pub name: String,
    /// Patronymic
    pub patronymic: String,
}

impl Full {
    /// In the order of documents.
    pub fn full(&self) -> String {
        format!("{} {} {}", self.surname, self.name, self.patronymic)
    }
}

/// Stems to which `в`/`ва` is added.
const KAZAKH_SURNAMES: &[&str] = &[
    "Үлгіе",
    "Мысало",
    "Сынақо",
    "Байқаде",
    "Жобао",
    "Нұсқао",
    "Көрсете",
    "Таныста",
    "Болжамо",
    "Елесо",
    "Қиялда",
    "Ойдано",
    "Шарттыбае",
    "Үлгібае",
    "Мысалбае",
    "Сынамае",
    "Жасандо",
    "Көркемо",
    "Жоспаро",
    "Бейнее",
];
const RUSSIAN_SURNAMES: &[&str] = &[
    "Образцо",
    "Примеро",
    "Макето",
    "Пробно",
    "Эскизо",
    "Тестовико",
    "Выдумкино",
    "Демонстро",
    "Условно",
    "Шаблоно",
    "Черновико",
    "Вымысло",
    "Моделе",
    "Наброско",
    "Проекто",
    "Схемато",
    "Бланко",
    "Небывало",
    "Сказочнико",
    "Опытно",
];
const KAZAKH_MEN: &[&str] =
    &["Ерлан", "Нұрлан", "Алихан", "Тимур", "Санжар", "Диас", "Арман", "Бекзат", "Дәурен", "Айдос", "Мирас", "Әділ"];
const KAZAKH_WOMEN: &[&str] =
    &["Айгүл", "Әсел", "Дана", "Мәдина", "Гүлнұр", "Айша", "Томирис", "Жанар", "Сәуле", "Аружан", "Еркежан", "Інжу"];
/// Name, and the stem of the patronymic.
const RUSSIAN_MEN: &[(&str, &str)] = &[
    ("Иван", "Иванов"),
    ("Пётр", "Петров"),
    ("Алексей", "Алексеев"),
    ("Максим", "Максимов"),
    ("Артём", "Артёмов"),
    ("Сергей", "Сергеев"),
    ("Денис", "Денисов"),
    ("Павел", "Павлов"),
    ("Тимофей", "Тимофеев"),
    ("Глеб", "Глебов"),
];
const RUSSIAN_WOMEN: &[&str] =
    &["Анна", "Мария", "Ольга", "Елена", "Дарья", "Софья", "Полина", "Наталья", "Ксения", "Вера", "Ирина", "Юлия"];

/// A full name.
pub fn person(dice: &mut Dice, nation: Nation, sex: Sex) -> Full {
    let family = family_name(dice, nation);
    let father = father_name(dice, nation);
    Full {
        surname: inflect(&family, sex),
        name: given_name(dice, nation, sex),
        patronymic: patronymic(nation, sex, &father),
    }
}

/// The stem of a family's surname.
pub fn family_name(dice: &mut Dice, nation: Nation) -> String {
    let stems = match nation {
        Nation::Kazakh => KAZAKH_SURNAMES,
        Nation::Russian => RUSSIAN_SURNAMES,
    };
    dice.pick(stems).map(|stem| (*stem).to_owned()).unwrap_or_default()
}

/// The surname as a man or a woman of the family bears it.
pub fn inflect(family: &str, sex: Sex) -> String {
    match sex {
        Sex::Male => format!("{family}в"),
        Sex::Female => format!("{family}ва"),
    }
}

/// A given name.
pub fn given_name(dice: &mut Dice, nation: Nation, sex: Sex) -> String {
    match (nation, sex) {
        (Nation::Kazakh, Sex::Male) => dice.pick(KAZAKH_MEN).map(|name| (*name).to_owned()),
        (Nation::Kazakh, Sex::Female) => dice.pick(KAZAKH_WOMEN).map(|name| (*name).to_owned()),
        (Nation::Russian, Sex::Male) => dice.pick(RUSSIAN_MEN).map(|(name, _)| (*name).to_owned()),
        (Nation::Russian, Sex::Female) => dice.pick(RUSSIAN_WOMEN).map(|name| (*name).to_owned()),
    }
    .unwrap_or_default()
}

/// The father's name, as the stem of a patronymic.
pub fn father_name(dice: &mut Dice, nation: Nation) -> String {
    match nation {
        Nation::Kazakh => dice.pick(KAZAKH_MEN).map(|name| (*name).to_owned()),
        Nation::Russian => dice.pick(RUSSIAN_MEN).map(|(_, stem)| (*stem).to_owned()),
    }
    .unwrap_or_default()
}

/// The patronymic of a son or daughter.
pub fn patronymic(nation: Nation, sex: Sex, father: &str) -> String {
    let ending = match (nation, sex) {
        (Nation::Kazakh, Sex::Male) => "ұлы",
        (Nation::Kazakh, Sex::Female) => "қызы",
        (Nation::Russian, Sex::Male) => "ич",
        (Nation::Russian, Sex::Female) => "на",
    };
    format!("{father}{ending}")
}
