//! Enrolling many by one order: who was shown, each once, each whole, and nobody else's.

use domain::decision::Decision;
use domain::directory::SchoolId;
use domain::life::{Actor, State};
use domain::{Application, Group, Locale};
use store::changes::Changed;
use testkit::{Fault, sequential_waits};
use tests::faults::at_every_call;
use tests::officer::Worker;
use tests::portal::block_on;
use tests::ready::sent;
use tests::stack::patiently;
use tests::standing::{held, in_september, is_kept_from, led, some_school};
use tests::{Engine, Family, Page, Portal, Result, Stack, nth};
use text::{decisions, enrolling as t, life};

tests::over_both! {
    who_was_chosen_and_shown_is_enrolled_once,
    what_changed_meanwhile_is_told_and_the_others_are_enrolled,
    enrolling_many_is_whole_for_each_whatever_fails,
}

const L: Locale = Locale::Kk;
const AT: &str = "/kk/office/enrol";

async fn confirmed(stack: &Stack, portal: &Portal, school: &SchoolId) -> Result<Application> {
    let application = sent(portal, &Family::unclaimed(stack, portal)?, true, Some(school)).await?;
    led(portal, application, &[Decision::Register, Decision::Confirm]).await
}

async fn several(stack: &Stack, portal: &Portal, school: &SchoolId, count: usize) -> Result<Vec<Application>> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(confirmed(stack, portal, school).await?);
    }
    Ok(all)
}

/// The list with some children ticked and the order written.
async fn preview(worker: &Worker<'_>, chosen: &[&Application], year: i16) -> Result<Page> {
    let page = worker.get(AT).await?;
    let form = page.form().ok_or_else(|| format!("no list: {}", page.brief()))?;
    let year = year.to_string();
    let mut typed = vec![("order-number", "12-ө"), ("order-date-day", "1"), ("order-date-month", "9")];
    typed.push(("order-date-year", year.as_str()));
    for (name, value) in &form.choices {
        if chosen.iter().any(|one| one.id.as_str() == value) {
            typed.push((name.as_str(), value.as_str()));
        }
    }
    worker.press(&page, t::PREVIEW.get(L), &typed).await
}

async fn enrol(worker: &Worker<'_>, preview: &Page) -> Result<Page> {
    worker.press(preview, t::ENROL.get(L), &[]).await
}

fn came(page: &Page, done: usize, all: usize) -> bool {
    page.status == 200 && page.says(&t::RESULT.fill(L, &[("done", &done.to_string()), ("all", &all.to_string())]))
}

