//! The registry of teachers and their pages.

use domain::directory::rows::{RatingRow, SchoolRow, TeacherRow};
use domain::directory::sheet::Rows;
use domain::directory::{Category, SchoolId, TeacherId};
use domain::{Date, Language, Locale};
use lambda_http::http::Method;
use store::directory::{Import, ImportVersion};
use testkit::{Ask, sequential_waits};
use tests::portal::block_on;
use tests::{Device, Engine, Page, Portal, Result, Stack};
use text::{errors, schools, teachers as t};

tests::over_both! {
    teachers_are_found_narrowed_ordered_and_paged_by_the_address_alone,
    odd_questions_are_answered_and_nothing_of_them_is_believed,
    a_teacher_tells_everything_and_leads_on,
}

/// Twenty-seven teachers of two schools: two known ones, of whom one is rated, and many others.
async fn city(stack: &Stack) -> Result<Portal> {
    let portal = Portal::with_own_directory(stack).await?;
    let (alpha, beta) = (SchoolId::parse("alpha")?, SchoolId::parse("beta")?);
    let school = |id: &SchoolId, number| SchoolRow {
        number: Some(number),
        name_ru: format!("Школа № {number}"),
        name_kk: format!("№ {number} мектеп"),
        ..testkit::school(id.clone())
    };
    let teacher = |id: &str, school: &SchoolId, name: &str, category, years, languages: &[Language]| {
        Ok::<_, tests::Error>(TeacherRow {
            id: TeacherId::parse(id)?,
            school: school.clone(),
            name: name.to_owned(),
            category,
            years,
            languages: languages.to_vec(),
        })
    };
    let mut teachers = vec![
        teacher("umit", &alpha, "Әбдіхан Үміт <Сынаққызы>", Category::Master, 21, &Language::ALL)?,
        teacher("anna", &beta, "Пробная Анна Сынаковна", Category::Expert, 1, &[Language::Russian])?,
    ];
    for n in 1..=25 {
        let name = format!("Сынақова Үлгі {n:02}");
        teachers.push(teacher(&format!("other-{n:02}"), &beta, &name, Category::Teacher, 5, &[Language::Kazakh])?);
    }
    let part = |ru: &str, kk: &str, points, of| {
        Ok::<_, tests::Error>(RatingRow {
            school: alpha.clone(),
            teacher: Some(TeacherId::parse("umit")?),
            part_ru: ru.to_owned(),
            part_kk: kk.to_owned(),
            points,
            of,
            source_ru: "Отдел образования, проба".to_owned(),
            source_kk: "Білім бөлімі, сынақ".to_owned(),
            as_of: Date::constant(2026, 9, 1),
        })
    };
    let ratings = vec![
        part("Открытые уроки", "Ашық сабақтар", 17, 20)?,
        part("Опрос родителей", "Ата-аналар сауалнамасы", 61, 80)?,
    ];
    let import = Import {
        version: ImportVersion { city: Portal::unique()?, register: String::new() },
        files: vec![
            Rows::Schools(vec![school(&alpha, 301), school(&beta, 302)]),
            Rows::Teachers(teachers),
            Rows::Ratings(ratings),
        ],
        register: Vec::new(),
    };
    portal.store.import(&import, None, portal.now()).await?;
    Ok(portal)
}

fn is_public(page: &Page) {
    assert_eq!(page.status, 200, "{}", page.brief());
    assert_eq!(page.header("cache-control"), "public, max-age=60, stale-while-revalidate=300", "{}", page.path);
    assert_eq!((page.header("set-cookie"), page.header("vary")), ("", "accept-encoding"), "{}", page.path);
}

