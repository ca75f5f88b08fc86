//! A QR code as runs of dark modules, for whoever draws it.

use qrcode::{Color, EcLevel, QrCode};

/// Light modules that a reader needs on every side.
pub const QUIET: usize = 4;

/// A QR code.
#[derive(Clone, Debug)]
pub struct Qr {
    /// Modules of a side, the light border not counted
    pub side: usize,
    colors: Vec<Color>,
}

/// Dark modules beside one another; the first of all is at 0, 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// From the left
    pub x: usize,
    /// From above
    pub y: usize,
    /// How many
    pub length: usize,
}

/// The text does not fit a QR code.
#[derive(Debug, thiserror::Error)]
#[error("no QR code for an address of {0} bytes")]
pub struct TooLong(usize);

impl Qr {
    /// The code of a text. It stays readable with a seventh of it lost, as on a folded paper.
    ///
    /// # Errors
    /// [`TooLong`]: over 2331 bytes.
    pub fn of(text: &str) -> Result<Self, TooLong> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| TooLong(text.len()))?;
        Ok(Self { side: code.width(), colors: code.into_colors() })
    }

    /// Modules of a side with the light border.
    pub const fn full_side(&self) -> usize {
        self.side + 2 * QUIET
    }

    /// All that is dark, row by row.
    pub fn dark(&self) -> impl Iterator<Item = Run> + '_ {
        self.colors.chunks(self.side).enumerate().flat_map(|(y, row)| {
            let mut x = 0;
            row.chunk_by(|one, next| one == next).filter_map(move |same| {
                let run = Run { x, y, length: same.len() };
                x += same.len();
                same.starts_with(&[Color::Dark]).then_some(run)
            })
        })
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// What a reader sees in a code of modules.
    pub fn read(side: usize, dark: &[Run]) -> String {
        const DOTS: usize = 4;
        let full = (side + 2 * QUIET) * DOTS;
        let mut seen = rqrr::PreparedImage::prepare_from_greyscale(full, full, |x, y| {
            let hit = |run: &Run| {
                let (x, y) = ((x / DOTS).wrapping_sub(QUIET), (y / DOTS).wrapping_sub(QUIET));
                run.y == y && (run.x..run.x + run.length).contains(&x)
            };
            if dark.iter().any(hit) { 0 } else { 255 }
        });
        let grids = seen.detect_grids();
        grids.first().unwrap().decode().unwrap().1
    }

    #[test]
    fn what_is_drawn_is_read_back() {
        for address in [
            "http://127.0.0.1:8080/ru/status?number=1",
            "https://mektepke-qabyldau.bilim-bolimi.karaganda.gov.kz/kk/status?number=9999999999",
        ] {
            let code = Qr::of(address).unwrap();
            let dark: Vec<Run> = code.dark().collect();
            assert_eq!(read(code.side, &dark), address);
        }
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert!(Qr::of(&"x".repeat(2332)).is_err());
    }
}
