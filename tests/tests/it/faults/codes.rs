//! Codes: never two SMS for one recorded code, none without a record, no limit passed; and the phone
//! is proved for the draft and the device together or for neither.

use domain::{Draft, DraftId, Locale, Owner, Phone};
use jiff::SignedDuration;
use serde_json::Value;
use store::codes::Ceilings;
use store::keys::{self, Key};
use testkit::{Fault, Wire};
use tests::faults::{Struck, at_every_call};
use tests::portal::block_on;
use tests::ready::begun;
use tests::tables::{self, count, read};
use tests::{Device, Family, Page, Portal, Result, Stack};
use text::{applications, contacts, errors};

const L: Locale = Locale::Ru;
const SIGN_IN: &str = "/ru/applications/sign-in";
const SIGN_IN_CODE: &str = "/ru/send-code";
/// Longer than the pause between two codes.
const A_MINUTE: SignedDuration = SignedDuration::from_secs(61);

/// Somebody who wants to prove a phone that nobody has used.
struct Asker<'a> {
    stack: &'a Stack,
    portal: &'a Portal,
    phone: Phone,
}

impl<'a> Asker<'a> {
    fn new(stack: &'a Stack, portal: &'a Portal) -> Result<Self> {
        let phone = Phone::parse(&Family::invented(stack)?.phone).map_err(|_| "the family's phone is none")?;
        Ok(Self { stack, portal, phone })
    }

    fn owner(&self) -> Owner {
        self.portal.store.owner_of(&self.phone)
    }

    /// The codes that came, oldest first.
    fn codes(&self) -> Result<Vec<String>> {
        let digits =
            |text: String| text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 6).map(str::to_owned);
        Ok(self.stack.texts(self.phone.as_str())?.into_iter().filter_map(digits).collect())
    }

    /// How many codes are recorded as sent; at least as many as came.
    fn recorded(&self) -> Result<usize> {
        let key = keys::sends(&self.portal.key.hash("phone", self.phone.as_str()));
        let sends = self.item(&key)?.map_or(0, |item| count(&item, &["body", "at"]));
        let mut codes = self.codes()?;
        let came = codes.len();
        assert!(came <= sends, "{came} codes came, {sends} are recorded");
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), came, "a code came twice");
        Ok(sends)
    }

    fn item(&self, key: &Key) -> Result<Option<Value>> {
        tables::item(self.stack, &self.portal.tables.sessions, key)
    }

    /// Whether the device's session is this phone's.
    async fn is_bound(&self, device: &Device<'_>) -> Result<bool> {
        let session = self.portal.store.session(&device.token()?, self.portal.now()).await?;
        Ok(session.ok_or("the session is gone")?.phone == Some(self.owner()))
    }
}

fn contacts_of(id: &DraftId) -> String {
    format!("/ru/first-grade/{id}/contacts")
}

/// Asks for a code on step 2, with half an e-mail address typed beside the phone.
async fn ask(asker: &Asker<'_>, device: &Device<'_>, page: &Page, id: &DraftId) -> Result<Page> {
    let typed = [("which", "main"), ("phone", asker.phone.as_str()), ("sms-consent", "yes"), ("email", "half@")];
    device.post(page, &format!("/ru/first-grade/{id}/send-code"), &typed).await
}

/// Sends step 2 with a code.
async fn confirm(asker: &Asker<'_>, device: &Device<'_>, id: &DraftId, code: &str) -> Result<Page> {
    let page = device.get(&contacts_of(id)).await?;
    let typed = [("phone", asker.phone.as_str()), ("sms-consent", "yes"), ("code", code)];
    device.post(&page, &contacts_of(id), &typed).await
}

/// What is known right after a code was asked for, whatever went wrong. Answers with how many came.
fn check_asked(asker: &Asker<'_>, asked: &Struck<Page>) -> Result<usize> {
    let case = asked.case();
    let (came, recorded) = (asker.codes()?.len(), asker.recorded()?);
    assert!(recorded <= 1, "{case}: {recorded} codes are recorded");
    assert!(came == 1 || !asked.is_unnoticed(), "{case}: no code came");
    if asked.at("Publish") {
        // Recorded before it is sent.
        assert_eq!(recorded, 1, "{case}");
        let went_out = matches!(asked.fault, Fault::ReplyLostOnce | Fault::ReplyLost | Fault::KilledAfter);
        assert_eq!(came, usize::from(went_out), "{case}: a lost reply must not become a second SMS");
    }
    Ok(came)
}

