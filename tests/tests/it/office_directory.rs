//! The directory in the office: sending a file, what its check finds, applying it, taking it out.

use domain::directory::sheet::{Refusal, Sheet};
use domain::directory::{CampaignId, SchoolId, StreetId};
use domain::{Locale, Service};
use jiff::SignedDuration;
use serde::Deserialize;
use store::directory::Directory;
use store::imports::State;
use store::keys;
use tests::administrator::{Administrator, demo, imported};
use tests::officer::signed_in;
use tests::portal::block_on;
use tests::{Browser, Engine, Page, Portal, Result, Stack, bucket, tables};
use text::{directory as t, office};

tests::over_both! {
    a_whole_city_is_imported_file_by_file_and_taken_out_as_it_was,
    of_two_at_once_one_wins_and_the_other_is_told,
    versions_that_count_no_more_are_forgotten_and_those_that_still_may_are_kept,
}

const RU: Locale = Locale::Ru;
const SCHOOLS: &str = "id,number,name_ru,name_kk,kind,languages,district_ru,district_kk,address_ru,address_kk,phone,head,opened,seats,\
     email,website,programmes_ru,programmes_kk,equipment_ru,equipment_kk\n";

const NEXT: &str = "id,service,opens,closes,school_year,first_day,keep_days,demo,news_ru,news_kk,breaks\n\
    c-2,first-grade,2028-04-01T04:00:00Z,2028-08-01T00:00:00Z,2028,2028-09-01,365,true,,,\n";

/// A file of schools with these ids, each named so.
fn schools(ids: &[&str], name: &str) -> String {
    let rows = ids.iter().map(|id| format!("{id},1,{name},{name},general,kazakh;russian,,,Дом,Үй,,,1970,900,,,,,,\n"));
    SCHOOLS.to_owned() + &rows.collect::<String>()
}

fn teachers(at: &[&str]) -> String {
    let rows = at.iter().enumerate().map(|(number, school)| format!("t-{number},{school},Үлгі,expert,7,kazakh\n"));
    "id,school,name,category,years,languages\n".to_owned() + &rows.collect::<String>()
}

/// How an import came out.
fn tag<'a>(page: &'a Page, phrases: &[(&'a str, text::Phrase)]) -> Vec<&'a str> {
    phrases.iter().filter(|(_, phrase)| page.says(phrase.get(RU))).map(|(name, _)| *name).collect()
}

fn a_whole_city_is_imported_file_by_file_and_taken_out_as_it_was(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (shared, portal) = (Portal::over(&stack, &stack.origin).await?, Portal::with_own_directory(&stack).await?);
        let me = Administrator::new(&portal, RU, "Сынақ Әкімші").await?;
        assert!(portal.store.campaign(Service::FirstGrade).await?.is_none());
        let empty = me.get(&me.at("directory")).await?;
        assert_eq!(empty.body.matches(t::NEVER.get(RU)).count(), Sheet::ALL.len());
        for sheet in Sheet::ALL {
            let page = me.import(sheet, demo(sheet)?.as_bytes()).await?;
            assert!(page.says(t::SOUND.get(RU)), "{sheet:?}: {}", page.brief());
            let unconfirmed = me.post(&page, &page.path, &[]).await?;
            assert_eq!(unconfirmed.status, 422);
            assert!(unconfirmed.says(t::CONFIRM_MISSING.get(RU)));
            let applied = me.apply(&page).await?;
            assert!(applied.says(t::APPLIED.get(RU)), "{sheet:?}: {}", applied.brief());
        }
        let files = bucket::keys(&stack, &portal.bucket_name, "directory/")?;
        assert!(files.is_empty(), "left in quarantine: {files:?}");

        // What pages read is what a tool would have put there.
        let campaign = shared.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
        assert_eq!(portal.store.campaign(Service::FirstGrade).await?.as_ref(), Some(&campaign));
        assert!(!campaign.holidays.is_empty());
        assert_eq!(portal.store.places(&campaign.id).await?, shared.store.places(&campaign.id).await?);
        let (ours, theirs) = (Directory::new(portal.store.clone()), Directory::new(shared.store.clone()));
        assert_eq!(ours.schools().await?.all(), theirs.schools().await?.all());
        assert_eq!(ours.teachers().await?.all(), theirs.teachers().await?.all());
        let streets = ours.streets().await?;
        assert_eq!(streets.streets(), theirs.streets().await?.streets());
        for street in streets.streets().iter().take(10) {
            assert_eq!(portal.store.territory(&street.id).await?, shared.store.territory(&street.id).await?);
        }

        let list = me.get(&me.at("directory")).await?;
        assert!(!list.says(t::NEVER.get(RU)) && list.body.matches("Сынақ Әкімші").count() > Sheet::ALL.len());
        for sheet in Sheet::ALL {
            let file = me.export(sheet).await?;
            let page = me.import(sheet, &file).await?;
            assert!(page.says(t::SAME.get(RU)) && !page.says(t::APPLY.get(RU)), "{sheet:?}: {}", page.brief());
            let rows = demo(sheet)?.lines().count() as u64 - 1;
            assert!(page.says(&t::records(RU, rows)), "{sheet:?}: not {rows} rows");
        }
        Ok(())
    })
}