/// The teachers that a page lists, in order.
fn listed(page: &Page) -> Vec<String> {
    let cards = page.body.split("<h2 class=\"name\"><a href=\"").skip(1);
    cards.filter_map(|rest| rest.split('"').next()?.rsplit('/').next()).map(str::to_owned).collect()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn teachers_are_found_narrowed_ordered_and_paged_by_the_address_alone(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = city(&stack).await?;
        let visitor = Device::new(&portal);
        for (query, expected) in [
            (format!("q={}", encoded("абдихан умит")), vec!["umit"]),
            (format!("q={}", encoded("ӘБДІХАН")), vec!["umit"]),
            (format!("q={}", encoded("№ 301")), vec!["umit"]),
            (format!("q={}", encoded("анна школа 302")), vec!["anna"]),
            (format!("q={}", encoded("анна 301")), vec![]),
            ("school=alpha".to_owned(), vec!["umit"]),
            ("category=expert".to_owned(), vec!["anna"]),
            ("language=russian".to_owned(), vec!["umit", "anna"]),
            ("language=russian&sort=years".to_owned(), vec!["umit", "anna"]),
            ("language=russian&school=beta".to_owned(), vec!["anna"]),
            ("category=researcher".to_owned(), vec![]),
        ] {
            for l in ["ru", "kk"] {
                let page = visitor.get(&format!("/{l}/teachers?{query}")).await?;
                is_public(&page);
                assert_eq!(listed(&page), expected, "{}?{query}", page.path);
            }
        }
        let none = visitor.get("/kk/teachers?category=researcher").await?;
        assert!(none.says(t::NONE.get(Locale::Kk)) && none.says(t::ALL_TEACHERS.get(Locale::Kk)), "{}", none.brief());
        // By the alphabet; the only one who is rated; who has taught longest and shortest.
        for (query, page, expected) in
            [("", 1, "umit"), ("sort=rating&", 1, "umit"), ("sort=years&", 1, "umit"), ("sort=years&", 2, "anna")]
        {
            let page = visitor.get(&format!("/ru/teachers?{query}page={page}")).await?;
            let shown = listed(&page);
            let found = if page.body.contains("aria-current=\"page\">1<") { shown.first() } else { shown.last() };
            assert_eq!(found.map(String::as_str), Some(expected), "{query}: {shown:?}");
        }

        // Two pages of one list; the choice goes along and into the other language.
        for l in Locale::ALL {
            portal.wire.take();
            let page = visitor.get(&format!("/{}/teachers?language=kazakh&sort=years", l.code())).await?;
            assert_eq!(sequential_waits(&portal.wire.take()), 1, "the registry waits");
            assert_eq!(listed(&page).len(), 20);
            let words = [("teachers", &*t::teachers(l, 26)), ("from", "1"), ("to", "20")];
            assert!(page.says(&t::FOUND_PART.fill(l, &words)), "{}", page.brief());
            let next = format!("/{}/teachers?language=kazakh&amp;sort=years&amp;page=2", l.code());
            assert!(page.body.contains(&format!("href=\"{next}\"")), "{}", page.brief());
            let rest = visitor.get(&next.replace("&amp;", "&")).await?;
            assert_eq!(listed(&rest).len(), 6);
            let other = format!("href=\"/{}/teachers?language=kazakh&amp;sort=years&amp;page=2\"", l.other().code());
            assert!(rest.body.contains(&other) && rest.body.contains("value=\"kazakh\" selected"), "{}", rest.brief());
        }
        Ok(())
    })
}

