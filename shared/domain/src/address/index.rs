//! The search index of the city's streets.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::house::House;
use super::query::{Part, Reading, name_parts, readings};
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

/// Streets by the words of all their names. Built once per instance, searched without I/O.
pub struct AddressIndex {
    streets: Vec<Street>,
    names: Vec<Name>,
    words: Vec<Word>,
    by_text: HashMap<String, u32>,
}

/// One name of a street; a street has at least two.
struct Name {
    street: u32,
    words: Vec<u32>,
    /// Words that may be typed but need not: the part of the city.
    free: Vec<u32>,
    old: Option<String>,
}

struct Word {
    letters: Vec<char>,
    number: bool,
    mask: u64,
    names: Vec<u32>,
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
    /// Builds the index.
    #[must_use]
    pub fn new(streets: Vec<Street>) -> Self {
        let mut index = Self { streets: Vec::new(), names: Vec::new(), words: Vec::new(), by_text: HashMap::new() };
        for (at, street) in (0u32..).zip(&streets) {
            let current = [&street.name.ru, &street.name.kk].map(|name| (name, None));
            let old = street.old_names.iter().map(|name| (name, Some(name.clone())));
            let area: Vec<Part> =
                street.area.iter().flat_map(|area| [&area.ru, &area.kk]).flat_map(|area| name_parts(area)).collect();
            let mut seen = HashSet::new();
            for (name, old) in current.into_iter().chain(old) {
                let parts = name_parts(name);
                // `Бухаржырау` for Бухар-Жырау: the name is found as one word too.
                let joined = (parts.len() > 1 && !parts.iter().any(|part| part.number))
                    .then(|| vec![Part { text: parts.iter().map(|part| part.text.as_str()).collect(), number: false }]);
                for parts in std::iter::once(parts).chain(joined) {
                    let words: Vec<u32> = parts.into_iter().map(|part| index.word(part)).collect();
                    if !words.is_empty() && seen.insert(words.clone()) {
                        let free = area.iter().map(|part| index.word(part.clone())).collect();
                        index.name(Name { street: at, words, free, old: old.clone() });
                    }
                }
            }
        }
        index.streets = streets;
        index
    }

    fn name(&mut self, name: Name) {
        let this = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        for word in &name.words {
            if let Some(word) = self.words.get_mut(*word as usize)
                && word.names.last() != Some(&this)
            {
                word.names.push(this);
            }
        }
        self.names.push(name);
    }

    /// The streets of the index.
    #[must_use]
    pub fn streets(&self) -> &[Street] {
        &self.streets
    }

    fn word(&mut self, part: Part) -> u32 {
        if let Some(at) = self.by_text.get(&part.text) {
            return *at;
        }
        let at = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let letters: Vec<char> = part.text.chars().collect();
        self.words.push(Word { mask: mask(&letters), letters, number: part.number, names: Vec::new() });
        self.by_text.insert(part.text, at);
        at
    }

