//! The store's access patterns, as the emulator answers them and as Amazon's own DynamoDB does: an
//! expression that the emulator alone takes, such as one with overlapping paths, must fail here and
//! not on opening morning. Sending has its own tests, over both too.

use std::collections::BTreeSet;

use domain::directory::Register as _;
use domain::document::Kind;
use domain::{Date, Draft, DraftId, Iin, Locale, Phone, Service, Slot, Timestamp};
use jiff::SignedDuration;
use store::StoreError;
use store::codes::{Ceilings, Code, CodeCheck, CodeSend, CodeState, Recipient, SignInAsked, TRIES};
use store::directory::Directory;
use store::documents::{Accepted, Document, Refusal, State, UploadId};
use store::drafts::{Mine, Opened};
use store::look_ups::A_DAY;
use store::outbox::{Claim, Delivery, Event, LEASE};
use store::register::TableRegister;
use store::sending::Sending;
use store::sessions::{BIRTH_TRIES, Session, SessionToken, random};
use tests::portal::block_on;
use tests::ready::{Ready, ready};
use tests::{Engine, Family, Portal, Result, Stack};

tests::over_both! {
    a_draft_opens_for_its_owner_and_saves_over_the_version_that_was_read,
    an_owners_drafts_are_listed_the_last_saved_first,
    a_slot_holds_the_latest_attempt_and_nothing_moves_once_sent,
    a_code_is_right_once_sent_and_dead_after_five_tries,
    codes_are_sent_within_their_limits,
    sign_in_remembers_what_was_typed,
    sessions_end_alone_or_all_of_a_phone,
    look_ups_and_birth_dates_are_counted_per_day,
}

const CEILINGS: Ceilings = Ceilings { sms_a_day: 10, network_an_hour: 10 };

/// Noon (UTC) of a day that no other test counts on, far in the future.
fn some_day() -> Result<Timestamp> {
    let start: Timestamp = "2150-01-01T12:00:00Z".parse()?;
    Ok(start.checked_add(SignedDuration::from_hours(24 * i64::from(u16::from_le_bytes(random()?))))?)
}

fn after(at: Timestamp, seconds: i64) -> Result<Timestamp> {
    Ok(at.checked_add(SignedDuration::from_secs(seconds))?)
}

fn phone(stack: &Stack) -> Result<Phone> {
    Phone::parse(&Family::invented(stack)?.phone).map_err(|_| "an invented phone that is none".into())
}

fn iin(stack: &Stack) -> Result<Iin> {
    Iin::parse(&Family::invented(stack)?.child_iin).map_err(|_| "an invented IIN that is none".into())
}

async fn opened(portal: &Portal, token: Option<&SessionToken>, id: &DraftId) -> Result<Opened> {
    Ok(portal.store.open(token, Service::FirstGrade, id, Timestamp::now()).await?)
}

async fn mine(portal: &Portal, draft: &Ready) -> Result<Mine> {
    match opened(portal, Some(&draft.token), &draft.id).await? {
        Opened::Mine(mine) => Ok(*mine),
        Opened::NoSession | Opened::NotFound | Opened::NoOfficer => Err("the draft is not its owner's".into()),
    }
}

fn attempt(state: State) -> Result<Document> {
    Ok(Document { upload: UploadId::random()?, name: "скан.jpg".to_owned(), at: Timestamp::now(), state })
}

/// A code that is not the given one.
fn other(code: &Code) -> Result<Code> {
    Code::parse(if code.as_str() == "000000" { "000001" } else { "000000" }).ok_or_else(|| "six digits".into())
}

