//! Transfers: the way to the number, both schools' answers with their slips, the free places, the end of a slip.

use domain::decision::Decision;
use domain::directory::rows::CampaignRow;
use domain::directory::{Break, CampaignId, SchoolId};
use domain::life::{Act, Actor, State};
use domain::transfer::{FreePlaces, Motive, TransferChoice};
use domain::{Application, ApplicationNumber, Language, Locale, Place, Service, Slot, Timestamp};
use jiff::civil::date;
use store::changes::Changed;
use store::free_places::Kept;
use testkit::Fault;
use tests::deadlines::expire;
use tests::faults::at_every_call;
use tests::fresh::City;
use tests::officer::{Account, Worker, signed_in};
use tests::parent::expect;
use tests::portal::block_on;
use tests::ready::{Ready, applied};
use tests::stack::patiently;
use tests::standing::{Held, held, led};
use tests::{Device, Engine, Family, Parent, Portal, Result, Stack};
use text::{common, decisions, documents, messages::Notice, transfer as t};

tests::over_both! {
    both_schools_decide_one_after_the_other_and_a_slip_ends_in_time,
    the_last_free_place_goes_to_one_and_comes_back,
    accepting_is_whole_or_not_made_whatever_fails,
}

/// The grade of these tests on the stack: the demo's schools have places in it.
const GRADE: &str = "7";

