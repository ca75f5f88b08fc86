//! Summer camp: the way to the number, places by claim on their day, the offer, its confirmation or its end.

use domain::camp::{CampChoice, CampKind, ChosenShift, Claim, Section};
use domain::decision::Decision;
use domain::directory::rows::{CampaignRow, ShiftRow};
use domain::directory::{CampaignId, SchoolId};
use domain::life::{Act, State};
use domain::meals::Category;
use domain::places::Terms;
use domain::{Application, ApplicationNumber, Date, DraftId, Language, Locale, Place, Service, Slot, Timestamp};
use jiff::{SignedDuration, ToSpan as _};
use store::recalculation::{Recalculation, SETTLED_AFTER};
use testkit::Fault;
use tests::deadlines::expire;
use tests::faults::at_every_call;
use tests::fresh::City;
use tests::officer::{Worker, signed_in};
use tests::parent::expect;
use tests::portal::block_on;
use tests::ready::{Ready, applied, prepared};
use tests::stack::patiently;
use tests::standing::{held, led};
use tests::{Device, Engine, Family, Page, Parent, Portal, Result, Stack};
use text::{camp as t, common, decisions, documents, life, messages::Notice, status};

tests::over_both! {
    places_are_given_by_claim_on_their_day_and_go_on_where_nobody_confirms,
    a_place_is_confirmed_by_its_own_parent_in_time_and_once,
    confirming_is_whole_or_not_made_whatever_fails,
    nobody_is_sent_to_a_shift_that_has_begun_meanwhile,
}

const NEEDY: Claim = Claim::Category(Category::LowIncome);

/// Step 4: what is wrong with it first, then a shift that takes the child, with a paper.
fn choose(parent: &Parent<'_>, page: &Page) -> Result<Page> {
    let l = parent.locale;
    assert!(page.body.contains("sunny-1") && !page.body.contains("lake-1"), "a shift for another age is offered");
    let refused = parent.browser.press(page, common::NEXT.get(l), &[])?;
    for missing in [t::SHIFT_EMPTY, t::CLAIM_EMPTY] {
        assert!(refused.status == 422 && refused.says(missing.get(l)), "{}", refused.brief());
    }
    // Nobody is offered these; whoever sends them is told.
    for (shift, error) in [("lake-1", "shift-1-error"), ("school-201", "shift-1-error"), ("<b>", "shift-1-error")] {
        let forged = parent.browser.press(page, common::NEXT.get(l), &[("shift-1", shift), ("claim", "other")])?;
        assert!(forged.status == 422 && forged.body.contains(error), "{shift}: {}", forged.brief());
    }
    let twice = [("shift-1", "sunny-1"), ("shift-2", "sunny-1"), ("claim", "first")];
    let refused = parent.browser.press(page, common::NEXT.get(l), &twice)?;
    for wrong in [t::SHIFT_SAME, t::CLAIM_EMPTY] {
        assert!(refused.status == 422 && refused.says(wrong.get(l)), "{}", refused.brief());
    }
    let paper = documents::name(Slot::Income).get(l);
    let without = [("shift-1", "sunny-1"), ("shift-2", "sunny-2"), ("claim", NEEDY.code())];
    let refused = parent.browser.press(page, common::NEXT.get(l), &without)?;
    let needed = documents::PAPER_NEEDED.fill(l, &[("document", paper)]);
    assert!(refused.status == 422 && refused.says(&needed), "{}", refused.brief());
    let page = parent.attach(&refused, Slot::Income)?;
    parent.next(&page, &without)
}

