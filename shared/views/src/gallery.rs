//! Renders every component in both languages: what the browser is given is escaped, has unique
//! ids and no inline style or script. With `GALLERY` set to a folder the pages are left there to
//! be looked at.

use std::collections::HashSet;
use std::io::Write as _;

use domain::{Locale, Slot};
use maud::{Markup, html};

use crate::*;

const NASTY: &str = "</script><img src=x onerror=alert(1)>\"'&";

fn shell<'a>(locale: Locale, title: &'a str, switch: LanguageSwitch<'a>) -> Shell<'a> {
    let city = match locale {
        Locale::Ru => "Караганда",
        Locale::Kk => "Қарағанды",
    };
    Shell { locale, city, demo: true, title, switch, found: None, help: false }
}

fn pick(locale: Locale, ru: &'static str, kk: &'static str) -> &'static str {
    text::Phrase::new(ru, kk).get(locale)
}

fn names(locale: Locale) -> [&'static str; 6] {
    [
        pick(locale, "Описание услуги", "Қызмет сипаттамасы"),
        pick(locale, "Контакты", "Байланыс деректері"),
        pick(locale, "Родитель и ребёнок", "Ата-ана мен бала"),
        pick(locale, "Выбор школы", "Мектеп таңдау"),
        pick(locale, "Намерения", "Ниет"),
        pick(locale, "Проверка и отправка", "Тексеру және жіберу"),
    ]
}

fn wizard(locale: Locale, step: usize, errors: &[FieldError], body: Markup) -> Markup {
    let names = names(locale);
    let title = names.get(step - 1).copied().unwrap_or_default();
    let progress = Progress { current: step, total: 6, names: &names, back: Back::Button };
    wizard_page(
        &shell(locale, title, LanguageSwitch::Button),
        &progress,
        errors,
        form("/ru/first-grade/draft/step", Some("token"), false, body),
    )
}

fn contacts(l: Locale, typed: &str) -> Markup {
    let errors = [
        FieldError::new("phone", pick(l, "Введите номер мобильного телефона", "Ұялы телефон нөмірін енгізіңіз")),
        FieldError::new("birth", pick(l, "Дата рождения не может быть в будущем", "Туған күні болашақта бола алмайды")),
        FieldError::new("sex", pick(l, "Выберите пол", "Жынысын таңдаңыз")),
        FieldError::new("sms", pick(l, "Отметьте согласие на SMS", "SMS алуға келісімді белгілеңіз")),
    ];
    let body = html! {
        (text_input(&Field {
            hint: Some(pick(l, "Например, 8 701 234 56 78", "Мысалы, 8 701 234 56 78")),
            value: typed, error: error_of(&errors, "phone"), kind: Kind::Tel, autocomplete: Some("tel"), width: Width::W20,
            ..Field::new(l, "phone", pick(l, "Основной номер мобильного телефона", "Негізгі ұялы телефон нөмірі"))
        }))
        (checkbox(&Checkbox {
            locale: l, name: "sms", value: "yes", label: pick(l, "Согласен получать SMS о заявлении", "Өтініш туралы SMS алуға келісемін"),
            hint: None, checked: false, error: error_of(&errors, "sms"),
        }))
        (secondary_button(pick(l, "Выслать код подтверждения", "Растау кодын жіберу"), "which", "main", Some("/ru/send-code")))
        (text_input(&Field {
            kind: Kind::Digits, autocomplete: Some("one-time-code"), maxlength: Some(6), width: Width::W12,
            ..Field::new(l, "code", pick(l, "Код подтверждения", "Растау коды"))
        }))
        (resend(l, 58, secondary_button(pick(l, "Выслать код ещё раз", "Кодты қайта жіберу"), "which", "again", None)))
        (date_input(&DateField {
            locale: l, name: "birth", label: pick(l, "Дата рождения", "Туған күні"),
            hint: Some(pick(l, "Например, 27 3 2019", "Мысалы, 27 3 2019")), value: ["31", "12", typed],
            error: error_of(&errors, "birth"), optional: false, own_birthday: true,
        }))
        (radios(&Choice {
            locale: l, name: "sex", label: pick(l, "Пол", "Жынысы"), hint: None, value: "", error: error_of(&errors, "sex"), optional: false, inline: true,
            options: &[
                Radio { value: "male", label: pick(l, "Мужской", "Ер"), hint: None },
                Radio { value: "female", label: pick(l, "Женский", "Әйел"), hint: None },
            ],
        }))
        (radios(&Choice {
            locale: l, name: "language", label: pick(l, "Язык обучения", "Оқыту тілі"), hint: Some(pick(l, "Можно изменить позже", "Кейін өзгертуге болады")),
            value: "kazakh", error: None, optional: true, inline: false,
            options: &[
                Radio { value: "kazakh", label: pick(l, "Казахский", "Қазақ тілі"), hint: Some(pick(l, "Свободно 12 мест", "12 бос орын")) },
                Radio { value: "russian", label: pick(l, "Русский", "Орыс тілі"), hint: None },
            ],
        }))
        (select(&Select {
            locale: l, name: "district", label: pick(l, "Район", "Аудан"), hint: None, value: "2", error: None, optional: true,
            options: &[("1", "А"), ("2", "Б")],
        }))
        (fieldset(l, "second", pick(l, "Дополнительный номер", "Қосымша нөмір"), None, None, true, html! {
            (text_input(&Field { kind: Kind::Tel, width: Width::W20, ..Field::new(l, "second-phone", pick(l, "Номер", "Нөмір")) }))
            (secondary_button(pick(l, "Выслать код подтверждения", "Растау кодын жіберу"), "which", "second", None))
        }))
        (textarea(&Field { optional: true, value: typed, ..Field::new(l, "note", pick(l, "Пояснение", "Түсіндірме")) }))
        (text_input(&Field { readonly: true, value: typed, ..Field::new(l, "name", pick(l, "Имя", "Аты")) }))
        (suggest_input(&Field { value: "", ..Field::new(l, "address", pick(l, "Адрес проживания ребёнка", "Баланың тұрғылықты мекенжайы")) }, "/ru/suggest-address"))
        div.buttons { (primary_button(text::common::NEXT.get(l))) }
    };
    wizard(l, 2, &errors, body)
}

