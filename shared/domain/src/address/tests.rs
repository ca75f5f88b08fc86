//! Spellings that people use, with what must come of them.

use super::*;
use crate::directory::{Bilingual, SchoolId, Street, StreetId, StreetKind};
use crate::locale::{Language, Locale};

fn street(id: &str, kind: StreetKind, ru: &str, kk: &str, old: &[&str]) -> Street {
    Street {
        id: StreetId::parse(id).unwrap(),
        kind,
        name: Bilingual::new(ru, kk),
        old_names: old.iter().map(|name| (*name).to_owned()).collect(),
        area: None,
    }
}

fn city() -> AddressIndex {
    use StreetKind::{Avenue, Boulevard, Lane, Microdistrict, Quarter, Street as Plain};
    let mut streets = vec![
        street("mustafina", Plain, "Мустафина", "Мұстафин", &[]),
        street("magnitogorskaya", Plain, "Магнитогорская", "Магнитогорск", &[]),
        street("kostenko", Plain, "Костенко", "Костенко", &[]),
        street("lobody", Plain, "Лободы", "Лобода", &[]),
        street("nazarbaeva", Avenue, "Нурсултана Назарбаева", "Нұрсұлтан Назарбаев", &["Мира", "Бейбітшілік"]),
        street("bukhar-zhyrau", Avenue, "Бухар-Жырау", "Бұқар жырау", &["Советский"]),
        street("orlova", Plain, "Орлова", "Орлов", &[]),
        street("erubaeva", Plain, "Ерубаева", "Ерубаев", &["Карла Маркса"]),
        street("alikhanova", Plain, "Алиханова", "Әлиханов", &[]),
        street("donskaya", Plain, "Донская", "Дон", &[]),
        street("8-marta", Plain, "8 Марта", "8 наурыз", &[]),
        street("gogolya", Plain, "Гоголя", "Гоголь", &[]),
        street("baiturynova", Plain, "Ахмета Байтурсынова", "Ахмет Байтұрсынұлы", &["Крылова"]),
        street("stepnaya", Plain, "Степная", "Дала", &[]),
        street("mira-boulevard", Boulevard, "Мира", "Бейбітшілік", &[]),
        street("sadovy", Lane, "Садовый", "Бақша", &[]),
        street("q-1", Quarter, "1", "1", &[]),
        street("q-108", Quarter, "108", "108", &[]),
        street("mkr-11a", Microdistrict, "11а", "11а", &[]),
        street("mkr-pruds", Microdistrict, "Голубые пруды", "Көгілдір тоғандар", &[]),
        street("mkr-gulder-1", Microdistrict, "Гульдер-1", "Гүлдер-1", &[]),
        street("mkr-gulder-2", Microdistrict, "Гульдер-2", "Гүлдер-2", &[]),
        street("mkr-stepnoy-1", Microdistrict, "Степной-1", "Степной-1", &[]),
    ];
    for number in [12, 13, 14, 15, 16, 17, 18, 19, 30] {
        let number = number.to_string();
        streets.push(street(&format!("mkr-{number}"), Microdistrict, &number, &number, &[]));
    }
    for number in [1, 2, 3, 5] {
        let name = format!("Восток-{number}");
        streets.push(street(&format!("mkr-vostok-{number}"), Microdistrict, &name, &format!("Шығыс-{number}"), &[]));
    }
    AddressIndex::new(streets)
}

/// `street/house/flat` when there is no doubt, `?a,b` for a choice, `-` for nothing.
fn meaning(index: &AddressIndex, text: &str) -> String {
    match index.resolve(text) {
        Resolution::Found(found) => {
            let house = found.house.map_or_else(String::new, |house| format!("|{house}"));
            let flat = found.flat.map_or_else(String::new, |flat| format!("|{flat}"));
            format!("{}{house}{flat}", found.street.id)
        }
        Resolution::Choose(found) => {
            let ids: Vec<&str> = found.iter().map(|found| found.street.id.as_str()).collect();
            format!("?{}", ids.join(","))
        }
        Resolution::NotFound => "-".to_owned(),
    }
}

