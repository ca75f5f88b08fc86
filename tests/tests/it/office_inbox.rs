//! The office's inbox and an application as an officer sees it: who finds what, and who does not.

use std::io::Write as _;

use domain::calendar::{Nearness, standing_since};
use domain::decision::Decision;
use domain::directory::SchoolId;
use domain::document::Kind;
use domain::life::{Actor, State};
use domain::{Application, ApplicationNumber, DraftId, Iin, Language, Locale, Officer, Service, Slot, Timestamp};
use jiff::{SignedDuration, ToSpan as _};
use lambda_http::http::Method;
use serde_json::json;
use store::documents::{Accepted, State as ScanState};
use store::inbox::{Choice, LOOKED_AT, PAGE, Sought};
use store::keys;
use store::office_sessions::OfficeSession;
use store::sessions::SessionToken;
use testkit::{Ask, Charge};
use tests::officer::signed_in;
use tests::portal::block_on;
use tests::ready::{put, sent, sent_named};
use tests::tables;
use tests::{Browser, Engine, Family, Page, Parent, Portal, Result, Stack};
use text::{desk as t, office};

tests::over_both! {
    an_inbox_is_read_page_by_page_the_oldest_first_and_a_page_costs_the_same,
    a_list_is_narrowed_and_costs_the_same_whatever_it_holds,
}

const LANGUAGES: [Locale; 2] = [Locale::Ru, Locale::Kk];

/// Sends an application for a family whose home school is given.
async fn send(portal: &Portal, family: &Family, school: Option<&SchoolId>) -> Result<Application> {
    sent(portal, family, false, school).await
}

/// An officer of a school that no other test knows, or of the department; signed in since `begun`.
async fn officer(portal: &Portal, school: Option<&SchoolId>, begun: Timestamp) -> Result<(SessionToken, Officer)> {
    let token = SessionToken::random()?;
    let id = format!("trial-{}", Portal::unique()?);
    let group = if school.is_some() { "school" } else { "department" };
    let officer = Officer::new(&id, "Сынақ Маман", &[group.to_owned()], school.map(SchoolId::as_str))?;
    portal.store.put_office_session(&OfficeSession::new(&token, officer.clone(), begun)).await?;
    Ok((token, officer))
}

fn some_school() -> Result<SchoolId> {
    Ok(SchoolId::parse(&format!("trial-{}", Portal::unique()?))?)
}

/// A page of what is deployed, for a cookie.
fn get(stack: &Stack, token: &SessionToken, path: &str) -> Result<Page> {
    Browser::new(&stack.origin).send("GET", path, None, &[("cookie", &format!("office={}", token.as_str()))])
}

/// What is searched for, as the page's own form sends it.
fn search(stack: &Stack, token: &SessionToken, typed: &str) -> Result<Page> {
    let cookie = format!("office={}", token.as_str());
    let page = get(stack, token, "/ru/office")?;
    let (to, fields) = page.pressed(t::FIND.get(Locale::Ru), &[("search", typed)])?;
    Browser::new(&stack.origin).post_from(&to, &fields, &[("cookie", &cookie)])
}

/// The address of an application in the office.
fn at(l: Locale, application: &Application) -> String {
    format!("/{}/office/applications/{}", l.code(), application.id)
}

/// Where the link to the next page leads.
fn next(page: &Page) -> Option<String> {
    let (_, rest) = page.body.split_once("rel=\"next\" href=\"")?;
    rest.split_once('"').map(|(href, _)| href.replace("&amp;", "&"))
}

