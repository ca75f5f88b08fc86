//! A parent after the sending: correcting what was returned, staying with a place, reading what
//! happened, stopping messages.

use domain::answers::{Confirmed, HomeAddress};
use domain::decision::{Decision, Field, Ground, Note, Reason};
use domain::life::{Act, Actor, State};
use domain::{Email, Locale, Phone, Slot, Timestamp};
use lambda_http::http::Method;
use serde_json::json;
use store::changes::Changed;
use store::keys;
use testkit::{Ask, Fault};
use tests::faults::at_every_call;
use tests::portal::block_on;
use tests::queue::batch;
use tests::ready::{ready, replace};
use tests::returned::{NOTE, OFFICER, Returned};
use tests::tables::{partition, read};
use tests::{Device, Engine, Family, Page, Portal, Result, Stack};
use text::{applications, corrections as t, decisions, documents, errors, family, life, review, status, unsubscribe};

const L: Locale = Locale::Kk;

tests::over_both! {
    corrections_are_sent_whole_or_not_whatever_fails,
    staying_is_whole_or_not_done_whatever_fails,
    two_at_once_correct_once,
    what_is_typed_is_kept_while_it_is_returned_and_forgotten_after,
    a_scan_that_changed_since_the_page_was_read_stops_the_resending,
}

/// What the tables hold: the state, lines of the history, entries of the outbox for an act, events
/// of the queue, whether slots are open, whether anything typed is kept.
fn held(stack: &Stack, returned: &Returned<'_>, told: &str) -> Result<(String, usize, usize, usize, bool, bool)> {
    let table = &returned.device.portal.tables.applications;
    let own = partition(stack, table, &keys::application(&returned.id))?;
    let count = |start: &str, end: &str| {
        let ours = own.iter().filter_map(|item| read(item, &["sk"]));
        ours.filter(|sk| sk.starts_with(start) && sk.ends_with(end)).count()
    };
    let of = |sk: &str| own.iter().find(|item| read(item, &["sk"]) == Some(sk));
    let sent = of("sent").ok_or("no application")?;
    let state = read(sent, &["body", "state"]).unwrap_or_default().to_owned();
    let campaign = read(sent, &["body", "campaign"]).unwrap_or_default();
    let moved = partition(stack, table, &format!("pending#{campaign}"))?.into_iter().filter(|item| {
        read(item, &["sk"]).is_some_and(|sk| sk.starts_with("moved#"))
            && read(item, &["body", "application"]) == Some(returned.id.as_str())
    });
    let open = of("documents").is_some_and(|documents| documents.get("open").is_some());
    Ok((state, count("history#", ""), count("outbox#", told), moved.count(), open, of("corrections").is_some()))
}

fn corrections_are_sent_whole_or_not_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let done = ("submitted".to_owned(), 3, 1, 0, false, false);
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let returned = Returned::new(&stack, &portal, &[Field::ChildName, Field::Address], &[Slot::Photo]).await?;
            for slot in [Slot::Photo, Slot::AddressProof] {
                replace(&portal, &returned.id, slot).await?;
            }
            let before = returned.application().await?;
            let page = returned.device.get(&returned.at("correct")).await?;
            let typed = [("child-name", "Түзетілген"), ("address-typed", "Жаңа көше, 1")];
            let press = || returned.device.press(&page, t::SEND.get(L), &typed);
            let first = portal.struck(planned, press()).await?;
            let case = first.case();
            let after = held(&stack, &returned, "-resent")?;
            let is_done = after == done;
            let untouched = (after.0.as_str(), after.1, after.2, after.3, after.4) == ("returned", 2, 0, 0, true);
            assert!(is_done || untouched, "{case}: {after:?}");
            let told = first.outcome.as_ref().is_some_and(|page| page.location.is_some());
            let unheard = first.is_unheard() && first.at("TransactWriteItems");
            assert_eq!(is_done, told || unheard, "{case}");
            assert!(told || !first.is_unnoticed(), "{case}");

            let again = press().await?;
            assert!(again.location.is_some_and(|to| to.ends_with("/sent")), "{case}");
            assert_eq!(held(&stack, &returned, "-resent")?, done, "{case}");
            let now = returned.application().await?;
            assert_eq!((now.number, now.place(), now.version), (before.number, before.place(), before.version + 1));
            assert_eq!(now.awaits(), before.awaits());
            let child = now.answers.family.ok_or("no family")?.child;
            assert_eq!(child.name.as_str(), "Түзетілген");
            assert!(now.asked.is_none() && now.scans.contains(&Slot::AddressProof));
            Ok(first.call)
        });
        assert!(struck.await? >= 20, "opening, reading, the transaction");
        Ok(())
    })
}

