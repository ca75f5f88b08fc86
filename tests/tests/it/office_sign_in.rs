//! The office's door: who gets in, how, and who does not.

use std::path::PathBuf;
use std::sync::Arc;

use domain::{Locale, Officer, Timestamp};
use lambda_http::http::Method;
use store::office_sessions::{Asked, OfficeSession, OfficeSignIn};
use store::sessions::SessionToken;
use testkit::Ask;
use tests::officer::{Account, knock, signed_in};
use tests::portal::block_on;
use tests::{Browser, Page, Parent, Portal, Result, Stack};
use text::{desk, errors, office as t};
use web::Reply;
use web::office::{Need, enter};

const LANGUAGES: [Locale; 2] = [Locale::Ru, Locale::Kk];

/// The errors of a page, as the summary lists them.
fn told(page: &Page) -> &str {
    page.body.split("data-errors").nth(1).and_then(|rest| rest.split("</ul>").next()).unwrap_or_default()
}

/// The value of a cookie that an answer sets, with its rules.
fn cookie(page: &Page) -> &str {
    page.header("set-cookie")
}

fn token(page: &Page) -> Result<String> {
    let value = cookie(page).strip_prefix("office=").and_then(|rest| rest.split(';').next());
    value.filter(|value| value.len() == 64).map(str::to_owned).ok_or_else(|| "no token in the cookie".into())
}

/// A request with an officer's cookie and nothing else.
fn with(stack: &Stack, token: &str, path: &str) -> Result<Page> {
    Browser::new(&stack.origin).send("GET", path, None, &[("cookie", &format!("office={token}"))])
}

fn leads_to_the_door(page: &Page, l: Locale) {
    let to = format!("/{0}/office/sign-in?to=%2F{0}%2Foffice", l.code());
    assert_eq!((page.status, page.location.as_deref()), (303, Some(to.as_str())), "{}", page.brief());
}

#[test]
fn an_officer_of_each_kind_signs_in_and_out_in_both_languages() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    for l in LANGUAGES {
        for (kind, role) in
            [("department", t::DEPARTMENT), ("school", t::SCHOOL_OFFICER), ("administrator", t::ADMINISTRATOR)]
        {
            let (browser, page) = signed_in(&stack, l, kind)?;
            assert!(page.says(role.get(l)), "{kind}: {}", page.brief());
            assert_eq!(page.heading() == desk::INBOX.get(l), kind != "school", "{kind}: {}", page.heading());
            assert_eq!(page.header("cache-control"), "no-store");
            if let Some(school) = Account::of(kind)?.school {
                assert!(!page.says(&school), "the school has a name: {school}");
            }
            let out = browser.press(&page, t::SIGN_OUT.get(l), &[])?;
            assert_eq!(out.location, Some(format!("/{}/office/sign-in", l.code())));
            assert_eq!(cookie(&out), "office=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
            leads_to_the_door(&browser.get(&format!("/{}/office", l.code()))?, l);
        }
    }
    Ok(())
}

#[test]
fn the_cookie_is_strict_and_new_after_signing_in() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let guarded = Account::of("guarded")?;
    let browser = Browser::new(&stack.origin);
    let first = knock(&browser, Locale::Ru, &guarded)?;
    assert!(cookie(&first).ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{}", cookie(&first));
    let before = token(&first)?;
    leads_to_the_door(&with(&stack, &before, "/ru/office")?, Locale::Ru);
    let page = browser.follow(first)?;
    let done = browser.press(&page, t::CONFIRM.get(Locale::Ru), &[("code", &guarded.code()?)])?;
    assert_ne!(token(&done)?, before);
    assert_eq!(with(&stack, &token(&done)?, "/ru/office")?.status, 200);
    leads_to_the_door(&with(&stack, &before, "/ru/office")?, Locale::Ru);
    Ok(())
}

#[test]
fn an_unknown_name_and_a_wrong_password_are_answered_alike() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let l = Locale::Ru;
    let mut answers = Vec::new();
    let right = Account::of("department")?;
    for (name, password) in [
        (right.name.as_str(), "Wrong-password-1"),
        ("nobody-of-that-name", "Wrong-password-1"),
        ("nobody-of-that-name", right.password.as_str()),
        (right.name.as_str(), "пароль с пробелами"),
        (&"a".repeat(300), "Wrong-password-1"),
    ] {
        let account = Account { name: name.to_owned(), password: password.to_owned(), ..right.clone() };
        let page = knock(&Browser::new(&stack.origin), l, &account)?;
        assert_eq!((page.status, cookie(&page)), (422, ""), "{}", page.brief());
        assert!(told(&page).contains(t::WRONG.get(l)), "{}", page.brief());
        assert!(!page.body.contains(password), "a password comes back");
        answers.push(page.body.replace(name, "name"));
    }
    assert!(answers.windows(2).all(|pair| pair.first() == pair.last()), "the answers differ");

    for (typed, expected) in [
        ([("username", ""), ("password", "")], vec![t::USERNAME_EMPTY, t::PASSWORD_EMPTY]),
        ([("username", "x"), ("password", "")], vec![t::PASSWORD_EMPTY]),
    ] {
        let browser = Browser::new(&stack.origin);
        let page = browser.press(&browser.visit("/kk/office/sign-in")?, t::ENTER.get(Locale::Kk), &typed)?;
        assert_eq!(page.status, 422);
        for phrase in expected {
            assert_eq!(page.body.matches(phrase.get(Locale::Kk)).count(), 2, "in the summary and beside the field");
        }
    }
    Ok(())
}

