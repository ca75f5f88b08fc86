//! Following an application and taking it back.

use domain::decision::Decision;
use domain::life::{Act, Actor, State};
use domain::{Iin, Locale, Service};
use store::keys;
use store::status::CHILD_AN_HOUR;
use testkit::Fault;
use tests::faults::at_every_call;
use tests::portal::block_on;
use tests::ready::ready;
use tests::stack::patiently;
use tests::tables::{partition, read};
use tests::{Browser, Device, Engine, Family, Page, Parent, Portal, Result, Stack};
use text::{errors, life, messages, status as t};

tests::over_both! {
    taking_back_is_whole_or_not_done_whatever_fails,
    two_at_once_take_it_back_once_and_the_child_may_be_sent_anew,
}

/// A parent who has sent an application, with its number.
fn sent<'a>(stack: &'a Stack, l: Locale) -> Result<(Parent<'a>, Page, String)> {
    let mut parent = Parent::new(stack, l)?;
    let review = parent.prepare()?;
    let page = parent.send(&review)?;
    let number = parent.number(&page)?.to_string();
    Ok((parent, page, number))
}

fn check(browser: &Browser, l: Locale, number: &str, child: &str) -> Result<Page> {
    let page = browser.visit(&format!("/{}/status", l.code()))?;
    browser.press(&page, t::CHECK.get(l), &[("number", number), ("child-iin", child)])
}

#[test]
fn the_status_is_told_to_whoever_names_the_number_and_the_child() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    for l in Locale::ALL {
        let (parent, _, number) = sent(&stack, l)?;
        // Anybody, from any device.
        let stranger = Browser::new(&stack.origin);
        let page = check(&stranger, l, &format!("№ {number}"), &parent.family.child_iin)?;
        assert_eq!(page.status, 200, "{}", page.brief());
        assert!(page.heading().contains(&number) && page.says(life::SUBMITTED.get(l)), "{}", page.brief());
        let due = life::DUE_DEPARTMENT.get(l).split('{').next().unwrap_or_default();
        assert!(page.says(due), "by when is not told");
        let plain = page.body.replace(&format!("value=\"{}\"", parent.family.child_iin), "");
        for personal in
            [parent.family.child_iin.as_str(), "Мысал", "Сынақов", &parent.family.phone, &parent.family.address]
        {
            assert!(!plain.contains(personal), "the status tells {personal}");
        }
        assert!(page.path.ends_with("/status"), "{}", page.path);

        // The page itself is asked for in the other language, and nothing is typed again.
        let form = page.form().ok_or("no form")?;
        let fields: Vec<_> = form.fields.into_iter().chain([("act".to_owned(), "language".to_owned())]).collect();
        let other = stranger.post(&form.action, &fields)?;
        assert!(other.says(life::SUBMITTED.get(l.other())), "{}", other.brief());
    }
    Ok(())
}

#[test]
fn a_wrong_pair_is_answered_alike_whatever_is_wrong() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let l = Locale::Ru;
    let (one, _, number) = sent(&stack, l)?;
    let (other, _, other_number) = sent(&stack, l)?;
    let nobody = Family::invented(&stack)?;
    let browser = Browser::new(&stack.origin);
    let wrong = [
        (number.as_str(), other.family.child_iin.as_str()),
        (other_number.as_str(), one.family.child_iin.as_str()),
        (number.as_str(), nobody.child_iin.as_str()),
        ("999999999999", one.family.child_iin.as_str()),
    ];
    for (number, child) in wrong {
        let page = check(&browser, l, number, child)?;
        assert_eq!(page.status, 422, "{}", page.brief());
        assert!(page.says(t::NOT_FOUND.get(l)), "{}", page.brief());
        assert!(page.body.contains(&format!("value=\"{child}\"")), "what is typed is kept");
        let same = page.body.replace(number, "N").replace(child, "C");
        assert!(!same.contains(life::SUBMITTED.get(l)));
    }
    for (number, child, expected) in [
        ("", one.family.child_iin.as_str(), t::NUMBER_EMPTY),
        ("сорок", one.family.child_iin.as_str(), t::NUMBER_FORM),
        (number.as_str(), "", text::family::IIN_EMPTY),
        (number.as_str(), "123", text::family::IIN_CHECK),
    ] {
        let page = check(&browser, l, number, child)?;
        assert_eq!(page.status, 422, "{}", page.brief());
        let length = text::family::IIN_LENGTH.fill(l, &[("n", "3")]);
        assert!(page.says(expected.get(l)) || page.says(&length), "{}", page.brief());
    }
    Ok(())
}