fn staying_is_whole_or_not_done_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let before = ("submitted".to_owned(), 1, 0, 0, false, false);
        let done = ("submitted".to_owned(), 2, 1, 1, false, false);
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let sent = Returned::sent(&stack, &portal).await?;
            let page = sent.device.get(&sent.at("stay")).await?;
            let press = || sent.device.press(&page, status::STAY_SURE.get(L), &[]);
            let first = portal.struck(planned, press()).await?;
            let case = first.case();
            let after = held(&stack, &sent, "-stayed")?;
            assert!(after == before || after == done, "{case}: {after:?}");
            let told = first.outcome.as_ref().is_some_and(|page| page.location.is_some());
            let unheard = first.is_unheard() && first.at("TransactWriteItems");
            assert_eq!(after == done, told || unheard, "{case}");
            assert!(told || !first.is_unnoticed(), "{case}");

            let again = press().await?;
            assert!(again.location.is_some_and(|to| to.ends_with("/sent")), "{case}");
            assert_eq!(held(&stack, &sent, "-stayed")?, done, "{case}");
            let now = sent.application().await?;
            assert!(now.stays && now.awaits().is_empty() && now.place().is_some(), "{case}");
            Ok(first.call)
        });
        assert!(struck.await? >= 20, "opening, reading, the transaction");
        Ok(())
    })
}

fn two_at_once_correct_once(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let returned = Returned::new(&stack, &portal, &[Field::ChildName], &[]).await?;
        let page = returned.device.get(&returned.at("correct")).await?;
        let press = async |name: &str| returned.device.press(&page, t::SEND.get(L), &[("child-name", name)]).await;
        let (one, two) = futures::join!(press("Бірінші"), press("Екінші"));
        for page in [one?, two?] {
            // Whoever was slower is led to the page that tells how it stands.
            assert!(page.location.as_ref().is_some_and(|to| to.ends_with("/sent")), "{}", page.brief());
        }
        assert_eq!(held(&stack, &returned, "-resent")?, ("submitted".to_owned(), 3, 1, 0, false, false));
        Ok(())
    })
}

