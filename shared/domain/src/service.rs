//! The services of the portal: each is the same journey with one different step.

use serde::{Deserialize, Serialize};

use crate::wizard::Step;

/// A service that a parent applies for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Enrolment in grade 1
    FirstGrade,
    /// Transfer from school to school
    Transfer,
    /// Free meals at school
    Meals,
    /// Summer camp
    Camp,
}

impl Service {
    /// Every service that is offered.
    pub const ALL: [Self; 4] = [Self::FirstGrade, Self::Transfer, Self::Meals, Self::Camp];

    /// The code in URLs, keys and CSV files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FirstGrade => "first-grade",
            Self::Transfer => "transfer",
            Self::Meals => "meals",
            Self::Camp => "camp",
        }
    }

    /// The step of the wizard that no other service has.
    pub const fn own_step(self) -> Step {
        match self {
            Self::FirstGrade => Step::School,
            Self::Transfer => Step::Transfer,
            Self::Meals => Step::Meals,
            Self::Camp => Step::Camp,
        }
    }

    /// The steps of its wizard in order.
    pub const fn path(self) -> [Step; 6] {
        [Step::Service, Step::Contacts, Step::Family, self.own_step(), Step::Consent, Step::Review]
    }

    /// Whether a child may be so young that it is asked whether the parents wish it (`domain.md` section 2,
    /// "age").
    pub const fn asks_wish(self) -> bool {
        match self {
            Self::FirstGrade => true,
            Self::Transfer | Self::Meals | Self::Camp => false,
        }
    }

    /// Whether its places are given out by the queue (`domain.md` section 5).
    pub const fn has_queue(self) -> bool {
        match self {
            Self::FirstGrade | Self::Camp => true,
            Self::Transfer | Self::Meals => false,
        }
    }

    /// Reads a code of [`Service::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.code() == code)
    }
}
