//! Deciding on applications: who may, in which state, once, and whole whatever fails.

use domain::decision::{Decision, Ground, Note, Reason, Request};
use domain::directory::SchoolId;
use domain::life::{Act, Actor, State};
use domain::{Application, DraftId, Group, Locale, Service, Slot};
use jiff::SignedDuration;
use jiff::civil::date;
use store::changes::Changed;
use store::keys;
use testkit::Fault;
use tests::faults::at_every_call;
use tests::officer::Worker;
use tests::portal::block_on;
use tests::ready::sent;
use tests::tables::{partition, read};
use tests::{Engine, Family, Page, Portal, Result, Stack};
use text::{decisions as t, errors, life, office};

tests::over_both! {
    every_decision_is_whole_or_not_made_whatever_fails,
    of_two_officers_one_decides_and_the_other_sees_what_happened,
    what_does_not_fit_is_refused_and_nothing_is_written,
}

/// The acts of officers that are decided on one application by a form.
const ACTS: [Act; 6] = [Act::Register, Act::Return, Act::Refuse, Act::Confirm, Act::Decline, Act::Enrol];

fn some_school() -> Result<SchoolId> {
    Ok(SchoolId::parse(&format!("trial-{}", Portal::unique()?))?)
}

fn at(application: &DraftId, act: Act) -> String {
    format!("/kk/office/applications/{application}/{}", act.code())
}

/// Lets the portal's clock go on to the days on which orders are written.
async fn in_september(portal: &Portal) -> Result<()> {
    let campaign = portal.store.campaign(domain::Service::FirstGrade).await?.ok_or("no campaign")?;
    let day = date(campaign.school_year, 9, 2).at(9, 0, 0, 0).in_tz("Asia/Almaty")?.timestamp();
    let ahead = day.duration_since(portal.now());
    portal.wait(ahead.max(SignedDuration::ZERO));
    Ok(())
}

/// What is typed for an act.
fn typed(act: Act, year: i16) -> Vec<(&'static str, String)> {
    let of = |pairs: &[(&'static str, &str)]| pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    match act {
        Act::Return => of(&[("field-child-name", "yes"), ("scan-photo", "yes"), ("note", "Суретті қайта түсіріңіз")]),
        Act::Refuse | Act::Decline => of(&[("ground", Ground::IncompletePapers.code()), ("note", "Анықтама жоқ")]),
        Act::Enrol => {
            let mut order = of(&[("order-number", "12-ө"), ("order-date-day", "1"), ("order-date-month", "9")]);
            order.push(("order-date-year", year.to_string()));
            order
        }
        _ => Vec::new(),
    }
}

/// Presses the button of an act on its page.
async fn press(worker: &Worker<'_>, page: &Page, act: Act, year: i16) -> Result<Page> {
    let typed = typed(act, year);
    let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    worker.press(page, t::act(Service::FirstGrade, act).get(Locale::Kk), &typed).await
}

/// An application of its own family, led by the store to the state in which an act is done.
async fn before(stack: &Stack, portal: &Portal, act: Act, school: &SchoolId) -> Result<Application> {
    let family = Family::unclaimed(stack, portal)?;
    let mut application = sent(portal, &family, true, Some(school)).await?;
    let path: &[Decision] = match act {
        Act::Confirm | Act::Decline => &[Decision::Register],
        Act::Enrol => &[Decision::Register, Decision::Confirm],
        _ => &[],
    };
    for decision in path {
        let done = portal.store.decide(&application, &Actor::System, decision, portal.now()).await?;
        assert_eq!(done, Changed::Done);
        application = portal.store.sent_application(&application.id).await?.ok_or("no application")?;
    }
    Ok(application)
}

/// What the tables hold of an application: state, version, lines of history, messages, pending
/// moves, and whether the child is locked.
#[derive(Debug, PartialEq, Eq)]
struct Held {
    state: String,
    version: u64,
    history: usize,
    outbox: usize,
    moves: usize,
    locked: bool,
}

fn held(stack: &Stack, portal: &Portal, application: &Application) -> Result<Held> {
    let table = &portal.tables.applications;
    let own = partition(stack, table, &keys::application(&application.id))?;
    let count =
        |start: &str| own.iter().filter_map(|item| read(item, &["sk"])).filter(|sk| sk.starts_with(start)).count();
    let now = own.iter().find(|item| read(item, &["sk"]) == Some("sent")).ok_or("no application")?;
    let pending = partition(stack, table, &format!("pending#{}", application.campaign))?;
    let moves = pending.iter().filter(|item| {
        read(item, &["sk"]).is_some_and(|sk| sk.starts_with("moved#"))
            && read(item, &["body", "application"]) == Some(application.id.to_string().as_str())
    });
    let child = &application.answers.family.as_ref().ok_or("no family")?.child.iin;
    let lock = keys::child_lock(&portal.key, application.service, child);
    Ok(Held {
        state: read(now, &["body", "state"]).unwrap_or_default().to_owned(),
        version: read(now, &["version"]).unwrap_or_default().parse()?,
        history: count("history#"),
        outbox: count("outbox#"),
        moves: moves.count(),
        locked: partition(stack, table, &lock.pk)?.iter().any(|item| read(item, &["sk"]) == Some("lock")),
    })
}

async fn worker<'a>(portal: &'a Portal, act: Act, school: &SchoolId) -> Result<Worker<'a>> {
    match act.group(Service::FirstGrade) {
        Some(Group::School) => Worker::of_school(portal, school).await,
        _ => Worker::of_department(portal).await,
    }
}

