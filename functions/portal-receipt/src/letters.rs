//! The font of the PDF, DejaVu Sans: free (its licence is beside it in `font/`), with every letter
//! of both languages and of most names.

use std::collections::BTreeMap;

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::{GlyphMetrics, Metrics};
use skrifa::{FontRef, MetadataProvider as _};
use subsetter::GlyphRemapper;
use unicode_normalization::UnicodeNormalization as _;

static FONT: &[u8] = include_bytes!("../font/DejaVuSans.ttf");

/// The font cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the font of the receipt cannot be read")]
pub struct Unreadable;

/// What is known of the font's letters.
#[derive(Clone)]
pub struct Letters {
    charmap: Charmap<'static>,
    glyphs: GlyphMetrics<'static>,
    /// Of the whole font, in its own units
    pub metrics: Metrics,
}

impl Letters {
    /// Reads the font.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn new() -> Result<Self, Unreadable> {
        let font = FontRef::new(FONT).map_err(|_| Unreadable)?;
        let (size, location) = (Size::unscaled(), LocationRef::default());
        let metrics = font.metrics(size, location);
        Ok(Self { charmap: font.charmap(), glyphs: font.glyph_metrics(size, location), metrics })
    }

    /// Points that a line of this size is wide.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.advance(self.glyph(letter)) * size / 1000.0).sum()
    }

    /// Lines no wider than that; a word that is wider is broken anywhere. Letters typed as two
    /// signs become one, since signs are not put over one another here.
    pub fn wrapped(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let text: String = text.nfc().collect();
        let fits = |line: &str| self.width(line, size) <= width;
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if fits(&longer) {
                line = longer;
                continue;
            }
            lines.extend((!line.is_empty()).then(|| std::mem::take(&mut line)));
            for letter in word.chars() {
                line.push(letter);
                if !fits(&line) {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        lines.extend((!line.is_empty()).then_some(line));
        lines
    }

    /// A length of the font's own in thousandths of a letter's size, as PDFs count.
    pub fn thousandths(&self, length: f32) -> f32 {
        length * 1000.0 / f32::from(self.metrics.units_per_em)
    }

    /// The glyph of a letter; that of an unknown letter, an empty box, where the font has none.
    fn glyph(&self, letter: char) -> u16 {
        let known = self.charmap.map(letter).and_then(|glyph| u16::try_from(glyph.to_u32()).ok());
        known.unwrap_or_default()
    }

    fn advance(&self, glyph: u16) -> f32 {
        self.thousandths(self.glyphs.advance_width(glyph.into()).unwrap_or_default())
    }
}

/// The part of the font that a PDF uses.
#[derive(Default)]
pub struct Used {
    remapper: GlyphRemapper,
    /// The letter behind each glyph, by the glyph's number in the PDF
    pub letters: BTreeMap<u16, char>,
}

impl Used {
    /// A text as the PDF writes it: two bytes for the glyph of each letter.
    pub fn encode(&mut self, letters: &Letters, text: &str) -> Vec<u8> {
        text.chars()
            .flat_map(|letter| {
                let glyph = self.remapper.remap(letters.glyph(letter));
                self.letters.entry(glyph).or_insert(letter);
                glyph.to_be_bytes()
            })
            .collect()
    }

    /// How wide each glyph is, by its number in the PDF, in thousandths of a letter's size.
    pub fn widths(&self, letters: &Letters) -> Vec<f32> {
        self.remapper.remapped_gids().map(|glyph| letters.advance(glyph)).collect()
    }

    /// The font with what is used of it.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn font(&self) -> Result<Vec<u8>, Unreadable> {
        subsetter::subset(FONT, 0, &self.remapper).map_err(|_| Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use domain::Locale;

    use super::*;

    #[test]
    fn the_font_has_every_letter_that_a_receipt_says() {
        let letters = Letters::new().unwrap();
        let phrases = [
            text::receipt::ALL,
            text::queue::ALL,
            text::common::ALL,
            text::documents::ALL,
            text::life::ALL,
            text::status::ALL,
        ];
        for (_, phrase) in phrases.into_iter().flatten() {
            for letter in Locale::ALL.into_iter().flat_map(|locale| phrase.get(locale).chars()) {
                assert!(letters.glyph(letter) != 0 || letter.is_control(), "{letter:?}");
            }
        }
    }

    #[test]
    fn words_stay_whole_where_they_fit_and_letters_of_two_signs_become_one() {
        let letters = Letters::new().unwrap();
        assert_eq!(letters.wrapped("  ", 10.0, 100.0), Vec::<String>::new());
        assert_eq!(letters.wrapped("Мысал  Сынақов", 10.0, 60.0), ["Мысал", "Сынақов"]);
        let broken = letters.wrapped(&"Щ".repeat(30), 10.0, 100.0);
        assert!(broken.len() > 2 && broken.concat() == "Щ".repeat(30), "{broken:?}");
        assert_eq!(letters.wrapped("и\u{306}", 10.0, 100.0), ["й"]);
    }
}
