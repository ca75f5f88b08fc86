//! A parent's way from the description to the number, over HTTP and without scripts.

use domain::Locale;
use serde_json::Value;
use tests::{Parent, Result, Stack};
use text::{applications, common, faq, own_name};

#[test]
fn a_parent_sends_an_application_and_finds_it_again() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    for locale in Locale::ALL {
        let mut parent = Parent::new(&stack, locale)?;
        let review = parent.prepare()?;
        assert!(review.says("Мысал"), "{}", review.brief());
        let sent = parent.send(&review)?;
        assert_eq!(sent.status, 200, "{}", sent.brief());
        let number = parent.number(&sent)?;

        let list = parent.applications()?;
        assert!(list.says(&applications::NUMBER.fill(locale, &[("n", &number.to_string())])), "{}", list.brief());

        // The page stays reachable to its owner and to nobody else.
        assert_eq!(parent.number(&parent.browser.visit(&sent.path)?)?, number);
        let stranger = Parent::new(&stack, locale)?;
        let refused = stranger.browser.visit(&sent.path)?;
        assert!(refused.path.ends_with("/applications/sign-in"), "{}", refused.brief());

        // The number comes by SMS too, in the chosen language, through the outbox.
        let phone = parent.stored_phone()?;
        let word = [("number", number.to_string())];
        let word: Vec<(&str, &str)> = word.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let text = text::messages::ACCEPTED_SMS.fill(locale, &word);
        tests::stack::patiently(
            || Ok(stack.texts(&phone)?.contains(&text).then_some(())),
            "the number did not come by SMS",
        )?;

        // The id of the request leads through stream and queue to what was sent, and what happened is measured.
        let followed = || -> Result<Option<()>> {
            let lines = tests::logs::lines(&stack)?;
            let read: Vec<Value> = lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
            let said = |message: &'static str| {
                read.iter().filter(move |line| line.get("message").is_some_and(|it| it == message))
            };
            let id = sent.path.split('/').nth(3).ok_or("no application in the address")?;
            let accepted = said("accepted").find(|line| line.get("application").is_some_and(|it| it == id));
            let Some(trace) = accepted.and_then(|line| line.pointer("/span/requestId")) else { return Ok(None) };
            let named = |line: &Value| line.get("trace") == Some(trace);
            let followed = said("queued").any(named) && said("delivered").any(named);
            let measured = ["Sent", "CodesSent", "CodesConfirmed"].iter().all(|name| {
                let metric = format!("\"Metrics\":[{{\"Name\":\"{name}\"");
                lines.iter().any(|line| line.contains(&metric) && line.contains("\"_aws\""))
            });
            Ok((followed && measured).then_some(()))
        };
        tests::stack::patiently(followed, "no message can be followed, or nothing is measured")?;

        // Nothing that tells who they are was logged on the way.
        let lines = tests::logs::lines(&stack)?;
        assert!(lines.iter().any(|line| line.contains("upload checked")), "the test no longer sees the logs");
        let code =
            stack.texts(&phone)?.first().and_then(|text| text.get(..6)).map(str::to_owned).ok_or("no code was sent")?;
        let family = &parent.family;
        let bare = phone.trim_start_matches("+7").to_owned();
        let words = [
            "Сынақов",
            "Мысал",
            "Үлгі",
            &family.parent_iin,
            &family.child_iin,
            &family.address,
            &bare,
            &code,
            "ҮЛГІ 0000001",
        ];
        for word in words {
            let told = lines.iter().filter(|line| line.contains(word)).count();
            assert_eq!(told, 0, "{told} log lines hold what only the parent and the portal may know");
        }
    }
    Ok(())
}

#[test]
fn what_is_typed_survives_a_switch_of_the_language() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let contacts = parent.start()?;
    let switched =
        parent.browser.press(&contacts, own_name(Locale::Kk), &[("phone", "+7 701 неполный"), ("email", "a@")])?;
    let kazakh = parent.browser.follow(switched)?;
    assert!(kazakh.path.starts_with("/kk/"), "{}", kazakh.brief());
    let fields = kazakh.form().ok_or("no form")?.fields;
    for kept in [("phone", "+7 701 неполный"), ("email", "a@")] {
        assert!(fields.iter().any(|(name, value)| (name.as_str(), value.as_str()) == kept), "{kept:?} was lost");
    }
    Ok(())
}

#[test]
fn a_step_ahead_leads_back_to_the_first_unanswered_one() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Kk)?;
    parent.start()?;
    for step in ["family", "school", "consent", "review"] {
        let page = parent.browser.get(&parent.at(step))?;
        assert_eq!((page.status, page.location.as_deref()), (303, Some(parent.at("contacts").as_str())), "{step}");
    }
    Ok(())
}

#[test]
fn the_same_help_stands_on_every_page_of_the_wizard() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let contacts = parent.start()?;
    let family = parent.confirm_phone(&contacts)?;
    let description = parent.browser.visit(&parent.at("service"))?;
    for page in [&description, &contacts, &family] {
        for question in faq::GROUPS.iter().flat_map(|group| group.questions) {
            assert!(page.says(question.question.get(Locale::Ru)), "{}", page.brief());
        }
    }
    Ok(())
}

#[test]
fn back_keeps_what_was_typed() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, Locale::Ru)?;
    let contacts = parent.start()?;
    let family = parent.confirm_phone(&contacts)?;
    let back = parent.browser.press(&family, common::BACK.get(Locale::Ru), &[("parent-surname", "Недописа")])?;
    let contacts = parent.browser.follow(back)?;
    assert!(contacts.path.ends_with("/contacts"), "{}", contacts.brief());
    let family = parent.browser.visit(&parent.at("family"))?;
    let fields = family.form().ok_or("no form")?.fields;
    assert!(fields.iter().any(|(name, value)| name == "parent-surname" && value == "Недописа"), "the surname was lost");
    Ok(())
}