fn a_draft_opens_for_its_owner_and_saves_over_the_version_that_was_read(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let draft = ready(&portal, &Family::invented(&stack)?, false).await?;
        let (store, now) = (&portal.store, Timestamp::now());
        let first = mine(&portal, &draft).await?;
        assert_eq!(first.documents.iter().count(), Slot::required(Service::FirstGrade).len());
        assert!(matches!(opened(&portal, None, &draft.id).await?, Opened::NoSession));
        let unknown = SessionToken::random()?;
        assert!(matches!(opened(&portal, Some(&unknown), &draft.id).await?, Opened::NoSession));
        let (token, nothing) = (SessionToken::random()?, DraftId::from_bytes(random()?));
        store.put_session(&Session::anonymous(&token, now)).await?;
        assert!(matches!(opened(&portal, Some(&token), &draft.id).await?, Opened::NotFound));
        assert!(matches!(opened(&portal, Some(&draft.token), &nothing).await?, Opened::NotFound));

        // The same draft begun again, and two tabs that have read the same.
        assert!(store.start_draft(&first.draft, &first.campaign, None).await.is_err());
        let (mut fast, mut slow) = (first.draft.clone(), first.draft.clone());
        store.save_draft(&mut fast, &first.campaign, now).await?;
        // What is the same to the letter would be this very save, whose reply was lost.
        let later = after(now, 1)?;
        let late = store.save_draft(&mut slow.clone(), &first.campaign, later).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        let unheard = SessionToken::random()?;
        let session = Session::anonymous(&unheard, now);
        let late = store.save_draft_and_session(&mut slow, &first.campaign, &session, later).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        assert_eq!(store.session(&unheard, now).await?, None, "half a transaction");
        store.save_draft_and_session(&mut fast, &first.campaign, &session, now).await?;
        assert_eq!(store.session(&unheard, now).await?, Some(session.clone()));
        assert_eq!(mine(&portal, &draft).await?.draft.version, first.draft.version + 2);

        let begun = store.campaign_and_session(Service::FirstGrade, Some(&unheard), now).await?;
        assert_eq!((begun.campaign, begun.session), (Some(first.campaign), Some(session)));
        Ok(())
    })
}

fn an_owners_drafts_are_listed_the_last_saved_first(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let (store, now) = (&portal.store, Timestamp::now());
        let campaign = store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
        let owner = store.owner_of(&phone(&stack)?);
        let mut drafts = Vec::new();
        for age in [3, 2, 1] {
            let (id, at) = (DraftId::from_bytes(random()?), after(now, -age)?);
            let draft = Draft::start(id, Service::FirstGrade, campaign.id.clone(), owner.clone(), at);
            store.start_draft(&draft, &campaign, None).await?;
            drafts.push(draft);
        }
        let oldest = drafts.first_mut().ok_or("no draft")?;
        store.save_draft(oldest, &campaign, now).await?;
        let saved = oldest.id.clone();
        let listed: Vec<DraftId> = store.list_of(&owner).await?.drafts.into_iter().map(|draft| draft.id).collect();
        let expected = [Some(saved), drafts.get(2).map(|d| d.id.clone()), drafts.get(1).map(|d| d.id.clone())];
        assert_eq!(listed.into_iter().map(Some).collect::<Vec<_>>(), expected);
        Ok(())
    })
}