#[test]
fn a_fault_while_a_code_is_asked_for_costs_a_minute_at_most() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let asker = Asker::new(&stack, &portal)?;
            let (device, Draft { id, .. }) = begun(&portal, None).await?;
            let page = device.get(&contacts_of(&id)).await?;
            let asked = portal.struck(planned, ask(&asker, &device, &page, &id)).await?;
            let case = asked.case();
            let came = check_asked(&asker, &asked)?;
            if let Some(page) = &asked.outcome {
                let codes_field = format!("{}#code", contacts_of(&id));
                let (status, location) = (page.status, page.location.as_deref());
                match asked.call.as_ref().map(|call| call.operation.as_str()).filter(|_| !asked.is_unnoticed()) {
                    None => assert_eq!(location, Some(codes_field.as_str()), "{case}: {}", page.brief()),
                    // The page itself says that the code could not be sent.
                    Some("Publish") => {
                        assert_eq!(location, Some(contacts_of(&id).as_str()), "{case}: {}", page.brief())
                    }
                    Some(_) if asked.fault == Fault::Throttled => assert_eq!(status, 503, "{case}"),
                    Some(_) => assert_eq!(status, 500, "{case}"),
                }
                // What reached us is kept: only the draft itself could not be read or written.
                let kept = asked.is_unnoticed() || asked.nth > 1 && !asked.at("PutItem");
                let page = device.get(&contacts_of(&id)).await?;
                assert!(!kept || page.body.contains("half@"), "{case}: what was typed is lost");
            }

            // At once again: a second code for the same minute neither is recorded nor comes.
            let again = ask(&asker, &device, &page, &id).await?;
            assert_eq!(again.status, 303, "{case}, then {}", again.brief());
            assert_eq!(asker.recorded()?, 1, "{case}");
            let page = device.get(&contacts_of(&id)).await?;
            assert!(page.body.contains("data-resend"), "{case}: the page does not say how long to wait");
            let first = asker.codes()?;
            assert!(first.len() <= 1 && first.len() >= came, "{case}: {} codes came", first.len());

            portal.wait(A_MINUTE);
            let again = ask(&asker, &device, &page, &id).await?;
            assert_eq!(again.status, 303, "{case}, then {}", again.brief());
            let codes = asker.codes()?;
            assert_eq!((asker.recorded()?, codes.len()), (2, first.len() + 1), "{case}: a minute later");
            // The first of them still proves the phone, if it came at all.
            let code = codes.first().ok_or("no code")?;
            let page = confirm(&asker, &device, &id, code).await?;
            assert_eq!(page.location, Some(format!("/ru/first-grade/{id}/family")), "{case}, then {}", page.brief());
            assert!(asker.is_bound(&device).await?, "{case}");
            Ok(asked.call)
        });
        assert!(struck.await? >= 36, "opening, what was sent, the record, the SMS, the draft");
        Ok(())
    })
}

/// Asks for a code on the page that signs in.
async fn ask_to_sign_in(asker: &Asker<'_>, device: &Device<'_>) -> Result<Page> {
    let page = device.get(SIGN_IN).await?;
    device.post(&page, SIGN_IN_CODE, &[("phone", asker.phone.as_str())]).await
}

async fn sign_in(asker: &Asker<'_>, device: &Device<'_>, code: &str) -> Result<Page> {
    let page = device.get(SIGN_IN).await?;
    device.post(&page, SIGN_IN, &[("phone", asker.phone.as_str()), ("code", code)]).await
}

