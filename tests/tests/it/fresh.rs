//! A portal over fresh tables has what it takes, and nothing of anybody else.

use domain::directory::Phase;
use domain::{Service, Timestamp};
use tests::fresh::City;
use tests::portal::block_on;
use tests::ready::{Wish, attach_all, send_as_it_is, wishing};
use tests::tables::scan;
use tests::{Engine, Family, Portal, Result, Stack, embedded};

tests::over_both! { a_city_of_its_own_takes_applications_and_changes_its_terms }

fn a_city_of_its_own_takes_applications_and_changes_its_terms(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    a_city_on(&stack)
}

#[test]
fn the_engine_within_this_process_does_what_the_others_do() -> Result<()> {
    a_city_on(&embedded::open()?)
}

fn a_city_on(stack: &Stack) -> Result<()> {
    block_on(async {
        let mut city = City::open(2, Timestamp::now())?;
        let portal = Portal::fresh(stack, &city).await?;
        let campaign = portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
        assert_eq!((&campaign, campaign.phase(portal.now())), (&city.campaign(), Phase::Open));

        let family = Family::numbered(0, 2020)?;
        let wish = Wish { quota: vec![city.place(2)?], ..Wish::home(&city.place(0)?) };
        let draft = wishing(&portal, &campaign, &family, true, &wish).await?;
        attach_all(&portal, &draft.id).await?;
        let sent = send_as_it_is(&portal, &draft).await?;
        assert_eq!((sent.number.get(), sent.home_place()), (1, Some(city.place(0)?)));
        let mut entities = Vec::new();
        scan(stack, &portal.tables.applications, |item| {
            entities.extend(tests::tables::read(&item, &["entity"]).map(str::to_owned));
            Ok(())
        })?;
        entities.sort();
        let whole = ["application", "child-claim", "child-lock", "documents", "draft", "history", "outbox", "pending"];
        assert_eq!(entities, whole);

        for seats in [5, 7] {
            city.places.first_mut().ok_or("no place")?.capacity = seats;
            portal.change_places(city.places.clone()).await?;
            let terms = portal.store.places(&campaign.id).await?;
            assert_eq!(terms.iter().map(|terms| terms.capacity).collect::<Vec<_>>(), [seats, 3, 3, 3]);
        }
        Ok(())
    })
}
