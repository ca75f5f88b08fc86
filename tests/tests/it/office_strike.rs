//! A place that the queue gave at a quota school: who handles the application there, and what becomes of
//! it when that school declines.

use domain::decision::{Decision, Ground};
use domain::directory::SchoolId;
use domain::life::{Act, State};
use domain::{Application, Language, Locale, Place};
use store::keys;
use testkit::Fault;
use tests::faults::at_every_call;
use tests::officer::Worker;
use tests::portal::block_on;
use tests::ready::sent_choosing;
use tests::standing::{Held, held, led, some_school};
use tests::tables::{partition, read};
use tests::{Engine, Family, Page, Portal, Result, Stack};
use text::{decisions as t, office};

tests::over_both! {
    a_quota_schools_decline_leads_home_and_is_nobodys_there_any_more,
    a_quota_schools_decline_is_whole_or_not_made_whatever_fails,
    a_better_place_after_the_confirmation_is_to_be_confirmed_anew,
}

const L: Locale = Locale::Kk;

fn at(school: &SchoolId) -> Place {
    Place::new(school.clone(), Language::Kazakh)
}

fn path(application: &Application, act: Act) -> String {
    format!("/kk/office/applications/{}/{}", application.id, act.code())
}

fn own(application: &Application) -> String {
    format!("/kk/office/applications/{}", application.id)
}

/// A home school and two that are wanted more.
fn schools() -> Result<[SchoolId; 3]> {
    Ok([some_school()?, some_school()?, some_school()?])
}

/// An application that the queue has given a place at the first of its choices, by the first line.
async fn moved(stack: &Stack, portal: &Portal, [home, far, other]: &[SchoolId; 3]) -> Result<Application> {
    let family = Family::unclaimed(stack, portal)?;
    let application = sent_choosing(portal, &family, Some(home), &[at(far), at(other)]).await?;
    led(portal, application, &[Decision::Register, Decision::Move { place: at(far), line: 1 }]).await
}

async fn now(portal: &Portal, application: &Application) -> Result<Application> {
    portal.store.sent_application(&application.id).await?.ok_or_else(|| "no application".into())
}

async fn decline(worker: &Worker<'_>, page: &Page, ground: Ground) -> Result<Page> {
    worker.press(page, t::DECLINE.get(L), &[("ground", ground.code()), ("note", "Орын жоқ")]).await
}

/// What was told to the queue and to the parent last.
fn told(stack: &Stack, portal: &Portal, application: &Application) -> Result<(Option<String>, bool)> {
    let table = &portal.tables.applications;
    let id = application.id.to_string();
    let pending = partition(stack, table, &keys::pending(&application.campaign))?;
    let mine = pending.iter().filter(|item| read(item, &["body", "application"]) == Some(id.as_str()));
    let struck = mine.filter_map(|item| read(item, &["body", "moved", "struck", "school"])).next_back();
    let items = partition(stack, table, &keys::application(&application.id))?;
    let notice = items.iter().any(|item| {
        read(item, &["sk"]).is_some_and(|sk| sk.starts_with("outbox#"))
            && read(item, &["body", "event"]) == Some("struck")
    });
    Ok((struck.map(str::to_owned), notice))
}