#[test]
fn the_department_finds_a_fresh_application_and_reads_it_in_both_languages() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let review = parent.prepare()?;
    let sent = parent.send(&review)?;
    let number = parent.number(&sent)?.to_string();
    let id = parent.draft.rsplit('/').next().unwrap_or_default().to_owned();
    for l in LANGUAGES {
        let (browser, mut page) = signed_in(&stack, l, "department")?;
        assert_eq!(page.heading(), t::INBOX.get(l));
        let path = format!("/{}/office/applications/{id}", l.code());
        // Others wait longer: the fresh one is last.
        while !page.body.contains(&path) {
            let next = next(&page).ok_or("the application is in no page of the inbox")?;
            page = browser.visit(&next)?;
        }
        assert!(page.says("Сынақов Мысал Үлгіұлы"), "{}", page.brief());

        let page = browser.visit(&path)?;
        assert_eq!(page.heading(), t::APPLICATION.fill(l, &[("n", &number)]));
        let family = &parent.family;
        for told in [family.child_iin.as_str(), &family.parent_iin, "ҮЛГІ 0000001", "Сынақова Үлгі"] {
            assert!(page.says(told), "{told}: {}", page.brief());
        }
        for remark in [t::PARENT_UNLIKE_REGISTER, t::CHILD_UNLIKE_REGISTER, t::NOT_LINKED] {
            assert!(page.says(remark.get(l)), "{}", remark.get(l));
        }
        assert!(!page.says(t::ADDRESS_TYPED.get(l)));
        assert!(page.says(text::life::SUBMITTED.get(l)));
        let (_, rest) = page.body.split_once(&format!("src=\"{path}/scans/")).ok_or("no preview of a scan")?;
        let slot = rest.split('"').next().unwrap_or_default();
        let scan = browser.get(&format!("{path}/scans/{slot}"))?;
        assert_eq!((scan.status, scan.header("content-type")), (200, "image/jpeg"), "{}", scan.brief());
        assert_eq!(browser.get(&format!("{path}/scans/pmpc"))?.status, 404, "nothing was attached there");

        let found =
            browser.press(&browser.visit(&format!("/{}/office", l.code()))?, t::FIND.get(l), &[("search", &number)])?;
        assert_eq!(found.location.as_deref(), Some(path.as_str()), "{}", found.brief());
    }
    Ok(())
}

#[test]
fn a_school_sees_and_finds_its_own_applications_and_the_opening_is_written_down() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let (mine, other) = (some_school()?, some_school()?);
    let family = Family::invented(&stack)?;
    let (token, me, application) = block_on(async {
        let (token, me) = officer(&portal, Some(&mine), portal.now()).await?;
        Ok((token, me, send(&portal, &family, Some(&mine)).await?))
    })?;
    let path = at(Locale::Ru, &application);
    let waiting = get(&stack, &token, "/ru/office")?;
    assert!(waiting.says(t::EMPTY.get(Locale::Ru)), "a school begins with what is registered: {}", waiting.brief());
    assert!(waiting.heading().contains(mine.as_str()), "a school that the directory does not know has an id");
    let submitted = get(&stack, &token, "/ru/office?state=submitted")?;
    assert_eq!(submitted.body.matches("/ru/office/applications/").count(), 1);
    assert!(submitted.body.contains(&path) && !submitted.says(t::NO_SCHOOL.get(Locale::Ru)));

    for typed in [family.child_iin.clone(), format!("№ {}", application.number)] {
        assert_eq!(search(&stack, &token, &typed)?.location.as_deref(), Some(path.as_str()));
    }
    let page = get(&stack, &token, &path)?;
    assert_eq!(page.status, 200, "{}", page.brief());
    let openings = block_on(async { Ok(portal.store.openings(&application.id).await?) })?;
    let opened: Vec<_> = openings.iter().map(|opening| (&opening.officer, &opening.application)).collect();
    assert_eq!(opened, [(&me.id, &application.id)], "one opening, one line");

    // For another school it is not there, and asking for it is written down.
    let (stranger, them) = block_on(officer(&portal, Some(&other), portal.now()))?;
    for typed in [family.child_iin.clone(), application.number.to_string(), "999999999".to_owned()] {
        let page = search(&stack, &stranger, &typed)?;
        assert_eq!(page.status, 422);
        assert!(page.says(t::NOT_FOUND.get(Locale::Ru)), "{}", page.brief());
    }
    let list = get(&stack, &stranger, "/ru/office?state=submitted")?;
    assert!(!list.body.contains("/ru/office/applications/"));
    for l in LANGUAGES {
        for path in [at(l, &application), format!("{}/scans/photo", at(l, &application))] {
            let page = get(&stack, &stranger, &path)?;
            assert_eq!((page.status, page.heading().as_str()), (403, office::FORBIDDEN_TITLE.get(l)));
            for told in [family.child_iin.as_str(), "Мысал", &application.number.to_string()] {
                assert!(!page.says(told), "a refusal tells {told}");
            }
        }
    }
    let refusals = block_on(async { Ok(portal.store.office_refusals(portal.today()).await?) })?;
    let asked: Vec<_> = refusals.iter().filter(|one| one.officer == them.id).map(|one| one.asked.as_str()).collect();
    assert_eq!(asked, ["application", "scan", "application", "scan"]);
    let openings = block_on(async { Ok(portal.store.openings(&application.id).await?) })?;
    assert_eq!(openings.len(), 1, "a refusal is no opening");
    Ok(())
}