fn who_was_chosen_and_shown_is_enrolled_once(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let year = in_september(&portal).await?;
        let school = some_school()?;
        let worker = Worker::of_school(&portal, &school).await?;
        let page = worker.get(AT).await?;
        assert!(page.status == 200 && page.says(t::EMPTY.get(L)), "{}", page.brief());
        assert!(page.body.contains(&format!("href=\"{AT}\"")), "no way from the office to the room");

        let all = several(&stack, &portal, &school, 10).await?;
        let stand = || all.iter().map(|one| held(&stack, &portal, one)).collect::<Result<Vec<_>>>();
        let before = stand()?;
        let page = worker.get(AT).await?;
        let nothing = worker.press(&page, t::PREVIEW.get(L), &[]).await?;
        assert_eq!(nothing.status, 422, "{}", nothing.brief());
        for missing in [t::CHILDREN_EMPTY, decisions::ORDER_NUMBER_EMPTY, decisions::ORDER_DATE_EMPTY] {
            assert!(nothing.says(missing.get(L)), "{}: {}", missing.get(L), nothing.brief());
        }
        let early = preview(&worker, &[nth(&all, 0)?], year - 1).await?;
        assert_eq!(early.status, 422, "{}", early.brief());

        // All but the last; with what was chosen still chosen when the list is opened again.
        let (last, chosen) = all.split_last().ok_or("nobody")?;
        let chosen: Vec<&Application> = chosen.iter().collect();
        let shown = preview(&worker, &chosen, year).await?;
        assert_eq!(shown.status, 200, "{}", shown.brief());
        assert!(shown.says(&t::WILL_BE.fill(L, &[("n", "9")])), "{}", shown.brief());
        assert_eq!(stand()?, before, "a preview writes");
        let again = worker.press(&shown, t::BACK.get(L), &[]).await?;
        let ticked = again.form().ok_or("no list")?.fields.into_iter().filter(|(name, _)| name.starts_with("child-"));
        assert_eq!(ticked.count(), 9, "{}", again.brief());

        portal.wire.take();
        let done = enrol(&worker, &shown).await?;
        assert!(came(&done, 9, 9), "{}", done.brief());
        let waits = sequential_waits(&portal.wire.take());
        assert!(waits <= 4, "{waits} waits: the door, the chosen, eight at once and one");
        let mut expected: Vec<_> = before.iter().map(|one| one.decided("enrolled")).collect();
        *expected.last_mut().ok_or("nobody")? = before.last().ok_or("nobody")?.clone();
        assert_eq!(stand()?, expected);
        let one = portal.store.sent_application(&nth(&chosen, 0)?.id).await?.ok_or("no application")?;
        let order = one.order.ok_or("no order")?;
        assert_eq!((order.number.as_str(), one.state), ("12-ө", State::Enrolled));

        // The same form again: told as done, and nothing is done.
        let again = enrol(&worker, &shown).await?;
        assert!(came(&again, 9, 9), "{}", again.brief());
        assert_eq!(stand()?, expected);
        let rest = worker.get(AT).await?.form().ok_or("no list")?;
        let rest: Vec<_> = rest.choices.iter().filter(|(name, _)| name.starts_with("child-")).collect();
        assert_eq!(rest.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(), [last.id.as_str()]);
        Ok(())
    })
}

