//! The receipt as a PDF: A4, one page, a second one only for the longest names. What it uses of the
//! font goes into the file, with the text behind the letters, so that it can be searched and copied.

use std::collections::BTreeSet;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{ActionType, AnnotationType, CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::letters::{Letters, Unreadable, Used};
use crate::paper::{CODE, HEIGHT, LIGHT, MARGIN, Piece, WIDTH, What, laid_out};
use crate::qr::{QUIET, Qr};
use crate::receipt::Receipt;

/// Why there is no PDF. Says nothing of what was to be in it.
#[derive(Debug, thiserror::Error)]
pub enum PdfFault {
    /// The font cannot be read.
    #[error(transparent)]
    Font(#[from] Unreadable),
    /// No memory to compress into.
    #[error("the PDF of the receipt cannot be compressed")]
    Compress(#[from] std::io::Error),
}

const INFO: SystemInfo<'_> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// What the pages call the font, and its name with the mark of a part.
const TEXT: Name<'_> = Name(b"T");
const FONT_NAME: Name<'_> = Name(b"RECEIP+DejaVuSans");

/// The numbers of a file's objects.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// Writes the PDF.
///
/// # Errors
/// [`PdfFault`].
pub fn write(receipt: &Receipt, code: &Qr) -> Result<Vec<u8>, PdfFault> {
    let pieces = laid_out(receipt)?;
    let (letters, mut used) = (Letters::new()?, Used::default());
    let mut numbers = Numbers(0);
    let (catalog, tree, font) = (numbers.next(), numbers.next(), numbers.next());
    let mut pdf = Pdf::new();
    let mut pages = Vec::new();
    for number in pieces.iter().map(|piece| piece.page).collect::<BTreeSet<_>>() {
        let here: Vec<&Piece> = pieces.iter().filter(|piece| piece.page == number).collect();
        let (page, content) = (numbers.next(), numbers.next());
        let drawn = deflated(&drawn(&here, code, &letters, &mut used))?;
        pdf.stream(content, &drawn).filter(Filter::FlateDecode);
        let links: Vec<Ref> =
            here.iter().filter_map(|piece| link(piece, &letters, &receipt.check, &mut pdf, &mut numbers)).collect();
        let mut written = pdf.page(page);
        written.parent(tree).media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).contents(content);
        written.resources().fonts().pair(TEXT, font);
        if !links.is_empty() {
            written.annotations(links);
        }
        written.finish();
        pages.push(page);
    }
    pdf.pages(tree).count(i32::try_from(pages.len()).unwrap_or(i32::MAX)).kids(pages);
    embed(&mut pdf, font, &mut numbers, &letters, &used)?;
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr(receipt.locale.code()));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    pdf.document_info(numbers.next()).title(TextStr(&receipt.title));
    Ok(pdf.finish())
}

/// The operators that draw a page. PDFs count from the lower left corner.
fn drawn(pieces: &[&Piece], code: &Qr, letters: &Letters, used: &mut Used) -> Vec<u8> {
    let mut content = Content::new();
    for piece in pieces {
        match &piece.what {
            What::Line { size, shade, text, .. } => {
                content.set_fill_gray(*shade).begin_text().set_font(TEXT, *size);
                content.next_line(piece.x, HEIGHT - piece.y).show(Str(&used.encode(letters, text))).end_text();
            }
            What::Rule => {
                content.set_fill_gray(LIGHT).rect(piece.x, HEIGHT - piece.y, WIDTH - 2.0 * MARGIN, 0.6).fill_nonzero();
            }
            What::Code => modules(&mut content, code, piece),
        }
    }
    content.finish().into_vec()
}

/// The dark modules of the code, the light border being paper.
fn modules(content: &mut Content, code: &Qr, at: &Piece) {
    let of = |modules: usize| u16::try_from(modules).map(f32::from).unwrap_or_default();
    let module = CODE / of(code.full_side());
    content.set_fill_gray(0.0);
    for run in code.dark() {
        let (x, y) = (at.x + of(run.x + QUIET) * module, at.y + of(run.y + QUIET + 1) * module);
        content.rect(x, HEIGHT - y, of(run.length) * module, module);
    }
    content.fill_nonzero();
}

/// Makes a line lead to the address, if it shows it.
fn link(piece: &Piece, letters: &Letters, to: &str, pdf: &mut Pdf, numbers: &mut Numbers) -> Option<Ref> {
    let What::Line { size, text, link: true, .. } = &piece.what else { return None };
    let number = numbers.next();
    let (left, base) = (piece.x, HEIGHT - piece.y);
    let mut annotation = pdf.annotation(number);
    annotation.subtype(AnnotationType::Link).contents(TextStr(to));
    annotation.rect(Rect::new(left, base - size * 0.3, left + letters.width(text, *size), base + size));
    annotation.border(0.0, 0.0, 0.0, None);
    annotation.action().action_type(ActionType::Uri).uri(Str(to.as_bytes()));
    annotation.finish();
    Some(number)
}

/// The font, and which letter each of its glyphs stands for.
fn embed(pdf: &mut Pdf, font: Ref, numbers: &mut Numbers, letters: &Letters, used: &Used) -> Result<(), PdfFault> {
    let (glyphs, described, file, meant) = (numbers.next(), numbers.next(), numbers.next(), numbers.next());
    pdf.type0_font(font)
        .base_font(FONT_NAME)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(glyphs)
        .to_unicode(meant);
    let mut cid = pdf.cid_font(glyphs);
    cid.subtype(CidFontType::Type2).base_font(FONT_NAME).system_info(INFO).font_descriptor(described);
    cid.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
    cid.widths().consecutive(0, used.widths(letters));
    cid.finish();
    let own = |length| letters.thousandths(length);
    let box_of = letters.metrics.bounds.unwrap_or_default();
    pdf.font_descriptor(described)
        .name(FONT_NAME)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(own(box_of.x_min), own(box_of.y_min), own(box_of.x_max), own(box_of.y_max)))
        .italic_angle(letters.metrics.italic_angle)
        .ascent(own(letters.metrics.ascent))
        .descent(own(letters.metrics.descent))
        .cap_height(own(letters.metrics.cap_height.unwrap_or(letters.metrics.ascent)))
        // Required, though no viewer needs it beside the font itself.
        .stem_v(80.0)
        .font_file2(file);
    pdf.stream(file, &deflated(&used.font()?)?).filter(Filter::FlateDecode);
    let mut map = UnicodeCmap::new(Name(b"Letters"), INFO);
    for (glyph, letter) in &used.letters {
        map.pair(*glyph, *letter);
    }
    pdf.stream(meant, &deflated(&map.finish())?).filter(Filter::FlateDecode);
    Ok(())
}

