//! The office's reports as officers see them, counted by what is deployed.

use std::time::{Duration, Instant};

use domain::directory::SchoolId;
use domain::{Locale, Officer};
use store::office_sessions::OfficeSession;
use store::sessions::SessionToken;
use tests::portal::block_on;
use tests::ready::sent;
use tests::{Browser, Family, Page, Portal, Result, Stack};
use text::{office, reports as t};

fn some_school() -> Result<SchoolId> {
    Ok(SchoolId::parse(&format!("trial-{}", Portal::unique()?))?)
}

async fn officer(portal: &Portal, group: &str, school: Option<&SchoolId>) -> Result<SessionToken> {
    let token = SessionToken::random()?;
    let id = format!("trial-{}", Portal::unique()?);
    let officer = Officer::new(&id, "Сынақ Маман", &[group.to_owned()], school.map(SchoolId::as_str))?;
    portal.store.put_office_session(&OfficeSession::new(&token, officer, portal.now())).await?;
    Ok(token)
}

fn get(stack: &Stack, token: &SessionToken, path: &str) -> Result<Page> {
    Browser::new(&stack.origin).send("GET", path, None, &[("cookie", &format!("office={}", token.as_str()))])
}

/// Asks until the counters have caught up.
fn until(stack: &Stack, token: &SessionToken, path: &str, there: impl Fn(&Page) -> bool) -> Result<Page> {
    let begun = Instant::now();
    loop {
        let page = get(stack, token, path)?;
        if page.status == 200 && there(&page) {
            return Ok(page);
        }
        if begun.elapsed() > Duration::from_secs(120) {
            return Err(format!("{path} does not tell: {} {}", page.brief(), page.body).into());
        }
        std::thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn a_school_sees_its_own_numbers_and_no_others() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let (mine, other) = (some_school()?, some_school()?);
    let (token, stranger, department, administrator) = block_on(async {
        for _ in 0..2 {
            sent(&portal, &Family::invented(&stack)?, false, Some(&mine)).await?;
        }
        sent(&portal, &Family::invented(&stack)?, false, Some(&other)).await?;
        Ok((
            officer(&portal, "school", Some(&mine)).await?,
            officer(&portal, "school", Some(&other)).await?,
            officer(&portal, "department", None).await?,
            officer(&portal, "administrator", None).await?,
        ))
    })?;
    for l in [Locale::Ru, Locale::Kk] {
        let path = format!("/{}/office/reports", l.code());
        let counted = |page: &Page, sum: &str| {
            page.body.contains(&format!("<figcaption>{}: {sum}</figcaption>", text::life::SUBMITTED.get(l)))
        };
        let page = until(&stack, &token, &path, |page| counted(page, "2"))?;
        assert!(page.heading().contains(mine.as_str()), "{}", page.brief());
        assert!(!page.body.contains(other.as_str()));
        let page = until(&stack, &stranger, &path, |page| counted(page, "1"))?;
        assert!(!page.body.contains(mine.as_str()));
        for token in [&department, &administrator] {
            let page = until(&stack, token, &path, |page| {
                page.body.contains(mine.as_str()) && page.body.contains(other.as_str())
            })?;
            assert_eq!(page.heading(), t::TITLE.get(l));
        }
    }
    let csv = until(&stack, &token, "/ru/office/reports.csv?table=places", |page| page.body.contains(mine.as_str()))?;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.header("content-disposition").starts_with("attachment; filename=\"places-"));
    assert!(!csv.body.contains(other.as_str()), "{:?}", csv.body);
    assert!(csv.body.contains(&format!("\"{mine}\";")) && csv.body.lines().count() == 2, "{}", csv.body);
    let days = get(&stack, &department, "/kk/office/reports.csv?table=days")?;
    assert_eq!((days.status, days.body.lines().next().map(|line| line.split(';').count())), (200, Some(9)));
    assert_eq!(get(&stack, &token, "/ru/office/reports.csv?table=other")?.status, 404);

    // The inbox tells the same beside its states.
    let inbox = get(&stack, &token, "/ru/office?state=submitted")?;
    assert!(inbox.body.contains("<span class=\"count\">2</span>"), "{}", inbox.brief());
    Ok(())
}

#[test]
fn reports_are_for_officers() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let token = block_on(officer(&portal, "department", None))?;
    for path in ["/ru/office/reports", "/ru/office/reports.csv?table=days"] {
        let page = Browser::new(&stack.origin).get(path)?;
        assert_eq!((page.status, page.body.as_str()), (303, ""), "{}", page.brief());
        assert!(page.location.is_some_and(|to| to.starts_with("/ru/office/sign-in")));
        let posted = Browser::new(&stack.origin).send(
            "POST",
            path,
            None,
            &[("cookie", &format!("office={}", token.as_str()))],
        )?;
        assert_eq!(posted.status, 405, "{}", posted.brief());
    }
    assert!(!get(&stack, &token, "/ru/office/reports")?.says(office::FORBIDDEN_TITLE.get(Locale::Ru)));
    Ok(())
}