fn a_slot_holds_the_latest_attempt_and_nothing_moves_once_sent(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let store = &portal.store;
        let draft = ready(&portal, &Family::invented(&stack)?, false).await?;
        let (id, slot) = (&draft.id, Slot::Pmpc);
        let expires = mine(&portal, &draft).await?.campaign.closes;
        let (replaced, latest) = (attempt(State::Waiting)?, attempt(State::Checking)?);
        assert_eq!(store.begin_upload(id, slot, &replaced, Some(expires)).await?, None);
        assert_eq!(store.begin_upload(id, slot, &latest, Some(expires)).await?, Some(replaced.clone()));
        let before = store.documents(id).await?.revision();

        let taken = State::Accepted(Accepted { kind: Kind::Pdf, size: 2_000, pages: Some(2) });
        let refused = State::Refused(Refusal::PdfActive);
        assert!(
            !store.settle_upload(id, slot, &replaced.upload, &refused, None).await?,
            "an attempt that was replaced"
        );
        assert!(store.settle_upload(id, slot, &latest.upload, &taken, None).await?);
        assert!(!store.settle_upload(id, slot, &latest.upload, &refused, None).await?, "settled twice");
        let documents = store.documents(id).await?;
        assert_eq!(documents.get(slot).map(|document| &document.state), Some(&taken));
        assert_eq!(documents.revision(), before + 1);
        let former = store.remove_document(id, slot).await?;
        assert_eq!(former.map(|document| document.upload), Some(latest.upload));
        assert_eq!(store.documents(id).await?.get(slot), None);
        assert_eq!(store.remove_document(id, slot).await?, None);

        let open = attempt(State::Waiting)?;
        store.begin_upload(id, slot, &open, Some(expires)).await?;
        let sent = store.send(&mine(&portal, &draft).await?, Timestamp::now()).await?;
        assert!(matches!(sent, Sending::Accepted(_)), "{sent:?}");
        assert!(store.documents(id).await?.frozen());
        assert!(!store.settle_upload(id, slot, &open.upload, &taken, None).await?, "settled after sending");
        let late = store.begin_upload(id, slot, &attempt(State::Waiting)?, Some(expires)).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        let late = store.remove_document(id, slot).await;
        assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
        Ok(())
    })
}

fn a_code_is_right_once_sent_and_dead_after_five_tries(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let (store, now) = (&portal.store, some_day()?);
        let (session, to) = (SessionToken::random()?.hash(), Recipient::Phone(phone(&stack)?));
        let none = store.code_states(&session, std::slice::from_ref(&to), now).await?;
        assert_eq!(none, [CodeState::default()]);
        let any = Code::parse("123456").ok_or("six digits")?;
        assert_eq!(store.check_code(&session, &to, &any, now).await?, CodeCheck::Gone, "none was sent");

        let sends = store.code_sends(&session, &to, "192.0.2.1").await?;
        let CodeSend::Allowed(code) = store.record_code(&sends, CEILINGS, now).await? else {
            return Err("the first code was not allowed".into());
        };
        let states = store.code_states(&session, std::slice::from_ref(&to), now).await?;
        assert_eq!(states, [CodeState { sent: Some(now), again_at: Some(after(now, 60)?) }]);
        let wrong = other(&code)?;
        assert_eq!(store.check_code(&session, &to, &wrong, now).await?, CodeCheck::Wrong { left: TRIES - 1 });
        assert_eq!(store.check_code(&session, &to, &code, now).await?, CodeCheck::Right { consent_at: now });
        let elsewhere = SessionToken::random()?.hash();
        assert_eq!(store.check_code(&elsewhere, &to, &code, now).await?, CodeCheck::Gone, "another session's");
        for left in (0..TRIES - 2).rev() {
            assert_eq!(store.check_code(&session, &to, &wrong, now).await?, CodeCheck::Wrong { left });
        }
        assert_eq!(store.check_code(&session, &to, &code, now).await?, CodeCheck::Gone, "a sixth try");

        // The next code lives, for ten minutes.
        let now = after(now, 61)?;
        let sends = store.code_sends(&session, &to, "192.0.2.1").await?;
        let CodeSend::Allowed(code) = store.record_code(&sends, CEILINGS, now).await? else {
            return Err("the second code was not allowed".into());
        };
        assert_eq!(store.check_code(&session, &to, &code, now).await?, CodeCheck::Right { consent_at: now });
        assert_eq!(store.check_code(&session, &to, &code, after(now, 600)?).await?, CodeCheck::Gone, "too old");
        Ok(())
    })
}

