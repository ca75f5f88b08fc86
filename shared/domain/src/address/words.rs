//! The words of all streets' names, found without reading them all: by their beginning in a sorted
//! list, by their trigrams for what is misspelt.

use super::query::Part;

/// What stands before and after a word in its trigrams.
const PAD: char = ' ';
/// Trigrams that one typo can change: those that had the letter. Two letters that changed places
/// are a typo for none but the two trigrams that had only one of them.
const TORN: usize = 3;

/// The words, by number.
pub(super) struct Words {
    /// Numbers of names (`17`) first, then words; each in order.
    words: Vec<Word>,
    /// How many of them are numbers.
    numbers: usize,
    /// Trigrams of the words that are no numbers, in order, each with the words that have it.
    grams: Vec<(Gram, Vec<u32>)>,
}

/// A word of a name.
pub(super) struct Word {
    /// Folded letters, or digits.
    pub letters: Vec<char>,
    /// Whether it is a number.
    pub number: bool,
    mask: u64,
}

/// Three letters in a row, in alphabetical order, and where in the word they begin. A typo moves what
/// comes after it by one, so only words that have them near the same place are asked for.
pub(super) type Gram = ([char; 3], u8);

impl Words {
    /// From the parts of all names.
    pub(super) fn new(mut parts: Vec<Part>) -> Self {
        parts.sort_by(|a, b| order(a).cmp(&order(b)));
        parts.dedup();
        let numbers = parts.iter().take_while(|part| part.number).count();
        let words: Vec<Word> = parts.iter().map(|part| Word::new(&part.text, part.number)).collect();
        let mut pairs: Vec<(Gram, u32)> = Vec::new();
        for (at, word) in (0u32..).zip(&words).skip(numbers) {
            pairs.extend(grams(&word.letters).into_iter().map(|gram| (gram, at)));
        }
        pairs.sort_unstable();
        let mut grams: Vec<(Gram, Vec<u32>)> = Vec::new();
        for (gram, at) in pairs {
            match grams.last_mut() {
                Some((last, words)) if *last == gram => words.push(at),
                _ => grams.push((gram, vec![at])),
            }
        }
        Self { words, numbers, grams }
    }

    /// From what was written: the numbers, the words, the trigrams.
    pub(super) fn read(numbers: &[String], words: &[String], grams: Vec<(Gram, Vec<u32>)>) -> Self {
        let all =
            numbers.iter().map(|text| Word::new(text, true)).chain(words.iter().map(|text| Word::new(text, false)));
        Self { words: all.collect(), numbers: numbers.len(), grams }
    }

    /// The numbers and the words as text.
    pub(super) fn texts(&self) -> (Vec<String>, Vec<String>) {
        let mut numbers: Vec<String> = self.words.iter().map(|word| word.letters.iter().collect()).collect();
        let words = numbers.split_off(self.numbers);
        (numbers, words)
    }

    pub(super) fn grams(&self) -> &[(Gram, Vec<u32>)] {
        &self.grams
    }

