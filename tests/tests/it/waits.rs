//! What each page takes of AWS: its waits, counted call by call on a whole journey, and what
//! DynamoDB charges for them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use domain::camp::{Section, confirmed_by};
use domain::decision::{Decision, Field, Note, Request};
use domain::directory::sheet::Sheet;
use domain::directory::{School, SchoolId};
use domain::life::{Act, Actor};
use domain::{DraftId, Email, Language, Locale, Officer, OfficerId, Place, Service, Slot, Timestamp};
use jiff::SignedDuration;
use store::directory::Directory;
use store::drafts::Opened;
use store::office_sessions::OfficeSession;
use store::sessions::{Session, SessionToken};
use testkit::{Charge, sequential_waits};
use tests::administrator::demo;
use tests::loopback::{Answered, Loopback, kind};
use tests::officer::{Account, knock, signed_in};
use tests::portal::block_on;
use tests::ready::{ready, sent};
use tests::standing::led;
use tests::{Browser, Engine, Family, Page, Parent, Portal, Result, Stack, embedded};
use text::{corrections, decisions, status};

/// What a change of an application may be charged: another state is another place in each of the
/// office's inboxes, and shows in its indexes by name.
const DECIDED: f64 = 34.0;

/// Every page of the functions that answer pages, and how it is asked for.
const ALL: &[&str] = &[
    "GET /",
    "GET /{l}",
    "GET /assets/{file}",
    "GET /robots.txt",
    "GET /sitemap.xml",
    "GET /{l}/accessibility",
    "GET /{l}/first-grade",
    "POST /{l}/first-grade",
    "GET /{l}/first-grade/{draft}/service",
    "POST /{l}/first-grade/{draft}/service",
    "GET /{l}/first-grade/{draft}/contacts",
    "POST /{l}/first-grade/{draft}/contacts",
    "POST /{l}/first-grade/{draft}/send-code",
    "GET /{l}/first-grade/{draft}/family",
    "POST /{l}/first-grade/{draft}/family",
    "POST /{l}/first-grade/{draft}/look-up",
    "GET /{l}/first-grade/{draft}/documents/{slot}",
    "POST /{l}/first-grade/{draft}/documents/{slot}",
    "POST /{l}/first-grade/{draft}/documents/{slot}/ticket",
    "POST /{l}/first-grade/{draft}/documents/{slot}/remove",
    "GET /{l}/first-grade/{draft}/documents/{slot}/preview",
    "GET /{l}/first-grade/{draft}/documents/{slot}/status",
    "GET /{l}/first-grade/{draft}/school",
    "POST /{l}/first-grade/{draft}/school",
    "POST /{l}/first-grade/{draft}/find-address",
    "GET /{l}/meals/check",
    "POST /{l}/meals/check",
    "GET /{l}/meals/{draft}/meals",
    "POST /{l}/meals/{draft}/meals",
    "POST /{l}/meals/{draft}/review, sending",
    "GET /{l}/meals/{draft}/sent",
    "GET /{l}/transfer/{draft}/transfer",
    "POST /{l}/transfer/{draft}/transfer",
    "POST /{l}/transfer/{draft}/find-address",
    "POST /{l}/transfer/{draft}/review, sending",
    "GET /{l}/transfer/{draft}/sent",
    "GET /{l}/transfer/{draft}/slip.pdf",
    "GET /{l}/camps",
    "GET /{l}/camps/{shift}",
    "GET /{l}/camp/{draft}/camp",
    "POST /{l}/camp/{draft}/camp",
    "POST /{l}/camp/{draft}/review, sending",
    "GET /{l}/camp/{draft}/sent",
    "GET /{l}/camp/{draft}/confirm",
    "POST /{l}/camp/{draft}/confirm",
    "GET /{l}/suggest-address",
    "GET /{l}/first-grade/{draft}/consent",
    "POST /{l}/first-grade/{draft}/consent",
    "GET /{l}/first-grade/{draft}/review",
    "POST /{l}/first-grade/{draft}/review",
    "POST /{l}/first-grade/{draft}/review, sending",
    "GET /{l}/first-grade/{draft}/sent",
    "POST /{l}/first-grade/{draft}/sent",
    "GET /{l}/first-grade/{draft}/receipt",
    "GET /{l}/first-grade/{draft}/receipt.pdf",
    "GET /{l}/first-grade/{draft}/correct",
    "POST /{l}/first-grade/{draft}/correct",
    "GET /{l}/first-grade/{draft}/stay",
    "POST /{l}/first-grade/{draft}/stay",
    "GET /{l}/first-grade/{draft}/withdraw",
    "POST /{l}/first-grade/{draft}/withdraw",
    "GET /{l}/status",
    "POST /{l}/status",
    "GET /{l}/school-search",
    "GET /{l}/schools/{school}/territory",
    "GET /{l}/queue",
    "GET /{l}/queue/{school}",
    "GET /{l}/schools",
    "GET /{l}/schools/compare",
    "GET /{l}/schools/{school}",
    "GET /{l}/teachers",
    "GET /{l}/teachers/{teacher}",
    "GET /{l}/faq",
    "GET /{l}/unsubscribe/{token}",
    "POST /{l}/unsubscribe/{token}",
    "GET /{l}/applications",
    "POST /{l}/applications",
    "GET /{l}/applications/sign-in",
    "POST /{l}/applications/sign-in",
    "POST /{l}/send-code",
    "GET /{l}/office",
    "POST /{l}/office",
    "GET /{l}/office/applications/{draft}",
    "GET /{l}/office/applications/{draft}/scans/{slot}",
    "GET /{l}/office/applications/{draft}/scans/{slot}/view",
    "GET /{l}/office/applications/{draft}/scans/{slot}/file",
    "GET /{l}/office/reports",
    "GET /{l}/office/reports.csv",
    "GET /{l}/office/applications/{draft}/register",
    "POST /{l}/office/applications/{draft}/register",
    "GET /{l}/office/applications/{draft}/return",
    "POST /{l}/office/applications/{draft}/return",
    "GET /{l}/office/applications/{draft}/refuse",
    "POST /{l}/office/applications/{draft}/refuse",
    "GET /{l}/office/applications/{draft}/confirm",
    "POST /{l}/office/applications/{draft}/confirm",
    "GET /{l}/office/applications/{draft}/decline",
    "POST /{l}/office/applications/{draft}/decline",
    "GET /{l}/office/applications/{draft}/enrol",
    "POST /{l}/office/applications/{draft}/enrol",
    "GET /{l}/office/applications/{draft}/assign-territory",
    "POST /{l}/office/applications/{draft}/assign-territory",
    "GET /{l}/office/applications/{draft}/resolve",
    "POST /{l}/office/applications/{draft}/resolve",
    "GET /{l}/office/applications/{draft}/approve-meals",
    "POST /{l}/office/applications/{draft}/approve-meals",
    "GET /{l}/office/applications/{draft}/accept-transfer",
    "POST /{l}/office/applications/{draft}/accept-transfer",
    "GET /{l}/office/applications/{draft}/release-transfer",
    "POST /{l}/office/applications/{draft}/release-transfer",
    "GET /{l}/office/free-places",
    "POST /{l}/office/free-places",
    "GET /{l}/office/enrol",
    "POST /{l}/office/enrol",
    "GET /{l}/office/messages",
    "POST /{l}/office/messages",
    "GET /{l}/office/paper",
    "POST /{l}/office/paper",
    // Recalculating and saving other terms would be everybody's: what they take is asked in office_places.
    "GET /{l}/office/places",
    "GET /{l}/office/places/{school}/{language}",
    "POST /{l}/office/places/{school}/{language}",
    "GET /{l}/office/directory",
    "GET /{l}/office/directory/{file}",
    "POST /{l}/office/directory/{file}",
    "POST /{l}/office/directory/{file}/ticket",
    "GET /{l}/office/directory/{file}/export",
    "GET /{l}/office/imports/{draft}",
    "POST /{l}/office/imports/{draft}",
    "GET /{l}/office/sign-in",
    "POST /{l}/office/sign-in",
    "POST /{l}/office/sign-out",
];