fn a_quota_schools_decline_leads_home_and_is_nobodys_there_any_more(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let schools = schools()?;
        let [home, far, other] = &schools;
        let application = moved(&stack, &portal, &schools).await?;
        let (at_home, at_far) = (Worker::of_school(&portal, home).await?, Worker::of_school(&portal, far).await?);
        let before = held(&stack, &portal, &application)?;
        assert_eq!((before.state.as_str(), before.moves, before.locked), ("registered", 0, true));

        // It is the quota school's now, and the home school's no more.
        assert_eq!(at_home.get(&own(&application)).await?.status, 403);
        assert_eq!(at_home.get(&path(&application, Act::Decline)).await?.status, 403);
        assert_eq!(at_far.get(&own(&application)).await?.status, 200);
        let page = at_far.get(&path(&application, Act::Decline)).await?;
        assert!(page.says(t::WARN_STRIKE.get(L)) && !page.says(t::WARN_DECLINE.get(L)), "{}", page.brief());
        assert!(page.says(t::ground(Ground::ClassesFull).get(L)), "{}", page.brief());

        let done = decline(&at_far, &page, Ground::ClassesFull).await?;
        assert_eq!(done.location.as_deref(), Some("/kk/office?state=registered"), "{}", done.brief());
        let struck = now(&portal, &application).await?;
        assert_eq!(
            (struck.state, struck.place(), struck.home_place()),
            (State::Registered, Some(at(home)), Some(at(home)))
        );
        assert_eq!(struck.seat.as_ref().map(|seat| seat.struck.clone()), Some(vec![at(far)]));
        assert_eq!(struck.awaits(), [at(other)], "the other choice is still waited for");
        assert_eq!(held(&stack, &portal, &application)?, before.decided("registered"), "the lock is kept");
        assert_eq!(told(&stack, &portal, &application)?, (Some(far.to_string()), true));
        let change = portal.store.last_change(&application.id).await?.ok_or("no history")?;
        assert_eq!((change.act(), change.from), (Some(Act::Strike), Some(State::Registered)));

        // The same form again is done already.
        let again = decline(&at_far, &page, Ground::ClassesFull).await?;
        assert_eq!(again.location, done.location, "{}", again.brief());
        assert_eq!(held(&stack, &portal, &application)?, before.decided("registered"));

        // Whatever else the former school sends is not theirs, and shows nobody's name.
        let token = at_far.get("/kk/office").await?.csrf().ok_or("no token")?;
        let form = |pairs: &[(&str, &str)]| {
            let token = [("csrf", token.as_str())];
            token.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>()
        };
        let version = struck.version.to_string();
        let seen = application.version.to_string();
        for fields in [
            form(&[("seen", &version), ("ground", "classes-full"), ("note", "Орын жоқ")]),
            form(&[("seen", &version), ("ground", "false-data")]),
            form(&[("seen", &seen), ("ground", "false-data")]),
            form(&[("seen", &seen)]),
            form(&[("ground", "x")]),
            form(&[]),
        ] {
            let page = at_far.send(&path(&application, Act::Decline), &fields).await?;
            assert_eq!(page.status, 403, "{fields:?}: {}", page.brief());
            assert!(page.says(office::FORBIDDEN_TITLE.get(L)) && !page.says("Сынақов"), "{}", page.brief());
        }
        for act in [Act::Confirm, Act::Enrol] {
            assert_eq!(at_far.get(&path(&application, act)).await?.status, 403);
            let fields = form(&[("seen", &version), ("order-number", "7")]);
            assert_eq!(at_far.send(&path(&application, act), &fields).await?.status, 403);
        }
        for shown in [own(&application), path(&application, Act::Decline)] {
            assert_eq!(at_far.get(&shown).await?.status, 403, "{shown}");
        }
        // Nor is it a third school's, which the child still waits for.
        let at_other = Worker::of_school(&portal, other).await?;
        assert_eq!(at_other.get(&own(&application)).await?.status, 403);
        assert_eq!(at_other.send(&path(&application, Act::Decline), &form(&[("seen", &version)])).await?.status, 403);
        assert_eq!(held(&stack, &portal, &application)?, before.decided("registered"));

        // The home school has it again: classes are never full for who lives in the territory.
        assert_eq!(at_home.get(&own(&application)).await?.status, 200);
        let page = at_home.get(&path(&application, Act::Decline)).await?;
        assert!(page.says(t::WARN_DECLINE.get(L)) && !page.says(t::ground(Ground::ClassesFull).get(L)));
        let refused = decline(&at_home, &page, Ground::ClassesFull).await?;
        assert!(refused.status == 422 && refused.says(t::GROUND_EMPTY.get(L)), "{}", refused.brief());
        let declined = decline(&at_home, &page, Ground::FalseData).await?;
        assert_eq!(declined.location, Some(own(&application)), "{}", declined.brief());
        let ended = held(&stack, &portal, &application)?;
        assert_eq!(ended, before.decided("registered").decided("declined").free());
        Ok(())
    })
}