#[test]
fn whoever_is_no_officer_or_no_longer_one_is_led_to_the_door() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let family = Family::invented(&stack)?;
    let (expired, application) = block_on(async {
        let long_ago = Timestamp::from_second(portal.now().as_second() - 31 * 60)?;
        let (expired, _) = officer(&portal, None, long_ago).await?;
        Ok((expired, send(&portal, &family, None).await?))
    })?;
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    parent.start()?;
    let path = at(Locale::Ru, &application);
    for page in [parent.browser.get(&path)?, get(&stack, &expired, &path)?] {
        let door = format!("/ru/office/sign-in?to=%2Fru%2Foffice%2Fapplications%2F{}", application.id);
        assert_eq!((page.status, page.location.as_deref()), (303, Some(door.as_str())), "{}", page.brief());
        assert!(page.body.is_empty(), "a redirect tells nothing");
    }
    for page in [parent.browser.get(&format!("{path}/scans/photo"))?, get(&stack, &expired, "/kk/office")?] {
        assert_eq!(page.status, 303, "{}", page.brief());
    }
    // Neither is found by a search without a session, nor with a form of somebody else.
    let fields = [("search".to_owned(), application.number.to_string())];
    assert_eq!(Browser::new(&stack.origin).post("/ru/office", &fields)?.status, 303);
    let (token, _) = block_on(officer(&portal, None, portal.now()))?;
    let cookie = format!("office={}", token.as_str());
    let forged = Browser::new(&stack.origin).post_from("/ru/office", &fields, &[("cookie", &cookie)])?;
    assert_eq!(forged.status, 403);
    let openings = block_on(async { Ok(portal.store.openings(&application.id).await?) })?;
    assert!(openings.is_empty());
    Ok(())
}

#[test]
fn what_no_page_of_ours_asks_for_is_not_there() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let (token, _) = block_on(officer(&portal, None, portal.now()))?;
    let nobody = "0".repeat(32);
    let order = "1806552000500-000000000008";
    for query in [
        "?state=unknown".to_owned(),
        "?after=x".to_owned(),
        "?language=english".to_owned(),
        "?due=later".to_owned(),
        "?remarks=no".to_owned(),
        "?service=unknown".to_owned(),
        format!("?state=submitted&after={order}-{nobody}-{nobody}"),
    ] {
        assert_eq!(get(&stack, &token, &format!("/kk/office{query}"))?.status, 404, "{query}");
    }
    let path = format!("/kk/office/applications/{nobody}");
    for path in [path.clone(), format!("{path}/scans/photo"), format!("{path}/scans/unknown"), format!("{path}/x")] {
        assert_eq!(get(&stack, &token, &path)?.status, 404, "{path}");
    }
    for (typed, expected) in [
        ("", t::SEARCH_EMPTY),
        ("44а", t::SEARCH_FORM),
        ("Ә", t::SEARCH_SHORT),
        ("ъъъъъ", t::NOT_FOUND),
        ("999999999", t::NOT_FOUND),
        ("991231500007", text::family::IIN_CHECK),
    ] {
        let page = search(&stack, &token, typed)?;
        assert_eq!(page.status, 422);
        assert!(page.says(expected.get(Locale::Ru)), "{typed}: {}", page.brief());
    }
    Ok(())
}

#[test]
fn several_applications_for_a_child_are_listed() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let family = Family::invented(&stack)?;
    let another = Family { child_iin: family.child_iin.clone(), ..Family::invented(&stack)? };
    let school = some_school()?;
    let (token, both) = block_on(async {
        let both = [send(&portal, &family, Some(&school)).await?, send(&portal, &another, Some(&school)).await?];
        Ok((officer(&portal, None, portal.now()).await?.0, both))
    })?;
    let page = search(&stack, &token, &family.child_iin)?;
    assert_eq!(page.status, 200, "{}", page.brief());
    for application in both {
        assert!(page.body.contains(&at(Locale::Ru, &application)));
    }
    assert!(!page.path.contains(&family.child_iin) && Iin::parse(&family.child_iin).is_ok());
    Ok(())
}

