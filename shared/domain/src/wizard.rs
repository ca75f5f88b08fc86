//! The wizard's path. It is derived from the answers; no "current step" is stored.

use serde::{Deserialize, Serialize};

use crate::answers::Answers;

/// A step of the grade-1 wizard (`domain.md` section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// 1 Service description
    Service,
    /// 2 Parent's contacts
    Contacts,
    /// 3 Parent and child
    Family,
    /// 4 Choice of school
    School,
    /// 5 Intentions
    Consent,
    /// 6 Review
    Review,
}

impl Step {
    /// The steps in order.
    pub const ALL: [Self; 6] = [Self::Service, Self::Contacts, Self::Family, Self::School, Self::Consent, Self::Review];

    /// The last part of the step's URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Contacts => "contacts",
            Self::Family => "family",
            Self::School => "school",
            Self::Consent => "consent",
            Self::Review => "review",
        }
    }

    /// Reads a code of [`Step::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }

    /// 1 for the first step.
    pub fn number(self) -> usize {
        Self::ALL.iter().take_while(|step| **step != self).count() + 1
    }

    /// The step before, none before the first.
    pub fn before(self) -> Option<Self> {
        Self::ALL.into_iter().take_while(|step| *step != self).last()
    }

    /// The step after, none after the review.
    pub fn after(self) -> Option<Self> {
        Self::ALL.into_iter().skip_while(|step| *step != self).nth(1)
    }
}

impl Answers {
    /// Whether a step's own question is answered. The review is answered by sending.
    pub fn answered(&self, step: Step) -> bool {
        match step {
            Step::Service => true,
            Step::Contacts => self.contacts.main.is_some() || self.contacts.without_phone,
            Step::Family => self.family.is_some(),
            Step::School => self.school.is_some(),
            Step::Consent => self.intentions.is_some(),
            Step::Review => false,
        }
    }

    /// The first step that is not answered: the furthest that may be visited.
    pub fn furthest(&self) -> Step {
        Step::ALL.into_iter().find(|step| !self.answered(*step)).unwrap_or(Step::Review)
    }

    /// Whether a step may be visited: everything before it is answered.
    pub fn may_visit(&self, step: Step) -> bool {
        step <= self.furthest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_draft_may_visit_the_first_two_steps_only() {
        let answers = Answers::default();
        assert_eq!(answers.furthest(), Step::Contacts);
        let open: Vec<_> = Step::ALL.into_iter().filter(|step| answers.may_visit(*step)).collect();
        assert_eq!(open, [Step::Service, Step::Contacts]);
    }

    #[test]
    fn steps_follow_each_other_both_ways() {
        assert_eq!(Step::Service.before(), None);
        assert_eq!(Step::Review.after(), None);
        for pair in Step::ALL.windows(2) {
            let [first, second] = pair else { unreachable!() };
            assert_eq!(first.after(), Some(*second));
            assert_eq!(second.before(), Some(*first));
            assert_eq!(second.number(), first.number() + 1);
            assert_eq!(Step::parse(first.code()), Some(*first));
        }
    }
}
