//! The open ledger: what the recalculation publishes, whatever happens to it, and that everybody may read
//! that and nothing else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::camp::CampKind;
use domain::directory::rows::{CampaignRow, PlaceRow, ShiftRow};
use domain::directory::sheet::Rows;
use domain::directory::{CampaignId, SchoolId};
use domain::places::ledger::Ledger;
use domain::places::published;
use domain::{Language, Service, Timestamp};
use files::Published;
use jiff::civil::date;
use jiff::{SignedDuration, ToSpan as _};
use recalculate_quotas::RecalculateQuotas;
use store::Store;
use store::directory::{Import, ImportVersion};
use store::keys;
use store::recalculation::Recalculation;
use testkit::{Call, Fault, Stub, reply};
use tests::faults::at_every_call;
use tests::portal::block_on;
use tests::{Browser, Portal, Result, Stack, bucket, nth, tables};

/// A campaign of grade 1 that is the directory's current one, with so many places of this capacity.
async fn campaign(store: &Store, id: &str, places: usize, capacity: u16) -> Result<CampaignId> {
    let now = Timestamp::now();
    let id = CampaignId::parse(id)?;
    let place = |number: usize| -> Result<PlaceRow> {
        Ok(PlaceRow {
            campaign: id.clone(),
            school: SchoolId::parse(&format!("school-{number}"))?,
            language: Language::Kazakh,
            capacity,
            forecast: 20,
            ratio: 3,
            priority_until: date(2099, 5, 31),
        })
    };
    let row = CampaignRow {
        id: id.clone(),
        service: Service::FirstGrade,
        opens: now - 24.hours(),
        closes: now + 24.hours(),
        school_year: 2099,
        first_day: date(2099, 9, 1),
        keep_days: 3,
        demo: true,
        news_ru: String::new(),
        news_kk: String::new(),
        breaks: Vec::new(),
    };
    let version = ImportVersion { city: Portal::unique()?.repeat(6), register: String::new() };
    let places = (1..=places).map(place).collect::<Result<_>>()?;
    let files = vec![Rows::Campaigns(vec![row]), Rows::Places(places)];
    // Long enough ago to be taken.
    store.import(&Import { version, files, register: Vec::new() }, None, now - SignedDuration::from_mins(5)).await?;
    Ok(id)
}

async fn recalculate(function: &RecalculateQuotas) -> Result<()> {
    let event = include_str!("../../../events/recalculate-quotas.schedule.json");
    testkit::acting_as("recalculate-quotas", function.handle(serde_json::from_str(event)?)).await
}

/// What is published of a campaign: the lines of each file.
fn published(stack: &Stack, name: &str, campaign: &CampaignId) -> Result<Vec<Vec<String>>> {
    let mut files = Vec::new();
    for key in bucket::keys(stack, name, &format!("ledger/{campaign}/"))? {
        assert_eq!(key, format!("ledger/{campaign}/{:05}.jsonl", files.len() + 1));
        let text = bucket::read(stack, name, &key)?;
        assert!(text.ends_with('\n'), "{key} has no end");
        files.push(text.lines().map(str::to_owned).collect());
    }
    Ok(files)
}

/// All that the ledger has is published, in files of their length, and follows from the rules.
async fn check(stack: &Stack, portal: &Portal, campaign: &CampaignId) -> Result<Vec<Vec<String>>> {
    let head = portal.store.ledger_head(campaign).await?.ok_or("no ledger")?;
    assert_eq!(head.published, head.lines);
    let files = published(stack, &portal.bucket_name, campaign)?;
    let (last, full) = files.split_last().ok_or("nothing is published")?;
    assert!(full.iter().all(|lines| lines.len() as u64 == published::LINES) && !last.is_empty());
    let lines = files.concat();
    assert_eq!(lines, portal.store.ledger_lines(campaign, 1, head.lines).await?);
    let mut ledger = Ledger::default();
    for line in &lines {
        ledger.read(line)?;
    }
    assert_eq!(ledger.head(), head.hash);
    Ok(files)
}

#[test]
fn a_ledger_is_published_file_by_file_and_what_is_full_stays() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let id = format!("trial-{}", Portal::unique()?);
        let campaign_id = campaign(&portal.store, &id, 1002, 30).await?;
        let function = portal.recalculate_quotas(Timestamp::now);
        recalculate(&function).await?;
        let before = check(&stack, &portal, &campaign_id).await?;
        assert_eq!(before.len(), 2);
        let grown = nth(&before, 1)?.len();

        // Nothing new: nothing is written.
        portal.wire.take();
        recalculate(&function).await?;
        let calls = portal.wire.take();
        assert!(!calls.iter().any(|call| call.operation.starts_with("Put")), "{calls:?}");

        campaign(&portal.store, &id, 1001, 30).await?;
        recalculate(&function).await?;
        let after = check(&stack, &portal, &campaign_id).await?;
        assert_eq!(nth(&after, 0)?, nth(&before, 0)?);
        assert!(nth(&after, 1)?.starts_with(nth(&before, 1)?));
        assert_eq!(nth(&after, 1)?.len(), grown + 1, "one place has no terms any more");
        Ok(())
    })
}

