//! What comes into a slot and what becomes of it, through the form and through the ticket.

use std::collections::BTreeMap;

use domain::{DraftId, Locale, Slot};
use files::Place;
use serde::Deserialize;
use store::keys;
use tests::aws::{Request, ask};
use tests::browser::Body;
use tests::parent::expect;
use tests::portal::block_on;
use tests::scans::{pdf, photo};
use tests::stack::patiently;
use tests::tables::remove;
use tests::{Browser, Page, Parent, Portal, Result, Stack};
use text::{Phrase, documents as t, errors};

const L: Locale = Locale::Ru;
/// A slot that may stay empty: what goes wrong in it stops nobody.
const SLOT: &str = "pmpc";

/// A permission to put one file into the bucket.
#[derive(Clone, Debug, Deserialize)]
struct Ticket {
    url: String,
    fields: BTreeMap<String, String>,
    status_url: String,
}

/// A parent at step 3, who posts files.
struct Sender<'a> {
    parent: Parent<'a>,
    family: Page,
}

impl<'a> Sender<'a> {
    fn new(stack: &'a Stack) -> Result<Self> {
        let mut parent = Parent::new(stack, L)?;
        let contacts = parent.start()?;
        let family = parent.confirm_phone(&contacts)?;
        Ok(Self { parent, family })
    }

    fn at(&self, slot: &str, action: &str) -> String {
        self.parent.at(&format!("documents/{slot}{action}"))
    }

    fn page(&self, slot: &str) -> Result<Page> {
        expect(self.parent.browser.get(&self.at(slot, ""))?, 200)
    }

    fn state(&self, slot: &str) -> Result<String> {
        #[derive(Deserialize)]
        struct Status {
            state: String,
        }
        let answer = expect(self.parent.browser.get(&self.at(slot, "/status"))?, 200)?;
        Ok(serde_json::from_str::<Status>(&answer.body)?.state)
    }

    /// The state that the check comes to.
    fn settled(&self, slot: &str) -> Result<String> {
        let ended = || Ok(Some(self.state(slot)?).filter(|state| state != "checking"));
        patiently(ended, "the check did not end")
    }

    fn by_form(&self, slot: &str, name: &str, kind: &str, content: &[u8]) -> Result<Page> {
        self.parent.browser.upload(&self.page(slot)?, name, kind, content)
    }

    fn asks_ticket(&self, slot: &str, name: &str, size: usize) -> Result<Page> {
        let csrf = self.family.csrf().ok_or("no token")?;
        let fields = [("csrf", csrf), ("name", name.to_owned()), ("size", size.to_string())];
        let fields = fields.map(|(name, value)| (name.to_owned(), value));
        self.parent.browser.post(&self.at(slot, "/ticket"), &fields)
    }

    fn ticket(&self, slot: &str, name: &str, size: usize) -> Result<Ticket> {
        Ok(serde_json::from_str(&expect(self.asks_ticket(slot, name, size)?, 200)?.body)?)
    }

    fn by_ticket(&self, slot: &str, name: &str, content: &[u8]) -> Result<()> {
        let ticket = self.ticket(slot, name, content.len())?;
        assert_eq!(ticket.status_url, self.at(slot, "/status"));
        expect(self.put(&ticket, content)?, 204).map(drop)
    }