fn every_decision_is_whole_or_not_made_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        in_september(&portal).await?;
        let year = portal.store.campaign(domain::Service::FirstGrade).await?.ok_or("no campaign")?.school_year;
        for act in ACTS {
            let struck = at_every_call(&Fault::ALL, async |planned| {
                let school = some_school()?;
                let application = before(&stack, &portal, act, &school).await?;
                let to = application.state.after(application.service, act)?;
                let undecided = held(&stack, &portal, &application)?;
                let moves = matches!(act, Act::Refuse | Act::Decline | Act::Enrol);
                let decided = Held {
                    state: to.code().to_owned(),
                    version: undecided.version + 1,
                    history: undecided.history + 1,
                    outbox: undecided.outbox + 1,
                    moves: undecided.moves + usize::from(moves),
                    locked: to.is_live(),
                };
                let worker = worker(&portal, act, &school).await?;
                let page = worker.get(&at(&application.id, act)).await?;
                assert_eq!(page.status, 200, "{}", page.brief());
                let first = portal.struck(planned, press(&worker, &page, act, year)).await?;
                let after = held(&stack, &portal, &application)?;
                assert!(after == undecided || after == decided, "{act:?}, {}: {after:?}", first.case());
                let told = first.outcome.as_ref().is_some_and(|page| page.location.is_some());
                let unheard = first.is_unheard() && first.at("TransactWriteItems");
                assert_eq!(after == decided, told || unheard, "{act:?}, {}", first.case());
                assert!(told || !first.is_unnoticed(), "{act:?}, {}", first.case());

                // The same form again: nothing more, and the officer is told that it is done.
                let again = press(&worker, &page, act, year).await?;
                let own = format!("/kk/office/applications/{}", application.id);
                assert_eq!(again.location, Some(own), "{act:?}, {}: {}", first.case(), again.brief());
                assert_eq!(held(&stack, &portal, &application)?, decided, "{act:?}, {}", first.case());
                Ok(first.call)
            });
            assert!(struck.await? >= 12, "{act:?}: the door, the application, the transaction");
        }
        Ok(())
    })
}

fn of_two_officers_one_decides_and_the_other_sees_what_happened(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let school = some_school()?;
        let application = before(&stack, &portal, Act::Register, &school).await?;
        let (one, two) = (Worker::of_department(&portal).await?, Worker::of_department(&portal).await?);
        let register = one.get(&at(&application.id, Act::Register)).await?;
        let refuse = two.get(&at(&application.id, Act::Refuse)).await?;
        let (first, second) =
            futures::join!(press(&one, &register, Act::Register, 0), press(&two, &refuse, Act::Refuse, 0));
        let (first, second) = (first?, second?);
        let now = held(&stack, &portal, &application)?;
        assert_eq!((now.version, now.history, now.outbox), (2, 2, 2), "{now:?}");
        let registered = now.state == State::Registered.code();
        let (winner, loser, state) = match registered {
            true => (&first, &second, State::Registered),
            false => (&second, &first, State::RegistrationRefused),
        };
        assert!(winner.location.is_some(), "{}", winner.brief());
        assert_eq!(loser.status, 409, "{}", loser.brief());
        for told in
            [life::state(Service::FirstGrade, state).get(Locale::Kk), "Сынақ Маман", t::MET_TITLE.get(Locale::Kk)]
        {
            assert!(loser.says(told), "{told}: {}", loser.brief());
        }
        if registered {
            assert!(loser.says("Анықтама жоқ"), "what was typed is lost: {}", loser.brief());
        }

        // Both with the same act: one of them decides, the other is not told that it was theirs.
        let application = before(&stack, &portal, Act::Register, &school).await?;
        let pages =
            [one.get(&at(&application.id, Act::Register)).await?, two.get(&at(&application.id, Act::Register)).await?];
        let [first, second] = &pages;
        let (first, second) =
            futures::join!(press(&one, first, Act::Register, 0), press(&two, second, Act::Register, 0));
        let mut statuses = [first?.status, second?.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        assert_eq!(held(&stack, &portal, &application)?.version, 2);
        Ok(())
    })
}