#[test]
fn a_parent_applies_gets_a_place_and_confirms_it() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    for l in Locale::ALL {
        let mut parent = Parent::of(&stack, Service::Camp, l)?;
        let home = parent.browser.visit(&format!("/{}", l.code()))?;
        assert!(home.body.contains(&format!("href=\"/{}/camp\"", l.code())), "no way from the home page");
        let calendar = parent.browser.visit(&format!("/{}/camps", l.code()))?;
        assert!(calendar.says(t::CALENDAR_TITLE.get(l)) && calendar.body.contains("/camps/lake-2"));
        let contacts = parent.start()?;
        let family = parent.confirm_phone(&contacts)?;
        let step = parent.tell_family(&family)?;
        assert_eq!(step.path, parent.at("camp"), "{}", step.brief());
        let consent = choose(&parent, &step)?;
        let review = parent.consent(&consent)?;
        for told in [t::claim(NEEDY).get(l), documents::name(Slot::Income).get(l), t::SHIFT_2.get(l)] {
            assert!(review.says(told), "{told}: {}", review.brief());
        }
        let sent = parent.send(&review)?;
        assert!(sent.says(t::NEXT_CONFIRM.get(l)), "{}", sent.brief());
        let number = ApplicationNumber::new(parent.number(&sent)?).ok_or("no number")?;
        let phone = parent.stored_phone()?;
        let came = |act| {
            let told = Notice::of(Service::Camp, act).sms(l, number);
            let come = || Ok(stack.texts(&phone)?.contains(&told).then_some(()));
            patiently(come, "the SMS did not come")
        };
        came(None)?;

        // The department finds it, among the camps and in no list of grade 1, and registers it.
        let (officer, _) = signed_in(&stack, l, "department")?;
        let id = parent.draft.rsplit('/').next().and_then(DraftId::parse).ok_or("no draft")?;
        let link = format!("/{}/office/applications/{id}", l.code());
        let list = |query: &str| officer.visit(&format!("/{}/office?{query}", l.code()));
        patiently(|| Ok(list("service=camp")?.body.contains(&link).then_some(())), "it is in no inbox")?;
        let page = officer.visit(&link)?;
        assert!(page.says(t::claim(NEEDY).get(l)) && page.says(t::NOT_GIVEN.get(l)), "{}", page.brief());
        let done = officer.press(&page, decisions::REGISTER.get(l), &[])?;
        let registered = officer.follow(expect(done, 303)?)?;
        assert!(registered.says(life::REGISTERED.get(l)), "{}", registered.brief());
        came(Some(Act::Register))?;

        // What is deployed comes every minute and every hour; here it comes now.
        block_on(async {
            let portal = Portal::over(&stack, &stack.origin).await?;
            let campaign = portal.store.campaign(Service::Camp).await?.ok_or("no campaign")?;
            let settled = Timestamp::now() + SETTLED_AFTER + SignedDuration::from_secs(1);
            Recalculation::new(portal.store.clone()).run(&campaign, portal.zone(), settled).await?;
            expire(&portal, &format!("{}T12:00:00+05:00", portal.today())).await
        })?;
        came(Some(Act::Move))?;
        came(Some(Act::Offer))?;
        let offered = parent.browser.visit(&sent.path)?;
        for told in [t::OFFERED_MEANS.get(l), t::UNTIL.get(l), t::SECTION_SOCIAL.get(l), t::CHANGED_MOVE.get(l)] {
            assert!(offered.says(told), "{told}: {}", offered.brief());
        }
        let queue = parent.browser.visit(&format!("/{}/camps/sunny-1?number={number}", l.code()))?;
        assert!(queue.says(t::IS_SEATED.get(l)) && queue.body.contains("class=\"mine\""), "{}", queue.brief());
        let ask = parent.browser.visit(&parent.at("confirm"))?;
        assert!(ask.says(&t::CONFIRM_TITLE.fill(l, &[("n", &number.to_string())])), "{}", ask.brief());
        let done = parent.browser.press(&ask, t::CONFIRM.get(l), &[])?;
        let confirmed = parent.browser.follow(expect(done, 303)?)?;
        assert!(confirmed.says(t::CONFIRMED_MEANS.get(l)), "{}", confirmed.brief());
        came(Some(Act::Confirm))?;

        // Whoever has the number and the IIN reads how it stands, and not on what ground.
        let ask = parent.browser.visit(&format!("/{}/status?number={number}&service=camp", l.code()))?;
        let typed = [("child-iin", parent.family.child_iin.as_str())];
        let found = parent.browser.press(&ask, status::CHECK.get(l), &typed)?;
        let receipt = parent.browser.visit(&parent.at("receipt"))?;
        for page in [&found, &receipt] {
            assert!(page.says(life::PLACE_CONFIRMED.get(l)), "{}", page.brief());
            for private in [t::claim(NEEDY), documents::INCOME] {
                assert!(!page.says(private.get(l)), "{}", page.brief());
            }
        }
        assert!(parent.applications()?.says(t::TITLE.get(l)));
    }
    Ok(())
}