fn what_is_typed_is_kept_while_it_is_returned_and_forgotten_after(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let asked = [Field::ChildName, Field::ChildBirthDate, Field::CertificateNumber];
        let returned = Returned::new(&stack, &portal, &asked, &[Slot::Photo]).await?;
        let (device, correct) = (&returned.device, returned.at("correct"));
        let typed = [("child-surname", "Жарты <b>"), ("child-birth-date-day", "31"), ("child-birth-date-month", "2")];
        let page = device.get(&correct).await?;
        let shown = |page: &Page| {
            let fields = page.form().map(|form| form.fields).unwrap_or_default();
            typed.iter().all(|(name, value)| fields.iter().any(|(known, there)| known == name && there == value))
        };
        // What is wrong is said and kept; the other language and a document's page lose nothing.
        let refused = device.press(&page, t::SEND.get(L), &typed).await?;
        assert_eq!(refused.status, 422, "{}", refused.brief());
        assert!(refused.says(family::DATE_UNREADABLE.get(L)) && refused.says(family::NAME_SIGN.get(L)));
        assert!(shown(&refused) && shown(&device.get(&correct).await?));
        let switched = device.post(&page, &correct, &[("act", "language"), ("child-surname", "Жарты")]).await?;
        let russian = switched.location.ok_or("no other language")?;
        assert_eq!(russian, correct.replace("/kk/", "/ru/"));
        assert!(device.get(&russian).await?.body.contains("value=\"Жарты\""));
        let attach = format!("{}: {}", documents::REPLACE.get(L), documents::PHOTO.get(L));
        let led = device.press(&page, &attach, &typed).await?;
        assert_eq!(led.location, Some(returned.at("documents/photo")));
        assert!(shown(&device.get(&correct).await?));

        // A refusal ends the asking: nothing typed stays behind.
        returned.decide(Decision::Refuse(Reason { ground: Ground::FalseData, note: None })).await?;
        assert_eq!(held(&stack, &returned, "-refused")?, ("registration-refused".to_owned(), 3, 1, 1, false, false));
        let late = device.press(&page, t::SEND.get(L), &typed).await?;
        assert!(late.location.is_some_and(|to| to.ends_with("/sent")));
        let late = device.post(&page, &correct, &[("act", "language"), ("child-surname", "Кеш")]).await?;
        assert!(late.location.is_some_and(|to| to.ends_with("/sent")));
        assert!(!held(&stack, &returned, "")?.5, "what is typed is kept for nobody");
        Ok(())
    })
}

fn a_scan_that_changed_since_the_page_was_read_stops_the_resending(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let returned = Returned::new(&stack, &portal, &[], &[Slot::Photo]).await?;
        let (store, seen) = (&portal.store, returned.application().await?);
        let documents = store.documents(&returned.id).await?;
        assert!(documents.may_change(Slot::Photo) && !documents.may_change(Slot::BirthCertificate));
        replace(&portal, &returned.id, Slot::Photo).await?;
        let resend = |documents| store.resend(&seen, &Actor::Parent, seen.answers.clone(), documents, portal.now());
        assert_eq!(resend(&documents).await?, Changed::Overtaken);
        let documents = store.documents(&returned.id).await?;
        assert_eq!(resend(&documents).await?, Changed::Done);
        assert!(replace(&portal, &returned.id, Slot::Photo).await.is_err(), "a closed slot takes a scan");
        let item = partition(&stack, &portal.tables.applications, &keys::application(&returned.id))?;
        let item = item.iter().find(|item| read(item, &["sk"]) == Some("documents")).ok_or("no documents")?;
        assert!(item.get("expires").is_none(), "the scans of a sent application expire");
        Ok(())
    })
}