    /// Posts a file to the bucket as the script does.
    fn put(&self, ticket: &Ticket, content: &[u8]) -> Result<Page> {
        const BOUNDARY: &str = "----------------------------5d0ac1";
        let mut body = Vec::new();
        for (field, value) in &ticket.fields {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = "Content-Disposition: form-data; name=\"file\"; filename=\"scan\"\r\nContent-Type: image/jpeg";
        body.extend_from_slice(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let endpoint = self.parent.stack.endpoint.as_str();
        let path = ticket.url.strip_prefix(endpoint).ok_or("the ticket is for elsewhere")?;
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let origin = [("origin", self.parent.stack.origin.as_str())];
        Browser::new(endpoint).send("POST", path, Some(Body { kind: &kind, bytes: &body }), &origin)
    }

    fn remove(&self, slot: &str) -> Result<Page> {
        let page = self.parent.browser.press(&self.page(slot)?, &button(t::REMOVE, slot)?, &[])?;
        expect(page, 303)
    }

    /// The whole of step 3 but for the token, which is new each time.
    fn step(&self) -> Result<String> {
        let page = self.parent.browser.visit(&self.parent.at("family"))?;
        let token = page.csrf().ok_or("no token")?;
        Ok(page.body.replace(&token, ""))
    }
}

fn button(words: Phrase, slot: &str) -> Result<String> {
    let slot = Slot::parse(slot).ok_or("no such slot")?;
    Ok(format!("{}: {}", words.get(L), t::name(slot).get(L)))
}

/// The picture as a phone held sideways stores it, with the place where it was taken.
fn sideways(photo: &[u8]) -> Result<Vec<u8>> {
    // One entry in the directory: orientation, a short, 6.
    let mut segment = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    segment.extend_from_slice(b"GPS 49.8047 73.1094");
    let (start, rest) = photo.split_at_checked(2).ok_or("no picture")?;
    let length = u16::try_from(segment.len() + 2)?.to_be_bytes();
    Ok([start, &[0xFF, 0xE1], &length, &segment, rest].concat())
}

/// Width and height of a JPEG, from its frame header.
fn size(jpeg: &[u8]) -> Option<(u16, u16)> {
    let frame = jpeg.windows(9).find(|bytes| matches!(bytes, [0xFF, 0xC0 | 0xC2, ..]))?;
    let number = |at: usize| Some(u16::from_be_bytes(frame.get(at..at + 2)?.try_into().ok()?));
    Some((number(7)?, number(5)?))
}

/// The start of a PNG that says how large it is, and no more of it.
fn png(width: u32, height: u32) -> Vec<u8> {
    let (width, height) = (width.to_be_bytes(), height.to_be_bytes());
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &width, &height, b"\x08\x06\0\0\0\0\0\0\0"].concat()
}

/// Files as they come, by what they are called and say they are, and why each is refused, if it is.
type Case = (&'static str, &'static str, Vec<u8>, Option<Phrase>);

fn cases(stack: &Stack) -> Result<Vec<Case>> {
    const JPEG: &str = "image/jpeg";
    const PDF: &str = "application/pdf";
    let photo = photo(stack)?;
    let half = |bytes: &[u8]| bytes.get(..bytes.len() / 2).unwrap_or_default().to_vec();
    let script = "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>";
    let html = b"<!doctype html><script>alert(1)</script>".to_vec();
    Ok(vec![
        ("picture-as.pdf", PDF, photo.clone(), None),
        ("pdf-as.jpg", JPEG, pdf(2, "", ""), None),
        ("picture-and-archive.jpg", JPEG, [photo.as_slice(), b"PK\x03\x04<script>alert(1)</script>"].concat(), None),
        ("sideways.jpg", JPEG, sideways(&photo)?, None),
        ("cut.jpg", JPEG, half(&photo), Some(t::DAMAGED_IMAGE)),
        ("cut.pdf", PDF, half(&pdf(2, "", "")), Some(t::PDF_DAMAGED)),
        ("jpeg-start.jpg", JPEG, [b"\xFF\xD8\xFF".as_slice(), &html].concat(), Some(t::DAMAGED_IMAGE)),
        ("bomb.png", "image/png", png(50_000, 50_000), Some(t::TOO_MANY_PIXELS)),
        ("scripted.pdf", PDF, pdf(1, script, ""), Some(t::PDF_ACTIVE)),
        ("files-inside.pdf", PDF, pdf(1, "/Names<</EmbeddedFiles<<>>>>", ""), Some(t::PDF_ACTIVE)),
        ("locked.pdf", PDF, pdf(1, "", "/Encrypt<</Filter/Standard/V 1/R 2>>"), Some(t::PDF_ENCRYPTED)),
        ("long.pdf", PDF, pdf(21, "", ""), Some(t::PDF_TOO_MANY_PAGES)),
        ("iphone.heic", "image/heic", b"\0\0\0\x24ftypheic\0\0\0\0mif1heic".to_vec(), Some(t::HEIC)),
        ("drawing.svg", "image/svg+xml", b"<svg onload=\"alert(1)\"/>".to_vec(), Some(t::UNKNOWN_TYPE)),
        ("page.jpg", JPEG, html, Some(t::UNKNOWN_TYPE)),
        ("movie.jpg", JPEG, b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), Some(t::UNKNOWN_TYPE)),
    ])
}