fn an_inbox_is_read_page_by_page_the_oldest_first_and_a_page_costs_the_same(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let school = some_school()?;
    let (token, numbers) = block_on(async {
        let mut numbers = Vec::new();
        for _ in 0..PAGE + 1 {
            numbers.push(send(&portal, &Family::invented(&stack)?, Some(&school)).await?.number);
        }
        Ok((officer(&portal, Some(&school), portal.now()).await?.0, numbers))
    })?;
    let cookie = format!("office={}", token.as_str());
    let ask = |path: &str| {
        let ask = Ask::new(Method::GET, path).header("cookie", &cookie);
        block_on(portal.page(ask.request()))
    };
    let page = ask("/ru/office?state=submitted")?;
    let mut all = listed(&page);
    assert_eq!(all.len(), PAGE);
    let further = ask(&next(&page).ok_or("no further page")?)?;
    all.extend(listed(&further));
    assert_eq!(all, numbers.iter().map(|number| number.get()).collect::<Vec<_>>());
    assert_eq!(next(&further), None);
    assert!(further.says(t::FIRST_PAGE.get(Locale::Ru)));
    // Another state's list does not take the cursor.
    let cursor = next(&page).unwrap_or_default().replace("state=submitted", "state=returned");
    assert_eq!(ask(&cursor)?.status, 404);

    // What is taken back leaves the list at once and stands in another.
    let first = block_on(async {
        let scope = domain::officer::Scope::School(school.clone());
        let campaign = portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
        let inbox =
            portal.store.inbox(&scope, &campaign.id, &Choice::of(State::Submitted), None).await?.ok_or("no inbox")?;
        let first = inbox.lines.first().ok_or("an empty inbox")?.clone();
        let application = portal.store.sent_application(&first.id).await?.ok_or("no application")?;
        portal.store.decide(&application, &Actor::Parent, &Decision::Withdraw, portal.now()).await?;
        Ok(first.number.get())
    })?;
    let page = ask("/ru/office?state=submitted")?;
    assert!(!listed(&page).contains(&first) && next(&page).is_none());
    assert_eq!(listed(&ask("/ru/office?state=withdrawn")?), [first]);
    Ok(())
}

/// A surname that no other test knows, in Kazakh letters, and as a Russian keyboard types it.
fn some_surname() -> Result<[String; 2]> {
    let letters: Vec<char> = "абвгдежзиклмнопр".chars().collect();
    let unique = Portal::unique()?;
    let read: String = unique.chars().filter_map(|c| letters.get(usize::try_from(c.to_digit(16)?).ok()?)).collect();
    Ok([format!("Қө{read}ов"), format!("ко{read}")])
}

#[test]
fn a_child_is_found_by_the_beginning_of_its_name_whatever_the_keyboard() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let (mine, other) = (some_school()?, some_school()?);
    let [surname, typed] = some_surname()?;
    let (token, stranger, department, first) = block_on(async {
        let first = sent_named(&portal, &Family::invented(&stack)?, false, Some(&mine), Some(&surname)).await?;
        let (token, _) = officer(&portal, Some(&mine), portal.now()).await?;
        let (stranger, _) = officer(&portal, Some(&other), portal.now()).await?;
        Ok((token, stranger, officer(&portal, None, portal.now()).await?.0, first))
    })?;
    let path = at(Locale::Ru, &first);
    for token in [&token, &department] {
        for typed in [surname.clone(), typed.to_uppercase(), format!(" {typed} "), format!("{surname} мыс")] {
            let page = search(&stack, token, &typed)?;
            assert_eq!(page.location.as_deref(), Some(path.as_str()), "{typed}: {}", page.brief());
        }
    }
    let page = search(&stack, &stranger, &typed)?;
    assert_eq!(page.status, 422);
    assert!(page.says(t::NOT_FOUND.get(Locale::Ru)) && !page.body.contains(&path), "{}", page.brief());

    // Two of one name are listed by their numbers; each officer finds those of their own school.
    let second = block_on(sent_named(&portal, &Family::invented(&stack)?, false, Some(&other), Some(&surname)))?;
    let page = search(&stack, &department, &typed)?;
    let found = [&first, &second].map(|application| page.body.find(&at(Locale::Ru, application)));
    assert!(found[0].is_some() && found[0] < found[1], "{}", page.brief());
    assert_eq!(search(&stack, &token, &typed)?.location.as_deref(), Some(path.as_str()));
    Ok(())
}

