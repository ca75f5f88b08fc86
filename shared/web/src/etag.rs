//! Tags of answers that anybody may keep: who has one already is told so instead of being sent it again.

use sha2::{Digest as _, Sha256};

/// Bytes of the hash in a tag: nobody gains by two pages of one tag.
const LENGTH: usize = 12;

/// The tag of a body. Weak, because the compressed bytes share it.
pub fn of(body: &[u8]) -> String {
    let hash = Sha256::digest(body);
    format!("W/\"{}\"", hex::encode(hash.get(..LENGTH).unwrap_or_default()))
}

/// Whether an `If-None-Match` names the tag, compared weakly as RFC 9110 asks.
pub fn matches(known: &str, etag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.trim() == "*" || known.split(',').any(|tag| bare(tag) == bare(etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_tag_is_recognised_among_others_and_in_both_strengths() {
        let etag = of(b"a page");
        let strong = etag.trim_start_matches("W/");
        for known in [etag.as_str(), strong, "*", &format!("\"other\", {etag}")] {
            assert!(matches(known, &etag), "{known}");
        }
        for unknown in ["", "\"\"", "\"other\"", "portal", &of(b"another page")] {
            assert!(!matches(unknown, &etag), "{unknown}");
        }
    }
}
