//! The services of the portal: each is the same journey with one different step.

use serde::{Deserialize, Serialize};

/// A service that a parent applies for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Enrolment in grade 1
    FirstGrade,
}

impl Service {
    /// Every service that is offered.
    pub const ALL: [Self; 1] = [Self::FirstGrade];

    /// The code in URLs, keys and CSV files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FirstGrade => "first-grade",
        }
    }

    /// Reads a code of [`Service::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.code() == code)
    }
}