fn of_two_at_once_one_wins_and_the_other_is_told(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let first = Administrator::new(&portal, RU, "Біріншіев").await?;
        let second = Administrator::new(&portal, RU, "Екіншіев").await?;
        first.renew(Sheet::Schools, schools(&["s-1", "s-2"], "Одна").as_bytes()).await?;
        let one = first.import(Sheet::Schools, schools(&["s-1"], "Другая").as_bytes()).await?;
        let two = second.import(Sheet::Schools, schools(&["s-1", "s-3"], "Третья").as_bytes()).await?;
        // A file that names schools rests on them too.
        let named = second.import(Sheet::Teachers, teachers(&["s-1", "s-2"]).as_bytes()).await?;
        let ends = [("applied", t::APPLIED), ("overtaken", t::OVERTAKEN)];
        assert_eq!(tag(&first.apply(&one).await?, &ends), ["applied"]);
        for page in [two, named] {
            let told = second.apply(&page).await?;
            assert_eq!(tag(&told, &ends), ["overtaken"], "{}", told.brief());
            assert!(told.says("Біріншіев") == page.body.contains("schools"), "by whom");
            assert!(matches!(second.stored(&page.path).await?.state, State::Overtaken(_)));
            // Pressed again it stays so.
            assert_eq!(tag(&second.apply(&page).await?, &ends), ["overtaken"]);
        }
        let repeated = first.apply(&one).await?;
        assert_eq!(tag(&repeated, &ends), ["applied"]);
        let held = Directory::new(portal.store.clone()).schools().await?;
        let names: Vec<_> = held.all().iter().map(|school| (school.id.as_str(), school.name.ru.as_str())).collect();
        assert_eq!(names, [("s-1", "Другая")]);
        Ok(())
    })
}

