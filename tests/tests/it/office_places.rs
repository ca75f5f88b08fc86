//! Places in the office: how they stand, what a change of terms would do, making it once, and who may.
//! All of it over a directory and places of its own, under a campaign of its own.

use domain::directory::sheet::Sheet;
use domain::directory::{CampaignId, SchoolId};
use domain::places::Terms;
use domain::{Application, Date, Group, Language, Locale, Place};
use jiff::SignedDuration;
use jiff::civil::date;
use jiff::tz::TimeZone;
use store::keys;
use store::terms::TermsChange;
use testkit::{Fault, sequential_waits};
use tests::administrator::Administrator;
use tests::faults::at_every_call;
use tests::officer::Worker;
use tests::portal::block_on;
use tests::ready::sent_choosing;
use tests::standing::is_kept_from;
use tests::{Engine, Family, Page, Portal, Result, Stack, tables};
use text::{desk, directory, places as t};

tests::over_both! {
    a_change_is_seen_before_it_is_made_and_the_queue_follows_it,
    what_was_seen_no_longer_is_shown_anew_and_not_saved,
    a_change_is_whole_or_not_made_whatever_fails,
}

const L: Locale = Locale::Kk;
const WHY: &str = "Жаңа сынып ашылды";
const LIST: &str = "/kk/office/places";

fn place(school: &str) -> Result<Place> {
    Ok(Place::new(SchoolId::parse(school)?, Language::Kazakh))
}

fn path(place: &Place) -> String {
    format!("{LIST}/{}/{}", place.school, place.language.code())
}

/// A city of three schools, of which two have terms in Kazakh. Its campaign is open.
struct City<'a> {
    portal: &'a Portal,
    administrator: Administrator<'a>,
    campaign: CampaignId,
    until: Date,
}

impl<'a> City<'a> {
    async fn new(portal: &'a Portal) -> Result<Self> {
        let campaign = CampaignId::parse(&format!("c-{}", Portal::unique()?))?;
        let now = portal.now();
        let (opens, closes) = (now - SignedDuration::from_hours(2), now + SignedDuration::from_hours(24 * 100));
        let year = portal.today().year();
        // Never near: whatever day it is, residents come first for as long as the test takes.
        let until = date(closes.to_zoned_datetime(TimeZone::UTC).date().year(), 12, 31);
        let administrator = Administrator::new(portal, Locale::Ru, "Сынақ Әкімші").await?;
        let city = Self { portal, administrator, campaign, until };
        let campaigns = format!(
            "id,service,opens,closes,school_year,first_day,keep_days,demo,news_ru,news_kk,breaks\n\
             {},first-grade,{opens},{closes},{year},{year}-09-01,365,true,,,\n",
            city.campaign
        );
        city.administrator.renew(Sheet::Campaigns, campaigns.as_bytes()).await?;
        let school = |id: u8, languages: &str| {
            format!("s-{id},{id},Школа {id},{id}-мектеп,general,{languages},,,Дом,Үй,,,1970,900,,,,,,\n")
        };
        let schools = "id,number,name_ru,name_kk,kind,languages,district_ru,district_kk,address_ru,address_kk,phone,\
                       head,opened,seats,email,website,programmes_ru,programmes_kk,equipment_ru,equipment_kk\n"
            .to_owned()
            + &school(1, "kazakh;russian")
            + &school(2, "kazakh;russian")
            + &school(3, "kazakh");
        city.administrator.renew(Sheet::Schools, schools.as_bytes()).await?;
        city.administrator.renew(Sheet::Places, city.places(10).as_bytes()).await?;
        Ok(city)
    }

    /// The file of places; the first school has so many seats, all of them expected to be taken.
    fn places(&self, seats: u16) -> String {
        let (campaign, until) = (&self.campaign, self.until);
        format!(
            "campaign,school,language,capacity,forecast,ratio,priority_until\n\
             {campaign},s-1,kazakh,{seats},10,3,{until}\n{campaign},s-2,kazakh,20,0,3,{until}\n"
        )
    }

