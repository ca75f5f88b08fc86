//! The office's inbox and an application as an officer sees it: who finds what, and who does not.

use domain::directory::SchoolId;
use domain::life::State;
use domain::{Application, Iin, Locale, Officer, Service, Timestamp};
use lambda_http::http::Method;
use store::inbox::PAGE;
use store::office_sessions::OfficeSession;
use store::sessions::SessionToken;
use testkit::Ask;
use tests::officer::signed_in;
use tests::portal::block_on;
use tests::ready::sent;
use tests::{Browser, Engine, Family, Page, Parent, Portal, Result, Stack};
use text::{desk as t, office};

tests::over_both! { an_inbox_is_read_page_by_page_the_oldest_first_and_a_page_costs_the_same }

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
        let (_, rest) = page.body.split_once(&format!("{path}/scans/")).ok_or("no preview of a scan")?;
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
        ("сорок", t::SEARCH_FORM),
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
    let listed = |page: &Page| -> Vec<u64> {
        let links = page.body.split("/ru/office/applications/").skip(1);
        links.filter_map(|rest| rest.split_once('>')?.1.split_once('<')?.0.parse().ok()).collect()
    };
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
        let inbox = portal.store.inbox(&scope, &campaign.id, State::Submitted, None).await?.ok_or("no inbox")?;
        let first = inbox.lines.first().ok_or("an empty inbox")?.clone();
        let application = portal.store.sent_application(&first.id).await?.ok_or("no application")?;
        portal.store.withdraw(&application, portal.now()).await?;
        Ok(first.number.get())
    })?;
    let page = ask("/ru/office?state=submitted")?;
    assert!(!listed(&page).contains(&first) && next(&page).is_none());
    assert_eq!(listed(&ask("/ru/office?state=withdrawn")?), [first]);
    Ok(())
}
