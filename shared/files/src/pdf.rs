//! PDF: bounded reading, no active content, written anew.
//!
//! Two readers may see two different documents in one file: older revisions, objects outside
//! of the cross-reference table, bytes behind the end. So the file is not only checked but
//! rewritten from the objects that were checked and can be reached from the catalog.

use std::cell::RefCell;
use std::panic::resume_unwind;
use std::time::Instant;

use domain::document::Kind;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use crate::Refusal;
use crate::clean::Clean;

const MAX_PAGES: usize = 20;
const MAX_OBJECTS: usize = 100_000;
/// Objects that stand in the file itself. The reader follows a stream's length through as many
/// of them as there are, one call inside the other, so this also bounds the depth of its stack.
const MAX_PLAIN_OBJECTS: usize = 20_000;
/// Values in all objects; each takes about a hundred bytes of memory.
const MAX_VALUES: usize = 1_000_000;
/// What one object or cross-reference stream may expand to. Page contents and pictures stay
/// compressed here.
const MAX_STREAM: usize = 4 * 1024 * 1024;
/// How near to the end of the file its last line must be, as readers expect.
const TAIL: usize = 1024;

/// Keys that only active or carried-along content has.
const ACTIVE_KEYS: [&[u8]; 8] =
    [b"JS", b"JavaScript", b"AA", b"EmbeddedFiles", b"EF", b"XFA", b"RichMediaContent", b"RichMediaSettings"];
/// Action types, annotation types and stream types that do something or carry files.
const ACTIVE_NAMES: [&[u8]; 13] = [
    b"JavaScript",
    b"Launch",
    b"SubmitForm",
    b"ImportData",
    b"GoToE",
    b"Rendition",
    b"Movie",
    b"Sound",
    b"RichMedia",
    b"RichMediaExecute",
    b"EmbeddedFile",
    b"FileAttachment",
    b"Screen",
];

thread_local! {
    /// The reader's filter is a plain function, so what it counts lives beside it.
    static BUDGET: RefCell<Option<Budget>> = const { RefCell::new(None) };
}

struct Budget {
    deadline: Instant,
    objects: usize,
    values: usize,
    active: bool,
}

/// Cleans a PDF.
pub(crate) fn clean(bytes: &[u8], deadline: Instant) -> Result<Clean, Refusal> {
    if contains_encrypt(bytes) {
        return Err(Refusal::PdfEncrypted);
    }
    if !is_complete(bytes) {
        return Err(Refusal::PdfDamaged);
    }
    if plain_objects(bytes) > MAX_PLAIN_OBJECTS {
        return Err(Refusal::PdfTooComplex);
    }
    let mut document = load(bytes, deadline)?;
    drop_view(&mut document)?;
    let pages = count_pages(&document)?;

    document.prune_objects();
    document.renumber_objects();
    let mut written = Vec::with_capacity(bytes.len());
    document.save_to(&mut written).map_err(|_| Refusal::PdfDamaged)?;
    // What was written is what will be opened: it must read as the same document.
    if count_pages(&load(&written, deadline)?)? != pages {
        return Err(Refusal::PdfDamaged);
    }
    Ok(Clean { kind: Kind::Pdf, bytes: written, preview: None, pages: Some(pages) })
}

/// The key of the trailer that makes a file encrypted; it is never compressed. Looked for before
/// parsing, because the reader decrypts eagerly.
fn contains_encrypt(bytes: &[u8]) -> bool {
    const KEY: &[u8] = b"/Encrypt";
    bytes.windows(KEY.len() + 1).any(|window| {
        window.starts_with(KEY) && window.last().is_some_and(|next| next.is_ascii_whitespace() || *next == b'<')
    })
}

fn plain_objects(bytes: &[u8]) -> usize {
    bytes.windows(3).filter(|window| *window == b"obj").count()
        - bytes.windows(6).filter(|window| *window == b"endobj").count()
}

fn is_complete(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default();
    tail.windows(5).any(|window| window == b"%%EOF")
}

/// Reads all objects, also those inside object streams, and refuses at the first one too many.
fn load(bytes: &[u8], deadline: Instant) -> Result<Document, Refusal> {
    BUDGET.set(Some(Budget { deadline, objects: 0, values: 0, active: false }));
    let options =
        LoadOptions { filter: Some(admit), max_decompressed_size: Some(MAX_STREAM), ..LoadOptions::default() };
    let loaded = std::panic::catch_unwind(|| Document::load_mem_with_options(bytes, options));
    let active = BUDGET.take().is_some_and(|budget| budget.active);
    let document = match loaded {
        Ok(Ok(document)) => document,
        Ok(Err(error)) => return Err(refusal(&error)),
        Err(payload) => return Err(payload.downcast_ref::<Refusal>().copied().unwrap_or(Refusal::PdfDamaged)),
    };
    if document.was_encrypted() || document.trailer.has(b"Encrypt") {
        return Err(Refusal::PdfEncrypted);
    }
    if active || dictionary_is_active(&document.trailer) {
        return Err(Refusal::PdfActive);
    }
    Ok(document)
}

