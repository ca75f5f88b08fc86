//! A draft: answers, what is typed but unchecked, and whose it is.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::answers::{Answers, Contacts, Family, Intentions, RegisterFacts, SchoolChoice};
use crate::application::{Application, ApplicationNumber, Renewed};
use crate::camp::CampChoice;
use crate::directory::CampaignId;
use crate::meals::MealsChoice;
use crate::officer::OfficerId;
use crate::redacted::redacted;
use crate::service::Service;
use crate::transfer::TransferChoice;
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

    /// An officer, who types for a parent who came in person.
    pub fn officer(officer: &OfficerId) -> Self {
        Self(format!("{OFFICER}{officer}"))
    }

    /// Whether it is an officer.
    pub fn is_officer(&self) -> bool {
        self.0.starts_with(OFFICER)
    }

    /// Nobody who could sign in: a parent without a phone, for whom an officer sent this.
    pub fn nobody(id: &DraftId) -> Self {
        Self(format!("{NOBODY}{id}"))
    }

    /// Whether it is nobody who could sign in.
    pub fn is_nobody(&self) -> bool {
        self.0.starts_with(NOBODY)
    }

    /// The hash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How the owners begin that are officers; hashes begin otherwise.
const OFFICER: &str = "officer#";
/// How the owners begin that are nobody who could sign in.
const NOBODY: &str = "paper#";

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
    /// The device that sent it, by the hash of its session
    pub sent_from: Option<String>,
    /// The application that it renews
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<Renewed>,
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
            sent_from: None,
            renews: None,
        }
    }

    /// A new draft with the answers of an application that it renews. What the service's own step asks for is
    /// typed, not answered: it is to be looked at, and its paper to be a new one. So is the consent.
    #[must_use]
    pub fn renewing(self, application: &Application) -> Self {
        let mut typed = Typed::new();
        if let Some(meals) = &application.answers.meals {
            typed.insert("school".to_owned(), meals.school.to_string());
            typed.insert("class".to_owned(), meals.class.to_string());
            typed.insert("category".to_owned(), meals.category.code().to_owned());
        }
        let (contacts, family) = (application.answers.contacts.clone(), application.answers.family.clone());
        let mut draft = Self {
            register: application.register.clone(),
            answers: Answers { contacts, family, ..Answers::default() },
            renews: Some(Renewed { id: application.id.clone(), number: application.number }),
            ..self
        };
        draft.keep_typed(draft.service.own_step(), typed);
        draft
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
    /// on the register's address of the former child is forgotten. A child of another age may not be taken on
    /// the shifts that were chosen: they are to be looked at again.
    pub fn answer_family(&mut self, family: Family) {
        let before = self.answers.family.as_ref().map(|before| &before.child);
        let child_changed = before.is_some_and(|before| before.iin != family.child.iin);
        if child_changed {
            let answers = &mut self.answers;
            (answers.school, answers.transfer, answers.meals, answers.camp) = (None, None, None, None);
            self.typed.remove(self.service.own_step().code());
        } else if before.is_some_and(|before| before.birth_date != family.child.birth_date)
            && let Some(camp) = self.answers.camp.take()
        {
            self.keep_typed(Step::Camp, camp.typed());
        }
        self.answers.family = Some(family);
        self.typed.remove(Step::Family.code());
    }

    /// Takes the answer of step 4.
    pub fn answer_school(&mut self, school: SchoolChoice) {
        self.answers.school = Some(school);
        self.typed.remove(Step::School.code());
    }

    /// Takes the answer of step 4 of a transfer.
    pub fn answer_transfer(&mut self, transfer: TransferChoice) {
        self.answers.transfer = Some(transfer);
        self.typed.remove(Step::Transfer.code());
    }

    /// Takes the answer of step 4 of free meals.
    pub fn answer_meals(&mut self, meals: MealsChoice) {
        self.answers.meals = Some(meals);
        self.typed.remove(Step::Meals.code());
    }

    /// Takes the answer of step 4 of a camp.
    pub fn answer_camp(&mut self, camp: CampChoice) {
        self.answers.camp = Some(camp);
        self.typed.remove(Step::Camp.code());
    }

    /// Takes the answer of step 5.
    pub fn answer_consent(&mut self, intentions: Intentions) {
        self.answers.intentions = Some(intentions);
        self.typed.remove(Step::Consent.code());
    }
}

#[cfg(test)]
pub(crate) mod samples {
    //! A draft without answers.
    use super::*;