tests::over_both! { pages_keep_to_their_waits_and_charges_and_none_scans_a_table }

/// The most that a kind of page took, of all its visits.
#[derive(Debug, Default)]
struct Most {
    calls: usize,
    attempts: u32,
    waits: usize,
    charge: Charge,
}

impl Most {
    fn take(&mut self, answered: &Answered) {
        let (calls, charge) = (&answered.calls, Charge::of(&answered.calls));
        self.calls = self.calls.max(calls.len());
        self.attempts = self.attempts.max(calls.iter().map(|call| call.attempts).sum());
        self.waits = self.waits.max(sequential_waits(calls));
        self.charge.read = self.charge.read.max(charge.read);
        self.charge.written = self.charge.written.max(charge.written);
    }
}

fn pages_keep_to_their_waits_and_charges_and_none_scans_a_table(engine: Engine) -> Result<()> {
    let Some(stack) = Stack::over(engine)? else { return Ok(()) };
    let loopback = Loopback::open(&stack)?;
    walk(&loopback.stack)?;

    let mut most: BTreeMap<String, Most> = BTreeMap::new();
    for answered in loopback.answered() {
        most.entry(page(&answered)).or_default().take(&answered);
        let scan = answered.calls.iter().find(|call| call.operation == "Scan");
        assert!(scan.is_none(), "{} reads a whole table", page(&answered));
    }
    let mut out = std::io::stderr().lock();
    writeln!(
        out,
        "{:<62} {:>9} {:>8} {:>5} {:>6} {:>7}",
        format!("{engine:?}: the most of all visits"),
        "AWS calls",
        "attempts",
        "waits",
        "read",
        "written"
    )?;
    for (page, Most { calls, attempts, waits, charge }) in &most {
        writeln!(out, "{page:<62} {calls:>9} {attempts:>8} {waits:>5} {:>6} {:>7}", charge.read, charge.written)?;
    }
    drop(out);
    let missed: Vec<_> = ALL.iter().filter(|page| !most.contains_key(**page)).collect();
    assert!(missed.is_empty(), "the journey misses {missed:?}");
    for (page, Most { waits, charge, .. }) in &most {
        // What is only looked at writes nothing. Signing out writes for each of the devices.
        let (waits_allowed, written_allowed) = match page.split(' ').next() {
            _ if page.ends_with("sending") => (6, 26.0),
            // That an officer opened it is written down.
            _ if page == "GET /{l}/office/applications/{draft}" => (2, 1.0),
            // So of each that is compared; which those are the child's claims tell.
            _ if page == "GET /{l}/office/applications/{draft}/resolve" => (3, 2.0),
            _ if page.ends_with("/view") || page.ends_with("/file") => (2, 1.0),
            // What is somebody's stands in an index by name only; which places an application waits for, in the application.
            _ if page == "GET /{l}/applications" || page == "GET /{l}/office/paper" => (3, 0.0),
            Some("GET") => (2, 0.0),
            // What is kept is charged for being looked at in the same transaction.
            _ if page == "POST /{l}/office/applications/{draft}/resolve" => (4, DECIDED + 10.0),
            _ if page.starts_with("POST /{l}/office/applications/") => (4, DECIDED),
            _ if page.ends_with("/withdraw") || page.ends_with("/correct") => (4, DECIDED),
            _ => (4, 20.0),
        };
        assert!(*waits <= waits_allowed, "{page}: {waits} waits, {waits_allowed} allowed");
        assert!(charge.read <= 12.0, "{page} is charged {} read units", charge.read);
        assert!(charge.written <= written_allowed, "{page} is charged {} write units", charge.written);
    }
    let charged = most.values().any(|most| most.charge.written > 0.0);
    assert_eq!(charged, engine == Engine::DynamoDbLocal, "who tells of charges has changed");
    Ok(())
}