    pub(super) fn get(&self, at: u32) -> Option<&Word> {
        self.words.get(at as usize)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The number of a word that is one of the index.
    pub(super) fn find(&self, part: &Part) -> Option<u32> {
        let letters: Vec<char> = part.text.chars().collect();
        let found = self
            .words
            .binary_search_by(|word| (!word.number, word.letters.as_slice()).cmp(&(!part.number, letters.as_slice())));
        found.ok().and_then(|at| u32::try_from(at).ok())
    }

    /// Words that a typed word may stand for, and how well. `last`: it may still be in the typing.
    pub(super) fn alike(&self, part: &Part, last: bool) -> Vec<(u32, f32)> {
        let typed = Word::new(&part.text, part.number);
        let likely = self.likely(&typed).into_iter();
        likely.filter_map(|at| Some((at, typed.alike(self.get(at)?, last)?))).collect()
    }

    /// Every word that can be alike, and few that are not.
    pub(super) fn likely(&self, typed: &Word) -> Vec<u32> {
        let mut likely = self.beginning_with(typed);
        if let Some(shared) = shared(typed)
            && !typed.number
        {
            likely.extend(self.sharing(typed, shared));
            likely.sort_unstable();
            likely.dedup();
        }
        likely
    }

    /// Words with so many trigrams of a typed word: each has one of the rarest already, whichever it
    /// lacks, so the long lists are only asked about words that were found in the short ones.
    fn sharing(&self, typed: &Word, shared: usize) -> Vec<u32> {
        let moved = u8::try_from(most_typos(typed.letters.len())).unwrap_or(u8::MAX);
        let mut lists: Vec<Vec<u32>> = grams(&typed.letters).iter().map(|gram| self.having(gram, moved)).collect();
        lists.sort_by_key(Vec::len);
        let (short, long) = lists.split_at((lists.len() + 1).saturating_sub(shared).min(lists.len()));
        let mut found = short.concat();
        found.sort_unstable();
        let runs = found.chunk_by(|a, b| a == b).filter_map(|run| Some((*run.first()?, run.len())));
        let has = |at: u32, common: usize| {
            common + long.iter().filter(|list| list.binary_search(&at).is_ok()).count() >= shared
        };
        runs.filter(|(at, common)| has(*at, *common)).map(|(at, _)| at).collect()
    }

    fn beginning_with(&self, typed: &Word) -> Vec<u32> {
        let from = self.words.partition_point(|word| {
            (!word.number, word.letters.as_slice()) < (!typed.number, typed.letters.as_slice())
        });
        let after = self.words.iter().skip(from);
        let count =
            after.take_while(|word| word.number == typed.number && word.letters.starts_with(&typed.letters)).count();
        (from..from + count).filter_map(|at| u32::try_from(at).ok()).collect()
    }

    /// The words that have a trigram so near to its place, in order.
    fn having(&self, (letters, at): &Gram, moved: u8) -> Vec<u32> {
        let from = (*letters, at.saturating_sub(moved));
        let near = self.grams.iter().skip(self.grams.partition_point(|(gram, _)| *gram < from));
        let near = near.take_while(|((other, place), _)| other == letters && *place <= at.saturating_add(moved));
        let mut words: Vec<u32> = near.flat_map(|(_, words)| words).copied().collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

impl Word {
    pub(super) fn new(text: &str, number: bool) -> Self {
        let letters: Vec<char> = text.chars().collect();
        Self { mask: mask(&letters), letters, number }
    }

    /// How well this word, as typed, fits one of the index.
    pub(super) fn alike(&self, known: &Self, last: bool) -> Option<f32> {
        match (self.number, known.number) {
            (true, true) => alike_number(&self.letters, known, last),
            (false, false) => alike_word(self, known, last),
            _ => None,
        }
    }
}

fn order(part: &Part) -> (bool, &str) {
    // In UTF-8 the order of bytes is that of letters.
    (!part.number, &part.text)
}

/// Typos that a typed word of so many letters may have at most.
fn most_typos(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=6 => 1,
        7..=11 => 2,
        _ => 3,
    }
}

/// How many trigrams at least a typed word shares with every word that it may misspell; none if it
/// is too short to be misspelt. A word of n letters has n + 2, those without its end are n.
fn shared(typed: &Word) -> Option<usize> {
    let letters = typed.letters.len();
    match most_typos(letters) {
        0 => None,
        typos if letters < SHORTEST_HEAD => Some((letters + 2).saturating_sub(TORN * typos)),
        typos => Some((letters + 2).saturating_sub(TORN * typos).min(letters.saturating_sub(TORN))),
    }
}

/// Trigrams of a word, with its ends.
fn grams(letters: &[char]) -> Vec<Gram> {
    let ends = [PAD; 2];
    let padded: Vec<char> = ends.iter().chain(letters).chain(&ends).copied().collect();
    let gram = |(at, three): (usize, &[char])| {
        let mut three: [char; 3] = three.try_into().ok()?;
        three.sort_unstable();
        Some((three, u8::try_from(at).unwrap_or(u8::MAX)))
    };
    padded.windows(3).enumerate().filter_map(gram).collect()
}

/// Letters of a word as bits: two words whose masks differ much cannot be one typo apart.
fn mask(letters: &[char]) -> u64 {
    letters.iter().fold(0, |mask, letter| mask | 1 << (u32::from(*letter) & 63))
}

fn alike_number(typed: &[char], known: &Word, last: bool) -> Option<f32> {
    if known.letters == typed { Some(1.0) } else { (last && known.letters.starts_with(typed)).then_some(0.75) }
}

/// From so many letters on a word that is still being typed may have a typo.
const SHORTEST_HEAD: usize = 5;

fn alike_word(typed: &Word, word: &Word, last: bool) -> Option<f32> {
    let (typed_mask, typed) = (typed.mask, typed.letters.as_slice());
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
    let typos = most_typos(typed.len().min(known.len() + 1));
    if typos == 0 {
        return None;
    }
    let fewer = typed.len().abs_diff(known.len());
    if fewer <= typos && (typed_mask ^ word.mask).count_ones() as usize <= 2 * typos {
        let distance = distance(typed, known);
        if distance <= typos {
            #[expect(clippy::cast_precision_loss, reason = "a handful of typos")]
            return Some(1.0 - 0.07 * distance as f32 - 0.25 * ratio(distance, known.len()));
        }
    }
    // A typo in a word that is still being typed, or was cut short.
    if typed.len() >= SHORTEST_HEAD && known.len() > typed.len() {
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

#[cfg(test)]
impl Words {
    /// What every search once did: each word of the index beside the typed one.
    pub(super) fn alike_by_reading_all(&self, part: &Part, last: bool) -> Vec<(u32, f32)> {
        let typed = Word::new(&part.text, part.number);
        (0u32..).zip(&self.words).filter_map(|(at, word)| Some((at, typed.alike(word, last)?))).collect()
    }
}
