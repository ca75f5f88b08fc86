//! Several applications for one child: one is kept, and nothing is decided on what nobody compared.

use domain::decision::{Decision, Ground};
use domain::life::Act;
use domain::{Application, Group, Locale};
use testkit::Fault;
use tests::faults::at_every_call;
use tests::officer::Worker;
use tests::portal::block_on;
use tests::ready::sent;
use tests::standing::{held, is_kept_from, led, some_school};
use tests::{Engine, Family, Page, Portal, Result, Stack, nth};
use text::{decisions, resolving as t};

tests::over_both! {
    one_of_two_is_kept_and_a_linked_parents_lock_goes_with_the_other,
    of_three_one_is_kept_and_what_came_meanwhile_is_seen_first,
    what_is_registered_is_kept_and_only_the_others_can_be_refused,
    two_officers_who_keep_different_ones_never_refuse_both,
    resolving_is_whole_or_not_done_whatever_fails,
}

const L: Locale = Locale::Kk;

fn at(application: &Application) -> String {
    format!("/kk/office/applications/{}/resolve", application.id)
}

/// Applications of several parents for one child; the last is the linked parent's.
async fn rivals(stack: &Stack, portal: &Portal, count: usize) -> Result<Vec<Application>> {
    let family = Family::unclaimed(stack, portal)?;
    let school = some_school()?;
    let mut rivals = Vec::new();
    for index in 1..=count {
        rivals.push(one_more(stack, portal, &family, index == count, &school).await?);
    }
    Ok(rivals)
}

async fn one_more(
    stack: &Stack,
    portal: &Portal,
    family: &Family,
    linked: bool,
    school: &domain::directory::SchoolId,
) -> Result<Application> {
    let other = Family::invented(stack)?;
    let own = Family { phone: other.phone, parent_iin: other.parent_iin, ..family.clone() };
    sent(portal, &own, linked, Some(school)).await
}

async fn keep(worker: &Worker<'_>, page: &Page, kept: &Application) -> Result<Page> {
    worker.press(page, t::PRESS.get(L), &[("keep", kept.id.as_str()), ("note", "Екі рет берілді")]).await
}

fn one_of_two_is_kept_and_a_linked_parents_lock_goes_with_the_other(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let worker = Worker::of_department(&portal).await?;
        let both = rivals(&stack, &portal, 2).await?;
        let [other, linked] = both.as_slice() else { return Err("not two".into()) };
        let before = (held(&stack, &portal, other)?, held(&stack, &portal, linked)?);
        assert!(!before.0.locked && before.1.locked);
        for path in
            [format!("/kk/office/applications/{}", other.id), format!("/kk/office/applications/{}/register", linked.id)]
        {
            let page = worker.get(&path).await?;
            assert!(page.body.contains("/resolve\""), "{path} does not lead there: {}", page.brief());
        }

        let page = worker.get(&at(linked)).await?;
        assert_eq!(page.status, 200, "{}", page.brief());
        for one in &both {
            assert!(page.says(&t::WHICH.fill(L, &[("n", &one.number.to_string())])), "{}", page.brief());
            let openings = portal.store.openings(&one.id).await?;
            assert!(openings.iter().any(|opening| opening.officer == worker.officer.id), "opened unseen");
        }
        assert!(page.says(t::DIFFERS.get(L)), "two parents look alike");
        let none = worker.press(&page, t::PRESS.get(L), &[]).await?;
        assert!(none.status == 422 && none.says(t::KEEP_EMPTY.get(L)), "{}", none.brief());
        let forged = worker.press(&page, t::PRESS.get(L), &[("keep", &"0".repeat(32))]).await?;
        assert_eq!(forged.status, 422, "{}", forged.brief());
        assert_eq!((held(&stack, &portal, other)?, held(&stack, &portal, linked)?), before);

        // The linked parent's is refused: the lock is free at once.
        let done = keep(&worker, &page, other).await?;
        assert_eq!(done.location, Some(format!("/kk/office/applications/{}", other.id)), "{}", done.brief());
        let refused = before.1.decided("registration-refused").free();
        assert_eq!(
            (held(&stack, &portal, other)?, held(&stack, &portal, linked)?),
            (before.0.clone(), refused.clone())
        );
        let change = portal.store.last_change(&linked.id).await?.ok_or("no history")?;
        let Some(Decision::Refuse(reason)) = change.decision else { return Err("not refused".into()) };
        assert_eq!(reason.ground, Ground::LiveApplication);
        assert_eq!(reason.note.map(|note| note.as_str().to_owned()).as_deref(), Some("Екі рет берілді"));
        assert!(portal.store.rivals(other).await?.is_empty(), "what is kept can be registered");

        // The same form again does nothing more; with the other one kept it is another decision.
        let again = keep(&worker, &page, other).await?;
        assert_eq!(again.location, done.location, "{}", again.brief());
        let turned = keep(&worker, &page, linked).await?;
        assert_eq!(turned.status, 409, "{}", turned.brief());
        assert_eq!((held(&stack, &portal, other)?, held(&stack, &portal, linked)?), (before.0, refused));
        let page = worker.get(&at(linked)).await?;
        assert!(page.status == 200 && page.says(t::NOTHING.get(L)), "{}", page.brief());
        Ok(())
    })
}

