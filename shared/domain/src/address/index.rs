//! The search index of the city's streets.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::house::House;
use super::query::{Part, Reading, name_parts, readings};
use super::words::{Gram, Word, Words};
use crate::directory::{Street, StreetKind};
use crate::locale::Locale;

/// Suggestions at most.
const MOST: usize = 8;
/// Below this a street is not what was meant.
const ENOUGH: f32 = 0.55;
/// From here on a street is taken for certain, if the next one is far behind.
const CERTAIN: f32 = 0.8;
/// How far behind.
const FAR: f32 = 0.06;

/// Streets by the words of all their names. Built once for a list, written and read again, searched
/// without I/O.
#[derive(Deserialize)]
#[serde(try_from = "Written")]
pub struct AddressIndex {
    streets: Vec<Street>,
    names: Vec<Name>,
    words: Words,
    /// The names that have a word, by the word's number.
    of_word: Vec<Vec<u32>>,
}

/// One name of a street; a street has at least two.
struct Name {
    street: u32,
    words: Vec<u32>,
    /// Words that may be typed but need not: the part of the city.
    free: Vec<u32>,
    /// Which of the street's old names it is.
    old: Option<u32>,
}

/// A street that may be meant, with the house that was typed.
#[derive(Clone, PartialEq)]
pub struct Suggestion<'a> {
    /// The street.
    pub street: &'a Street,
    /// The house, if one was typed.
    pub house: Option<House>,
    /// The flat, if one was typed.
    pub flat: Option<String>,
    /// The former name under which the street was found.
    pub old_name: Option<&'a str>,
    score: f32,
}

impl Suggestion<'_> {
    /// Street and house as one would type them.
    #[must_use]
    pub fn line(&self, locale: Locale) -> String {
        self.street.line(self.house.as_ref(), locale)
    }
}

impl fmt::Debug for Suggestion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // House and flat are somebody's home.
        write!(f, "Suggestion({}, {:.2})", self.street.id, self.score)
    }
}

/// A suggestion that outlives the index: one of several streets that may be meant. Without the flat.
#[derive(Clone, PartialEq)]
pub struct Match {
    /// The street.
    pub street: Street,
    /// The house, if one was typed.
    pub house: Option<House>,
    /// The former name under which the street was found.
    pub old_name: Option<String>,
}

impl Match {
    /// Street and house as one would type them.
    #[must_use]
    pub fn line(&self, locale: Locale) -> String {
        self.street.line(self.house.as_ref(), locale)
    }
}

impl From<&Suggestion<'_>> for Match {
    fn from(found: &Suggestion<'_>) -> Self {
        Self { street: found.street.clone(), house: found.house.clone(), old_name: found.old_name.map(str::to_owned) }
    }
}