fn family(l: Locale, typed: &str) -> Markup {
    let row = |slot, optional, state, error| document_row(&DocumentRow { locale: l, slot, optional, state, error });
    let preview = Some("/assets/crest.svg");
    wizard(
        l,
        3,
        &[],
        html! {
            (notice(html! { p { (pick(l, "Данные взяты из государственного реестра. Если что-то не так, исправьте.", "Деректер мемлекеттік тізілімнен алынды. Қате болса, түзетіңіз.")) } }))
            (warning(l, html! { p { (pick(l, "Реестр не связывает этого родителя с ребёнком.", "Тізілім бұл ата-ананы баламен байланыстырмайды.")) } }))
            (success(html! { p { (pick(l, "Телефон подтверждён.", "Телефон расталды.")) } }))
            h2 { (pick(l, "Документы", "Құжаттар")) }
            (row(Slot::BirthCertificate, false, DocumentState::Accepted { name: typed, about: "1,2 МБ", preview }, None))
            (row(Slot::Photo, false, DocumentState::Checking { name: "IMG_2041.jpg" }, None))
            (row(Slot::HealthPassport1, false, DocumentState::Refused { name: "scan.pdf", reason: text::documents::PDF_ENCRYPTED.get(l) }, None))
            (row(Slot::HealthPassport17, false, DocumentState::None, Some(text::documents::NO_FILE.get(l))))
            (row(Slot::Pmpc, true, DocumentState::None, None))
            (details(pick(l, "Если документа нет", "Құжат болмаса"), html! { p { (typed) } }))
            (waiting("ready", true, html! { p { (pick(l, "Ждём проверки документов.", "Құжаттардың тексерілуін күтудеміз.")) } }))
            div.buttons { (primary_button(text::common::NEXT.get(l))) (remove_button(text::documents::REMOVE.get(l), "x", "act", "remove", None)) }
        },
    )
}

