//! What holds of every public page: it is the same for everybody, anybody may keep it, and search engines
//! and messengers are told what it is.

use std::collections::BTreeSet;

use domain::Locale;
use domain::directory::Bilingual;
use jiff::SignedDuration;
use lambda_http::http::Method;
use testkit::Ask;
use tests::portal::block_on;
use tests::stack::patiently;
use tests::{Browser, Page, Portal, Result, Stack};
use text::errors;
use web::{Contacts, Site};

/// Those that have no more than a language, of `/{l}`.
const PAGES: &[&str] = &[
    "",
    "/accessibility",
    "/camps",
    "/camps/sunny-1",
    "/faq",
    "/queue",
    "/school-search",
    "/schools",
    "/schools/compare",
    "/teachers",
];

/// One page of each kind that is of something.
const OF: &[&str] = &["/queue/{school}", "/schools/{school}", "/schools/{school}/territory", "/teachers/{teacher}"];

/// The part of a list's first link that names what it leads to.
fn first(page: &Page, before: &str) -> Result<String> {
    let links = page.body.split("href=\"").filter_map(|rest| rest.split('"').next());
    let mut of_a_kind = links.filter_map(|link| link.strip_prefix(before)).filter(|id| !id.is_empty());
    let id = of_a_kind.find(|id| !id.contains(['/', '?']) && *id != "compare");
    Ok(id.ok_or_else(|| format!("{} leads to no {before}…", page.path))?.to_owned())
}

/// Every kind of public page in both languages.
fn all(browser: &Browser) -> Result<Vec<String>> {
    let school = first(&browser.get("/ru/schools")?, "/ru/schools/")?;
    let teacher = first(&browser.get("/ru/teachers")?, "/ru/teachers/")?;
    let of = OF.iter().map(|page| page.replace("{school}", &school).replace("{teacher}", &teacher));
    let pages: Vec<String> = PAGES.iter().map(|page| (*page).to_owned()).chain(of).collect();
    Ok(Locale::ALL.iter().flat_map(|l| pages.iter().map(move |page| format!("/{}{page}", l.code()))).collect())
}

/// What stands between two texts.
fn between<'a>(page: &'a Page, before: &str, after: &str) -> Result<&'a str> {
    let found = page.body.split(before).nth(1).and_then(|rest| rest.split(after).next());
    Ok(found.ok_or_else(|| format!("{} has no {before}", page.path))?)
}

#[test]
fn a_public_page_reads_and_sets_no_cookie_and_is_sent_once() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let stranger = Browser::new(&stack.origin);
    let cookies = format!("session={}; office={}", "ab".repeat(32), "cd".repeat(32));
    let mut pages = all(&stranger)?;
    pages.extend(["/robots.txt", "/sitemap.xml", "/ru/suggest-address?q=abai"].map(str::to_owned));
    for path in pages {
        let seen = || {
            let page = stranger.get(&path)?;
            assert_eq!(page.status, 200, "{}", page.brief());
            let known = stranger.send("GET", &path, None, &[("cookie", &cookies)])?;
            let ask = |asked: &str| stranger.send("GET", &path, None, &[("if-none-match", asked)]);
            let again = [ask(page.header("etag"))?, ask("*")?, ask("W/\"0\"")?];
            // Whoever sends or recalculates meanwhile makes it another page.
            let stays = stranger.get(&path)?.header("etag") == page.header("etag");
            Ok(stays.then_some((page, known, again)))
        };
        let (page, known, again) = patiently(seen, "the page never stays as it is")?;
        assert!(page.body == known.body, "{path} is another page to who has a session");
        for seen in [&page, &known] {
            assert_eq!(seen.header("set-cookie"), "", "{path}");
            assert!(!seen.header("vary").contains("cookie"), "{path}");
            let kept = seen.header("cache-control");
            assert!(kept.starts_with("public, max-age=") && kept.contains("stale-while-revalidate="), "{path}: {kept}");
        }
        let tag = page.header("etag");
        assert!(tag.starts_with("W/\"") && tag == known.header("etag"), "{path}: {tag}");
        for (again, status) in again.iter().zip([304, 304, 200]) {
            assert_eq!((again.status, again.bytes.is_empty()), (status, status == 304), "{path}");
            assert_eq!(again.header("etag"), tag, "{path}");
            assert_eq!(again.header("cache-control"), page.header("cache-control"), "{path}");
        }
    }
    Ok(())
}

