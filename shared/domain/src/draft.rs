//! A draft: answers, what is typed but unchecked, and whose it is.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::answers::{Answers, Contacts, Family, Intentions, RegisterFacts, SchoolChoice};
use crate::application::ApplicationNumber;
use crate::directory::CampaignId;
use crate::redacted::redacted;
use crate::service::Service;
use crate::wizard::Step;

/// The unguessable id of a draft, and of the application that it becomes: 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftId(String);

impl DraftId {
    /// From 16 random bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads the id of a URL.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for DraftId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose a draft is: an anonymous session until a phone is verified, that phone afterwards.
/// The text is a keyed hash, made in one place by the store.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Owner(String);

redacted!(Owner);

impl Owner {
    /// Wraps the hash that the store made.
    pub fn from_hash(hash: String) -> Self {
        Self(hash)
    }

    /// The hash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is typed on a page, valid or not, by field name.
pub type Typed = BTreeMap<String, String>;

/// A draft of an application.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Id, also of the later application
    pub id: DraftId,
    /// Service
    pub service: Service,
    /// Campaign that it was started for
    pub campaign: CampaignId,
    /// Whose it is
    pub owner: Owner,
    /// Counts the writes; each write is conditional on it
    pub version: u64,
    /// When it was started
    pub started: Timestamp,
    /// When it was last saved
    pub saved: Timestamp,
    /// What the register told
    pub register: RegisterFacts,
    /// Valid answers
    pub answers: Answers,
    /// Unchecked input by step code
    pub typed: BTreeMap<String, Typed>,
    /// The number, once sent; a sent draft no longer changes
    pub sent: Option<ApplicationNumber>,
}

redacted!(Draft);

impl Draft {
    /// Days that a draft lives after its last save, if the campaign does not close later.
    pub const DAYS: i64 = 30;

    /// A new draft with no answers.
    pub fn start(id: DraftId, service: Service, campaign: CampaignId, owner: Owner, now: Timestamp) -> Self {
        Self {
            id,
            service,
            campaign,
            owner,
            version: 0,
            started: now,
            saved: now,
            register: RegisterFacts::default(),
            answers: Answers::default(),
            typed: BTreeMap::new(),
            sent: None,
        }
    }

    /// When it may be forgotten: 30 days after the last save or at the campaign's close,
    /// whichever is later.
    pub fn expires(&self, campaign_closes: Timestamp) -> Timestamp {
        self.saved
            .checked_add(SignedDuration::from_hours(Self::DAYS * 24))
            .map_or(campaign_closes, |later| later.max(campaign_closes))
    }

    /// What is typed on a step and not yet an answer.
    pub fn typed(&self, step: Step) -> Option<&Typed> {
        self.typed.get(step.code())
    }

    /// Keeps what is typed on a step, unchecked.
    pub fn keep_typed(&mut self, step: Step, typed: Typed) {
        self.typed.insert(step.code().to_owned(), typed);
    }

    /// Takes the answer of step 2. Another main phone is another person to the register: what
    /// it told is forgotten. A channel that is gone takes the consent step with it.
    pub fn answer_contacts(&mut self, contacts: Contacts) {
        let phone = |contacts: &Contacts| contacts.main.as_ref().map(|main| main.value.clone());
        if phone(&self.answers.contacts) != phone(&contacts) {
            self.register = RegisterFacts { consent_at: self.register.consent_at, ..RegisterFacts::default() };
        }
        if self.answers.intentions.as_ref().is_some_and(|intentions| intentions.by_email && contacts.email.is_none()) {
            self.answers.intentions = None;
        }
        self.answers.contacts = contacts;
        self.typed.remove(Step::Contacts.code());
    }

    /// Takes the answer of step 3. Another child may live elsewhere: a school choice that rests
    /// on the register's address of the former child is forgotten.
    pub fn answer_family(&mut self, family: Family) {
        let child_changed = self.answers.family.as_ref().is_some_and(|before| before.child.iin != family.child.iin);
        if child_changed {
            self.answers.school = None;
            self.typed.remove(Step::School.code());
        }
        self.answers.family = Some(family);
        self.typed.remove(Step::Family.code());
    }

    /// Takes the answer of step 4.
    pub fn answer_school(&mut self, school: SchoolChoice) {
        self.answers.school = Some(school);
        self.typed.remove(Step::School.code());
    }

    /// Takes the answer of step 5.
    pub fn answer_consent(&mut self, intentions: Intentions) {
        self.answers.intentions = Some(intentions);
        self.typed.remove(Step::Consent.code());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_32_hex_digits_and_nothing_else() {
        let id = DraftId::from_bytes([0xab; 16]);
        assert_eq!(DraftId::parse(id.as_str()), Some(id));
        for bad in ["", "ab", "../../etc/passwd", &"AB".repeat(16), &"g0".repeat(16)] {
            assert_eq!(DraftId::parse(bad), None, "{bad}");
        }
    }
}
