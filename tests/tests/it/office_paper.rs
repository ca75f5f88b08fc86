//! The paper channel: an officer types for a parent who came in person.

use domain::decision::{Decision, Field, Note, Request};
use domain::fields::WITHOUT_PHONE;
use domain::life::Actor;
use domain::{DraftId, Locale, Phone};
use store::sessions::{Session, SessionToken};
use tests::officer::signed_in;
use tests::parent::expect;
use tests::portal::block_on;
use tests::{Browser, Family, Page, Parent, Portal, Result, Stack};
use text::{applications, common, desk, office, paper as t, receipt, status};

/// An officer at the first step of a new draft, in the shape of the parent who is beside them.
fn begin<'a>(stack: &'a Stack, l: Locale) -> Result<(Parent<'a>, Page)> {
    let (browser, _) = signed_in(stack, l, "department")?;
    let mut parent = Parent { browser, ..Parent::new(stack, l)? };
    let page = parent.browser.visit(&format!("/{}/office/paper", l.code()))?;
    assert_eq!(page.heading(), t::TITLE.get(l));
    let contacts = start(&mut parent, &page)?;
    Ok((parent, contacts))
}

fn start(parent: &mut Parent<'_>, page: &Page) -> Result<Page> {
    let begun = parent.browser.press(page, text::service::name(parent.service).get(parent.locale), &[])?;
    let contacts = parent.browser.follow(expect(begun, 303)?)?;
    let (draft, _) = contacts.path.rsplit_once('/').ok_or("no draft in the address")?;
    parent.draft = draft.to_owned();
    assert!(contacts.says(t::BANNER.get(parent.locale)), "{}", contacts.brief());
    Ok(contacts)
}

fn id(parent: &Parent<'_>) -> Result<DraftId> {
    Ok(parent.draft.rsplit('/').next().and_then(DraftId::parse).ok_or("no draft")?)
}

#[test]
fn what_an_officer_types_is_handed_to_the_parents_phone() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let l = Locale::Ru;
    let (parent, contacts) = begin(&stack, l)?;
    let family = parent.confirm_phone(&contacts)?;
    let school = parent.tell_family(&family)?;
    let consent = parent.choose_school(&school)?;
    let review = parent.consent(&consent)?;
    let sent = parent.send(&review)?;
    let number = parent.number(&sent)?;
    assert!(!sent.says(status::WITHDRAW.get(l)) && sent.says(t::TO_APPLICATION.get(l)), "{}", sent.brief());
    // Sent again, as after a lost reply: the same number.
    let again = parent.browser.follow(parent.browser.press(&review, text::review::SEND.get(l), &[])?)?;
    assert_eq!(parent.number(&again)?, number);
    // The receipt is printed for the parent; the officer does not act as the parent.
    assert!(parent.browser.visit(&parent.at("receipt"))?.says(&receipt::TITLE.fill(l, &[("n", &number.to_string())])));
    assert_eq!(parent.browser.get(&parent.at("withdraw"))?.status, 404);

    let (application, history) = block_on(async {
        let application = portal.store.sent_application(&id(&parent)?).await?.ok_or("no application")?;
        let history = portal.store.history(&application.id).await?;
        Ok((application, history))
    })?;
    let phone = Phone::parse(&parent.family.phone).map_err(|_| "no phone")?;
    assert_eq!(application.owner, portal.store.owner_of(&phone));
    assert!(matches!(history.first().map(|first| &first.actor), Some(Actor::Officer { .. })));
    let page = parent.browser.visit(&format!("/ru/office/applications/{}", application.id))?;
    assert_eq!(page.heading(), desk::APPLICATION.fill(l, &[("n", &number.to_string())]));

    // The parent, at home, signed in by phone.
    let token = SessionToken::random()?;
    let home = Session { phone: Some(portal.store.owner_of(&phone)), ..Session::anonymous(&token, portal.now()) };
    block_on(async { Ok(portal.store.put_session(&home).await?) })?;
    let cookie = format!("session={}", token.as_str());
    let list = Browser::new(&stack.origin).send("GET", "/ru/applications", None, &[("cookie", &cookie)])?;
    assert!(list.says(&applications::NUMBER.fill(l, &[("n", &number.to_string())])), "{}", list.brief());
    Ok(())
}