#[test]
fn numbers_of_a_known_child_cannot_be_tried_one_after_the_other() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let l = Locale::Kk;
    let (parent, _, number) = sent(&stack, l)?;
    let browser = Browser::new(&stack.origin);
    let mut refused = 0;
    // The hour may turn in between, which begins a new count.
    for guess in 0..=2 * CHILD_AN_HOUR {
        let page = check(&browser, l, &(500_000 + guess).to_string(), &parent.family.child_iin)?;
        if page.status == 429 {
            assert_eq!(page.heading(), errors::TOO_MANY_TITLE.get(l));
            refused += 1;
            break;
        }
        assert_eq!(page.status, 422, "{}", page.brief());
    }
    assert_eq!(refused, 1, "nobody stops the guessing");
    assert_eq!(check(&browser, l, &number, &parent.family.child_iin)?.status, 429, "the right one is not told either");
    Ok(())
}

#[test]
fn another_site_cannot_ask() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let browser = Browser::new(&stack.origin);
    let fields = [("number".to_owned(), "1".to_owned()), ("child-iin".to_owned(), "991231500006".to_owned())];
    let answer = browser.post_from(
        "/ru/status",
        &fields,
        &[("origin", "https://example.com"), ("sec-fetch-site", "cross-site")],
    )?;
    assert_eq!(answer.status, 403, "{}", answer.brief());
    Ok(())
}

#[test]
fn an_application_that_is_taken_back_leaves_the_queue_and_makes_room_for_another() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    for l in Locale::ALL {
        let (parent, page, number) = sent(&stack, l)?;
        let phone = parent.stored_phone()?;
        patiently(|| Ok((stack.texts(&phone)?.len() >= 2).then_some(())), "the number did not come by SMS")?;
        let sure = parent.browser.visit(&parent.at("withdraw"))?;
        assert!(sure.says(&t::WITHDRAW_QUEUE.fill(l, &[("n", &number)])), "{}", sure.brief());
        let done = parent.browser.follow(parent.browser.press(&sure, t::WITHDRAW_SURE.get(l), &[])?)?;
        assert_eq!(done.path, page.path);
        assert!(done.says(life::WITHDRAWN.get(l)) && !done.body.contains("/withdraw\""), "{}", done.brief());
        let list = parent.applications()?;
        assert!(list.says(life::WITHDRAWN.get(l)), "{}", list.brief());

        // Pressed again on a page that was left open: nothing more happens.
        let again = parent.browser.press(&sure, t::WITHDRAW_SURE.get(l), &[])?;
        assert_eq!(again.location.as_deref(), Some(page.path.as_str()), "{}", again.brief());
        let told = messages::Notice::of(Service::FirstGrade, Some(Act::Withdraw))
            .sms(l, number.parse().ok().and_then(domain::ApplicationNumber::new).ok_or("no number")?);
        patiently(|| Ok(stack.texts(&phone)?.contains(&told).then_some(())), "nobody was told")?;
        assert_eq!(stack.texts(&phone)?.iter().filter(|text| **text == told).count(), 1);

        let status = check(&Browser::new(&stack.origin), l, &number, &parent.family.child_iin)?;
        assert!(status.says(life::WITHDRAWN.get(l)) && status.says(life::SUBMITTED.get(l)), "{}", status.brief());
    }
    Ok(())
}

#[test]
fn nobody_else_takes_an_application_back() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (victim, page, _) = sent(&stack, Locale::Ru)?;
    let (thief, _, _) = sent(&stack, Locale::Ru)?;
    assert_eq!(thief.browser.get(&victim.at("withdraw"))?.status, 404);
    let own = thief.browser.visit(&thief.at("withdraw"))?.csrf().ok_or("no token")?;
    assert_eq!(thief.browser.post(&victim.at("withdraw"), &[("csrf".to_owned(), own)])?.status, 404);
    // The victim's own form without its token.
    assert_eq!(victim.browser.post(&victim.at("withdraw"), &[])?.status, 403);
    let signed_out = Browser::new(&stack.origin).get(&victim.at("withdraw"))?;
    assert!(signed_out.location.is_some_and(|to| to.ends_with("/applications/sign-in")));
    assert!(victim.browser.visit(&page.path)?.body.contains("/withdraw\""), "it was taken back");
    // A draft that was not sent cannot be taken back.
    let mut drafting = Parent::new(&stack, Locale::Ru)?;
    drafting.start()?;
    assert_eq!(drafting.browser.get(&drafting.at("withdraw"))?.status, 404);
    Ok(())
}