/// What a typed address comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution<'a> {
    /// One street, beyond doubt.
    Found(Suggestion<'a>),
    /// Several streets that may be meant, the best first: the person chooses.
    Choose(Vec<Suggestion<'a>>),
    /// Nothing like it.
    NotFound,
}

impl AddressIndex {
    /// Tells an index as this release writes it from any other: whoever changes what is written, or
    /// how words are folded into it, takes the next number.
    pub const FORMAT: u32 = 1;

    /// Builds the index.
    #[must_use]
    pub fn new(streets: Vec<Street>) -> Self {
        let all: Vec<Spelt> = (0u32..).zip(&streets).flat_map(|(at, street)| spelt(at, street)).collect();
        let words = Words::new(all.iter().flat_map(|name| name.parts.iter().chain(&name.free)).cloned().collect());
        let numbered = |parts: &[Part]| parts.iter().filter_map(|part| words.find(part)).collect();
        let names = all
            .iter()
            .map(|name| Name {
                street: name.street,
                words: numbered(&name.parts),
                free: numbered(&name.free),
                old: name.old,
            })
            .collect();
        Self::of(streets, names, words)
    }

    fn of(streets: Vec<Street>, names: Vec<Name>, words: Words) -> Self {
        let mut of_word = vec![Vec::new(); words.len()];
        for (this, name) in (0u32..).zip(&names) {
            for word in &name.words {
                if let Some(names) = of_word.get_mut(*word as usize)
                    && names.last() != Some(&this)
                {
                    names.push(this);
                }
            }
        }
        Self { streets, names, words, of_word }
    }

    /// The streets of the index.
    #[must_use]
    pub fn streets(&self) -> &[Street] {
        &self.streets
    }

    /// Streets that the text may mean, best first, at most eight.
    #[must_use]
    pub fn search(&self, text: &str) -> Vec<Suggestion<'_>> {
        self.search_with(text, |part, last| self.words.alike(part, last))
    }

    /// The search, with words that are alike found by any means.
    pub(super) fn search_with(
        &self,
        text: &str,
        alike_words: impl Fn(&Part, bool) -> Vec<(u32, f32)>,
    ) -> Vec<Suggestion<'_>> {
        let readings = readings(text);
        let mut alike: HashMap<&str, Vec<(u32, f32)>> = HashMap::new();
        let last = readings.iter().find(|reading| reading.house.is_none()).and_then(|reading| reading.parts.last());
        for part in readings.iter().flat_map(|reading| &reading.parts) {
            if !alike.contains_key(part.text.as_str()) {
                alike.insert(&part.text, alike_words(part, last == Some(part)));
            }
        }
        let mut best: HashMap<u32, Suggestion<'_>> = HashMap::new();
        for reading in &readings {
            for name in self.candidates(reading, &alike) {
                let Some((name, street)) = self.names.get(name as usize).and_then(|name| {
                    let street = self.streets.get(name.street as usize)?;
                    Some((name, street))
                }) else {
                    continue;
                };
                let Some(score) = self.score(reading, name, street, &alike) else { continue };
                if best.get(&name.street).is_none_or(|found| found.score < score) {
                    best.insert(
                        name.street,
                        Suggestion {
                            street,
                            house: reading.house.clone(),
                            flat: reading.flat.clone(),
                            old_name: name.old.and_then(|old| street.old_names.get(old as usize)).map(String::as_str),
                            score,
                        },
                    );
                }
            }
        }
        let mut found: Vec<Suggestion<'_>> = best.into_values().collect();
        found.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| natural(&a.street.name.ru).cmp(&natural(&b.street.name.ru)))
                .then_with(|| a.street.id.cmp(&b.street.id))
        });
        found.truncate(MOST);
        found
    }

    /// One street when the text leaves no doubt, otherwise what it may mean.
    #[must_use]
    pub fn resolve(&self, text: &str) -> Resolution<'_> {
        let mut found = self.search(text);
        let lead = match found.as_slice() {
            [] => return Resolution::NotFound,
            [only] => only.score,
            [first, second, ..] if first.score - second.score >= FAR => first.score,
            _ => 0.0,
        };
        if lead >= CERTAIN { Resolution::Found(found.swap_remove(0)) } else { Resolution::Choose(found) }
    }

    /// The same, where a person has chosen one of several streets by its id; an id that is none of them
    /// chooses nothing.
    #[must_use]
    pub fn resolve_chosen(&self, text: &str, chosen: &str) -> Resolution<'_> {
        match self.resolve(text) {
            Resolution::Choose(several) => match several.iter().find(|found| found.street.id.as_str() == chosen) {
                Some(found) => Resolution::Found(found.clone()),
                None => Resolution::Choose(several),
            },
            certain => certain,
        }
    }

    /// Names that share at least one telling word with the reading, in their order: of two names of a
    /// street that fit alike the present one counts.
    fn candidates(&self, reading: &Reading, alike: &HashMap<&str, Vec<(u32, f32)>>) -> BTreeSet<u32> {
        reading
            .parts
            .iter()
            .filter(|part| part.number || part.text.chars().count() > 1)
            .filter_map(|part| alike.get(part.text.as_str()))
            .flatten()
            .filter_map(|(word, _)| self.of_word.get(*word as usize))
            .flatten()
            .copied()
            .collect()
    }

    /// The words of the index; the tests compare what is found with what reading them all finds.
    #[cfg(test)]
    pub(super) fn words(&self) -> &Words {
        &self.words
    }

    fn score(
        &self,
        reading: &Reading,
        name: &Name,
        street: &Street,
        alike: &HashMap<&str, Vec<(u32, f32)>>,
    ) -> Option<f32> {
        let weight = |word: &Word| if word.number || word.letters.len() > 3 { 1.0 } else { 0.5f32 };
        let all: f32 = name.words.iter().filter_map(|at| self.words.get(*at)).map(weight).sum();
        let mut left = name.words.clone();
        let (mut typed, mut matched, mut covered) = (0.0f32, 0.0f32, 0.0f32);
        let mut strays = 0;
        let mut telling = false;
        // `5` is no more Восток-5 than any other five: a number tells of a name that has no word.
        let only_number =
            name.words.iter().filter_map(|at| self.words.get(*at)).all(|word| word.number || word.letters.len() == 1);
        // The longest first, so that an initial does not take the word that is written out.
        let mut parts: Vec<&Part> = reading.parts.iter().collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.text.len()));
        for part in parts {
            let short = !part.number && part.text.chars().count() == 1;
            let share = if short { 0.3 } else { 1.0 };
            let meant = alike.get(part.text.as_str()).map(Vec::as_slice).unwrap_or_default();
            let hit = left
                .iter()
                .enumerate()
                .filter_map(|(at, word)| Some((at, meant.iter().find(|(meant, _)| meant == word)?.1)))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((at, alike)) = hit {
                let word = self.words.get(left.swap_remove(at))?;
                typed += share;
                matched += share * alike;
                covered += weight(word);
                telling |= alike > 0.7 && if word.number { only_number } else { part.text.chars().count() > 2 };
            } else if meant.iter().any(|(word, alike)| name.free.contains(word) && *alike > 0.8) {
                // The part of the city: right, but tells nothing about the street's name.
                matched += 0.05;
            } else if part.number {
                return None;
            } else if short {
                typed += 0.2;
            } else {
                typed += share;
                strays += 1;
            }
        }
        if !telling || strays > 1 || typed == 0.0 {
            return None;
        }
        let unnamed_number =
            left.iter().filter_map(|at| self.words.get(*at)).any(|word| word.number && reading.house.is_some());
        let mut score = 0.8 * (matched / typed).min(1.05) + 0.2 * (covered / all.max(f32::EPSILON));
        if unnamed_number {
            // `Восток, 5`: which of the Востоки?
            score -= 0.1;
        }
        let only_digits = street.name.ru.chars().next().is_some_and(|first| first.is_ascii_digit());
        if reading.kinds.contains(&street.kind) {
            score += 0.02;
        } else if !reading.kinds.is_empty() {
            if only_digits {
                return None;
            }
            score -= 0.12;
        } else if only_digits && street.kind != StreetKind::Microdistrict {
            score -= 0.1;
        }
        score -= reading.doubt;
        (score >= ENOUGH).then_some(score)
    }
}

