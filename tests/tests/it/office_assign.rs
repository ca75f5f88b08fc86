//! Assigning the school of residence: by the territory or by choice, once, whole, and by the
//! department alone.

use domain::decision::{Decision, Ground, Reason};
use domain::life::{Act, State};
use domain::{Application, Group, Language, Locale, Place, Service};
use store::directory::Directory;
use testkit::Fault;
use tests::faults::at_every_call;
use tests::officer::Worker;
use tests::portal::block_on;
use tests::ready::sent;
use tests::standing::{held, is_kept_from, led};
use tests::{Engine, Family, Page, Portal, Result, Stack};
use text::{assigning as t, decisions, desk, life, school};

tests::over_both! {
    a_school_is_assigned_by_the_territory_and_the_number_stays,
    what_cannot_be_assigned_is_refused_and_nothing_is_written,
    an_assignment_is_whole_or_not_made_whatever_fails,
    of_two_officers_one_assigns_and_the_other_sees_what_happened,
}

const L: Locale = Locale::Kk;

fn at(application: &Application) -> String {
    format!("/kk/office/applications/{}/assign-territory", application.id)
}

fn value(place: &Place) -> String {
    format!("{}:{}", place.school, place.language.code())
}

/// An application whose address was not found; its language is Kazakh.
async fn lost(stack: &Stack, portal: &Portal) -> Result<Application> {
    sent(portal, &Family::unclaimed(stack, portal)?, true, None).await
}

/// Places that may be assigned to it.
async fn places(portal: &Portal) -> Result<Vec<Place>> {
    let schools = Directory::new(portal.store.clone()).schools().await?;
    let taught = schools.all().iter().filter(|school| school.teaches(Language::Kazakh));
    Ok(taught.map(|school| Place::new(school.id.clone(), Language::Kazakh)).collect())
}

async fn assign(worker: &Worker<'_>, page: &Page, place: &str) -> Result<Page> {
    worker.press(page, decisions::act(Service::FirstGrade, Act::Assign).get(L), &[("place", place)]).await
}

fn a_school_is_assigned_by_the_territory_and_the_number_stays(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let worker = Worker::of_department(&portal).await?;
        let application = lost(&stack, &portal).await?;
        let before = held(&stack, &portal, &application)?;
        let page = worker.get(&format!("/kk/office/applications/{}", application.id)).await?;
        assert!(page.body.contains(&at(&application)), "the page of the application leads there");
        let page = worker.get(&at(&application)).await?;
        assert_eq!(page.status, 200, "{}", page.brief());
        assert!(page.says(&stack.sample.address) && page.says(desk::NO_SCHOOL.get(L)), "{}", page.brief());

        // What is typed is looked for, and nothing is written.
        let found = worker.press(&page, school::FIND.get(L), &[("address", "жоқ көше 1000")]).await?;
        assert!(found.says(t::NOT_FOUND.get(L)), "{}", found.brief());
        let found = worker.press(&page, school::FIND.get(L), &[("address", &stack.sample.address)]).await?;
        assert_eq!(found.status, 200, "{}", found.brief());
        let begin = school::FOUND.get(L).split('{').next().unwrap_or_default();
        assert!(found.says(begin), "{}", found.brief());
        assert!(!found.path.contains('?'), "an address stands in an address");
        assert_eq!(held(&stack, &portal, &application)?, before);
        let form = found.form().ok_or("no form")?;
        let proposed = form.fields.iter().find(|(name, _)| name == "place").map(|(_, value)| value.clone());
        let place = match proposed.filter(|place| !place.is_empty()) {
            Some(place) => place,
            // The sample family's own language is the other one.
            None => value(places(&portal).await?.first().ok_or("no school")?),
        };

        let done = assign(&worker, &found, &place).await?;
        assert_eq!(done.location, Some(format!("/kk/office/applications/{}", application.id)), "{}", done.brief());
        assert_eq!(held(&stack, &portal, &application)?, before.decided("submitted"));
        let now = portal.store.sent_application(&application.id).await?.ok_or("no application")?;
        assert_eq!(now.place().map(|place| value(&place)), Some(place.clone()));
        assert_eq!((now.number, now.answers.family.clone()), (application.number, application.answers.family.clone()));
        let change = portal.store.last_change(&application.id).await?.ok_or("no history")?;
        assert_eq!(change.act(), Some(Act::Assign));

        // The same form again is done already; the same place anew is nothing to assign.
        let again = assign(&worker, &found, &place).await?;
        assert!(again.location.is_some(), "{}", again.brief());
        let page = worker.get(&at(&application)).await?;
        let same = assign(&worker, &page, &place).await?;
        assert!(same.status == 422 && same.says(decisions::UNFIT_SAME.get(L)), "{}", same.brief());
        assert_eq!(held(&stack, &portal, &application)?, before.decided("submitted"));

        // Corrected later, even after it was registered.
        let now = led(&portal, now, &[Decision::Register]).await?;
        let other = places(&portal).await?.iter().map(value).find(|other| *other != place).ok_or("one school")?;
        let page = worker.get(&at(&application)).await?;
        assert!(assign(&worker, &page, &other).await?.location.is_some());
        let corrected = portal.store.sent_application(&application.id).await?.ok_or("no application")?;
        assert_eq!((corrected.state, corrected.version), (State::Registered, now.version + 1));
        assert_eq!(corrected.place().map(|place| value(&place)), Some(other));
        Ok(())
    })
}