#[test]
fn every_queue_has_a_ledger_of_its_own_and_what_is_wrong_with_one_holds_up_no_other() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let unique = Portal::unique()?;
        let (school, camp) = (format!("trial-{unique}"), CampaignId::parse(&format!("camp-{unique}"))?);
        let import = async |capacity: u16| -> Result<CampaignId> {
            let id = campaign(&portal.store, &school, 1, capacity).await?;
            let row = portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
            let row = |service, id: &CampaignId| CampaignRow {
                id: id.clone(),
                service,
                opens: row.opens,
                closes: row.closes,
                school_year: 2099,
                first_day: row.first_day,
                keep_days: 3,
                demo: true,
                news_ru: String::new(),
                news_kk: String::new(),
                breaks: Vec::new(),
            };
            let shift = ShiftRow {
                id: SchoolId::parse("shift-1")?,
                camp_ru: "Пробный лагерь".to_owned(),
                camp_kk: "Сынақ лагері".to_owned(),
                name_ru: "1-я смена".to_owned(),
                name_kk: "1-ауысым".to_owned(),
                kind: CampKind::Day,
                venue_ru: "у озера".to_owned(),
                venue_kk: "көл жағасында".to_owned(),
                language: Language::Kazakh,
                first: date(2099, 6, 10),
                last: date(2099, 6, 20),
                youngest: 6,
                oldest: 17,
                given: date(2099, 5, 1),
                social: capacity,
                general: capacity,
            };
            let campaigns = vec![row(Service::FirstGrade, &id), row(Service::Camp, &camp)];
            let files = vec![Rows::Campaigns(campaigns), Rows::Shifts(vec![shift])];
            let version = ImportVersion { city: Portal::unique()?.repeat(6), register: String::new() };
            let at = Timestamp::now() - SignedDuration::from_mins(5);
            portal.store.import(&Import { version, files, register: Vec::new() }, None, at).await?;
            Ok(id)
        };
        let school = import(30).await?;
        let function = portal.recalculate_quotas(Timestamp::now);
        recalculate(&function).await?;
        let sections = |lines: Vec<Vec<String>>| lines.concat().join("").matches("\"section\"").count();
        assert_eq!(sections(check(&stack, &portal, &school).await?), 0);
        assert_eq!(sections(check(&stack, &portal, &camp).await?), 2);

        // A line is there that the head of grade 1 knows nothing of: its next line cannot be written.
        let lines = portal.store.ledger_head(&school).await?.ok_or("no ledger")?.lines;
        let table = &portal.tables.places;
        let line = tables::item(&stack, table, &keys::ledger_line(&school, 1))?.ok_or("no line")?;
        tables::put_all(&stack, table, &[tables::under(&line, &keys::ledger_line(&school, lines + 1))])?;
        import(31).await?;
        assert!(recalculate(&function).await.is_err(), "nobody hears of it");
        assert_eq!(sections(check(&stack, &portal, &camp).await?), 4);
        assert_eq!(portal.store.ledger_head(&school).await?.ok_or("no ledger")?.lines, lines);
        Ok(())
    })
}

#[test]
fn whatever_breaks_the_next_run_publishes_all() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let case = async |(nth, fault): (usize, Fault)| -> Result<Option<Call>> {
            let id = format!("trial-{}", Portal::unique()?);
            campaign(&portal.store, &id, 1, 30).await?;
            let function = portal.recalculate_quotas(Timestamp::now);
            recalculate(&function).await?;
            let campaign_id = campaign(&portal.store, &id, 2, 31).await?;
            // Another process, as the first one may be dead.
            let struck = portal
                .struck((nth, fault), async {
                    Ok(recalculate(&portal.recalculate_quotas(Timestamp::now)).await.is_ok())
                })
                .await?;
            assert!(!struck.is_unnoticed() || struck.outcome == Some(true), "{}", struck.case());
            let again = recalculate(&portal.recalculate_quotas(Timestamp::now)).await;
            again.map_err(|error| format!("{}: {error}", struck.case()))?;
            check(&stack, &portal, &campaign_id).await?;
            Ok(struck.call)
        };
        let struck = at_every_call(&Fault::ALL, case).await?;
        assert!(struck > 50, "only {struck} faults came about");
        Ok(())
    })
}