fn of_three_one_is_kept_and_what_came_meanwhile_is_seen_first(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let worker = Worker::of_department(&portal).await?;
        let (family, school) = (Family::unclaimed(&stack, &portal)?, some_school()?);
        let first = one_more(&stack, &portal, &family, false, &school).await?;
        let second = one_more(&stack, &portal, &family, false, &school).await?;
        let early = worker.get(&at(&first)).await?;
        let third = one_more(&stack, &portal, &family, true, &school).await?;
        let all = [&first, &second, &third];
        let stand = || all.into_iter().map(|one| held(&stack, &portal, one)).collect::<Result<Vec<_>>>();
        let before = stand()?;
        let late = keep(&worker, &early, &first).await?;
        assert!(late.status == 409 && late.says(t::ONE_MORE.get(L)), "{}", late.brief());
        assert_eq!(stand()?, before, "decided on what was not compared");

        // The page that says so is the one to go on with.
        let done = keep(&worker, &late, &third).await?;
        assert!(done.location.is_some(), "{}", done.brief());
        let [one, two, three] = before.as_slice() else { return Err("not three".into()) };
        let refused = "registration-refused";
        assert_eq!(stand()?, [one.decided(refused), two.decided(refused), three.clone()]);
        assert!(three.locked, "the lock stays with the linked parent");

        let (pair, strangers) = (rivals(&stack, &portal, 2).await?, [Group::School, Group::Administrator]);
        let fields: Vec<(String, String)> =
            pair.iter().map(|one| (format!("seen-{}", one.id), "1".to_owned())).collect();
        is_kept_from(&portal, &at(nth(&pair, 0)?), &fields, &strangers, &worker).await?;
        // Somebody else's applications are not named by a form of these.
        let page = worker.get(&at(nth(&pair, 0)?)).await?;
        let foreign = worker.press(&page, t::PRESS.get(L), &[("keep", third.id.as_str())]).await?;
        assert_eq!(foreign.status, 422, "{}", foreign.brief());
        assert_eq!(held(&stack, &portal, &third)?, *three);
        let nobody = format!("/kk/office/applications/{}/resolve", "0".repeat(32));
        assert_eq!(worker.get(&nobody).await?.status, 404);
        Ok(())
    })
}

