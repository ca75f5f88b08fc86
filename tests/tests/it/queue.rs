//! The public queue, and how a parent reads of it elsewhere: in the wizard, with the application, on
//! the receipt.

use domain::{Application, Locale};
use jiff::SignedDuration;
use lambda_http::http::Method;
use store::recalculation::SETTLED_AFTER;
use testkit::{Ask, sequential_waits};
use tests::portal::{PUBLISHED, block_on};
use tests::ready::{Ready, send_as_it_is};
use tests::trial::{Trial, place};
use tests::{Browser, Device, Engine, Page, Result, Stack};
use text::{errors, queue as t, status};

tests::over_both! {
    the_queue_shows_places_and_who_waits_and_names_nobody,
    a_parent_reads_the_position_and_why,
    the_receipt_carries_what_is_needed_to_check_the_ticket,
    the_wizard_shows_how_quota_schools_stand,
}

/// Two residents of one school, and one of another who waits for the first, who can be asked for.
async fn trial(stack: &Stack) -> Result<(Trial, Ready, Application)> {
    let trial = Trial::new(stack, &[("alpha", 10, 5, 3), ("beta", 8, 0, 3)]).await?;
    trial.schools(&["alpha", "beta", "gamma"]).await?;
    for _ in 0..2 {
        trial.send(stack, Some("alpha"), &[]).await?;
    }
    let draft = trial.ready(stack, Some("beta"), &["alpha"]).await?;
    let waits = send_as_it_is(&trial.portal, &draft).await?;
    Ok((trial, draft, waits))
}

/// Why the trial's place is not given.
fn why(l: Locale) -> String {
    t::WHY_RATIO.fill(l, &[("ratio", "3"), ("outside", "1"), ("residents", "3"), ("now", "2")])
}

fn first_in_line(l: Locale) -> String {
    t::IS_WAITING.fill(l, &[("n", "1")])
}

fn is_public(page: &Page) {
    assert_eq!(page.status, 200, "{}", page.brief());
    assert_eq!(page.header("cache-control"), "public, max-age=60, stale-while-revalidate=300");
    assert_eq!((page.header("set-cookie"), page.header("vary")), ("", "accept-encoding"));
}

fn the_queue_shows_places_and_who_waits_and_names_nobody(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (trial, _, waits) = trial(&stack).await?;
        let portal = &trial.portal;
        let visitor = Device::new(portal);
        for page in ["/ru/queue", "/ru/queue/alpha"] {
            let page = visitor.get(page).await?;
            is_public(&page);
            assert!(page.says(t::NOTHING_YET.get(Locale::Ru)), "{}", page.brief());
        }
        trial.settle().await?;
        let head = portal.store.ledger_head(&trial.campaign.id).await?.ok_or("no ledger")?;
        let number = waits.number.to_string();
        for l in Locale::ALL {
            portal.wire.take();
            let city = visitor.get(&format!("/{}/queue", l.code())).await?;
            assert!(sequential_waits(&portal.wire.take()) <= 2, "the city's queue waits");
            is_public(&city);
            assert!(city.says(&t::WAIT_COUNT.fill(l, &[("n", "1")])) && city.says(&head.hash.to_string()));
            let school = visitor.get(&format!("/{}/queue/alpha?number={number}", l.code())).await?;
            assert!(sequential_waits(&portal.wire.take()) <= 2, "a school's queue waits");
            is_public(&school);
            for told in [why(l), first_in_line(l), status_of(l, t::IS_RESIDENT), head.hash.to_string()] {
                assert!(school.says(&told), "{told}: {}", school.brief());
            }
            assert!(school.body.contains(&format!("class=\"mine\" id=\"kazakh-{number}\"")), "{}", school.brief());
            assert!(school.body.contains(&format!("/{}/queue/alpha?number={number}", l.other().code())));
            let sent = visitor.get(&format!("/{}/queue/beta", l.code())).await?;
            assert!(sent.says(&status_of(l, t::IS_RESIDENT)), "it sits at home while it waits");
            for page in [&city, &school, &sent] {
                for personal in ["Мысал", "Сынақов", "Үлгі", "+7709"] {
                    assert!(!page.body.contains(personal), "{} names {personal}", page.path);
                }
            }
        }
        let found = visitor.get("/ru/queue?q=BETA").await?;
        assert!(found.body.contains("/ru/queue/beta") && !found.body.contains("/ru/queue/alpha"), "{}", found.brief());
        let none = visitor.get("/ru/queue?q=%3Cscript%3E").await?;
        assert!(none.says(t::NO_SCHOOL.get(Locale::Ru)) && !none.body.contains("<script>"), "{}", none.brief());
        for (typed, told) in [
            ("999999999999", t::NOT_FOUND.fill(Locale::Ru, &[("n", "999999999999")])),
            ("-1", status::NUMBER_FORM.get(Locale::Ru).to_owned()),
            ("%27%20OR%201", status::NUMBER_FORM.get(Locale::Ru).to_owned()),
        ] {
            let page = visitor.get(&format!("/ru/queue/alpha?number={typed}")).await?;
            assert!(page.status == 200 && page.says(&told), "{typed}: {}", page.brief());
        }

        // Published up to a line: its files are named.
        assert!(visitor.get("/ru/queue").await?.says(t::LEDGER_SOON.get(Locale::Ru)));
        portal.store.note_published(&trial.campaign.id, head.lines).await?;
        let folder = format!("{PUBLISHED}/ledger/{}/", trial.campaign.id);
        let page = visitor.get("/ru/queue/beta").await?;
        assert!(page.body.contains(&format!("href=\"{folder}00001.jsonl\"")), "{}", page.brief());
        assert!(page.says(&format!("cargo portal verify {folder}")));

        portal.wait(SignedDuration::from_hours(101 * 24));
        for page in ["/kk/queue", "/kk/queue/alpha"] {
            assert!(visitor.get(page).await?.says(t::CLOSED.get(Locale::Kk)), "{page}");
        }
        Ok(())
    })
}