    /// An application of a child whose home is a school and who wants others more.
    async fn sent(&self, stack: &Stack, home: &str, choices: &[&str]) -> Result<Application> {
        let family = Family::unclaimed(stack, self.portal)?;
        let choices = choices.iter().map(|school| place(school)).collect::<Result<Vec<_>>>()?;
        sent_choosing(self.portal, &family, Some(&SchoolId::parse(home)?), &choices).await
    }

    /// Everything so far settles, and the office recalculates.
    async fn recalculate(&self, worker: &Worker<'_>) -> Result<Page> {
        self.portal.wait(SignedDuration::from_secs(90));
        let page = worker.get(LIST).await?;
        let ran = worker.press(&page, t::RECALCULATE.get(L), &[]).await?;
        if ran.status == 200 { Ok(ran) } else { Err(ran.brief().into()) }
    }

    async fn terms(&self, place: &Place) -> Result<Option<Terms>> {
        let in_force = self.portal.store.terms(&self.campaign).await?;
        Ok(in_force.of(place).map(Terms::from))
    }

    async fn changes(&self, place: &Place) -> Result<Vec<TermsChange>> {
        Ok(self.portal.store.terms_changes(&self.campaign, place).await?)
    }

    async fn place_of(&self, application: &Application) -> Result<Option<Place>> {
        let now = self.portal.store.sent_application(&application.id).await?;
        Ok(now.ok_or("no application")?.place())
    }

    /// Three children at home in the first school, and two of the second who want it more.
    async fn queue(&self, stack: &Stack) -> Result<Vec<Application>> {
        let mut all = Vec::new();
        for (home, choices) in [("s-1", &[][..]), ("s-1", &[]), ("s-1", &[]), ("s-2", &["s-1"]), ("s-2", &["s-1"])] {
            all.push(self.sent(stack, home, choices).await?);
        }
        Ok(all)
    }
}

/// Types other terms on the page of a place and presses the first button.
async fn preview(worker: &Worker<'_>, place: &Place, typed: &[(&str, &str)]) -> Result<Page> {
    let page = worker.get(&path(place)).await?;
    let all: Vec<(&str, &str)> = [("note", WHY)].into_iter().chain(typed.iter().copied()).collect();
    worker.press(&page, t::PREVIEW.get(L), &all).await
}

async fn save(worker: &Worker<'_>, preview: &Page) -> Result<Page> {
    worker.press(preview, t::SAVE.get(L), &[]).await
}