/// A city with a camp whose shift has so many places for the categories and for everybody; they are given in ten
/// days, and the shift begins in sixty. A shift without places begins in three days.
async fn with_camp(stack: &Stack, social: u16, general: u16) -> Result<Portal> {
    let now = Timestamp::now();
    let mut city = City::open(1, now)?;
    city.others =
        vec![CampaignRow { id: CampaignId::parse("camp-fresh")?, service: Service::Camp, ..city.campaign.clone() }];
    let first = today(now) + 60.days();
    let shift = ShiftRow {
        id: SchoolId::parse("shift-1")?,
        camp_ru: "Пробный лагерь".to_owned(),
        camp_kk: "Сынақ лагері".to_owned(),
        name_ru: "1-я смена".to_owned(),
        name_kk: "1-ауысым".to_owned(),
        kind: CampKind::Country,
        venue_ru: "у озера".to_owned(),
        venue_kk: "көл жағасында".to_owned(),
        language: Language::Kazakh,
        first,
        last: first + 10.days(),
        youngest: 0,
        oldest: 30,
        given: today(now) + 10.days(),
        social,
        general,
    };
    let soon = ShiftRow {
        id: SchoolId::parse("shift-2")?,
        first: today(now) + 3.days(),
        given: today(now) + 1.days(),
        social: 0,
        general: 0,
        ..shift.clone()
    };
    city.shifts = vec![soon, shift];
    let portal = Portal::fresh(stack, &city).await?;
    portal.stop(now);
    Ok(portal)
}

fn today(now: Timestamp) -> Date {
    now.to_zoned_datetime(jiff::tz::TimeZone::get("Asia/Almaty").unwrap_or(jiff::tz::TimeZone::UTC)).date()
}

/// A sent application for the shift that has places and, less wanted, the one that has none.
async fn sent(portal: &Portal, stack: &Stack, claim: Claim) -> Result<(Ready, Application)> {
    let first = today(Timestamp::now()) + 60.days();
    let shift = |id| Ok::<_, tests::Error>(ChosenShift { id: SchoolId::parse(id)?, language: Language::Kazakh, first });
    let choice = CampChoice { shifts: vec![shift("shift-1")?, shift("shift-2")?], claim };
    let answer = |draft: &mut domain::Draft| draft.answer_camp(choice);
    let papers: Vec<Slot> = claim.paper().into_iter().collect();
    applied(portal, Service::Camp, (&Family::unclaimed(stack, portal)?, true), answer, &papers).await
}

/// Lets so many days pass, recalculates twice as what is deployed would, and does at noon what the day brings.
async fn days_later(portal: &Portal, days: i64) -> Result<()> {
    portal.wait(SignedDuration::from_hours(24 * days));
    let campaign = portal.store.campaign(Service::Camp).await?.ok_or("no campaign")?;
    let settled = portal.now() + SETTLED_AFTER + SignedDuration::from_secs(1);
    Recalculation::new(portal.store.clone()).run(&campaign, portal.zone(), settled).await?;
    expire(portal, &format!("{}T12:00:00+05:00", portal.today())).await?;
    let settled = settled + SETTLED_AFTER + SignedDuration::from_secs(1);
    portal.wait(SignedDuration::from_mins(3));
    Recalculation::new(portal.store.clone()).run(&campaign, portal.zone(), settled.max(portal.now())).await?;
    Ok(())
}

async fn now(portal: &Portal, application: &Application) -> Result<Application> {
    portal.store.sent_application(&application.id).await?.ok_or_else(|| "no application".into())
}

async fn stands(portal: &Portal, application: &Application) -> Result<(State, Option<Section>)> {
    let now = now(portal, application).await?;
    let section = now.place().and_then(|place| place.section);
    Ok((now.state, section))
}

fn own(application: &Application, part: &str) -> String {
    format!("/kk/camp/{}/{part}", application.id)
}