/// What the tables hold of an application that was sent, and perhaps taken back.
fn held(
    stack: &Stack,
    portal: &Portal,
    id: &domain::DraftId,
    child: &Iin,
) -> Result<(String, usize, usize, usize, bool)> {
    let table = &portal.tables.applications;
    let own = partition(stack, table, &keys::application(id))?;
    let count = |start: &str, end: &str| {
        let ours = own.iter().filter_map(|item| read(item, &["sk"]));
        ours.filter(|sk| sk.starts_with(start) && sk.ends_with(end)).count()
    };
    let sent = own.iter().find(|item| read(item, &["sk"]) == Some("sent")).ok_or("no application")?;
    let state = read(sent, &["body", "state"]).unwrap_or_default().to_owned();
    let campaign = read(sent, &["body", "campaign"]).unwrap_or_default().to_owned();
    let left = partition(stack, table, &format!("pending#{campaign}"))?.into_iter().filter(|item| {
        read(item, &["sk"]).is_some_and(|sk| sk.starts_with("moved#"))
            && read(item, &["body", "application"]) == Some(id.to_string().as_str())
    });
    let lock = keys::child_lock(&portal.key, Service::FirstGrade, child);
    let locked = partition(stack, table, &lock.pk)?.iter().any(|item| read(item, &["sk"]) == Some("lock"));
    Ok((state, count("history#", ""), count("outbox#", "-withdrawn"), left.count(), locked))
}

fn taking_back_is_whole_or_not_done_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let before = ("submitted".to_owned(), 1, 0, 0, true);
        let done = ("withdrawn".to_owned(), 2, 1, 1, false);
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let draft = ready(&portal, &Family::unclaimed(&stack, &portal)?, true).await?;
            let device = Device::with(&portal, draft.token.clone());
            portal.store.send(&device.open(&draft.id).await?, portal.now()).await?;
            let address = format!("/kk/first-grade/{}/withdraw", draft.id);
            let page = device.get(&address).await?;
            let press = || device.press(&page, t::WITHDRAW_SURE.get(Locale::Kk), &[]);
            let first = portal.struck(planned, press()).await?;
            let after = held(&stack, &portal, &draft.id, &draft.child)?;
            assert!(after == before || after == done, "{}: {after:?}", first.case());
            let told = first.outcome.as_ref().is_some_and(|page| page.location.is_some());
            let unheard = first.is_unheard() && first.at("TransactWriteItems");
            assert_eq!(after == done, told || unheard, "{}", first.case());
            assert!(told || !first.is_unnoticed(), "{}", first.case());

            let again = press().await?;
            assert!(again.location.is_some_and(|to| to.ends_with("/sent")), "{}", first.case());
            assert_eq!(held(&stack, &portal, &draft.id, &draft.child)?, done, "{}", first.case());
            Ok(first.call)
        });
        assert!(struck.await? >= 20, "opening, reading, the transaction");
        Ok(())
    })
}

fn two_at_once_take_it_back_once_and_the_child_may_be_sent_anew(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let family = Family::unclaimed(&stack, &portal)?;
        let draft = ready(&portal, &family, true).await?;
        let now = domain::Timestamp::now();
        let device = Device::with(&portal, draft.token.clone());
        portal.store.send(&device.open(&draft.id).await?, now).await?;
        let application = portal.store.sent_application(&draft.id).await?.ok_or("no application")?;
        let (one, two) = futures::join!(
            portal.store.decide(&application, &Actor::Parent, &Decision::Withdraw, now),
            portal.store.decide(&application, &Actor::Parent, &Decision::Withdraw, now)
        );
        let done = [one?, two?].iter().filter(|changed| **changed == store::changes::Changed::Done).count();
        assert!(done >= 1, "none of the two did it");
        assert_eq!(held(&stack, &portal, &draft.id, &draft.child)?, ("withdrawn".to_owned(), 2, 1, 1, false));
        let state = portal.store.sent_application(&draft.id).await?.map(|application| application.state);
        assert_eq!(state, Some(State::Withdrawn));

        let anew = ready(&portal, &Family { child_iin: family.child_iin.clone(), ..family }, true).await?;
        let device = Device::with(&portal, anew.token.clone());
        let sent = portal.store.send(&device.open(&anew.id).await?, now).await?;
        assert!(matches!(sent, store::sending::Sending::Accepted(_)), "{sent:?}");
        Ok(())
    })
}