/// Which lines are put into a school's inbox.
struct Filled {
    school: SchoolId,
    token: SessionToken,
}

/// The numbers of those whose answer is overdue, due today and due later begin with these millions.
const KINDS: [(Nearness, u64); 3] =
    [(Nearness::Overdue, 1_000_000), (Nearness::Today, 2_000_000), (Nearness::Later, 3_000_000)];

/// Fills the inbox of a school of its own with lines alone: no application is behind them. Every
/// second is in Russian, every tenth has a remark.
fn fill(stack: &Stack, portal: &Portal, each: u64) -> Result<Filled> {
    let school = some_school()?;
    let (token, campaign) = block_on(async {
        let campaign = portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
        Ok((officer(portal, Some(&school), portal.now()).await?.0, campaign))
    })?;
    let site = testkit::site(&stack.origin);
    let today = site.local(portal.now()).date();
    let mut items = Vec::new();
    for (nearness, first) in KINDS {
        let days = standing_since(nearness, today, 1, &campaign.holidays).ok_or("no days")?;
        // The last of those that are overdue waited three days longer than it had to.
        let day = if nearness == Nearness::Overdue { days.end.saturating_sub(3.days()) } else { days.start };
        let begins = day.to_zoned_datetime(site.city.time_zone.clone())?.timestamp();
        for n in 0..each {
            let number = ApplicationNumber::new(first + n).ok_or("no number")?;
            let since = Timestamp::from_millisecond(begins.as_millisecond() + i64::try_from(n)?)?;
            let id = DraftId::from_bytes(store::sessions::random()?);
            let language = if n % 2 == 0 { Language::Russian } else { Language::Kazakh };
            let key = keys::sent(&id);
            let child = "Сынақов Мысал Үлгіұлы";
            items.push(json!({
                "pk": {"S": key.pk},
                "sk": {"S": key.sk},
                "school_desk": {"S": keys::school_desk(&campaign.id, &school, State::Submitted)},
                "desk_order": {"S": keys::desk_order(since, number)},
                "school_named": {"S": keys::school_named(&campaign.id, &school)},
                "name_order": {"S": keys::name_order(&domain::person::folded(child), number)},
                "line": {"M": {
                    "id": {"S": id.to_string()},
                    "number": {"N": number.to_string()},
                    "state": {"S": "submitted"},
                    "since": {"S": since.to_string()},
                    "child": {"S": child},
                    "school": {"S": school.as_str()},
                    "language": {"S": language.code()},
                    "remarks": {"N": if n % 10 == 0 { "1" } else { "0" }},
                }},
            }));
        }
    }
    tables::put_all(stack, &portal.tables.applications, &items)?;
    Ok(Filled { school, token })
}

/// The numbers on a page, in their order.
fn listed(page: &Page) -> Vec<u64> {
    let links = page.body.split("/ru/office/applications/").skip(1);
    links.filter_map(|rest| rest.split_once('>')?.1.split_once('<')?.0.parse().ok()).collect()
}

/// How far apart charges are.
fn spread(charges: &[f64]) -> f64 {
    charges.iter().copied().fold(0.0, f64::max) - charges.iter().copied().fold(f64::MAX, f64::min)
}

