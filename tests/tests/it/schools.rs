//! The registry of schools, their comparison and their pages.

use domain::directory::rows::{RatingRow, SchoolRow, TeacherRow};
use domain::directory::sheet::Rows;
use domain::directory::{Category, SchoolId, SchoolKind, TeacherId};
use domain::{Date, Language, Locale};
use lambda_http::http::Method;
use store::directory::{Import, ImportVersion};
use testkit::{Ask, sequential_waits};
use tests::portal::block_on;
use tests::trial::Trial;
use tests::{Device, Engine, Page, Portal, Result, Stack};
use text::{errors, queue, schools as t, teachers};

tests::over_both! {
    schools_are_found_narrowed_ordered_and_paged_by_the_address_alone,
    odd_questions_are_answered_and_nothing_of_them_is_believed,
    up_to_three_schools_stand_side_by_side,
    a_school_tells_everything_and_leads_on,
}

/// A city of twenty-five schools. Of alpha and beta, in Kazakh, the places are known: alpha has a free one.
async fn city(stack: &Stack) -> Result<Trial> {
    let trial = Trial::new(stack, &[("alpha", 75, 0, 1), ("beta", 50, 0, 3)]).await?;
    let mut schools = Vec::new();
    for (at, id) in ["alpha", "beta", "gamma"]
        .into_iter()
        .map(str::to_owned)
        .chain((1..=22).map(|n| format!("other-{n:02}")))
        .enumerate()
    {
        let number = u16::try_from(100 + at)?;
        schools.push(SchoolRow {
            number: Some(number),
            name_ru: format!("Школа № {number} {id}"),
            name_kk: format!("№ {number} {id} мектебі"),
            ..testkit::school(SchoolId::parse(&id)?)
        });
    }
    let [alpha, beta, gamma, ..] = schools.as_mut_slice() else { return Err("no schools".into()) };
    let text = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    alpha.kind = SchoolKind::Gymnasium;
    (alpha.district_ru, alpha.district_kk) = ("Юг".to_owned(), "Оңтүстік".to_owned());
    (alpha.phone, alpha.email) = ("+7 (7212) 00-00-01".to_owned(), "alpha@mektep.example".to_owned());
    (alpha.website, alpha.head) = ("https://alpha.mektep.example".to_owned(), "Үлгі Үлгіұлы".to_owned());
    (alpha.programmes_ru, alpha.programmes_kk) =
        (text(&["Шахматы", "Робототехника"]), text(&["Шахмат", "Робототехника"]));
    (alpha.equipment_ru, alpha.equipment_kk) = (text(&["Бассейн"]), text(&["Бассейн"]));
    beta.kind = SchoolKind::Lyceum;
    beta.languages = vec![Language::Kazakh];
    (beta.programmes_ru, beta.programmes_kk) = (text(&["Шахматы"]), text(&["Шахмат"]));
    gamma.languages = vec![Language::Russian];
    let part = |school: &SchoolRow, part: (&str, &str), points, of| RatingRow {
        school: school.id.clone(),
        teacher: None,
        part_ru: part.0.to_owned(),
        part_kk: part.1.to_owned(),
        points,
        of,
        source_ru: "Отдел образования, проба".to_owned(),
        source_kk: "Білім бөлімі, сынақ".to_owned(),
        as_of: Date::constant(2026, 9, 1),
    };
    let (quality, survey) = (("Качество знаний", "Білім сапасы"), ("Опрос родителей", "Ата-аналар сауалнамасы"));
    let ratings = vec![
        part(alpha, quality, 34, 40),
        part(alpha, survey, 52, 60),
        part(gamma, quality, 39, 40),
        part(gamma, survey, 58, 60),
    ];
    let teacher = |n: usize| {
        Ok(TeacherRow {
            id: TeacherId::parse(&format!("teacher-{n}"))?,
            school: alpha.id.clone(),
            name: format!("Үлгі Сынақ {n}"),
            category: if n < 2 { Category::Master } else { Category::Expert },
            years: 7,
            languages: vec![Language::Kazakh],
        })
    };
    let teachers = (0..8).map(teacher).collect::<Result<Vec<_>>>()?;
    let city = format!("{}{}{}", Portal::unique()?, Portal::unique()?, Portal::unique()?);
    let import = Import {
        version: ImportVersion { city, register: String::new() },
        files: vec![Rows::Schools(schools), Rows::Teachers(teachers), Rows::Ratings(ratings)],
        register: Vec::new(),
    };
    trial.portal.store.import(&import, None, trial.campaign.opens).await?;
    trial.send(stack, Some("alpha"), &[]).await?;
    trial.settle().await?;
    Ok(trial)
}

