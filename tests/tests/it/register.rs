//! Look-ups when the state register is behind the city's gateway: it answers, or it does not.

use std::collections::BTreeMap;

use domain::directory::Register as _;
use domain::{Iin, Locale, Slot};
use register::Gateway;
use serde_json::{Value, json};
use testkit::{Heard, Stub, reply, sequential_waits};
use tests::loopback::Loopback;
use tests::parent::expect;
use tests::portal::block_on;
use tests::{Family, Page, Parent, Result, Stack};
use text::{family as t, school};

const TOKEN: &str = "trial-token";

/// A parent with a proved phone at step 3.
fn at_family<'a>(stack: &'a Stack, locale: Locale, family: &Family, phone: &str) -> Result<(Parent<'a>, Page)> {
    let mut parent = Parent::new(stack, locale)?;
    parent.family = Family { phone: phone.to_owned(), ..family.clone() };
    let contacts = parent.start()?;
    let page = parent.confirm_phone(&contacts)?;
    Ok((parent, page))
}

/// Presses «fill in» of the parent or the child and comes back to the page.
fn look_up(parent: &Parent<'_>, page: &Page, button: text::Phrase, typed: &[(&str, &str)]) -> Result<Page> {
    let typed: Vec<_> = typed.iter().copied().chain([("register-consent", "yes")]).collect();
    let answer = expect(parent.browser.press(page, button.get(parent.locale), &typed)?, 303)?;
    expect(parent.browser.follow(answer)?, 200)
}

/// What the form of a page holds, without what differs between any two drafts.
fn fields(page: &Page) -> Result<BTreeMap<String, String>> {
    let fields = page.form().ok_or("no form")?.fields;
    Ok(fields.into_iter().filter(|(name, value)| name != "csrf" && !value.is_empty()).collect())
}

/// A gateway that knows one family and answers for everybody else that there is nobody.
fn gateway_of(family: &Family) -> Result<Stub> {
    let Family { parent_iin, child_iin, phone, address, child_birth: [day, month, year], .. } = family.clone();
    let born = format!("{year}-{month:0>2}-{day:0>2}");
    let person = |iin: &str, name: &str, born: &str, sex: &str, phones: &[&str], home: Option<&str>| json!({"iin": iin, "surname": "Тізілімова", "name": name, "birth_date": born, "sex": sex, "phones": phones, "home": home});
    let known = person(&parent_iin, "Анық", "1988-07-09", "female", &[&phone], None);
    let child = person(&child_iin, "Бала", &born, "male", &[], Some(&address));
    let answer = move |heard: &Heard| {
        let asked: Value = serde_json::from_str(&heard.body).unwrap_or_default();
        let asks = |who: &str, iin: &str| asked.get(who).and_then(Value::as_str) == Some(iin);
        let known = Some(&known).filter(|_| asks("parent", &parent_iin));
        let child = Some(&child).filter(|_| known.is_some() && asks("child", &child_iin));
        let link = child.map(|_| json!({"parent": parent_iin, "child": child_iin, "kinship": "parent"}));
        Some(reply(200, "application/json", &json!({"parent": known, "child": child, "link": link}).to_string()))
    };
    Ok(Stub::open(answer)?)
}