fn status_of(l: Locale, phrase: text::Phrase) -> String {
    phrase.get(l).to_owned()
}

fn a_parent_reads_the_position_and_why(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (trial, draft, waits) = trial(&stack).await?;
        let parent = Device::with(&trial.portal, draft.token.clone());
        let number = waits.number.to_string();
        let pages = async |l: Locale| -> Result<Vec<Page>> {
            let ask = parent.get(&format!("/{}/status", l.code())).await?;
            let typed = [("number", number.as_str()), ("child-iin", draft.child.as_str())];
            let status = parent.press(&ask, status::CHECK.get(l), &typed).await?;
            let sent = parent.get(&format!("/{}/first-grade/{}/sent", l.code(), draft.id)).await?;
            Ok(vec![sent, status, parent.get(&format!("/{}/applications", l.code())).await?])
        };
        let soon = |l: Locale| t::AWAITED_SOON.get(l).rsplit('}').next().unwrap_or_default().to_owned();
        for page in pages(Locale::Ru).await? {
            assert!(page.says(&soon(Locale::Ru)), "{}", page.brief());
        }
        trial.settle().await?;
        for l in Locale::ALL {
            for page in pages(l).await? {
                assert!(page.says(&first_in_line(l)) && page.says(&why(l)), "{}", page.brief());
                assert!(!page.says(&soon(l)), "{}", page.brief());
                assert!(page.body.contains(&format!("/{}/queue/alpha?number={number}", l.code())), "{}", page.brief());
            }
        }
        // The third resident opens the place.
        trial.send(&stack, Some("alpha"), &[]).await?;
        trial.settle().await?;
        assert_eq!(trial.now(&waits).await?.place(), Some(place("alpha")?));
        for page in pages(Locale::Kk).await? {
            assert!(page.says("alpha мектебі") && !page.says(&first_in_line(Locale::Kk)), "{}", page.brief());
        }
        Ok(())
    })
}

