//! The school by an address as anybody asks for it, the way from it into the wizard, and the territory of
//! a school.

use std::io::Write as _;
use std::time::Duration;

use domain::address::{House, Parity};
use domain::directory::rows::{SchoolRow, StreetRow, TerritoryRow};
use domain::directory::sheet::Rows;
use domain::directory::{SchoolId, StreetId, StreetKind};
use domain::{Language, Locale, Service};
use lambda_http::http::Method;
use portal_school_search::SchoolSearch;
use store::directory::{Directory, Import, ImportVersion};
use store::keys;
use testkit::{Ask, Charge, sequential_waits};
use tests::portal::block_on;
use tests::{Browser, Engine, Page, Parent, Portal, Result, Stack, tables};
use text::{common, errors, school, school_search as t, service};
use web::Function as _;

tests::over_both! { the_index_of_the_streets_is_built_at_import_and_forgotten_with_its_list }

/// The search in a language.
fn asked(l: Locale, address: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("address", address).finish();
    format!("/{}/school-search?{query}", l.code())
}

/// The addresses that the page leads to.
fn links(page: &Page) -> impl Iterator<Item = String> {
    let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.map(|link| link.replace("&amp;", "&"))
}

/// The button that joins the queue of a school.
fn join(l: Locale, school: &str, language: Language) -> String {
    let taught = match language {
        Language::Kazakh => school::IN_KAZAKH,
        Language::Russian => school::IN_RUSSIAN,
    };
    format!("{}: {school}, {}", t::JOIN.get(l), taught.get(l))
}

#[test]
fn every_outcome_says_what_was_understood_and_what_to_do() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let stranger = Browser::new(&stack.origin);
    let (ru, kk) = (Locale::Ru, Locale::Kk);
    let school = |l: Locale, number: u16| match l {
        Locale::Ru => format!("Гимназия № {number}"),
        Locale::Kk => format!("№ {number} гимназия"),
    };
    for (l, typed, said) in [
        (ru, "мустафена 12 кв 9", "улица Мустафина, 12"),
        (kk, "Мұстафин к-сі 12", "Мұстафин көшесі, 12"),
        (kk, "пионерская 12", "Мұстафин көшесі, 12"),
    ] {
        let page = stranger.visit(&asked(l, typed))?;
        assert!(page.says(&t::ADDRESS.fill(l, &[("address", said)])), "{typed}: {}", page.brief());
        assert!(page.body.matches(&school(l, 212)).count() >= 2, "{typed}: one school in both languages");
        assert!(page.says(common::GUARANTEED.get(l)) && page.says(t::TO_QUEUE.get(l)), "{typed}");
        let to: Vec<String> = links(&page).collect();
        let code = l.code();
        for link in ["schools/school-212", "queue/school-212#kazakh", "schools/school-212/territory#russian"] {
            assert!(to.contains(&format!("/{code}/{link}")), "{typed}: no {link}");
        }
    }
    for l in Locale::ALL {
        // No school of one language: which ones are near, and what can be chosen.
        let page = stranger.visit(&asked(l, "Карла Маркса 7"))?;
        let russian = [("language", school::IN_RUSSIAN.get(l))];
        assert!(page.says(&school::NO_SCHOOL.fill(l, &russian)) && page.says(school::NO_SCHOOL_ADVICE.get(l)));
        assert!(page.says("№ 206") && page.says("№ 208"), "{}", page.brief());

        let page = stranger.visit(&asked(l, "Мира 5 кв 77"))?;
        assert!(page.says(t::CHOOSE.get(l)) && !page.says(common::GUARANTEED.get(l)), "{}", page.brief());
        let choice = links(&page).find(|link| link.contains("match=mira-boulevard")).ok_or("no choice")?;
        let found = stranger.visit(choice.split('#').next().unwrap_or_default())?;
        assert!(found.says("№ 222") && found.says("№ 221"), "{}", found.brief());

        let page = stranger.visit(&asked(l, "Мустафина"))?;
        assert!(
            page.says(t::NO_HOUSE.get(l))
                && page.says(if l == ru { "улица Мустафина" } else { "Мұстафин көшесі" })
        );

        let page = stranger.visit(&asked(l, "Мустафина 300"))?;
        assert!(page.says(t::HOUSE_UNKNOWN_RIGHT.get(l)), "{}", page.brief());
        assert!(page.says(if l == ru {
            "дома 1 – 55; дома 56 – 110"
        } else {
            "1 – 55 үйлер; 56 – 110 үйлер"
        }));

        for nowhere in ["Несуществующая 5", "<b>", "12345", "дом 5"] {
            let page = stranger.visit(&asked(l, nowhere))?;
            for says in [t::NOT_FOUND, t::NOT_FOUND_SPELLING, t::NOT_FOUND_OLD, t::NOT_FOUND_BY_HAND] {
                assert!(page.says(says.get(l)), "{nowhere}: {}", page.brief());
            }
        }
        let page = stranger.visit(&format!("/{}/school-search", l.code()))?;
        assert!(page.says(t::LEAD.get(l)) && !page.says(t::NOT_FOUND.get(l)), "{}", page.brief());
    }
    Ok(())
}