#[test]
fn the_first_password_is_changed_before_anything_else() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let l = Locale::Kk;
    let mut newcomer = Account::of("newcomer")?;
    let browser = Browser::new(&stack.origin);
    let page = browser.follow(knock(&browser, l, &newcomer)?)?;
    assert!(page.says(t::NEW_PASSWORD_RULES.get(l)), "{}", page.brief());
    leads_to_the_door(&browser.get("/kk/office")?, l);

    let change = |first: &str, second: &str| {
        browser.press(&page, t::CHANGE_PASSWORD.get(l), &[("new-password", first), ("repeat", second)])
    };
    let differs = change("Another-word-1", "Another-word-2")?;
    assert_eq!(differs.status, 422);
    assert!(told(&differs).contains(t::REPEAT_DIFFERS.get(l)) && !differs.body.contains("Another-word"));
    newcomer.password = "Another-word-1".to_owned();
    let office = browser.follow(change("Another-word-1", "Another-word-1")?)?;
    assert_eq!((office.status, office.path.as_str()), (200, "/kk/office"), "{}", office.brief());
    // From now on the new one alone is right.
    let again = Browser::new(&stack.origin);
    assert_eq!(again.follow(knock(&again, l, &newcomer)?)?.path, "/kk/office");
    assert_eq!(knock(&Browser::new(&stack.origin), l, &Account::of("newcomer")?)?.status, 422);
    Ok(())
}

#[test]
fn an_officer_with_an_authenticator_needs_its_code() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (l, guarded) = (Locale::Ru, Account::of("guarded")?);
    let browser = Browser::new(&stack.origin);
    let page = browser.follow(knock(&browser, l, &guarded)?)?;
    assert_eq!(page.heading(), t::CODE_TITLE.get(l));
    assert!(!page.body.contains(&guarded.name), "the steps tell nobody's name");
    let right = guarded.code()?;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for (code, expected) in [("", t::CODE_EMPTY), ("12345", t::CODE_EMPTY), (wrong, t::CODE_WRONG)] {
        let refused = browser.press(&page, t::CONFIRM.get(l), &[("code", code)])?;
        assert_eq!(refused.status, 422);
        assert!(told(&refused).contains(expected.get(l)), "{code}: {}", refused.brief());
    }
    // A page of another step, of another tab, changes nothing.
    let fields =
        [("step", "set-up"), ("code", right.as_str())].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(browser.post("/ru/office/sign-in", &fields)?.location.as_deref(), Some("/ru/office/sign-in"));
    let spaced = format!("{} {}", right.get(..3).unwrap_or_default(), right.get(3..).unwrap_or_default());
    let done = browser.press(&page, t::CONFIRM.get(l), &[("code", &spaced)])?;
    assert_eq!(done.location.as_deref(), Some("/ru/office"), "{}", done.brief());
    // The step is used up: the same form again begins from the beginning.
    let replayed = Browser::new(&stack.origin).post(
        "/ru/office/sign-in",
        &[("step", "code"), ("code", right.as_str())].map(|(name, value)| (name.to_owned(), value.to_owned())),
    )?;
    assert_eq!(replayed.status, 422);
    assert!(told(&replayed).contains(t::TOOK_TOO_LONG.get(l)));
    Ok(())
}

#[test]
fn a_sign_in_can_be_begun_anew() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (l, browser) = (Locale::Ru, Browser::new(&stack.origin));
    let page = browser.follow(knock(&browser, l, &Account::of("guarded")?)?)?;
    let anew = browser.follow(browser.press(&page, t::AGAIN.get(l), &[])?)?;
    assert_eq!(anew.heading(), t::SIGN_IN.get(l));
    Ok(())
}

#[test]
fn somebody_of_the_pool_without_a_role_is_no_officer() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let page = knock(&Browser::new(&stack.origin), Locale::Kk, &Account::of("nobody")?)?;
    assert_eq!((page.status, cookie(&page)), (422, ""));
    assert!(told(&page).contains(t::NO_ROLE.get(Locale::Kk)), "{}", page.brief());
    Ok(())
}

