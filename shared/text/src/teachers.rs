//! Words of the list of teachers and their pages.

use domain::Locale;
use domain::directory::Category;

use crate::Phrase;
use crate::plural::{Plural, count};

crate::phrases! {
    TITLE: "Список учителей", "Мұғалімдер тізімі";
    DESCRIPTION: "Учителя начальных классов города: школа, категория, стаж, языки обучения, показатели и рейтинг.",
        "Қаланың бастауыш сынып мұғалімдері: мектебі, санаты, өтілі, оқыту тілдері, көрсеткіштері мен рейтингі.";
    INTRO: "Учителя начальных классов всех школ города.", "Қаланың барлық мектебіндегі бастауыш сынып мұғалімдері.";
    EMPTY: "Список учителей ещё не опубликован.", "Мұғалімдер тізімі әлі жарияланған жоқ.";

    SEARCH: "Имя учителя, название или номер школы", "Мұғалімнің аты, мектептің атауы немесе нөмірі";
    SCHOOL: "Школа", "Мектебі";
    ANY_SCHOOL: "Все школы", "Барлық мектеп";
    CATEGORY: "Категория", "Санаты";
    ANY_CATEGORY: "Любая", "Кез келгені";
    BY_NAME: "По имени", "Аты бойынша";
    BY_RATING: "Сначала с высоким рейтингом", "Алдымен рейтингі жоғары";
    BY_YEARS: "Сначала с большим стажем", "Алдымен өтілі көп";
    ALL_TEACHERS: "Показать всех учителей", "Барлық мұғалімді көрсету";

    FOUND: "Найдено: {teachers}", "Табылғаны: {teachers}";
    FOUND_PART: "Найдено: {teachers}, на этой странице — с {from} по {to}",
        "Табылғаны: {teachers}, осы бетте {from} – {to} аралығы";
    NONE: "Таких учителей нет. Проверьте имя или номер школы, уберите часть фильтров или покажите всех учителей.",
        "Мұндай мұғалім жоқ. Атын немесе мектеп нөмірін тексеріңіз, сүзгілердің бір бөлігін алып тастаңыз немесе барлық мұғалімді көрсетіңіз.";

    TEACHER_TITLE: "{name}, учитель", "{name}, мұғалім";
    TEACHER_DESCRIPTION: "{name}, учитель начальных классов, {school}: категория, стаж, языки обучения, показатели и рейтинг.",
        "{name}, бастауыш сынып мұғалімі, {school}: санаты, өтілі, оқыту тілдері, көрсеткіштері мен рейтингі.";
    YEARS: "Педагогический стаж", "Педагогикалық өтілі";
    LANGUAGES: "Языки обучения", "Оқыту тілдері";
    COLLEAGUES: "Другие учителя этой школы", "Осы мектептің басқа мұғалімдері";
    RATING_NONE: "Рейтинга нет: отдел образования не передавал баллов этого учителя.",
        "Рейтинг жоқ: білім бөлімі бұл мұғалімнің балдарын бермеген.";

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

const TEACHERS: Plural =
    Plural { ru_one: "учитель", ru_few: "учителя", ru_many: "учителей", kk: "мұғалім" };
const YEARS_OF: Plural = Plural { ru_one: "год", ru_few: "года", ru_many: "лет", kk: "жыл" };

/// How many teachers.
pub fn teachers(locale: Locale, number: usize) -> String {
    count(locale, number.try_into().unwrap_or(u64::MAX), &TEACHERS)
}

/// How many years of teaching.
pub fn years(locale: Locale, number: u8) -> String {
    count(locale, number.into(), &YEARS_OF)
}