fn the_receipt_carries_what_is_needed_to_check_the_ticket(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (trial, draft, waits) = trial(&stack).await?;
        let parent = Device::with(&trial.portal, draft.token.clone());
        let at = |l: Locale, name: &str| format!("/{}/first-grade/{}/{name}", l.code(), draft.id);
        let number = waits.number.to_string();
        let folder = format!("{PUBLISHED}/ledger/{}/", trial.campaign.id);
        trial.settle().await?;
        let early = parent.get(&at(Locale::Ru, "receipt")).await?;
        assert!(early.says(t::RECEIPT_LATER.get(Locale::Ru)), "{}", early.brief());
        // The day ends.
        let tomorrow = trial.portal.now() + SignedDuration::from_hours(24) + SETTLED_AFTER;
        trial.settle_at(tomorrow).await?;
        let head = trial.portal.store.ledger_head(&trial.campaign.id).await?.ok_or("no ledger")?;
        let day = head.day.ok_or("no day is over")?;
        for l in Locale::ALL {
            let page = parent.get(&at(l, "receipt")).await?;
            let queue = format!("{}/{}/queue/beta?number={number}", stack.origin, l.code());
            let check = format!("cargo portal verify {folder} --ticket {number} --line {}={}", day.line, day.hash);
            for told in [queue, check, t::RECEIPT_HOW.fill(l, &[("n", &number)])] {
                assert!(page.says(&told), "{told}: {}", page.brief());
            }
            assert!(!page.says(t::RECEIPT_LATER.get(l)));
            let pdf = parent.get(&at(l, "receipt.pdf")).await?;
            assert!(pdf.status == 200 && pdf.bytes.starts_with(b"%PDF-1."), "{}", pdf.brief());
        }
        Ok(())
    })
}

fn the_wizard_shows_how_quota_schools_stand(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    block_on(async {
        let (trial, ..) = trial(&stack).await?;
        let draft = trial.ready(&stack, Some("beta"), &["alpha"]).await?;
        let parent = Device::with(&trial.portal, draft.token.clone());
        let at = |l: Locale| format!("/{}/first-grade/{}/school", l.code(), draft.id);
        let live = |l: Locale| format!("{}, {}", t::NO_FREE.get(l), t::WAIT_COUNT.fill(l, &[("n", "1")]));
        let before = parent.get(&at(Locale::Ru)).await?;
        assert!(before.status == 200 && !before.says(&live(Locale::Ru)), "{}", before.brief());
        trial.settle().await?;
        for l in Locale::ALL {
            let page = parent.get(&at(l)).await?;
            let (option, chosen) = (format!(": {} (", live(l)), t::QUOTA_NOW.get(l));
            for told in [option.as_str(), chosen, &why(l)] {
                assert!(page.says(told), "{told}: {}", page.brief());
            }
        }
        // A third resident there opens a place of the other school.
        trial.send(&stack, Some("beta"), &[]).await?;
        trial.send(&stack, Some("beta"), &[]).await?;
        trial.settle().await?;
        let page = parent.get(&at(Locale::Ru)).await?;
        assert!(page.says(&t::FREE_OF.fill(Locale::Ru, &[("free", "1"), ("quota", "1")])), "{}", page.brief());
        Ok(())
    })
}

#[test]
fn what_is_no_school_no_number_and_no_question_is_refused() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let browser = Browser::new(&stack.origin);
    for junk in ["nowhere", "..", "%2e%2e", "a%00b", "A", &"x".repeat(41), "school%2F1", "%3Cb%3E", "a/b"] {
        let page = browser.get(&format!("/ru/queue/{junk}"))?;
        assert!(matches!(page.status, 400 | 404), "{junk}: {}", page.brief());
    }
    let lost = browser.get("/kk/queue/nowhere")?;
    assert_eq!((lost.status, lost.heading()), (404, errors::NOT_FOUND_TITLE.get(Locale::Kk).to_owned()));
    let long = browser.get(&format!("/ru/queue?q={}", "a".repeat(5_000)))?;
    assert!(matches!(long.status, 413 | 414), "{}", long.brief());
    let many = browser.get(&format!("/ru/queue?{}", "q=a&".repeat(300)))?;
    assert!(matches!(many.status, 413 | 414), "{}", many.brief());
    for path in ["/ru/queue", "/ru/queue/nowhere"] {
        let posted = browser.post(path, &[("q".to_owned(), "1".to_owned())])?;
        assert_eq!(posted.status, 405, "{}", posted.brief());
    }
    let empty = browser.get("/ru/queue?q=&number=&page=9&cursor=%7B%22pk%22%3A%22campaign%22%7D&q=%F0%9F%98%80")?;
    is_public(&empty);
    Ok(())
}

#[test]
fn whoever_asks_for_the_headers_gets_them() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    block_on(async {
        let trial = Trial::new(&stack, &[]).await?;
        let answer = trial.portal.page(Ask::new(Method::HEAD, "/ru/queue").request()).await?;
        is_public(&answer);
        let answer = trial.portal.page(Ask::new(Method::PUT, "/ru/queue").request()).await?;
        assert_eq!(answer.status, 405, "{}", answer.brief());
        Ok(())
    })
}