fn review(l: Locale, typed: &str) -> Markup {
    wizard(
        l,
        6,
        &[],
        html! {
            h2 { (pick(l, "Родитель", "Ата-ана")) }
            (summary_list(l, &[
                Row::text(l, pick(l, "Фамилия, имя, отчество", "Тегі, аты, әкесінің аты"), typed, Some("/ru/change")),
                Row::text(l, pick(l, "Дополнительный номер", "Қосымша нөмір"), "", Some("/ru/change")),
                Row { key: pick(l, "Заявление", "Өтініш"), value: tag(Tone::Active, pick(l, "Отправлено на регистрацию", "Тіркеуге жіберілді")), change: None },
            ]))
            (school_card(&School {
                name: pick(l, "Гимназия № 3", "№ 3 гимназия"), address: typed,
                tag: Some((Tone::Good, text::common::GUARANTEED.get(l))),
                facts: &[Fact { key: pick(l, "Язык обучения", "Оқыту тілі"), value: pick(l, "казахский", "қазақ тілі") }, Fact { key: pick(l, "Свободно мест", "Бос орын"), value: "12" }],
            }, html! {}))
            @for (tone, word) in [(Tone::Neutral, "Neutral"), (Tone::Active, "Active"), (Tone::Good, "Good"), (Tone::Attention, "Attention"), (Tone::Bad, "Bad")] { (tag(tone, word)) " " }
            div.buttons { (primary_button(pick(l, "Отправить заявление", "Өтінішті жіберу"))) }
        },
    )
}

fn sent(l: Locale, typed: &str) -> Markup {
    page(
        &shell(l, pick(l, "Заявление принято", "Өтініш қабылданды"), LanguageSwitch::Link("/kk")),
        html! {
            (confirmation_panel(pick(l, "Спасибо, ваше заявление принято и отправлено на регистрацию в отдел образования", "Рақмет, өтінішіңіз қабылданып, білім бөліміне тіркеуге жіберілді"), pick(l, "Ваш номер заявления", "Өтініш нөміріңіз"), "44"))
            h2 { (pick(l, "Что дальше", "Енді не болады")) }
            (steps(&[html! { (pick(l, "Отдел образования проверит документы и зарегистрирует заявление: до 16.09.2026.", "Білім бөлімі құжаттарды тексеріп, өтінішті тіркейді: 16.09.2026 дейін.")) }, html! { (typed) }, html! { (pick(l, "Школа подтвердит место.", "Мектеп орынды растайды.")) }]))
            div.buttons { (print_button(l)) (button_link(text::common::MY_APPLICATIONS.get(l), "/ru/applications")) }
        },
    )
}

fn home(l: Locale, typed: &str) -> Markup {
    use text::home as words;
    let first = Tile {
        href: Some("/ru/first-grade"),
        title: words::FIRST_GRADE.get(l),
        text: words::FIRST_GRADE_HINT.get(l),
        tag: Some((Tone::Good, words::OPEN.get(l))),
        note: Some(typed),
    };
    let second = Tile {
        href: Some("/ru/applications"),
        title: text::common::MY_APPLICATIONS.get(l),
        text: words::MY_APPLICATIONS_HINT.get(l),
        tag: None,
        note: None,
    };
    page(
        &shell(l, words::TITLE.get(l), LanguageSwitch::Link("/kk")),
        html! {
            h1 { (words::TITLE.get(l)) }
            (lead(words::LEAD.get(l)))
            (tiles(&[first, second]))
            (card(typed, action_form("/ru/applications", Some("token"), secondary_button("x", "act", "sign-out", None))))
        },
    )
}

fn upload(l: Locale, typed: &str) -> Markup {
    let errors = [FieldError::new("file", text::documents::EMPTY.get(l))];
    form_page(
        &shell(l, text::documents::name(Slot::Photo).get(l), LanguageSwitch::Link("/kk")),
        &errors,
        html! {
            h1 { (text::documents::name(Slot::Photo).get(l)) }
            (upload_form(&Upload {
                locale: l, slot: Slot::Photo, action: "/ru/upload", csrf: Some("token"), ticket: "/ru/upload/ticket", done: "/ru/family",
                state: DocumentState::Refused { name: typed, reason: text::documents::HEIC.get(l) }, error: error_of(&errors, "file"),
            }))
        },
    )
}