#[test]
fn whatever_is_asked_is_answered_by_a_page_and_no_flat_is_in_a_link() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let stranger = Browser::new(&stack.origin);
    let script = "\"><script>alert(1)</script><img src=x onerror=alert(1)> Мустафина 12";
    let page = stranger.get(&asked(Locale::Ru, script))?;
    assert_eq!(page.status, 200, "{}", page.brief());
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "markup of a query is markup");

    for path in [
        "/ru/school-search?address=%00%00%D0%9C%D1%83%D1%81%D1%82%00%20%D0%9C".to_owned(),
        "/ru/school-search?address=%FF%FE&match=%00".to_owned(),
        "/ru/school-search?match=mustafina".to_owned(),
        "/kk/school-search?address=%D0%9C%D0%B8%D1%80%D0%B0%205&match=../../etc".to_owned(),
        "/kk/school-search?address=a&address=b&address[]=c".to_owned(),
        asked(Locale::Kk, &"ы".repeat(1_500)),
        asked(Locale::Ru, &"Мустафина 12 ".repeat(150)),
    ] {
        let page = stranger.get(&path)?;
        assert_eq!(page.status, 200, "{}", page.brief());
        assert!(page.body.ends_with("</html>"), "{}", page.brief());
    }
    // What no browser's field sends is refused before it is read.
    let page = stranger.get(&asked(Locale::Ru, &"a".repeat(9_000)))?;
    assert_eq!((page.status, page.heading()), (413, errors::FORM_TOO_LARGE_TITLE.get(Locale::Ru).to_owned()));

    for typed in
        ["Мустафина 12 кв 7654", "Мира 5, кв. 7654", "Нигде 5, кв. 7654", "Мустафина, кв 7654", "Мустафина 300-7654"]
    {
        let page = stranger.get(&asked(Locale::Ru, typed))?;
        assert_eq!(page.status, 200, "{}", page.brief());
        let told: Vec<String> = links(&page).filter(|link| link.contains("7654")).collect();
        assert!(told.is_empty(), "{typed}: {told:?}");
        let other = links(&page).find(|link| link.starts_with("/kk/school-search")).ok_or("no other language")?;
        assert_eq!(stranger.get(&other)?.status, 200);
    }
    let page = stranger.post("/ru/school-search", &[])?;
    assert_eq!(page.status, 405);
    Ok(())
}

#[test]
fn what_is_found_is_kept_by_whoever_asked_and_suggestions_too() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let stranger = Browser::new(&stack.origin);
    for path in [asked(Locale::Ru, "Мустафина 12"), "/kk/suggest-address?q=%D0%BC%D2%B1%D1%81%D1%82".to_owned()]
    {
        let cookies = format!("session={}; office={}", "ab".repeat(32), "cd".repeat(32));
        let page = stranger.send("GET", &path, None, &[("cookie", &cookies)])?;
        assert_eq!((page.status, page.header("set-cookie")), (200, ""), "{path}");
        assert!(page.header("cache-control").starts_with("public, max-age="), "{path}");
        let again = stranger.send("GET", &path, None, &[("if-none-match", page.header("etag"))])?;
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{path}");
    }
    Ok(())
}

