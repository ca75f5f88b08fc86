//! The names of the form fields of each step: what a draft keeps of what is typed. Codes are not
//! among them, and unknown fields are never stored.

use crate::decision::Field;
use crate::wizard::Step;

/// Which button asked for something outside the step: a code (`main`, `second`, `email`) or a
/// look-up (`parent`, `child`). The page then shows what came of it.
pub const ASKED: &str = "asked";
/// What came of it, where the draft and the store do not tell.
pub const OUTCOME: &str = "outcome";

/// The [`OUTCOME`] of a page whose language was switched before anything was asked for.
pub const SWITCHED: &str = "switched";

/// A way to reach the parent on step 2, each proved by a code of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Main mobile
    Main,
    /// Second mobile
    Second,
    /// E-mail
    Email,
}

impl Channel {
    /// All three in the order of the page.
    pub const ALL: [Self; 3] = [Self::Main, Self::Second, Self::Email];

    /// The value of the button that asks for a code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Second => "second",
            Self::Email => "email",
        }
    }

    /// Reads a value of [`Channel::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }

    /// The field of the address.
    pub const fn address_field(self) -> &'static str {
        match self {
            Self::Main => "phone",
            Self::Second => "second-phone",
            Self::Email => "email",
        }
    }

    /// The field of the consent to SMS; mail needs none.
    pub const fn consent_field(self) -> Option<&'static str> {
        match self {
            Self::Main => Some("sms-consent"),
            Self::Second => Some("second-sms-consent"),
            Self::Email => None,
        }
    }

    /// The field of the typed code.
    pub const fn code_field(self) -> &'static str {
        match self {
            Self::Main => "code",
            Self::Second => "second-code",
            Self::Email => "email-code",
        }
    }
}

/// The box of step 2 that only an officer's draft has: the parent has no mobile phone.
pub const WITHOUT_PHONE: &str = "without-phone";

/// Step 2
const CONTACTS: &[&str] =
    &["phone", "sms-consent", WITHOUT_PHONE, "second-phone", "second-sms-consent", "email", ASKED, OUTCOME];
/// Step 3
const FAMILY: &[&str] = &[
    "register-consent",
    "parent-iin",
    "parent-surname",
    "parent-name",
    "parent-patronymic",
    "parent-birth-date-day",
    "parent-birth-date-month",
    "parent-birth-date-year",
    "parent-sex",
    "child-iin",
    "child-surname",
    "child-name",
    "child-patronymic",
    "child-birth-date-day",
    "child-birth-date-month",
    "child-birth-date-year",
    "child-sex",
    "certificate-number",
    "certificate-issued-day",
    "certificate-issued-month",
    "certificate-issued-year",
    "early-wish",
    ASKED,
    OUTCOME,
];
/// Step 4
const SCHOOL: &[&str] = &[
    "language",
    "address-source",
    "address",
    "address-match",
    "flat",
    "address-typed",
    "quota-1",
    "quota-2",
    ASKED,
    OUTCOME,
];
/// Step 4 of a transfer
const TRANSFER: &[&str] =
    &["grade", "from-school", "from-language", "address", "address-match", "flat", "to", "motive", ASKED, OUTCOME];
/// Step 4 of free meals
const MEALS: &[&str] = &["school", "class", "category"];
/// Step 4 of a camp
const CAMP: &[&str] = &["shift-1", "shift-2", "claim"];
/// Step 5
const CONSENT: &[&str] = &["by-sms", "by-email", "notice-language", "consent"];

/// The form fields of an answer that can be corrected.
pub const fn corrected(field: Field) -> &'static [&'static str] {
    match field {
        Field::ParentName => &["parent-surname", "parent-name", "parent-patronymic"],
        Field::ParentBirthDate => &["parent-birth-date-day", "parent-birth-date-month", "parent-birth-date-year"],
        Field::ParentSex => &["parent-sex"],
        Field::ChildName => &["child-surname", "child-name", "child-patronymic"],
        // Another date may need the wish, or need it no more.
        Field::ChildBirthDate => {
            &["child-birth-date-day", "child-birth-date-month", "child-birth-date-year", "early-wish"]
        }
        Field::ChildSex => &["child-sex"],
        Field::CertificateNumber => &["certificate-number"],
        Field::CertificateIssued => &["certificate-issued-day", "certificate-issued-month", "certificate-issued-year"],
        Field::Address => &["address-typed"],
    }
}

/// The fields of a step that a draft keeps.
pub const fn kept(step: Step) -> &'static [&'static str] {
    match step {
        Step::Service | Step::Review => &[],
        Step::Contacts => CONTACTS,
        Step::Family => FAMILY,
        Step::School => SCHOOL,
        Step::Transfer => TRANSFER,
        Step::Meals => MEALS,
        Step::Camp => CAMP,
        Step::Consent => CONSENT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_corrected_are_fields_of_the_steps() {
        for field in Field::ALL {
            for name in corrected(field) {
                assert!(FAMILY.contains(name) || SCHOOL.contains(name), "{name}");
            }
        }
    }
}
