//! The documents of an application: one slot each.

use serde::{Deserialize, Serialize};

use crate::service::Service;
use crate::wizard::Step;

/// The type of a file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// JPEG picture
    Jpeg,
    /// PNG picture
    Png,
    /// PDF document
    Pdf,
}

impl Kind {
    /// The extension in keys and downloads.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }

    /// The type that a browser is told.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }

    /// Whether there is a preview.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png)
    }
}

/// A place for one scan. Health passport pages are three named slots (`design.md`, S3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// Birth certificate of the child
    BirthCertificate,
    /// Photo of the child
    Photo,
    /// Health passport, page 1
    #[serde(rename = "health-passport-1")]
    HealthPassport1,
    /// Health passport, page 17
    #[serde(rename = "health-passport-17")]
    HealthPassport17,
    /// Health passport, page 18
    #[serde(rename = "health-passport-18")]
    HealthPassport18,
    /// Conclusion of the psychological, medical and pedagogical commission
    Pmpc,
    /// Status document of a foreigner, a stateless person or a kandas
    StatusDocument,
    /// Guardianship, adoption or change of name: why the register does not link parent and child
    Guardianship,
    /// Proof of an address that was typed by hand
    AddressProof,
    /// Decision of a court
    CourtDecision,
    /// That the family moves
    MoveProof,
    /// That the family leaves the country
    LeavingProof,
    /// Violence or bullying
    ViolenceProof,
    /// That the family gets targeted social assistance
    SocialAssistance,
    /// The family's income
    Income,
    /// Guardianship or foster care of a child without parents
    CareDecision,
    /// The emergency
    Emergency,
    /// Whatever else the school's collegial body should see
    Collegial,
    /// What makes a child one of the best pupils
    Achievement,
}

impl Slot {
    /// Every slot in the order in which pages show them.
    pub const ALL: [Self; 19] = [
        Self::BirthCertificate,
        Self::Photo,
        Self::HealthPassport1,
        Self::HealthPassport17,
        Self::HealthPassport18,
        Self::Pmpc,
        Self::StatusDocument,
        Self::Guardianship,
        Self::AddressProof,
        Self::CourtDecision,
        Self::MoveProof,
        Self::LeavingProof,
        Self::ViolenceProof,
        Self::SocialAssistance,
        Self::Income,
        Self::CareDecision,
        Self::Emergency,
        Self::Collegial,
        Self::Achievement,
    ];

    /// The code in URLs, keys and the stored map.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BirthCertificate => "birth-certificate",
            Self::Photo => "photo",
            Self::HealthPassport1 => "health-passport-1",
            Self::HealthPassport17 => "health-passport-17",
            Self::HealthPassport18 => "health-passport-18",
            Self::Pmpc => "pmpc",
            Self::StatusDocument => "status-document",
            Self::Guardianship => "guardianship",
            Self::AddressProof => "address-proof",
            Self::CourtDecision => "court-decision",
            Self::MoveProof => "move-proof",
            Self::LeavingProof => "leaving-proof",
            Self::ViolenceProof => "violence-proof",
            Self::SocialAssistance => "social-assistance",
            Self::Income => "income",
            Self::CareDecision => "care-decision",
            Self::Emergency => "emergency",
            Self::Collegial => "collegial",
            Self::Achievement => "achievement",
        }
    }

    /// Reads a code of [`Slot::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.code() == code)
    }

    /// The step of a service's wizard that asks for it.
    pub const fn step(self, service: Service) -> Step {
        match self {
            Self::AddressProof
            | Self::CourtDecision
            | Self::MoveProof
            | Self::LeavingProof
            | Self::ViolenceProof
            | Self::SocialAssistance
            | Self::Income
            | Self::CareDecision
            | Self::Emergency
            | Self::Collegial
            | Self::Achievement => service.own_step(),
            Self::BirthCertificate
            | Self::Photo
            | Self::HealthPassport1
            | Self::HealthPassport17
            | Self::HealthPassport18
            | Self::Pmpc
            | Self::StatusDocument
            | Self::Guardianship => Step::Family,
        }
    }

    /// The slots of step 3 that only some families of a service need.
    pub const fn explaining(service: Service) -> &'static [Self] {
        match service {
            Service::FirstGrade => &[Self::Pmpc, Self::StatusDocument, Self::Guardianship],
            Service::Transfer | Service::Meals | Service::Camp => &[Self::StatusDocument, Self::Guardianship],
        }
    }

    /// The slots that a service always asks for (the manual's list, `domain.md` section 1).
    pub const fn required(service: Service) -> &'static [Self] {
        match service {
            Service::FirstGrade => &[
                Self::BirthCertificate,
                Self::Photo,
                Self::HealthPassport1,
                Self::HealthPassport17,
                Self::HealthPassport18,
            ],
            Service::Transfer | Service::Meals | Service::Camp => &[Self::BirthCertificate],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_stored_form_and_come_back() {
        for slot in Slot::ALL {
            assert_eq!(Slot::parse(slot.code()), Some(slot));
        }
        assert_eq!(Slot::parse("../photo"), None);
    }
}