/// The slot says what became of the file, and the rest of the step is as it was.
fn check_outcome(sender: &Sender<'_>, (name, _, _, refusal): &Case) -> Result<()> {
    let state = sender.settled(SLOT)?;
    let page = sender.page(SLOT)?;
    assert_eq!(state, if refusal.is_some() { "refused" } else { "accepted" }, "{name}: {}", page.brief());
    assert!(page.says(name), "{name}: {}", page.brief());
    let words = refusal.map_or(t::ACCEPTED, |_| t::REFUSED);
    assert!(page.says(words.get(L)), "{name}: {}", page.brief());
    if let Some(reason) = refusal {
        assert!(page.says(reason.get(L)), "{name}: {}", page.brief());
        assert_eq!(sender.parent.browser.get(&sender.at(SLOT, "/preview"))?.status, 404, "{name}");
    }
    Ok(())
}

#[test]
fn the_form_takes_what_is_readable_and_says_why_not() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let sender = Sender::new(&stack)?;
    let untouched = sender.step()?;
    for case in cases(&stack)? {
        let (name, kind, content, refusal) = &case;
        let answer = sender.by_form(SLOT, name, kind, content)?;
        match refusal {
            // Seen at once: nothing is kept.
            Some(reason @ (t::HEIC | t::UNKNOWN_TYPE)) => {
                let page = expect(answer, 422)?;
                assert!(page.says(reason.get(L)), "{name}: {}", page.brief());
                assert_eq!(sender.state(SLOT)?, "none", "{name}");
            }
            _ => {
                expect(answer, 303)?;
                check_outcome(&sender, &case)?;
                sender.remove(SLOT)?;
            }
        }
        assert_eq!(sender.step()?, untouched, "{name} left something behind");
    }
    Ok(())
}

#[test]
fn the_ticket_takes_what_is_readable_and_the_slot_says_why_not() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let sender = Sender::new(&stack)?;
    let untouched = sender.step()?;
    for case in cases(&stack)? {
        let (name, _, content, _) = &case;
        sender.by_ticket(SLOT, name, content)?;
        check_outcome(&sender, &case)?;
        sender.remove(SLOT)?;
        assert_eq!(sender.step()?, untouched, "{name} left something behind");
    }
    Ok(())
}

#[test]
fn a_refused_scan_stands_in_the_way_until_it_is_removed() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let sender = Sender::new(&stack)?;
    sender.by_ticket(SLOT, "page.jpg", b"<html>")?;
    assert_eq!(sender.settled(SLOT)?, "refused");
    let needed = text::family::DOCUMENT_REFUSED.fill(L, &[("document", t::PMPC.get(L))]);
    let next = |page: &Page| sender.parent.browser.press(page, text::common::NEXT.get(L), &[]);
    let page = expect(next(&sender.family)?, 422)?;
    assert!(page.says(&needed), "{}", page.brief());
    sender.remove(SLOT)?;
    let page = expect(next(&page)?, 422)?;
    assert!(!page.says(&needed), "{}", page.brief());
    Ok(())
}

#[test]
fn empty_and_oversized_files_are_told_at_once() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let sender = Sender::new(&stack)?;
    let untouched = sender.step()?;
    let mut big = pdf(1, "", "");
    big.resize(4 * 1024 * 1024 + 1, b' ');
    let none = expect(sender.by_form(SLOT, "", "application/octet-stream", b"")?, 422)?;
    assert!(none.says(t::NO_FILE.get(L)), "{}", none.brief());
    let empty = expect(sender.by_form(SLOT, "empty.jpg", "image/jpeg", b"")?, 422)?;
    assert!(empty.says(t::EMPTY.get(L)), "{}", empty.brief());
    let large = expect(sender.by_form(SLOT, "large.pdf", "application/pdf", &big)?, 413)?;
    assert!(large.says(t::TOO_BIG_WITHOUT_SCRIPT.get(L)), "{}", large.brief());
    // The script's way: no ticket for what cannot be taken.
    for (size, status) in [(0, 422), (10 * 1024 * 1024 + 1, 413), (usize::MAX, 413)] {
        assert_eq!(sender.asks_ticket(SLOT, "scan.pdf", size)?.status, status, "{size} bytes");
    }
    assert_eq!(sender.step()?, untouched);
    Ok(())
}