/// Between the reading of the lines and the writing of the file another run writes more of them, and says so.
#[test]
fn a_slower_run_leaves_no_older_file_behind() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let id = format!("trial-{}", Portal::unique()?);
        let campaign_id = campaign(&portal.store, &id, 2, 30).await?;
        let written = Arc::new(Mutex::new(Vec::new()));
        let (endpoint, tables, key) = (stack.endpoint.clone(), portal.tables.clone(), portal.key.clone());
        let (into, faster) = (Arc::clone(&written), id.clone());
        let stub = Stub::open(move |heard| {
            let mut written = into.lock().unwrap_or_else(PoisonError::into_inner);
            if written.is_empty() {
                let overtaken = block_on(async {
                    let store = Store::new(&testkit::emulator(&endpoint).await, tables.clone(), key.clone());
                    let campaign_id = campaign(&store, &faster, 3, 31).await?;
                    let campaign = store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
                    let zone = jiff::tz::TimeZone::get("Asia/Almaty")?;
                    let run = Recalculation::new(store.clone()).run(&campaign, &zone, Timestamp::now()).await?;
                    let head = store.ledger_head(&campaign_id).await?.ok_or("no ledger")?;
                    store.note_published(&campaign_id, head.lines).await?;
                    Ok(run.lines)
                });
                assert_eq!(overtaken.ok(), Some(3), "the faster run");
            }
            written.push(heard.body.clone());
            Some(reply(200, "application/xml", ""))
        })?;
        let origin = stub.url.trim_end_matches("/people");
        let elsewhere = testkit::emulator(origin).await;
        let published = Published::new(&elsewhere, portal.bucket_name.clone());
        recalculate(&portal.recalculate_into(published, Timestamp::now)).await?;
        let lines = portal.store.ledger_lines(&campaign_id, 1, 6).await?;
        let written = written.lock().unwrap_or_else(PoisonError::into_inner);
        let lengths: Vec<_> = written.iter().map(|text| text.lines().count()).collect();
        assert_eq!(lengths, [3, 6]);
        assert!(written.last().is_some_and(|text| text.lines().eq(&lines)));
        Ok(())
    })
}

#[test]
fn everybody_reads_ledgers_and_nothing_else() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let name = std::env::var("PORTAL_TEST_PUBLISHED_BUCKET")?;
    block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        let campaign = CampaignId::parse(&format!("trial-{}", Portal::unique()?))?;
        let published = Published::new(&testkit::emulator(&stack.endpoint).await, name.clone());
        published.publish(&campaign, 1, &["{}".to_owned(), "[]".to_owned()]).await?;

        let anybody = Browser::new(&stack.endpoint);
        let origin = format!("/{name}");
        let file = format!("{}00001.jsonl", published::folder(&origin, &campaign));
        let page = anybody.get(&file)?;
        assert_eq!((page.status, page.body.as_str()), (200, "{}\n[]\n"), "{}", page.brief());
        let headers = BTreeMap::from(["content-type", "cache-control"].map(|name| (name, page.header(name))));
        assert_eq!(
            headers,
            BTreeMap::from([
                ("content-type", "application/jsonl; charset=utf-8"),
                ("cache-control", "public, max-age=60")
            ])
        );

        let documents = &portal.bucket_name;
        for (bucket, key) in [
            (&name, "trial"),
            (&name, "ledgers/trial"),
            (&name, "documents/trial"),
            (documents, "trial"),
            (documents, "ledger/trial"),
            (documents, "documents/trial"),
        ] {
            bucket::put(&stack, bucket, key)?;
            assert_eq!(anybody.get(&format!("/{bucket}/{key}"))?.status, 403, "{bucket}/{key}");
        }
        for bucket in [&name, documents] {
            for path in ["", "?list-type=2", "?list-type=2&prefix=ledger/", "/", "?policy", "?versions"] {
                assert_eq!(anybody.get(&format!("/{bucket}{path}"))?.status, 403, "{bucket}{path}");
            }
        }
        // S3 says "forbidden" to who may not list; the emulator does not mind telling.
        let missing = anybody.get(&file.replace("00001", "00002"))?.status;
        assert!(matches!(missing, 403 | 404), "{missing}");
        for method in ["PUT", "DELETE"] {
            assert_eq!(anybody.send(method, &file, None, &[])?.status, 403, "{method}");
        }
        assert_eq!(anybody.get(&file)?.body, "{}\n[]\n");
        Ok(())
    })
}
