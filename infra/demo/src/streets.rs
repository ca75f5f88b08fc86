//! Streets of the made-up city. Names of Karaganda give the flavour; kinds, old names, numbers of
//! houses and who serves them are invented.

use domain::directory::rows::StreetRow;
use domain::directory::{StreetId, StreetKind};

use crate::DemoError;
use StreetKind::{Avenue, Boulevard, Lane, Microdistrict, Quarter, Street};

/// A part of the city with its streets.
pub struct Area {
    /// Name in Russian
    pub ru: &'static str,
    /// Name in Kazakh
    pub kk: &'static str,
    /// Its streets
    pub streets: &'static [Entry],
}

/// Id, kind, Russian name, Kazakh name, old names separated by `;`, number of the last house.
pub type Entry = (&'static str, StreetKind, &'static str, &'static str, &'static str, u32);

/// The whole city.
pub const AREAS: &[Area] = &[
    Area {
        ru: "Майкудук",
        kk: "Майқұдық",
        streets: &[
            ("mkr-11a", Microdistrict, "11а", "11а", "", 40),
            ("mkr-12", Microdistrict, "12", "12", "", 52),
            ("mkr-13", Microdistrict, "13", "13", "", 48),
            ("mkr-14", Microdistrict, "14", "14", "", 44),
            ("mkr-15", Microdistrict, "15", "15", "", 36),
            ("mkr-16", Microdistrict, "16", "16", "", 50),
            ("mkr-17", Microdistrict, "17", "17", "", 60),
            ("mkr-18", Microdistrict, "18", "18", "", 54),
            ("mkr-19", Microdistrict, "19", "19", "", 46),
            ("mkr-vostok-1", Microdistrict, "Восток-1", "Шығыс-1", "", 38),
            ("mkr-vostok-2", Microdistrict, "Восток-2", "Шығыс-2", "", 42),
            ("mkr-vostok-3", Microdistrict, "Восток-3", "Шығыс-3", "", 34),
            ("mkr-vostok-5", Microdistrict, "Восток-5", "Шығыс-5", "", 30),
            ("mkr-golubye-prudy", Microdistrict, "Голубые пруды", "Көгілдір тоғандар", "", 56),
            ("mkr-tomiris", Microdistrict, "Томирис", "Томирис", "", 24),
            ("kvartal-1", Quarter, "1", "1", "", 28),
            ("kvartal-108", Quarter, "108", "108", "", 22),
            ("magnitogorskaya", Street, "Магнитогорская", "Магнитогорск", "", 96),
            ("karla-marksa", Street, "Карла Маркса", "Карл Маркс", "", 120),
            ("donskaya", Street, "Донская", "Дон", "", 70),
            ("volgodonskaya", Street, "Волгодонская", "Волгодон", "", 64),
            ("belinskogo", Street, "Белинского", "Белинский", "", 58),
            ("zelinskogo", Street, "Зелинского", "Зелинский", "", 42),
            ("mamina-sibiryaka", Street, "Мамина-Сибиряка", "Мамин-Сибиряк", "", 50),
            ("arkhitekturnaya", Street, "Архитектурная", "Сәулет", "", 34),
            ("truda", Street, "Труда", "Еңбек", "", 46),
            ("uyutnaya", Street, "Уютная", "Жайлы", "", 32),
        ],
    },
    Area {
        ru: "Юго-Восток",
        kk: "Оңтүстік-Шығыс",
        streets: &[
            ("mkr-gulder-1", Microdistrict, "Гульдер-1", "Гүлдер-1", "", 44),
            ("mkr-gulder-2", Microdistrict, "Гульдер-2", "Гүлдер-2", "", 40),
            ("mkr-kendala", Microdistrict, "Кендала", "Кең дала", "", 62),
            ("mkr-kungey", Microdistrict, "Кунгей", "Күнгей", "", 80),
            ("mkr-30", Microdistrict, "30", "30", "", 36),
            ("mkr-stepnoy-1", Microdistrict, "Степной-1", "Степной-1", "", 48),
            ("mkr-stepnoy-2", Microdistrict, "Степной-2", "Степной-2", "", 46),
            ("mkr-stepnoy-3", Microdistrict, "Степной-3", "Степной-3", "", 30),
            ("mkr-stepnoy-4", Microdistrict, "Степной-4", "Степной-4", "", 38),
            ("mkr-orbita-1", Microdistrict, "Орбита-1", "Орбита-1", "", 34),
            ("mkr-orbita-2", Microdistrict, "Орбита-2", "Орбита-2", "", 28),
            ("mustafina", Street, "Мустафина", "Мұстафин", "Пионерская", 110),
            ("seitkulova", Street, "Мухаметхана Сейткулова", "Мұхаметхан Сейтқұлов", "", 66),
            ("tleugabulova", Street, "Кайрата Тлеугабулова", "Қайрат Тілеуғабылов", "", 54),
            ("orlova", Street, "Орлова", "Орлов", "", 72),
            ("ryskulova", Street, "Рыскулова", "Рысқұлов", "", 48),
            ("kubanskaya", Street, "Кубанская", "Кубань", "", 36),
            ("gapeeva", Street, "Гапеева", "Гапеев", "", 44),
            ("taugul", Street, "Таугуль", "Таугүл", "Горная", 38),
            ("universitetskaya", Street, "Университетская", "Университет", "", 40),
            ("shakhterov", Avenue, "Шахтёров", "Шахтерлер", "", 84),
            ("respubliki", Avenue, "Республики", "Республика", "", 60),
        ],
    },
    Area {
        ru: "Новый город",
        kk: "Жаңа қала",
        streets: &[
            ("nazarbaeva", Avenue, "Нурсултана Назарбаева", "Нұрсұлтан Назарбаев", "Мира;Бейбітшілік", 124),
            ("bukhar-zhyrau", Avenue, "Бухар-Жырау", "Бұқар жырау", "Советский;Кеңес", 112),
            ("nurkena-abdirova", Avenue, "Нуркена Абдирова", "Нүркен Әбдіров", "", 58),
            ("erubaeva", Street, "Ерубаева", "Ерубаев", "", 76),
            ("alikhanova", Street, "Алиханова", "Әлиханов", "", 64),
            ("kostenko", Street, "Костенко", "Костенко", "", 52),
            ("lobody", Street, "Лободы", "Лобода", "", 60),
            ("gogolya", Street, "Гоголя", "Гоголь", "", 88),
            ("baiturynova", Street, "Ахмета Байтурсынова", "Ахмет Байтұрсынұлы", "Крылова", 70),
            ("amangeldy", Street, "Амангельды", "Амангелді", "", 56),
            ("abaya", Street, "Абая", "Абай", "Театральная", 82),
            ("zhambyla", Street, "Жамбыла", "Жамбыл", "", 48),
            ("mukanova", Street, "Муканова", "Мұқанов", "Северная", 90),
            ("krivoguza", Street, "Кривогуза", "Кривогуз", "", 44),
            ("yermekova", Street, "Ермекова", "Ермеков", "", 74),
            ("tattimbeta", Street, "Таттимбета", "Тәттімбет", "", 36),
            ("satybaldina", Street, "Сатыбалдина", "Сатыбалдин", "", 42),
            ("chkalova", Street, "Чкалова", "Чкалов", "", 40),
            ("yazeva", Street, "Язева", "Язев", "", 34),
            ("8-marta", Street, "8 Марта", "8 наурыз", "", 46),
            ("zhastar", Boulevard, "Жастар", "Жастар", "Молодёжный", 30),
            ("mira-boulevard", Boulevard, "Мира", "Бейбітшілік", "", 38),
            ("sadovy", Lane, "Садовый", "Бақша", "", 18),
        ],
    },
    Area {
        ru: "Пришахтинск",
        kk: "Пришахтинск",
        streets: &[
            ("mkr-21", Microdistrict, "21", "21", "", 40),
            ("mkr-22", Microdistrict, "22", "22", "", 44),
            ("mkr-23", Microdistrict, "23", "23", "", 38),
            ("kuzembaeva", Street, "Кузембаева", "Күзембаев", "", 68),
            ("chelyuskintsev", Street, "Челюскинцев", "Челюскиншілер", "", 54),
            ("komissarova", Street, "Комиссарова", "Комиссаров", "", 50),
            ("zheleznodorozhnaya", Street, "Железнодорожная", "Теміржол", "", 46),
            ("shkolnaya", Street, "Школьная", "Мектеп", "", 36),
            ("druzhby", Street, "Дружбы", "Достық", "", 42),
            ("michurina", Street, "Мичурина", "Мичурин", "", 40),
            ("kosmonavtov", Street, "Космонавтов", "Ғарышкерлер", "", 58),
            ("kirpichnaya", Street, "Кирпичная", "Кірпіш", "", 30),
            ("lokomotivnaya", Street, "Локомотивная", "Локомотив", "", 34),
            ("stepnaya", Street, "Степная", "Дала", "", 48),
            ("pobedy", Street, "Победы", "Жеңіс", "", 52),
            ("rudnichny", Lane, "Рудничный", "Кеніш", "", 16),
        ],
    },
    Area {
        ru: "Михайловка",
        kk: "Михайловка",
        streets: &[
            ("mkr-panel-tsentr", Microdistrict, "Панель-Центр", "Панель-Орталық", "", 32),
            ("tsentralnaya", Street, "Центральная", "Орталық", "", 60),
            ("novoselov", Street, "Новосёлов", "Қоныс", "", 44),
            ("klyuchevaya", Street, "Ключевая", "Бұлақ", "", 38),
            ("poletaeva", Street, "Полетаева", "Полетаев", "", 40),
            ("okhotskaya", Street, "Охотская", "Охот", "", 36),
            ("polevaya", Street, "Полевая", "Егістік", "", 42),
            ("nagornaya", Street, "Нагорная", "Таулы", "", 28),
            ("zelenaya", Street, "Зелёная", "Жасыл", "", 34),
            ("ardak", Street, "Ардак", "Ардақ", "Солнечная", 30),
        ],
    },
];

/// The row of a street.
pub fn row(area: &Area, entry: &Entry) -> Result<StreetRow, DemoError> {
    let (id, kind, ru, kk, old, _) = *entry;
    Ok(StreetRow {
        id: StreetId::parse(id)?,
        kind,
        name_ru: ru.to_owned(),
        name_kk: kk.to_owned(),
        old_names: old.split(';').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        area_ru: area.ru.to_owned(),
        area_kk: area.kk.to_owned(),
    })
}