#[test]
fn after_signing_in_the_wanted_page_is_shown_if_it_is_the_offices() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let account = Account::of("department")?;
    for (to, expected) in [
        ("%2Fkk%2Foffice", "/kk/office"),
        ("%2F%2Fevil.example%2Fru%2Foffice", "/ru/office"),
        ("https%3A%2F%2Fevil.example", "/ru/office"),
        ("%2Fru%2Fapplications", "/ru/office"),
    ] {
        let browser = Browser::new(&stack.origin);
        let page = browser.get(&format!("/ru/office/sign-in?to={to}"))?;
        let typed = [("username", account.name.as_str()), ("password", account.password.as_str())];
        let done = browser.press(&page, t::ENTER.get(Locale::Ru), &typed)?;
        assert_eq!(done.location.as_deref(), Some(expected), "{to}");
        // Who is signed in already is not asked again.
        assert_eq!(browser.get(&format!("/ru/office/sign-in?to={to}"))?.location.as_deref(), Some(expected));
    }
    Ok(())
}

#[test]
fn a_parents_cookie_opens_no_office_and_an_officers_no_application() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let contacts = parent.start()?;
    parent.confirm_phone(&contacts)?;
    leads_to_the_door(&parent.browser.get("/ru/office")?, Locale::Ru);
    let (officer, _) = signed_in(&stack, Locale::Ru, "department")?;
    assert_eq!(officer.get(&parent.at("family"))?.location.as_deref(), Some("/ru/applications/sign-in"));

    // Neither token is worth anything under the other's name.
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let (mine, theirs) = (SessionToken::random()?, SessionToken::random()?);
    let now = Timestamp::now();
    let session = OfficeSession::new(&theirs, department()?, now);
    block_on(async {
        portal.store.put_session(&store::sessions::Session::anonymous(&mine, now)).await?;
        Ok(portal.store.put_office_session(&session).await?)
    })?;
    leads_to_the_door(&with(&stack, mine.as_str(), "/ru/office")?, Locale::Ru);
    assert_eq!(with(&stack, theirs.as_str(), "/ru/office")?.status, 200);
    let cookie = format!("session={}", theirs.as_str());
    let answer = Browser::new(&stack.origin).send("GET", "/ru/applications", None, &[("cookie", &cookie)])?;
    assert_eq!(answer.location.as_deref(), Some("/ru/applications/sign-in"));
    Ok(())
}

fn department() -> Result<Officer> {
    Ok(Officer::new("0000-trial", "Сынақ Маман", &["department".to_owned()], None)?)
}

#[test]
fn a_forged_or_expired_cookie_leads_to_the_door() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    for forged in [&"0".repeat(64), &"ab".repeat(32), "x", "", "../../x"] {
        leads_to_the_door(&with(&stack, forged, "/kk/office")?, Locale::Kk);
    }
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let now = Timestamp::now();
    for (minutes, alive) in [(29, true), (31, false)] {
        let token = SessionToken::random()?;
        let begun = Timestamp::from_second(now.as_second() - minutes * 60)?;
        block_on(async {
            Ok(portal.store.put_office_session(&OfficeSession::new(&token, department()?, begun)).await?)
        })?;
        let page = with(&stack, token.as_str(), "/kk/office")?;
        if alive {
            assert_eq!(page.status, 200, "{}", page.brief());
            // The visit counts: what would be idle by now is not.
            let later = Timestamp::from_second(now.as_second() + 20 * 60)?;
            let session = block_on(async { Ok(portal.store.office_session(&token, later).await?) })?;
            assert!(session.is_some(), "the visit was not noted");
        } else {
            leads_to_the_door(&page, Locale::Kk);
        }
    }
    Ok(())
}

#[test]
fn forms_of_others_and_forms_after_signing_out_change_nothing() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let l = Locale::Ru;
    let (browser, page) = signed_in(&stack, l, "administrator")?;
    let (other, foreign) = signed_in(&stack, l, "administrator")?;
    let csrf = |page: &Page| page.csrf().map(|token| vec![("csrf".to_owned(), token)]).ok_or("no token");
    for fields in [Vec::new(), vec![("csrf".to_owned(), "0".repeat(128))], csrf(&foreign)?] {
        let answer = browser.post("/ru/office/sign-out", &fields)?;
        assert_eq!(answer.status, 403, "{}", answer.brief());
        assert_eq!(answer.heading(), errors::FORGED_TITLE.get(l));
    }
    assert_eq!(browser.get("/ru/office")?.status, 200, "still signed in");

    // From a page of somebody else nobody can sign anybody in.
    let account = Account::of("department")?;
    let fields = [("step", "password"), ("username", &account.name), ("password", &account.password)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    for headers in [vec![], vec![("origin", "https://evil.example")], vec![("sec-fetch-site", "cross-site")]] {
        let answer = Browser::new(&stack.origin).post_from("/ru/office/sign-in", &fields, &headers)?;
        assert_eq!((answer.status, cookie(&answer)), (403, ""), "{headers:?}");
    }

    let copied = browser.twin()?;
    browser.press(&page, t::SIGN_OUT.get(l), &[])?;
    let replayed = copied.post("/ru/office/sign-out", &csrf(&page)?)?;
    assert_eq!(replayed.status, 303, "signing out twice is no harm");
    leads_to_the_door(&copied.get("/ru/office")?, l);
    assert_eq!(other.get("/ru/office")?.status, 200, "another device stays signed in");
    Ok(())
}