fn a_change_is_seen_before_it_is_made_and_the_queue_follows_it(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let city = City::new(&portal).await?;
        let worker = Worker::of_department(&portal).await?;
        let (first, second) = (place("s-1")?, place("s-2")?);

        // Before anything: every place that somebody teaches at, three of them without terms.
        let list = worker.get(LIST).await?;
        assert_eq!((list.status, list.body.matches(t::NO_TERMS.get(L)).count()), (200, 3), "{}", list.brief());
        assert!(!list.says(t::NOT_YET.get(L)), "nothing is late: {}", list.brief());
        let queue = city.queue(&stack).await?;
        let ran = city.recalculate(&worker).await?;
        assert!(ran.says(t::RECALCULATED.get(L)) && !ran.says(t::RECALCULATED_NOTHING.get(L)), "{}", ran.brief());
        let standings = portal.store.standings(&city.campaign).await?;
        let stands = standings.places.get(&first).ok_or("no standing")?;
        assert_eq!((stands.residents, stands.granted, stands.waiting), (3, 0, 2));
        let nothing = city.recalculate(&worker).await?;
        assert!(nothing.says(t::RECALCULATED_NOTHING.get(L)), "{}", nothing.brief());

        // What it would do: the first who waits moves by the third resident.
        let before = portal.store.terms(&city.campaign).await?;
        let lines = standings.head.as_ref().map(|head| head.lines);
        let seen = preview(&worker, &first, &[("capacity", "12")]).await?;
        assert_eq!(seen.status, 200, "{}", seen.brief());
        let moved = queue.get(3).ok_or("no fourth")?;
        let why = domain::places::Why::Ratio { outside: 1, residents: 3, ratio: 3 };
        let number = moved.number.to_string();
        for said in [&*t::why(L, &why), t::FOR_GOOD.get(L), WHY, &number, &t::OPENS.fill(L, &[("n", "1")])] {
            assert!(seen.says(said), "{said}: {}", seen.brief());
        }
        assert!(seen.says("2-мектеп") && seen.says("1-мектеп") && !seen.says(t::MOVES_NONE.get(L)));
        assert_eq!(portal.store.terms(&city.campaign).await?, before, "a preview writes nothing");
        assert!(city.changes(&first).await?.is_empty());
        assert_eq!(portal.store.standings(&city.campaign).await?.head.map(|head| head.lines), lines);

        // Typed otherwise: nothing is lost.
        let edit = worker.press(&seen, t::EDIT.get(L), &[]).await?;
        let kept = edit.form().ok_or("no form")?.fields;
        for (name, value) in [("capacity", "12"), ("forecast", "10"), ("note", WHY), ("until-month", "12")] {
            assert!(kept.contains(&(name.to_owned(), value.to_owned())), "{name} is lost: {}", edit.brief());
        }

        portal.wire.take();
        let saved = save(&worker, &seen).await?;
        let waits = sequential_waits(&portal.wire.take());
        assert!(waits <= 16, "{waits} waits");
        assert_eq!((saved.status, saved.location), (303, Some(path(&first))));
        let wanted = Terms { capacity: 12, forecast: 10, ratio: 3, priority_until: city.until };
        assert_eq!(city.terms(&first).await?, Some(wanted.clone()));
        assert_eq!(city.terms(&second).await?.map(|terms| terms.capacity), Some(20), "the other row is as it was");
        let changes = city.changes(&first).await?;
        let [change] = changes.as_slice() else { return Err("not one change".into()) };
        assert_eq!((change.before.as_ref().map(|terms| terms.capacity), change.why.as_str()), (Some(10), WHY));
        assert_eq!((&change.after, &change.by), (&wanted, &worker.officer.id));
        let page = worker.get(&path(&first)).await?;
        for said in [t::NOT_YET_NOTE.get(L), WHY, "Сынақ Маман", "10 → 12"] {
            assert!(page.says(said), "{said}: {}", page.brief());
        }
        let export = String::from_utf8(city.administrator.export(Sheet::Places).await?)?;
        assert!(export.contains("s-1;kazakh;12;10;3"), "{export}");
        let list = city.administrator.get("/ru/office/directory").await?;
        assert!(list.says("Сынақ Маман"), "who brought the version: {}", list.brief());
        let import = city.administrator.get(&format!("/ru/office/imports/{}", change.version)).await?;
        assert!(import.says(directory::APPLIED.get(Locale::Ru)), "{}", import.brief());

        // The same form again is done already.
        let again = save(&worker, &seen).await?;
        assert_eq!((again.status, again.location), (303, Some(path(&first))), "sent twice");
        assert_eq!(city.changes(&first).await?.len(), 1);

        // The queue follows by itself, and what was given stays, however low the terms go.
        city.recalculate(&worker).await?;
        assert_eq!(city.place_of(moved).await?, Some(first.clone()));
        assert!(!worker.get(&path(&first)).await?.says(t::NOT_YET_NOTE.get(L)));
        let lower = preview(&worker, &first, &[("capacity", "0")]).await?;
        let below = t::BELOW.fill(L, &[("allowed", "0"), ("granted", "1")]);
        assert!(lower.says(&below) && lower.says(t::MOVES_NONE.get(L)), "{}", lower.brief());
        assert_eq!(save(&worker, &lower).await?.status, 303);
        city.recalculate(&worker).await?;
        assert_eq!(city.place_of(moved).await?, Some(first.clone()));
        let page = worker.get(&path(&first)).await?;
        assert!(page.says(&t::OVER_NOTE.fill(L, &[("n", "4")])), "{}", page.brief());
        let list = worker.get(LIST).await?;
        assert!(list.says(&t::OVER.fill(L, &[("n", "4")])), "{}", list.brief());

        // A place that has no terms yet is given some.
        let bare = Place::new(second.school.clone(), Language::Russian);
        assert!(worker.get(&path(&bare)).await?.says(t::NO_TERMS_NOTE.get(L)));
        let until = [("until-day", "1"), ("until-month", "12"), ("until-year", &*city.until.year().to_string())];
        let typed = [("capacity", "25"), ("forecast", "0")].into_iter().chain(until).collect::<Vec<_>>();
        let seen = preview(&worker, &bare, &typed).await?;
        assert_eq!(save(&worker, &seen).await?.status, 303, "{}", seen.brief());
        assert_eq!(city.terms(&bare).await?.map(|terms| (terms.capacity, terms.ratio)), Some((25, 3)));
        assert!(city.changes(&bare).await?.iter().all(|change| change.before.is_none()));
        Ok(())
    })
}

