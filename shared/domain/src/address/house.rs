//! House numbers: `12`, `12А`, `1/2`, `12/3Б`, `47 к 2`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::lex::{Token, lex};

/// The highest number that can be a house: longer digits are postcodes and phone numbers.
const HIGHEST: u32 = 9_999;

/// The number of a house, in one spelling whatever was typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct House {
    number: u32,
    letter: Option<char>,
    fraction: Option<u32>,
    fraction_letter: Option<char>,
    block: Option<u32>,
}

/// The text is not a house number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a house number")]
pub struct NotAHouse;

impl House {
    /// A plain number without letter, fraction or block.
    #[must_use]
    pub fn plain(number: u32) -> Self {
        Self { number, letter: None, fraction: None, fraction_letter: None, block: None }
    }

    /// The leading number, which decides the side of the street.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    fn parts(&self) -> [u32; 5] {
        let letter = |letter: Option<char>| letter.map_or(0, u32::from);
        [
            self.number,
            letter(self.letter),
            self.fraction.unwrap_or(0),
            letter(self.fraction_letter),
            self.block.unwrap_or(0),
        ]
    }

    /// Whether this house lies at or below `last`. A bound includes everything that carries its
    /// number: up to 47 means 47А, 47/2 and 47 к 2 too.
    #[must_use]
    pub fn is_within(&self, last: &Self) -> bool {
        let bound = last.parts();
        let stated = bound.iter().rposition(|part| *part != 0).map_or(0, |last| last + 1);
        self.parts().iter().take(stated).cmp(bound.iter().take(stated)) != Ordering::Greater
    }

    /// Reads the longest house number at the start of `tokens`; also says how many were used.
    pub(super) fn read(tokens: &[Token]) -> Option<(Self, usize)> {
        let mut house = match tokens.first()? {
            Token::Number { value, .. } if (1..=HIGHEST).contains(value) => Self::plain(*value),
            _ => return None,
        };
        let mut used = 1;
        if let Some((letter, after)) = read_letter(rest(tokens, used)) {
            house.letter = Some(letter);
            used += after;
        }
        match rest(tokens, used) {
            [Token::Mark('/'), Token::Number { value, .. }, ..] if *value <= HIGHEST => {
                house.fraction = Some(*value);
                used += 2;
                if let Some((letter, after)) = read_letter(rest(tokens, used)) {
                    house.fraction_letter = Some(letter);
                    used += after;
                }
            }
            [Token::Mark('/'), Token::Word { text, .. }, ..] if house.letter.is_none() => {
                if let Some(letter) = single_letter(text) {
                    house.letter = Some(letter);
                    used += 2;
                }
            }
            _ => {}
        }
        if let Some((block, after)) = read_block(rest(tokens, used)) {
            house.block = Some(block);
            used += after;
        }
        Some((house, used))
    }
}

fn rest(tokens: &[Token], from: usize) -> &[Token] {
    tokens.get(from..).unwrap_or_default()
}

/// A letter that belongs to the number before it: `12А`, `12 А`, `12-А`, `12 «А»`.
fn read_letter(tokens: &[Token]) -> Option<(char, usize)> {
    let quoted = |mark: &char| matches!(mark, '"' | '«' | '-');
    let (word, after, used) = match tokens {
        [Token::Mark(mark), Token::Word { text, .. }, Token::Mark('"' | '»'), after @ ..] if quoted(mark) => {
            (text, after, 3)
        }
        [Token::Mark(mark), Token::Word { text, .. }, after @ ..] if quoted(mark) => (text, after, 2),
        [Token::Word { text, .. }, after @ ..] => (text, after, 1),
        _ => return None,
    };
    let letter = single_letter(word)?;
    // `47 к 2`, `12 д 5`, `12 п 9`: the letter announces the next number instead.
    let announces = match after {
        [Token::Number { .. }, ..] | [Token::Mark('.'), Token::Number { .. }, ..] => {
            matches!(letter, 'К' | 'Д' | 'П' | 'С')
        }
        _ => false,
    };
    (!announces).then_some((letter, used))
}

fn single_letter(text: &str) -> Option<char> {
    let mut letters = text.chars();
    let letter = letters.next().filter(|letter| letter.is_alphabetic())?;
    letters.next().is_none().then(|| letter.to_uppercase().next().unwrap_or(letter))
}

