//! Where everything of a receipt stands on the paper, in points from the upper left corner.

use text::{receipt as t, status};

use crate::letters::{Letters, Unreadable};
use crate::receipt::Receipt;

/// Points of an A4 page, and of what is left free around the text.
pub const WIDTH: f32 = 595.0;
pub const HEIGHT: f32 = 842.0;
pub const MARGIN: f32 = 56.0;
/// Points of a side of the QR code, about four centimetres.
pub const CODE: f32 = 120.0;
/// How light letters and rules are, from 0 for black.
const BLACK: f32 = 0.0;
const DARK: f32 = 0.3;
pub const LIGHT: f32 = 0.8;

/// Where the values begin, beside their names.
const VALUES: f32 = 220.0;
const GAP: f32 = 18.0;
/// From a line to the next, in sizes of its letters.
const LEADING: f32 = 1.4;

/// Something at a place of a page; a line of text stands on `y`, anything else hangs from it.
#[derive(Clone, Debug)]
pub struct Piece {
    pub page: usize,
    pub x: f32,
    pub y: f32,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    Line { size: f32, shade: f32, text: String, link: bool },
    Rule,
    Code,
}

/// Everything of a receipt, in reading order.
///
/// # Errors
/// [`Unreadable`].
pub fn laid_out(receipt: &Receipt) -> Result<Vec<Piece>, Unreadable> {
    let l = receipt.locale;
    let mut paper = Paper { letters: Letters::new()?, pieces: Vec::new(), page: 0, left: MARGIN, y: MARGIN };
    paper.text(9.0, DARK, &receipt.portal);
    if let Some(demo) = &receipt.demo {
        paper.text(9.0, DARK, demo);
    }
    paper.y += 14.0;
    paper.text(17.0, BLACK, &receipt.title);
    paper.text(9.0, DARK, &receipt.made);
    paper.y += 14.0;
    for row in &receipt.rows {
        paper.row(&row.key, &row.value);
    }
    paper.put(MARGIN, paper.y, What::Rule);
    paper.y += GAP;
    paper.code(|paper| {
        paper.text(12.0, BLACK, status::TITLE.get(l));
        paper.y += 4.0;
        paper.text(10.0, BLACK, t::CHECK_HOW.get(l));
        paper.y += 4.0;
        paper.lines(10.0, BLACK, &receipt.check, true);
    });
    paper.y += GAP;
    if let Some(queue) = &receipt.queue {
        paper.text(12.0, BLACK, &queue.key);
        paper.y += 4.0;
        for line in &queue.value {
            paper.text(9.0, BLACK, line);
        }
        paper.y += GAP;
    }
    paper.text(9.0, DARK, receipt.means);
    paper.text(9.0, DARK, &receipt.department);
    Ok(paper.pieces)
}

/// Lays one below the other, on a next page where one is full.
struct Paper {
    letters: Letters,
    pieces: Vec<Piece>,
    page: usize,
    left: f32,
    y: f32,
}

impl Paper {
    fn put(&mut self, x: f32, y: f32, what: What) {
        self.pieces.push(Piece { page: self.page, x, y, what });
    }

    fn need(&mut self, points: f32) {
        if self.y + points > HEIGHT - MARGIN {
            self.page += 1;
            self.y = MARGIN;
        }
    }

    fn text(&mut self, size: f32, shade: f32, text: &str) {
        self.lines(size, shade, text, false);
    }

    fn lines(&mut self, size: f32, shade: f32, text: &str, link: bool) {
        for text in self.letters.wrapped(text, size, WIDTH - MARGIN - self.left) {
            self.need(size * LEADING);
            self.y += size * LEADING;
            self.put(self.left, self.y - size * (LEADING - 1.0), What::Line { size, shade, text, link });
        }
    }

    /// A name and, beside it, its value.
    fn row(&mut self, key: &str, value: &[String]) {
        const SIZE: f32 = 10.0;
        const AROUND: f32 = 4.0;
        let keys = self.letters.wrapped(key, SIZE, VALUES - MARGIN - GAP);
        let values = value.iter().flat_map(|line| self.letters.wrapped(line, SIZE, WIDTH - MARGIN - VALUES)).collect();
        let sides: [(f32, f32, Vec<String>); 2] = [(MARGIN, DARK, keys), (VALUES, BLACK, values)];
        let height = |lines: &[String]| lines.iter().map(|_| SIZE * LEADING).sum::<f32>();
        let highest = sides.iter().map(|(.., lines)| height(lines)).fold(0.0, f32::max);
        self.need(highest + 2.0 * AROUND);
        self.put(MARGIN, self.y, What::Rule);
        for (x, shade, lines) in sides {
            let mut y = self.y + AROUND + SIZE;
            for text in lines {
                self.put(x, y, What::Line { size: SIZE, shade, text, link: false });
                y += SIZE * LEADING;
            }
        }
        self.y += highest + 2.0 * AROUND;
    }

    /// The QR code with words beside it.
    fn code(&mut self, beside: impl FnOnce(&mut Self)) {
        self.need(CODE);
        let (top, page) = (self.y, self.page);
        self.put(MARGIN, top, What::Code);
        self.left = MARGIN + CODE + GAP;
        beside(self);
        self.left = MARGIN;
        if self.page == page {
            self.y = self.y.max(top + CODE);
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Locale;

    use super::*;
    use crate::receipt::Row;
    use crate::receipt::tests::receipt;

    #[test]
    fn the_longest_names_stay_on_the_paper() {
        let longest = vec!["ЩЖ".repeat(50); 3].join(" ");
        let mut receipt = receipt(Locale::Kk, &longest);
        let (parent, short) = (receipt.rows.first().unwrap().clone(), Row::new("Мәртебесі", "Тіркелді"));
        receipt.rows.push(parent);
        receipt.rows.extend(vec![short; 7]);
        let letters = Letters::new().unwrap();
        let pieces = laid_out(&receipt).unwrap();
        for piece in &pieces {
            assert!(piece.y <= HEIGHT - MARGIN + 0.1, "{}", piece.y);
            if let What::Line { size, text, .. } = &piece.what {
                assert!(piece.x + letters.width(text, *size) <= WIDTH - MARGIN + 0.1, "{text}");
            }
        }
        assert_eq!(pieces.iter().map(|piece| piece.page).max(), Some(1));
    }
}
