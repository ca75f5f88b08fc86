//! The directory in the office: its files, what is wrong in one, what applying it would change.

use domain::Locale;
use domain::directory::sheet::{Change, Fault, Refusal, Sheet};

use crate::{Phrase, Plural, count};

crate::phrases! {
    DIRECTORY: "Справочник", "Анықтамалық";
    INTRO:
        "Портал берёт школы, улицы и места из этих файлов. Загружайте их в том порядке, в котором они стоят: каждый ссылается на те, что выше.",
        "Портал мектептерді, көшелерді және орындарды осы файлдардан алады. Оларды тізімдегі ретімен жүктеңіз: әрқайсысы жоғарыдағыларға сілтейді.";
    FILES: "Файлы справочника", "Анықтамалық файлдары";
    FILE: "Файл", "Файл";
    ROWS: "Строк", "Жолдар саны";
    APPLIED_AT: "Действует с", "Қолданыста болған уақыты";
    APPLIED_BY: "Кто загрузил", "Кім жүктеді";
    NEVER: "Ещё не загружали", "Әлі жүктелмеген";
    BY_TOOL: "Программа загрузки", "Жүктеу бағдарламасы";
    EXPORT: "Скачать", "Жүктеп алу";
    EXPORT_OF: "Скачать {file}", "{file} файлын жүктеп алу";
    TO_DIRECTORY: "К справочнику", "Анықтамалыққа";

    CAMPAIGNS: "Кампании", "Науқандар";
    HOLIDAYS: "Праздничные дни", "Мереке күндері";
    SCHOOLS: "Школы", "Мектептер";
    TEACHERS: "Учителя", "Мұғалімдер";
    RATINGS: "Рейтинги", "Рейтингтер";
    STREETS: "Улицы", "Көшелер";
    TERRITORIES: "Территории обслуживания", "Қызмет көрсету аумақтары";
    PLACES: "Места", "Орындар";
    SHIFTS: "Смены лагерей", "Лагерь ауысымдары";

    UPLOAD: "Загрузить новый файл", "Жаңа файл жүктеу";
    UPLOAD_INTRO:
        "Файл заменит прежний целиком: чего в нём нет, того не будет и на портале. Сначала портал проверит файл и покажет, что изменится. До вашего подтверждения ничего не меняется.",
        "Файл бұрынғысын толық алмастырады: онда жоқ нәрсе порталда да болмайды. Алдымен портал файлды тексеріп, не өзгеретінін көрсетеді. Сіз растағанша ештеңе өзгермейді.";
    CHOOSE: "Файл CSV с компьютера", "Компьютердегі CSV файлы";
    FORMAT:
        "CSV в кодировке UTF-8, до 20 МБ, через запятую или точку с запятой. В Excel: «Сохранить как» → «CSV UTF-8».",
        "UTF-8 кодировкасындағы CSV, 20 МБ-қа дейін, үтір немесе нүктелі үтір арқылы. Excel-де: «Сохранить как» → «CSV UTF-8».";
    SEND: "Проверить файл", "Файлды тексеру";
    COLUMNS: "Столбцы файла", "Файл бағандары";
    COLUMN: "Столбец", "Баған";
    HOLDS: "Что в нём", "Не жазылады";
    COLUMNS_INTRO:
        "Первая строка называет столбцы так, как здесь; порядок любой. Проще всего скачать действующий файл и исправить его.",
        "Бірінші жолда бағандар осындағыдай аталады; реті кез келген. Ең оңайы — қолданыстағы файлды жүктеп алып, түзету.";
    BIG: "Файл больше 20 МБ. Проверьте, тот ли это файл.", "Файл 20 МБ-тан үлкен. Бұл сол файл ма, тексеріңіз.";
    BIG_WITHOUT_SCRIPT:
        "Файл больше 4 МБ. Включите JavaScript, тогда можно загрузить до 20 МБ.",
        "Файл 4 МБ-тан үлкен. JavaScript-ті қоссаңыз, 20 МБ-қа дейін жүктеуге болады.";
    FAILED: "Не удалось загрузить файл. Проверьте связь и нажмите «Проверить файл» ещё раз.",
        "Файл жүктелмеді. Байланысты тексеріп, «Файлды тексеру» батырмасын қайта басыңыз.";
    NO_FILE: "Выберите файл", "Файлды таңдаңыз";
    EMPTY_FILE: "Файл пустой. Выберите другой", "Файл бос. Басқасын таңдаңыз";

    IMPORT: "Загрузка: {file}", "Жүктеу: {file}";
    SENT: "Отправлено {when}, {name}", "Жіберілді: {when}, {name}";
    CHECKING: "Проверяется", "Тексерілуде";
    CHECKING_HINT:
        "Обычно это занимает несколько секунд, для большого файла — до двух минут. Страница обновится сама.",
        "Әдетте бұл бірнеше секунд алады, үлкен файлға екі минутқа дейін кетеді. Бет өзі жаңарады.";
    REFRESH: "Обновить страницу", "Бетті жаңарту";
    LOST: "Файл не дошёл", "Файл жетпеді";
    REFUSED: "Файл не принят", "Файл қабылданбады";
    FAULTY: "Есть ошибки", "Қателер бар";
    FAULTY_HINT:
        "Исправьте файл и загрузите его ещё раз. На портале ничего не изменилось.",
        "Файлды түзетіп, қайта жүктеңіз. Порталда ештеңе өзгерген жоқ.";
    SAME: "Ничего не меняется", "Ештеңе өзгермейді";
    SAME_HINT:
        "В файле то же, что уже есть на портале. Применять нечего.",
        "Файлда порталда бар деректердің өзі. Қолданатын ештеңе жоқ.";
    SOUND: "Ошибок нет", "Қате жоқ";
    APPLIED: "Применено", "Қолданылды";
    APPLIED_HINT: "Файл действует с {when}.", "Файл {when} бастап қолданыста.";
    OVERTAKEN: "Справочник изменился", "Анықтамалық өзгерді";
    OVERTAKEN_HINT:
        "После проверки кто-то применил другой файл, и сравнение уже неверно. Этот файл не применён. Загрузите его ещё раз.",
        "Тексеруден кейін біреу басқа файлды қолданды, сондықтан салыстыру енді дұрыс емес. Бұл файл қолданылған жоқ. Оны қайта жүктеңіз.";
    OVERTAKEN_BY: "Сейчас действует файл от {when}, загрузил(а) {name}.", "Қазір {when} күнгі файл қолданыста, жүктеген: {name}.";
    AGAIN: "Загрузить файл ещё раз", "Файлды қайта жүктеу";

    FAULTS: "Ошибки", "Қателер";
    LINE: "Строка", "Жол";
    WRONG: "Что не так", "Не дұрыс емес";
    MORE: "Показаны первые {shown} из {all}.", "Барлығы {all}, алғашқы {shown} көрсетілді.";
    WHOLE_ROW: "вся строка", "бүкіл жол";

    CHANGES: "Что изменится", "Не өзгереді";
    CHANGED_NOW: "Что изменилось", "Не өзгерді";
    ADDED: "Добавляется", "Қосылады";
    CHANGED: "Меняется", "Өзгереді";
    REMOVED: "Исчезает", "Жойылады";
    UNTOUCHED: "Остаётся как есть", "Сол күйінде қалады";
    WHAT: "Что", "Не";
    ROW: "Запись", "Жазба";
    CELLS: "Было → станет", "Бұрын → енді";
    NOTHING: "пусто", "бос";

    CONFIRM: "Я просмотрел(а) изменения", "Мен өзгерістерді қарап шықтым";
    CONFIRM_HINT:
        "Изменения появятся на портале в течение минуты. Вернуть прежнее можно только прежним файлом: скачайте его заранее.",
        "Өзгерістер порталда бір минут ішінде пайда болады. Бұрынғысын тек бұрынғы файлмен қайтаруға болады: оны алдын ала жүктеп алыңыз.";
    CONFIRM_MISSING: "Отметьте, что вы просмотрели изменения", "Өзгерістерді қарап шыққаныңызды белгілеңіз";
    APPLY: "Применить", "Қолдану";

    REFUSED_EMPTY: "Файл пустой.", "Файл бос.";
    REFUSED_NOT_TEXT:
        "Это не таблица CSV в кодировке UTF-8. Книгу Excel сохраните так: «Сохранить как» → «CSV UTF-8».",
        "Бұл UTF-8 кодировкасындағы CSV кестесі емес. Excel кітабын былай сақтаңыз: «Сохранить как» → «CSV UTF-8».";
    REFUSED_MISSING: "В первой строке нет столбцов: {columns}.", "Бірінші жолда мына бағандар жоқ: {columns}.";
    REFUSED_UNKNOWN: "Лишние или повторные столбцы: {columns}.", "Артық немесе қайталанған бағандар: {columns}.";
    REFUSED_NO_ROWS:
        "В файле нет ни одной записи. Чтобы на портале ничего не пропало, пустой файл не принимается.",
        "Файлда бірде-бір жазба жоқ. Порталда ештеңе жоғалмауы үшін бос файл қабылданбайды.";
    REFUSED_CHECK_FAILED:
        "Не удалось проверить файл. Загрузите его ещё раз.",
        "Файлды тексеру мүмкін болмады. Оны қайта жүктеңіз.";

    FAULT_UNREADABLE: "Не подходит. Нужно: {expected}", "Сәйкес келмейді. Керегі: {expected}";
    FAULT_EMPTY: "Ячейка пустая. Нужно: {expected}", "Ұяшық бос. Керегі: {expected}";
    FAULT_TOO_LONG: "Больше 200 знаков", "200 таңбадан көп";
    FAULT_ORDER: "Конец раньше начала", "Соңы басынан бұрын";
    FAULT_UNKNOWN: "Такой записи нет в файле «{file}»", "Мұндай жазба «{file}» файлында жоқ";
    FAULT_NOT_TAUGHT: "Школа не учит на этом языке", "Мектеп бұл тілде оқытпайды";
    FAULT_REPEATED: "То же, что в строке {line}", "{line}-жолдағымен бірдей";
    FAULT_CELLS: "Ячеек больше или меньше, чем столбцов", "Ұяшықтар саны бағандардан көп немесе аз";
    FAULT_NOT_UTF8: "Не в кодировке UTF-8", "UTF-8 кодировкасында емес";
    FAULT_STILL_NAMED:
        "Записи {id} в файле нет, но на неё ссылается файл «{file}»",
        "{id} жазбасы файлда жоқ, бірақ оған «{file}» файлы сілтейді";

    OF_TEXT: "текст", "мәтін";
    OF_ID: "код: строчные латинские буквы, цифры и дефис, до 40 знаков", "код: латынның кіші әріптері, цифрлар мен сызықша, 40 таңбаға дейін";
    OF_SCHOOL: "код школы из файла «Школы»", "«Мектептер» файлындағы мектеп коды";
    OF_TEACHER:
        "код учителя из файла «Учителя» или пусто, если это рейтинг самой школы",
        "«Мұғалімдер» файлындағы мұғалім коды немесе мектептің өз рейтингі болса, бос";
    OF_STREET: "код улицы из файла «Улицы»", "«Көшелер» файлындағы көше коды";
    OF_CAMPAIGN: "код кампании из файла «Кампании»", "«Науқандар» файлындағы науқан коды";
    OF_NUMBER: "целое число", "бүтін сан";
    OF_NUMBER_OR_NOTHING: "целое число или пусто", "бүтін сан немесе бос";
    OF_POINTS: "целое число не больше, чем в столбце of", "of бағанындағыдан аспайтын бүтін сан";
    OF_EMAIL: "адрес электронной почты или пусто", "электрондық пошта мекенжайы немесе бос";
    OF_WEBSITE: "адрес сайта с https:// в начале или пусто", "https:// деп басталатын сайт мекенжайы немесе бос";
    OF_LIST:
        "список через точку с запятой до 1000 знаков или пусто; на обоих языках записей поровну",
        "нүктелі үтір арқылы 1000 таңбаға дейінгі тізім немесе бос; екі тілде де жазба саны бірдей";
    OF_BREAKS: "каникулы через точку с запятой, каждые от дня до дня: 2026-10-26/2026-11-01", "нүктелі үтір арқылы каникулдар, әрқайсысы күннен күнге дейін: 2026-10-26/2026-11-01";
    OF_NEWS: "новость в одну строку на обоих языках или пусто", "екі тілде де бір жолдық жаңалық немесе бос";
    OF_RATIO: "целое число не меньше 1", "1-ден кем емес бүтін сан";
    OF_LANGUAGE: "kazakh или russian", "kazakh немесе russian";
    OF_LANGUAGES: "kazakh, russian или kazakh;russian", "kazakh, russian немесе kazakh;russian";
    OF_SCHOOL_KIND: "general, gymnasium или lyceum", "general, gymnasium немесе lyceum";
    OF_STREET_KIND:
        "street, avenue, microdistrict, quarter, lane, boulevard, passage или highway",
        "street, avenue, microdistrict, quarter, lane, boulevard, passage немесе highway";
    OF_CATEGORY:
        "teacher, moderator, expert, researcher или master",
        "teacher, moderator, expert, researcher немесе master";
    OF_NAMES: "прежние названия через точку с запятой или пусто", "нүктелі үтір арқылы бұрынғы атаулары немесе бос";
    OF_HOUSE: "номер дома, например 12А или 1/2, или пусто", "үй нөмірі, мысалы 12А немесе 1/2, немесе бос";
    OF_PARITY: "all, odd (нечётные) или even (чётные)", "all, odd (тақ) немесе even (жұп)";
    OF_SERVICE: "first-grade, transfer, meals или camp", "first-grade, transfer, meals немесе camp";
    OF_INSTANT: "момент по Гринвичу, например 2027-04-01T04:00:00Z", "Гринвич бойынша уақыт, мысалы 2027-04-01T04:00:00Z";
    OF_DATE: "дата, например 2027-09-01 или 01.09.2027", "күн, мысалы 2027-09-01 немесе 01.09.2027";
    OF_CAMP_KIND: "day (дневной) или country (загородный)", "day (күндізгі) немесе country (қала сыртындағы)";
    OF_TRUTH: "true или false", "true немесе false";
}

