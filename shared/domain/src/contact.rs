//! Ways to reach a parent: mobile phone and e-mail.

use serde::{Deserialize, Serialize};

use crate::redacted::redacted;

/// A mobile number of Kazakhstan in E.164, `+77XXXXXXXXX` (`domain.md` section 3).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

redacted!(Phone);

/// Why a text is not a mobile number that can get an SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneFault {
    /// Nothing was typed.
    #[error("the phone number is empty")]
    Empty,
    /// Not a number of this country's form.
    #[error("not a phone number of the form +7 7XX XXX XX XX")]
    Form,
    /// A landline (71x, 72x), which gets no SMS.
    #[error("a landline gets no SMS")]
    Landline,
}

impl Phone {
    /// Reads `+7`, `8` or bare ten digits with spaces, dots, dashes and brackets.
    ///
    /// # Errors
    /// [`PhoneFault`]. Unknown 7xx codes pass with no complaint.
    pub fn parse(typed: &str) -> Result<Self, PhoneFault> {
        let kept: String = typed.chars().filter(|c| !c.is_whitespace() && !"-–().".contains(*c)).collect();
        if kept.is_empty() {
            return Err(PhoneFault::Empty);
        }
        let (plus, digits) = match kept.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, kept.as_str()),
        };
        if !digits.chars().all(|c| c.is_ascii_digit()) {
            return Err(PhoneFault::Form);
        }
        let national = match (digits.len(), plus) {
            (11, true) => digits.strip_prefix('7'),
            (11, false) => digits.strip_prefix('7').or_else(|| digits.strip_prefix('8')),
            (10, false) => Some(digits),
            _ => None,
        }
        .ok_or(PhoneFault::Form)?;
        if national.starts_with("71") || national.starts_with("72") {
            return Err(PhoneFault::Landline);
        }
        if !national.starts_with('7') {
            return Err(PhoneFault::Form);
        }
        Ok(Self(format!("+7{national}")))
    }

    /// E.164.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the owner may be shown of it: `+7 7•• ••• 12 34`.
    pub fn masked(&self) -> String {
        let tail: String = self.0.chars().skip(8).collect();
        let (first, second) = tail.split_at(tail.len().min(2));
        format!("+7 7•• ••• {first} {second}")
    }

    /// As its owner typed it, spaced for reading: `+7 701 234 56 78`.
    pub fn spaced(&self) -> String {
        let part = |from: usize, to: usize| self.0.get(from..to).unwrap_or_default();
        format!("+7 {} {} {} {}", part(2, 5), part(5, 8), part(8, 10), part(10, 12))
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneFault;
    fn try_from(text: String) -> Result<Self, PhoneFault> {
        Self::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

/// An e-mail address, its domain in lower case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

redacted!(Email);

/// Why a text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailFault {
    /// Nothing was typed.
    #[error("the e-mail address is empty")]
    Empty,
    /// Not of the form name@host.tld. Whether it exists is what the code proves.
    #[error("not an e-mail address")]
    Form,
}

impl Email {
    /// Reads an address; the confirmation code is the real check.
    ///
    /// # Errors
    /// [`EmailFault`].
    pub fn parse(typed: &str) -> Result<Self, EmailFault> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(EmailFault::Empty);
        }
        let (local, host) = typed.rsplit_once('@').ok_or(EmailFault::Form)?;
        let local_fits = !local.is_empty()
            && local.len() <= 64
            && local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let labels: Vec<&str> = host.split('.').collect();
        let host_fits = host.len() <= 189
            && labels.len() >= 2
            && labels.iter().all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            })
            && labels.last().is_some_and(|last| last.len() >= 2 && last.chars().any(|c| c.is_ascii_alphabetic()));
        if local_fits && host_fits {
            Ok(Self(format!("{local}@{}", host.to_ascii_lowercase())))
        } else {
            Err(EmailFault::Form)
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = EmailFault;
    fn try_from(text: String) -> Result<Self, EmailFault> {
        Self::parse(&text)
    }
}

impl Email {
    /// What an officer may be shown of it: `a•••@example.kz`.
    pub fn masked(&self) -> String {
        let (name, host) = self.0.rsplit_once('@').unwrap_or(("", &self.0));
        format!("{}•••@{host}", name.chars().next().map(String::from).unwrap_or_default())
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_read_in_every_usual_spelling() {
        for typed in ["+7 701 234 56 78", "8 (701) 234-56-78", "7012345678", "77012345678", "+7-701-234-56-78"] {
            assert_eq!(Phone::parse(typed).unwrap().as_str(), "+77012345678", "{typed}");
        }
        assert_eq!(Phone::parse("87991112233").unwrap().as_str(), "+77991112233", "unknown 7xx codes pass");
    }

    #[test]
    fn what_cannot_get_an_sms_is_told_apart() {
        for (typed, fault) in [
            ("", PhoneFault::Empty),
            ("  ", PhoneFault::Empty),
            ("8 7212 42-01-74", PhoneFault::Landline),
            ("+7 717 234 56 78", PhoneFault::Landline),
            ("+7 901 234 56 78", PhoneFault::Form),
            ("+8 701 234 56 78", PhoneFault::Form),
            ("701234567", PhoneFault::Form),
            ("++77012345678", PhoneFault::Form),
            ("+7701234567a", PhoneFault::Form),
            ("+44 20 7946 0000", PhoneFault::Form),
        ] {
            assert_eq!(Phone::parse(typed), Err(fault), "{typed}");
        }
    }

    #[test]
    fn a_phone_is_shown_masked_and_never_debug_printed() {
        let phone = Phone::parse("7012345678").unwrap();
        assert_eq!(phone.masked(), "+7 7•• ••• 56 78");
        assert_eq!(phone.spaced(), "+7 701 234 56 78");
        assert_eq!(format!("{phone:?}"), "Phone(redacted)");
    }

    #[test]
    fn e_mail_addresses_are_read_by_their_form() {
        assert_eq!(Email::parse(" Parent+1@Example.KZ ").unwrap().as_str(), "Parent+1@example.kz");
        for bad in [
            "a@b",
            "a b@example.kz",
            "a@@example.kz",
            "@example.kz",
            "a@-x.kz",
            "a@x..kz",
            ".a@x.kz",
            "a@x.1",
            "a\n@x.kz",
        ] {
            assert_eq!(Email::parse(bad), Err(EmailFault::Form), "{bad}");
        }
        assert_eq!(Email::parse(""), Err(EmailFault::Empty));
    }
}