const SPELLINGS: &[(&str, &str)] = &[
    // as printed, shortened, in other order
    ("улица Мустафина, дом 1/2", "mustafina|1/2"),
    ("ул. Мустафина 1/2", "mustafina|1/2"),
    ("ул.Мустафина,1/2", "mustafina|1/2"),
    ("Мустафина 1/2", "mustafina|1/2"),
    ("мустафина улица 1/2", "mustafina|1/2"),
    ("дом 1/2, улица Мустафина", "mustafina|1/2"),
    ("г. Караганда, ул. Мустафина, д. 1/2, кв. 15", "mustafina|1/2|15"),
    ("100017, Караганда, ул Ерубаева, 12", "erubaeva|12"),
    ("УЛ МУСТАФИНА Д 12 КВ 3", "mustafina|12|3"),
    ("Мустафина 12-5", "mustafina|12|5"),
    ("Мустафина 12, 5", "mustafina|12|5"),
    // Kazakh, and Kazakh with Russian letters
    ("Мұстафин көшесі, 1/2 үй", "mustafina|1/2"),
    ("Мустафин кошеси 12", "mustafina|12"),
    ("Мұстафин к-сі 12 үй 9 пәтер", "mustafina|12|9"),
    ("Қарағанды қаласы, Мұстафин көшесі, 12-үй, 9-пәтер", "mustafina|12|9"),
    ("Нұрсұлтан Назарбаев даңғылы 25", "nazarbaeva|25"),
    ("Нурсултан Назарбаев дангылы 25", "nazarbaeva|25"),
    ("Бұқар жырау даңғ. 40", "bukhar-zhyrau|40"),
    ("Әлиханов көшесі 7", "alikhanova|7"),
    ("Алиханов 7", "alikhanova|7"),
    ("17-шағынаудан, 47 үй", "mkr-17|47"),
    ("17 ш/а 47", "mkr-17|47"),
    ("17 ықшамауданы 47 үй, 9 пәтер", "mkr-17|47|9"),
    ("Гүлдер-1 шағынауданы 5", "mkr-gulder-1|5"),
    ("Шығыс-2 ш/а 14", "mkr-vostok-2|14"),
    ("Наурыз 8 көшесі 3", "8-marta|3"),
    // avenues and their abbreviations, initials, half of a name
    ("пр. Назарбаева 25", "nazarbaeva|25"),
    ("пр-т Н. Назарбаева, 25", "nazarbaeva|25"),
    ("проспект Н.Назарбаева 25а", "nazarbaeva|25А"),
    ("пр-кт Бухар Жырау 40", "bukhar-zhyrau|40"),
    ("Б.Жырау 40", "bukhar-zhyrau|40"),
    ("Бухаржырау 40", "bukhar-zhyrau|40"),
    ("А. Байтурсынова 3", "baiturynova|3"),
    ("Байтурсынулы 3", "baiturynova|3"),
    // old names
    ("проспект Советский 40", "bukhar-zhyrau|40"),
    ("Карла Маркса 12", "erubaeva|12"),
    ("К. Маркса 12", "erubaeva|12"),
    ("ул Крылова 5", "baiturynova|5"),
    ("пр. Мира 25", "nazarbaeva|25"),
    ("бульвар Мира 25", "mira-boulevard|25"),
    ("Мира 25", "?mira-boulevard,nazarbaeva"),
    // a typo or two
    ("Мустафена 12", "mustafina|12"),
    ("Мустфина 12", "mustafina|12"),
    ("Мусатфина 12", "mustafina|12"),
    ("Магнитагорская 8", "magnitogorskaya|8"),
    ("Магнетогорскоя 8", "magnitogorskaya|8"),
    ("Ирубаева 12", "erubaeva|12"),
    ("назарбаиваа 25", "nazarbaeva|25"),
    ("Букар Жирау 40", "bukhar-zhyrau|40"),
    // Latin
    ("Mustafina 12", "mustafina|12"),
    ("ул. Мустaфинa 12A", "mustafina|12А"),
    ("Kostenko 13", "kostenko|13"),
    ("Nazarbaev 25", "nazarbaeva|25"),
    // microdistricts and quarters
    ("мкр 17, дом 47, кв. 9", "mkr-17|47|9"),
    ("мкр. 17 д. 47 к 2", "mkr-17|47 к 2"),
    ("17 мкр, 47к2", "mkr-17|47 к 2"),
    ("мкр17 47", "mkr-17|47"),
    ("17-й микрорайон, 47", "mkr-17|47"),
    ("м-н 17, 47", "mkr-17|47"),
    ("микрорайон 17/47", "mkr-17|47"),
    ("17-47-9", "mkr-17|47|9"),
    ("12 мкр 13", "mkr-12|13"),
    ("11а мкр, дом 5", "mkr-11a|5"),
    ("мкр 11 А, 5", "mkr-11a|5"),
    ("мкр. Голубые Пруды 3", "mkr-pruds|3"),
    ("Голубые пруды, 3", "mkr-pruds|3"),
    ("Гульдер 1, дом 5", "mkr-gulder-1|5"),
    ("Гульдер-1 5", "mkr-gulder-1|5"),
    ("Восток 5, дом 2", "mkr-vostok-5|2"),
    ("30-й микрорайон 5", "mkr-30|5"),
    ("1-й квартал 5", "q-1|5"),
    ("1 кв-л, д. 5", "q-1|5"),
    ("квартал 108 дом 12", "q-108|12"),
    ("8 Марта 12", "8-marta|12"),
    ("ул. 8-го Марта, 12", "8-marta|12"),
    ("Степная 4", "stepnaya|4"),
    ("мкр Степной-1, 4", "mkr-stepnoy-1|4"),
    ("пер. Садовый 2", "sadovy|2"),
    // only a street, or several that fit
    ("Мустафина", "mustafina"),
    ("Восток", "?mkr-vostok-1,mkr-vostok-2,mkr-vostok-3,mkr-vostok-5"),
    ("мкр Гульдер", "?mkr-gulder-1,mkr-gulder-2"),
    // while typing
    ("Муст", "mustafina"),
    ("Магнит", "magnitogorskaya"),
    ("Голубые пру", "mkr-pruds"),
    ("Голубые пр", "mkr-pruds"),
    // nothing like it
    ("", "-"),
    ("   ", "-"),
    (",.;-", "-"),
    ("12", "mkr-12"),
    ("мкр 47, дом 5", "-"),
    ("проспект Ленина 5", "-"),
    ("улица Несуществующая 5", "-"),
    ("ул.", "-"),
    ("<script>alert(1)</script>", "-"),
    ("999999999999999999999", "-"),
    ("Алматы, улица Абая 5", "-"),
];

