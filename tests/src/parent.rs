//! A parent on the way through the six steps, without scripts: presses buttons, reads texts.

use domain::{Locale, Phone, Service, Slot};
use text::{applications, common, contacts, documents, review, service};

use crate::stack::patiently;
use crate::{Browser, Family, Page, Result, Stack};

/// A scan that the portal accepts; the sample family's.
#[derive(Clone, Debug)]
struct Scan {
    name: String,
    kind: &'static str,
    content: Vec<u8>,
}

/// A parent with a browser, a family and, once begun, a draft.
#[derive(Debug)]
pub struct Parent<'a> {
    /// Where the portal runs
    pub stack: &'a Stack,
    /// The browser
    pub browser: Browser,
    /// What is applied for
    pub service: Service,
    /// The language of the pages
    pub locale: Locale,
    /// Who is typed
    pub family: Family,
    /// `/{l}/{s}/{draft}` once begun
    pub draft: String,
}

impl<'a> Parent<'a> {
    /// A parent whom the register does not know, for grade 1.
    ///
    /// # Errors
    /// A stack without a usable sample family.
    pub fn new(stack: &'a Stack, locale: Locale) -> Result<Self> {
        Self::of(stack, Service::FirstGrade, locale)
    }

    /// The same for a service.
    ///
    /// # Errors
    /// A stack without a usable sample family.
    pub fn of(stack: &'a Stack, service: Service, locale: Locale) -> Result<Self> {
        let family = Family::invented(stack)?;
        Ok(Self { stack, browser: Browser::new(&stack.origin), service, locale, family, draft: String::new() })
    }

    /// The address of a step of the draft.
    pub fn at(&self, step: &str) -> String {
        format!("{}/{step}", self.draft)
    }

    /// Begins: from the description to the contacts.
    ///
    /// # Errors
    /// Anything unexpected on the way.
    pub fn start(&mut self) -> Result<Page> {
        let description = self.browser.visit(&format!("/{}/{}", self.locale.code(), self.service.code()))?;
        let page = self.browser.press(&description, service::about(self.service).start.get(self.locale), &[])?;
        let page = expect(page, 303)?;
        let contacts = self.browser.follow(page)?;
        self.draft =
            contacts.path.rsplit_once('/').map(|(draft, _)| draft.to_owned()).ok_or("no draft in the address")?;
        Ok(contacts)
    }

    /// Asks for a code on the page of the contacts; gives the page with its field.
    ///
    /// # Errors
    /// Anything unexpected on the way.
    pub fn ask_for_code(&self, contacts: &Page) -> Result<Page> {
        let typed = [("phone", self.family.phone.as_str()), ("sms-consent", "yes")];
        // The three channels have the same words on their buttons: the first is the main phone's.
        let page = self.browser.press(contacts, contacts::SEND_CODE.get(self.locale), &typed)?;
        self.browser.follow(expect(page, 303)?)
    }

    /// Proves the phone: from the contacts to the family.
    ///
    /// # Errors
    /// Anything unexpected on the way.
    pub fn confirm_phone(&self, contacts: &Page) -> Result<Page> {
        let before = self.stack.texts(&self.stored_phone()?)?.len();
        let page = self.ask_for_code(contacts)?;
        let code = self.stack.code(&self.stored_phone()?, before)?;
        self.next(&page, &[("code", &code)])
    }

    /// Types parent, child and certificate by hand and attaches what is asked for: from the
    /// family to the step of the service's own.
    ///
    /// # Errors
    /// Anything unexpected on the way.
    pub fn tell_family(&self, family: &Page) -> Result<Page> {
        let mut page = family.clone();
        for slot in Slot::required(self.service) {
            page = self.attach(&page, *slot)?;
        }
        let typed = self.family_fields();
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.next(&page, &typed)
    }

    /// The fields of step 3 as this family answers them.
    pub fn family_fields(&self) -> Vec<(&'static str, String)> {
        let [day, month, year] = &self.family.child_birth;
        let parent = self.family.parent_iin.as_str();
        let part = |from: usize| parent.get(from..from + 2).unwrap_or_default().to_owned();
        vec![
            ("parent-iin", parent.to_owned()),
            ("parent-surname", "Сынақова".to_owned()),
            ("parent-name", "Үлгі".to_owned()),
            ("parent-birth-date-day", part(4)),
            ("parent-birth-date-month", part(2)),
            ("parent-birth-date-year", format!("19{}", part(0))),
            ("parent-sex", "female".to_owned()),
            ("child-iin", self.family.child_iin.clone()),
            ("child-surname", "Сынақов".to_owned()),
            ("child-name", "Мысал".to_owned()),
            ("child-patronymic", "Үлгіұлы".to_owned()),
            ("child-birth-date-day", day.clone()),
            ("child-birth-date-month", month.clone()),
            ("child-birth-date-year", year.clone()),
            ("child-sex", "male".to_owned()),
            ("certificate-number", "ҮЛГІ 0000001".to_owned()),
            ("certificate-issued-day", day.clone()),
            ("certificate-issued-month", month.clone()),
            ("certificate-issued-year", year.clone()),
        ]
    }

