//! The wizard's path. It is derived from the answers; no "current step" is stored.

use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::draft::Draft;
use crate::service::Service;

/// A step of a wizard (`domain.md` section 1). Services differ in their fourth step only.
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
    /// 4 Transfer: the present school, the new one, why
    Transfer,
    /// 4 Free meals: school, class, category
    Meals,
    /// 4 Summer camp: shifts, ground
    Camp,
    /// 5 Intentions
    Consent,
    /// 6 Review
    Review,
}

impl Step {
    /// Every step of every service, in order.
    pub const ALL: [Self; 9] = [
        Self::Service,
        Self::Contacts,
        Self::Family,
        Self::School,
        Self::Transfer,
        Self::Meals,
        Self::Camp,
        Self::Consent,
        Self::Review,
    ];

    /// The last part of the step's URL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Contacts => "contacts",
            Self::Family => "family",
            Self::School => "school",
            Self::Transfer => "transfer",
            Self::Meals => "meals",
            Self::Camp => "camp",
            Self::Consent => "consent",
            Self::Review => "review",
        }
    }

    /// Reads a code of [`Step::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }

    /// 1 for the first step.
    pub const fn number(self) -> usize {
        match self {
            Self::Service => 1,
            Self::Contacts => 2,
            Self::Family => 3,
            Self::School | Self::Transfer | Self::Meals | Self::Camp => 4,
            Self::Consent => 5,
            Self::Review => 6,
        }
    }

    /// The step before in a service's wizard, none before the first.
    pub fn before(self, service: Service) -> Option<Self> {
        service.path().into_iter().find(|step| step.number() + 1 == self.number())
    }

    /// The step after in a service's wizard, none after the review.
    pub fn after(self, service: Service) -> Option<Self> {
        service.path().into_iter().find(|step| step.number() == self.number() + 1)
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
            Step::Transfer => self.transfer.is_some(),
            Step::Meals => self.meals.is_some(),
            Step::Camp => self.camp.is_some(),
            Step::Consent => self.intentions.is_some(),
            Step::Review => false,
        }
    }
}

impl Draft {
    /// The first step that is not answered: the furthest that may be visited.
    pub fn furthest(&self) -> Step {
        self.service.path().into_iter().find(|step| !self.answers.answered(*step)).unwrap_or(Step::Review)
    }

    /// Whether a step may be visited: it is one of the service's, and everything before it is answered.
    pub fn may_visit(&self, step: Step) -> bool {
        self.service.path().contains(&step) && step.number() <= self.furthest().number()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::samples;

    #[test]
    fn a_new_draft_may_visit_the_first_two_steps_of_its_service_only() {
        for service in Service::ALL {
            let draft = Draft { service, ..samples::draft() };
            assert_eq!(draft.furthest(), Step::Contacts);
            let open: Vec<_> = Step::ALL.into_iter().filter(|step| draft.may_visit(*step)).collect();
            assert_eq!(open, [Step::Service, Step::Contacts]);
        }
    }

    #[test]
    fn steps_follow_each_other_both_ways_in_every_service() {
        for service in Service::ALL {
            assert_eq!(Step::Service.before(service), None);
            assert_eq!(Step::Review.after(service), None);
            for pair in service.path().windows(2) {
                let [first, second] = pair else { unreachable!() };
                assert_eq!(first.after(service), Some(*second));
                assert_eq!(second.before(service), Some(*first));
                assert_eq!(second.number(), first.number() + 1);
                assert!(first < second);
            }
        }
    }

    #[test]
    fn every_step_has_a_code_and_every_service_a_step_of_its_own() {
        for step in Step::ALL {
            assert_eq!(Step::parse(step.code()), Some(step));
        }
        for service in Service::ALL {
            let shared = |other: &Service| *other != service && other.path().contains(&service.own_step());
            assert_eq!(Service::ALL.iter().find(|other| shared(other)), None);
        }
    }
}