#[test]
fn only_what_was_asked_for_can_be_changed() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let returned = Returned::new(&stack, &portal, &[Field::ParentSex], &[Slot::Photo]).await?;
        let (device, before) = (&returned.device, returned.application().await?);
        let page = device.get(&returned.at("correct")).await?;
        assert!(page.says(NOTE) && page.says(decisions::FIELD_PARENT_SEX.get(L)), "{}", page.brief());
        assert!(!page.says(OFFICER));
        let fields = page.form().ok_or("no form")?.choices;
        assert!(fields.iter().all(|(name, _)| name == "parent-sex"), "{fields:?}");
        for closed in
            ["child-name", "parent-birth-date-day", "certificate-number", "address-typed", "birth-certificate"]
        {
            assert!(!page.body.contains(&format!("id=\"{closed}\"")), "{closed} is open");
        }
        // A scan's page is there for the open slot only.
        let open = device.get(&returned.at("documents/photo")).await?;
        assert_eq!((open.status, open.heading().as_str()), (200, documents::PHOTO.get(L)), "{}", open.brief());
        for closed in ["birth-certificate", "pmpc", "address-proof"] {
            let at = returned.at(&format!("documents/{closed}"));
            let led = device.get(&at).await?;
            assert_eq!(led.location, Some(returned.at("sent")), "{closed}");
            let removed = device.post(&open, &format!("{at}/remove"), &[]).await?;
            assert_eq!(removed.location, Some(returned.at("sent")), "{closed}");
            let ticket = device.post(&open, &format!("{at}/ticket"), &[("name", "a.jpg"), ("size", "1000")]).await?;
            assert_eq!(ticket.status, 409, "{closed}");
        }
        let ticket =
            device.post(&open, &returned.at("documents/photo/ticket"), &[("name", "a.jpg"), ("size", "9")]).await?;
        assert_eq!(ticket.status, 200, "{}", ticket.brief());
        // Under way, then gone, then here.
        let photo = |phrase: text::Phrase| phrase.fill(L, &[("document", documents::PHOTO.get(L))]);
        let press = || device.press(&page, t::SEND.get(L), &[("parent-sex", "female")]);
        assert!(press().await?.says(&photo(review::CHECKING)));
        let gone = device.post(&open, &returned.at("documents/photo/remove"), &[]).await?;
        assert_eq!(gone.location, Some(format!("{}#photo", returned.at("correct"))));
        let refused = press().await?;
        assert!(refused.status == 422 && refused.says(&photo(family::DOCUMENT_NEEDED)), "{}", refused.brief());
        replace(&portal, &returned.id, Slot::Photo).await?;

        let forged = [("parent-sex", "female"), ("child-name", "Өтірік"), ("certificate-number", "Х"), ("phone", "7")];
        let done = device.press(&page, t::SEND.get(L), &forged).await?;
        assert_eq!(done.location, Some(returned.at("sent")), "{}", done.brief());
        let after = returned.application().await?;
        let (was, is) = (before.answers.family.ok_or("no family")?, after.answers.family.ok_or("no family")?);
        assert_ne!(was.parent.sex, is.parent.sex);
        assert!(was.child == is.child && was.certificate == is.certificate && was.parent.iin == is.parent.iin);
        assert!(before.answers.contacts == after.answers.contacts && before.answers.school == after.answers.school);
        assert!(after.remarks.contains(&domain::answers::Remark::ParentUnlikeRegister), "{:?}", after.remarks);
        Ok(())
    })
}

#[test]
fn dates_and_addresses_are_checked_as_in_the_wizard() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let returned = Returned::new(&stack, &portal, &[Field::ChildBirthDate, Field::Address], &[]).await?;
        let device = &returned.device;
        let campaign = device.open(&returned.id).await?.campaign;
        let born = |month: &'static str, year: i16| {
            let year = (campaign.school_year - year).to_string();
            [
                ("child-birth-date-day", "5".to_owned()),
                ("child-birth-date-month", month.to_owned()),
                ("child-birth-date-year", year),
            ]
        };
        let page = device.get(&returned.at("correct")).await?;
        let press = async |typed: [(&'static str, String); 3], more: &[(&'static str, &'static str)]| {
            let typed: Vec<_> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
            device.press(&page, t::SEND.get(L), &[&typed, more].concat()).await
        };
        let young = press(born("1", 5), &[]).await?;
        let told = family::TOO_YOUNG.fill(L, &[("year", &campaign.school_year.to_string())]);
        assert!(young.status == 422 && young.says(&told), "{}", young.brief());
        let late = press(born("10", 6), &[]).await?;
        assert!(late.status == 422 && late.says(family::WISH_NEEDED.get(L)), "{}", late.brief());
        // Another address needs its proof; the same words need none.
        let moved = press(born("10", 6), &[("early-wish", "yes"), ("address-typed", "Басқа көше, 2")]).await?;
        let proof = family::DOCUMENT_NEEDED.fill(L, &[("document", documents::ADDRESS_PROOF.get(L))]);
        assert!(moved.status == 422 && moved.says(&proof), "{}", moved.brief());
        let empty = press(born("10", 6), &[("early-wish", "yes"), ("address-typed", "")]).await?;
        assert!(empty.says(text::school::TYPED_EMPTY.get(L)), "{}", empty.brief());
        let before = returned.application().await?;
        let line = before.answers.school.as_ref().ok_or("no school")?.address.line(Locale::Ru).to_owned();
        // The certificate that was given before the new day of birth cannot be right.
        let typed = device.press(&page, t::SEND.get(L), &[("early-wish", "yes"), ("address-typed", &line)]).await?;
        assert_eq!(typed.location, Some(returned.at("sent")), "{}", typed.brief());
        let now = returned.application().await?;
        assert!(matches!(now.answers.school.ok_or("no school")?.address, HomeAddress::Known { .. }));
        Ok(())
    })
}