#[test]
fn a_ticket_is_good_for_its_own_key_and_size_only() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (sender, other) = (Sender::new(&stack)?, Sender::new(&stack)?);
    let untouched = other.step()?;
    let photo = photo(&stack)?;
    let ticket = sender.ticket(SLOT, "scan.jpg", photo.len())?;
    let own = ticket.fields.get("key").ok_or("no key")?.clone();
    let foreign = other.ticket("photo", "scan.jpg", photo.len())?.fields.get("key").ok_or("no key")?.clone();
    let changed = |field: &str, value: &str| {
        let mut ticket = ticket.clone();
        ticket.fields.insert(field.to_owned(), value.to_owned());
        ticket
    };
    let later = "20360101T000000Z";
    for (what, forged) in [
        ("another slot", changed("key", &own.replace(SLOT, "photo"))),
        ("another parent's slot", changed("key", &foreign)),
        ("past the check", changed("key", &own.replace("uploads/", "documents/"))),
        ("another type", changed("Content-Type", "text/html")),
        ("another time", changed("x-amz-date", later)),
        (
            "another policy",
            changed("policy", "eyJleHBpcmF0aW9uIjoiMjAzNi0wMS0wMVQwMDowMDowMFoiLCJjb25kaXRpb25zIjpbXX0="),
        ),
        ("another signature", changed("x-amz-signature", &"0".repeat(64))),
    ] {
        let answer = sender.put(&forged, &photo)?;
        assert!((400..500).contains(&answer.status), "{what}: {}", answer.brief());
    }
    for (what, content) in [("nothing", Vec::new()), ("too much", vec![b' '; 10 * 1024 * 1024 + 1])] {
        let answer = sender.put(&ticket, &content)?;
        assert!((400..500).contains(&answer.status), "{what}: {}", answer.brief());
    }
    other.remove("photo")?;
    assert_eq!(other.step()?, untouched);
    // After all that the ticket is still good for what it was given for.
    expect(sender.put(&ticket, &photo)?, 204)?;
    assert_eq!(sender.settled(SLOT)?, "accepted");
    Ok(())
}

#[test]
fn a_used_ticket_changes_nothing_any_more() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let sender = Sender::new(&stack)?;
    let photo = photo(&stack)?;
    let ticket = sender.ticket(SLOT, "first.jpg", photo.len())?;
    expect(sender.put(&ticket, &photo)?, 204)?;
    assert_eq!(sender.settled(SLOT)?, "accepted");
    let shown = sender.step()?;
    let preview = || sender.parent.browser.get(&sender.at(SLOT, "/preview"));
    let before = expect(preview()?, 200)?.bytes;
    sender.put(&ticket, b"<html>")?;
    // Time enough for a check that should change nothing.
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(sender.step()?, shown);
    assert_eq!(preview()?.bytes, before);
    Ok(())
}

#[test]
fn the_newest_file_wins_however_late_the_older_one_comes() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let sender = Sender::new(&stack)?;
    let photo = photo(&stack)?;
    // The older one is still being checked.
    expect(sender.by_form(SLOT, "older.pdf", "application/pdf", &pdf(3, "", ""))?, 303)?;
    expect(sender.by_form(SLOT, "newer.jpg", "image/jpeg", &photo)?, 303)?;
    assert_eq!(sender.settled(SLOT)?, "accepted");
    // The older one comes after the newer one.
    let late = sender.ticket(SLOT, "late.jpg", photo.len())?;
    sender.by_ticket(SLOT, "newest.pdf", &pdf(2, "", ""))?;
    assert_eq!(sender.settled(SLOT)?, "accepted");
    sender.put(&late, &photo)?;
    std::thread::sleep(std::time::Duration::from_secs(2));
    let page = sender.page(SLOT)?;
    assert!(page.says("newest.pdf") && page.says(t::ACCEPTED.get(L)), "{}", page.brief());
    for gone in ["older.pdf", "newer.jpg", "late.jpg"] {
        assert!(!page.says(gone), "{gone}: {}", page.brief());
    }
    assert_eq!(sender.parent.browser.get(&sender.at(SLOT, "/preview"))?.status, 404, "the preview of another file");
    Ok(())
}

