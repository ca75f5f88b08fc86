//! The pages that stand in for the one that was asked for: each says what to do, in both languages,
//! and nothing about anybody. The browser's gallery looks at them too, where these tests leave them.

use std::path::PathBuf;
use std::sync::Arc;

use domain::{Locale, Timestamp};
use lambda_http::http::Method;
use store::StoreError;
use testkit::Ask;
use tests::Result;
use tests::portal::block_on;
use web::Trouble;

/// What is typed in the request: nothing of it may come back.
const TYPED: &str = "parent-surname=Сынақов&parent-iin=991231500006";
const NOW: &str = "2027-04-01T04:00:00Z";

/// Every trouble that has a page, and its status.
fn all() -> Result<Vec<(&'static str, u16, Trouble)>> {
    let until: Timestamp = "2027-04-01T04:40:00Z".parse()?;
    let corrupt = StoreError::Corrupt { key: "application#1/draft".to_owned(), why: "Сынақов".to_owned() };
    Ok(vec![
        ("not-found", 404, Trouble::NotFound),
        ("method", 405, Trouble::Method),
        ("forged", 403, Trouble::Forged),
        ("past-the-edge", 403, Trouble::PastTheEdge),
        ("conflict", 409, Trouble::Conflict),
        ("form-too-large", 413, Trouble::FormTooLarge),
        ("file-too-large", 413, Trouble::FileTooLarge),
        ("unreadable", 422, Trouble::Unreadable),
        ("too-many", 429, Trouble::TooMany { until }),
        ("throttled", 503, Trouble::Store(StoreError::Throttled)),
        ("unavailable", 500, Trouble::Store(StoreError::Unavailable("Сынақов".to_owned()))),
        ("corrupt", 500, Trouble::Store(corrupt)),
        ("ours", 500, Trouble::Ours("Сынақов".to_owned())),
        ("works", 503, Trouble::Works { until }),
    ])
}

#[test]
fn every_trouble_has_a_page_that_leads_on_and_tells_nothing() -> Result<()> {
    let folder = std::env::var_os("PORTAL_TEST_TROUBLES").map(PathBuf::from);
    if let Some(folder) = &folder {
        std::fs::create_dir_all(folder)?;
    }
    let site = Arc::new(testkit::site("http://localhost:8080"));
    let now: Timestamp = NOW.parse()?;
    for locale in [Locale::Ru, Locale::Kk] {
        for (name, status, trouble) in all()? {
            let trouble = std::sync::Mutex::new(Some(trouble));
            let l = locale.code();
            let address = format!("/{l}/first-grade/{}/family", "0".repeat(32));
            let ask = Ask::new(Method::POST, &address).form(TYPED.to_owned()).request();
            let handler = |_| {
                let met = trouble.lock().ok().and_then(|mut met| met.take()).unwrap_or(Trouble::NotFound);
                async move { Err(met) }
            };
            let answer = block_on(async { Ok(web::answer(ask, &site, now, &handler).await) })?;
            let page = String::from_utf8(answer.body().to_vec())?;

            assert_eq!(answer.status().as_u16(), status, "{name}");
            assert!(page.contains(&format!("<html lang=\"{l}\"")), "{name}");
            assert!(
                matches!(name, "works" | "past-the-edge")
                    || page.contains(&format!("<p><a href=\"/{l}/applications\"")),
                "{name}: no way on"
            );
            assert!(page.contains("content=\"noindex"), "{name}: search engines keep it");
            let title = page.split("<h1>").nth(1).and_then(|rest| rest.split("</h1>").next()).unwrap_or_default();
            assert!(!title.is_empty() && page.contains(&format!("<title>{title}")), "{name}: {title}");
            for typed in ["Сынақов", "991231500006", "application#1"] {
                assert!(!page.contains(typed), "{name} tells {typed}");
            }
            let wait = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
            assert_eq!(wait, matches!(name, "too-many" | "works").then_some("2400"), "{name}");
            assert_eq!(answer.headers().get("cache-control").map(|value| value.as_bytes()), Some(&b"no-store"[..]));
            if let Some(folder) = &folder {
                std::fs::write(folder.join(format!("{l}-{status}-{name}.html")), page)?;
            }
        }
    }
    Ok(())
}

#[test]
fn who_comes_past_the_edge_is_sent_to_the_portals_own_address() -> Result<()> {
    let secrets = web::OriginSecret::new("new,old".to_owned());
    let site = Arc::new(web::Site { origin_secret: Some(secrets), ..testkit::site("https://portal.example") });
    let now: Timestamp = NOW.parse()?;
    for (method, address) in [
        (Method::GET, "/ru"),
        (Method::POST, "/ru/first-grade"),
        (Method::GET, "/ru/office"),
        (Method::GET, "/nowhere"),
    ] {
        for (shown, status) in
            [(None, 403), (Some("wrong"), 403), (Some("new,old"), 403), (Some("new"), 404), (Some("old"), 404)]
        {
            let ask = Ask::new(method.clone(), address);
            let ask = shown.into_iter().fold(ask, |ask, shown| ask.header("x-origin-secret", shown)).request();
            let handler = async |_| Err(Trouble::NotFound);
            let answer = block_on(async { Ok(web::answer(ask, &site, now, &handler).await) })?;
            let page = String::from_utf8(answer.body().to_vec())?;
            assert_eq!(answer.status().as_u16(), status, "{method} {address} {shown:?}");
            assert_eq!(
                page.contains("href=\"https://portal.example/"),
                status == 403 || page.contains("rel=\"canonical\""),
                "{address}"
            );
        }
    }
    Ok(())
}