fn refusal(error: &lopdf::Error) -> Refusal {
    match error {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => Refusal::PdfEncrypted,
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => Refusal::PdfTooComplex,
        _ => Refusal::PdfDamaged,
    }
}

/// Counts and judges each object as it is read. Leaves the reader by unwinding: there is no
/// other way to stop it in the middle of a bomb.
fn admit(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let within = BUDGET.with_borrow_mut(|budget| budget.as_mut().is_some_and(|budget| budget.spend(object)));
    if !within {
        resume_unwind(Box::new(Refusal::PdfTooComplex));
    }
    // The reader takes the returned copy for members of object streams, which are never streams
    // themselves; of every other object it keeps the original, so streams need no copy.
    let kept = if matches!(object, Object::Stream(_)) { Object::Null } else { object.clone() };
    Some((id, kept))
}

impl Budget {
    fn spend(&mut self, object: &Object) -> bool {
        self.objects += 1;
        self.objects <= MAX_OBJECTS && self.walk(object) && Instant::now() < self.deadline
    }

    /// The reader bounds the nesting of what it builds to a hundred.
    fn walk(&mut self, object: &Object) -> bool {
        self.values += 1;
        if self.values > MAX_VALUES {
            return false;
        }
        match object {
            Object::Name(name) => {
                self.active |= ACTIVE_NAMES.contains(&name.as_slice());
                true
            }
            Object::Array(items) => items.iter().all(|item| self.walk(item)),
            Object::Dictionary(dictionary) => self.walk_dictionary(dictionary),
            Object::Stream(stream) => self.walk_dictionary(&stream.dict),
            Object::Null
            | Object::Boolean(_)
            | Object::Integer(_)
            | Object::Real(_)
            | Object::String(..)
            | Object::Reference(_) => true,
        }
    }

    fn walk_dictionary(&mut self, dictionary: &Dictionary) -> bool {
        self.active |= dictionary_is_active(dictionary);
        dictionary.iter().all(|(_, value)| self.walk(value))
    }
}

fn dictionary_is_active(dictionary: &Dictionary) -> bool {
    ACTIVE_KEYS.iter().any(|key| dictionary.has(key))
}

/// An opening *action* is refused. A mere opening view, which office programs always write, is
/// a destination without an action; it is taken out.
fn drop_view(document: &mut Document) -> Result<(), Refusal> {
    let catalog = document.catalog().map_err(|_| Refusal::PdfDamaged)?;
    let Ok(opening) = catalog.get(b"OpenAction") else { return Ok(()) };
    match document.dereference(opening) {
        Ok((_, Object::Array(_) | Object::Null)) => {}
        _ => return Err(Refusal::PdfActive),
    }
    document.catalog_mut().map_err(|_| Refusal::PdfDamaged)?.remove(b"OpenAction");
    Ok(())
}

fn count_pages(document: &Document) -> Result<u32, Refusal> {
    match document.page_iter().take(MAX_PAGES + 1).count() {
        0 => Err(Refusal::PdfDamaged),
        pages if pages > MAX_PAGES => Err(Refusal::PdfTooManyPages),
        pages => u32::try_from(pages).map_err(|_| Refusal::PdfTooManyPages),
    }
}

#[cfg(test)]
mod tests {
    use lopdf::{Object, SaveOptions, Stream, dictionary};

    use super::*;
    use crate::{clean, samples};

    fn check(bytes: &[u8]) -> Result<Clean, Refusal> {
        clean(bytes, samples::TIME)
    }

    fn with_catalog_entry(key: &str, value: impl FnOnce(&mut Document) -> Object) -> Vec<u8> {
        samples::pdf_with(1, |document| {
            let value = value(document);
            document.catalog_mut().expect("a catalog").set(key, value);
        })
    }

    fn script() -> Dictionary {
        dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") }
    }

    #[test]
    fn a_plain_pdf_is_written_anew_with_its_pages() {
        for pages in [1, 20] {
            let clean = check(&samples::pdf(pages)).expect("is taken");
            assert_eq!((clean.kind, clean.pages, clean.preview), (Kind::Pdf, u32::try_from(pages).ok(), None));
            let again = Document::load_mem(&clean.bytes).expect("reads");
            assert_eq!(again.page_iter().count(), pages);
            let first = again.page_iter().next().expect("a page");
            assert!(String::from_utf8_lossy(&again.get_page_content(first)).contains("page 1"));
        }
    }