#[test]
fn every_public_page_tells_what_it_is_in_both_languages() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let stranger = Browser::new(&stack.origin);
    let (mut titles, mut descriptions) = (BTreeSet::new(), BTreeSet::new());
    let pages = all(&stranger)?;
    for path in &pages {
        let page = stranger.get(path)?;
        let origin = &stack.origin;
        let (l, rest) = path[1..].split_at(2);
        for (name, address) in [("canonical", path.clone()), ("alternate\" hreflang=\"ru", format!("/ru{rest}"))] {
            assert!(page.body.contains(&format!("<link rel=\"{name}\" href=\"{origin}{address}\">")), "{path}: {name}");
        }
        let kazakh = format!("hreflang=\"kk\" href=\"{origin}/kk{rest}\"");
        assert!(page.body.contains(&kazakh) && page.body.contains("hreflang=\"x-default\""), "{path}");
        assert!(page.body.contains(&format!("<html lang=\"{l}\"")) && !page.body.contains("noindex"), "{path}");
        let (title, description) =
            (between(&page, "<title>", "<")?, between(&page, "<meta name=\"description\" content=\"", "\"")?);
        assert!(description.chars().count() >= 40, "{path} says little: {description}");
        titles.insert(title.to_owned());
        descriptions.insert(description.to_owned());
        for property in ["title", "description", "url", "locale", "image", "type"] {
            assert!(!between(&page, &format!("<meta property=\"og:{property}\" content=\""), "\"")?.is_empty());
        }
        let picture = between(&page, "<meta property=\"og:image\" content=\"", "\"")?;
        let picture = stranger.get(picture.strip_prefix(origin.as_str()).ok_or("another host's picture")?)?;
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
    }
    assert_eq!(titles.len(), pages.len(), "two pages of one title: {titles:?}");
    assert_eq!(descriptions.len(), pages.len(), "two pages of one description: {descriptions:?}");
    // What is somebody's, or only leads elsewhere, is not to be kept by anybody.
    for path in ["/ru/applications/sign-in", "/ru/nowhere", "/ru/first-grade", "/kk/status"] {
        let page = stranger.visit(path)?;
        assert!(page.body.contains("content=\"noindex, nofollow\""), "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
    }
    Ok(())
}

#[test]
fn search_engines_find_every_school_and_no_draft() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let stranger = Browser::new(&stack.origin);
    let robots = stranger.get("/robots.txt")?;
    let map = between(&robots, "Sitemap: ", "\n")?;
    assert!(robots.body.contains("Disallow: /ru/first-grade/\n"), "{}", robots.body);
    assert!(!robots.body.contains("office"), "it leads to the office");
    let map = stranger.get(map.strip_prefix(stack.origin.as_str()).ok_or("another host's map")?)?;
    assert_eq!(map.header("content-type"), "application/xml; charset=utf-8");
    let listed: Vec<&str> = map.body.split("<loc>").skip(1).filter_map(|rest| rest.split("</loc>").next()).collect();
    let schools = block_on(async {
        let portal = Portal::over(&stack, &stack.origin).await?;
        Ok(store::directory::Directory::new(portal.store).schools().await?)
    })?;
    for school in schools.all() {
        for page in ["schools/{}", "schools/{}/territory", "queue/{}"] {
            let page = format!("{}/kk/{}", stack.origin, page.replace("{}", school.id.as_str()));
            assert!(listed.contains(&page.as_str()), "{page} is not listed");
        }
    }
    assert!(map.body.matches("hreflang=\"ru\"").count() == listed.len(), "each names its other language");
    let paths: Vec<&str> = listed.iter().filter_map(|page| page.strip_prefix(stack.origin.as_str())).collect();
    assert_eq!(paths.len(), listed.len());
    // Every page that is not of a school, and some of those that are.
    for path in paths.iter().enumerate().filter(|(at, _)| *at < 20 || at % 37 == 0).map(|(_, path)| path) {
        assert_eq!(stranger.get(path)?.status, 200, "{path}");
    }
    Ok(())
}

#[test]
fn while_works_are_planned_every_page_says_until_when() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let mut portal = Portal::over(&stack, &stack.origin).await?;
        portal.stop(portal.now());
        let until = portal.now() + SignedDuration::from_mins(10);
        let contacts = Contacts {
            phone: "+7 (7212) 00-00-00".to_owned(),
            email: String::new(),
            address: Some(Bilingual::new("кабинет 1", "1-кабинет")),
        };
        let site = testkit::site(&stack.origin);
        let city = web::City { contacts, ..site.city.clone() };
        let site = Site { works_until: Some(until), city, ..site };
        portal.set_site(site.clone());
        let back = site.local(until);
        let said = format!("{} {}", text::date(back.date()), text::time(back.time()));
        for (path, method) in [("/ru", Method::GET), ("/kk/first-grade", Method::POST), ("/ru/office", Method::GET)] {
            let page = portal.page(Ask::new(method, path).request()).await?;
            let l = if path.starts_with("/kk") { Locale::Kk } else { Locale::Ru };
            assert_eq!((page.status, page.header("retry-after")), (503, "600"), "{}", page.brief());
            assert_eq!(page.header("cache-control"), "no-store");
            let told = errors::WORKS.fill(l, &[("when", &said)]);
            assert!(page.says(&told), "{}", page.brief());
            // Officers know whom to ask.
            assert!(path.ends_with("office") || page.says("+7 (7212) 00-00-00"), "{}", page.brief());
        }
        let page = portal.page(Ask::new(Method::GET, "/ru").request()).await?;
        let asset = page.body.split('"').find(|part| part.starts_with("/assets/")).ok_or("no stylesheet")?;
        let style = portal.page(Ask::new(Method::GET, asset).request()).await?;
        assert_eq!(style.status, 200, "the page that says so is dressed");
        portal.wait(SignedDuration::from_mins(10));
        assert_eq!(portal.page(Ask::new(Method::GET, "/ru/accessibility").request()).await?.status, 200);
        Ok(())
    })
}