#[test]
fn the_gateway_fills_in_the_family_for_its_own_phone_and_tells_others_what_it_tells_of_nobody() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let known = Family::invented(&stack)?;
    let stub = gateway_of(&known)?;
    let loopback = Loopback::with_gateway(&stack, Gateway::new(&stub.url, TOKEN)?)?;
    let l = Locale::Kk;
    let both = [("parent-iin", known.parent_iin.as_str()), ("child-iin", known.child_iin.as_str())];

    let (parent, page) = at_family(&loopback.stack, l, &known, &known.phone)?;
    let page = look_up(&parent, &page, t::FILL_PARENT, &both)?;
    assert!(page.says(t::FOUND.get(l)), "{}", page.brief());
    let page = look_up(&parent, &page, t::FILL_CHILD, &[])?;
    assert!(page.says(t::FOUND.get(l)), "{}", page.brief());
    let filled = fields(&page)?;
    for (name, value) in [
        ("parent-surname", "Тізілімова"),
        ("parent-name", "Анық"),
        ("parent-birth-date-year", "1988"),
        ("parent-sex", "female"),
        ("child-surname", "Тізілімова"),
        ("child-name", "Бала"),
        ("child-birth-date-day", known.child_birth[0].as_str()),
        ("child-sex", "male"),
    ] {
        assert_eq!(filled.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!filled.contains_key("parent-patronymic") && !filled.contains_key("child-patronymic"));

    // One question each, with the token, and no IIN in an address.
    let heard = stub.heard();
    let asked: Vec<Value> = heard.iter().filter_map(|heard| serde_json::from_str(&heard.body).ok()).collect();
    let expected = [
        json!({"parent": known.parent_iin, "child": null}),
        json!({"parent": known.parent_iin, "child": known.child_iin}),
    ];
    assert_eq!(asked, expected);
    for heard in &heard {
        let head = heard.head.to_lowercase();
        assert!(head.contains(&format!("authorization: bearer {TOKEN}\r\n")), "the token is missing");
        assert!(!head.contains(&known.parent_iin) && !head.contains(&known.child_iin), "an IIN is in the head");
    }
    // Beside the gateway's answer three waits: open, record, save.
    let look_ups: Vec<_> =
        loopback.answered().into_iter().filter(|answered| answered.path.ends_with("/look-up")).collect();
    assert_eq!(look_ups.len(), 2);
    for answered in look_ups {
        let waits = sequential_waits(&answered.calls);
        assert!(waits <= 3, "{waits} waits");
    }

    // Somebody else who knows both IINs, beside somebody who asks for people that do not exist.
    let (curious, nobody) = (Family::invented(&stack)?, Family::invented(&stack)?);
    let mut told = Vec::new();
    for (phone, about) in [(&curious.phone, &known), (&nobody.phone, &nobody)] {
        let (other, page) = at_family(&loopback.stack, l, about, phone)?;
        let typed = [("parent-iin", about.parent_iin.as_str()), ("child-iin", about.child_iin.as_str())];
        let mut pages = Vec::new();
        let mut page = look_up(&other, &page, t::FILL_PARENT, &typed)?;
        for button in [t::FILL_CHILD, t::FILL_PARENT] {
            assert!(page.says(t::NOT_FOUND.get(l)), "{}", page.brief());
            let mut fields = fields(&page)?;
            fields.retain(|name, _| !name.ends_with("-iin"));
            pages.push((page.heading(), page.brief().replace(&other.draft, ""), fields));
            page = look_up(&other, &page, button, &[])?;
        }
        assert!(!page.body.contains("Тізілімова") && !page.body.contains("Бала\""), "{}", page.brief());
        told.push(pages);
    }
    assert_eq!(told.first(), told.last(), "a stranger learns that these people exist");

    // The linked family goes on: its home is found by the address search.
    let mut page = page;
    for slot in Slot::required(domain::Service::FirstGrade) {
        page = parent.attach(&page, *slot)?;
    }
    let [day, month, year] = &known.child_birth;
    let certificate = [
        ("certificate-number", "ҮЛГІ 0000002"),
        ("certificate-issued-day", day.as_str()),
        ("certificate-issued-month", month.as_str()),
        ("certificate-issued-year", year.as_str()),
    ];
    let page = parent.next(&page, &certificate)?;
    assert!(page.path.ends_with("/school"), "{}", page.brief());
    assert!(page.says(&school::ADDRESS_FROM_REGISTER.fill(l, &[("address", &known.address)])), "{}", page.brief());
    assert!(fields(&page)?.contains_key("address"), "the address is not filled in");
    let page = parent.next(&page, &[("language", known.language.as_str())])?;
    assert!(page.path.ends_with("/consent"), "{}", page.brief());
    Ok(())
}

/// Gateways that are of no use: nobody there, one that says nothing for half a minute and longer, an error, a token that
/// has expired, and nonsense.
fn useless() -> Result<[(&'static str, String); 5]> {
    let saying = |status, body: &'static str| Stub::open(move |_| Some(reply(status, "application/json", body)));
    Ok([
        ("down", Stub::nobody()?),
        ("silent", Stub::open(|_| None)?.url),
        ("failing", saying(503, "{}")?.url),
        ("token expired", saying(401, r#"{"error": "expired"}"#)?.url),
        ("nonsense", saying(200, "<html>")?.url),
    ])
}

#[test]
fn a_gateway_that_is_of_no_use_leaves_everything_typed_and_the_way_open() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    for ((useless, url), locale) in useless()?.into_iter().zip(Locale::ALL.into_iter().cycle()) {
        let loopback = Loopback::with_gateway(&stack, Gateway::new(&url, TOKEN)?)?;
        let family = Family::invented(&stack)?;
        let (parent, page) = at_family(&loopback.stack, locale, &family, &family.phone)?;
        let typed = parent.family_fields();
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut page = look_up(&parent, &page, t::FILL_PARENT, &typed)?;
        for button in [t::FILL_CHILD, t::FILL_PARENT] {
            assert!(page.says(t::REGISTER_DOWN.get(locale)), "{useless}: {}", page.brief());
            let kept = fields(&page)?;
            for (name, value) in &typed {
                assert_eq!(kept.get(*name).map(String::as_str), Some(*value), "{useless}: {name}");
            }
            page = look_up(&parent, &page, button, &[])?;
        }
        let school = parent.tell_family(&page)?;
        assert!(school.path.ends_with("/school"), "{useless}: {}", school.brief());
        let consent = parent.choose_school(&school)?;
        assert!(consent.path.ends_with("/consent"), "{useless}: {}", consent.brief());
    }
    Ok(())
}

#[test]
fn the_gateway_may_answer_with_what_the_portal_cannot_use_and_is_then_down() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let known = Family::invented(&stack)?;
    let stub = Stub::open(|_| Some(reply(200, "application/json", r#"{"error": "maintenance"}"#)))?;
    let gateway = Gateway::new(&stub.url, TOKEN)?;
    let loopback = Loopback::with_gateway(&stack, gateway.clone())?;
    let l = Locale::Ru;
    let (parent, page) = at_family(&loopback.stack, l, &known, &known.phone)?;
    let page = look_up(&parent, &page, t::FILL_PARENT, &[("parent-iin", &known.parent_iin)])?;
    assert!(page.says(t::REGISTER_DOWN.get(l)) && !page.says("maintenance"), "{}", page.brief());

    let iin = Iin::parse(&known.parent_iin).map_err(|_| "the family's IIN is none")?;
    let down = block_on(async { Ok(gateway.records(&iin, None).await.err()) })?.ok_or("an answer was made of it")?;
    assert!(!format!("{down:?} {}", down.0).contains(&known.parent_iin));
    Ok(())
}