#[test]
fn every_spelling_means_what_its_writer_meant() {
    let index = city();
    let wrong: Vec<String> = SPELLINGS
        .iter()
        .filter_map(|(text, expected)| {
            let got = meaning(&index, text);
            (got != *expected).then(|| format!("{text}: {got}, not {expected}\n      {:?}", index.search(text)))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), SPELLINGS.len(), wrong.join("\n"));
}

#[test]
fn a_house_is_looked_up_on_the_street_that_was_meant() {
    let index = city();
    let row = |from: &str, to: &str, parity, language, school| TerritoryRow {
        from: from.parse().ok(),
        to: to.parse().ok(),
        parity,
        language,
        school: SchoolId::parse(school).unwrap(),
    };
    let territory = Territory {
        rows: vec![
            row("1", "29", Parity::Odd, Language::Kazakh, "school-1"),
            row("2", "30", Parity::Even, Language::Kazakh, "school-2"),
            row("1", "30", Parity::All, Language::Russian, "school-3"),
        ],
    };
    for (text, kazakh, russian) in [
        ("Мустафина 1/2", Some("school-1"), Some("school-3")),
        ("Мұстафин к-сі 12А", Some("school-2"), Some("school-3")),
        ("ул. Мустафина, 30 к 4", Some("school-2"), Some("school-3")),
        ("ул. Мустафина, 31", None, None),
        ("ул. Мустафина, 300", None, None),
    ] {
        let Resolution::Found(Suggestion { house: Some(house), .. }) = index.resolve(text) else {
            panic!("{text} was not found")
        };
        let school = |language| territory.home_school(&house, language).map(SchoolId::as_str);
        assert_eq!((school(Language::Kazakh), school(Language::Russian)), (kazakh, russian), "{text}");
    }
}