#[test]
fn a_fault_while_a_code_for_signing_in_is_asked_for_costs_a_minute_at_most() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let asker = Asker::new(&stack, &portal)?;
            let device = Device::new(&portal);
            let asked = portal.struck(planned, ask_to_sign_in(&asker, &device)).await?;
            let case = asked.case();
            let came = check_asked(&asker, &asked)?;
            if asked.is_unnoticed() {
                let page = asked.outcome.as_ref().ok_or("killed")?;
                assert_eq!(page.location.as_deref(), Some(SIGN_IN), "{case}: {}", page.brief());
            }

            let again = ask_to_sign_in(&asker, &device).await?;
            assert_eq!(again.location.as_deref(), Some(SIGN_IN), "{case}, then {}", again.brief());
            assert_eq!(asker.recorded()?, 1, "{case}");
            let page = device.get(SIGN_IN).await?;
            assert!(page.body.contains("data-resend"), "{case}: the page does not say how long to wait");
            let first = asker.codes()?.len();
            assert!(first <= 1 && first >= came, "{case}: {first} codes came");

            portal.wait(A_MINUTE);
            ask_to_sign_in(&asker, &device).await?;
            let codes = asker.codes()?;
            assert_eq!((asker.recorded()?, codes.len()), (2, first + 1), "{case}: a minute later");
            let page = sign_in(&asker, &device, codes.last().ok_or("no code")?).await?;
            assert_eq!(page.location.as_deref(), Some("/ru/applications"), "{case}, then {}", page.brief());
            assert!(asker.is_bound(&device).await?, "{case}");
            Ok(asked.call)
        });
        assert!(struck.await? >= 36, "the session, what was sent, the record, the SMS, what was typed");
        Ok(())
    })
}

#[test]
fn a_fault_at_the_right_code_proves_the_phone_to_draft_and_device_or_to_neither() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let asker = Asker::new(&stack, &portal)?;
            let (device, Draft { id, .. }) = begun(&portal, None).await?;
            let page = device.get(&contacts_of(&id)).await?;
            ask(&asker, &device, &page, &id).await?;
            let code = asker.codes()?.pop().ok_or("no code")?;
            let typed = [("phone", asker.phone.as_str()), ("sms-consent", "yes"), ("code", code.as_str())];
            let first = portal.struck(planned, device.post(&page, &contacts_of(&id), &typed)).await?;
            let case = first.case();

            // Half of it would take the draft away from its device.
            let mine = device.open(&id).await.map_err(|error| format!("{case}: {error}"))?;
            let proved = mine.draft.answers.contacts.main.is_some();
            assert_eq!(proved, asker.is_bound(&device).await?, "{case}: half-written");
            assert_eq!(proved, mine.draft.owner == asker.owner(), "{case}: half-written");
            let saved = first.is_unnoticed() || first.is_unheard() && first.at("TransactWriteItems");
            assert_eq!(proved, saved, "{case}");
            let family = Some(format!("/ru/first-grade/{id}/family"));
            if let Some(page) = &first.outcome {
                assert_eq!(page.location == family, first.is_unnoticed(), "{case}: {}", page.brief());
            }

            let again = confirm(&asker, &device, &id, &code).await?;
            assert_eq!(again.location, family, "{case}, then {}", again.brief());
            assert!(asker.is_bound(&device).await?, "{case}");
            Ok(first.call)
        });
        assert!(struck.await? >= 22, "opening, the try, the draft with the session");
        Ok(())
    })
}

#[test]
fn a_fault_at_the_right_code_signs_in_at_the_second_try() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let asker = Asker::new(&stack, &portal)?;
            let device = Device::new(&portal);
            ask_to_sign_in(&asker, &device).await?;
            let code = asker.codes()?.pop().ok_or("no code")?;
            let page = device.get(SIGN_IN).await?;
            let typed = [("phone", asker.phone.as_str()), ("code", code.as_str())];
            let first = portal.struck(planned, device.post(&page, SIGN_IN, &typed)).await?;
            let case = first.case();
            let bound = first.is_unnoticed() || first.is_unheard() && first.at("PutItem");
            assert_eq!(asker.is_bound(&device).await?, bound, "{case}");
            let again = sign_in(&asker, &device, &code).await?;
            assert_eq!(again.location.as_deref(), Some("/ru/applications"), "{case}, then {}", again.brief());
            assert!(asker.is_bound(&device).await?, "{case}");
            Ok(first.call)
        });
        assert!(struck.await? >= 22, "the session, the try, the session again");
        Ok(())
    })
}