fn is_public(page: &Page) {
    assert_eq!(page.status, 200, "{}", page.brief());
    assert_eq!(page.header("cache-control"), "public, max-age=60, stale-while-revalidate=300", "{}", page.path);
    assert_eq!((page.header("set-cookie"), page.header("vary")), ("", "accept-encoding"), "{}", page.path);
}

/// The schools that a page lists, in order.
fn listed(page: &Page) -> Vec<String> {
    let cards = page.body.split("<h2 class=\"name\"><a href=\"").skip(1);
    cards.filter_map(|rest| rest.split('"').next()?.rsplit('/').next()).map(str::to_owned).collect()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn schools_are_found_narrowed_ordered_and_paged_by_the_address_alone(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = city(&stack).await?;
        let visitor = Device::new(&trial.portal);
        let chess = encoded("Шахматы");
        let south = [encoded("Юг"), encoded("Оңтүстік")];
        for (query, expected) in [
            ("q=alpha", vec!["alpha"]),
            ("q=%E2%84%96+101", vec!["beta"]),
            ("q=101+%D0%BC%D0%B5%D0%BA%D1%82%D0%B5%D0%B1", vec!["beta"]),
            (&format!("district={}", south[0]), vec!["alpha"]),
            (&format!("district={}", south[1]), vec!["alpha"]),
            ("kind=lyceum", vec!["beta"]),
            (&format!("programme={chess}"), vec!["alpha", "beta"]),
            (&format!("programme={chess}&kind=lyceum&language=kazakh"), vec!["beta"]),
            (&format!("programme={chess}&language=russian"), vec!["alpha"]),
            ("free=yes", vec!["alpha"]),
            ("free=yes&language=russian", vec![]),
            ("free=yes&q=beta", vec![]),
            ("kind=lyceum&language=russian", vec![]),
        ] {
            for l in ["ru", "kk"] {
                let page = visitor.get(&format!("/{l}/schools?{query}")).await?;
                is_public(&page);
                assert_eq!(listed(&page), expected, "{}?{query}", page.path);
            }
        }
        let page = visitor.get("/ru/schools?free=yes&q=beta").await?;
        assert!(page.says(t::NONE.get(Locale::Ru)) && page.says(t::ALL_SCHOOLS.get(Locale::Ru)), "{}", page.brief());

        // In order: gamma is rated higher than alpha, and nobody else is rated.
        let first = async |query: &str, many: usize| -> Result<Vec<String>> {
            Ok(listed(&visitor.get(&format!("/kk/schools?{query}")).await?).into_iter().take(many).collect())
        };
        assert_eq!(first("", 3).await?, ["alpha", "beta", "gamma"]);
        assert_eq!(first("sort=rating", 3).await?, ["gamma", "alpha", "beta"]);
        assert_eq!(first("sort=free", 3).await?, ["alpha", "beta", "gamma"]);
        assert_eq!(first("sort=free&language=russian&q=beta", 3).await?, Vec::<String>::new());

        // Two pages of one list, in words; the choice goes along and into the other language.
        for l in Locale::ALL {
            trial.portal.wire.take();
            let page = visitor.get(&format!("/{}/schools?language=russian&school=beta", l.code())).await?;
            assert!(sequential_waits(&trial.portal.wire.take()) <= 2, "the registry waits");
            assert_eq!(listed(&page).len(), 20);
            let words = [("schools", &*t::schools(l, 24)), ("from", "1"), ("to", "20")];
            assert!(page.says(&t::FOUND_PART.fill(l, &words)), "{}", page.brief());
            let next = format!("/{}/schools?language=russian&amp;school=beta&amp;page=2", l.code());
            assert!(page.body.contains(&format!("href=\"{next}\"")), "{}", page.brief());
            let rest = visitor.get(&next.replace("&amp;", "&")).await?;
            assert_eq!(listed(&rest).len(), 4);
            let other = format!("href=\"/{}/schools?language=russian&amp;school=beta&amp;page=2\"", l.other().code());
            assert!(rest.body.contains(&other), "{}", rest.brief());
            assert!(rest.body.contains("<input type=\"hidden\" name=\"school\" value=\"beta\">"), "{}", rest.brief());
            assert!(rest.body.contains("value=\"russian\" selected"));
        }
        let south = visitor.get(&format!("/ru/schools?district={}", encoded("Юг"))).await?;
        assert!(south.body.contains(&format!("/kk/schools?district={}\"", encoded("Оңтүстік"))), "{}", south.brief());

        // What is known is said, and no more.
        let page = visitor.get("/ru/schools?q=alpha").await?;
        for said in
            ["86 из 100", "75\u{a0}мест, по квоте свободно 1 из 1", &queue::NO_TERMS.get(Locale::Ru).to_lowercase()]
        {
            assert!(page.says(said), "{said}: {}", page.brief());
        }
        let page = visitor.get("/ru/schools?q=other-01").await?;
        assert!(!page.says(t::RATING.get(Locale::Ru)), "a rating that nobody gave");
        let all = Ask::new(Method::GET, "/ru/schools").header("accept-encoding", "gzip");
        let all = trial.portal.page(all.request()).await?;
        assert!(all.header("content-encoding") == "gzip" && all.bytes.len() < 14 * 1024, "{} bytes", all.bytes.len());
        Ok(())
    })
}