    /// Attaches a scan to a slot on its own page and waits for the check: back to the slot's step.
    ///
    /// # Errors
    /// Anything unexpected on the way.
    pub fn attach(&self, step: &Page, slot: Slot) -> Result<Page> {
        let scan = self.scan(slot)?;
        let button = format!("{}: {}", documents::ATTACH.get(self.locale), documents::name(slot).get(self.locale));
        let page = self.browser.press(step, &button, &[])?;
        let page = self.browser.follow(expect(page, 303)?)?;
        expect(self.browser.upload(&page, &scan.name, scan.kind, &scan.content)?, 303)?;
        let accepted = || {
            let page = self.browser.visit(&self.at(&format!("documents/{}", slot.code())))?;
            Ok(page.says(documents::ACCEPTED.get(self.locale)).then_some(()))
        };
        patiently(accepted, "the scan was not accepted in time")?;
        self.browser.visit(&self.at(slot.step(self.service).code()))
    }

    /// Gives the language and the address: from the choice of school to the intentions.
    ///
    /// # Errors
    /// Anything unexpected on the way.
    pub fn choose_school(&self, school: &Page) -> Result<Page> {
        let typed = [("language", self.family.language.as_str()), ("address", self.family.address.as_str())];
        let mut page = self.browser.press(school, common::NEXT.get(self.locale), &typed)?;
        // Where several streets fit, the first is taken.
        for _ in 0..3 {
            page = self.browser.follow(page)?;
            if !page.path.ends_with("/school") {
                return Ok(page);
            }
            let form = page.form().ok_or("no form on the page of the school")?;
            let found = form.choices.iter().find(|(name, value)| name == "address-match" && !value.is_empty());
            let typed: Vec<(&str, &str)> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            page = self.browser.press(&page, common::NEXT.get(self.locale), &typed)?;
        }
        Err(format!("the address was not taken: {}", page.brief()).into())
    }

    /// Consents, without messages but with everything else as proposed: to the review.
    ///
    /// # Errors
    /// Anything unexpected on the way.
    pub fn consent(&self, consent: &Page) -> Result<Page> {
        self.next(consent, &[("consent", "yes")])
    }

    /// All of it up to the review.
    ///
    /// # Errors
    /// Anything unexpected on the way.
    pub fn prepare(&mut self) -> Result<Page> {
        let contacts = self.start()?;
        let family = self.confirm_phone(&contacts)?;
        let school = self.tell_family(&family)?;
        let consent = self.choose_school(&school)?;
        self.consent(&consent)
    }

    /// Sends: from the review to the thank-you page.
    ///
    /// # Errors
    /// Anything unexpected on the way.
    pub fn send(&self, review: &Page) -> Result<Page> {
        let page = self.browser.press(review, review::SEND.get(self.locale), &[])?;
        self.browser.follow(expect(page, 303)?)
    }

    /// The number on a thank-you page.
    ///
    /// # Errors
    /// A page without one.
    pub fn number(&self, sent: &Page) -> Result<u64> {
        number(sent, self.locale)
    }

    /// The page of "my applications".
    ///
    /// # Errors
    /// No answer.
    pub fn applications(&self) -> Result<Page> {
        let page = self.browser.visit(&format!("/{}/applications", self.locale.code()))?;
        if page.heading() == applications::TITLE.get(self.locale) { Ok(page) } else { Err(page.brief().into()) }
    }

    /// The phone as messages are addressed.
    ///
    /// # Errors
    /// A family whose phone is none.
    pub fn stored_phone(&self) -> Result<String> {
        Ok(Phone::parse(&self.family.phone).map_err(|_| "the family's phone is none")?.as_str().to_owned())
    }

    /// Types into a page and presses "next": the next page.
    ///
    /// # Errors
    /// A page that was not accepted.
    pub fn next(&self, page: &Page, typed: &[(&str, &str)]) -> Result<Page> {
        let page = self.browser.press(page, common::NEXT.get(self.locale), typed)?;
        self.browser.follow(expect(page, 303)?)
    }

    fn scan(&self, slot: Slot) -> Result<Scan> {
        let wants_picture = slot == Slot::Photo;
        let path = self
            .stack
            .sample
            .scans
            .iter()
            .find(|path| path.ends_with(".jpg") == wants_picture)
            .ok_or("no such sample scan")?;
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        let kind = if wants_picture { "image/jpeg" } else { "application/pdf" };
        Ok(Scan { name, kind, content: std::fs::read(path)? })
    }
}

/// A page of the expected status, else what it says.
///
/// # Errors
/// Another status.
pub fn expect(page: Page, status: u16) -> Result<Page> {
    if page.status == status { Ok(page) } else { Err(format!("expected {status}: {}", page.brief()).into()) }
}

/// The number on a thank-you page.
///
/// # Errors
/// A page without one.
pub fn number(sent: &Page, locale: Locale) -> Result<u64> {
    let words = review::YOUR_NUMBER.get(locale);
    let (_, after) = sent.body.split_once(words).ok_or_else(|| format!("no number: {}", sent.brief()))?;
    let digits: String = after.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    Ok(digits.parse()?)
}