/// Every page and every form, with every fault at every call: the visitor sees what would be seen, or is told in words that
/// it does not work now; and who tries again comes to the same, with as much written as if nothing had gone wrong.
#[test]
fn whichever_call_of_a_request_fails_the_visitor_is_told_and_the_next_try_makes_it_good() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let stack = block_on(embedded::city(&stack))?;
    let loopback = Loopback::breaking(&stack)?;
    walk(&loopback.stack)?;
    let broken = loopback.broken();
    assert!(broken.wrong.is_empty(), "{}", broken.wrong.join("\n"));
    let missed: Vec<_> =
        ALL.iter().filter(|page| !broken.requests.contains(page.trim_end_matches(", sending"))).collect();
    assert!(missed.is_empty(), "the journey misses {missed:?}");
    assert!(broken.faults > 2_500, "{} faults", broken.faults);
    Ok(())
}

/// Every other request comes to a function whose clock is five minutes ahead of the others', or behind.
#[test]
fn a_clock_that_is_five_minutes_off_leads_nobody_elsewhere() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let led = |by| -> Result<BTreeSet<String>> {
        let stack = block_on(embedded::city(&stack))?;
        let loopback = Loopback::skewed(&stack, by)?;
        walk(&loopback.stack)?;
        let to = |answered: &Answered| answered.location.as_deref().map(kind);
        let told = |answered: Answered| format!("{}: {} {:?}", page(&answered), answered.status, to(&answered));
        Ok(loopback.answered().into_iter().map(told).collect())
    };
    let well = led(SignedDuration::ZERO)?;
    for by in [SignedDuration::from_mins(5), -SignedDuration::from_mins(5)] {
        let off = led(by)?;
        let differ: Vec<_> = well.symmetric_difference(&off).collect();
        assert!(differ.is_empty(), "{by}: {differ:#?}");
    }
    Ok(())
}

/// Over every page and through every button.
fn walk(stack: &Stack) -> Result<()> {
    let number = travel(stack)?;
    sign_in(stack)?;
    work(stack, &number)?;
    block_on(decide(stack))?;
    block_on(rooms(stack))?;
    block_on(services(stack))
}

/// The kind of page, without what tells one draft from another.
fn page(answered: &Answered) -> String {
    let path = kind(&answered.path);
    let sent = answered.method == "POST"
        && path.ends_with("/review")
        && answered.location.as_ref().is_some_and(|to| to.ends_with("/sent"));
    format!("{} {path}{}", answered.method, if sent { ", sending" } else { "" })
}

/// Posts fields with the token of a page.
fn post(browser: &Browser, page: &Page, to: &str, fields: &[(&str, &str)]) -> Result<Page> {
    let token = page.csrf().map(|token| ("csrf".to_owned(), token));
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    browser.post(to, &token.into_iter().chain(fields).collect::<Vec<_>>())
}