/// Rows, counted.
pub const RECORDS: Plural =
    Plural { ru_one: "запись", ru_few: "записи", ru_many: "записей", kk: "жазба" };

/// What a file is called.
pub const fn name(sheet: Sheet) -> Phrase {
    match sheet {
        Sheet::Campaigns => CAMPAIGNS,
        Sheet::Holidays => HOLIDAYS,
        Sheet::Schools => SCHOOLS,
        Sheet::Teachers => TEACHERS,
        Sheet::Ratings => RATINGS,
        Sheet::Streets => STREETS,
        Sheet::Territories => TERRITORIES,
        Sheet::Places => PLACES,
        Sheet::Shifts => SHIFTS,
    }
}

/// What is done to a row.
pub const fn change(change: Change) -> Phrase {
    match change {
        Change::Added => ADDED,
        Change::Changed => CHANGED,
        Change::Removed => REMOVED,
    }
}

/// What a column holds.
pub fn expected(sheet: Sheet, column: &str) -> Phrase {
    match (sheet, column) {
        (_, "id") => OF_ID,
        (_, "school") => OF_SCHOOL,
        (_, "teacher") => OF_TEACHER,
        (_, "street") => OF_STREET,
        (_, "campaign") => OF_CAMPAIGN,
        (_, "number") => OF_NUMBER_OR_NOTHING,
        (_, "ratio" | "of") => OF_RATIO,
        (_, "points") => OF_POINTS,
        (_, "email") => OF_EMAIL,
        (_, "website") => OF_WEBSITE,
        (_, "programmes_ru" | "programmes_kk" | "equipment_ru" | "equipment_kk") => OF_LIST,
        (_, "news_ru" | "news_kk") => OF_NEWS,
        (_, "breaks") => OF_BREAKS,
        // A school opened in a year, a campaign opens at an instant.
        (_, "opened" | "seats" | "years" | "capacity" | "forecast" | "keep_days" | "school_year") => OF_NUMBER,
        (_, "language") => OF_LANGUAGE,
        (_, "languages") => OF_LANGUAGES,
        (Sheet::Shifts, "kind") => OF_CAMP_KIND,
        (Sheet::Shifts, "youngest" | "oldest" | "social" | "general") => OF_NUMBER,
        (Sheet::Shifts, "first" | "last" | "given") => OF_DATE,
        (Sheet::Schools, "kind") => OF_SCHOOL_KIND,
        (_, "kind") => OF_STREET_KIND,
        (_, "category") => OF_CATEGORY,
        (_, "old_names") => OF_NAMES,
        (_, "from" | "to") => OF_HOUSE,
        (_, "parity") => OF_PARITY,
        (_, "service") => OF_SERVICE,
        (_, "opens" | "closes") => OF_INSTANT,
        (_, "date" | "first_day" | "priority_until" | "as_of") => OF_DATE,
        (_, "demo") => OF_TRUTH,
        _ => OF_TEXT,
    }
}