/// Three lists, of three pages, of a thousand and of as many as `PORTAL_TEST_MANY` says: a page of the
/// longest is charged what a page of the shortest is. Where a list is narrowed by what is in no key, that
/// holds from as many lines on as a page looks at.
fn a_list_is_narrowed_and_costs_the_same_whatever_it_holds(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    // On a day on which something can be due.
    let site = testkit::site(&stack.origin);
    let campaign = block_on(async { Ok(portal.store.campaign(Service::FirstGrade).await?) })?.ok_or("no campaign")?;
    let works = |portal: &Portal| {
        let today = site.local(portal.now()).date();
        standing_since(Nearness::Today, today, 1, &campaign.holidays).is_some_and(|days| !days.is_empty())
    };
    while !works(&portal) {
        portal.wait(SignedDuration::from_hours(24));
    }
    let many: u64 = match std::env::var("PORTAL_TEST_MANY") {
        Ok(many) => many.parse()?,
        Err(_) => 3_000,
    };
    let sizes = [156, 1_002, many];
    let mut inboxes = Vec::new();
    for size in sizes {
        inboxes.push(fill(&stack, &portal, size / 3)?);
    }
    let visit = |inbox: &Filled, path: &str| -> Result<(Page, f64)> {
        let cookie = format!("office={}", inbox.token.as_str());
        portal.wire.take();
        let page = block_on(portal.page(Ask::new(Method::GET, path).header("cookie", &cookie).request()))?;
        let calls = portal.wire.take();
        let queries = calls.iter().filter(|call| call.operation == "Query" && call.service == "DynamoDB").count();
        assert!(calls.iter().all(|call| call.operation != "Scan") && queries <= 4, "{path}: {queries} queries");
        assert_eq!(page.status, 200, "{path}: {}", page.brief());
        Ok((page, Charge::of(&calls).read))
    };

    let mut out = std::io::stderr().lock();
    for query in [
        "",
        "&due=overdue",
        "&due=today",
        "&language=russian",
        "&remarks=yes",
        "&due=today&language=kazakh&remarks=yes",
    ] {
        let path = format!("/ru/office?state=submitted{query}");
        let mut charges = Vec::new();
        for (inbox, size) in inboxes.iter().zip(sizes) {
            let (page, charge) = visit(inbox, &path)?;
            charges.push(charge);
            let numbers = listed(&page);
            assert!(numbers.len() <= PAGE && numbers.is_sorted(), "{path} of {size}");
            let wanted = |number: &u64| {
                let near = KINDS.iter().rev().find(|(_, first)| number >= first).map(|(near, _)| *near);
                let due = match (query.contains("overdue"), query.contains("today")) {
                    (true, _) => near == Some(Nearness::Overdue),
                    (_, true) => near == Some(Nearness::Today),
                    _ => true,
                };
                let language = !(query.contains("russian") && !number.is_multiple_of(2)
                    || query.contains("kazakh") && number.is_multiple_of(2));
                due && language && (!query.contains("remarks") || number.is_multiple_of(10))
            };
            assert!(numbers.iter().all(wanted), "{path} of {size}: {numbers:?}");
            // Nothing in Kazakh has a remark.
            assert_eq!(numbers.is_empty(), query.contains("kazakh"), "{path} of {size}");
        }
        writeln!(out, "{engine:?}: {path} of {sizes:?}: {charges:?} read units")?;
        let narrowed = query.contains("language") || query.contains("remarks");
        let same = charges.get(usize::from(narrowed)..).unwrap_or_default();
        assert!(spread(same) <= 0.5, "{path}: {charges:?}");
        assert!(charges.iter().all(|charge| *charge <= 13.0), "{path}: {charges:?}");
    }

    // A rare remark is found in the end, a page never looks too far, and a cursor is of its own list.
    let thousand = inboxes.get(1).ok_or("no second inbox")?;
    let path = "/ru/office?state=submitted&remarks=yes";
    let (mut page, _) = visit(thousand, path)?;
    let mut all = listed(&page);
    let mut pages = 1;
    while let Some(further) = next(&page) {
        if pages == 1 {
            let other = further.replace("remarks=yes", "language=russian");
            let cookie = format!("office={}", thousand.token.as_str());
            let page = block_on(portal.page(Ask::new(Method::GET, &other).header("cookie", &cookie).request()))?;
            assert_eq!(page.status, 404);
        }
        page = visit(thousand, &further)?.0;
        all.extend(listed(&page));
        pages += 1;
    }
    let expected: Vec<u64> = KINDS.iter().flat_map(|(_, first)| (0..34).map(move |n| first + n * 10)).collect();
    assert_eq!(all, expected);
    assert_eq!(pages, 1_002_usize.div_ceil(LOOKED_AT));

    // A name that many have: no more than a page of them is read.
    let mut charges = Vec::new();
    for inbox in &inboxes {
        portal.wire.take();
        let sought = Sought::Name("сынаков".to_owned());
        let scope = domain::officer::Scope::School(inbox.school.clone());
        let found =
            block_on(async { Ok(portal.store.search(&scope, Service::FirstGrade, &campaign.id, &sought).await?) })?;
        assert_eq!(found.len(), PAGE);
        charges.push(Charge::of(&portal.wire.take()).read);
    }
    writeln!(out, "{engine:?}: a name in {sizes:?}: {charges:?} read units")?;
    assert!(spread(&charges) <= 0.5, "{charges:?}");
    Ok(())
}