/// From the home page to the number, which it gives, with every button and every mistake on the way.
fn travel(stack: &Stack) -> Result<String> {
    let mut parent = Parent::new(stack, Locale::Ru)?;
    let home = parent.browser.visit("/")?;
    let asset = home.body.split('"').find(|part| part.starts_with("/assets/")).ok_or("no stylesheet")?;
    parent.browser.get(asset)?;
    for page in ["/robots.txt", "/sitemap.xml", "/ru/accessibility"] {
        parent.browser.get(page)?;
    }

    let contacts = parent.start()?;
    let service = parent.browser.visit(&parent.at("service"))?;
    post(&parent.browser, &service, &parent.at("service"), &[])?;
    post(&parent.browser, &contacts, &parent.at("contacts"), &[])?;
    post(&parent.browser, &contacts, &parent.at("contacts"), &[("act", "language"), ("phone", "8 701")])?;
    let phone = parent.family.phone.clone();
    // A code before one was sent, then a wrong one beside another address that is not proved.
    post(&parent.browser, &contacts, &parent.at("contacts"), &[("phone", &phone), ("code", "000000")])?;
    let mail =
        [("phone", phone.as_str()), ("code", "000000"), ("email", "trial@example.com"), ("email-code", "000000")];
    post(&parent.browser, &contacts, &parent.at("contacts"), &mail)?;
    let asked = [("which", "email"), ("email", "trial@example.com"), ("phone", phone.as_str())];
    post(&parent.browser, &contacts, &parent.at("send-code"), &asked)?;
    // Another draft with the session that there is.
    let mut again = Parent { browser: parent.browser.twin()?, ..Parent::new(stack, Locale::Ru)? };
    again.start()?;

    let family = parent.confirm_phone(&contacts)?;
    post(&parent.browser, &family, &parent.at("family"), &[])?;
    post(&parent.browser, &family, &parent.at("family"), &[("act", "back"), ("child-name", "Мысал")])?;
    let known = [("parent-iin", stack.sample.parent_iin.as_str()), ("child-iin", stack.sample.child_iin.as_str())];
    for who in ["parent", "child"] {
        let asked = [known[0], known[1], ("who", who), ("register-consent", "yes")];
        post(&parent.browser, &family, &parent.at("look-up"), &asked)?;
    }
    let photo = parent.at("documents/photo");
    parent.attach(&parent.browser.visit(&parent.at("family"))?, Slot::Photo)?;
    let document = parent.browser.visit(&photo)?;
    parent.browser.get(&format!("{photo}/preview"))?;
    parent.browser.get(&format!("{photo}/status"))?;
    post(&parent.browser, &document, &format!("{photo}/ticket"), &[("name", "a.jpg"), ("size", "1000")])?;
    parent.browser.upload(&document, "empty.jpg", "image/jpeg", b"")?;
    let scan = stack.sample.scans.iter().find(|path| path.ends_with(".jpg")).ok_or("no sample photo")?;
    parent.browser.upload(&document, "again.jpg", "image/jpeg", &std::fs::read(scan)?)?;
    post(&parent.browser, &document, &format!("{photo}/remove"), &[])?;

    let school = parent.tell_family(&parent.browser.visit(&parent.at("family"))?)?;
    let typed = [("language", parent.family.language.as_str()), ("address", parent.family.address.as_str())];
    post(&parent.browser, &school, &parent.at("school"), &[])?;
    post(&parent.browser, &school, &parent.at("find-address"), &typed)?;
    parent.browser.get("/ru/suggest-address?q=abai")?;
    let consent = parent.choose_school(&parent.browser.visit(&parent.at("school"))?)?;
    parent.browser.visit(&parent.at("school"))?;
    post(&parent.browser, &consent, &parent.at("consent"), &[])?;
    let review = parent.consent(&consent)?;
    post(&parent.browser, &review, &parent.at("review"), &[("act", "language")])?;
    let review = parent.browser.visit(&parent.at("review"))?;
    let sent = parent.send(&review)?;
    let number = parent.number(&sent)?.to_string();
    post(&parent.browser, &review, &parent.at("review"), &[])?;
    parent.browser.get(&format!("{photo}/preview"))?;
    parent.applications()?;
    parent.browser.get(&parent.at("receipt"))?;
    parent.browser.get(&parent.at("receipt.pdf"))?;
    let queue = parent.browser.visit("/ru/queue")?;
    let school = queue.body.split('"').find(|part| part.starts_with("/ru/queue/")).ok_or("no school")?;
    parent.browser.get(school)?;
    let list = parent.browser.visit("/ru/schools")?;
    let of_a_school = |part: &&str| part.starts_with("/ru/schools/") && !part.contains("compare");
    let school = list.body.split('"').find(of_a_school).ok_or("no school is listed")?;
    parent.browser.visit(school)?;
    let id = school.rsplit('/').next().unwrap_or_default();
    parent.browser.visit(&format!("/ru/schools/compare?school={id}"))?;
    parent.browser.visit(&format!("{school}/territory"))?;
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("address", &parent.family.address).finish();
    parent.browser.visit("/ru/school-search")?;
    parent.browser.visit(&format!("/ru/school-search?{query}"))?;
    parent
        .browser
        .post("/ru/first-grade?from=school-search", &[("address".to_owned(), parent.family.address.clone())])?;
    let list = parent.browser.visit("/ru/teachers")?;
    let teacher = list.body.split('"').find(|part| part.starts_with("/ru/teachers/")).ok_or("no teacher is listed")?;
    parent.browser.visit(teacher)?;
    parent.browser.visit("/ru/faq")?;
    let status = parent.browser.visit("/ru/status")?;
    let known = [("number", number.as_str()), ("child-iin", parent.family.child_iin.as_str())];
    post(&parent.browser, &status, "/ru/status", &known)?;
    let stop = block_on(give_back(stack, &parent))?;
    let page = parent.browser.visit(&stop)?;
    post(&parent.browser, &page, &stop, &[])?;
    let stay = parent.browser.visit(&parent.at("stay"))?;
    parent.browser.press(&stay, status::STAY_SURE.get(parent.locale), &[])?;
    let correct = parent.browser.visit(&parent.at("correct"))?;
    post(&parent.browser, &correct, &parent.at("correct"), &[("act", "language"), ("child-name", "Жарты")])?;
    let send = corrections::SEND.get(parent.locale);
    parent.browser.press(&correct, send, &[("child-name", "1")])?;
    parent.browser.press(&correct, send, &[("child-name", "Мысал")])?;
    parent.applications()?;
    let withdraw = parent.browser.visit(&parent.at("withdraw"))?;
    post(&parent.browser, &withdraw, &parent.at("withdraw"), &[])?;
    Ok(number)
}