/// What is wrong with a row.
pub fn fault(l: Locale, sheet: Sheet, column: Option<&str>, fault: &Fault) -> String {
    let expected = column.map_or(OF_TEXT, |column| expected(sheet, column)).get(l);
    match fault {
        Fault::Unreadable => FAULT_UNREADABLE.fill(l, &[("expected", expected)]),
        Fault::Empty => FAULT_EMPTY.fill(l, &[("expected", expected)]),
        Fault::TooLong => FAULT_TOO_LONG.get(l).to_owned(),
        Fault::Order => FAULT_ORDER.get(l).to_owned(),
        Fault::Unknown(other) => FAULT_UNKNOWN.fill(l, &[("file", name(*other).get(l))]),
        Fault::NotTaught => FAULT_NOT_TAUGHT.get(l).to_owned(),
        Fault::Repeated(line) => FAULT_REPEATED.fill(l, &[("line", &line.to_string())]),
        Fault::Cells => FAULT_CELLS.get(l).to_owned(),
        Fault::NotUtf8 => FAULT_NOT_UTF8.get(l).to_owned(),
        Fault::StillNamed { id, by } => FAULT_STILL_NAMED.fill(l, &[("id", id), ("file", name(*by).get(l))]),
    }
}

/// Why a file is not taken.
pub fn refusal(l: Locale, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Empty => REFUSED_EMPTY.get(l).to_owned(),
        Refusal::NotText => REFUSED_NOT_TEXT.get(l).to_owned(),
        Refusal::TooBig => BIG.get(l).to_owned(),
        Refusal::Columns { missing, unknown } => [(REFUSED_MISSING, missing), (REFUSED_UNKNOWN, unknown)]
            .into_iter()
            .filter(|(_, columns)| !columns.is_empty())
            .map(|(phrase, columns)| phrase.fill(l, &[("columns", &columns.join(", "))]))
            .collect::<Vec<_>>()
            .join(" "),
        Refusal::NoRows => REFUSED_NO_ROWS.get(l).to_owned(),
        Refusal::CheckFailed => REFUSED_CHECK_FAILED.get(l).to_owned(),
    }
}