#[test]
fn the_address_goes_along_into_the_wizard_and_stands_in_step_4() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let page = parent.browser.visit(&asked(Locale::Ru, "Мустафина 12 кв 7"))?;
    let label = join(Locale::Ru, "Гимназия № 212", Language::Kazakh);
    let description = parent.browser.press(&page, &label, &[])?;
    let carried = service::CARRIED.fill(Locale::Ru, &[("address", "улица Мустафина, 12")]);
    assert!(description.status == 200 && description.says(&carried), "{}", description.brief());
    assert_eq!(description.header("set-cookie"), "", "nothing has begun");
    assert_eq!(description.header("cache-control"), "no-store");

    // To the other language and back.
    let kazakh = parent.browser.press(&description, "Қазақша", &[])?;
    let carried = service::CARRIED.fill(Locale::Kk, &[("address", "улица Мустафина, 12")]);
    assert!(kazakh.status == 200 && kazakh.says(&carried), "{}", kazakh.brief());
    let russian = parent.browser.press(&kazakh, "Русский", &[])?;

    let contacts = parent.browser.follow(parent.browser.press(&russian, service::START.get(Locale::Ru), &[])?)?;
    assert!(contacts.path.starts_with("/ru/first-grade/"), "{}", contacts.brief());
    parent.draft = contacts.path.rsplit_once('/').map(|(draft, _)| draft.to_owned()).ok_or("no draft")?;
    let family = parent.confirm_phone(&contacts)?;
    let step = parent.browser.follow(parent.tell_family(&family)?)?;
    let fields = step.form().ok_or("no form")?.fields;
    let told = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(
        [told("address"), told("flat"), told("language"), told("address-match")],
        [Some("улица Мустафина, 12"), Some("7"), Some("kazakh"), Some("mustafina")],
        "{}",
        step.brief()
    );
    assert!(step.says("Гимназия № 212"), "{}", step.brief());
    let consent = parent.next(&step, &[])?;
    assert!(consent.path.ends_with("/consent"), "{}", consent.brief());
    Ok(())
}

#[test]
fn a_forged_or_odd_address_begins_nothing() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let start = "/ru/first-grade?from=school-search";
    let fields =
        |address: &str| vec![("address".to_owned(), address.to_owned()), ("language".to_owned(), "kazakh".to_owned())];
    let stranger = Browser::new(&stack.origin);
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://elsewhere.example")],
        &[("origin", "null")],
    ] {
        let page = stranger.post_from(start, &fields("Мустафина 12"), headers)?;
        assert_eq!(page.status, 403, "{headers:?}: {}", page.brief());
    }
    let described = |browser: &Browser, address: &str| browser.post(start, &fields(address));
    let page = described(&stranger, "\"><script>alert(1)</script>")?;
    assert!(page.status == 200 && !page.body.contains("<script>alert"), "{}", page.brief());
    for nothing in ["", &"ы".repeat(201)] {
        let page = described(&stranger, nothing)?;
        assert!(page.status == 200 && !page.body.contains("name=\"address\""), "{}", page.brief());
    }
    assert_eq!(described(&stranger, &"ы".repeat(100_000))?.status, 413);

    // A page that is the same for everybody has no token, and needs none as long as nothing begins.
    parent.start()?;
    let page = described(&parent.browser, "Мустафина 12")?;
    assert!(page.status == 200 && page.csrf().is_some(), "{}", page.brief());
    let forged = parent.browser.post("/ru/first-grade", &fields("Мустафина 12"))?;
    assert_eq!(forged.status, 403, "a draft begins without a token");
    Ok(())
}