fn odd_questions_are_answered_and_nothing_of_them_is_believed(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = city(&stack).await?;
        let visitor = Device::new(&portal);
        let html = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
        for (query, found) in [
            ("school=nowhere&category=chief&language=latin&sort=wealth".to_owned(), 20),
            ("page=0".to_owned(), 20),
            ("page=-1".to_owned(), 20),
            ("page=2".to_owned(), 7),
            ("page=999999".to_owned(), 7),
            ("page=99999999999999999999999999".to_owned(), 7),
            ("page=two".to_owned(), 20),
            (format!("q={html}"), 0),
            (format!("school={html}&category={html}&sort={html}&page={html}&language={html}"), 20),
            (format!("q={}", "a".repeat(3_900)), 0),
            ("q=%FF%FE".to_owned(), 20),
            ("=&&&=&q".to_owned(), 20),
        ] {
            for l in ["ru", "kk"] {
                let page = visitor.get(&format!("/{l}/teachers?{query}")).await?;
                is_public(&page);
                assert_eq!(listed(&page).len(), found, "{query}");
                assert!(!page.body.contains("<script>"), "{query}");
            }
        }
        let long = visitor.get(&format!("/kk/teachers?q={}", "a".repeat(10_000))).await?;
        assert_eq!((long.status, long.heading().as_str()), (413, errors::FORM_TOO_LARGE_TITLE.get(Locale::Kk)));
        for path in ["/kk/teachers/nobody", "/kk/teachers/Umit", "/kk/teachers/%3Cb%3E"] {
            let page = visitor.get(path).await?;
            let told = (page.status, page.heading());
            assert_eq!((told.0, told.1.as_str()), (404, errors::NOT_FOUND_TITLE.get(Locale::Kk)), "{path}");
        }
        for path in ["/ru/teachers?sort=rating", "/ru/teachers/umit"] {
            let page = visitor.get(path).await?;
            let again = Ask::new(Method::GET, path).header("if-none-match", page.header("etag"));
            let again = portal.page(again.request()).await?;
            assert!((again.status, again.bytes.len()) == (304, 0), "{}", again.brief());
            let posted = portal.page(Ask::new(Method::POST, path).form("q=1".to_owned()).request()).await?;
            assert_eq!(posted.status, 405, "{}", posted.brief());
        }
        // Before the city has told of anybody.
        let empty = Portal::with_own_directory(&stack).await?;
        let page = Device::new(&empty).get("/kk/teachers?q=a&page=3").await?;
        is_public(&page);
        assert!(page.says(t::EMPTY.get(Locale::Kk)) && !page.body.contains("<form"), "{}", page.brief());
        Ok(())
    })
}

fn a_teacher_tells_everything_and_leads_on(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let portal = city(&stack).await?;
        let visitor = Device::new(&portal);
        for l in Locale::ALL {
            portal.wire.take();
            let page = visitor.get(&format!("/{}/teachers/umit", l.code())).await?;
            assert_eq!(sequential_waits(&portal.wire.take()), 1, "a teacher waits");
            is_public(&page);
            let (school, part, source, sum) = match l {
                Locale::Ru => {
                    ("Школа № 301", "Открытые уроки: 17 из 20", "Отдел образования, проба, 01.09.2026", "78 из 100")
                }
                Locale::Kk => {
                    ("№ 301 мектеп", "Ашық сабақтар: 20 балдан 17", "Білім бөлімі, сынақ, 01.09.2026", "100 балдан 78")
                }
            };
            let years = t::years(l, 21);
            for said in
                [school, part, source, sum, &years, t::category(Category::Master).get(l), schools::RATING_WHERE.get(l)]
            {
                assert!(page.says(said), "{said}: {}", page.brief());
            }
            assert_eq!(page.body.matches("<svg").count(), 2, "a bar of each part");
            assert!(page.body.contains("Үміт &lt;Сынаққызы&gt;") && !page.body.contains("<Сынаққызы>"));
            let l = l.code();
            for link in [format!("/{l}/teachers"), format!("/{l}/schools/alpha"), format!("/{l}/teachers?school=alpha")]
            {
                assert!(page.body.contains(&format!("href=\"{link}\"")), "{link}: {}", page.brief());
            }
        }
        // Nobody rated the other, and that is said.
        let page = visitor.get("/ru/teachers/anna").await?;
        assert!(page.says(t::RATING_NONE.get(Locale::Ru)) && page.says("1\u{a0}год"), "{}", page.brief());
        assert_eq!(page.body.matches("<svg").count(), 0);
        Ok(())
    })
}
