//! A parent on another device: the phone alone opens the list, the child's birth date the application.

use std::time::Duration;

use domain::Locale;
use tests::stack::patiently;
use tests::{Browser, Page, Parent, Result, Stack};
use text::{applications, contacts, review};

/// A parent who has sent an application, and the page of "my applications" on another device that
/// has signed in with the same phone.
struct Devices<'a> {
    parent: Parent<'a>,
    sent: Page,
    other: Browser,
    list: Page,
}

impl<'a> Devices<'a> {
    fn new(stack: &'a Stack, locale: Locale) -> Result<Self> {
        let mut parent = Parent::new(stack, locale)?;
        let review = parent.prepare()?;
        let sent = parent.send(&review)?;
        let phone = parent.stored_phone()?;
        patiently(|| Ok((stack.texts(&phone)?.len() >= 2).then_some(())), "the number did not come by SMS")?;

        // A code was sent a moment ago: the next one is a minute away.
        std::thread::sleep(Duration::from_secs(45));
        let other = Browser::new(&stack.origin);
        let list = patiently(|| sign_in(stack, &other, &phone, locale), "no code for the second device")?;
        Ok(Self { parent, sent, other, list })
    }

    fn name(&self, asked: &Page, day: &str) -> Result<Page> {
        let [_, month, year] = &self.parent.family.child_birth;
        let typed = [
            ("child-birth-date-day", day),
            ("child-birth-date-month", month.as_str()),
            ("child-birth-date-year", year.as_str()),
        ];
        self.other.press(asked, review::BIRTH_OPEN.get(self.parent.locale), &typed)
    }

    fn days(&self) -> (String, &'static str) {
        let [day, ..] = self.parent.family.child_birth.clone();
        let wrong = if day == "1" { "2" } else { "1" };
        (day, wrong)
    }
}

/// Asks for a code and enters it; none while it is too early for another.
fn sign_in(stack: &Stack, browser: &Browser, phone: &str, l: Locale) -> Result<Option<Page>> {
    let before = stack.texts(phone)?.len();
    let page = browser.visit(&format!("/{}/applications/sign-in", l.code()))?;
    let page = browser.press(&page, contacts::SEND_CODE.get(l), &[("phone", phone)])?;
    let page = browser.follow(page)?;
    if stack.texts(phone)?.len() == before {
        return Ok(None);
    }
    let code = stack.code(phone, before)?;
    let entered = browser.press(&page, applications::ENTER.get(l), &[("phone", phone), ("code", &code)])?;
    Ok(Some(browser.follow(entered)?))
}

#[test]
fn a_sent_application_opens_on_another_device_with_the_childs_birth_date_only() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let l = Locale::Ru;
    let devices = Devices::new(&stack, l)?;
    let Devices { parent, sent, other, list } = &devices;
    let number = parent.number(sent)?;
    assert_eq!(list.heading(), applications::TITLE.get(l), "{}", list.brief());
    assert!(list.says(&applications::NUMBER.fill(l, &[("n", &number.to_string())])), "{}", list.brief());
    assert!(!list.says("Мысал"), "the child's name is shown to whoever has the phone");

    // Neither the thank-you page nor a scan opens before the birth date is named.
    let asked = other.visit(&sent.path)?;
    assert_eq!(asked.heading(), review::BIRTH_TITLE.get(l), "{}", asked.brief());
    let scan = other.visit(&parent.at("documents/photo/preview"))?;
    assert_eq!(scan.heading(), review::BIRTH_TITLE.get(l), "{}", scan.brief());

    let (right, wrong) = devices.days();
    let refused = devices.name(&asked, wrong)?;
    assert_eq!(refused.status, 422, "{}", refused.brief());
    assert!(refused.says(review::BIRTH_WRONG.get(l)));
    let opened = other.follow(devices.name(&asked, &right)?)?;
    assert_eq!(parent.number(&opened)?, number);
    assert_eq!(other.get(&parent.at("documents/photo/preview"))?.status, 200);
    Ok(())
}

#[test]
fn guessing_the_birth_date_ends_after_five_tries() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let devices = Devices::new(&stack, Locale::Kk)?;
    let asked = devices.other.visit(&devices.sent.path)?;
    let (right, wrong) = devices.days();
    for _ in 0..5 {
        assert_eq!(devices.name(&asked, wrong)?.status, 422);
    }
    assert_eq!(devices.name(&asked, &right)?.status, 429, "the sixth try is not compared any more");
    // The device that sent it is not concerned.
    assert_eq!(devices.parent.browser.visit(&devices.sent.path)?.status, 200);
    Ok(())
}