/// So many records.
pub fn records(l: Locale, number: u64) -> String {
    count(l, number, &RECORDS)
}

#[cfg(test)]
mod tests {
    use domain::directory::rows::{
        CampaignRow, HolidayRow, PlaceRow, RatingRow, Row, SchoolRow, ShiftRow, StreetRow, TeacherRow, TerritoryRow,
    };

    use super::*;

    #[test]
    fn every_column_that_is_no_text_says_what_it_holds() {
        const TEXTS: &[&str] = &[
            "name_ru",
            "name_kk",
            "district_ru",
            "district_kk",
            "address_ru",
            "address_kk",
            "phone",
            "head",
            "name",
            "area_ru",
            "area_kk",
            "part_ru",
            "part_kk",
            "source_ru",
            "source_kk",
            "camp_ru",
            "camp_kk",
            "venue_ru",
            "venue_kk",
        ];
        let columns = [
            (Sheet::Campaigns, CampaignRow::COLUMNS),
            (Sheet::Holidays, HolidayRow::COLUMNS),
            (Sheet::Schools, SchoolRow::COLUMNS),
            (Sheet::Teachers, TeacherRow::COLUMNS),
            (Sheet::Ratings, RatingRow::COLUMNS),
            (Sheet::Streets, StreetRow::COLUMNS),
            (Sheet::Territories, TerritoryRow::COLUMNS),
            (Sheet::Places, PlaceRow::COLUMNS),
            (Sheet::Shifts, ShiftRow::COLUMNS),
        ];
        for (sheet, columns) in columns {
            for column in columns {
                assert_eq!(expected(sheet, column) == OF_TEXT, TEXTS.contains(column), "{sheet:?} {column}");
            }
        }
    }

    #[test]
    fn a_refused_heading_names_the_columns() {
        let refused = Refusal::Columns { missing: vec!["id".to_owned(), "kind".to_owned()], unknown: Vec::new() };
        assert_eq!(refusal(Locale::Ru, &refused), "В первой строке нет столбцов: id, kind.");
    }
}