fn what_does_not_fit_is_refused_and_nothing_is_written(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let school = some_school()?;
        let department = Worker::of_department(&portal).await?;
        let mine = Worker::of_school(&portal, &school).await?;

        // Every act in every state that an application of the department or the school can be in.
        for first in [Act::Register, Act::Confirm, Act::Enrol] {
            let application = before(&stack, &portal, first, &school).await?;
            let undecided = held(&stack, &portal, &application)?;
            for act in ACTS.into_iter().filter(|act| !application.allows(*act)) {
                let worker = if act.group(Service::FirstGrade) == Some(Group::School) { &mine } else { &department };
                let page = worker.get(&at(&application.id, act)).await?;
                assert_eq!(page.status, 422, "{act:?} in {:?}: {}", application.state, page.brief());
                assert!(page.says(t::UNFIT_STATE.get(Locale::Kk)), "{}", page.brief());
                // A form of another page, led to this act.
                let own = worker.get("/kk/office").await?;
                let token = own.csrf().ok_or("no token")?;
                let mut fields = vec![("csrf".to_owned(), token), ("seen".to_owned(), application.version.to_string())];
                fields.extend(typed(act, 2020).into_iter().map(|(name, value)| (name.to_owned(), value)));
                let page = worker.send(&at(&application.id, act), &fields).await?;
                assert_eq!(page.status, 422, "{act:?} in {:?}: {}", application.state, page.brief());
            }
            assert_eq!(held(&stack, &portal, &application)?, undecided);
        }

        // Without a school of residence it is registered by nobody.
        let lost = sent(&portal, &Family::unclaimed(&stack, &portal)?, true, None).await?;
        let page = department.get(&at(&lost.id, Act::Register)).await?;
        let page = press(&department, &page, Act::Register, 0).await?;
        assert!(page.status == 422 && page.says(t::UNFIT_PLACE.get(Locale::Kk)), "{}", page.brief());

        // Two for one child: neither is, until one of them is over.
        let family = Family::unclaimed(&stack, &portal)?;
        let linked = sent(&portal, &family, true, Some(&school)).await?;
        let other = sent(&portal, &family, false, Some(&school)).await?;
        for (one, another) in [(&linked, &other), (&other, &linked)] {
            let page = department.get(&at(&one.id, Act::Register)).await?;
            assert!(page.status == 422 && page.says(t::UNFIT_RIVAL.get(Locale::Kk)), "{}", page.brief());
            let page = department.get(&format!("/kk/office/applications/{}", one.id)).await?;
            assert!(page.body.contains(&format!("/kk/office/applications/{}\"", another.id)), "{}", page.brief());
            assert!(!page.body.contains(&at(&one.id, Act::Register)), "registering is offered");
        }
        let refusal = Reason { ground: Ground::LiveApplication, note: None };
        let done = portal.store.decide(&other, &Actor::System, &Decision::Refuse(refusal), portal.now()).await?;
        assert_eq!(done, Changed::Done);
        let page = department.get(&at(&linked.id, Act::Register)).await?;
        let page = press(&department, &page, Act::Register, 0).await?;
        assert!(page.location.is_some(), "{}", page.brief());
        assert!(held(&stack, &portal, &other)?.locked, "the lock is the linked parent's");
        Ok(())
    })
}