#[test]
fn a_territory_is_told_whole_street_by_street() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let stranger = Browser::new(&stack.origin);
    for (l, said) in [
        (Locale::Ru, ["улица Мустафина: дома 1 – 55", "улица Мухаметхана Сейткулова: нечётные 1 – 65"]),
        (Locale::Kk, ["Мұстафин көшесі: 1 – 55 үйлер", "Мұхаметхан Сейтқұлов көшесі: тақ нөмірлер 1 – 65"]),
    ] {
        let page = stranger.visit(&format!("/{}/schools/school-212/territory", l.code()))?;
        for line in said {
            assert_eq!(
                page.body.matches(line.split(": ").next().unwrap_or_default()).count(),
                2,
                "{line}: both languages"
            );
            assert!(page.says(line), "{line}: {}", page.brief());
        }
        assert!(page.says(t::TERRITORY_EXACT.get(l)));
        // An exception of another school's street, and the end of a street that is shared.
        let page = stranger.visit(&format!("/{}/schools/school-210/territory", l.code()))?;
        assert!(page.says(if l == Locale::Ru { "дом 12 к 2" } else { "12 к 2-үй" }), "{}", page.brief());
    }
    for nobody in ["/ru/schools/nobody/territory", "/ru/schools/UPPER/territory", "/ru/schools/%2e%2e/territory"] {
        assert_eq!(stranger.get(nobody)?.status, 404, "{nobody}");
    }
    Ok(())
}

/// A directory of so many streets of fifty houses, each with its schools; the first street is always the
/// same.
fn city(streets: u32) -> Result<Vec<Rows>> {
    const SYLLABLES: [&str; 12] = ["ба", "ка", "му", "те", "ло", "ги", "да", "ну", "ре", "со", "жа", "ши"];
    let school = SchoolId::parse("school-1")?;
    let row = |number: u32| -> Result<StreetRow> {
        let stem: String =
            (0..4u32).filter_map(|at| SYLLABLES.get((number / 12u32.pow(at) % 12) as usize).copied()).collect();
        let (ru, kk) = match number {
            0 => ("Мустафина".to_owned(), "Мұстафин".to_owned()),
            _ => (format!("{stem}ева"), format!("{stem}ев")),
        };
        Ok(StreetRow {
            id: StreetId::parse(&format!("street-{number}"))?,
            kind: StreetKind::Street,
            name_ru: ru,
            name_kk: kk,
            old_names: Vec::new(),
            area_ru: String::new(),
            area_kk: String::new(),
        })
    };
    let rows = (0..streets).map(row).collect::<Result<Vec<_>>>()?;
    let served = |street: &StreetRow, language: Language| TerritoryRow {
        street: street.id.clone(),
        from: Some(House::plain(1)),
        to: Some(House::plain(50)),
        parity: Parity::All,
        language,
        school: school.clone(),
    };
    let territories = rows.iter().flat_map(|street| Language::ALL.map(|language| served(street, language))).collect();
    let schools: Vec<SchoolRow> = vec![testkit::school(school.clone())];
    Ok(vec![Rows::Schools(schools), Rows::Streets(rows), Rows::Territories(territories)])
}

async fn import(portal: &Portal, name: &str, files: Vec<Rows>) -> Result<()> {
    let version = ImportVersion { city: name.to_owned(), register: "none".to_owned() };
    portal.store.import(&Import { version, files, register: Vec::new() }, None, portal.now()).await?;
    Ok(())
}

/// What a search is charged with a directory, and in how many waits.
async fn search(portal: &Portal, stack: &Stack, directory: &Directory) -> Result<(f64, usize)> {
    portal.wire.take();
    let function = SchoolSearch { store: portal.store.clone(), directory: directory.clone() };
    let site = std::sync::Arc::new(testkit::site(&stack.origin));
    let request = Ask::new(Method::GET, &asked(Locale::Ru, "Мустафена 12")).request();
    let answer = web::answer(request, &site, portal.now(), &|visit| function.handle(visit)).await;
    let calls = portal.wire.take();
    let body = String::from_utf8_lossy(answer.body()).into_owned();
    assert!(answer.status() == 200 && body.contains("улица Мустафина, 12") && body.contains("school-1"), "{body}");
    assert!(calls.iter().all(|call| call.operation != "Scan"));
    Ok((Charge::of(&calls).read, sequential_waits(&calls)))
}