#[test]
fn a_corrected_birth_date_opens_the_application_on_another_device() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let returned = Returned::new(&stack, &portal, &[Field::ChildBirthDate, Field::CertificateIssued], &[]).await?;
        let page = returned.device.get(&returned.at("correct")).await?;
        let [day, month, year] = returned.family.child_birth.clone();
        let other = if day == "28" { "27" } else { "28" };
        let typed = [("child-birth-date-day", other), ("certificate-issued-day", "28"), ("early-wish", "yes")];
        let done = returned.device.press(&page, t::SEND.get(L), &typed).await?;
        assert_eq!(done.location, Some(returned.at("sent")), "{}", done.brief());
        let token = store::sessions::SessionToken::random()?;
        let owner = returned.application().await?.owner;
        let session = store::sessions::Session {
            phone: Some(owner),
            ..store::sessions::Session::anonymous(&token, portal.now())
        };
        portal.store.put_session(&session).await?;
        let second = Device::with(&portal, token);
        let asked = second.get(&returned.at("sent")).await?;
        let name = async |day: &str| {
            let typed =
                [("child-birth-date-day", day), ("child-birth-date-month", &month), ("child-birth-date-year", &year)];
            second.press(&asked, review::BIRTH_OPEN.get(L), &typed).await
        };
        assert_eq!(name(&day).await?.status, 422, "the day before the correction opens it");
        assert_eq!(name(other).await?.status, 303);
        Ok(())
    })
}

#[test]
fn a_form_from_before_another_change_is_shown_again_with_what_was_typed() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let returned = Returned::new(&stack, &portal, &[Field::ChildName], &[]).await?;
        let device = &returned.device;
        let (stale, stay) = (device.get(&returned.at("correct")).await?, device.get(&returned.at("stay")).await?);
        let staying = device.press(&stay, status::STAY_SURE.get(L), &[]).await?;
        assert_eq!(staying.location, Some(returned.at("sent")), "{}", staying.brief());
        let typed = [("child-name", "Түзетілген")];
        let met = device.press(&stale, t::SEND.get(L), &typed).await?;
        assert!(met.status == 409 && met.says(t::CHANGED.get(L)), "{}", met.brief());
        assert!(met.body.contains("value=\"Түзетілген\""), "what was typed is gone");
        assert_eq!(returned.times(Act::Resend).await?, 0);
        let done = device.press(&met, t::SEND.get(L), &[]).await?;
        assert_eq!(done.location, Some(returned.at("sent")), "{}", done.brief());
        let after = returned.application().await?;
        assert!(after.stays && after.state == State::Submitted);
        // Asked anew: the form of the first time is no answer to it.
        returned.give_back(&[Field::ChildSex], &[]).await?;
        let met = device.press(&stale, t::SEND.get(L), &typed).await?;
        assert_eq!(met.status, 409, "{}", met.brief());
        assert_eq!(returned.times(Act::Resend).await?, 1);
        Ok(())
    })
}