#[test]
fn a_parent_applies_and_the_new_school_accepts_with_a_slip() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let school = Account::of("school")?.school.ok_or("the officer has no school")?;
    for (l, free) in Locale::ALL.into_iter().zip(["90", "89"]) {
        // The school tells what is free, so that whoever comes finds a place; other numbers than before.
        let (officer, _) = signed_in(&stack, l, "school")?;
        let rooms = officer.visit(&format!("/{}/office/free-places", l.code()))?;
        let refused = officer.press(&rooms, t::FREE_SAVE.get(l), &[("kazakh-7", "семь"), ("russian-7", "семь")])?;
        assert!(refused.status == 422, "{}", refused.brief());
        let told = [("kazakh-7", free), ("russian-7", free)];
        let saved = officer.follow(expect(officer.press(&rooms, t::FREE_SAVE.get(l), &told)?, 303)?)?;
        assert!(saved.says(t::FREE_SAVED.get(l)), "{}", saved.brief());
        // Pressed once more it is as it was wanted; other numbers on a page from before are not taken: somebody may have
        // been accepted meanwhile.
        expect(officer.press(&rooms, t::FREE_SAVE.get(l), &told)?, 303)?;
        let stale = officer.press(&rooms, t::FREE_SAVE.get(l), &[("kazakh-7", "91"), ("russian-7", free)])?;
        assert!(stale.status == 409 && stale.says(t::FREE_CHANGED.get(l)), "{}", stale.brief());
        assert!(stale.body.contains("value=\"91\""), "what was typed is lost");

        let mut parent = Parent::of(&stack, Service::Transfer, l)?;
        let contacts = parent.start()?;
        let family = parent.confirm_phone(&contacts)?;
        let step = parent.tell_family(&family)?;
        assert_eq!(step.path, parent.at("transfer"), "{}", step.brief());
        let refused = parent.browser.press(&step, common::NEXT.get(l), &[("motive", "violence")])?;
        for missing in [t::GRADE_EMPTY, t::FROM_EMPTY, t::LANGUAGE_EMPTY, t::TO_EMPTY] {
            assert!(refused.says(missing.get(l)), "{}", refused.brief());
        }
        // Without scripts one button shows what there is, and keeps what is typed.
        let typed = [("grade", GRADE), ("from-language", "kazakh"), ("motive", "violence")];
        let shown = parent.browser.press(&refused, t::SHOW.get(l), &typed)?;
        let shown = parent.browser.follow(expect(shown, 303)?)?;
        let form = shown.form().ok_or("no form")?;
        let chosen = form.choices.iter().filter(|(name, _)| name == "to");
        let to = chosen.map(|(_, value)| value.as_str()).find(|to| to.starts_with(&format!("{school}:")));
        let to = to.ok_or("the school's places are not offered")?.to_owned();
        let from =
            form.choices.iter().find(|(name, value)| name == "from-school" && !value.is_empty() && *value != school);
        let from = from.map(|(_, value)| value.clone()).ok_or("no other school")?;
        let page = parent.attach(&shown, Slot::ViolenceProof)?;
        let same = parent.browser.press(&page, common::NEXT.get(l), &[("from-school", &school), ("to", &to)])?;
        assert!(same.status == 422 && same.says(t::TO_SAME.get(l)), "{}", same.brief());
        let consent = parent.next(&same, &[("from-school", &from), ("to", &to)])?;
        let review = parent.consent(&consent)?;
        for told in [t::VIOLENCE.get(l), documents::VIOLENCE_PROOF.get(l)] {
            assert!(review.says(told), "{told}: {}", review.brief());
        }
        let sent = parent.send(&review)?;
        assert!(sent.says(t::THANKS.get(l)) && sent.says(t::TIMELINE.get(l)), "{}", sent.brief());
        let number = ApplicationNumber::new(parent.number(&sent)?).ok_or("no number")?;
        assert_eq!(parent.browser.get(&parent.at("slip.pdf"))?.status, 404, "a slip before anybody gave it");

        let id = parent.draft.rsplit('/').next().ok_or("no draft")?.to_owned();
        let link = format!("/{}/office/applications/{id}", l.code());
        let list = || officer.visit(&format!("/{}/office?service=transfer", l.code()));
        patiently(|| Ok(list()?.body.contains(&link).then_some(())), "it is in no inbox")?;
        let page = officer.visit(&link)?;
        let accepted = officer.follow(expect(officer.press(&page, t::ACCEPT.get(l), &[])?, 303)?)?;
        assert!(accepted.says(t::ACCEPTED.get(l)), "{}", accepted.brief());
        let thanks = parent.browser.visit(&sent.path)?;
        for told in [t::ACCEPTED_MEANS.get(l), t::SLIP_UNTIL.get(l), t::SLIP.get(l)] {
            assert!(thanks.says(told), "{told}: {}", thanks.brief());
        }
        let slip = parent.browser.get(&parent.at("slip.pdf"))?;
        assert!(slip.status == 200 && slip.bytes.starts_with(b"%PDF-1."), "{}", slip.brief());
        assert_eq!(parent.browser.get(&parent.at("slip-out.pdf"))?.status, 404);
        let phone = parent.stored_phone()?;
        for act in [None, Some(Act::Accept)] {
            let told = Notice::of(Service::Transfer, act).sms(l, number);
            patiently(|| Ok(stack.texts(&phone)?.contains(&told).then_some(())), "the parent was not told by SMS")?;
        }
        // Taking it back gives the place back: nobody else finds fewer than were told.
        let page = parent.browser.visit(&parent.at("withdraw"))?;
        let done = parent.browser.press(&page, text::status::WITHDRAW_SURE.get(l), &[])?;
        assert_eq!(done.status, 303, "{}", done.brief());
    }
    Ok(())
}

/// A portal whose city has transfers besides.
async fn with_transfers(stack: &Stack) -> Result<Portal> {
    let mut city = City::open(3, Timestamp::now())?;
    city.others = vec![CampaignRow {
        id: CampaignId::parse("transfer-fresh")?,
        service: Service::Transfer,
        school_year: 2026,
        breaks: vec![Break { first: date(2020, 1, 1), last: date(2020, 1, 2) }],
        ..city.campaign.clone()
    }];
    Portal::fresh(stack, &city).await
}

fn place(school: &str) -> Result<Place> {
    Ok(Place::new(SchoolId::parse(school)?, Language::Kazakh))
}

/// So many places are free in grade 5 of the school.
async fn tell_free(portal: &Portal, school: &str, count: i32) -> Result<()> {
    let campaign = portal.store.campaign(Service::Transfer).await?.ok_or("no campaign")?.id;
    let school = SchoolId::parse(school)?;
    let Kept { version, .. } = portal.store.free_places_of(&campaign, &school).await?;
    let mut free = FreePlaces::default();
    free.set(Language::Kazakh, 5, count);
    assert!(portal.store.keep_free_places(&campaign, &school, &Kept { free, version }).await?);
    Ok(())
}