fn a_quota_schools_decline_is_whole_or_not_made_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let schools = schools()?;
            let application = moved(&stack, &portal, &schools).await?;
            let undecided = held(&stack, &portal, &application)?;
            let decided = undecided.decided("registered");
            let worker = Worker::of_school(&portal, &schools[1]).await?;
            let page = worker.get(&path(&application, Act::Decline)).await?;
            assert_eq!(page.status, 200, "{}", page.brief());
            let first = portal.struck(planned, decline(&worker, &page, Ground::ClassesFull)).await?;
            let after: Held = held(&stack, &portal, &application)?;
            assert!(after == undecided || after == decided, "{}: {after:?}", first.case());
            // What is decided may be heard of or not: the inbox is read after it.
            let told = first.outcome.as_ref().is_some_and(|page| page.location.is_some());
            assert!(!told || after == decided, "{}", first.case());
            assert!(told || !first.is_unnoticed(), "{}", first.case());

            let again = decline(&worker, &page, Ground::ClassesFull).await?;
            assert_eq!(
                again.location.as_deref(),
                Some("/kk/office?state=registered"),
                "{}: {}",
                first.case(),
                again.brief()
            );
            assert_eq!(held(&stack, &portal, &application)?, decided, "{}", first.case());
            let seat = now(&portal, &application).await?.seat.unwrap_or_default();
            assert_eq!((seat.place, seat.struck), (Some(at(&schools[0])), vec![at(&schools[1])]), "{}", first.case());
            Ok(first.call)
        });
        assert!(struck.await? >= 12, "the door, the application, the transaction, the inbox");
        Ok(())
    })
}

fn a_better_place_after_the_confirmation_is_to_be_confirmed_anew(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let [home, far, other] = schools()?;
        let family = Family::unclaimed(&stack, &portal)?;
        let application = sent_choosing(&portal, &family, Some(&home), &[at(&far), at(&other)]).await?;
        let path_there = [Decision::Register, Decision::Move { place: at(&other), line: 1 }, Decision::Confirm];
        let confirmed = led(&portal, application, &path_there).await?;
        assert_eq!((confirmed.state, confirmed.place()), (State::PlaceConfirmed, Some(at(&other))));
        let before = held(&stack, &portal, &confirmed)?;

        let moved = led(&portal, confirmed.clone(), &[Decision::Move { place: at(&far), line: 2 }]).await?;
        assert_eq!((moved.state, moved.place(), moved.awaits()), (State::Registered, Some(at(&far)), Vec::new()));
        let after = held(&stack, &portal, &moved)?;
        // The ledger has moved it: it is no news to the queue.
        assert_eq!(after, Held { moves: before.moves, ..before.decided("registered") });
        let change = portal.store.last_change(&moved.id).await?.ok_or("no history")?;
        let came = (change.act(), change.from, change.to);
        assert_eq!(came, (Some(Act::Move), Some(State::PlaceConfirmed), State::Registered));
        let (was, is) = (Worker::of_school(&portal, &other).await?, Worker::of_school(&portal, &far).await?);
        assert_eq!(was.get(&own(&moved)).await?.status, 403);
        let page = is.get(&own(&moved)).await?;
        assert!(page.status == 200 && page.says(t::CHANGED_MOVE.get(L)), "{}", page.brief());
        // The school that had confirmed has a form of before: it decides nothing.
        let token = was.get("/kk/office").await?.csrf().ok_or("no token")?;
        let fields = [("csrf".to_owned(), token), ("seen".to_owned(), confirmed.version.to_string())];
        for act in [Act::Decline, Act::Confirm, Act::Enrol] {
            assert_eq!(was.send(&path(&moved, act), &fields).await?.status, 403, "{act:?}");
        }
        let page = is.get(&path(&moved, Act::Confirm)).await?;
        assert!(is.press(&page, t::CONFIRM.get(L), &[]).await?.location.is_some());
        assert_eq!(now(&portal, &moved).await?.state, State::PlaceConfirmed);
        Ok(())
    })
}