/// `к 2`, `к. 2`, `корп. 2`, `корпус 2`, `блок 2`, `стр. 2`.
fn read_block(tokens: &[Token]) -> Option<(u32, usize)> {
    let lead = usize::from(matches!(tokens.first(), Some(Token::Mark(',' | '-'))));
    let (word, tail, used) = match rest(tokens, lead) {
        [Token::Word { text, .. }, Token::Mark('.' | '-'), tail @ ..] => (text, tail, lead + 2),
        [Token::Word { text, .. }, tail @ ..] => (text, tail, lead + 1),
        _ => return None,
    };
    if !matches!(word.as_str(), "к" | "кор" | "корп" | "корпус" | "блок" | "с" | "стр" | "строение")
    {
        return None;
    }
    match tail.first() {
        Some(Token::Number { value, .. }) if (1..=HIGHEST).contains(value) => Some((*value, used + 1)),
        _ => None,
    }
}

impl Ord for House {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl PartialOrd for House {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number)?;
        if let Some(letter) = self.letter {
            write!(f, "{letter}")?;
        }
        if let Some(fraction) = self.fraction {
            write!(f, "/{fraction}")?;
        }
        if let Some(letter) = self.fraction_letter {
            write!(f, "{letter}")?;
        }
        if let Some(block) = self.block {
            write!(f, " к {block}")?;
        }
        Ok(())
    }
}

impl FromStr for House {
    type Err = NotAHouse;

    fn from_str(text: &str) -> Result<Self, NotAHouse> {
        let tokens = lex(text);
        let tokens = match tokens.as_slice() {
            [Token::Word { text, .. }, Token::Mark('.'), tail @ ..] | [Token::Word { text, .. }, tail @ ..]
                if matches!(text.as_str(), "д" | "дом" | "уй") =>
            {
                tail
            }
            [Token::Mark('№'), tail @ ..] => tail,
            all => all,
        };
        match Self::read(tokens) {
            Some((house, used)) if used == tokens.len() => Ok(house),
            _ => Err(NotAHouse),
        }
    }
}

impl TryFrom<String> for House {
    type Error = NotAHouse;

    fn try_from(text: String) -> Result<Self, NotAHouse> {
        text.parse()
    }
}

impl From<House> for String {
    fn from(house: House) -> Self {
        house.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_every_way_to_write_a_house() {
        for (typed, kept) in [
            ("12", "12"),
            ("12А", "12А"),
            ("12а", "12А"),
            ("12 а", "12А"),
            ("12A", "12А"),
            ("12 «б»", "12Б"),
            ("12-Б", "12Б"),
            ("12/А", "12А"),
            ("1/2", "1/2"),
            ("1 / 2", "1/2"),
            ("12/3б", "12/3Б"),
            ("47к2", "47 к 2"),
            ("47 к 2", "47 к 2"),
            ("47 к. 2", "47 к 2"),
            ("47, корпус 2", "47 к 2"),
            ("47 корп.2", "47 к 2"),
            ("47 K2", "47 к 2"),
            ("47К", "47К"),
            ("12Ә", "12А"),
            ("д. 5", "5"),
            ("№ 5", "5"),
        ] {
            assert_eq!(typed.parse::<House>().map(|house| house.to_string()).as_deref(), Ok(kept), "{typed}");
        }
        for typed in ["", "А", "0", "12345", "дом", "12 кв 3", "-5", "12 / "] {
            assert_eq!(typed.parse::<House>(), Err(NotAHouse), "{typed}");
        }
    }

    #[test]
    fn a_bound_includes_what_carries_its_number() {
        let house = |text: &str| text.parse::<House>();
        for (inside, last) in [
            ("47А", "47"),
            ("47 к 2", "47"),
            ("47/3", "47"),
            ("12А", "12А"),
            ("12А/2", "12А"),
            ("12", "12А"),
            ("5", "47"),
        ] {
            assert_eq!(house(inside).and_then(|a| Ok(a.is_within(&house(last)?))), Ok(true), "{inside} ≤ {last}");
        }
        for (outside, last) in [("48", "47"), ("12Б", "12А"), ("12 к 3", "12 к 2"), ("12/4", "12/3")] {
            assert_eq!(house(outside).and_then(|a| Ok(a.is_within(&house(last)?))), Ok(false), "{outside} > {last}");
        }
        assert!(house("12").is_ok_and(|twelve| house("12А").is_ok_and(|with_letter| twelve < with_letter)));
    }
}
