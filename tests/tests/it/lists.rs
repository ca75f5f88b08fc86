//! The lists of the directory that stay in the process: what they hold, and what it costs to know that they
//! still count.

use std::sync::Arc;
use std::time::Duration;

use domain::address::{House, Parity};
use domain::directory::rows::{RatingRow, SchoolRow, StreetRow, TeacherRow, TerritoryRow};
use domain::directory::sheet::Rows;
use domain::directory::{Category, SchoolId, StreetId, StreetKind, TeacherId};
use domain::{Date, Language};
use store::directory::{Directory, Import, ImportVersion};
use testkit::{Charge, sequential_waits};
use tests::portal::block_on;
use tests::{Engine, Portal, Result, Stack};

tests::over_both! {
    a_list_is_read_once_and_a_minute_later_only_asked_whether_it_counts,
    the_territory_of_a_school_is_what_the_file_says_and_one_wait,
}

async fn import(portal: &Portal, files: Vec<Rows>) -> Result<()> {
    let version = ImportVersion { city: Portal::unique()?, register: String::new() };
    Ok(portal.store.import(&Import { version, files, register: Vec::new() }, None, portal.now()).await?)
}

fn school(number: usize) -> Result<SchoolId> {
    Ok(SchoolId::parse(&format!("s-{number}"))?)
}

fn schools(count: usize) -> Result<Vec<SchoolRow>> {
    (0..count).map(|number| Ok(testkit::school(school(number)?))).collect()
}

/// Five teachers of each school.
fn teachers(schools: usize, name: &str) -> Result<Vec<TeacherRow>> {
    let teacher = |number: usize| {
        Ok(TeacherRow {
            id: TeacherId::parse(&format!("t-{number}"))?,
            school: school(number / 5)?,
            name: name.to_owned(),
            category: Category::Expert,
            years: 7,
            languages: vec![Language::Kazakh],
        })
    };
    (0..schools * 5).map(teacher).collect()
}

/// Two parts of the rating of every school but the first, and of its first teacher.
fn ratings(schools: usize) -> Result<Vec<RatingRow>> {
    let mut rows = Vec::new();
    for number in 1..schools {
        for teacher in [None, Some(TeacherId::parse(&format!("t-{}", number * 5))?)] {
            for (part, points) in [("Бірінші", 3), ("Екінші", 4)] {
                rows.push(RatingRow {
                    school: school(number)?,
                    teacher: teacher.clone(),
                    part_ru: part.to_owned(),
                    part_kk: part.to_owned(),
                    points: if teacher.is_some() { points } else { 5 },
                    of: 5,
                    source_ru: "Бөлім".to_owned(),
                    source_kk: "Бөлім".to_owned(),
                    as_of: Date::constant(2026, 9, 1),
                });
            }
        }
    }
    Ok(rows)
}