fn versions_that_count_no_more_are_forgotten_and_those_that_still_may_are_kept(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let me = Administrator::new(&portal, RU, "Сынақ").await?;
        let (campaign, street, school) =
            (CampaignId::parse("c-1")?, StreetId::parse("abaya")?, SchoolId::parse("s-1")?);
        me.renew(Sheet::Campaigns, b"id,service,opens,closes,school_year,first_day,keep_days,demo,news_ru,news_kk,breaks\nc-1,first-grade,2027-04-01T04:00:00Z,2027-08-01T00:00:00Z,2027,2027-09-01,365,true,,,\n").await?;
        me.renew(Sheet::Schools, schools(&["s-1", "s-2"], "Школа").as_bytes()).await?;
        me.renew(
            Sheet::Streets,
            "id,kind,name_ru,name_kk,old_names,area_ru,area_kk\nabaya,street,Абая,Абай,,,\n".as_bytes(),
        )
        .await?;
        let territory = |to: u32| format!("street,from,to,parity,language,school\nabaya,1,{to},all,kazakh,s-1\n");
        let places = |seats: u32| {
            format!(
                "campaign,school,language,capacity,forecast,ratio,priority_until\nc-1,s-1,kazakh,{seats},1,3,2027-07-01\n"
            )
        };
        let mut versions = Vec::new();
        for turn in 1..=3 {
            let page = me.renew(Sheet::Territories, territory(turn).as_bytes()).await?;
            versions.push(page.path.rsplit('/').next().unwrap_or_default().to_owned());
            me.renew(Sheet::Places, places(turn).as_bytes()).await?;
            assert_eq!(portal.store.territory(&street).await?.rows.len(), 1);
            assert_eq!(
                portal.store.places(&campaign).await?.first().map(|terms| u32::from(terms.capacity)),
                Some(turn)
            );
        }
        // Checked and not applied: kept until something else counts.
        let waiting = me.import(Sheet::Territories, territory(9).as_bytes()).await?;
        let another = me.import(Sheet::Territories, territory(8).as_bytes()).await?;
        let table = &portal.tables.directory;
        let kept = |partition: String| -> Result<Vec<String>> {
            let items = tables::partition(&stack, table, &partition)?;
            let mut versions: Vec<_> =
                items.iter().filter_map(|item| tables::read(item, &["sk"])?.get(..32).map(str::to_owned)).collect();
            versions.sort();
            Ok(versions)
        };
        let sorted = |pages: &[&str]| {
            let mut all: Vec<String> =
                pages.iter().map(|page| page.rsplit('/').next().unwrap_or_default().to_owned()).collect();
            all.sort();
            all
        };
        let [_, second, third] = versions.as_slice() else { return Err("three versions".into()) };
        let expected = sorted(&[second, third, &waiting.path, &another.path]);
        assert_eq!(kept(keys::list(Sheet::Territories))?, expected);
        assert_eq!(kept(keys::street(&street))?, expected);
        assert_eq!(kept(keys::school_territory(&school))?, expected);
        assert_eq!(
            kept(keys::terms(&campaign))?.len(),
            3,
            "two that were, and the one that counts, until the next check"
        );

        // The next campaign comes while the places are still those of the last one.
        me.renew(Sheet::Campaigns, NEXT.as_bytes()).await?;
        me.renew(Sheet::Places, places(4).replace("c-1", "c-2").as_bytes()).await?;
        assert!(portal.store.places(&campaign).await?.is_empty());
        assert_eq!(portal.store.places(&CampaignId::parse("c-2")?).await?.len(), 1);

        me.apply(&another).await?;
        let last = me.import(Sheet::Territories, territory(7).as_bytes()).await?;
        for list in [keys::street(&street), keys::school_territory(&school)] {
            assert_eq!(kept(list)?, sorted(&[third, &another.path, &last.path]));
        }
        let told = me.apply(&waiting).await?;
        assert!(told.says(t::OVERTAKEN.get(RU)), "{}", told.brief());
        Ok(())
    })
}

#[test]
fn what_is_wrong_in_a_file_is_told_line_by_line_in_both_languages() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let me = Administrator::new(&portal, RU, "Сынақ").await?;
        me.renew(Sheet::Schools, schools(&["s-1", "s-2"], "Школа").as_bytes()).await?;
        me.renew(Sheet::Teachers, teachers(&["s-1"]).as_bytes()).await?;
        let wrong = "id,school,name,category,years,languages\n\
            t-1,s-1,Үлгі,expert,7,kazakh\n\
            t-1,s-1,Үлгі,expert,7,kazakh\n\
            t-2,s-9,Үлгі,expert,7,kazakh\n\
            t-3,s-1,Үлгі,chief,7,kazakh\n\
            t-4,s-1,,expert,7,kazakh\n";
        for l in [Locale::Ru, Locale::Kk] {
            let me = Administrator::new(&portal, l, "Сынақ").await?;
            let page = me.import(Sheet::Teachers, wrong.as_bytes()).await?;
            assert!(page.says(t::FAULTY.get(l)) && !page.says(t::APPLY.get(l)), "{}", page.brief());
            for (line, column, said) in [
                ("3", t::WHOLE_ROW.get(l), t::FAULT_REPEATED.fill(l, &[("line", "2")])),
                ("4", "school", t::FAULT_UNKNOWN.fill(l, &[("file", t::SCHOOLS.get(l))])),
                ("5", "category", t::FAULT_UNREADABLE.fill(l, &[("expected", t::OF_CATEGORY.get(l))])),
                ("6", "name", t::FAULT_EMPTY.fill(l, &[("expected", t::OF_TEXT.get(l))])),
            ] {
                let row = format!("<th scope=\"row\">{line}</th><td>{column}</td><td>{said}</td>");
                assert!(page.body.contains(&row), "{row}: {}", page.brief());
            }
            // A school that teachers still name cannot go.
            let page = me.import(Sheet::Schools, schools(&["s-2"], "Школа").as_bytes()).await?;
            let said = t::FAULT_STILL_NAMED.fill(l, &[("id", "s-1"), ("file", t::TEACHERS.get(l))]);
            assert!(page.says(&said), "{}", page.brief());
        }
        assert_eq!(Directory::new(portal.store.clone()).schools().await?.all().len(), 2);
        Ok(())
    })
}

