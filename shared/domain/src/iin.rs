//! The individual identification number (ИИН / ЖСН), `domain.md` section 3.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::person::Sex;
use crate::redacted::redacted;

/// A person's IIN: twelve digits whose check digit is right.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iin(String);

redacted!(Iin);

/// Why a text is not a person's IIN. Each has its own message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IinFault {
    /// Nothing was typed.
    #[error("the IIN is empty")]
    Empty,
    /// A character that is neither a digit nor a space or dash.
    #[error("the IIN holds something that is not a digit")]
    NotDigits,
    /// Not twelve digits.
    #[error("the IIN has {0} digits, not 12")]
    Length(usize),
    /// The fifth digit says that it is a company's number (BIN).
    #[error("this is a company's number")]
    Company,
    /// The check digit does not fit, or no check digit exists for these eleven digits.
    #[error("the check digit of the IIN is wrong")]
    CheckDigit,
}

impl Iin {
    /// Reads what a person typed; spaces and dashes are let through.
    ///
    /// # Errors
    /// [`IinFault`], the first that applies.
    pub fn parse(typed: &str) -> Result<Self, IinFault> {
        let kept: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if kept.is_empty() {
            return Err(IinFault::Empty);
        }
        let digits: Vec<u32> =
            kept.chars().map(|c| c.to_digit(10)).collect::<Option<_>>().ok_or(IinFault::NotDigits)?;
        let Ok(digits) = <[u32; 12]>::try_from(digits) else {
            return Err(IinFault::Length(kept.chars().count()));
        };
        // A birth date's day has a tens digit of 0 to 3; 4 to 6 marks a company.
        let [_, _, _, _, fifth, ..] = digits;
        if (4..=6).contains(&fifth) {
            return Err(IinFault::Company);
        }
        if check_digit(&digits) != Some(digits[11]) {
            return Err(IinFault::CheckDigit);
        }
        Ok(Self(kept))
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The birth date that the number tells, if its digits are one. It may legally differ from
    /// the true one: a mismatch is a remark for the officer, never a refusal.
    pub fn birth_date(&self) -> Option<Date> {
        let number = |from: usize, to: usize| self.0.get(from..to)?.parse::<i16>().ok();
        let century = match self.seventh()? {
            1 | 2 => 1800,
            3 | 4 => 1900,
            5 | 6 => 2000,
            _ => return None,
        };
        Date::new(century + number(0, 2)?, i8::try_from(number(2, 4)?).ok()?, i8::try_from(number(4, 6)?).ok()?).ok()
    }

    /// The sex that the number tells; none where the seventh digit is outside 1–6.
    pub fn sex(&self) -> Option<Sex> {
        match self.seventh()? {
            1 | 3 | 5 => Some(Sex::Male),
            2 | 4 | 6 => Some(Sex::Female),
            _ => None,
        }
    }

    fn seventh(&self) -> Option<u32> {
        self.0.chars().nth(6)?.to_digit(10)
    }
}

/// The check digit of the first eleven digits; none where the number cannot exist.
fn check_digit(digits: &[u32; 12]) -> Option<u32> {
    const FIRST: [u32; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    const SECOND: [u32; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];
    [FIRST, SECOND]
        .map(|weights| digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() % 11)
        .into_iter()
        .find(|rest| *rest < 10)
}

impl TryFrom<String> for Iin {
    type Error = IinFault;
    fn try_from(text: String) -> Result<Self, IinFault> {
        Self::parse(&text)
    }
}

impl From<Iin> for String {
    fn from(iin: Iin) -> Self {
        iin.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shared vectors; their numbers have birth dates in 2099.
    const VECTORS: &[(&str, Result<(), IinFault>)] = &[
        ("991231500006", Ok(())),
        ("991231500007", Err(IinFault::CheckDigit)),
        ("991231500016", Ok(())),
        ("991231500017", Err(IinFault::CheckDigit)),
        ("991231500026", Ok(())),
        ("991231500036", Ok(())),
        ("991231500707", Ok(())),
        ("991231500719", Ok(())),
        ("991231500720", Ok(())),
        ("991231500732", Ok(())),
        ("991231500770", Err(IinFault::CheckDigit)),
        ("991231501580", Err(IinFault::CheckDigit)),
        ("12091550202", Err(IinFault::Length(11))),
        ("031140001297", Err(IinFault::Company)),
        ("", Err(IinFault::Empty)),
        ("99123150000x", Err(IinFault::NotDigits)),
        ("٩٩١٢٣١٥٠٠٠٠٦", Err(IinFault::NotDigits)),
        (" 991231 500-006 ", Ok(())),
    ];

    #[test]
    fn the_shared_vectors_are_read_as_expected() {
        for (typed, expected) in VECTORS {
            assert_eq!(Iin::parse(typed).map(|_| ()), *expected, "{typed}");
        }
    }

    #[test]
    fn the_number_tells_birth_date_and_sex_and_prints_neither() {
        let iin = Iin::parse("991231500006").unwrap();
        assert_eq!(iin.birth_date(), Some(jiff::civil::date(2099, 12, 31)));
        assert_eq!(iin.sex(), Some(Sex::Male));
        assert_eq!(format!("{iin:?}"), "Iin(redacted)");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic_and_a_changed_check_digit_is_seen(text in ".{0,20}", last in 0u8..10) {
            let _ = Iin::parse(&text);
            let typed = format!("99123150000{last}");
            assert_eq!(Iin::parse(&typed).is_ok(), last == 6);
        }
    }
}