async fn free(portal: &Portal, school: &str) -> Result<i32> {
    let campaign = portal.store.campaign(Service::Transfer).await?.ok_or("no campaign")?.id;
    Ok(portal.store.free_places_of(&campaign, &SchoolId::parse(school)?).await?.free.get(Language::Kazakh, 5))
}

/// A sent application for a transfer from the first school to the second.
async fn sent(portal: &Portal, stack: &Stack, resident: bool) -> Result<(Ready, Application)> {
    let (from, to) = (place("fresh-1")?, place("fresh-2")?);
    let choice = TransferChoice { grade: 5, from, to, address: None, resident, motive: Motive::Move };
    let answer = |draft: &mut domain::Draft| draft.answer_transfer(choice);
    let family = Family::unclaimed(stack, portal)?;
    applied(portal, Service::Transfer, (&family, true), answer, &[Slot::MoveProof]).await
}

async fn now(portal: &Portal, application: &Application) -> Result<Application> {
    portal.store.sent_application(&application.id).await?.ok_or_else(|| "no application".into())
}

fn link(application: &Application, act: &str) -> String {
    format!("/kk/office/applications/{}{act}", application.id)
}

fn both_schools_decide_one_after_the_other_and_a_slip_ends_in_time(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (portal, l) = (with_transfers(&stack).await?, Locale::Kk);
        tell_free(&portal, "fresh-2", 1).await?;
        let (draft, application) = sent(&portal, &stack, false).await?;
        let old = Worker::of_school(&portal, &SchoolId::parse("fresh-1")?).await?;
        let new = Worker::of_school(&portal, &SchoolId::parse("fresh-2")?).await?;
        let third = Worker::of_school(&portal, &SchoolId::parse("fresh-3")?).await?;

        // Until the new school accepts the child, nobody else hears of it.
        for worker in [&old, &third] {
            for act in ["", "/accept-transfer", "/release-transfer", "/refuse"] {
                assert_eq!(worker.get(&link(&application, act)).await?.status, 403, "{act}");
            }
        }
        let ask = new.get(&link(&application, "/accept-transfer")).await?;
        let done = new.press(&ask, t::ACCEPT.get(l), &[]).await?;
        assert_eq!(done.status, 303, "{}", done.brief());
        let again = new.press(&ask, t::ACCEPT.get(l), &[]).await?;
        assert_eq!((again.status, free(&portal, "fresh-2").await?), (303, 0), "{}", again.brief());
        let accepted = now(&portal, &application).await?;
        let until = accepted.until.ok_or("no slip")?;
        assert_eq!((accepted.state, accepted.handler()), (State::Accepted, Some(SchoolId::parse("fresh-1")?)));

        // Now the old one decides; the new one looks on.
        assert_eq!(third.get(&link(&application, "")).await?.status, 403);
        let page = new.get(&link(&application, "")).await?;
        assert!(page.status == 200 && !page.says(decisions::DECIDE.get(l)), "{}", page.brief());
        assert_eq!(new.get(&link(&application, "/release-transfer")).await?.status, 403);
        let asked = old.get(&link(&application, "/release-transfer")).await?;
        // The slip ends, the place is free again, and nothing has to be sent anew.
        let device = Device::with(&portal, draft.token);
        let own = |part: &str| format!("/kk/transfer/{}/{part}", application.id);
        assert_eq!(device.get(&own("slip.pdf")).await?.status, 200);
        expire(&portal, &format!("{until}T20:00:00+05:00")).await?;
        assert_eq!(now(&portal, &application).await?.state, State::Accepted, "it is valid on its last day");
        expire(&portal, &format!("{}T09:00:00+05:00", until.tomorrow()?)).await?;
        let expired = now(&portal, &application).await?;
        assert_eq!((expired.state, expired.until, free(&portal, "fresh-2").await?), (State::Submitted, None, 1));
        let thanks = device.get(&own("sent")).await?;
        assert!(thanks.says(t::CHANGED_EXPIRE.get(l)) && thanks.says(t::SUBMITTED_MEANS.get(l)), "{}", thanks.brief());
        assert_eq!(device.get(&own("slip.pdf")).await?.status, 404);
        assert_eq!(old.get(&link(&application, "")).await?.status, 403, "the old school need not know any more");

        // Past its last day nobody is released by a slip, even before the portal has ended it.
        let late = Decision::Accept { until: portal.today().yesterday()? };
        let decided = portal.store.decide(&expired, &Actor::System, &late, portal.now()).await?;
        assert_eq!(decided, Changed::Done);
        let page = old.get(&link(&application, "/release-transfer")).await?;
        assert!(page.status == 422 && page.says(t::SLIP_ENDED.get(l)), "{}", page.brief());
        let version = now(&portal, &application).await?.version.to_string();
        let mut late = vec![("seen".to_owned(), version), ("order-number".to_owned(), "7-ш".to_owned())];
        late.push(("csrf".to_owned(), asked.csrf().ok_or("no form")?));
        let refused = old.send(&link(&application, "/release-transfer"), &late).await?;
        assert!(refused.status == 422 && refused.says(t::SLIP_ENDED.get(l)), "{}", refused.brief());
        assert_eq!(now(&portal, &application).await?.state, State::Accepted);
        expire(&portal, &format!("{}T09:00:00+05:00", portal.today())).await?;
        assert_eq!(now(&portal, &application).await?.state, State::Submitted);

        // Accepted once more, released by an order, enrolled by another.
        let ask = new.get(&link(&application, "/accept-transfer")).await?;
        assert_eq!(new.press(&ask, t::ACCEPT.get(l), &[]).await?.status, 303);
        let ask = old.get(&link(&application, "/release-transfer")).await?;
        let early =
            [("order-number", "7"), ("order-date-day", "1"), ("order-date-month", "1"), ("order-date-year", "2020")];
        let refused = old.press(&ask, t::RELEASE.get(l), &early).await?;
        assert!(refused.status == 422 && refused.body.contains("order-date-error"), "{}", refused.brief());
        let today = portal.today();
        let (day, month, year) = (today.day().to_string(), today.month().to_string(), today.year().to_string());
        let order = [
            ("order-number", "7-ш"),
            ("order-date-day", day.as_str()),
            ("order-date-month", month.as_str()),
            ("order-date-year", year.as_str()),
        ];
        // The old school reads who goes where, and neither why nor by which papers.
        let page = old.get(&link(&application, "")).await?;
        assert!(page.says(t::FROM_SCHOOL.get(l)) && page.says("Мысал"), "{}", page.brief());
        for hidden in [t::MOVE.get(l), documents::MOVE_PROOF.get(l), text::family::DOCUMENTS.get(l)] {
            assert!(!page.says(hidden), "{hidden}: {}", page.brief());
        }
        for scan in ["/scans/move-proof", "/scans/move-proof/view", "/scans/move-proof/file"] {
            assert_eq!(old.get(&link(&application, scan)).await?.status, 404, "{scan}");
        }
        // A form of the new school's, led to the old school's act, is nobody's.
        let version = now(&portal, &application).await?.version.to_string();
        let forged: Vec<(String, String)> = [("seen", version.as_str())]
            .into_iter()
            .chain(order)
            .chain(new.get(&link(&application, "")).await?.csrf().as_deref().map(|token| ("csrf", token)))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(new.send(&link(&application, "/release-transfer"), &forged).await?.status, 403);
        let done = old.press(&ask, t::RELEASE.get(l), &order).await?;
        assert_eq!(done.status, 303, "{}", done.brief());
        expire(&portal, "2099-01-01T09:00:00+05:00").await?;
        let released = now(&portal, &application).await?;
        assert_eq!(
            (released.state, free(&portal, "fresh-2").await?),
            (State::Released, 0),
            "what is released ends no more"
        );
        let page = old.get(&link(&application, "")).await?;
        assert!(page.status == 200 && page.says("7-ш") && !page.says(decisions::DECIDE.get(l)), "{}", page.brief());
        let ask = new.get(&link(&application, "/enrol")).await?;
        let done = new.press(&ask, decisions::act(Service::Transfer, Act::Enrol).get(l), &order).await?;
        assert_eq!(done.status, 303, "{}", done.brief());
        let thanks = device.get(&own("sent")).await?;
        for told in [t::ENROLLED_MEANS.get(l), "7-ш", t::SLIP_OUT.get(l)] {
            assert!(thanks.says(told), "{told}: {}", thanks.brief());
        }
        assert_eq!(device.get(&own("slip-out.pdf")).await?.status, 200);
        let stands = held(&stack, &portal, &application)?;
        assert_eq!((stands.state.as_str(), stands.moves, stands.locked), ("enrolled", 0, true));
        Ok(())
    })
}