    pub fn draft() -> Draft {
        let campaign = CampaignId::parse("first-grade-2027").unwrap();
        let owner = Owner::from_hash("phone#1".to_owned());
        Draft::start(DraftId::from_bytes([1; 16]), Service::FirstGrade, campaign, owner, Timestamp::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{address, confirmed, contacts, family, intentions, person, register, school};
    use crate::contact::Email;

    const FIRST: &str = "+77000000001";

    /// A draft whose every step is answered.
    fn complete() -> Draft {
        let mut draft = samples::draft();
        draft.answer_contacts(Contacts {
            email: Some(confirmed(Email::parse("a@example.kz").unwrap())),
            ..contacts(FIRST)
        });
        draft.register = register();
        draft.answer_family(family());
        draft.answer_school(school(address(true)));
        draft.answer_consent(intentions(true));
        draft
    }

    #[test]
    fn an_id_is_32_hex_digits_and_nothing_else() {
        let id = DraftId::from_bytes([0xab; 16]);
        assert_eq!(DraftId::parse(id.as_str()), Some(id));
        for bad in ["", "ab", "../../etc/passwd", &"AB".repeat(16), &"g0".repeat(16)] {
            assert_eq!(DraftId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_same_answers_again_clear_nothing() {
        let mut draft = complete();
        draft.answer_contacts(draft.answers.contacts.clone());
        draft.answer_family(family());
        assert!(draft == complete());
        assert_eq!(draft.furthest(), Step::Review);
    }

    #[test]
    fn another_main_phone_makes_the_register_forget() {
        let mut draft = complete();
        draft.answer_contacts(Contacts { email: draft.answers.contacts.email.clone(), ..contacts("+77000000002") });
        assert!(draft.register == RegisterFacts { consent_at: register().consent_at, ..RegisterFacts::default() });
        assert_eq!(draft.furthest(), Step::Review, "what was typed stays");
    }

    #[test]
    fn a_channel_that_is_gone_asks_the_consent_step_again() {
        let mut draft = complete();
        draft.answer_contacts(contacts(FIRST));
        assert_eq!(draft.furthest(), Step::Consent);
        draft.answer_consent(intentions(false));
        draft.answer_contacts(contacts(FIRST));
        assert_eq!(draft.furthest(), Step::Review);
    }

    #[test]
    fn another_child_is_asked_for_a_school_again() {
        let mut draft = complete();
        draft.answer_family(Family { child: person("991231500026"), ..family() });
        assert_eq!(draft.furthest(), Step::School);
    }

    #[test]
    fn a_child_of_another_age_is_asked_for_its_shifts_again_and_nothing_typed_is_lost() {
        use crate::camp::{Claim, samples};
        let mut camp = Draft { service: Service::Camp, ..complete() };
        camp.answer_camp(samples::choice(Claim::Other));
        camp.answer_family(family());
        assert_eq!(camp.furthest(), Step::Review, "the same child");
        let mut younger = family();
        younger.child.birth_date = younger.child.birth_date.yesterday().unwrap();
        camp.answer_family(younger);
        assert_eq!(camp.furthest(), Step::Camp);
        let typed = camp.typed(Step::Camp).and_then(|typed| typed.get("shift-2").map(String::as_str));
        assert_eq!(typed, Some("hill-1"));
        camp.answer_family(Family { child: person("991231500026"), ..family() });
        assert!(camp.typed(Step::Camp).is_none(), "what was typed was another child's");
    }

    #[test]
    fn an_answer_takes_the_place_of_what_was_typed_on_its_step_only() {
        let mut draft = complete();
        for step in Step::ALL {
            draft.keep_typed(step, Typed::from([("field".to_owned(), "как набрано".to_owned())]));
        }
        draft.answer_family(family());
        assert!(draft.typed(Step::Family).is_none());
        assert!(draft.typed(Step::School).is_some() && draft.typed(Step::Contacts).is_some());
    }

    #[test]
    fn a_draft_lives_thirty_days_or_until_the_campaign_closes() {
        let mut draft = complete();
        draft.saved = "2027-03-01T00:00:00Z".parse().unwrap();
        let close = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(draft.expires(close("2027-08-31T19:00:00Z")), close("2027-08-31T19:00:00Z"));
        assert_eq!(draft.expires(close("2027-03-02T00:00:00Z")), close("2027-03-31T00:00:00Z"));
    }
}