#[test]
fn nobody_else_corrects_or_stays_and_nothing_that_is_not_returned_is_corrected() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let returned = Returned::new(&stack, &portal, &[Field::ChildName], &[]).await?;
        let sent = Returned::sent(&stack, &portal).await?;
        for page in ["correct", "stay"] {
            let at = returned.at(page);
            // Another parent, with a token of their own.
            let own = sent.device.get(&sent.at("stay")).await?;
            assert_eq!(sent.device.get(&at).await?.status, 404, "{page}");
            assert_eq!(sent.device.post(&own, &at, &[]).await?.status, 404, "{page}");
            // Nobody, and a session that is over.
            let expired = Device::with(&portal, store::sessions::SessionToken::random()?);
            for device in [Device::new(&portal), expired] {
                let led = device.get(&at).await?;
                assert!(led.location.is_some_and(|to| to.ends_with("/applications/sign-in")), "{page}");
            }
            // The parent's own form without its token, and with another session's.
            let own = returned.device.get(&at).await?;
            let bare = Page { body: String::new(), ..own.clone() };
            assert_eq!(returned.device.post(&bare, &at, &[]).await?.status, 403, "{page}");
            let others = sent.device.get(&sent.at("stay")).await?;
            assert_eq!(returned.device.post(&others, &at, &[]).await?.status, 403, "{page}");
            // A draft is neither corrected nor stayed with.
            let draft = ready(&portal, &Family::invented(&stack)?, false).await?;
            let drafting = Device::with(&portal, draft.token);
            assert_eq!(drafting.get(&format!("/kk/first-grade/{}/{page}", draft.id)).await?.status, 404, "{page}");
        }
        assert_eq!(returned.times(Act::Resend).await? + returned.times(Act::Stay).await?, 0);
        let led = sent.device.get(&sent.at("correct")).await?;
        assert_eq!(led.location, Some(sent.at("sent")), "it is not returned");
        Ok(())
    })
}

#[test]
fn staying_names_what_is_given_up_and_is_offered_where_something_is() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let sent = Returned::sent(&stack, &portal).await?;
        let device = &sent.device;
        let thanks = device.get(&sent.at("sent")).await?;
        assert!(thanks.body.contains("/stay\""), "it is not offered");
        let page = device.get(&sent.at("stay")).await?;
        let schools = store::directory::Directory::new(portal.store.clone()).schools().await?;
        let application = sent.application().await?;
        let awaited = application.awaits().first().and_then(|place| schools.find(&place.school)).ok_or("no school")?;
        assert!(page.says(awaited.name.get(L)) && page.says(status::STAY_FINAL.get(L)), "{}", page.brief());
        // Another home place meanwhile: the page named another one.
        let other = schools.all().last().ok_or("no school")?;
        let place = domain::Place::new(other.id.clone(), *other.languages.first().ok_or("no language")?);
        sent.decide(Decision::Assign(place)).await?;
        let met = device.press(&page, status::STAY_SURE.get(L), &[]).await?;
        assert!(met.status == 409 && met.says(other.name.get(L)), "{}", met.brief());
        assert_eq!(sent.times(Act::Stay).await?, 0);
        let done = device.press(&met, status::STAY_SURE.get(L), &[]).await?;
        assert_eq!(done.location, Some(sent.at("sent")), "{}", done.brief());
        let thanks = device.get(&sent.at("sent")).await?;
        assert!(!thanks.body.contains("/stay\"") && thanks.says(status::STAYED.get(L)), "{}", thanks.brief());

        // Where nothing is waited for, there is nothing to give up.
        let over = Returned::sent(&stack, &portal).await?;
        let page = over.device.get(&over.at("stay")).await?;
        portal.store.decide(&over.application().await?, &Actor::Parent, &Decision::Withdraw, portal.now()).await?;
        for late in
            [over.device.get(&over.at("stay")).await?, over.device.press(&page, status::STAY_SURE.get(L), &[]).await?]
        {
            assert!(late.status == 422 && late.says(status::STAY_LATE.get(L)), "{}", late.brief());
        }
        Ok(())
    })
}