fn the_last_free_place_goes_to_one_and_comes_back(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (portal, l) = (with_transfers(&stack).await?, Locale::Kk);
        tell_free(&portal, "fresh-2", 1).await?;
        let new = Worker::of_school(&portal, &SchoolId::parse("fresh-2")?).await?;
        let (_, first) = sent(&portal, &stack, false).await?;
        let (_, second) = sent(&portal, &stack, false).await?;
        let (_, resident) = sent(&portal, &stack, true).await?;
        let asks =
            [new.get(&link(&first, "/accept-transfer")).await?, new.get(&link(&second, "/accept-transfer")).await?];
        let [one, other] = &asks;
        let pressed = futures::join!(new.press(one, t::ACCEPT.get(l), &[]), new.press(other, t::ACCEPT.get(l), &[]));
        let (one, other) = (pressed.0?, pressed.1?);
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!((statuses, free(&portal, "fresh-2").await?), ([303, 422], 0), "two at once have one place");
        let refused = if one.status == 422 { &one } else { &other };
        assert!(refused.says(t::FULL.get(l)), "{}", refused.brief());
        // Who lives there is taken all the same.
        let ask = new.get(&link(&resident, "/accept-transfer")).await?;
        assert_eq!(new.press(&ask, t::ACCEPT.get(l), &[]).await?.status, 303);
        assert_eq!(free(&portal, "fresh-2").await?, -1);
        let rooms = new.get("/kk/office/free-places").await?;
        assert!(rooms.says(&t::FREE_OVER.fill(l, &[("n", "1")])), "{}", rooms.brief());
        // Taken back, the place is there again: as many as were taken.
        let until = now(&portal, &resident).await?;
        led(&portal, until, &[Decision::Withdraw]).await?;
        assert_eq!(free(&portal, "fresh-2").await?, 0);
        let taken = if one.status == 303 { &first } else { &second };
        led(&portal, now(&portal, taken).await?, &[Decision::Withdraw]).await?;
        assert_eq!(free(&portal, "fresh-2").await?, 1);

        // Nobody but the school itself changes its numbers.
        let department = Worker::of_department(&portal).await?;
        let all = department.get("/kk/office/free-places").await?;
        assert!(all.status == 200 && all.form().is_none_or(|form| form.action != "/kk/office/free-places"));
        let forged = department.send("/kk/office/free-places", &[("kazakh-5".to_owned(), "9".to_owned())]).await?;
        assert_eq!((forged.status, free(&portal, "fresh-2").await?), (403, 1), "{}", forged.brief());
        Ok(())
    })
}