fn places_are_given_by_claim_on_their_day_and_go_on_where_nobody_confirms(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (portal, l) = (with_camp(&stack, 1, 1).await?, Locale::Kk);
        // After noon: what a day brings is news when it is recalculated.
        portal.stop(portal.zone().to_timestamp(portal.today().at(12, 30, 0, 0))?);
        let (best, first) = sent(&portal, &stack, Claim::BestPupil).await?;
        let (_, second) = sent(&portal, &stack, Claim::Other).await?;
        let (_, third) = sent(&portal, &stack, NEEDY).await?;
        let (_, fourth) = sent(&portal, &stack, NEEDY).await?;
        let best = Device::with(&portal, best.token);

        // Before the day everybody waits, and everybody sees in which order.
        days_later(&portal, 1).await?;
        for application in [&first, &second, &third, &fourth] {
            assert_eq!(stands(&portal, application).await?, (State::Submitted, None));
        }
        let queue = best.get("/kk/camps/shift-1").await?;
        let given = portal.today() + 9.days();
        let before = t::WHY_BEFORE.fill(l, &[("date", &text::date(given))]);
        assert!(queue.says(&before), "{}", queue.brief());
        let general = queue.body.split_once("id=\"general\"").ok_or("no general places")?.1;
        for (application, position) in [(&third, 1), (&fourth, 2), (&second, 3), (&first, 4)] {
            let row = format!("<th scope=\"row\">{}</th>", application.number);
            let row = general.split_once(&row).and_then(|(_, rest)| rest.split_once("</tr>")).ok_or("no row")?.0;
            let said = text::queue::IS_WAITING.fill(l, &[("n", &position.to_string())]);
            assert!(row.contains(&said), "{row}: {said}");
        }
        let waits = best.get(&own(&first, "sent")).await?;
        assert!(waits.says(&before) && waits.body.contains("/kk/camps/shift-1?number="), "{}", waits.brief());

        // On it the categories come first, whatever their numbers; what is not registered is not offered.
        for application in [&first, &second, &third] {
            led(&portal, now(&portal, application).await?, &[Decision::Register]).await?;
        }
        days_later(&portal, 9).await?;
        let (social, general) = (Some(Section::Social), Some(Section::General));
        assert_eq!(stands(&portal, &third).await?, (State::Offered, social));
        assert_eq!(stands(&portal, &fourth).await?, (State::Submitted, general));
        assert_eq!(stands(&portal, &second).await?, (State::Registered, None));
        let offered = now(&portal, &third).await?;
        assert_eq!(offered.until, Some(portal.today() + 3.days()));
        led(&portal, now(&portal, &fourth).await?, &[Decision::Register]).await?;
        days_later(&portal, 1).await?;
        assert_eq!(stands(&portal, &fourth).await?.0, State::Offered);

        // Nobody confirms the first offer: on its last day it stands, on the next it is gone, and who sat among
        // all has the place that is kept; theirs goes to the next. The offer is made anew.
        days_later(&portal, 2).await?;
        assert_eq!(stands(&portal, &third).await?.0, State::Offered, "it can be confirmed on its last day");
        days_later(&portal, 1).await?;
        assert_eq!(stands(&portal, &third).await?.0, State::Lapsed);
        let lapsed = held(&stack, &portal, &third)?;
        assert!(!lapsed.locked && lapsed.moves == 0, "{lapsed:?}");
        assert_eq!(stands(&portal, &fourth).await?, (State::Registered, social));
        assert_eq!(stands(&portal, &second).await?, (State::Registered, general));
        days_later(&portal, 1).await?;
        assert_eq!(stands(&portal, &second).await?, (State::Offered, general));

        // Taken back, a place goes on too: at last to the best pupil.
        led(&portal, now(&portal, &second).await?, &[Decision::Withdraw]).await?;
        days_later(&portal, 1).await?;
        days_later(&portal, 1).await?;
        assert_eq!(stands(&portal, &first).await?, (State::Offered, general));

        // Every line follows from the rules, whoever reads it.
        let campaign = portal.store.campaign(Service::Camp).await?.ok_or("no campaign")?.id;
        let ledger = tests::trial::replayed(&portal, &campaign).await?;
        let place = Place::of_shift(SchoolId::parse("shift-1")?, Language::Kazakh, Section::General);
        let terms = ledger.board().numbers(&place).terms;
        assert_eq!((terms.capacity, terms.forecast), (1, 0));
        assert_ne!(terms, Terms::NONE);
        Ok(())
    })
}

