//! The day on which the tables are gone, rehearsed: exported, deleted, made anew, restored.

use std::path::Path;

use domain::decision::Decision;
use domain::life::Actor;
use domain::{Application, Place};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use store::changes::Changed;
use store::recalculation::{Recalculation, Run, SETTLED_AFTER};
use tests::aws::tool;
use tests::fresh::City;
use tests::portal::block_on;
use tests::ready::sent_choosing;
use tests::trial::replayed;
use tests::{Device, Engine, Family, Portal, Result, Stack, tables};

tests::over_both! {
    what_was_exported_is_restored_and_the_queue_goes_on_where_it_stood,
}

/// The tables that have a backup; sessions have none.
const KEPT: [&str; 3] = ["Applications", "Places", "Directory"];

fn what_was_exported_is_restored_and_the_queue_goes_on_where_it_stood(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let city = City::open(2, domain::Timestamp::now())?;
        let portal = Portal::fresh(&stack, &city).await?;
        let home = city.place(0)?;
        let mut sent = Vec::new();
        for number in 0..4 {
            sent.push(send(&portal, &city, number, &home).await?);
        }
        assert!(settle(&portal, &city).await?.tickets == 4);
        let first = sent.first().ok_or("none was sent")?;
        let decided = portal.store.decide(first, &Actor::Parent, &Decision::Withdraw, portal.now()).await?;
        assert_eq!(decided, Changed::Done);
        assert!(settle(&portal, &city).await?.lines > 0);
        let before = picture(&portal, &city).await?;

        let folder = std::env::temp_dir().join(format!("portal-backup-{}", Portal::unique()?));
        std::fs::create_dir_all(&folder)?;
        let rehearsed = rehearse(&stack, &portal, &folder);
        std::fs::remove_dir_all(&folder)?;
        rehearsed?;

        // The pages, the applications and the ledger are what they were, and nobody moves.
        assert_eq!(picture(&portal, &city).await?, before);
        for application in sent.iter().skip(1) {
            assert_eq!(portal.store.sent_application(&application.id).await?.as_ref(), Some(application));
        }
        assert_eq!(settle(&portal, &city).await?.lines, 0, "somebody moved by the restore");
        // The next application gets the next number, and the ledger goes on.
        let next = send(&portal, &city, 4, &home).await?;
        let last = sent.iter().map(|one| one.number).max().ok_or("none was sent")?;
        assert_eq!(next.number.get(), last.get() + 1);
        assert_eq!(settle(&portal, &city).await?.tickets, 1);
        replayed(&portal, &city.campaign().id).await?;
        Ok(())
    })
}

async fn send(portal: &Portal, city: &City, number: u32, home: &Place) -> Result<Application> {
    let born = city.campaign.school_year.unsigned_abs() - 7;
    sent_choosing(portal, &Family::numbered(number, born)?, Some(&home.school), &[]).await
}

/// Recalculates when all is settled, by a process that has kept nothing.
async fn settle(portal: &Portal, city: &City) -> Result<Run> {
    let (zone, at) = (TimeZone::get("Asia/Almaty")?, portal.now() + SETTLED_AFTER + SignedDuration::from_secs(1));
    Ok(Recalculation::new(portal.store.clone()).run(&city.campaign(), &zone, at).await?)
}

/// What everybody sees of the queue, and the head of the ledger.
async fn picture(portal: &Portal, city: &City) -> Result<(Vec<String>, String)> {
    let visitor = Device::new(portal);
    let mut pages = Vec::new();
    for path in ["/ru/queue", "/kk/queue/fresh-1"] {
        let page = visitor.get(path).await?;
        assert_eq!(page.status, 200, "{}", page.brief());
        pages.push(page.body);
    }
    Ok((pages, replayed(portal, &city.campaign().id).await?.head().to_string()))
}

/// Exports, deletes and restores; every item is what it was.
fn rehearse(stack: &Stack, portal: &Portal, folder: &Path) -> Result<()> {
    let names = [&portal.tables.applications, &portal.tables.places, &portal.tables.directory];
    let mut exported = Vec::new();
    for (resource, table) in KEPT.into_iter().zip(names) {
        let file = folder.join(resource);
        let file = file.to_str().ok_or("no path")?;
        tool(stack, "backup.py", &["export", table, file])?;
        let full = tool(stack, "backup.py", &["restore", file, table]);
        assert!(full.is_err_and(|error| error.to_string().contains("is not empty")), "a full table was written over");
        exported.push(all(stack, table)?);
        tables::delete(stack, table)?;
    }
    for ((resource, table), exported) in KEPT.into_iter().zip(names).zip(&exported) {
        tables::create(stack, resource, table)?;
        let restored = tool(stack, "backup.py", &["restore", folder.join(resource).to_str().ok_or("no path")?, table])?;
        assert_eq!(restored.trim(), exported.len().to_string());
        assert_eq!(&all(stack, table)?, exported, "{resource} is another");
    }
    Ok(())
}

fn all(stack: &Stack, table: &str) -> Result<Vec<String>> {
    let mut items = Vec::new();
    tables::scan(stack, table, |item| {
        items.push(item.to_string());
        Ok(())
    })?;
    items.sort();
    assert!(!items.is_empty(), "{table} has nothing to lose");
    Ok(items)
}