/// The department returns the application, which holds a place and waits for another by now. Answers
/// with the link that stops letters.
async fn give_back(stack: &Stack, parent: &Parent<'_>) -> Result<String> {
    let portal = Portal::over(stack, &stack.origin).await?;
    let at = parent.at("");
    let id = at.split('/').filter_map(DraftId::parse).next().ok_or("no application")?;
    let mut application = portal.store.sent_application(&id).await?.ok_or("no application")?;
    let choice = application.answers.school.as_mut().ok_or("no choice of schools")?;
    let schools = Directory::new(portal.store.clone()).schools().await?;
    let place = |school: &School| Some(Place::new(school.id.clone(), *school.languages.first()?));
    let mut others = schools.all().iter().filter_map(place).filter(|place| Some(&place.school) != choice.home.as_ref());
    choice.quota = vec![others.next().ok_or("no other school")?];
    let actor = Actor::Officer { id: OfficerId::parse("trial").ok_or("no id")?, name: "Маман".to_owned() };
    let note = Note::parse("Аты").map_err(|_| "no note")?;
    let request = Request::new(vec![Field::ChildName], vec![], note).ok_or("nothing is asked")?;
    portal.store.decide(&application, &actor, &Decision::Return(request), portal.now()).await?;
    let address = Email::parse("trial@example.com").map_err(|_| "no address")?;
    Ok(format!("/ru/unsubscribe/{}", portal.store.mail_token(&address).as_str()))
}

/// By phone and code on another device, and out again on all of them.
fn sign_in(stack: &Stack) -> Result<()> {
    let parent = Parent::new(stack, Locale::Kk)?;
    let (browser, phone) = (&parent.browser, parent.stored_phone()?);
    browser.visit("/kk/applications")?;
    let page = browser.visit("/kk/applications/sign-in")?;
    post(browser, &page, "/kk/send-code", &[("phone", "8 701")])?;
    let page = browser.visit("/kk/applications/sign-in")?;
    post(browser, &page, "/kk/send-code", &[("phone", &phone)])?;
    let code = stack.code(&phone, 0)?;
    block_on(further_devices(stack, &parent))?;
    let page = browser.visit("/kk/applications/sign-in")?;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for code in [wrong, code.as_str()] {
        post(browser, &page, "/kk/applications/sign-in", &[("phone", &phone), ("code", code)])?;
    }
    let list = parent.applications()?;
    post(browser, &list, "/kk/applications", &[("act", "sign-out-all")])?;
    Ok(())
}

/// Every decision of an officer: asked for, mistaken, made, made again, and on to the next.
async fn decide(stack: &Stack) -> Result<()> {
    let portal = Portal::over(stack, &stack.origin).await?;
    let school = SchoolId::parse("trial-waits")?;
    let mut paths: Vec<&[Act]> = vec![&[Act::Return, Act::Refuse], &[Act::Register, Act::Decline]];
    paths.push(&[Act::Register, Act::Confirm, Act::Enrol]);
    for path in paths {
        let application = sent(&portal, &Family::unclaimed(stack, &portal)?, true, Some(&school)).await?;
        for act in path {
            let token = SessionToken::random()?;
            let group = act.group(Service::FirstGrade).ok_or("a parent's act")?;
            let officer = Officer::new("trial-waits", "Сынақ Маман", &[group.code().to_owned()], Some("trial-waits"))?;
            portal.store.put_office_session(&OfficeSession::new(&token, officer, portal.now())).await?;
            let browser = Browser::new(&stack.origin);
            let cookie = format!("office={}", token.as_str());
            let address = format!("/ru/office/applications/{}/{}", application.id, act.code());
            let page = browser.send("GET", &address, None, &[("cookie", &cookie)])?;
            let typed = [
                ("field-child-name", "yes"),
                ("note", "Суретті қайта түсіріңіз"),
                ("ground", "incomplete-papers"),
                ("order-number", "7"),
                ("order-date-day", "1"),
                ("order-date-month", "9"),
                ("order-date-year", "2020"),
            ];
            let (to, fields) = page.pressed(decisions::act(Service::FirstGrade, *act).get(Locale::Ru), &[])?;
            browser.post_from(&to, &fields, &[("cookie", &cookie)])?;
            let (to, fields) = page.pressed(decisions::act(Service::FirstGrade, *act).get(Locale::Ru), &typed)?;
            browser.post_from(&to, &fields, &[("cookie", &cookie)])?;
            let and_next = decisions::AND_NEXT
                .fill(Locale::Ru, &[("act", decisions::act(Service::FirstGrade, *act).get(Locale::Ru))]);
            let (to, fields) = page.pressed(&and_next, &typed)?;
            browser.post_from(&to, &fields, &[("cookie", &cookie)])?;
        }
    }
    Ok(())
}