#[test]
fn an_address_is_written_out_in_both_languages_and_found_again() {
    let index = city();
    for text in ["мкр 17, 47 к 2, кв 9", "Мұстафин к-сі 1/2", "Бухар жырау 40А-15"] {
        let Resolution::Found(found) = index.resolve(text) else { panic!("{text} was not found") };
        let (house, flat) = (found.house.clone().unwrap(), found.flat.clone().unwrap_or_default());
        let home = HomeAddress::known(found.street, &house, &flat, false);
        for locale in Locale::ALL {
            let again = meaning(&index, home.line(locale));
            assert_eq!(again, meaning(&index, text), "{}", home.line(locale));
        }
    }
}

/// A city of many times as many streets, all with surnames that are built alike.
fn large_city(streets: u32) -> AddressIndex {
    const SYLLABLES: [&str; 40] = [
        "ба", "бе", "ва", "ви", "га", "гу", "да", "де", "жа", "жу", "за", "зи", "ка", "ко", "ку", "ла", "ле", "ма",
        "ми", "му", "на", "ни", "но", "па", "пе", "ра", "ре", "ро", "са", "се", "су", "та", "ти", "ту", "ха", "ши",
        "аб", "ор", "ер", "ус",
    ];
    const ENDS: [(&str, &str); 8] = [
        ("ова", "ов"),
        ("ева", "ев"),
        ("ина", "ин"),
        ("ская", ""),
        ("ого", "ий"),
        ("енко", "енко"),
        ("улы", "ұлы"),
        ("ная", "лы"),
    ];
    let named = |number: u32| {
        // Scattered, and the same every time.
        let dice = number.wrapping_mul(2_654_435_761);
        let pick = |by: u32, of: usize| (dice / by) as usize % of;
        let stem = [SYLLABLES[pick(1 << 26, 40)], SYLLABLES[pick(1 << 14, 40)], SYLLABLES[pick(1 << 5, 40)]].concat();
        let (ru, kk) = ENDS[pick(1, 8)];
        street(&format!("s-{number}"), StreetKind::Street, &format!("{stem}{ru}"), &format!("{stem}{kk}"), &[])
    };
    AddressIndex::new((0..streets).map(named).chain(city().streets().to_vec()).collect())
}

/// The text of every address of the demo city's table, which has its own test beside the city.
fn table() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../../../../infra/demo/src/tests/addresses.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split('\t').next())
}

/// The search as it would be if every word of the index were read.
fn by_reading_all<'a>(index: &'a AddressIndex, text: &str) -> Vec<Suggestion<'a>> {
    index.search_with(text, |part, last| index.words().alike_by_reading_all(part, last))
}

#[test]
fn reading_every_word_of_the_index_finds_nothing_else() {
    let texts = || SPELLINGS.iter().map(|(text, _)| *text).chain(table());
    for index in [city(), large_city(1_500)] {
        for text in texts() {
            assert!(index.search(text) == by_reading_all(&index, text), "{text}");
            // While typing
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            assert!(index.search(&half) == by_reading_all(&index, &half), "{half}");
        }
    }
}

#[test]
fn a_typed_word_is_compared_with_few_words_of_the_index() {
    let large = large_city(6_000);
    let (mut most, mut looks, mut count) = (0, 0, 0);
    for text in SPELLINGS.iter().map(|(text, _)| *text).chain(table()) {
        for part in super::query::readings(text).iter().flat_map(|reading| &reading.parts) {
            let of =
                |index: &AddressIndex| index.words().likely(&super::words::Word::new(&part.text, part.number)).len();
            let looked_at = of(&large);
            // One letter stands for every word that begins with it.
            if part.number || part.text.chars().count() > 2 {
                most = most.max(looked_at);
                (looks, count) = (looks + looked_at, count + 1);
            }
        }
    }
    let all = large.words().len();
    assert!(looks / count * 60 < all && most * 12 < all, "{} and {most} of {all}", looks / count);
}