fn what_is_registered_is_kept_and_only_the_others_can_be_refused(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let worker = Worker::of_department(&portal).await?;
        let (family, school) = (Family::unclaimed(&stack, &portal)?, some_school()?);
        let first = one_more(&stack, &portal, &family, false, &school).await?;
        let first = led(&portal, first, &[Decision::Register]).await?;
        let linked = one_more(&stack, &portal, &family, true, &school).await?;
        let before = (held(&stack, &portal, &first)?, held(&stack, &portal, &linked)?);
        let page = worker.get(&at(&linked)).await?;
        assert!(page.says(&t::BEYOND.fill(L, &[("n", &first.number.to_string())])), "{}", page.brief());
        // No choice of the form turns it round.
        let done = worker.press(&page, t::PRESS_BEYOND.get(L), &[("keep", linked.id.as_str())]).await?;
        assert_eq!(done.location, Some(format!("/kk/office/applications/{}", first.id)), "{}", done.brief());
        let after = (held(&stack, &portal, &first)?, held(&stack, &portal, &linked)?);
        assert_eq!(after, (before.0, before.1.decided("registration-refused").free()));
        let again = worker.press(&page, t::PRESS_BEYOND.get(L), &[]).await?;
        assert_eq!(again.location, done.location, "{}", again.brief());

        // Both beyond: nothing is left to refuse.
        let both = rivals(&stack, &portal, 2).await?;
        let mut registered = Vec::new();
        for one in both {
            registered.push(led(&portal, one, &[Decision::Register]).await?);
        }
        let page = worker.get(&at(nth(&registered, 0)?)).await?;
        assert!(page.says(t::NOT_REFUSABLE.get(L)), "{}", page.brief());
        let mut fields: Vec<(String, String)> =
            registered.iter().map(|one| (format!("seen-{}", one.id), one.version.to_string())).collect();
        fields.push(("csrf".to_owned(), page.csrf().ok_or("no token")?));
        assert_eq!(worker.send(&at(nth(&registered, 0)?), &fields).await?.status, 422);
        assert!(!nth(&registered, 0)?.allows(Act::Refuse));
        Ok(())
    })
}

fn two_officers_who_keep_different_ones_never_refuse_both(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let (one, two) = (Worker::of_department(&portal).await?, Worker::of_department(&portal).await?);
        for _ in 0..3 {
            let both = rivals(&stack, &portal, 2).await?;
            let pages = [one.get(&at(nth(&both, 0)?)).await?, two.get(&at(nth(&both, 1)?)).await?];
            let (a, b) = futures::join!(
                keep(&one, nth(&pages, 0)?, nth(&both, 0)?),
                keep(&two, nth(&pages, 1)?, nth(&both, 1)?)
            );
            let (a, b) = (a?, b?);
            let mut states = Vec::new();
            for application in &both {
                states.push(held(&stack, &portal, application)?);
            }
            let live = states.iter().filter(|held| held.state == "submitted").count();
            assert_eq!(live, 1, "{states:?}");
            assert_eq!(states.iter().map(|held| held.history).sum::<usize>(), 3, "{states:?}");
            let loser = if a.location.is_some() { &b } else { &a };
            assert!(loser.status == 409 && loser.says("Сынақ Маман"), "{}", loser.brief());
            assert!(loser.says(decisions::MET_TITLE.get(L)), "{}", loser.brief());
        }
        Ok(())
    })
}

fn resolving_is_whole_or_not_done_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let worker = Worker::of_department(&portal).await?;
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let all = rivals(&stack, &portal, 3).await?;
            let stand = || all.iter().map(|one| held(&stack, &portal, one)).collect::<Result<Vec<_>>>();
            let before = stand()?;
            let [one, two, three] = before.as_slice() else { return Err("not three".into()) };
            let refused = "registration-refused";
            let done = [one.clone(), two.decided(refused), three.decided(refused).free()];
            let page = worker.get(&at(nth(&all, 0)?)).await?;
            let first = portal.struck(planned, keep(&worker, &page, nth(&all, 0)?)).await?;
            let after = stand()?;
            assert!(after == before || after == done, "{}: {after:?}", first.case());
            let told = first.outcome.as_ref().is_some_and(|page| page.location.is_some());
            let unheard = first.is_unheard() && first.at("TransactWriteItems");
            assert_eq!(after == done, told || unheard, "{}", first.case());
            assert!(told || !first.is_unnoticed(), "{}", first.case());
            let again = keep(&worker, &page, nth(&all, 0)?).await?;
            assert!(again.location.is_some(), "{}: {}", first.case(), again.brief());
            assert_eq!(stand()?, done, "{}", first.case());
            Ok(first.call)
        });
        assert!(
            struck.await? >= 20,
            "the door, the application, the claims, the others, the openings, the transaction"
        );
        Ok(())
    })
}
