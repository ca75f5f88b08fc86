//! The outline of a JPEG, walked before anything is decoded.

use crate::Refusal;

/// An honest progressive picture has about ten scans; each is a pass over the whole picture,
/// so thousands of tiny ones would keep the decoder busy for minutes.
const MAX_SCANS: u32 = 64;

/// What the walk found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outline {
    /// Pixels per line.
    pub(crate) width: u32,
    /// Lines.
    pub(crate) height: u32,
    /// Where the picture ends. Phones and attackers append things behind it.
    pub(crate) end: usize,
}

/// Walks the segments from the start to the end-of-image marker. The decoder is lenient and
/// fills what is missing with grey, so a truncated upload must be noticed here.
pub(crate) fn outline(bytes: &[u8]) -> Result<Outline, Refusal> {
    let mut size = None;
    let mut scans = 0;
    let mut at = 2;
    loop {
        let (marker, after) = next_marker(bytes, at).ok_or(Refusal::DamagedPicture)?;
        at = after;
        match marker {
            // End of image
            0xD9 => {
                let (width, height) = size.ok_or(Refusal::DamagedPicture)?;
                return if scans == 0 { Err(Refusal::DamagedPicture) } else { Ok(Outline { width, height, end: at }) };
            }
            // A second start of image, outside of any segment
            0xD8 => return Err(Refusal::DamagedPicture),
            _ => {
                let length = be16(bytes, at).filter(|length| *length >= 2).ok_or(Refusal::DamagedPicture)?;
                // Start of frame; the three left out are tables and extensions.
                if (0xC0..=0xCF).contains(&marker) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) {
                    let height = be16(bytes, at + 3).ok_or(Refusal::DamagedPicture)?;
                    let width = be16(bytes, at + 5).ok_or(Refusal::DamagedPicture)?;
                    // A second frame could be larger than the one that was checked.
                    if size.replace((width, height)).is_some() || width == 0 || height == 0 {
                        return Err(Refusal::DamagedPicture);
                    }
                }
                if marker == 0xDA {
                    scans += 1;
                    if scans > MAX_SCANS {
                        return Err(Refusal::DamagedPicture);
                    }
                }
                at += length as usize;
            }
        }
    }
}

/// The next marker at or after a place, and the place behind it. Passes over coded data, where
/// FF00 is a byte and FFD0 to FFD7 are restarts, and over fill bytes.
fn next_marker(bytes: &[u8], from: usize) -> Option<(u8, usize)> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xFF => at += 1,
            0x00 | 0x01 | 0xD0..=0xD7 => at += 2,
            _ => return Some((marker, at + 2)),
        }
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    let pair = bytes.get(at..at + 2)?;
    Some(u32::from(u16::from_be_bytes(pair.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn finds_size_and_end_in_front_of_what_is_appended() {
        let jpeg = samples::jpeg(40, 30);
        let mut longer = jpeg.clone();
        longer.extend_from_slice(b"PK\x03\x04\xFF\xD9");
        for bytes in [&jpeg, &longer] {
            assert_eq!(outline(bytes), Ok(Outline { width: 40, height: 30, end: jpeg.len() }));
        }
    }

    #[test]
    fn a_picture_cut_anywhere_is_damaged() {
        let jpeg = samples::jpeg(40, 30);
        for length in 3..jpeg.len() {
            assert_eq!(outline(jpeg.get(..length).unwrap_or_default()), Err(Refusal::DamagedPicture), "{length} bytes");
        }
    }

    #[test]
    fn thousands_of_scans_are_refused() {
        let mut bytes = vec![0xFF, 0xD8];
        for _ in 0..=MAX_SCANS {
            bytes.extend_from_slice(&[0xFF, 0xDA, 0, 2, 1, 2, 3]);
        }
        assert_eq!(outline(&bytes), Err(Refusal::DamagedPicture));
    }
}