#[test]
fn a_removed_scan_is_gone_even_while_it_is_checked() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let sender = Sender::new(&stack)?;
    let untouched = sender.step()?;
    let photo = photo(&stack)?;
    sender.by_ticket(SLOT, "scan.jpg", &photo)?;
    assert_eq!(sender.settled(SLOT)?, "accepted");
    let preview = expect(sender.parent.browser.get(&sender.at(SLOT, "/preview"))?, 200)?;
    assert_eq!((preview.header("content-type"), preview.header("content-disposition")), ("image/jpeg", "inline"));
    sender.remove(SLOT)?;
    assert_eq!(sender.parent.browser.get(&sender.at(SLOT, "/preview"))?.status, 404);
    expect(sender.by_form(SLOT, "scan.jpg", "image/jpeg", &photo)?, 303)?;
    sender.remove(SLOT)?;
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(sender.state(SLOT)?, "none");
    assert_eq!(sender.step()?, untouched);
    Ok(())
}

#[test]
fn a_sideways_photo_stands_upright_and_tells_no_place() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let sender = Sender::new(&stack)?;
    let photo = photo(&stack)?;
    let preview = |content: &[u8]| -> Result<Vec<u8>> {
        sender.by_ticket("photo", "photo.jpg", content)?;
        assert_eq!(sender.settled("photo")?, "accepted");
        Ok(expect(sender.parent.browser.get(&sender.at("photo", "/preview"))?, 200)?.bytes)
    };
    assert_eq!(size(&photo), Some((480, 640)), "another sample photo");
    assert_eq!(size(&preview(&photo)?), Some((360, 480)));
    let turned = preview(&sideways(&photo)?)?;
    assert_eq!(size(&turned), Some((480, 360)));
    assert!(!turned.windows(3).any(|bytes| bytes == b"GPS"));
    Ok(())
}

#[test]
fn odd_names_are_shown_in_one_harmless_line() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let sender = Sender::new(&stack)?;
    let photo = photo(&stack)?;
    let long = format!("{}.jpg", "ж".repeat(300));
    for (name, shown) in [
        ("a\r\nSet-Cookie: x=y.jpg", "a Set-Cookie: x=y.jpg"),
        ("../../documents/чужой.jpg", "чужой.jpg"),
        ("📄 скан\u{202e}gpj.exe", "📄 сканgpj.exe"),
        ("<script>alert(1)<\\script>.jpg", "script>.jpg"),
        ("\"><img src=x>.jpg", "\"><img src=x>.jpg"),
        ("", "—"),
        (long.as_str(), ".jpg"),
    ] {
        sender.by_ticket(SLOT, name, &photo)?;
        assert_eq!(sender.settled(SLOT)?, "accepted", "{name:?}");
        let page = sender.page(SLOT)?;
        assert!(page.says(shown), "{name:?}: {}", page.brief());
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x>"), "{name:?} became markup");
        assert!(!page.body.contains(&"ж".repeat(100)), "a name without end");
    }
    // A form whose header line is broken by the name is no form, or a file with a shorter name.
    let answer = sender.by_form(SLOT, "a\r\nSet-Cookie: x=y.jpg", "image/jpeg", &photo)?;
    assert!(matches!(answer.status, 303 | 422), "{}", answer.brief());
    assert!(answer.header("set-cookie").is_empty());
    Ok(())
}

#[test]
fn another_parents_slots_are_out_of_reach() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let (victim, thief) = (Sender::new(&stack)?, Sender::new(&stack)?);
    let photo = photo(&stack)?;
    victim.by_ticket(SLOT, "scan.jpg", &photo)?;
    assert_eq!(victim.settled(SLOT)?, "accepted");
    let untouched = victim.step()?;
    let csrf = thief.family.csrf().ok_or("no token")?;
    let fields = [("csrf", csrf.as_str()), ("name", "scan.jpg"), ("size", "5")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    for action in ["/ticket", "/remove"] {
        let answer = thief.parent.browser.post(&victim.at(SLOT, action), &fields)?;
        assert_eq!((answer.status, answer.heading().as_str()), (404, errors::NOT_FOUND_TITLE.get(L)), "{action}");
    }
    for action in ["", "/preview", "/status"] {
        assert_eq!(thief.parent.browser.get(&victim.at(SLOT, action))?.status, 404, "{action}");
    }
    let mut form = thief.page(SLOT)?;
    form.body = form.body.replace(&thief.parent.draft, &victim.parent.draft);
    assert_eq!(thief.parent.browser.upload(&form, "own.jpg", "image/jpeg", &photo)?.status, 404);
    // A stranger without any session is led to the sign-in, and their file goes nowhere.
    let stranger = Browser::new(&stack.origin).upload(&victim.page(SLOT)?, "own.jpg", "image/jpeg", &photo)?;
    assert!(matches!(stranger.status, 303 | 403), "{}", stranger.brief());
    assert_eq!(victim.step()?, untouched);
    Ok(())
}