    #[test]
    fn a_pdf_with_object_streams_is_taken_too() {
        let mut document = Document::load_mem(&samples::pdf(3)).expect("reads");
        let mut bytes = Vec::new();
        let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
        document.save_with_options(&mut bytes, options).expect("writes");
        assert!(bytes.windows(7).any(|window| window == b"/ObjStm"));
        assert_eq!(check(&bytes).map(|clean| clean.pages), Ok(Some(3)));
    }

    #[test]
    fn too_many_and_no_pages() {
        assert_eq!(check(&samples::pdf(21)), Err(Refusal::PdfTooManyPages));
        assert_eq!(check(&samples::pdf(0)), Err(Refusal::PdfDamaged));
    }

    #[test]
    fn truncated_anywhere_is_damaged() {
        let pdf = samples::pdf(2);
        for length in (5..pdf.len() - 6).step_by(7) {
            assert_eq!(check(pdf.get(..length).unwrap_or_default()), Err(Refusal::PdfDamaged), "{length} bytes");
        }
    }

    #[test]
    fn active_content_is_refused() {
        let samples = [
            ("script on opening", with_catalog_entry("OpenAction", |_| script().into())),
            ("script behind a reference", with_catalog_entry("OpenAction", |doc| doc.add_object(script()).into())),
            (
                "named scripts",
                with_catalog_entry("Names", |doc| {
                    let script = doc.add_object(script());
                    dictionary! { "JavaScript" => dictionary! { "Names" => vec![Object::string_literal("a"), script.into()] } }
                    .into()
                }),
            ),
            (
                "an opening action of any kind",
                with_catalog_entry("OpenAction", |_| {
                    dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.org") }.into()
                }),
            ),
            (
                "a program start",
                samples::pdf_with(1, |doc| {
                    doc.add_object(dictionary! { "Subtype" => "Link", "A" => dictionary! { "S" => "Launch" } });
                }),
            ),
            ("additional actions", with_catalog_entry("AA", |_| dictionary! {}.into())),
            (
                "an embedded file",
                with_catalog_entry("Names", |_| dictionary! { "EmbeddedFiles" => dictionary! {} }.into()),
            ),
            (
                "an attached file",
                samples::pdf_with(1, |doc| {
                    doc.add_object(Stream::new(dictionary! { "Type" => "EmbeddedFile" }, b"MZ".to_vec()));
                }),
            ),
            ("a scripted form", with_catalog_entry("AcroForm", |_| dictionary! { "XFA" => Object::Null }.into())),
        ];
        for (what, bytes) in samples {
            assert_eq!(check(&bytes), Err(Refusal::PdfActive), "{what}");
        }
    }

    #[test]
    fn a_name_in_disguise_is_found() {
        let bytes = with_catalog_entry("OpenAction", |_| script().into());
        let plain = b"/S/JavaScript";
        let at = bytes.windows(plain.len()).position(|window| window == plain).expect("written so");
        let mut disguised = bytes.clone();
        disguised.splice(at..at + plain.len(), *b"/S/J#61v#61Script");
        // The table of offsets is now wrong, which the reader repairs.
        assert_eq!(check(&disguised), Err(Refusal::PdfActive));
    }

    #[test]
    fn a_script_inside_an_object_stream_is_found() {
        let script = br"<</S/JavaScript/JS(app.alert\(1\))>> ";
        let packed = bomb(script, script.len() * 100, 1);
        assert!(!packed.windows(10).any(|window| window == b"JavaScript"), "it is packed");
        assert_eq!(check(&packed), Err(Refusal::PdfActive));
    }

    #[test]
    fn an_opening_view_is_taken_out_and_what_nobody_refers_to_is_gone() {
        let bytes = samples::pdf_with(1, |document| {
            let page = document.page_iter().next().expect("a page");
            document.add_object(Object::string_literal("left over from an older revision"));
            let view = vec![page.into(), "XYZ".into(), Object::Null, Object::Null, 0.into()];
            document.catalog_mut().expect("a catalog").set("OpenAction", view);
        });
        let clean = check(&bytes).expect("is taken");
        for gone in [b"OpenAction".as_slice(), b"left over"] {
            assert!(!clean.bytes.windows(gone.len()).any(|window| window == gone));
        }
    }

    #[test]
    fn what_is_appended_is_gone() {
        let mut bytes = samples::pdf(1);
        bytes.extend_from_slice(b"PK\x03\x04 a small archive");
        let clean = check(&bytes).expect("is taken");
        assert!(!clean.bytes.windows(4).any(|window| window == b"PK\x03\x04"));
        bytes.extend_from_slice(&vec![b'x'; 4096]);
        assert_eq!(check(&bytes), Err(Refusal::PdfDamaged));
    }