/// What names are sorted by, so that 2 comes before 11 in a list.
#[must_use]
pub fn natural(name: &str) -> (String, u32, &str) {
    let head: String = name.chars().take_while(|letter| !letter.is_ascii_digit()).collect();
    let digits: String =
        name.chars().skip_while(|letter| !letter.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    (head, digits.parse().unwrap_or(0), name)
}

/// A name of a street in words.
struct Spelt {
    street: u32,
    parts: Vec<Part>,
    free: Vec<Part>,
    old: Option<u32>,
}

fn spelt(at: u32, street: &Street) -> Vec<Spelt> {
    let current = [&street.name.ru, &street.name.kk].map(|name| (name, None));
    let old = street.old_names.iter().zip(0u32..).map(|(name, at)| (name, Some(at)));
    let free: Vec<Part> =
        street.area.iter().flat_map(|area| [&area.ru, &area.kk]).flat_map(|area| name_parts(area)).collect();
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for (name, old) in current.into_iter().chain(old) {
        let parts = name_parts(name);
        // `Бухаржырау` for Бухар-Жырау: the name is found as one word too.
        let joined = (parts.len() > 1 && !parts.iter().any(|part| part.number))
            .then(|| vec![Part { text: parts.iter().map(|part| part.text.as_str()).collect(), number: false }]);
        for parts in std::iter::once(parts).chain(joined) {
            if !parts.is_empty() && seen.insert(parts.clone()) {
                names.push(Spelt { street: at, parts, free: free.clone(), old });
            }
        }
    }
    names
}

/// The index as it is kept: lists of numbers, which pack well.
#[derive(Serialize, Deserialize)]
struct Written {
    format: u32,
    streets: Vec<Street>,
    names: Vec<WrittenName>,
    numbers: Vec<String>,
    words: Vec<String>,
    /// Trigrams, one after the other.
    grams: String,
    /// Where in a word each is, and the first word that has it there with the steps to the next ones.
    having: Vec<(u8, Vec<u32>)>,
}

/// Street, words, words that need not be typed, old name.
type WrittenName = (u32, Vec<u32>, Vec<u32>, Option<u32>);

/// The index was written in another format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an index of format {0}")]
pub struct OtherFormat(u32);

impl Serialize for AddressIndex {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (numbers, words) = self.words.texts();
        let steps = |words: &[u32]| {
            let before = std::iter::once(0).chain(words.iter().copied());
            words.iter().zip(before).map(|(word, before)| word.saturating_sub(before)).collect()
        };
        let grams = self.words.grams();
        Written {
            format: Self::FORMAT,
            streets: self.streets.clone(),
            names: self
                .names
                .iter()
                .map(|name| (name.street, name.words.clone(), name.free.clone(), name.old))
                .collect(),
            numbers,
            words,
            grams: grams.iter().flat_map(|((letters, _), _)| letters).collect(),
            having: grams.iter().map(|((_, place), words)| (*place, steps(words))).collect(),
        }
        .serialize(serializer)
    }
}

impl TryFrom<Written> for AddressIndex {
    type Error = OtherFormat;

    fn try_from(written: Written) -> Result<Self, OtherFormat> {
        if written.format != Self::FORMAT {
            return Err(OtherFormat(written.format));
        }
        let letters: Vec<char> = written.grams.chars().collect();
        let grams: Vec<(Gram, Vec<u32>)> = letters
            .chunks_exact(3)
            .filter_map(|letters| <[char; 3]>::try_from(letters).ok())
            .zip(written.having)
            .map(|(letters, (place, steps))| {
                let words = steps.into_iter().scan(0u32, |at, step| {
                    *at = at.saturating_add(step);
                    Some(*at)
                });
                ((letters, place), words.collect())
            })
            .collect();
        let names =
            written.names.into_iter().map(|(street, words, free, old)| Name { street, words, free, old }).collect();
        Ok(Self::of(written.streets, names, Words::read(&written.numbers, &written.words, grams)))
    }
}