/// An officer's cookie, of the department or of a school.
async fn officer(portal: &Portal, group: &str) -> Result<String> {
    let token = SessionToken::random()?;
    let officer = Officer::new("trial-waits", "Сынақ Маман", &[group.to_owned()], Some("trial-waits"))?;
    portal.store.put_office_session(&OfficeSession::new(&token, officer, portal.now())).await?;
    Ok(format!("office={}", token.as_str()))
}

/// The office's further rooms: a school is looked for and assigned, one of two applications is kept,
/// many are chosen to be enrolled, a message is asked for that is not there.
async fn rooms(stack: &Stack) -> Result<()> {
    let (portal, browser) = (Portal::over(stack, &stack.origin).await?, Browser::new(&stack.origin));
    let cookie = officer(&portal, "department").await?;
    let get = |path: &str, cookie: &str| browser.send("GET", path, None, &[("cookie", cookie)]);
    let press = |page: &Page, label: &str, typed: &[(&str, &str)], cookie: &str| -> Result<Page> {
        let (to, fields) = page.pressed(label, typed)?;
        browser.post_from(&to, &fields, &[("cookie", cookie)])
    };
    let l = Locale::Ru;
    let lost = sent(&portal, &Family::unclaimed(stack, &portal)?, true, None).await?;
    let page = get(&format!("/ru/office/applications/{}/assign-territory", lost.id), &cookie)?;
    press(&page, text::school::FIND.get(l), &[("address", &stack.sample.address)], &cookie)?;
    let (_, list) = page.body.split_once("name=\"place\"").ok_or("no list of schools")?;
    let places = list.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let place = places.into_iter().find(|value| !value.is_empty()).ok_or("no school")?;
    for place in ["", place, place] {
        press(&page, decisions::act(Service::FirstGrade, Act::Assign).get(l), &[("place", place)], &cookie)?;
    }

    let (family, school) = (Family::unclaimed(stack, &portal)?, SchoolId::parse("trial-waits")?);
    let linked = sent(&portal, &family, true, Some(&school)).await?;
    let other = sent(&portal, &family, false, Some(&school)).await?;
    let page = get(&format!("/ru/office/applications/{}/resolve", other.id), &cookie)?;
    for kept in ["", other.id.as_str()] {
        press(&page, text::resolving::PRESS.get(l), &[("keep", kept)], &cookie)?;
    }
    assert!(portal.store.rivals(&linked).await?.len() == 1, "the other one is kept");

    let page = get("/ru/office/messages", &cookie)?;
    let token = page.csrf().ok_or("no token")?;
    let named =
        [("csrf", token.as_str()), ("application", linked.id.as_str()), ("entry", "0-accepted"), ("order", "0")];
    let named: Vec<_> = named.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    browser.post_from("/ru/office/messages", &named, &[("cookie", &cookie)])?;

    let cookie = officer(&portal, "school").await?;
    for _ in 0..2 {
        let one = sent(&portal, &Family::unclaimed(stack, &portal)?, true, Some(&school)).await?;
        let path = [domain::decision::Decision::Register, domain::decision::Decision::Confirm];
        tests::standing::led(&portal, one, &path).await?;
    }
    let page = get("/ru/office/enrol", &cookie)?;
    press(&page, text::enrolling::PREVIEW.get(l), &[], &cookie)?;
    Ok(())
}