#[test]
fn a_scan_is_opened_closely_by_those_who_may_and_that_is_written_down() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let review = parent.prepare()?;
    parent.send(&review)?;
    let id = parent.draft.rsplit('/').next().unwrap_or_default().to_owned();
    let (token, me) = block_on(officer(&portal, None, portal.now()))?;
    let path = format!("/ru/office/applications/{id}");
    let application = get(&stack, &token, &path)?;
    let view = format!("{path}/scans/photo/view");
    assert!(application.body.contains(&view), "no link to the scan");
    let page = get(&stack, &token, &view)?;
    assert_eq!((page.status, page.heading().as_str()), (200, text::documents::PHOTO.get(Locale::Ru)));
    // Between two others; the picture is there without the script.
    for rel in ["rel=\"prev\"", "rel=\"next\"", &format!("img src=\"{path}/scans/photo/file\"")] {
        assert!(page.body.contains(rel), "{rel}");
    }
    let file = get(&stack, &token, &format!("{path}/scans/photo/file"))?;
    assert_eq!((file.status, file.header("content-type")), (200, "image/jpeg"), "{}", file.brief());
    assert_eq!(file.header("content-disposition"), "inline");
    assert!(file.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(file.header("cache-control"), "no-store");
    let preview = get(&stack, &token, &format!("{path}/scans/photo"))?;
    assert!(file.bytes.starts_with(&[0xff, 0xd8]) && file.bytes.len() > preview.bytes.len());

    let draft = DraftId::parse(&id).ok_or("no id")?;
    let mine = |openings: &[store::inbox::Opening]| openings.iter().filter(|one| one.officer == me.id).count();
    let openings = || block_on(async { Ok(portal.store.openings(&draft).await?) });
    assert_eq!(mine(&openings()?), 3, "the page of the application, the page of the scan, the scan");

    let (stranger, _) = block_on(officer(&portal, Some(&some_school()?), portal.now()))?;
    for path in [view.clone(), format!("{path}/scans/photo/file")] {
        let page = get(&stack, &stranger, &path)?;
        assert_eq!((page.status, page.heading().as_str()), (403, office::FORBIDDEN_TITLE.get(Locale::Ru)), "{path}");
        let door = parent.browser.get(&path)?;
        assert_eq!((door.status, door.body.as_str()), (303, ""), "a parent's cookie is no officer's");
    }
    for tail in ["pmpc/view", "pmpc/file", "unknown/view", "photo/other", "photo/view/x"] {
        assert_eq!(get(&stack, &token, &format!("{path}/scans/{tail}"))?.status, 404, "{tail}");
    }
    assert_eq!(openings()?.len(), 3, "a refusal is no opening");
    Ok(())
}

#[test]
fn a_scan_that_no_answer_holds_is_read_from_the_bucket_for_a_minute() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let (token, application) = block_on(async {
        let draft = tests::ready::answered(&portal, &Family::invented(&stack)?, false).await?;
        let accepted = |size| ScanState::Accepted(Accepted { kind: Kind::Pdf, size, pages: Some(3) });
        put(&portal, &draft.id, Slot::Photo, accepted(4 * 1024 * 1024)).await?;
        put(&portal, &draft.id, Slot::BirthCertificate, accepted(4 * 1024 * 1024 + 1)).await?;
        Ok((officer(&portal, None, portal.now()).await?.0, tests::ready::send_as_it_is(&portal, &draft).await?))
    })?;
    let path = format!("{}/scans", at(Locale::Kk, &application));
    let page = get(&stack, &token, &format!("{path}/birth-certificate/view"))?;
    assert!(page.says(text::viewer::OPEN_PDF.get(Locale::Kk)) && !page.body.contains("<img src=\"/kk/office"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains(portal.bucket.origin()) || policy.contains(&stack.origin), "{policy}");
    let file = get(&stack, &token, &format!("{path}/birth-certificate/file"))?;
    let location = file.location.clone().unwrap_or_default();
    assert_eq!(file.status, 303, "{}", file.brief());
    assert!(location.contains(&format!("/documents/{}/birth-certificate/", application.id)), "{location}");
    assert!(location.contains("X-Amz-Expires=60&") && location.contains("response-content-type=application%2Fpdf"));
    // There is no file to the smaller one: it is looked for by the function itself.
    assert_eq!(get(&stack, &token, &format!("{path}/photo/file"))?.status, 404);
    Ok(())
}