fn what_was_seen_no_longer_is_shown_anew_and_not_saved(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let city = City::new(&portal).await?;
        let (one, two) = (Worker::of_department(&portal).await?, Worker::of_department(&portal).await?);
        let first = place("s-1")?;
        city.queue(&stack).await?;
        city.recalculate(&one).await?;

        // Somebody else was faster.
        let (mine, yours) =
            (preview(&one, &first, &[("capacity", "11")]).await?, preview(&two, &first, &[("capacity", "15")]).await?);
        assert_eq!(save(&one, &mine).await?.status, 303);
        let told = save(&two, &yours).await?;
        assert!(told.status == 409 && told.says(t::MET.get(L)), "{}", told.brief());
        assert_eq!(city.terms(&first).await?.map(|terms| terms.capacity), Some(11));
        assert_eq!(save(&two, &told).await?.status, 303, "what is shown now is saved");
        assert_eq!(city.terms(&first).await?.map(|terms| terms.capacity), Some(15));
        assert_eq!(city.changes(&first).await?.len(), 2);
        // My form is done and stays done, though another change came after it.
        assert_eq!(save(&one, &mine).await?.status, 303);
        assert_eq!(city.terms(&first).await?.map(|terms| terms.capacity), Some(15));
        city.recalculate(&one).await?;

        // The queue has gone on: what would follow is something else.
        let seen = preview(&one, &first, &[("capacity", "16")]).await?;
        for _ in 0..3 {
            city.sent(&stack, "s-1", &[]).await?;
        }
        city.recalculate(&two).await?;
        let told = save(&one, &seen).await?;
        assert!(told.status == 409 && told.says(t::MET_TITLE.get(L)), "{}", told.brief());
        assert_eq!(city.changes(&first).await?.len(), 2);
        // It has gone on elsewhere only: what was seen is still so.
        let seen = preview(&one, &first, &[("capacity", "16")]).await?;
        city.sent(&stack, "s-3", &[]).await?;
        city.recalculate(&two).await?;
        assert_eq!(save(&one, &seen).await?.status, 303);

        // A file that was checked before a change counts no more, and the other way round.
        let file = city.administrator.import(Sheet::Places, city.places(30).as_bytes()).await?;
        let seen = preview(&one, &first, &[("capacity", "17")]).await?;
        assert_eq!(save(&one, &seen).await?.status, 303);
        let told = city.administrator.apply(&file).await?;
        assert!(told.says(directory::OVERTAKEN.get(Locale::Ru)), "{}", told.brief());
        let seen = preview(&one, &first, &[("capacity", "18")]).await?;
        city.administrator.renew(Sheet::Places, city.places(30).as_bytes()).await?;
        assert_eq!(save(&one, &seen).await?.status, 409);
        assert_eq!(city.terms(&first).await?.map(|terms| terms.capacity), Some(30));

        // Versions that count no more are forgotten.
        for capacity in ["31", "32", "33", "34"] {
            let seen = preview(&one, &first, &[("capacity", capacity)]).await?;
            assert_eq!(save(&one, &seen).await?.status, 303);
        }
        let chunks = tables::partition(&stack, &portal.tables.directory, &keys::list(Sheet::Places))?;
        assert!(chunks.len() <= 3, "{} versions are kept", chunks.len());
        let terms = tables::partition(&stack, &portal.tables.places, &keys::terms(&city.campaign))?;
        assert!(terms.len() <= 3, "{} versions are kept", terms.len());
        Ok(())
    })
}