fn what_changed_meanwhile_is_told_and_the_others_are_enrolled(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let year = in_september(&portal).await?;
        let school = some_school()?;
        let worker = Worker::of_school(&portal, &school).await?;
        let all = several(&stack, &portal, &school, 3).await?;
        let chosen: Vec<&Application> = all.iter().collect();
        let before = all.iter().map(|one| held(&stack, &portal, one)).collect::<Result<Vec<_>>>()?;
        let shown = preview(&worker, &chosen, year).await?;
        let taken_back = portal.store.decide(nth(&all, 1)?, &Actor::Parent, &Decision::Withdraw, portal.now()).await?;
        assert_eq!(taken_back, Changed::Done);
        let withdrawn = held(&stack, &portal, nth(&all, 1)?)?;
        let done = enrol(&worker, &shown).await?;
        assert!(came(&done, 2, 3), "{}", done.brief());
        for told in [life::WITHDRAWN.get(L), decisions::BY_PARENT.get(L)] {
            assert!(done.says(told), "{told}: {}", done.brief());
        }
        assert_eq!(held(&stack, &portal, nth(&all, 1)?)?, withdrawn, "overwritten");
        for at in [0, 2] {
            assert_eq!(held(&stack, &portal, nth(&all, at)?)?, nth(&before, at)?.decided("enrolled"));
        }

        // Nobody is enrolled by a form that no preview gave: other states, other schools, other officers.
        let school_too = some_school()?;
        let foreign = confirmed(&stack, &portal, &school_too).await?;
        let registered = sent(&portal, &Family::unclaimed(&stack, &portal)?, true, Some(&school)).await?;
        let registered = led(&portal, registered, &[Decision::Register]).await?;
        let unshown = confirmed(&stack, &portal, &school).await?;
        let token = worker.get(AT).await?.csrf().ok_or("no token")?;
        let form = |ids: &[(&Application, &str)]| -> Vec<(String, String)> {
            let mut form = vec![("csrf".to_owned(), token.clone()), ("act".to_owned(), "enrol".to_owned())];
            let order = [("number", "1"), ("date-day", "1"), ("date-month", "9"), ("date-year", &year.to_string())];
            form.extend(order.map(|(name, value)| (format!("order-{name}"), value.to_owned())));
            for (at, (one, seen)) in ids.iter().enumerate() {
                form.push((format!("child-{at}"), one.id.to_string()));
                form.push((format!("seen-{at}"), (*seen).to_owned()));
            }
            form
        };
        let unchanged = [&foreign, &registered, &unshown];
        let before = unchanged.map(|one| held(&stack, &portal, one).ok());
        let version = registered.version.to_string();
        let page = worker.send(AT, &form(&[(&registered, &version), (&unshown, "1"), (&unshown, "3")])).await?;
        assert!(came(&page, 0, 2) && page.says(t::NOT_ALLOWED.get(L)), "{}", page.brief());
        let page = worker.send(AT, &form(&[(&unshown, "3"), (&foreign, "3")])).await?;
        assert_eq!(page.status, 403, "{}", page.brief());
        assert!(!page.says(&foreign.number.to_string()) || !page.says("Мысал"), "a refusal tells of another school's");
        assert_eq!(unchanged.map(|one| held(&stack, &portal, one).ok()), before);
        let today = testkit::site(&stack.origin).local(portal.now()).date();
        let refusals = portal.store.office_refusals(today).await?;
        let asked: Vec<_> =
            refusals.iter().filter(|one| one.officer == worker.officer.id).map(|one| one.asked.as_str()).collect();
        assert_eq!(asked, ["enrol-many"]);
        let fields = form(&[(&unshown, "3")]);
        is_kept_from(&portal, AT, &fields, &[Group::Department, Group::Administrator], &worker).await?;
        let stranger = Worker::of_school(&portal, &school_too).await?;
        let mut fields = form(&[(&unshown, "3")]);
        fields.first_mut().ok_or("no fields")?.1 = stranger.get(AT).await?.csrf().ok_or("no token")?;
        assert_eq!(stranger.send(AT, &fields).await?.status, 403);
        assert_eq!(unchanged.map(|one| held(&stack, &portal, one).ok()), before);
        assert_eq!(worker.send(AT, &form(&[])).await?.status, 422);
        assert_eq!(worker.get(&format!("{AT}?after=x")).await?.status, 404);
        Ok(())
    })
}

fn enrolling_many_is_whole_for_each_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let year = in_september(&portal).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let school = some_school()?;
            let worker = Worker::of_school(&portal, &school).await?;
            let all = several(&stack, &portal, &school, 2).await?;
            let stand = || all.iter().map(|one| held(&stack, &portal, one)).collect::<Result<Vec<_>>>();
            let before = stand()?;
            let done: Vec<_> = before.iter().map(|one| one.decided("enrolled")).collect();
            let shown = preview(&worker, &all.iter().collect::<Vec<_>>(), year).await?;
            let first = portal.struck(planned, enrol(&worker, &shown)).await?;
            // The other child's transaction may still be on its way where this one was killed.
            let whole = || {
                let after = stand()?;
                let whole = |(after, (before, done))| after == before || after == done;
                Ok(after.iter().zip(before.iter().zip(&done)).all(whole).then_some(()))
            };
            patiently(whole, &format!("{}: half-written", first.case()))?;
            if first.is_unnoticed() {
                assert!(first.outcome.as_ref().is_some_and(|page| came(page, 2, 2)), "{}", first.case());
            }
            let again = enrol(&worker, &shown).await?;
            assert!(came(&again, 2, 2), "{}: {}", first.case(), again.brief());
            assert_eq!(stand()?, done, "{}", first.case());
            Ok(first.call)
        });
        assert!(struck.await? >= 25, "the door, the campaign, the chosen, two transactions");
        Ok(())
    })
}