#[test]
fn an_index_is_written_and_read_again() {
    let index = large_city(1_500);
    let written = serde_json::to_string(&index).unwrap();
    let again: AddressIndex = serde_json::from_str(&written).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), written);
    assert_eq!(again.streets(), index.streets());
    for text in SPELLINGS.iter().map(|(text, _)| *text).chain(table()) {
        assert!(again.search(text) == index.search(text), "{text}");
    }
    let format = format!("\"format\":{}", AddressIndex::FORMAT);
    let other = written.replacen(&format, "\"format\":0", 1);
    assert!(other != written && serde_json::from_str::<AddressIndex>(&other).is_err());
    // Numbers of words that do not exist are nobody's.
    let torn: AddressIndex = serde_json::from_str(&written.replacen("\"words\":[", "\"words\":[\"я\",", 1)).unwrap();
    let _ = table().map(|text| torn.search(text).len()).sum::<usize>();
}

#[test]
fn text_of_any_length_is_searched_for_a_line_only() {
    let index = city();
    let long = "Мустафина 12 ".repeat(1_000);
    assert!(index.search(&long).len() <= 8);
    assert_eq!(meaning(&index, &"ы".repeat(10_000)), "-");
    assert_eq!(meaning(&index, &"9".repeat(10_000)), "-");
    assert_eq!(meaning(&index, &format!("Мустафина 12{}", " ".repeat(10_000))), "mustafina|12");
    assert_eq!(meaning(&index, "Мустафина\u{0} 12\u{0}"), "mustafina|12");
}

proptest::proptest! {
    #[test]
    fn any_text_is_searched_without_a_panic(text in ".{0,80}") {
        let index = city();
        proptest::prop_assert!(index.search(&text).len() <= 8);
        let _ = text.parse::<House>();
    }

    #[test]
    fn no_word_that_is_alike_is_overlooked(
        at in 0u32..5_000,
        typos in proptest::collection::vec((0usize..4, 0usize..20, proptest::sample::select(vec!['а', 'о', 'к', 'т', 'ж'])), 0..4),
        cut in 0usize..20,
        last: bool,
    ) {
        static INDEX: std::sync::LazyLock<AddressIndex> = std::sync::LazyLock::new(|| large_city(1_500));
        let words = INDEX.words();
        let at = at % u32::try_from(words.len()).unwrap();
        let word = words.get(at).unwrap();
        let mut letters = word.letters.clone();
        if !word.number {
            for (what, place, letter) in typos {
                let place = place % letters.len().max(1);
                match what {
                    0 => letters.insert(place.min(letters.len()), letter),
                    1 if letters.len() > 1 => drop(letters.remove(place)),
                    2 if !letters.is_empty() => letters[place] = letter,
                    _ if place + 1 < letters.len() => letters.swap(place, place + 1),
                    _ => {}
                }
            }
        }
        if cut > 0 { letters.truncate(cut); }
        let part = super::query::Part { text: letters.iter().collect(), number: word.number };
        proptest::prop_assert_eq!(words.alike(&part, last), words.alike_by_reading_all(&part, last));
    }

    #[test]
    fn a_house_survives_being_written_and_read(number in 1u32..999, letter in "[А-Я]?", fraction in 0u32..20, block in 0u32..9) {
        let mut text = format!("{number}{letter}");
        if fraction > 0 { text.push_str(&format!("/{fraction}")); }
        if block > 0 { text.push_str(&format!(" к {block}")); }
        let house: House = text.parse().unwrap();
        proptest::prop_assert_eq!(house.to_string().replace('Е', "Ё"), text.replace('Е', "Ё"));
    }
}