/// What the other services have of their own: their steps, and what schools do.
async fn services(stack: &Stack) -> Result<()> {
    let (portal, browser, l) = (Portal::over(stack, &stack.origin).await?, Browser::new(&stack.origin), Locale::Ru);
    let schools = Directory::new(portal.store.clone()).schools().await?;
    let [.., old, new] = schools.all() else { return Err("too few schools".into()) };
    let officer = async |school: &School| {
        let token = SessionToken::random()?;
        let officer = Officer::new("trial-waits", "Сынақ Маман", &["school".to_owned()], Some(school.id.as_str()))?;
        portal.store.put_office_session(&OfficeSession::new(&token, officer, portal.now())).await?;
        Result::<String>::Ok(format!("office={}", token.as_str()))
    };
    let (of_old, of_new) = (officer(old).await?, officer(new).await?);
    let get = |path: &str, cookie: &str| browser.send("GET", path, None, &[("cookie", cookie)]);
    let press = |page: &Page, label: &str, typed: &[(&str, &str)], cookie: &str| -> Result<Page> {
        let (to, fields) = page.pressed(label, typed)?;
        browser.post_from(&to, &fields, &[("cookie", cookie)])
    };
    let act = |parent: &Parent<'_>, act: Act| {
        let draft = parent.draft.rsplit('/').next().unwrap_or_default().to_owned();
        format!("/ru/office/applications/{draft}/{}", act.code())
    };

    let mut parent = Parent::of(stack, Service::Meals, l)?;
    let check = parent.browser.visit("/ru/meals/check")?;
    parent.browser.press(&check, text::meals::CHECK_BUTTON.get(l), &[("low-income", "yes")])?;
    let contacts = parent.start()?;
    let family = parent.confirm_phone(&contacts)?;
    let step = parent.tell_family(&family)?;
    post(&parent.browser, &step, &parent.at("meals"), &[("category", "emergency")])?;
    let step = parent.attach(&step, Slot::Emergency)?;
    let typed = [("school", new.id.as_str()), ("class", "5 Ә"), ("category", "emergency")];
    let review = parent.consent(&parent.next(&step, &typed)?)?;
    parent.send(&review)?;
    let approve = get(&act(&parent, Act::Approve), &of_new)?;
    for until in [&[("until-day", "")][..], &[]] {
        press(&approve, text::meals::APPROVE.get(l), until, &of_new)?;
    }

    camp(stack, &portal).await?;

    let rooms = get("/ru/office/free-places", &of_new)?;
    let language = new.languages.first().ok_or("a school without a language")?.code();
    let field = format!("{language}-7");
    press(&rooms, text::transfer::FREE_SAVE.get(l), &[(&field, "9")], &of_new)?;
    let mut parent = Parent::of(stack, Service::Transfer, l)?;
    let contacts = parent.start()?;
    let family = parent.confirm_phone(&contacts)?;
    let step = parent.tell_family(&family)?;
    let to = format!("{}:{language}", new.id);
    let typed = [
        ("grade", "7"),
        ("from-school", old.id.as_str()),
        ("from-language", old.languages.first().ok_or("a school without a language")?.code()),
        ("address", stack.sample.address.as_str()),
        ("motive", "court"),
    ];
    let shown = parent.browser.press(&step, text::transfer::SHOW.get(l), &typed)?;
    let shown = parent.attach(&parent.browser.follow(shown)?, Slot::CourtDecision)?;
    post(&parent.browser, &shown, &parent.at("transfer"), &[("grade", "7")])?;
    let consent =
        parent.next(&parent.browser.visit(&parent.at("transfer"))?, &[&typed[..], &[("to", &to)]].concat())?;
    parent.send(&parent.consent(&consent)?)?;
    let accept = get(&act(&parent, Act::Accept), &of_new)?;
    press(&accept, text::transfer::ACCEPT.get(l), &[], &of_new)?;
    parent.browser.get(&parent.at("slip.pdf"))?;
    let release = get(&act(&parent, Act::Release), &of_old)?;
    let today = portal.today();
    let (day, month, year) = (today.day().to_string(), today.month().to_string(), today.year().to_string());
    let order = [
        ("order-number", "7"),
        ("order-date-day", day.as_str()),
        ("order-date-month", month.as_str()),
        ("order-date-year", year.as_str()),
    ];
    for typed in [&[][..], &order[..]] {
        press(&release, text::transfer::RELEASE.get(l), typed, &of_old)?;
    }
    Ok(())
}

/// A place in a camp, from the calendar to the confirmation.
async fn camp(stack: &Stack, portal: &Portal) -> Result<()> {
    let mut parent = Parent::of(stack, Service::Camp, Locale::Ru)?;
    for page in ["/ru/camps", "/ru/camps/sunny-1?number=1"] {
        parent.browser.get(page)?;
    }
    let contacts = parent.start()?;
    let family = parent.confirm_phone(&contacts)?;
    let step = parent.tell_family(&family)?;
    post(&parent.browser, &step, &parent.at("camp"), &[("claim", "income")])?;
    // Their places are not given yet: nobody who recalculates beside this moves the ticket.
    let typed = [("shift-1", "sunny-2"), ("shift-2", "dostyk-2"), ("claim", "other")];
    parent.send(&parent.consent(&parent.next(&step, &typed)?)?)?;
    let id = parent.draft.rsplit('/').next().and_then(DraftId::parse).ok_or("no draft")?;
    let application = portal.store.sent_application(&id).await?.ok_or("no application")?;
    let place = Place::of_shift(SchoolId::parse("sunny-2")?, Language::Russian, Section::General);
    let until = confirmed_by(portal.today(), None);
    led(portal, application, &[Decision::Register, Decision::Move { place, line: 1 }, Decision::Offer { until }])
        .await?;
    parent.browser.visit(&parent.at("sent"))?;
    let ask = parent.browser.visit(&parent.at("confirm"))?;
    post(&parent.browser, &ask, &parent.at("confirm"), &[("seen", "1")])?;
    parent.browser.press(&ask, text::camp::CONFIRM.get(Locale::Ru), &[])?;
    Ok(())
}