/// An application whose place is offered.
async fn offered(portal: &Portal, stack: &Stack) -> Result<(Ready, Application)> {
    let (draft, application) = sent(portal, stack, Claim::Other).await?;
    let place = Place::of_shift(SchoolId::parse("shift-1")?, Language::Kazakh, Section::General);
    let until = domain::camp::confirmed_by(portal.today(), None);
    let path = [Decision::Register, Decision::Move { place, line: 1 }, Decision::Offer { until }];
    let application = led(portal, application, &path).await?;
    Ok((draft, application))
}

fn a_place_is_confirmed_by_its_own_parent_in_time_and_once(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (portal, l) = (with_camp(&stack, 0, 9).await?, Locale::Kk);
        let (draft, application) = offered(&portal, &stack).await?;
        let device = Device::with(&portal, draft.token);
        let confirm = own(&application, "confirm");
        let thanks = device.get(&own(&application, "sent")).await?;
        assert!(thanks.says(t::CONFIRM.get(l)) && thanks.body.contains(&confirm), "{}", thanks.brief());

        // Nobody else's, no other service's, no school's.
        let (stranger, theirs) = offered(&portal, &stack).await?;
        let stranger = Device::with(&portal, stranger.token);
        let page = stranger.get(&own(&theirs, "confirm")).await?;
        let fields = [("seen", "4")];
        assert_eq!(stranger.get(&confirm).await?.status, 404);
        assert_eq!(stranger.post(&page, &confirm, &fields).await?.status, 404);
        assert_ne!(Device::new(&portal).get(&confirm).await?.status, 200);
        let elsewhere = confirm.replace("/camp/", "/first-grade/");
        assert_eq!(device.get(&elsewhere).await?.status, 404);
        let school = Worker::of_school(&portal, &SchoolId::parse("fresh-1")?).await?;
        let office = format!("/kk/office/applications/{}", application.id);
        for act in ["", "/confirm", "/register", "/return", "/refuse"] {
            assert_eq!(school.get(&format!("{office}{act}")).await?.status, 403, "{act}");
        }
        let department = Worker::of_department(&portal).await?;
        for (act, status) in [("/decline", 403), ("/enrol", 403), ("/assign-territory", 403), ("/offer", 404)] {
            assert_eq!(department.get(&format!("{office}{act}")).await?.status, status, "{act}");
        }
        assert_eq!(stands(&portal, &application).await?.0, State::Offered);

        // A form without its token, and one for another version, change nothing.
        let ask = device.get(&confirm).await?;
        assert!(ask.says(t::CONFIRM_NO.get(l)) && !ask.says(t::CONFIRM_GIVEN_UP.get(l)), "{}", ask.brief());
        let forged = device.post(&device.get("/kk/faq").await?, &confirm, &fields).await?;
        assert_eq!(forged.status, 403, "{}", forged.brief());
        let old = device.post(&ask, &confirm, &[("seen", "1")]).await?;
        assert!(old.status == 409 && old.says(t::CONFIRM_CHANGED.get(l)), "{}", old.brief());
        assert_eq!(stands(&portal, &application).await?.0, State::Offered);

        // Two presses at once, and one more: confirmed once, and no place is waited for any more.
        let (one, other) =
            futures::join!(device.press(&ask, t::CONFIRM.get(l), &[]), device.press(&ask, t::CONFIRM.get(l), &[]));
        assert_eq!([one?.status, other?.status], [303, 303]);
        assert_eq!(device.press(&ask, t::CONFIRM.get(l), &[]).await?.status, 303);
        let confirmed = held(&stack, &portal, &application)?;
        assert_eq!((confirmed.state.as_str(), confirmed.history, confirmed.moves), ("place-confirmed", 5, 1));
        expire(&portal, "2099-06-01T12:00:00+05:00").await?;
        assert_eq!(stands(&portal, &application).await?.0, State::PlaceConfirmed, "what is confirmed ends no more");

        // For a parent who came in person the department confirms; past the last day nobody does, even at night.
        let (_, brought) = offered(&portal, &stack).await?;
        let page = department.get(&format!("/kk/office/applications/{}", brought.id)).await?;
        let done = department.press(&page, t::CONFIRM_ACT.get(l), &[]).await?;
        assert_eq!((done.status, stands(&portal, &brought).await?.0), (303, State::PlaceConfirmed), "{}", done.brief());
        let (late, missed) = offered(&portal, &stack).await?;
        let late = Device::with(&portal, late.token);
        let ask = late.get(&own(&missed, "confirm")).await?;
        portal.wait(SignedDuration::from_hours(24 * 4));
        let refused = late.press(&ask, t::CONFIRM.get(l), &[]).await?;
        assert!(refused.status == 422 && refused.says(t::CONFIRM_LATE.get(l)), "{}", refused.brief());
        let office = format!("/kk/office/applications/{}/confirm", missed.id);
        // The department's session has ended meanwhile too.
        let department = Worker::of_department(&portal).await?;
        let refused = department.get(&office).await?;
        assert!(refused.status == 422 && refused.says(t::OFFER_ENDED.get(l)), "{}", refused.brief());
        assert_eq!(stands(&portal, &missed).await?.0, State::Offered);
        Ok(())
    })
}