#[test]
fn a_parent_without_a_phone_is_typed_for_and_gets_a_receipt() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let l = Locale::Kk;
    let (parent, contacts) = begin(&stack, l)?;
    let empty = parent.browser.press(&contacts, common::NEXT.get(l), &[])?;
    assert_eq!(empty.status, 422, "neither a phone nor none: {}", empty.brief());
    let family = parent.next(&contacts, &[(WITHOUT_PHONE, "yes")])?;
    // Gone on with from the list, as on another day.
    let list = parent.browser.visit("/kk/office/paper")?;
    let nameless = t::OPENED.fill(l, &[("child", t::NAMELESS.get(l))]);
    assert!(list.says(&nameless), "{}", list.brief());
    let school = parent.tell_family(&parent.browser.visit(&family.path)?)?;
    let consent = parent.choose_school(&school)?;
    let review = parent.consent(&consent)?;
    let sent = parent.send(&review)?;
    let number = parent.number(&sent)?.to_string();
    let child = parent.family.child_iin.clone();
    let page = Browser::new(&stack.origin).visit("/kk/status")?;
    let known = [("number", number.as_str()), ("child-iin", child.as_str())];
    let told = Browser::new(&stack.origin).press(&page, status::CHECK.get(l), &known)?;
    assert!(told.says(text::life::SUBMITTED.get(l)), "{}", told.brief());
    assert!(parent.browser.visit(&parent.at("receipt"))?.says(&number));
    let application =
        block_on(async { Ok(portal.store.sent_application(&id(&parent)?).await?.ok_or("no application")?) })?;
    assert!(application.answers.contacts.main.is_none() && application.owner.is_nobody());

    // Returned: nobody could sign in to correct it but an officer beside whom the parent stands.
    let note = Note::parse("Аты қате").map_err(|_| "no note")?;
    let request = Request::new(vec![Field::ChildName], Vec::new(), note).ok_or("no request")?;
    let returned = Decision::Return(request);
    block_on(async { Ok(portal.store.decide(&application, &Actor::System, &returned, portal.now()).await?) })?;
    let (other, _) = signed_in(&stack, l, "department")?;
    let page = other.visit(&format!("/kk/office/applications/{}", application.id))?;
    let page = other.follow(other.press(&page, t::ACT_FOR.get(l), &[])?)?;
    assert_eq!(page.path, parent.at("sent"));
    let correct = other.visit(&parent.at("correct"))?;
    let typed = [("child-surname", "Сынақов"), ("child-name", "Түзетілген")];
    let done = other.follow(other.press(&correct, text::corrections::SEND.get(l), &typed)?)?;
    assert!(done.says(text::life::SUBMITTED.get(l)), "{}", done.brief());
    let history = block_on(async { Ok(portal.store.history(&application.id).await?) })?;
    assert!(matches!(history.last().map(|last| &last.actor), Some(Actor::Officer { .. })));
    // A parent's own application is opened so by nobody.
    let own = by_phone(&stack, &portal)?;
    let fields = [("csrf".to_owned(), page_token(&other)?), ("sent".to_owned(), own.to_string())];
    assert_eq!(other.post("/kk/office/paper", &fields)?.status, 404);
    Ok(())
}

/// An application that a parent sent from a phone.
fn by_phone(stack: &Stack, portal: &Portal) -> Result<DraftId> {
    let family = Family::invented(stack)?;
    block_on(async { Ok(tests::ready::sent(portal, &family, false, None).await?.id) })
}

fn page_token(browser: &Browser) -> Result<String> {
    Ok(browser.visit("/kk/office/paper")?.csrf().ok_or("no token")?)
}

#[test]
fn nobody_but_the_officer_who_is_signed_in_opens_what_they_type() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let l = Locale::Ru;
    let (parent, contacts) = begin(&stack, l)?;
    let address = contacts.path.clone();

    // A parent's draft never goes without a phone, whatever is posted.
    let mut other = Parent::new(&stack, l)?;
    let page = other.start()?;
    assert!(!page.body.contains(WITHOUT_PHONE));
    let refused = other.browser.press(&page, common::NEXT.get(l), &[(WITHOUT_PHONE, "yes")])?;
    assert_eq!(refused.status, 422, "{}", refused.brief());
    assert_eq!(other.browser.get(&address)?.status, 404);
    assert!(Browser::new(&stack.origin).get(&address)?.location.is_some_and(|to| to.ends_with("/sign-in")));

    // Other officers: another group's, and another of the same group with their own paper.
    for kind in ["school", "administrator"] {
        let (browser, _) = signed_in(&stack, l, kind)?;
        let page = browser.get("/ru/office/paper")?;
        assert_eq!((page.status, page.heading().as_str()), (403, office::FORBIDDEN_TITLE.get(l)), "{kind}");
    }
    // What the officer's browser shows beside is no parent's.
    let list = parent.browser.visit("/ru/applications")?;
    assert_ne!(list.heading(), applications::TITLE.get(l), "{}", list.brief());

    // Signed out in another tab: the draft is closed with the session, and open again after the next sign-in.
    let twin = parent.browser.twin()?;
    let desk = parent.browser.visit("/ru/office/paper")?;
    parent.browser.press(&desk, office::SIGN_OUT.get(l), &[])?;
    for browser in [&parent.browser, &twin] {
        let shut = browser.get(&address)?;
        assert_eq!(shut.location.as_deref(), Some("/ru/office/sign-in?to=%2Fru%2Foffice%2Fpaper"), "{}", shut.brief());
    }
    let lost = parent.browser.press(&contacts, common::NEXT.get(l), &[(WITHOUT_PHONE, "yes")])?;
    assert!(lost.location.is_some_and(|to| to.starts_with("/ru/office/sign-in")));
    let (browser, _) = signed_in(&stack, l, "department")?;
    let list = browser.visit("/ru/office/paper")?;
    let draft = parent.draft.rsplit('/').next().unwrap_or_default();
    assert!(list.body.contains(draft), "{}", list.brief());
    let fields = [("csrf".to_owned(), list.csrf().ok_or("no token")?), ("draft".to_owned(), draft.to_owned())];
    let opened = browser.follow(browser.post("/ru/office/paper", &fields)?)?;
    assert_eq!(opened.path, address);

    // Somebody else's draft, and none at all.
    for forged in [other.draft.rsplit('/').next().unwrap_or_default(), "x"] {
        let fields = [("csrf".to_owned(), list.csrf().ok_or("no token")?), ("draft".to_owned(), forged.to_owned())];
        assert_eq!(browser.post("/ru/office/paper", &fields)?.status, 404, "{forged}");
    }
    Ok(())
}