#[test]
fn nobody_decides_but_the_officers_whose_it_is() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let school = some_school()?;
        let department = Worker::of_department(&portal).await?;
        let mine = Worker::of_school(&portal, &school).await?;
        let other = Worker::of_school(&portal, &some_school()?).await?;
        let administrator = Worker::new(&portal, Group::Administrator, None).await?;
        for act in ACTS {
            let application = before(&stack, &portal, act, &school).await?;
            let undecided = held(&stack, &portal, &application)?;
            let address = at(&application.id, act);
            let of_department = act.group(Service::FirstGrade) == Some(Group::Department);
            let (own, strangers) = match of_department {
                true => (&department, [&mine, &other, &administrator]),
                false => (&mine, [&other, &department, &administrator]),
            };
            let page = own.get(&address).await?;
            let (_, fields) = page.pressed(t::act(Service::FirstGrade, act).get(Locale::Kk), &[])?;
            for stranger in strangers {
                let shown = stranger.get(&address).await?;
                assert_eq!(shown.status, 403, "{act:?}: {}", shown.brief());
                assert!(shown.says(office::FORBIDDEN_TITLE.get(Locale::Kk)) && !shown.says("Сынақов"));
                // The form of who may, sent by who may not.
                assert_eq!(stranger.send(&address, &fields).await?.status, 403);
                let token = stranger.get("/kk/office").await?.csrf().ok_or("no token")?;
                let forged = [("csrf".to_owned(), token), ("seen".to_owned(), application.version.to_string())];
                assert_eq!(stranger.send(&address, &forged).await?.status, 403);
            }
            // No token, another page's token, nobody signed in, a parent.
            let seen = ("seen".to_owned(), application.version.to_string());
            let forged = own.send(&address, std::slice::from_ref(&seen)).await?;
            assert!(forged.status == 403 && forged.says(errors::FORGED_TITLE.get(Locale::Kk)), "{}", forged.brief());
            let nobody = tests::Device::new(&portal);
            let page = nobody.get(&address).await?;
            assert!(page.location.is_some_and(|to| to.starts_with("/kk/office/sign-in")));
            let parent = tests::ready::ready(&portal, &Family::unclaimed(&stack, &portal)?, true).await?;
            let parent = tests::Device::with(&portal, parent.token);
            let list = parent.get("/kk/applications").await?;
            let page = parent.post(&list, &address, &[("seen", &application.version.to_string())]).await?;
            assert!(page.status == 403 || page.location.is_some_and(|to| to.starts_with("/kk/office/sign-in")));
            assert_eq!(held(&stack, &portal, &application)?, undecided, "{act:?}");
        }
        // Acts that are the parent's alone, and what does not exist.
        let application = before(&stack, &portal, Act::Register, &school).await?;
        for path in ["withdraw", "stay", "resend", "register/x"] {
            let page = department.get(&format!("/kk/office/applications/{}/{path}", application.id)).await?;
            assert_eq!(page.status, 404, "{path}");
        }
        let nothing = DraftId::from_bytes([9; 16]);
        assert_eq!(department.get(&at(&nothing, Act::Register)).await?.status, 404);
        Ok(())
    })
}

#[test]
fn a_session_that_was_idle_too_long_decides_nothing() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let school = some_school()?;
        let application = before(&stack, &portal, Act::Register, &school).await?;
        let department = Worker::of_department(&portal).await?;
        let page = department.get(&at(&application.id, Act::Register)).await?;
        portal.wait(SignedDuration::from_mins(31));
        let late = press(&department, &page, Act::Register, 0).await?;
        assert!(late.location.is_some_and(|to| to.starts_with("/kk/office/sign-in")));
        assert_eq!(held(&stack, &portal, &application)?.version, 1);
        Ok(())
    })
}

#[test]
fn an_officer_goes_on_with_the_next_that_waits_in_the_same_state() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let school = some_school()?;
        let mine = Worker::of_school(&portal, &school).await?;
        let first = before(&stack, &portal, Act::Confirm, &school).await?;
        let second = before(&stack, &portal, Act::Confirm, &school).await?;
        let label = t::AND_NEXT.fill(Locale::Kk, &[("act", t::CONFIRM.get(Locale::Kk))]);
        let page = mine.get(&format!("/kk/office/applications/{}", first.id)).await?;
        let next = mine.press(&page, &label, &[]).await?;
        assert_eq!(next.location, Some(format!("/kk/office/applications/{}", second.id)), "{}", next.brief());
        // Pressed again, as after a lost reply: the same, and nothing is decided on the second.
        let again = mine.press(&page, &label, &[]).await?;
        assert_eq!(again.location, next.location);
        assert_eq!(held(&stack, &portal, &second)?.version, second.version);
        let page = mine.get(&format!("/kk/office/applications/{}", second.id)).await?;
        let last = mine.press(&page, &label, &[]).await?;
        assert_eq!(last.location.as_deref(), Some("/kk/office?state=registered"));
        Ok(())
    })
}