fn desk(l: Locale, typed: &str) -> Markup {
    use text::desk as words;
    let all = [Filter {
        name: "language",
        label: typed,
        any: words::ANY.get(l),
        options: &[("kazakh", typed)],
        value: "kazakh",
    }];
    let tabs = [Tab { label: typed, href: "/ru/office", current: true, count: Some(12) }];
    let bars = [Bar { label: typed.to_owned(), value: 4 }, Bar { label: "2".to_owned(), value: 0 }];
    office_page(
        &shell(l, words::INBOX.get(l), LanguageSwitch::Link("/kk")),
        None,
        &[],
        html! {
            h1 { (words::INBOX.get(l)) }
            (crate::tabs(words::STATES.get(l), &tabs))
            (filters(words::NARROW.get(l), "/ru/office", &[("state", typed)], &all, words::SHOW.get(l)))
            (crate::finder("/ru/office/places", words::SCHOOL.get(l), typed, words::FIND.get(l)))
            (desk_table(typed, &[words::NUMBER.get(l), words::CHILD.get(l)], &[[html! { a href="/ru" { "1" } }, html! { (typed) (fill_bar(3, 2)) }]]))
            (chart(typed, text::reports::CHART, l, &bars))
            (viewer(l, &ViewedScan { name: typed, file: "/ru/file", picture: true, before: Some((typed, "/ru/a")), after: None }))
        },
    )
}

fn pages(typed: &str) -> Vec<(String, String)> {
    Locale::ALL
        .into_iter()
        .flat_map(|l| {
            [
                ("contacts", contacts(l, typed)),
                ("family", family(l, typed)),
                ("review", review(l, typed)),
                ("sent", sent(l, typed)),
                ("upload", upload(l, typed)),
                ("home", home(l, typed)),
                ("desk", desk(l, typed)),
            ]
            .map(|(name, markup)| (format!("{name}.{}", l.code()), markup.into_string()))
        })
        .collect()
}

#[test]
fn what_is_typed_never_becomes_markup() {
    for (name, page) in pages(NASTY) {
        assert!(!page.contains("<img src=x"), "{name}");
        assert!(!page.contains("alert(1)>"), "{name}");
    }
}

#[test]
fn pages_need_no_exception_from_the_content_security_policy() {
    for (name, page) in pages("Алия") {
        for forbidden in [" style=", "<style", " onclick", " onload", "javascript:", "http://", "https://"] {
            assert!(!page.contains(forbidden), "{name}: {forbidden}");
        }
    }
}

#[test]
fn ids_are_unique_and_every_reference_has_its_target() {
    let attribute = |page: &str, name: &str| -> Vec<String> {
        page.split(&format!(" {name}=\""))
            .skip(1)
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect()
    };
    for (name, page) in pages("Алия") {
        let list = attribute(&page, "id");
        let ids: HashSet<&str> = list.iter().map(String::as_str).collect();
        assert_eq!(ids.len(), list.len(), "{name}: an id is used twice");
        let links = attribute(&page, "href").into_iter().filter_map(|href| href.strip_prefix('#').map(str::to_owned));
        let references =
            ["for", "aria-describedby", "aria-labelledby", "form"].into_iter().flat_map(|kind| attribute(&page, kind));
        for target in links.chain(references) {
            for id in target.split(' ') {
                assert!(ids.contains(id), "{name}: nothing has the id {id}");
            }
        }
    }
}

#[test]
fn enter_means_next_on_pages_whose_frame_holds_buttons_of_the_form() {
    for (name, page) in pages("Алия").into_iter().filter(|(name, _)| name.starts_with("contacts")) {
        let first = page.split("<button").nth(1).unwrap_or_default();
        assert!(first.starts_with(" class=\"default\" type=\"submit\" form=\"step\""), "{name}: {first}");
    }
}

#[test]
fn a_wizard_page_with_its_help_stays_within_its_budget_as_delivered() {
    for (name, page) in pages("Алия") {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        let size = encoder.write_all(page.as_bytes()).and_then(|()| encoder.finish()).map(|bytes| bytes.len());
        assert!(size.as_ref().is_ok_and(|size| *size <= 14 * 1024), "{name}: {size:?}");
    }
}

#[test]
fn the_gallery_can_be_looked_at() {
    let Some(folder) = std::env::var_os("GALLERY").map(std::path::PathBuf::from) else { return };
    let write = |name: &str, bytes: &[u8]| assert!(std::fs::write(folder.join(name), bytes).is_ok(), "{name}");
    assert!(std::fs::create_dir_all(folder.join("assets")).is_ok());
    for asset in [assets::stylesheet(), assets::script(), assets::crest()] {
        write(&format!("assets/{}", asset.name), asset.bytes);
    }
    for (name, page) in pages("Сәрсенбаева Алия Нұрланқызы") {
        write(&format!("{name}.html"), page.replace("\"/assets/", "\"assets/").as_bytes());
    }
}
