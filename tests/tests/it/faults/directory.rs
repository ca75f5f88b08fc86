//! The directory: whatever fails, what pages read is one version whole, and the next try goes through.

use domain::directory::rows::HolidayRow;
use domain::directory::sheet::{Refusal, Sheet};
use domain::{Date, Locale, Service};
use store::imports::State;
use testkit::Fault;
use tests::administrator::{Administrator, imported};
use tests::faults::at_every_call;
use tests::portal::block_on;
use tests::queue::until_taken;
use tests::{Portal, Result, Stack, bucket};
use text::directory as t;

const L: Locale = Locale::Ru;
const CAMPAIGN: &str = "id,service,opens,closes,school_year,first_day,keep_days,demo,news_ru,news_kk,breaks\n\
    c-1,first-grade,2027-04-01T04:00:00Z,2027-08-01T00:00:00Z,2027,2027-09-01,365,true,,,\n";
const BEFORE: &str = "date\n2027-05-01\n";
const AFTER: &str = "date\n2027-05-07\n2027-05-09\n";

/// A directory with a campaign and a holiday, and an administrator at it.
async fn city(portal: &Portal) -> Result<Administrator<'_>> {
    let me = Administrator::new(portal, L, "Сынақ").await?;
    me.renew(Sheet::Campaigns, CAMPAIGN.as_bytes()).await?;
    me.renew(Sheet::Holidays, BEFORE.as_bytes()).await?;
    Ok(me)
}

/// The holidays that the campaign is read with and those of the version that counts: the same.
async fn holidays(portal: &Portal, case: &str) -> Result<Vec<Date>> {
    let campaign = portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
    let current = portal.store.current_now().await?;
    let rows: Vec<HolidayRow> = portal.store.rows(current.version(Sheet::Holidays).ok_or("no holidays")?).await?;
    let listed: Vec<Date> = rows.into_iter().map(|row| row.date).collect();
    assert_eq!(campaign.holidays, listed, "{case}: half of a version");
    Ok(listed)
}

#[test]
fn a_fault_while_a_file_is_sent_or_checked_leaves_the_directory_and_the_next_try_checks_it() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let portal = Portal::with_own_directory(&stack).await?;
            let me = city(&portal).await?;
            let (path, id) = imported(&me.send(Sheet::Holidays, AFTER.as_bytes()).await?)?;
            let told = portal.struck(planned, me.tell(&id, 1)).await?;
            let case = told.case();
            assert_eq!(holidays(&portal, &case).await?.len(), 1, "{case}: applied by nobody");
            if told.outcome == Some(true) {
                assert!(me.tell(&id, 2).await?, "{case}: told again");
            } else {
                until_taken(2, async |received| me.tell(&id, received).await).await?;
            }
            let state = me.stored(&path).await?.state;
            assert!(matches!(&state, State::Checked(report) if report.applies()), "{case}: {state:?}");
            assert!(bucket::keys(&stack, &portal.bucket_name, "directory/")?.is_empty(), "{case}: left in quarantine");
            assert!(me.apply(&me.get(&path).await?).await?.says(t::APPLIED.get(L)), "{case}");
            assert_eq!(holidays(&portal, &case).await?.len(), 2, "{case}");
            Ok(told.call)
        });
        assert!(struck.await? >= 40, "the import, the file, what counts, the rows, the outcome, the deletion");

        let struck = at_every_call(&Fault::ALL, async |planned| {
            let portal = Portal::with_own_directory(&stack).await?;
            let me = city(&portal).await?;
            let page = me.get(&me.at("directory/holidays")).await?;
            let csrf = page.csrf().ok_or("no form")?;
            let sent = portal.struck(planned, me.send_with(&csrf, Sheet::Holidays, AFTER.as_bytes())).await?;
            let case = sent.case();
            if let Some(page) = &sent.outcome {
                let well = page.status == 303;
                assert!(well || matches!(page.status, 500 | 503), "{case}: {}", page.brief());
                assert!(well || !sent.is_unnoticed(), "{case}: {}", page.brief());
            }
            // Whatever has arrived is nobody's, or is checked: the directory stays until somebody applies it.
            for key in bucket::keys(&stack, &portal.bucket_name, "directory/")? {
                let id = files::sheet_of_key(&key).ok_or("not a key of ours")?;
                until_taken(1, async |received| me.tell(&id, received).await).await?;
                let state = portal.store.sheet_import(&id).await?.ok_or("a file of no import")?.state;
                let known = matches!(&state, State::Checked(_) | State::Refused(Refusal::CheckFailed));
                assert!(known, "{case}: {state:?}");
            }
            assert_eq!(holidays(&portal, &case).await?.len(), 1, "{case}");
            me.renew(Sheet::Holidays, AFTER.as_bytes()).await.map_err(|error| format!("{case}, then {error}"))?;
            Ok(sent.call)
        });
        assert!(struck.await? >= 20, "the session, what counts, the import, the file");
        Ok(())
    })
}

#[test]
fn a_fault_at_applying_leaves_the_old_version_whole_or_the_new_one() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let portal = Portal::with_own_directory(&stack).await?;
            let me = city(&portal).await?;
            let page = me.import(Sheet::Holidays, AFTER.as_bytes()).await?;
            let applied = portal.struck(planned, me.post(&page, &page.path, &[("confirm", "yes")])).await?;
            let case = applied.case();
            let held = holidays(&portal, &case).await?.len();
            let state = me.stored(&page.path).await?.state;
            assert_eq!(matches!(state, State::Applied { .. }), held == 2, "{case}: {state:?}");
            assert!(matches!(state, State::Checked(_) | State::Applied { .. }), "{case}: {state:?}");
            if let Some(page) = &applied.outcome {
                assert_eq!(page.status == 303, applied.is_unnoticed(), "{case}: {}", page.brief());
            }
            if applied.is_unnoticed() || applied.is_unheard() && applied.at("TransactWriteItems") {
                assert_eq!(held, 2, "{case}: lost");
            }
            assert!(me.apply(&page).await?.says(t::APPLIED.get(L)), "{case}: pressed again");
            assert_eq!(holidays(&portal, &case).await?.len(), 2, "{case}");
            Ok(applied.call)
        });
        assert!(struck.await? >= 30, "the session, the import, what counts, both files, the transaction");
        Ok(())
    })
}