/// An address is a house of a street: 20 streets of 50 houses against 2,000 of them.
#[test]
fn a_hundred_thousand_addresses_are_searched_for_what_a_thousand_take() -> Result<()> {
    let Some(stack) = Stack::over(Engine::DynamoDbLocal)? else { return Ok(()) };
    block_on(async {
        let mut taken = Vec::new();
        let mut out = std::io::stderr().lock();
        for streets in [20u32, 2_000] {
            let portal = Portal::with_own_directory(&stack).await?;
            import(&portal, &format!("city-{streets}"), city(streets)?).await?;
            let directory = Directory::new(portal.store.clone());
            let cold = search(&portal, &stack, &directory).await?;
            let warm = search(&portal, &stack, &directory).await?;
            // As if a minute had gone by before each page.
            let asking = directory.fresh_for(Duration::ZERO);
            let later = search(&portal, &stack, &asking).await?;
            writeln!(
                out,
                "{} addresses: {} read units warm, {} after a minute, {} for the first page of an instance",
                streets * 50,
                warm.0,
                later.0,
                cold.0
            )?;
            assert!(warm.1 <= 2 && later.1 <= 2 && cold.1 <= 3, "waits: {warm:?} {later:?} {cold:?}");
            taken.push((warm, later));
        }
        let [thousand, hundred_thousand] = taken.as_slice() else { return Err("two cities".into()) };
        assert_eq!(thousand, hundred_thousand);
        assert!(thousand.0.0 > 0.0, "nobody told of charges");
        Ok(())
    })
}

fn the_index_of_the_streets_is_built_at_import_and_forgotten_with_its_list(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let table = portal.tables.directory.clone();
        let index = || tables::partition(&stack, &table, &keys::street_index());
        let found = async |directory: &Directory| -> Result<usize> {
            Ok(directory.streets().await?.search("Мустафена 12").len())
        };
        import(&portal, "one", city(3)?).await?;
        assert_eq!(index()?.len(), 1);
        let directory = Directory::new(portal.store.clone()).fresh_for(Duration::ZERO);
        portal.wire.take();
        assert_eq!(found(&directory).await?, 1);
        let calls = portal.wire.take();
        assert_eq!(calls.len(), 2, "what counts, and the index: {calls:?}");

        // As an older release leaves it: the list without an index.
        for item in index()? {
            let (pk, sk) = (tables::read(&item, &["pk"]), tables::read(&item, &["sk"]));
            let key = keys::Key::new(pk.ok_or("no pk")?, sk.ok_or("no sk")?);
            tables::remove(&stack, &table, &key)?;
        }
        assert_eq!(found(&Directory::new(portal.store.clone())).await?, 1, "it is built from the list");
        // Another version brings another index, to instances that are warm too.
        import(&portal, "two", city(9)?).await?;
        assert_eq!(directory.streets().await?.streets().len(), 9);
        assert_eq!(index()?.len(), 1);
        import(&portal, "three", city(5)?).await?;
        assert_eq!(index()?.len(), 2);
        // A version that counts no more goes with its index.
        let now = portal.now();
        let current = portal.store.current_now().await?;
        let sheet = domain::directory::sheet::Sheet::Streets;
        let own = current.version(sheet).cloned().ok_or("nothing counts")?;
        import(&portal, "four", city(4)?).await?;
        let current = portal.store.current_now().await?;
        portal.store.prune(sheet, &own, &current, now).await?;
        let kept = |partition: String| -> Result<usize> { Ok(tables::partition(&stack, &table, &partition)?.len()) };
        assert_eq!((kept(keys::street_index())?, kept(keys::list(sheet))?), (2, 2));
        assert_eq!(found(&directory).await?, 1);
        assert!(portal.store.campaign(Service::FirstGrade).await?.is_none());
        Ok(())
    })
}