/// Officers: one by password, one by a code besides; and out again.
fn work(stack: &Stack, number: &str) -> Result<()> {
    let (browser, page) = signed_in(stack, Locale::Ru, "school")?;
    post(&browser, &page, "/ru/office/sign-out", &[])?;
    let (browser, page) = signed_in(stack, Locale::Ru, "department")?;
    let found = post(&browser, &page, "/ru/office", &[("search", number)])?;
    let application = browser.follow(found)?;
    for tail in ["", "/view", "/file"] {
        browser.get(&format!("{}/scans/photo{tail}", application.path))?;
    }
    browser.visit("/ru/office/reports")?;
    browser.get("/ru/office/reports.csv?table=places")?;
    foresee(&browser)?;
    post(&browser, &page, "/ru/office", &[("search", "")])?;
    browser.visit("/ru/office?state=withdrawn")?;
    let paper = browser.visit("/ru/office/paper")?;
    let begun = post(&browser, &paper, "/ru/office/paper", &[])?;
    let begun = browser.follow(begun)?;
    let draft = begun.path.split('/').nth(3).ok_or("no draft")?;
    post(&browser, &paper, "/ru/office/paper", &[("draft", draft)])?;
    browser.visit("/ru/office?state=withdrawn&language=kazakh&remarks=yes")?;
    post(&browser, &page, "/ru/office", &[("search", "Сынақ")])?;
    post(&browser, &page, "/ru/office/sign-out", &[])?;
    keep(stack)?;
    let guarded = Account::of("guarded")?;
    let page = browser.follow(knock(&browser, Locale::Kk, &guarded)?)?;
    let code = guarded.code()?;
    post(&browser, &page, "/kk/office/sign-in", &[("step", "code"), ("code", &code)])?;
    browser.visit("/kk/office")?;
    Ok(())
}

/// The places, one of them, and what other terms would do there.
fn foresee(browser: &Browser) -> Result<()> {
    let list = browser.visit("/ru/office/places")?;
    let mut links = list.body.split("href=\"").filter(|rest| rest.starts_with("/ru/office/places/"));
    let place = links.next().and_then(|rest| rest.split('"').next()).ok_or("no places")?;
    let page = browser.visit(place)?;
    let typed = [("capacity", "1999"), ("note", "Сынақ")];
    let seen = browser.press(&page, text::places::PREVIEW.get(Locale::Ru), &typed)?;
    if seen.says(text::places::FOR_GOOD.get(Locale::Ru)) { Ok(()) } else { Err(seen.brief().into()) }
}

/// An administrator sends a file of the directory that changes nothing, since others read it.
fn keep(stack: &Stack) -> Result<()> {
    let (browser, _) = signed_in(stack, Locale::Ru, "administrator")?;
    browser.visit("/ru/office/directory")?;
    let page = browser.visit("/ru/office/directory/teachers")?;
    browser.get("/ru/office/directory/teachers/export")?;
    post(&browser, &page, "/ru/office/directory/teachers/ticket", &[("size", "1000")])?;
    let sent = browser.upload(&page, "teachers.csv", "text/csv", demo(Sheet::Teachers)?.as_bytes())?;
    let import = browser.follow(sent)?;
    post(&browser, &import, &import.path, &[("confirm", "yes")])?;
    Ok(())
}

/// A sent application, opened on a device that did not send it, and some more devices.
async fn further_devices(stack: &Stack, parent: &Parent<'_>) -> Result<()> {
    let portal = Portal::over(stack, &stack.origin).await?;
    let family = Family { phone: parent.family.phone.clone(), ..Family::unclaimed(stack, &portal)? };
    let draft = ready(&portal, &family, true).await?;
    let now = Timestamp::now();
    let Opened::Mine(mine) = portal.store.open(Some(&draft.token), Service::FirstGrade, &draft.id, now).await? else {
        return Err("the draft is not its owner's".into());
    };
    portal.store.send(&mine, now).await?;
    let mut cookie = String::new();
    for _ in 0..5 {
        let token = SessionToken::random()?;
        let session = Session { phone: mine.session.phone.clone(), ..Session::anonymous(&token, now) };
        portal.store.put_session(&session).await?;
        cookie = format!("session={}", token.as_str());
    }
    let (browser, sent) = (Browser::new(&stack.origin), format!("/kk/first-grade/{}/sent", draft.id));
    let page = browser.send("GET", &sent, None, &[("cookie", &cookie)])?;
    let [day, month, year] = &family.child_birth;
    let fields = [
        ("csrf", page.csrf().ok_or_else(|| format!("no question for the birth date: {}", page.brief()))?),
        ("child-birth-date-day", day.clone()),
        ("child-birth-date-month", month.clone()),
        ("child-birth-date-year", year.clone()),
    ];
    let fields: Vec<_> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    browser.post_from(&sent, &fields, &[("cookie", &cookie)])?;
    let page = browser.send("GET", &sent, None, &[("cookie", &cookie)])?;
    tests::parent::number(&page, Locale::Kk)?;
    Ok(())
}