    #[test]
    fn an_encrypted_pdf_is_refused() {
        let bytes = samples::pdf_with(1, |document| {
            let filter = document.add_object(dictionary! { "Filter" => "Standard", "V" => 1, "R" => 2 });
            document.trailer.set("Encrypt", filter);
        });
        assert_eq!(check(&bytes), Err(Refusal::PdfEncrypted));
        let plain = b"/Encrypt";
        let at = bytes.windows(plain.len()).position(|window| window == plain).expect("written so");
        let mut disguised = bytes.clone();
        disguised.splice(at..at + plain.len(), *b"/Encr#79pt");
        assert_eq!(check(&disguised), Err(Refusal::PdfEncrypted));
    }

    /// A file of one page, and of streams each of which says that its length is the next object.
    fn chain(length: usize) -> Vec<u8> {
        let mut objects: Vec<String> = vec![
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>".to_owned(),
        ];
        objects.extend((0..length).map(|link| format!("<</Length {} 0 R>>stream\nx\nendstream", link + 5)));
        objects.push("1".to_owned());
        let mut file = "%PDF-1.5\n".to_owned();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for (index, object) in objects.iter().enumerate() {
            table += &format!("{:010} 00000 n \n", file.len());
            file += &format!("{} 0 obj\n{object}\nendobj\n", index + 1);
        }
        let start = file.len();
        file += &table;
        file += &format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
        file.into_bytes()
    }

    #[tokio::test]
    async fn a_long_chain_does_not_break_the_stack() {
        assert_eq!(check(&chain(MAX_PLAIN_OBJECTS)), Err(Refusal::PdfTooComplex));
        // Down to the end of the chain once for each of its links: the clock ends it.
        let outcome = crate::clean_within(chain(MAX_PLAIN_OBJECTS - 10), std::time::Duration::from_secs(2)).await;
        assert!(matches!(outcome, Err(Refusal::PdfTooComplex | Refusal::PdfDamaged)), "{outcome:?}");
    }

    /// Object streams of a few kilobytes that expand to an array of `size` bytes of `unit` each.
    fn bomb(unit: &[u8], size: usize, copies: usize) -> Vec<u8> {
        let mut bytes = samples::pdf_with(1, |document| {
            for copy in 0..copies {
                let mut content = format!("{} 0 ", 1_000 + copy).into_bytes();
                let first = i64::try_from(content.len()).expect("short");
                content.push(b'[');
                content.extend(unit.iter().copied().cycle().take(size));
                content.push(b']');
                let mut stream = Stream::new(dictionary! { "Type" => "ObjXxx", "N" => 1, "First" => first }, content);
                stream.compress().expect("compresses");
                document.add_object(stream);
            }
        });
        // The writer leaves out what it takes for its own object streams.
        let places: Vec<usize> =
            bytes.windows(6).enumerate().filter(|(_, window)| *window == b"ObjXxx").map(|(at, _)| at).collect();
        assert_eq!(places.len(), copies);
        for at in places {
            bytes.splice(at..at + 6, *b"ObjStm");
        }
        bytes
    }

    #[test]
    fn bombs_are_given_up() {
        for bytes in [bomb(b" ", 8 * 1024 * 1024, 1), bomb(b"0 ", 3 * 1024 * 1024, 1), bomb(b"0 ", 400_000, 6)] {
            assert!(bytes.len() < 1024 * 1024);
            assert_eq!(check(&bytes), Err(Refusal::PdfTooComplex));
        }
    }

    #[test]
    fn the_clock_stops_a_slow_one() {
        assert_eq!(clean(&samples::pdf(2), std::time::Duration::ZERO), Err(Refusal::PdfTooComplex));
    }

    #[test]
    fn deep_nesting_and_circles_do_no_harm() {
        let mut deep = samples::pdf(1);
        let at = deep.windows(8).position(|window| window == b"/Catalog").expect("a catalog");
        deep.splice(at + 8..at + 8, [b"/X ".to_vec(), vec![b'['; 100_000], vec![b']'; 100_000]].concat());
        assert!(check(&deep).is_err());
        let circle = samples::pdf_with(1, |document| {
            let tree = document.catalog().and_then(|catalog| catalog.get(b"Pages")).and_then(Object::as_reference);
            let tree = tree.expect("a tree");
            let kids = vec![Object::Reference(tree); 3];
            document.get_dictionary_mut(tree).expect("a dictionary").set("Kids", kids);
        });
        assert_eq!(check(&circle), Err(Refusal::PdfDamaged));
    }
}
