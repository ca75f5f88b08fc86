//! What somebody with bad intentions, a bad connection or bad luck sends.

use domain::Locale;
use tests::parent::expect;
use tests::{Browser, Parent, Result, Stack};
use text::{contacts, errors, family, review};

/// A begun draft of a parent with a proved phone, and the page of step 3.
fn at_family(stack: &Stack) -> Result<(Parent<'_>, tests::Page)> {
    let mut parent = Parent::new(stack, Locale::Ru)?;
    let contacts = parent.start()?;
    let family = parent.confirm_phone(&contacts)?;
    Ok((parent, family))
}

#[test]
fn another_parents_draft_does_not_exist() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (victim, page) = at_family(&stack)?;
    let (thief, _) = at_family(&stack)?;
    for step in [
        "service",
        "contacts",
        "family",
        "school",
        "consent",
        "review",
        "sent",
        "receipt",
        "receipt.pdf",
        "documents/photo",
        "documents/photo/preview",
    ] {
        let answer = thief.browser.get(&victim.at(step))?;
        assert_eq!(answer.status, 404, "GET {step}: {}", answer.brief());
    }
    // The thief's own token, the victim's address.
    let own = thief.browser.visit(&thief.at("family"))?.csrf().ok_or("no token")?;
    let fields = [("csrf".to_owned(), own), ("parent-surname".to_owned(), "Чужая".to_owned())];
    for address in [
        "contacts",
        "family",
        "school",
        "consent",
        "review",
        "send-code",
        "look-up",
        "find-address",
        "documents/photo/remove",
        "documents/photo/ticket",
    ] {
        let answer = thief.browser.post(&victim.at(address), &fields)?;
        assert!(matches!(answer.status, 404 | 405 | 413 | 422), "POST {address}: {}", answer.brief());
        assert!(!answer.says("Чужая"), "POST {address}");
    }
    let after = victim.browser.visit(&page.path)?;
    assert!(!after.body.contains("Чужая"), "the victim's draft was changed");
    // The address is as dead as one that never was.
    let invented = thief
        .browser
        .get(&victim.at("family").replace(victim.draft.rsplit('/').next().unwrap_or(""), &"0".repeat(32)))?;
    assert_eq!(invented.heading(), errors::NOT_FOUND_TITLE.get(Locale::Ru));
    Ok(())
}

#[test]
fn without_a_session_a_draft_leads_to_the_sign_in() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (victim, _) = at_family(&stack)?;
    let answer = Browser::new(&stack.origin).get(&victim.at("family"))?;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/ru/applications/sign-in")));
    Ok(())
}

#[test]
fn a_form_without_its_own_token_changes_nothing() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (parent, page) = at_family(&stack)?;
    let (other, _) = at_family(&stack)?;
    let foreign = other.browser.visit(&other.at("family"))?.csrf().ok_or("no token")?;
    for token in [None, Some(String::new()), Some("0".repeat(128)), Some(foreign)] {
        let mut fields: Vec<_> = token.map(|token| ("csrf".to_owned(), token)).into_iter().collect();
        fields.push(("parent-surname".to_owned(), "Подложная".to_owned()));
        let answer = parent.browser.post(&page.path, &fields)?;
        assert_eq!((answer.status, answer.heading().as_str()), (403, errors::FORGED_TITLE.get(Locale::Ru)));
    }
    assert!(!parent.browser.visit(&page.path)?.body.contains("Подложная"));
    Ok(())
}

#[test]
fn another_site_cannot_begin_a_draft() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    for headers in [vec![("origin", "https://evil.example")], vec![("sec-fetch-site", "cross-site")], Vec::new()] {
        let answer = Browser::new(&stack.origin).post_from("/ru/first-grade", &[], &headers)?;
        assert_eq!(answer.status, 403, "{headers:?}: {}", answer.brief());
        assert!(answer.header("set-cookie").is_empty());
    }
    Ok(())
}

#[test]
fn five_wrong_codes_end_the_code() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let contacts = parent.start()?;
    let phone = parent.stored_phone()?;
    let mut page = parent.ask_for_code(&contacts)?;
    let right = stack.code(&phone, 0)?;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for left in (0..5).rev() {
        let answer = parent.browser.press(&page, text::common::NEXT.get(Locale::Ru), &[("code", wrong)])?;
        page = expect(answer, 422)?;
        let words = match left {
            0 => contacts::CODE_GONE.get(Locale::Ru).to_owned(),
            left => contacts::CODE_WRONG.fill(Locale::Ru, &[("left", &left.to_string())]),
        };
        assert!(page.says(&words), "{left} left: {}", page.brief());
    }
    let answer = parent.browser.press(&page, text::common::NEXT.get(Locale::Ru), &[("code", &right)])?;
    assert_eq!(answer.status, 422, "the right code came too late: {}", answer.brief());
    Ok(())
}

#[test]
fn a_second_code_within_a_minute_is_not_sent() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let contacts = parent.start()?;
    let phone = parent.stored_phone()?;
    let page = parent.ask_for_code(&contacts)?;
    let code = stack.code(&phone, 0)?;
    let fields = page.form().ok_or("no form")?.fields;
    let again: Vec<_> = fields.into_iter().chain([("which".to_owned(), "main".to_owned())]).collect();
    parent.browser.post(&parent.at("send-code"), &again)?;
    // Time enough for a text that should not come.
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(stack.texts(&phone)?.len(), 1);
    // The first code is still good.
    let family = parent.next(&page, &[("code", &code)])?;
    assert!(family.path.ends_with("/family"), "{}", family.brief());
    Ok(())
}