fn what_cannot_be_assigned_is_refused_and_nothing_is_written(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let worker = Worker::of_department(&portal).await?;
        let application = lost(&stack, &portal).await?;
        let before = held(&stack, &portal, &application)?;
        let page = worker.get(&at(&application)).await?;
        let some = places(&portal).await?.first().ok_or("no school")?.clone();
        let other_language = value(&Place { language: Language::Russian, ..some.clone() });
        for forged in ["", "no-such-school:kk", "x", &other_language, &format!("{}:en", some.school), "../x:kk"] {
            let page = assign(&worker, &page, forged).await?;
            assert!(page.status == 422 && page.says(t::PLACE_EMPTY.get(L)), "{forged}: {}", page.brief());
        }
        let schools = Directory::new(portal.store.clone()).schools().await?;
        if let Some(not_taught) = schools.all().iter().find(|school| !school.teaches(Language::Kazakh)) {
            let page = assign(&worker, &page, &format!("{}:kk", not_taught.id)).await?;
            assert_eq!(page.status, 422, "a language that the school does not teach: {}", page.brief());
        }
        assert_eq!(held(&stack, &portal, &application)?, before);

        // Over, it is nobody's to assign, whatever form comes.
        let refusal = Decision::Refuse(Reason { ground: Ground::IncompletePapers, note: None });
        let over = led(&portal, application, &[refusal]).await?;
        let before = held(&stack, &portal, &over)?;
        let late = assign(&worker, &page, &value(&some)).await?;
        assert!(late.status == 409 && late.says(life::REGISTRATION_REFUSED.get(L)), "{}", late.brief());
        let page = worker.get(&at(&over)).await?;
        assert!(page.status == 422 && page.says(decisions::UNFIT_STATE.get(L)), "{}", page.brief());
        let mut fields = vec![("seen".to_owned(), over.version.to_string()), ("place".to_owned(), value(&some))];
        fields.push(("csrf".to_owned(), page.csrf().ok_or("no token")?));
        assert_eq!(worker.send(&at(&over), &fields).await?.status, 422);
        assert_eq!(held(&stack, &portal, &over)?, before);

        let application = lost(&stack, &portal).await?;
        let before = held(&stack, &portal, &application)?;
        let fields = [("seen".to_owned(), "1".to_owned()), ("place".to_owned(), value(&some))];
        is_kept_from(&portal, &at(&application), &fields, &[Group::School, Group::Administrator], &worker).await?;
        assert_eq!(held(&stack, &portal, &application)?, before);
        Ok(())
    })
}

fn an_assignment_is_whole_or_not_made_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let worker = Worker::of_department(&portal).await?;
        let place = value(places(&portal).await?.first().ok_or("no school")?);
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let application = lost(&stack, &portal).await?;
            let before = held(&stack, &portal, &application)?;
            let done = before.decided("submitted");
            let page = worker.get(&at(&application)).await?;
            let first = portal.struck(planned, assign(&worker, &page, &place)).await?;
            let after = held(&stack, &portal, &application)?;
            assert!(after == before || after == done, "{}: {after:?}", first.case());
            let told = first.outcome.as_ref().is_some_and(|page| page.location.is_some());
            let unheard = first.is_unheard() && first.at("TransactWriteItems");
            assert_eq!(after == done, told || unheard, "{}", first.case());
            assert!(told || !first.is_unnoticed(), "{}", first.case());
            let again = assign(&worker, &page, &place).await?;
            assert!(again.location.is_some(), "{}: {}", first.case(), again.brief());
            assert_eq!(held(&stack, &portal, &application)?, done, "{}", first.case());
            Ok(first.call)
        });
        assert!(struck.await? >= 12, "the door, the application, the lists, the transaction");
        Ok(())
    })
}

fn of_two_officers_one_assigns_and_the_other_sees_what_happened(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let (one, two) = (Worker::of_department(&portal).await?, Worker::of_department(&portal).await?);
        let application = lost(&stack, &portal).await?;
        let before = held(&stack, &portal, &application)?;
        let both = places(&portal).await?;
        let [first, second, ..] = both.as_slice() else { return Err("too few schools".into()) };
        let pages = [one.get(&at(&application)).await?, two.get(&at(&application)).await?];
        let (first_value, second_value) = (value(first), value(second));
        let (a, b) = futures::join!(assign(&one, &pages[0], &first_value), assign(&two, &pages[1], &second_value));
        let (a, b) = (a?, b?);
        assert_eq!(held(&stack, &portal, &application)?, before.decided("submitted"));
        let now = portal.store.sent_application(&application.id).await?.and_then(|now| now.place());
        let (winner, loser, place) = if a.location.is_some() { (&a, &b, first) } else { (&b, &a, second) };
        assert!(winner.location.is_some(), "{}", winner.brief());
        assert_eq!((loser.status, now.as_ref()), (409, Some(place)), "{}", loser.brief());
        for told in [decisions::MET_TITLE.get(L), decisions::CHANGED_ASSIGN.get(L), "Сынақ Маман"] {
            assert!(loser.says(told), "{told}: {}", loser.brief());
        }
        Ok(())
    })
}
