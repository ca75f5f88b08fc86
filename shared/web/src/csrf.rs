//! Forged forms: a token wherever there is a session, the origin headers where there is none.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

const LENGTH: usize = 32;

/// The token of a session's forms, masked anew for every response: pages are compressed, and
/// the size of a compressed page must not tell the token.
pub fn token(session: &str) -> String {
    let mut mask = [0; LENGTH];
    if getrandom::fill(&mut mask).is_err() {
        // Without randomness the token is still right, only not masked.
        mask = [0; LENGTH];
    }
    let secret = secret(session);
    let masked: Vec<u8> = mask.iter().zip(secret).map(|(mask, secret)| mask ^ secret).collect();
    format!("{}{}", hex::encode(mask), hex::encode(masked))
}

/// Whether a form's token belongs to the session.
pub fn matches(session: &str, typed: &str) -> bool {
    let Ok(bytes) = hex::decode(typed) else { return false };
    if bytes.len() != 2 * LENGTH {
        return false;
    }
    let (mask, masked) = bytes.split_at(LENGTH);
    let told: Vec<u8> = mask.iter().zip(masked).map(|(mask, masked)| mask ^ masked).collect();
    told.ct_eq(&secret(session)).into()
}

fn secret(session: &str) -> [u8; LENGTH] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(session.as_bytes()) else { return [0; LENGTH] };
    mac.update(b"forms");
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_its_session_only_and_never_looks_the_same() {
        let (first, second) = (token("s1"), token("s1"));
        assert_ne!(first, second);
        assert!(matches("s1", &first) && matches("s1", &second));
        assert!(!matches("s2", &first));
        for forged in ["", "00", &"00".repeat(64), &first[..126], "zz"] {
            assert!(!matches("s1", forged), "{forged}");
        }
    }
}