#[test]
fn every_fault_of_an_iin_has_its_own_words() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (parent, mut page) = at_family(&stack)?;
    let l = Locale::Ru;
    let faults = [
        ("", family::IIN_EMPTY.get(l).to_owned()),
        ("99123150000x", family::IIN_NOT_DIGITS.get(l).to_owned()),
        ("12091550202", family::IIN_LENGTH.fill(l, &[("n", "11")])),
        ("031140001297", family::IIN_COMPANY.get(l).to_owned()),
        ("991231500007", family::IIN_CHECK.get(l).to_owned()),
    ];
    for (iin, words) in faults {
        page = expect(parent.browser.press(&page, text::common::NEXT.get(l), &[("parent-iin", iin)])?, 422)?;
        assert!(page.says(&words), "{iin}: {}", page.brief());
    }
    Ok(())
}

#[test]
fn the_faults_of_the_old_form_are_refused() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (parent, mut page) = at_family(&stack)?;
    let l = Locale::Ru;
    let faults = [
        ("certificate-issued-year", "2099", family::ISSUED_FUTURE),
        ("certificate-issued-year", "2001", family::ISSUED_BEFORE_BIRTH),
        ("certificate-number", parent.family.child_iin.as_str(), family::CERTIFICATE_IS_IIN),
        ("certificate-number", "123456789012345678901", family::CERTIFICATE_TOO_LONG),
        ("child-iin", parent.family.parent_iin.as_str(), family::IIN_SAME),
        ("child-birth-date-month", "13", family::DATE_UNREADABLE),
        ("child-birth-date-year", "2099", family::BIRTH_FUTURE),
        ("parent-name", "<script>", family::NAME_SIGN),
    ];
    for (field, value, words) in faults {
        let mut typed = parent.family_fields();
        typed.retain(|(name, _)| *name != field);
        let mut typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        typed.push((field, value));
        page = expect(parent.browser.press(&page, text::common::NEXT.get(l), &typed)?, 422)?;
        assert!(page.says(words.get(l)), "{field}={value}: {}", page.brief());
        assert!(!page.body.contains("<script>"), "typed text became markup");
    }
    Ok(())
}

#[test]
fn sending_again_and_at_once_gives_the_same_number() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let page = parent.prepare()?;
    let twin = parent.browser.twin()?;
    let label = review::SEND.get(Locale::Ru);
    // Two tabs press at the same moment; either may also be told to look again.
    let pressed = std::thread::scope(|scope| {
        let one = scope.spawn(|| parent.browser.press(&page, label, &[]));
        let two = scope.spawn(|| twin.press(&page, label, &[]));
        [one.join(), two.join()]
    });
    for answer in pressed {
        let answer = answer.map_err(|_| "a tab died")??;
        assert!(matches!(answer.status, 303 | 409), "{}", answer.brief());
    }
    let number = parent.number(&parent.browser.visit(&parent.at("sent"))?)?;
    // A lost reply: the same form once more.
    let again = parent.browser.follow(parent.browser.press(&page, label, &[])?)?;
    assert_eq!(parent.number(&again)?, number);
    // Every other step of a sent draft leads to the number too.
    for step in ["contacts", "family", "school", "consent", "review"] {
        assert_eq!(parent.number(&parent.browser.visit(&parent.at(step))?)?, number, "{step}");
    }
    Ok(())
}

#[test]
fn unknown_fields_are_ignored_and_never_kept() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let contacts = parent.start()?;
    let typed = [("admin", "true"), ("owner", "мой"), ("status", "Enrolled"), ("phone", "1")];
    let page = expect(parent.browser.press(&contacts, text::common::NEXT.get(Locale::Ru), &typed)?, 422)?;
    let fields = page.form().ok_or("no form")?.fields;
    assert!(!fields.iter().any(|(name, _)| matches!(name.as_str(), "admin" | "owner" | "status")));
    Ok(())
}

#[test]
fn a_huge_form_is_refused() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (parent, page) = at_family(&stack)?;
    let fields =
        [("csrf".to_owned(), page.csrf().ok_or("no token")?), ("parent-surname".to_owned(), "а".repeat(500_000))];
    let answer = parent.browser.post(&page.path, &fields)?;
    assert_eq!(answer.status, 413, "{}", answer.brief());
    Ok(())
}

#[test]
fn unknown_addresses_and_methods_have_their_pages() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (parent, page) = at_family(&stack)?;
    for path in [parent.at("payment"), parent.at("documents/passport"), "/ru/second-grade".to_owned(), "/en".to_owned()]
    {
        let answer = parent.browser.get(&path)?;
        assert_eq!(answer.status, 404, "{path}: {}", answer.brief());
    }
    let answer = parent.browser.send("DELETE", &page.path, None, &[])?;
    assert!(matches!(answer.status, 403 | 405), "{}", answer.brief());
    Ok(())
}

#[test]
fn personal_pages_are_guarded_by_their_headers() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (_, page) = at_family(&stack)?;
    assert_eq!(page.header("cache-control"), "no-store");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(
        !page.body.contains(" style=\"") && !page.body.contains(" onclick="),
        "inline code that the policy forbids"
    );
    Ok(())
}
