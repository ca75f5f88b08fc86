//! What a file is, read from its first bytes.

use domain::document::Kind;

use crate::{MAX_BYTES, Refusal};

/// Brands of the container that phones use for HEIC photos.
const HEIC_BRANDS: [&[u8]; 10] =
    [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"];

/// The true type of a file. Its name and its declared type are not asked.
///
/// # Errors
/// Empty, larger than the limit, or of another type.
pub fn sniff(bytes: &[u8]) -> Result<Kind, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Refusal::TooBig);
    }
    // Signatures count at the very start only: what begins as something else and turns into
    // a PDF later is two files in one.
    if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Ok(Kind::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Ok(Kind::Png)
    } else if bytes.starts_with(b"%PDF-") {
        Ok(Kind::Pdf)
    } else if bytes.get(4..8) == Some(b"ftyp".as_slice())
        && bytes.get(8..12).is_some_and(|brand| HEIC_BRANDS.contains(&brand))
    {
        Err(Refusal::Heic)
    } else {
        Err(Refusal::OtherType)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide() {
        assert_eq!(sniff(b"\xFF\xD8\xFF\xE0\0\x10JFIF"), Ok(Kind::Jpeg));
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n"), Ok(Kind::Png));
        assert_eq!(sniff(b"%PDF-1.7\n"), Ok(Kind::Pdf));
    }

    #[test]
    fn other_types_are_refused_whatever_they_are_called() {
        for bytes in [
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".as_slice(),
            b"<?xml version=\"1.0\"?><svg/>",
            b"<!doctype html><script>alert(1)</script>",
            b"PK\x03\x04",
            b"GIF89a",
            b"RIFF\x24\0\0\0WEBPVP8 ",
            b"\0\0\0\x1cftypavif\0\0\0\0",
            b"\0\0\0\x18ftypmp42",
            b" %PDF-1.4",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            b"\x89PNG",
        ] {
            assert_eq!(sniff(bytes), Err(Refusal::OtherType), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn heic_has_its_own_reason() {
        assert_eq!(sniff(b"\0\0\0\x24ftypheic\0\0\0\0mif1heic"), Err(Refusal::Heic));
        assert_eq!(sniff(b"\0\0\0\x24ftypmif1\0\0\0\0mif1heic"), Err(Refusal::Heic));
    }

    #[test]
    fn sizes_are_checked_first_and_the_limit_is_inclusive() {
        assert_eq!(sniff(b""), Err(Refusal::Empty));
        let mut bytes = vec![0; MAX_BYTES as usize];
        bytes.splice(..5, *b"%PDF-");
        assert_eq!(sniff(&bytes), Ok(Kind::Pdf));
        bytes.push(0);
        assert_eq!(sniff(&bytes), Err(Refusal::TooBig));
    }
}