#[test]
fn the_scans_of_a_sent_application_no_longer_change() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let mut parent = Parent::new(&stack, L)?;
    let review = parent.prepare()?;
    let sender = Sender { family: review.clone(), parent };
    let photo = photo(&stack)?;
    let form = sender.page("photo")?;
    let late = sender.ticket(SLOT, "late.jpg", photo.len())?;
    sender.remove(SLOT)?;
    // The page that was opened before shows other scans than those that would be sent.
    let refused = sender.parent.browser.press(&review, text::review::SEND.get(L), &[])?;
    assert!(refused.status == 422 && refused.says(text::review::CHANGED.get(L)), "{}", refused.brief());
    let sent = sender.parent.send(&refused)?;
    let number = sender.parent.number(&sent)?;
    assert_eq!(sender.asks_ticket("photo", "new.jpg", photo.len())?.status, 409);
    let answer = sender.parent.browser.upload(&form, "new.jpg", "image/jpeg", &photo)?;
    assert_eq!(sender.parent.number(&sender.parent.browser.follow(expect(answer, 303)?)?)?, number);
    let answer = sender.parent.browser.press(&form, &button(t::REMOVE, "photo")?, &[])?;
    assert_eq!(sender.parent.number(&sender.parent.browser.follow(expect(answer, 303)?)?)?, number);
    sender.put(&late, &photo)?;
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!((sender.state("photo")?.as_str(), sender.state(SLOT)?.as_str()), ("accepted", "none"));
    // Their owner still sees them.
    let preview = expect(sender.parent.browser.get(&sender.at("photo", "/preview"))?, 200)?;
    assert_eq!(size(&preview.bytes), Some((360, 480)));
    Ok(())
}

#[test]
fn the_files_of_a_draft_that_expired_go_with_it() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    let sender = Sender::new(&stack)?;
    expect(sender.by_form(SLOT, "scan.jpg", "image/jpeg", &photo(&stack)?)?, 303)?;
    assert_eq!(sender.settled(SLOT)?, "accepted");
    let id = sender.parent.draft.rsplit('/').next().and_then(DraftId::parse).ok_or("no draft")?;
    let preview = |portal: &Portal, upload: String| {
        let place = Place::new(id.clone(), Slot::Pmpc, &upload).ok_or("no place")?;
        block_on(async { Ok(portal.bucket.preview(&place).await?) })
    };
    let portal = block_on(Portal::over(&stack, &stack.origin))?;
    let documents = block_on(async { Ok(portal.store.documents(&id).await?) })?;
    let upload = documents.get(Slot::Pmpc).ok_or("no scan")?.upload.as_str().to_owned();
    assert!(preview(&portal, upload.clone())?.is_some());

    // A message that is wrong about it deletes nothing.
    let told = format!(r#"{{"Records":[{{"messageId":"1","body":"{{\"abandoned\":\"{id}\"}}"}}]}}"#);
    let body = Body { kind: "application/json", bytes: told.as_bytes() };
    let path = "/2015-03-31/functions/portal-on-document-uploaded/invocations";
    ask(&stack, Request { service: "lambda", method: "POST", path, query: "", target: None, body })?;
    assert!(preview(&portal, upload.clone())?.is_some());

    remove(&stack, &portal.tables.applications, &keys::documents(&id))?;
    let gone = || Ok(preview(&portal, upload.clone())?.is_none().then_some(()));
    patiently(gone, "the files of an expired draft are still there")?;
    assert_eq!(block_on(async { Ok(portal.bucket.forget(&id).await?) })?, 0, "something is left");
    Ok(())
}