#[test]
fn what_is_no_file_of_the_directory_is_refused_and_changes_nothing() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let me = Administrator::new(&portal, RU, "Сынақ").await?;
        me.renew(Sheet::Schools, schools(&["s-1"], "Школа").as_bytes()).await?;
        let columns = |missing: &[&str], unknown: &[&str]| Refusal::Columns {
            missing: missing.iter().map(|name| (*name).to_owned()).collect(),
            unknown: unknown.iter().map(|name| (*name).to_owned()).collect(),
        };
        for (content, refusal) in [
            (b"PK\x03\x04\0\0workbook".to_vec(), Refusal::NotText),
            (SCHOOLS.as_bytes().to_vec(), Refusal::NoRows),
            (SCHOOLS.replace(",seats", "").into_bytes(), columns(&["seats"], &[])),
            (SCHOOLS.replace("seats", "seats,colour").into_bytes(), columns(&[], &["colour"])),
        ] {
            let page = me.import(Sheet::Schools, &content).await?;
            assert!(page.says(t::REFUSED.get(RU)) && page.says(&t::refusal(RU, &refusal)), "{}", page.brief());
            assert_eq!(me.stored(&page.path).await?.state, State::Refused(refusal));
        }
        let empty = me.send(Sheet::Schools, b"").await?;
        assert!(empty.status == 422 && empty.says(t::EMPTY_FILE.get(RU)), "{}", empty.brief());
        let large = me.send(Sheet::Schools, &vec![b'a'; 4 * 1024 * 1024 + 1]).await?;
        assert!(large.status == 413 && large.says(t::BIG_WITHOUT_SCRIPT.get(RU)), "{}", large.brief());
        // What came past the form is read no further than the limit.
        let (path, id) = imported(&me.send(Sheet::Schools, b"x").await?)?;
        let row = schools(&["s-1"], "Школа");
        let huge = [row.as_bytes(), &vec![b'\n'; usize::try_from(files::MAX_SHEET_BYTES)?]].concat();
        portal.bucket.put_sheet(&id, huge).await?;
        assert!(me.tell(&id, 1).await?);
        assert_eq!(me.stored(&path).await?.state, State::Refused(Refusal::TooBig));
        assert_eq!(Directory::new(portal.store.clone()).schools().await?.all().len(), 1);
        Ok(())
    })
}

#[test]
fn a_file_as_excel_saves_it_is_read() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let me = Administrator::new(&portal, Locale::Kk, "Сынақ").await?;
        let file = "\u{feff}DATE;;\r\n01.01.2027;;\r\n2027-03-08;;\r\n;;\r\n";
        me.renew(Sheet::Holidays, file.as_bytes()).await?;
        assert_eq!(
            String::from_utf8(me.export(Sheet::Holidays).await?)?,
            "\u{feff}date\r\n2027-01-01\r\n2027-03-08\r\n"
        );
        let formula = schools(&["s-1"], "=HYPERLINK(1)");
        me.renew(Sheet::Schools, formula.as_bytes()).await?;
        let file = me.export(Sheet::Schools).await?;
        assert!(String::from_utf8_lossy(&file).contains(";'=HYPERLINK(1);"));
        assert!(me.import(Sheet::Schools, &file).await?.says(t::SAME.get(Locale::Kk)));
        Ok(())
    })
}

/// A permission to put one file into the bucket.
#[derive(Deserialize)]
struct Ticket {
    url: String,
    fields: std::collections::BTreeMap<String, String>,
    done: String,
}

#[test]
fn a_ticket_is_for_one_file_of_one_import() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let me = Administrator::new(&portal, RU, "Сынақ").await?;
        let page = me.get(&me.at("directory/schools")).await?;
        let to = me.at("directory/schools/ticket");
        for (size, status) in [("0", 422), ("", 422), ("-1", 422), ("20971521", 413), ("20971520", 200)] {
            assert_eq!(me.post(&page, &to, &[("size", size)]).await?.status, status, "{size}");
        }
        let ticket: Ticket = serde_json::from_slice(&me.post(&page, &to, &[("size", "9")]).await?.bytes)?;
        let id = ticket.done.rsplit('/').next().unwrap_or_default().to_owned();
        assert_eq!(ticket.fields.get("key"), Some(&format!("directory/{id}")));
        assert!(ticket.url.contains(&portal.bucket_name));
        let waiting = me.get(&ticket.done).await?;
        assert!(waiting.says(t::CHECKING.get(RU)) && waiting.body.contains("data-checking"), "{}", waiting.brief());
        // No file comes: the page does not wait for ever, and neither does what waits for it.
        portal.wait(SignedDuration::from_mins(61));
        let again = Administrator::new(&portal, RU, "Сынақ").await?;
        assert!(again.get(&ticket.done).await?.says(t::LOST.get(RU)));
        Ok(())
    })
}