fn a_change_is_whole_or_not_made_whatever_fails(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let city = City::new(&portal).await?;
        let worker = Worker::of_department(&portal).await?;
        let (first, second) = (place("s-1")?, place("s-2")?);
        let struck = at_every_call(&Fault::ALL, async |planned| {
            let (before, told) = (city.terms(&first).await?.ok_or("no terms")?, city.changes(&first).await?);
            let after = Terms { capacity: before.capacity % 2_000 + 1, ..before.clone() };
            let seen = preview(&worker, &first, &[("capacity", &after.capacity.to_string())]).await?;
            assert_eq!(seen.status, 200, "{}", seen.brief());
            let saved = portal.struck(planned, save(&worker, &seen)).await?;
            let case = saved.case();
            let now = city.terms(&first).await?.ok_or_else(|| format!("{case}: the terms are gone"))?;
            assert!(now == before || now == after, "{case}: {now:?}");
            assert_eq!(city.terms(&second).await?.map(|terms| terms.capacity), Some(20), "{case}: another row");
            let recorded = city.changes(&first).await?;
            let is_recorded = recorded.first() != told.first();
            assert_eq!(is_recorded, now == after, "{case}: the change and its record go together");
            let done = saved.outcome.as_ref().is_some_and(|page| page.status == 303);
            assert!(!done || now == after, "{case}: said to be done");
            assert!(done || !saved.is_unnoticed(), "{case}: not done though nobody noticed");

            // The same form again goes through, once.
            let again = save(&worker, &seen).await?;
            assert_eq!(again.status, 303, "{case}: {}", again.brief());
            assert_eq!(city.terms(&first).await?, Some(after.clone()), "{case}");
            let [last, ..] = &*city.changes(&first).await? else { return Err("nothing is recorded".into()) };
            assert_eq!((&last.before, &last.after), (&Some(before), &after), "{case}");
            let current = portal.store.current_now().await?;
            assert_eq!(current.version(Sheet::Places), Some(&last.version), "{case}");
            Ok(saved.call)
        });
        assert!(struck.await? >= 40, "the session, the terms, the ledger, the rows, the version, the transaction");
        Ok(())
    })
}

#[test]
fn who_may_not_change_terms_changes_none_and_a_school_sees_its_own() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let city = City::new(&portal).await?;
        let (first, second) = (place("s-1")?, place("s-2")?);
        let worker = Worker::of_department(&portal).await?;
        let seen = preview(&worker, &first, &[("capacity", "12")]).await?;
        let (to, fields) = seen.pressed(t::SAVE.get(L), &[])?;
        assert_eq!(to, path(&first));
        is_kept_from(&portal, &path(&first), &fields, &[Group::School], &worker).await?;

        let mine = Worker::of_school(&portal, &first.school).await?;
        let list = mine.get(LIST).await?;
        assert!(list.says("1-мектеп") && !list.says("2-мектеп") && !list.says("3-мектеп"), "{}", list.brief());
        assert!(list.says(t::READ_ONLY.get(L)) && !list.says(t::RECALCULATE.get(L)), "{}", list.brief());
        let page = mine.get(&path(&first)).await?;
        assert!(page.status == 200 && page.says(t::READ_ONLY.get(L)), "{}", page.brief());
        assert!(!page.says(t::PREVIEW.get(L)) && page.form().is_none_or(|form| !form.action.contains("places")));
        assert_eq!(mine.get(&path(&second)).await?.status, 403);
        // Its own token makes the department's form no better.
        let token = mine.get("/kk/office").await?.csrf().ok_or("no token")?;
        let forged: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.clone(), if name == "csrf" { token.clone() } else { value.clone() }))
            .collect();
        for to in [path(&first), path(&second), LIST.to_owned()] {
            assert_eq!(mine.send(&to, &forged).await?.status, 403, "{to}");
        }
        assert_eq!(city.terms(&first).await?.map(|terms| terms.capacity), Some(10));

        // The administrator may, with a form of their own; another officer's form is none of theirs.
        let administrator = Worker::new(&portal, Group::Administrator, None).await?;
        assert_eq!(administrator.send(&path(&first), &fields).await?.status, 403);
        let seen = preview(&administrator, &first, &[("capacity", "13")]).await?;
        assert_eq!(save(&administrator, &seen).await?.status, 303);
        assert!(administrator.get(LIST).await?.says(t::RECALCULATE.get(L)));
        // The department's form of before is old by now.
        assert_eq!(worker.send(&path(&first), &fields).await?.status, 409);
        assert_eq!(city.terms(&first).await?.map(|terms| terms.capacity), Some(13));
        Ok(())
    })
}

