//! Who wants no more messages about applications: SMS by the owner of a phone, letters by their
//! address. Codes that somebody asks for are not stopped.

use domain::{Email, Owner, Phone, Timestamp};
use subtle::ConstantTimeEq;

use crate::item::item;
use crate::keys::{self, Key, LookupKey};
use crate::{Failure as _, Store, StoreError};

/// Bytes of each half of a token.
const HALF: usize = 16;

/// The right to stop the letters to one address, as it stands in their links: the address' keyed
/// hash and a keyed proof that we wrote it. Nothing of the address can be told from it.
#[derive(Clone, PartialEq, Eq)]
pub struct MailToken(String);

/// Whoever has it may stop letters.
impl std::fmt::Debug for MailToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailToken(redacted)")
    }
}

impl MailToken {
    fn of(key: &LookupKey, address: &Email) -> Self {
        let address = half(key.mac(&["mail-stop", address.as_str()]));
        Self(format!("{address}{}", proof(key, &address)))
    }

    /// Reads what may be one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 4 * HALF && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// The token.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address' hash, if we wrote this token.
    fn address(&self, key: &LookupKey) -> Option<&str> {
        let (address, told) = self.0.split_at_checked(2 * HALF)?;
        let ours = proof(key, address);
        bool::from(ours.as_bytes().ct_eq(told.as_bytes())).then_some(address)
    }
}

fn half(mac: [u8; 32]) -> String {
    mac.iter().take(HALF).map(|byte| format!("{byte:02x}")).collect()
}

fn proof(key: &LookupKey, address: &str) -> String {
    half(key.mac(&["mail-stop-proof", address]))
}

/// Which channels are stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stops {
    /// SMS to the phone
    pub sms: bool,
    /// Letters to the address
    pub mail: bool,
}

impl Store {
    /// The token of an address.
    pub fn mail_token(&self, address: &Email) -> MailToken {
        MailToken::of(&self.key, address)
    }

    /// Whether messages to these are stopped. One wait; none without either.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stops(&self, phone: Option<&Phone>, address: Option<&Email>) -> Result<Stops, StoreError> {
        let sms = phone.map(|phone| keys::sms_stop(&self.owner_of(phone)));
        let mail = address.and_then(|address| self.mail_key(&self.mail_token(address)));
        let wanted: Vec<_> =
            [&sms, &mail].into_iter().flatten().map(|key| (&self.tables.applications, key.clone())).collect();
        if wanted.is_empty() {
            return Ok(Stops::default());
        }
        let found = self.read_together(wanted).await?;
        let is_there = |key: Option<Key>| key.is_some_and(|key| found.iter().any(|item| Key::of(item) == key));
        Ok(Stops { sms: is_there(sms), mail: is_there(mail) })
    }

    /// Whether an owner wants no SMS. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sms_stopped(&self, owner: &Owner) -> Result<bool, StoreError> {
        Ok(self.read_item(&self.tables.applications, &keys::sms_stop(owner)).await?.is_some())
    }

    /// Whether the letters of a token are stopped; none if it is not one of ours. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mail_stopped(&self, token: &MailToken) -> Result<Option<bool>, StoreError> {
        let Some(key) = self.mail_key(token) else { return Ok(None) };
        Ok(Some(self.read_item(&self.tables.applications, &key).await?.is_some()))
    }

    /// Stops or starts an owner's SMS, however often. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stop_sms(&self, owner: &Owner, stop: bool, now: Timestamp) -> Result<(), StoreError> {
        self.set_stop(&keys::sms_stop(owner), stop, now).await
    }

    /// Stops or starts the letters of a token, however often; false if it is not one of ours. One
    /// wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stop_mail(&self, token: &MailToken, stop: bool, now: Timestamp) -> Result<bool, StoreError> {
        let Some(key) = self.mail_key(token) else { return Ok(false) };
        self.set_stop(&key, stop, now).await.map(|()| true)
    }

    fn mail_key(&self, token: &MailToken) -> Option<Key> {
        token.address(&self.key).map(keys::mail_stop)
    }

    async fn set_stop(&self, key: &Key, stop: bool, now: Timestamp) -> Result<(), StoreError> {
        let table = &self.tables.applications;
        if stop {
            // The body is when it was stopped.
            let put = self.dynamo.put_item().table_name(table).set_item(Some(item(key, "stop", &now)?));
            put.send().await.or_failure().map(drop)
        } else {
            let delete = self.dynamo.delete_item().table_name(table).set_key(Some(key.attributes()));
            delete.send().await.or_failure().map(drop)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_addresss_own_and_cannot_be_made_up() {
        let key = LookupKey::parse(&"0a".repeat(32)).unwrap();
        let address = |text: &str| Email::parse(text).unwrap();
        let (one, other) =
            (MailToken::of(&key, &address("a@example.kz")), MailToken::of(&key, &address("b@example.kz")));
        assert_eq!(one, MailToken::of(&key, &address("a@example.kz")));
        assert_ne!(one, other);
        assert!(one.address(&key).is_some() && one.address(&key) != other.address(&key));
        assert_eq!(MailToken::parse(one.as_str()), Some(one.clone()));
        let mixed = format!("{}{}", &one.as_str()[..32], &other.as_str()[32..]);
        for forged in [mixed, "0".repeat(64)] {
            assert_eq!(MailToken::parse(&forged).unwrap().address(&key), None);
        }
        let another = LookupKey::parse(&"0b".repeat(32)).unwrap();
        assert_eq!(one.address(&another), None);
        for bad in ["", "0", &"0".repeat(63), &"G".repeat(64), &"0".repeat(65)] {
            assert_eq!(MailToken::parse(bad), None, "{bad}");
        }
        assert_eq!(format!("{one:?}"), "MailToken(redacted)");
    }
}