fn confirming_is_whole_or_not_made_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = with_camp(&stack, 0, 9).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let (draft, application) = offered(&portal, &stack).await?;
            let before = held(&stack, &portal, &application)?;
            let confirmed = before.decided("place-confirmed");
            let device = Device::with(&portal, draft.token);
            let ask = device.get(&own(&application, "confirm")).await?;
            let first = portal.struck(planned, device.press(&ask, t::CONFIRM.get(Locale::Kk), &[])).await?;
            let after = held(&stack, &portal, &application)?;
            assert!(after == before || after == confirmed, "{}: {after:?}", first.case());
            let again = device.press(&ask, t::CONFIRM.get(Locale::Kk), &[]).await?;
            assert_eq!(again.status, 303, "{}: {}", first.case(), again.brief());
            assert_eq!(held(&stack, &portal, &application)?, confirmed, "{}", first.case());
            Ok(first.call)
        })
        .await?;
        assert!(struck >= 10, "only {struck} faults came about");
        Ok(())
    })
}

fn nobody_is_sent_to_a_shift_that_has_begun_meanwhile(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (portal, l) = (with_camp(&stack, 1, 1).await?, Locale::Kk);
        let first = today(portal.now()) + 3.days();
        let soon = ChosenShift { id: SchoolId::parse("shift-2")?, language: Language::Kazakh, first };
        let gone = ChosenShift { id: SchoolId::parse("shift-3")?, ..soon.clone() };
        let choice = CampChoice { shifts: vec![soon, gone], claim: Claim::Other };
        let answer = |draft: &mut domain::Draft| draft.answer_camp(choice);
        let family = Family::unclaimed(&stack, &portal)?;
        let draft = prepared(&portal, Service::Camp, (&family, true), answer, &[]).await?;
        let device = Device::with(&portal, draft.token);
        let review = format!("/kk/camp/{}/review", draft.id);
        portal.wait(SignedDuration::from_hours(24 * 3));
        let refused = device.press(&device.get(&review).await?, text::review::SEND.get(l), &[]).await?;
        for wrong in [t::SHIFT_BEGUN, t::SHIFT_GONE] {
            assert!(refused.status == 422 && refused.says(wrong.get(l)), "{}", refused.brief());
        }
        assert_eq!(portal.store.sent_application(&draft.id).await?, None);
        // The step offers what is left, and says of what was chosen that it has begun.
        let step = device.get(&review.replace("/review", "/camp")).await?;
        assert!(step.body.contains("value=\"shift-1\""), "{}", step.brief());
        let again = device.press(&step, common::NEXT.get(l), &[]).await?;
        assert!(again.status == 422 && again.says(t::SHIFT_BEGUN.get(l)), "{}", again.brief());
        let typed = [("shift-1", "shift-1"), ("shift-2", "")];
        let next = device.press(&step, common::NEXT.get(l), &typed).await?;
        assert_eq!(next.status, 303, "{}", next.brief());
        let sent = device.press(&device.get(&review).await?, text::review::SEND.get(l), &[]).await?;
        assert!(sent.location.as_ref().is_some_and(|to| to.ends_with("/sent")), "{}", sent.brief());
        Ok(())
    })
}