#[test]
fn others_in_the_way_are_waited_for_and_then_told_of() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        // Opening and what was sent, then the record.
        let (asker, (device, Draft { id, .. })) = (Asker::new(&stack, &portal)?, begun(&portal, None).await?);
        let page = device.get(&contacts_of(&id)).await?;
        portal.wire.plan_all(3..=4, Fault::Conflict);
        let asked = ask(&asker, &device, &page, &id).await?;
        assert_eq!(tries(&portal.wire), 3, "two conflicts, then the record");
        assert_eq!(asked.status, 303, "{}", asked.brief());
        assert_eq!((asker.recorded()?, asker.codes()?.len()), (1, 1));

        let (asker, (device, Draft { id, .. })) = (Asker::new(&stack, &portal)?, begun(&portal, None).await?);
        let page = device.get(&contacts_of(&id)).await?;
        portal.wire.plan_all(3..=6, Fault::Conflict);
        let asked = ask(&asker, &device, &page, &id).await?;
        assert_eq!(tries(&portal.wire), 4);
        assert_eq!(
            (asked.status, asked.heading().as_str()),
            (503, errors::UNAVAILABLE_TITLE.get(L)),
            "{}",
            asked.brief()
        );
        assert_eq!((asker.recorded()?, asker.codes()?.len()), (0, 0));
        // Nothing is recorded, so nothing has to be waited for; and the phone is still there.
        let page = device.get(&contacts_of(&id)).await?;
        assert!(page.form().is_some_and(|form| form.fields.iter().any(|(_, value)| value == asker.phone.as_str())));
        device.press(&page, contacts::SEND_CODE.get(L), &[("sms-consent", "yes")]).await?;
        assert_eq!((asker.recorded()?, asker.codes()?.len()), (1, 1));
        Ok(())
    })
}

/// How many transactions went over the wire.
fn tries(wire: &Wire) -> usize {
    wire.take().iter().filter(|call| call.operation == "TransactWriteItems").count()
}

#[test]
fn the_limit_of_the_day_holds_whatever_breaks() -> Result<()> {
    const LIMIT: u32 = 4;
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        portal.ceilings.set(Ceilings { sms_a_day: LIMIT, ..portal.ceilings.get() });
        // A day of this test alone, in some year to come.
        let days = i64::from_str_radix(&Portal::unique()?, 16)? % 30_000;
        portal.wait(SignedDuration::from_hours(24 * (1_000 + days)));
        let key = keys::sms_day(portal.now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date());
        let of_the_day = || -> Result<u32> {
            let item = tables::item(&stack, &portal.tables.sessions, &key)?;
            Ok(item.as_ref().and_then(|item| read(item, &["count"])).map_or(Ok(0), str::parse)?)
        };
        let mut askers = Vec::new();
        for fault in Fault::ALL {
            let asker = Asker::new(&stack, &portal)?;
            let device = Device::new(&portal);
            // The session and what was sent, then the record.
            portal.struck((3, fault), ask_to_sign_in(&asker, &device)).await?;
            askers.push(asker);
        }
        // As many at once as there were.
        let late: Vec<_> = askers.iter().map(|_| Asker::new(&stack, &portal)).collect::<Result<_>>()?;
        let devices: Vec<_> = late.iter().map(|_| Device::new(&portal)).collect();
        futures::future::try_join_all(late.iter().zip(&devices).map(|(asker, device)| ask_to_sign_in(asker, device)))
            .await?;
        askers.extend(late);
        let recorded = askers.iter().map(Asker::recorded).sum::<Result<usize>>()?;
        assert_eq!((recorded, of_the_day()?), (LIMIT as usize, LIMIT));

        let (asker, device) = (Asker::new(&stack, &portal)?, Device::new(&portal));
        ask_to_sign_in(&asker, &device).await?;
        assert_eq!((asker.recorded()?, asker.codes()?.len()), (0, 0));
        let page = device.get(SIGN_IN).await?;
        let (words, _) = contacts::CODE_SPENT.get(L).split_once('{').ok_or("no date")?;
        assert!(page.says(words), "{}", page.brief());
        // And tomorrow again.
        portal.wait(SignedDuration::from_hours(24));
        ask_to_sign_in(&asker, &device).await?;
        assert_eq!((asker.recorded()?, asker.codes()?.len()), (1, 1));
        assert!(!device.get(SIGN_IN).await?.says(words));
        let page = sign_in(&asker, &device, asker.codes()?.first().ok_or("no code")?).await?;
        assert_eq!(page.location.as_deref(), Some("/ru/applications"), "{}", page.brief());
        let list = device.get("/ru/applications").await?;
        assert_eq!(list.heading(), applications::TITLE.get(L), "{}", list.brief());
        Ok(())
    })
}