#[test]
fn what_is_missing_or_wrong_is_said_beside_its_field_and_nothing_typed_is_lost() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let school = some_school()?;
        let l = Locale::Kk;
        let department = Worker::of_department(&portal).await?;
        let application = before(&stack, &portal, Act::Return, &school).await?;
        let long = "ұ".repeat(Note::LONGEST + 1);
        let page = department.get(&at(&application.id, Act::Return)).await?;
        for (typed, errors) in [
            (vec![], vec![t::WHAT_EMPTY.get(l).to_owned(), t::NOTE_EMPTY.get(l).to_owned()]),
            (vec![("scan-photo", "yes")], vec![t::NOTE_EMPTY.get(l).to_owned()]),
            (vec![("note", "Сурет анық емес")], vec![t::WHAT_EMPTY.get(l).to_owned()]),
            (vec![("scan-photo", "yes"), ("note", &long)], vec![t::NOTE_LONG.fill(l, &[("n", "501")])]),
        ] {
            let again = department.press(&page, t::RETURN.get(l), &typed).await?;
            assert_eq!(again.status, 422, "{}", again.brief());
            for error in errors {
                assert!(again.says(&error), "{error}: {}", again.brief());
            }
            let (_, kept) = again.pressed(t::RETURN.get(l), &[])?;
            for (name, value) in typed {
                assert!(kept.contains(&(name.to_owned(), value.to_owned())), "{name} is lost");
            }
        }
        let page = department.get(&at(&application.id, Act::Refuse)).await?;
        // Classes are never full for who lives in the territory; the form's own choice does not have it.
        for ground in ["", "classes-full", "x"] {
            let again =
                department.press(&page, t::REFUSE.get(l), &[("ground", ground), ("note", "Түсіндірме")]).await?;
            assert!(again.status == 422 && again.says(t::GROUND_EMPTY.get(l)), "{ground}: {}", again.brief());
            assert!(again.says("Түсіндірме"));
        }

        in_september(&portal).await?;
        let year = portal.store.campaign(domain::Service::FirstGrade).await?.ok_or("no campaign")?.school_year;
        let confirmed = before(&stack, &portal, Act::Enrol, &school).await?;
        let mine = Worker::of_school(&portal, &school).await?;
        let page = mine.get(&at(&confirmed.id, Act::Enrol)).await?;
        let early = t::ORDER_EARLY.fill(l, &[("date", &format!("25.08.{year}"))]);
        for (day, month, error) in [
            ("24", "8", early.as_str()),
            ("3", "9", t::ORDER_FUTURE.get(l)),
            ("31", "9", text::family::DATE_UNREADABLE.get(l)),
            ("", "", t::ORDER_DATE_EMPTY.get(l)),
        ] {
            let year = if day.is_empty() { String::new() } else { year.to_string() };
            let typed = [
                ("order-number", "7"),
                ("order-date-day", day),
                ("order-date-month", month),
                ("order-date-year", year.as_str()),
            ];
            let again = mine.press(&page, t::ENROL.get(l), &typed).await?;
            assert!(again.status == 422 && again.says(error), "{day}.{month}: {}", again.brief());
        }
        for id in [&application, &confirmed] {
            assert_eq!(held(&stack, &portal, id)?.version, id.version);
        }
        Ok(())
    })
}

#[test]
fn a_return_opens_the_named_scans_and_the_next_change_closes_them() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let application = before(&stack, &portal, Act::Return, &some_school()?).await?;
        let open = || -> Result<bool> {
            let own = partition(&stack, &portal.tables.applications, &keys::application(&application.id))?;
            let documents = own.iter().find(|item| read(item, &["sk"]) == Some("documents")).ok_or("no documents")?;
            Ok(documents.get("open").is_some())
        };
        let note = Note::parse("Сурет анық емес").map_err(|_| "no note")?;
        let request = Request::new(Vec::new(), vec![Slot::Photo], note).ok_or("no request")?;
        assert!(!open()?);
        portal.store.decide(&application, &Actor::System, &Decision::Return(request), portal.now()).await?;
        assert!(open()?);
        let returned = portal.store.sent_application(&application.id).await?.ok_or("no application")?;
        assert_eq!(returned.asked.as_ref().map(|asked| asked.scans.clone()), Some(vec![Slot::Photo]));
        portal.store.decide(&returned, &Actor::Parent, &Decision::Withdraw, portal.now()).await?;
        assert!(!open()?);
        Ok(())
    })
}
