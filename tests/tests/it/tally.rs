//! The office's counters: every line of a history counts once, whatever happens to who counts it.

use count_applications::Changes;
use domain::decision::Decision;
use domain::directory::SchoolId;
use domain::life::{Actor, State};
use domain::officer::Scope;
use domain::{Application, Service, Timestamp};
use serde_json::{Value, json};
use store::keys;
use store::tally::Report;
use testkit::{Fault, acting_as};
use tests::faults::at_every_call;
use tests::portal::block_on;
use tests::ready::sent;
use tests::{Engine, Family, Portal, Result, Stack, tables};

tests::over_both! {
    a_batch_counts_once_however_often_it_comes_and_a_school_knows_its_own,
    a_batch_of_many_schools_is_counted_whole,
}

fn some_school() -> Result<SchoolId> {
    Ok(SchoolId::parse(&format!("trial-{}", Portal::unique()?))?)
}

/// The stream's batch of all that these applications have become.
fn batch(stack: &Stack, portal: &Portal, applications: &[&Application]) -> Result<Value> {
    let mut records = Vec::new();
    for application in applications {
        let items = tables::partition(stack, &portal.tables.applications, &keys::application(&application.id))?;
        // Whatever else is new in a table comes along, as if no filter kept it away.
        records.extend(items.iter().map(|item| json!({"eventName": "INSERT", "dynamodb": {"NewImage": item}})));
    }
    Ok(json!({ "Records": records }))
}

fn told(batch: &Value) -> Result<Changes> {
    Ok(serde_json::from_value(batch.clone())?)
}

async fn report(portal: &Portal, school: &SchoolId) -> Result<Report> {
    let campaign = portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
    Ok(portal.store.report(&Scope::School(school.clone()), &campaign.id).await?)
}

fn a_batch_counts_once_however_often_it_comes_and_a_school_knows_its_own(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let (mine, other) = (some_school()?, some_school()?);
        let first = sent(&portal, &Family::invented(&stack)?, false, Some(&mine)).await?;
        let second = sent(&portal, &Family::invented(&stack)?, false, Some(&mine)).await?;
        let others = sent(&portal, &Family::invented(&stack)?, false, Some(&other)).await?;
        let early = batch(&stack, &portal, &[&first, &second])?;
        portal.store.decide(&first, &Actor::Parent, &Decision::Withdraw, portal.now()).await?;
        let all = batch(&stack, &portal, &[&first, &second, &others])?;
        // The deployed function may be counting the same: that makes no difference.
        let count = portal.count_applications(Timestamp::now);
        for batch in [&early, &all, &early, &all] {
            acting_as("count-applications", count.handle(told(batch)?)).await?;
        }
        let found = report(&portal, &mine).await?;
        let states = || Service::FirstGrade.states().iter().copied();
        let counts = |report: &Report| states().map(|state| report.states.get(state)).collect::<Vec<u64>>();
        assert_eq!(counts(&found), [1, 0, 0, 0, 0, 0, 0, 1]);
        let came: Vec<u64> = states().map(|state| found.days.values().map(|day| day.get(state)).sum()).collect();
        assert_eq!(came, [2, 0, 0, 0, 0, 0, 0, 1], "two were sent, one of them was taken back");
        let [place] = found.places.as_slice() else { return Err("not one place".into()) };
        assert_eq!((place.school.as_ref(), place.states.sum(State::is_live)), (Some(&mine), 1));
        let found = report(&portal, &other).await?;
        assert_eq!(counts(&found), [1, 0, 0, 0, 0, 0, 0, 0]);
        assert!(found.places.iter().all(|place| place.school.as_ref() == Some(&other)));

        let campaign = portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
        let scope = Scope::School(mine);
        assert_eq!(portal.store.counts(&scope, &campaign.id).await?.get(State::Submitted), 1);
        assert!(portal.store.counts(&Scope::All, &campaign.id).await?.get(State::Submitted) >= 2);
        Ok(())
    })
}

fn a_batch_of_many_schools_is_counted_whole(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let mut all = Vec::new();
        for _ in 0..30 {
            let school = some_school()?;
            all.push((sent(&portal, &Family::invented(&stack)?, false, Some(&school)).await?, school));
        }
        let batch = batch(&stack, &portal, &all.iter().map(|(application, _)| application).collect::<Vec<_>>())?;
        let count = portal.count_applications(Timestamp::now);
        acting_as("count-applications", count.handle(told(&batch)?)).await?;
        acting_as("count-applications", count.handle(told(&batch)?)).await?;
        for (_, school) in &all {
            assert_eq!(report(&portal, school).await?.states.get(State::Submitted), 1);
        }
        Ok(())
    })
}

#[test]
fn a_fault_at_counting_leaves_a_batch_that_counts_once_when_it_comes_again() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::apart(&stack).await?;
        let count = portal.count_applications(Timestamp::now);
        let struck = at_every_call(&Fault::ALL, async |(nth, fault)| {
            let schools = [some_school()?, some_school()?];
            let mut applications = Vec::new();
            for school in &schools {
                applications.push(sent(&portal, &Family::invented(&stack)?, false, Some(school)).await?);
            }
            portal.store.decide(&applications[0], &Actor::Parent, &Decision::Withdraw, portal.now()).await?;
            let batch = batch(&stack, &portal, &applications.iter().collect::<Vec<_>>())?;
            portal.wire.take();
            let changes = told(&batch)?;
            let first = portal
                .struck((nth, fault), async {
                    Ok(acting_as("count-applications", count.handle(changes)).await.is_ok())
                })
                .await?;
            if first.is_unnoticed() {
                assert_eq!(first.outcome, Some(true), "{}", first.case());
            }
            acting_as("count-applications", count.handle(told(&batch)?)).await?;
            for (school, expected) in schools.iter().zip([[0, 1], [1, 0]]) {
                let found = report(&portal, school).await?;
                let seen = [State::Submitted, State::Withdrawn].map(|state| found.states.get(state));
                assert_eq!(seen, expected, "{}", first.case());
                let came: u64 = found.days.values().map(|day| day.sum(|_| true)).sum();
                assert_eq!(came, 1 + expected[1], "{}", first.case());
            }
            Ok(first.call)
        })
        .await?;
        assert!(struck >= 12, "{struck} faults came about");
        Ok(())
    })
}