fn codes_are_sent_within_their_limits(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let (store, now, limit) = (&portal.store, some_day()?, Ceilings { sms_a_day: 2, ..CEILINGS });
        let session = SessionToken::random()?.hash();

        // Two requests that have read the same: one is recorded.
        let to = Recipient::Phone(phone(&stack)?);
        let sends =
            (store.code_sends(&session, &to, "192.0.2.1").await?, store.code_sends(&session, &to, "192.0.2.1").await?);
        assert!(matches!(store.record_code(&sends.0, limit, now).await?, CodeSend::Allowed(_)));
        assert_eq!(store.record_code(&sends.1, limit, now).await?, CodeSend::TryAgainAt(after(now, 60)?));
        let sends = store.code_sends(&session, &to, "192.0.2.1").await?;
        assert_eq!(store.record_code(&sends, limit, now).await?, CodeSend::TryAgainAt(after(now, 60)?));

        // The day's texts, all visitors together.
        let to = Recipient::Phone(phone(&stack)?);
        let sends = store.code_sends(&session, &to, "192.0.2.1").await?;
        assert!(matches!(store.record_code(&sends, limit, now).await?, CodeSend::Allowed(_)));
        let to = Recipient::Phone(phone(&stack)?);
        let sends = store.code_sends(&session, &to, "192.0.2.1").await?;
        let tomorrow = after(now, 12 * 60 * 60)?;
        assert_eq!(store.record_code(&sends, limit, now).await?, CodeSend::SpentUntil(tomorrow));
        assert!(matches!(store.record_code(&sends, limit, tomorrow).await?, CodeSend::Allowed(_)));
        Ok(())
    })
}

fn sign_in_remembers_what_was_typed(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let (store, now) = (&portal.store, Timestamp::now());
        let session = SessionToken::random()?.hash();
        assert_eq!(store.sign_in_asked(&session, now).await?, None);
        let asked = SignInAsked::new("8 701");
        store.keep_sign_in(&session, &asked, now).await?;
        assert_eq!(store.sign_in_asked(&session, now).await?, Some(asked));
        assert_eq!(store.sign_in_asked(&session, after(now, 600)?).await?, None);
        Ok(())
    })
}

fn sessions_end_alone_or_all_of_a_phone(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let (store, now) = (&portal.store, Timestamp::now());
        let owner = store.owner_of(&phone(&stack)?);
        let mut tokens = Vec::new();
        for phone in [Some(owner.clone()), Some(owner.clone()), Some(owner.clone()), None] {
            let token = SessionToken::random()?;
            store.put_session(&Session { phone, ..Session::anonymous(&token, now) }).await?;
            tokens.push(token);
        }
        let [one, two, three, stranger] = tokens.as_slice() else { return Err("four sessions".into()) };
        store.end_session(one).await?;
        assert_eq!(store.session(one, now).await?, None);
        assert!(store.session(two, now).await?.is_some());
        store.end_sessions_of(&owner, two).await?;
        for token in [two, three] {
            assert_eq!(store.session(token, now).await?, None);
        }
        assert!(store.session(stranger, now).await?.is_some());
        Ok(())
    })
}

fn look_ups_and_birth_dates_are_counted_per_day(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let (store, now) = (&portal.store, Timestamp::now());
        let (today, tomorrow) = (Date::constant(2150, 1, 1), Date::constant(2150, 1, 2));
        let (id, owner) = (DraftId::from_bytes(random()?), store.owner_of(&phone(&stack)?));
        let mut iins = BTreeSet::new();
        while iins.len() <= A_DAY {
            iins.insert(iin(&stack)?.as_str().to_owned());
        }
        let iins: Vec<Iin> = iins.iter().filter_map(|iin| Iin::parse(iin).ok()).collect();
        let Some((one_more, of_a_day)) = iins.split_last() else { return Err("no IINs".into()) };
        for iin in of_a_day.iter().chain(of_a_day.first()) {
            assert!(store.record_look_up(&id, &owner, iin, today, now).await?);
        }
        assert!(!store.record_look_up(&id, &owner, one_more, today, now).await?);
        assert!(store.record_look_up(&id, &owner, one_more, tomorrow, now).await?);

        let session = Session { phone: Some(owner), ..Session::anonymous(&SessionToken::random()?, now) };
        for _ in 0..BIRTH_TRIES {
            assert!(store.count_birth_try(&session, &id, today, now).await?);
        }
        assert!(!store.count_birth_try(&session, &id, today, now).await?);
        assert!(store.count_birth_try(&session, &id, tomorrow, now).await?);
        Ok(())
    })
}