#[test]
fn what_is_no_term_or_no_place_is_refused_and_nothing_typed_is_lost() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let city = City::new(&portal).await?;
        let worker = Worker::of_department(&portal).await?;
        let first = place("s-1")?;
        let most = [("least", "0"), ("most", "2000")];
        for (name, value, error) in [
            ("capacity", "2001", t::NUMBER_BAD.fill(L, &most)),
            ("capacity", "99999999999999999999", t::NUMBER_BAD.fill(L, &most)),
            ("forecast", "-1", t::NUMBER_BAD.fill(L, &most)),
            ("forecast", "он", t::NUMBER_BAD.fill(L, &most)),
            ("ratio", "0", t::NUMBER_BAD.fill(L, &[("least", "1"), ("most", "100")])),
            ("until-day", "32", t::UNTIL_BAD.get(L).split('{').next().unwrap_or_default().to_owned()),
            ("note", "", t::WHY_EMPTY.get(L).to_owned()),
        ] {
            let page = preview(&worker, &first, &[("capacity", "12"), (name, value)]).await?;
            assert_eq!(page.status, 422, "{name} {value}: {}", page.brief());
            assert!(page.says(&error), "{name} {value}: {}", page.brief());
            let kept = page.form().ok_or("no form")?.fields;
            assert!(kept.contains(&(name.to_owned(), value.to_owned())), "{name} is lost: {}", page.brief());
        }
        let long = "ұ".repeat(501);
        let page = preview(&worker, &first, &[("capacity", "12"), ("note", &long)]).await?;
        assert!(page.status == 422 && page.says(&t::WHY_TOO_LONG.fill(L, &[("n", "501")])), "{}", page.brief());
        let page = preview(&worker, &first, &[("until-year", "1999")]).await?;
        assert_eq!(page.status, 422, "{}", page.brief());
        let page = preview(&worker, &first, &[]).await?;
        assert!(page.status == 422 && page.says(t::SAME.get(L)), "{}", page.brief());

        // A form that never was a preview, and one with other numbers than those that were previewed.
        let seen = preview(&worker, &first, &[("capacity", "12")]).await?;
        let (to, fields) = seen.pressed(t::SAVE.get(L), &[])?;
        for changed in [("capacity", "500"), ("seen", ""), ("seen", "x"), ("shown", ""), ("shown", "0")] {
            let forged: Vec<_> = fields
                .iter()
                .map(|(name, value)| {
                    (name.clone(), if name == changed.0 { changed.1.to_owned() } else { value.clone() })
                })
                .collect();
            let page = worker.send(&to, &forged).await?;
            assert_eq!(page.status, 409, "{changed:?}: {}", page.brief());
        }

        for unknown in ["s-9/kazakh", "s-3/russian", "s-1/english", "s-1", "S-1/kazakh", "s-1/kazakh/x"] {
            let at = format!("{LIST}/{unknown}");
            assert_eq!(worker.get(&at).await?.status, 404, "{unknown}");
            assert_eq!(worker.send(&at, &fields).await?.status, 404, "{unknown}");
        }
        assert!(city.changes(&first).await?.is_empty());
        assert_eq!(city.terms(&first).await?.map(|terms| terms.capacity), Some(10));

        // The list is narrowed by a part of the name, in either language.
        for (sought, found) in [("2-мек", 2), ("ШКОЛА", 5), ("3", 1), ("жоқ", 0)] {
            let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("q", sought).finish();
            let page = worker.get(&format!("{LIST}?{query}")).await?;
            let links = page.body.matches("href=\"/kk/office/places/").count();
            assert_eq!(links, found, "{sought}: {}", page.brief());
            assert_eq!(page.says(t::NOTHING_FOUND.get(L)), found == 0, "{sought}");
            assert!(page.says(desk::FIND.get(L)));
        }
        Ok(())
    })
}