#[test]
fn the_parent_reads_what_happened_why_and_what_to_do_and_no_officers_name() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let returned = Returned::new(&stack, &portal, &[Field::ChildName], &[Slot::Photo]).await?;
        let device = &returned.device;
        let number = returned.application().await?.number.to_string();
        let check = async || {
            let ask = device.get("/kk/status").await?;
            device
                .press(&ask, status::CHECK.get(L), &[("number", &number), ("child-iin", returned.child.as_str())])
                .await
        };
        let sent = returned.at("sent");
        for page in [device.get(&sent).await?, check().await?, device.get("/kk/applications").await?] {
            let told = [life::RETURNED.get(L), life::RETURNED_MEANS.get(L), NOTE, decisions::FIELD_CHILD_NAME.get(L)];
            for words in
                told.into_iter().chain([documents::PHOTO.get(L), status::HELD.get(L), decisions::AWAITED.get(L)])
            {
                assert!(page.says(words), "{words}: {}", page.brief());
            }
            assert!(!page.body.contains(OFFICER), "{} names an officer", page.path);
        }
        let list = device.get("/kk/applications").await?;
        for act in ["correct", "stay", "withdraw", "receipt"] {
            assert!(list.body.contains(&format!("href=\"{}\"", returned.at(act))), "{act} is not offered");
        }
        let reason = Reason { ground: Ground::IncompletePapers, note: Note::parse("Мөрі жоқ").ok() };
        returned.decide(Decision::Refuse(reason)).await?;
        for page in [device.get(&sent).await?, check().await?] {
            for words in [life::REGISTRATION_REFUSED, decisions::GROUND_PAPERS, life::RETURNED, life::SUBMITTED] {
                assert!(page.says(words.get(L)), "{}: {}", words.get(L), page.brief());
            }
            assert!(page.says("Мөрі жоқ") && page.says(NOTE) && !page.body.contains(OFFICER));
            let plain = page.body.replace(&format!("value=\"{}\"", returned.child.as_str()), "");
            assert!(
                !plain.contains("Мысал") && !plain.contains(returned.child.as_str()),
                "{} names the child",
                page.path
            );
        }
        let list = device.get("/kk/applications").await?;
        for act in ["correct", "stay", "withdraw"] {
            assert!(!list.body.contains(&format!("href=\"{}\"", returned.at(act))), "{act} is offered");
        }
        Ok(())
    })
}

/// The clock of a function that runs now.
fn now() -> Timestamp {
    Timestamp::now()
}

#[test]
fn stopped_letters_and_texts_are_not_sent_and_codes_are() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::apart(&stack).await?;
        let family = Family::invented(&stack)?;
        let draft = ready(&portal, &family, false).await?;
        let device = Device::with(&portal, draft.token.clone());
        let mut mine = device.open(&draft.id).await?;
        let text = format!("{}@example.com", Portal::unique()?);
        let address = Email::parse(&text).map_err(|_| "no address")?;
        let answers = &mut mine.draft.answers;
        let confirmed = Confirmed { value: address.clone(), at: portal.now(), consent_at: portal.now() };
        answers.contacts.email = Some(confirmed);
        answers.intentions.as_mut().ok_or("no intentions")?.by_email = true;
        portal.store.send(&mine, portal.now()).await?;
        let phone = Phone::parse(&family.phone).map_err(|_| "no phone")?;
        let owner = portal.store.owner_of(&phone);
        let deliver = async || -> Result<()> {
            let own = partition(&stack, &portal.tables.applications, &keys::application(&draft.id))?;
            for entry in own.iter().filter(|item| read(item, &["entity"]) == Some("outbox")) {
                let parcel = json!({"pk": read(entry, &["pk"]), "sk": read(entry, &["sk"])}).to_string();
                let function = portal.deliver_message(now);
                let batch = serde_json::from_value(batch(&parcel, 1))?;
                let given = testkit::acting_as("deliver-message", function.handle(batch)).await?;
                assert!(given.batch_item_failures.is_empty());
            }
            Ok(())
        };
        let came =
            || -> Result<(usize, usize)> { Ok((stack.texts(&family.phone)?.len(), stack.letters(&text)?.len())) };
        deliver().await?;
        deliver().await?;
        assert_eq!(came()?, (1, 1), "one message per entry");

        // A mail program asks for its reader: no cookie, no page, from wherever.
        let link = format!("/kk/unsubscribe/{}", portal.store.mail_token(&address).as_str());
        let click = |to: &str| Ask::new(Method::POST, to).form("List-Unsubscribe=One-Click".to_owned());
        let foreign = click(&link).header("sec-fetch-site", "cross-site").request();
        for _ in 0..2 {
            assert_eq!(portal.page(click(&link).request()).await?.status, 200);
        }
        assert_eq!(portal.page(foreign).await?.status, 200);
        let forged = format!("/kk/unsubscribe/{}", "0".repeat(64));
        assert_eq!(portal.page(click(&forged).request()).await?.status, 404);
        assert_eq!(device.get(&forged).await?.status, 404);
        // Another site's own form is none.
        let other = Ask::new(Method::POST, &link).header("sec-fetch-site", "cross-site").form("wish=start".to_owned());
        assert_eq!(portal.page(other.request()).await?.status, 403);

        let withdraw = async || portal.store.sent_application(&draft.id).await;
        let application = withdraw().await?.ok_or("no application")?;
        portal.store.decide(&application, &Actor::Parent, &Decision::Withdraw, portal.now()).await?;
        deliver().await?;
        assert_eq!(came()?, (2, 1), "a stopped letter is sent");

        // By the page, there and back, without a session.
        let nobody = Device::new(&portal);
        let page = nobody.get(&link).await?;
        assert!(page.says(unsubscribe::STOPPED.get(L)), "{}", page.brief());
        let led = nobody.press(&page, unsubscribe::START.get(L), &[]).await?;
        assert_eq!((led.status, led.location.as_deref()), (303, Some(link.as_str())));
        assert_eq!(portal.store.stops(None, Some(&address)).await?, store::stops::Stops::default());
        let page = nobody.get(&link).await?;
        nobody.press(&page, unsubscribe::STOP.get(L), &[]).await?;
        assert!(portal.store.stops(None, Some(&address)).await?.mail);

        // SMS by the owner: a button of the list.
        portal.store.stop_sms(&owner, true, portal.now()).await?;
        assert!(
            portal.store.stops(Some(&phone), Some(&address)).await? == store::stops::Stops { sms: true, mail: true }
        );
        Ok(())
    })
}