#[test]
fn an_outbox_entry_has_one_sender_at_a_time() -> Result<()> {
    // At the emulator the deployed sender would be faster.
    let Some(stack) = Stack::over(Engine::DynamoDbLocal)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let (store, now) = (&portal.store, Timestamp::now());
        let draft = ready(&portal, &Family::invented(&stack)?, false).await?;
        let Sending::Accepted(number) = store.send(&mine(&portal, &draft).await?, now).await? else {
            return Err("not sent".into());
        };
        let key = store::keys::outbox(&draft.id, &format!("{:013}-accepted", now.as_millisecond()));
        let missing = store::keys::outbox(&draft.id, "0000000000000-accepted");
        assert!(matches!(store.claim_outbox(&missing, now).await?, Claim::Done));
        let Claim::Ours(mut first) = store.claim_outbox(&key, now).await? else { return Err("nobody has it".into()) };
        assert_eq!((first.entry.event, first.entry.number, first.redelivered), (Event::Accepted, number, false));
        assert!(matches!(store.claim_outbox(&key, now).await?, Claim::Busy));

        // The first sender is taken for dead: what it says later no longer counts.
        let later = now.checked_add(LEASE)?;
        let Claim::Ours(mut second) = store.claim_outbox(&key, later).await? else { return Err("a dead lease".into()) };
        assert!(second.redelivered);
        first.entry.sms.as_mut().ok_or("no text")?.delivery = Delivery::Sent { at: now };
        let dead = store.settle_outbox(&first, None, portal.now()).await;
        assert!(matches!(dead, Err(StoreError::Conflict)), "{dead:?}");
        store.settle_outbox(&second, None, portal.now()).await?;
        let Claim::Ours(third) = store.claim_outbox(&key, later).await? else { return Err("given back unsent".into()) };
        assert!(!third.redelivered);
        second = third;
        second.entry.sms.as_mut().ok_or("no text")?.delivery = Delivery::Sent { at: later };
        store.settle_outbox(&second, None, portal.now()).await?;
        assert!(matches!(store.claim_outbox(&key, later).await?, Claim::Done));
        Ok(())
    })
}

#[test]
fn both_hold_the_same_city() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let second = Stack { engine: Engine::DynamoDbLocal, ..stack.clone() };
    block_on(async {
        let (one, two) = (Portal::over(&stack, &stack.origin).await?, Portal::over(&second, &second.origin).await?);
        let (one, two) = (one.store, two.store);
        let held = one.import_version().await?;
        assert!(held.is_some());
        assert_eq!(two.import_version().await?, held);
        let campaign = one.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
        assert_eq!(two.campaign(Service::FirstGrade).await?.as_ref(), Some(&campaign));
        let terms = one.places(&campaign.id).await?;
        assert_eq!(two.places(&campaign.id).await?, terms);
        assert!(!terms.is_empty());

        let lists = (Directory::new(one.clone()), Directory::new(two.clone()));
        let (schools, streets) = (lists.0.schools().await?, lists.0.streets().await?);
        assert!(!schools.all().is_empty());
        assert_eq!(lists.1.schools().await?.all(), schools.all());
        assert_eq!(lists.1.streets().await?.streets(), streets.streets());
        for street in streets.streets() {
            let territory = one.territory(&street.id).await?;
            assert_eq!(two.territory(&street.id).await?, territory, "{}", street.name.get(Locale::Ru));
        }

        let family = [&stack.sample.parent_iin, &stack.sample.child_iin];
        let [parent, child] = family.map(|iin| Iin::parse(iin).map_err(|_| "the sample's IIN is none"));
        let (parent, child) = (parent?, child?);
        let records = TableRegister::new(one).records(&parent, Some(&child)).await?;
        assert!(records.link.is_some());
        assert!(TableRegister::new(two).records(&parent, Some(&child)).await? == records, "the register differs");
        Ok(())
    })
}