    /// Streets that the text may mean, best first, at most eight.
    #[must_use]
    pub fn search(&self, text: &str) -> Vec<Suggestion<'_>> {
        let readings = readings(text);
        let mut alike: HashMap<&str, Vec<(u32, f32)>> = HashMap::new();
        let last = readings.iter().find(|reading| reading.house.is_none()).and_then(|reading| reading.parts.last());
        for part in readings.iter().flat_map(|reading| &reading.parts) {
            if !alike.contains_key(part.text.as_str()) {
                alike.insert(&part.text, self.alike(part, last == Some(part)));
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
                            old_name: name.old.as_deref(),
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

    /// Names that share at least one telling word with the reading.
    fn candidates(&self, reading: &Reading, alike: &HashMap<&str, Vec<(u32, f32)>>) -> HashSet<u32> {
        reading
            .parts
            .iter()
            .filter(|part| part.number || part.text.chars().count() > 1)
            .filter_map(|part| alike.get(part.text.as_str()))
            .flatten()
            .filter_map(|(word, _)| self.words.get(*word as usize))
            .flat_map(|word| word.names.iter().copied())
            .collect()
    }

    /// Words of the index that a typed word may stand for.
    fn alike(&self, part: &Part, last: bool) -> Vec<(u32, f32)> {
        let typed: Vec<char> = part.text.chars().collect();
        let mask = mask(&typed);
        let pairs = (0u32..).zip(&self.words);
        pairs
            .filter_map(|(at, word)| {
                if word.number != part.number {
                    return None;
                }
                let alike =
                    if word.number { alike_number(&typed, word, last) } else { alike_word(&typed, mask, word, last) };
                alike.map(|alike| (at, alike))
            })
            .collect()
    }

    fn score(
        &self,
        reading: &Reading,
        name: &Name,
        street: &Street,
        alike: &HashMap<&str, Vec<(u32, f32)>>,
    ) -> Option<f32> {
        let weight = |word: &Word| if word.number || word.letters.len() > 3 { 1.0 } else { 0.5f32 };
        let all: f32 = name.words.iter().filter_map(|at| self.words.get(*at as usize)).map(weight).sum();
        let mut left = name.words.clone();
        let (mut typed, mut matched, mut covered) = (0.0f32, 0.0f32, 0.0f32);
        let mut strays = 0;
        let mut telling = false;
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
                let word = self.words.get(left.swap_remove(at) as usize)?;
                typed += share;
                matched += share * alike;
                covered += weight(word);
                telling |= alike > 0.7 && (word.number || part.text.chars().count() > 2);
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
        let unnamed_number = left
            .iter()
            .filter_map(|at| self.words.get(*at as usize))
            .any(|word| word.number && reading.house.is_some());
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

/// Letters of a word as bits: two words whose masks differ much cannot be one typo apart.
fn mask(letters: &[char]) -> u64 {
    letters.iter().fold(0, |mask, letter| mask | 1 << (u32::from(*letter) & 63))
}

/// So that 2 comes before 11 in a list.
fn natural(name: &str) -> (String, u32, &str) {
    let head: String = name.chars().take_while(|letter| !letter.is_ascii_digit()).collect();
    let digits: String =
        name.chars().skip_while(|letter| !letter.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    (head, digits.parse().unwrap_or(0), name)
}

fn alike_number(typed: &[char], word: &Word, last: bool) -> Option<f32> {
    if word.letters == typed { Some(1.0) } else { (last && word.letters.starts_with(typed)).then_some(0.75) }
}

fn alike_word(typed: &[char], typed_mask: u64, word: &Word, last: bool) -> Option<f32> {
    let known = word.letters.as_slice();
    if known == typed {
        return Some(1.0);
    }
    if known.starts_with(typed) {
        // `Бух.`, `Н.`, or a word that is still being typed.
        let share = |base: f32| base + 0.09 * ratio(typed.len(), known.len());
        return match typed.len() {
            1 => Some(0.9),
            2 => last.then_some(0.8),
            _ => Some(share(0.88)),
        };
    }
    let typos = match typed.len().min(known.len() + 1) {
        0..=3 => return None,
        4..=6 => 1,
        7..=11 => 2,
        _ => 3,
    };
    let fewer = typed.len().abs_diff(known.len());
    if fewer <= typos && (typed_mask ^ word.mask).count_ones() as usize <= 2 * typos {
        let distance = distance(typed, known);
        if distance <= typos {
            #[expect(clippy::cast_precision_loss, reason = "a handful of typos")]
            return Some(1.0 - 0.07 * distance as f32 - 0.25 * ratio(distance, known.len()));
        }
    }
    // A typo in a word that is still being typed, or was cut short.
    if typed.len() >= 5 && known.len() > typed.len() {
        let head = known.get(..typed.len()).unwrap_or(known);
        if (typed_mask ^ mask(head)).count_ones() <= 2 && distance(typed, head) <= 1 {
            return Some(0.8);
        }
    }
    None
}

fn distance(a: &[char], b: &[char]) -> usize {
    strsim::generic_damerau_levenshtein(a, b)
}

#[expect(clippy::cast_precision_loss, reason = "lengths of words")]
fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}