fn odd_questions_are_answered_and_nothing_of_them_is_believed(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = city(&stack).await?;
        let visitor = Device::new(&trial.portal);
        let html = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
        for (query, found) in [
            ("district=nowhere", 20),
            ("kind=castle&language=latin&programme=none&sort=xyz", 20),
            ("page=0", 20),
            ("page=-1", 20),
            ("page=2", 5),
            ("page=999999", 5),
            ("page=99999999999999999999999999", 5),
            ("page=two", 20),
            ("page=2&page=1", 20),
            ("school=nobody&school=..%2F..&school=%00", 20),
            (&format!("q={html}"), 0),
            (&format!("district={html}&kind={html}&sort={html}&page={html}&school={html}"), 20),
            (&format!("q={}", "a".repeat(3_900)), 0),
            ("q=%FF%FE", 20),
            ("=&&&=&q", 20),
        ] {
            for l in ["ru", "kk"] {
                let page = visitor.get(&format!("/{l}/schools?{query}")).await?;
                is_public(&page);
                assert_eq!(listed(&page).len(), found, "{query}");
                assert!(!page.body.contains("<script>"), "{query}");
            }
        }
        let long = visitor.get(&format!("/kk/schools?q={}", "a".repeat(10_000))).await?;
        assert_eq!((long.status, long.heading().as_str()), (413, errors::FORM_TOO_LARGE_TITLE.get(Locale::Kk)));
        for path in ["/kk/schools/nobody", "/kk/schools/Alpha", "/kk/schools/%3Cb%3E"] {
            let page = visitor.get(path).await?;
            assert_eq!(
                (page.status, page.heading().as_str()),
                (404, errors::NOT_FOUND_TITLE.get(Locale::Kk)),
                "{path}"
            );
        }
        for path in ["/ru/schools", "/ru/schools/compare?school=alpha&school=beta", "/ru/schools/alpha"] {
            let page = visitor.get(path).await?;
            let again = Ask::new(Method::GET, path).header("if-none-match", page.header("etag"));
            let again = trial.portal.page(again.request()).await?;
            assert!((again.status, again.bytes.len()) == (304, 0), "{}", again.brief());
            let posted = trial.portal.page(Ask::new(Method::POST, path).form("q=1".to_owned()).request()).await?;
            assert_eq!(posted.status, 405, "{}", posted.brief());
        }
        Ok(())
    })
}