/// Leaves a page for the browser's gallery, which cannot bring it about itself.
fn show(l: Locale, status: u16, name: &str, body: &str) -> Result<()> {
    let Some(folder) = std::env::var_os("PORTAL_TEST_TROUBLES").map(PathBuf::from) else { return Ok(()) };
    std::fs::create_dir_all(&folder)?;
    Ok(std::fs::write(folder.join(format!("{}-{status}-office-{name}.html", l.code())), body)?)
}

/// The local pool never asks for an authenticator to be set up: that it can be is tried with a pool of
/// the tests' own in `shared/officers`, and here how the page tells it.
#[test]
fn the_page_of_a_new_authenticator_tells_its_key_in_two_ways() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    for l in LANGUAGES {
        for (asked, name) in
            [(Asked::SetUp("JBSWY3DPEHPK3PXP".to_owned()), "set-up"), (Asked::NewPassword, "new-password")]
        {
            let token = SessionToken::random()?;
            let waiting = OfficeSignIn {
                username: "сынақ".to_owned(),
                asked,
                session: "of-the-pool".to_owned(),
                wanted: None,
                begun: Timestamp::now(),
            };
            let ask = Ask::new(Method::GET, &format!("/{}/office/sign-in", l.code()))
                .header("cookie", &format!("office={}", token.as_str()));
            let page = block_on(async {
                portal.store.keep_office_sign_in(&token, &waiting).await?;
                portal.page(ask.request()).await
            })?;
            assert_eq!(page.status, 200, "{}", page.brief());
            assert!(!page.body.contains("of-the-pool"), "the pool's session is nobody's business");
            if name == "set-up" {
                assert!(page.says("JBSWY3DPEHPK3PXP"));
                assert!(page.body.contains("href=\"otpauth://totp/") && page.body.contains("secret=JBSWY3DPEHPK3PXP"));
            }
            show(l, 200, name, &page.body)?;
        }
    }
    Ok(())
}

#[test]
fn another_groups_page_is_refused_and_written_down() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let site = Arc::new(testkit::site(&stack.origin));
    let now = Timestamp::now();
    let token = SessionToken::random()?;
    let id = format!("trial-{}", &token.hash().chars().take(12).collect::<String>());
    let officer = Officer::new(&id, "Сынақ Маман", &["school".to_owned()], Some("school-1"))?;
    block_on(async { Ok(portal.store.put_office_session(&OfficeSession::new(&token, officer, now)).await?) })?;
    let today = site.local(now).date();

    for l in LANGUAGES {
        for (need, status) in [(Need::SCHOOL, 204), (Need::ADMINISTRATOR, 403)] {
            let store = &portal.store;
            let handler = |visit: web::Visit| async move {
                let desk = enter(store, &visit, need).await?;
                assert_eq!(desk.officer().name, "Сынақ Маман");
                Ok(Reply::empty(lambda_http::http::StatusCode::NO_CONTENT))
            };
            let path = format!("/{}/office", l.code());
            let ask = Ask::new(Method::GET, &path).header("cookie", &format!("office={}", token.as_str()));
            let answer = block_on(async { Ok(web::answer(ask.request(), &site, now, &handler).await) })?;
            assert_eq!(answer.status().as_u16(), status);
            if status == 403 {
                let body = String::from_utf8(answer.body().to_vec())?;
                assert!(body.contains(t::FORBIDDEN.get(l)) && body.contains(t::SIGN_OUT.get(l)));
                show(l, 403, "forbidden", &body)?;
            }
        }
    }
    let refusals = block_on(async { Ok(portal.store.office_refusals(today).await?) })?;
    let mine: Vec<_> = refusals.into_iter().filter(|refusal| refusal.officer.as_str() == id).collect();
    assert_eq!(mine.len(), 2, "one for each language, none for what is theirs");
    for refusal in mine {
        assert_eq!((refusal.asked.as_str(), refusal.at.as_second()), ("office", now.as_second()));
    }
    Ok(())
}