fn accepting_is_whole_or_not_made_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = with_transfers(&stack).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            tell_free(&portal, "fresh-2", 1).await?;
            let (_, application) = sent(&portal, &stack, false).await?;
            let before = held(&stack, &portal, &application)?;
            let accepted = Held { moves: before.moves, ..before.decided("accepted") };
            let new = Worker::of_school(&portal, &SchoolId::parse("fresh-2")?).await?;
            let ask = new.get(&link(&application, "/accept-transfer")).await?;
            let first = portal.struck(planned, new.press(&ask, t::ACCEPT.get(Locale::Kk), &[])).await?;
            let after = held(&stack, &portal, &application)?;
            let left = free(&portal, "fresh-2").await?;
            assert!(
                (&after, left) == (&before, 1) || (&after, left) == (&accepted, 0),
                "{}: {after:?}, {left}",
                first.case()
            );
            let again = new.press(&ask, t::ACCEPT.get(Locale::Kk), &[]).await?;
            assert_eq!(again.status, 303, "{}: {}", first.case(), again.brief());
            assert_eq!(
                (held(&stack, &portal, &application)?, free(&portal, "fresh-2").await?),
                (accepted, 0),
                "{}",
                first.case()
            );
            Ok(first.call)
        })
        .await?;
        assert!(struck >= 10, "only {struck} faults came about");
        Ok(())
    })
}