fn deflated(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use domain::Locale;
    use text::receipt as t;

    use super::*;
    use crate::receipt::tests::{CHECK, QUEUE, receipt};

    fn written(receipt: &Receipt) -> (Vec<u8>, lopdf::Document) {
        let pdf = write(receipt, &Qr::of(&receipt.check).unwrap()).unwrap();
        let read = lopdf::Document::load_mem(&pdf).unwrap();
        (pdf, read)
    }

    fn said(read: &lopdf::Document) -> String {
        let pages: Vec<u32> = read.get_pages().into_keys().collect();
        read.extract_text(&pages).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_letter_of_kazakh_comes_out_of_the_pdf_as_it_went_in() {
        let letters = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі Ёё № — «»";
        for locale in Locale::ALL {
            let (pdf, read) = written(&receipt(locale, letters));
            assert!(pdf.starts_with(b"%PDF-1."));
            // The whole font would be ten times that.
            assert!(pdf.len() < 75_000, "{} bytes", pdf.len());
            assert_eq!(read.get_pages().len(), 1);
            let said = said(&read);
            for expected in [letters, "44", CHECK, "Туу туралы куәлік", QUEUE, t::MEANS.get(locale)] {
                let all = expected.split(' ').all(|word| said.contains(word));
                assert!(all, "{expected} is not in {said}");
            }
        }
    }

    #[test]
    fn what_needs_two_pages_has_two() {
        let mut long = receipt(Locale::Ru, "Мысал");
        let line = long.rows.first().unwrap().clone();
        long.rows.extend(vec![line; 40]);
        assert_eq!(written(&long).1.get_pages().len(), 2);
    }
}