#[test]
fn sms_are_stopped_and_started_in_my_applications_and_codes_still_come() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let sent = Returned::sent(&stack, &portal).await?;
        let device = &sent.device;
        let list = device.get("/kk/applications").await?;
        assert!(list.says(applications::SMS_ON.get(L)), "{}", list.brief());
        let led = device.press(&list, applications::SMS_STOP.get(L), &[]).await?;
        assert_eq!(led.location.as_deref(), Some("/kk/applications#sms"), "{}", led.brief());
        // Pressed twice, and still signed in.
        device.press(&list, applications::SMS_STOP.get(L), &[]).await?;
        let list = device.get("/kk/applications").await?;
        assert!(list.says(applications::SMS_OFF.get(L)), "{}", list.brief());
        let owner = sent.application().await?.owner;
        assert!(portal.store.sms_stopped(&owner).await?);
        assert!(device.get(&sent.at("sent")).await?.says(review::NEXT_NO_NOTICE.get(L)));
        device.press(&list, applications::SMS_START.get(L), &[]).await?;
        assert!(!portal.store.sms_stopped(&owner).await?);

        // A code that somebody asks for comes all the same.
        portal.store.stop_sms(&owner, true, portal.now()).await?;
        let before = stack.texts(&sent.family.phone)?.len();
        let stranger = Device::new(&portal);
        let page = stranger.get("/kk/applications/sign-in").await?;
        stranger.press(&page, text::contacts::SEND_CODE.get(L), &[("phone", &sent.family.phone)]).await?;
        stack.code(&sent.family.phone, before)?;
        // Nobody stops another's: without a phone there is nothing to stop.
        let page = stranger.get("/kk/applications/sign-in").await?;
        let led = stranger.post(&page, "/kk/applications", &[("act", "sms-stop")]).await?;
        assert!(led.status == 403 || led.location.is_some_and(|to| to.ends_with("/sign-in")));
        assert_eq!(device.get("/kk/nowhere").await?.heading(), errors::NOT_FOUND_TITLE.get(L));
        Ok(())
    })
}