fn up_to_three_schools_stand_side_by_side(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = city(&stack).await?;
        let visitor = Device::new(&trial.portal);
        let columns = |page: &Page| page.body.matches("<th scope=\"col\">").count();
        for l in Locale::ALL {
            let at = format!("/{}/schools/compare", l.code());
            trial.portal.wire.take();
            let page = visitor.get(&format!("{at}?school=alpha&school=gamma&school=beta")).await?;
            assert!(sequential_waits(&trial.portal.wire.take()) <= 2, "the comparison waits");
            is_public(&page);
            assert_eq!(columns(&page), 3, "{}", page.brief());
            let category = teachers::category(Category::Master).get(l);
            let shown = [
                t::rating(l, &rating(&[(34, 40), (52, 60)])),
                t::rating(l, &rating(&[(39, 40), (58, 60)])),
                format!("{category}: 2"),
                format!("{}: 75", text::review::language(Language::Kazakh).get(l)),
                format!("{}: —", text::review::language(Language::Russian).get(l)),
            ];
            for said in shown {
                assert!(page.says(&said), "{said}: {}", page.brief());
            }
            assert!(page.body.contains(&format!("{at}?school=alpha&amp;school=beta\"")), "no way to remove gamma");
            let other =
                format!("/{}/schools/compare?school=alpha&amp;school=gamma&amp;school=beta\"", l.other().code());
            assert!(page.body.contains(&other), "{}", page.brief());
            assert!(!page.says(t::ADD.get(l)), "a fourth can be added");
            for (query, count, told) in [
                ("", 0, t::CHOOSE),
                ("?school=&school=", 0, t::CHOOSE),
                ("?school=alpha", 1, t::CHOOSE_MORE),
                ("?school=alpha&school=alpha", 1, t::REPEATED),
                ("?school=alpha&school=beta&school=gamma&school=other-01", 3, t::TOO_MANY),
                ("?school=alpha&school=nobody&school=beta", 2, t::UNKNOWN),
                ("?school=%3Cscript%3E&school=beta", 1, t::UNKNOWN),
            ] {
                let page = visitor.get(&format!("{at}{query}")).await?;
                is_public(&page);
                assert_eq!(columns(&page), count, "{query}");
                assert!(page.says(told.get(l)) && !page.body.contains("<script>"), "{query}: {}", page.brief());
            }
        }
        let many = "school=alpha&".repeat(201);
        assert_eq!(visitor.get(&format!("/ru/schools/compare?{many}")).await?.status, 413);
        // Another one is added to what is there already.
        let page = visitor.get("/ru/schools/compare?school=beta").await?;
        let (to, fields) = page.pressed(t::ADD_TO.get(Locale::Ru), &[])?;
        let kept: Vec<_> = fields.iter().filter(|(name, value)| name == "school" && !value.is_empty()).collect();
        assert!(to == "/ru/schools/compare" && kept.len() == 1, "{to} {kept:?}");
        Ok(())
    })
}

fn rating(parts: &[(u16, u16)]) -> domain::directory::Rating {
    let part = |(points, of): &(u16, u16)| domain::directory::RatingPart {
        name: domain::directory::Bilingual::new("", ""),
        points: *points,
        of: *of,
        source: domain::directory::Bilingual::new("", ""),
        as_of: Date::constant(2026, 9, 1),
    };
    domain::directory::Rating { parts: parts.iter().map(part).collect() }
}

fn a_school_tells_everything_and_leads_on(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let trial = city(&stack).await?;
        let visitor = Device::new(&trial.portal);
        for l in Locale::ALL {
            trial.portal.wire.take();
            let page = visitor.get(&format!("/{}/schools/alpha", l.code())).await?;
            assert!(sequential_waits(&trial.portal.wire.take()) <= 2, "a school waits");
            is_public(&page);
            let (district, programme, part, source) = match l {
                Locale::Ru => ("Юг", "Шахматы", "Качество знаний: 34 из 40", "Отдел образования, проба, 01.09.2026"),
                Locale::Kk => ("Оңтүстік", "Шахмат", "Білім сапасы: 40 балдан 34", "Білім бөлімі, сынақ, 01.09.2026"),
            };
            let said = [
                district,
                programme,
                part,
                source,
                "Бассейн",
                "Үлгі Үлгіұлы",
                "+7 (7212) 00-00-01",
                t::RATING_WHERE.get(l),
                teachers::category(Category::Expert).get(l),
                &t::rating(l, &rating(&[(34, 40), (52, 60)])),
                &t::TEACHERS_ALL.fill(l, &[("n", "8")]),
            ];
            for said in said {
                assert!(page.says(said), "{said}: {}", page.brief());
            }
            let l = l.code();
            for link in [
                "tel:+77212000001".to_owned(),
                "mailto:alpha@mektep.example".to_owned(),
                "https://alpha.mektep.example".to_owned(),
                format!("/{l}/schools"),
                format!("/{l}/schools/compare?school=alpha"),
                format!("/{l}/schools/alpha/territory"),
                format!("/{l}/queue/alpha#kazakh"),
                format!("/{l}/teachers/teacher-7"),
            ] {
                assert!(page.body.contains(&format!("href=\"{link}\"")), "{link}: {}", page.brief());
            }
            assert!(page.body.contains(&format!("<meta name=\"description\" content=\"{}", page.heading())));
        }
        // Of the others less is known, and that is said.
        let page = visitor.get("/kk/schools/other-01").await?;
        assert!(
            page.says(t::RATING_NONE.get(Locale::Kk)) && page.says(t::NOT_KNOWN.get(Locale::Kk)),
            "{}",
            page.brief()
        );
        trial.portal.wait(jiff::SignedDuration::from_hours(101 * 24));
        for path in ["/kk/schools", "/kk/schools/alpha", "/kk/schools/compare?school=alpha&school=beta"] {
            assert!(visitor.get(path).await?.says(queue::CLOSED.get(Locale::Kk)), "{path}");
        }
        Ok(())
    })
}