fn a_list_is_read_once_and_a_minute_later_only_asked_whether_it_counts(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        // However large the city is.
        for size in [3, 300] {
            let portal = Portal::with_own_directory(&stack).await?;
            let files = vec![
                Rows::Schools(schools(size)?),
                Rows::Teachers(teachers(size, "Бұрынғы")?),
                Rows::Ratings(ratings(size)?),
            ];
            import(&portal, files).await?;
            let apart = portal.on_its_own_wire()?;
            // Its minute is always over.
            let lists = Directory::new(apart.store.clone()).fresh_for(Duration::ZERO);
            let (held, named) = futures::try_join!(lists.schools(), lists.teachers())?;
            assert_eq!(sequential_waits(&apart.wire.take()), 1, "the first time, of {size}");
            assert_eq!((held.all().len(), named.all().len()), (size, size * 5));
            let points = |number: usize| -> Result<_> {
                let rating = held.find(&school(number)?).and_then(|school| school.rating.as_ref());
                Ok(rating.map(|rating| (rating.points(), rating.of())))
            };
            assert_eq!((points(0)?, points(2)?), (None, Some((10, 10))));
            let first = school(1)?;
            let of: Vec<_> = named.of(&first).map(|teacher| teacher.rating.as_ref()).collect();
            assert_eq!(
                of.iter().map(|rating| rating.map(|rating| rating.points())).collect::<Vec<_>>(),
                [Some(7), None, None, None, None]
            );

            for _ in 0..2 {
                assert!(Arc::ptr_eq(&lists.schools().await?, &held) && Arc::ptr_eq(&lists.teachers().await?, &named));
                let calls = apart.wire.take();
                assert!(calls.len() == 2 && calls.iter().all(|call| call.operation == "GetItem"), "{calls:?}");
                // The item that says which versions count has less than 4 KB.
                let charged = Charge::of(&calls).read;
                assert_eq!(charged, if engine == Engine::DynamoDbLocal { 1.0 } else { 0.0 }, "of {size}");
            }

            // Teachers are others now; the schools are as they were and are not read again.
            import(&portal, vec![Rows::Teachers(teachers(size, "Кейінгі")?)]).await?;
            let renewed = lists.teachers().await?;
            assert!(renewed.all().iter().all(|teacher| teacher.name == "Кейінгі"));
            assert_eq!(renewed.all().iter().filter(|teacher| teacher.rating.is_some()).count(), size - 1);
            apart.wire.take();
            assert!(Arc::ptr_eq(&lists.schools().await?, &held));
            assert_eq!(apart.wire.take().len(), 1);

            // Within the minute nobody is asked.
            let lists = Directory::new(apart.store.clone());
            lists.schools().await?;
            lists.teachers().await?;
            apart.wire.take();
            lists.schools().await?;
            lists.teachers().await?;
            assert_eq!(apart.wire.take().len(), 0);
        }
        Ok(())
    })
}

fn the_territory_of_a_school_is_what_the_file_says_and_one_wait(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = Portal::with_own_directory(&stack).await?;
        let street = |number: u32| StreetId::parse(&format!("street-{number}"));
        let row = |number: u32, at: usize| -> Result<TerritoryRow> {
            Ok(TerritoryRow {
                street: street(number)?,
                from: Some(House::plain(1)),
                to: Some(House::plain(number + 1)),
                parity: if number.is_multiple_of(2) { Parity::Even } else { Parity::All },
                language: Language::Kazakh,
                school: school(at)?,
            })
        };
        let streets = (0..700).map(|number| {
            Ok(StreetRow {
                id: street(number)?,
                kind: StreetKind::Street,
                name_ru: number.to_string(),
                name_kk: number.to_string(),
                old_names: Vec::new(),
                area_ru: String::new(),
                area_kk: String::new(),
            })
        });
        // One school has so many streets that they are several chunks; another one.
        let rows: Vec<TerritoryRow> =
            (0..700).map(|number| row(number, usize::from(number == 5))).collect::<Result<_>>()?;
        let files = vec![
            Rows::Schools(schools(3)?),
            Rows::Streets(streets.collect::<Result<_>>()?),
            Rows::Territories(rows.clone()),
        ];
        import(&portal, files).await?;
        portal.wire.take();
        for (at, count) in [(0, 699), (1, 1), (2, 0)] {
            let found = portal.store.territory_of(&school(at)?).await?;
            assert_eq!(sequential_waits(&portal.wire.take()), 1);
            let expected: Vec<_> = rows
                .iter()
                .filter(|row| school(at).is_ok_and(|school| row.school == school))
                .map(|row| (row.street.clone(), domain::address::TerritoryRow::from(row.clone())))
                .collect();
            assert_eq!((found.len(), found), (count, expected));
        }
        // The next version counts alone, for both sides.
        import(&portal, vec![Rows::Territories(vec![row(5, 2)?])]).await?;
        assert!(portal.store.territory_of(&school(0)?).await?.is_empty());
        assert_eq!(portal.store.territory_of(&school(2)?).await?.len(), 1);
        assert_eq!(portal.store.territory(&street(5)?).await?.rows.len(), 1);
        Ok(())
    })
}