#[test]
fn nobody_but_an_administrator_gets_in_and_whoever_tries_is_written_down() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let me = Administrator::new(&portal, RU, "Сынақ Әкімші").await?;
        let checked = me.import(Sheet::Schools, schools(&["s-1"], "Школа").as_bytes()).await?;
        let paths =
            [me.at("directory"), me.at("directory/schools"), me.at("directory/schools/export"), checked.path.clone()];
        for (group, school) in [("department", None), ("school", Some("s-1"))] {
            let other = Administrator::of(&portal, RU, "Бөтен", group, school).await?;
            for path in &paths {
                let page = other.get(path).await?;
                assert_eq!((page.status, page.heading().as_str()), (403, office::FORBIDDEN_TITLE.get(RU)), "{path}");
                assert!(!page.says("Сынақ Әкімші") && !page.body.contains("href=\"/ru/office/directory\""));
            }
            // Nor with the form of somebody who may.
            for (path, fields) in [
                (&checked.path, ("confirm", "yes")),
                (&paths[1], ("x", "")),
                (&format!("{}/ticket", paths[1]), ("size", "9")),
            ] {
                assert_eq!(other.post(&checked, path, &[fields]).await?.status, 403, "{path}");
            }
            let today = testkit::site(&stack.origin).local(portal.now()).date();
            let refusals = portal.store.office_refusals(today).await?;
            let asked: Vec<_> =
                refusals.iter().filter(|one| one.officer == other.officer.id).map(|one| one.asked.as_str()).collect();
            assert_eq!(asked, ["directory", "directory", "directory", "import", "import", "directory", "directory"]);
        }
        // An administrator's own form, forged.
        let other = Administrator::new(&portal, RU, "Сынақ").await?;
        let stolen = other.post(&checked, &checked.path, &[("confirm", "yes")]).await?;
        assert_eq!(stolen.status, 403, "a form of another session");
        assert!(matches!(me.stored(&checked.path).await?.state, State::Checked(_)));
        let nobody = format!("imports/{}", "0".repeat(32));
        for path in [nobody.as_str(), "imports/1", "imports/../x", "directory/register-people", "directory/schools/x"] {
            assert_eq!(me.get(&me.at(path)).await?.status, 404, "{path}");
        }
        assert_eq!(me.post(&checked, &me.at(&nobody), &[("confirm", "yes")]).await?.status, 404);
        for path in ["directory/schools/ticket"] {
            assert_eq!(me.get(&me.at(path)).await?.status, 405, "{path}");
        }
        Ok(())
    })
}

#[test]
fn the_deployed_functions_take_a_file_and_lead_only_administrators_to_it() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (browser, page) = signed_in(&stack, RU, "administrator")?;
    assert!(page.body.contains("/ru/office/directory"), "{}", page.brief());
    for kind in ["department", "school"] {
        let (_, page) = signed_in(&stack, RU, kind)?;
        assert!(!page.body.contains("/ru/office/directory"), "{kind}");
    }
    let door = Browser::new(&stack.origin).get("/ru/office/directory/places")?;
    assert_eq!(door.location.as_deref(), Some("/ru/office/sign-in?to=%2Fru%2Foffice%2Fdirectory%2Fplaces"));
    // What is there already changes nothing, for the other tests' sake: through S3, the queue and the check.
    let page = browser.visit("/ru/office/directory/territories")?;
    let sent = browser.upload(&page, "territories.csv", "text/csv", demo(Sheet::Territories)?.as_bytes())?;
    let path = imported(&sent)?.0;
    for _ in 0..300 {
        let page = browser.visit(&path)?;
        if !page.says(t::CHECKING.get(RU)) {
            assert!(page.says(t::SAME.get(RU)), "{}", page.brief());
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    Err("the file is checked for ever".into())
}
