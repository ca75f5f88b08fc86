//! Letters and tokens: from what was typed to words that can be compared.

/// A piece of typed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A run of letters, plain (see [`plain`]).
    Word {
        /// The plain letters.
        text: String,
    },
    /// A run of digits.
    Number {
        /// Its value.
        value: u32,
    },
    /// Any other character that is not a space.
    Mark(char),
}

impl Token {
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word { text } => Some(text),
            Self::Number { .. } | Self::Mark(_) => None,
        }
    }
}

/// Splits text into words, numbers and marks. `мкр17` is two tokens, `12А` too.
pub(super) fn lex(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = String::new();
    let mut digits = String::new();
    for character in text.chars().chain(std::iter::once(' ')) {
        if !character.is_alphabetic() && !letters.is_empty() {
            tokens.push(Token::Word { text: plain(&letters) });
            letters.clear();
        }
        if !character.is_ascii_digit() && !digits.is_empty() {
            // Absurdly long digits are no number of anything; the highest value stands for them.
            tokens.push(Token::Number { value: digits.parse().unwrap_or(u32::MAX) });
            digits.clear();
        }
        if character.is_alphabetic() {
            letters.push(character);
        } else if character.is_ascii_digit() {
            digits.push(character);
        } else if !character.is_whitespace() {
            tokens.push(Token::Mark(match character {
                '\\' => '/',
                '–' | '—' | '‐' | '‑' | '−' => '-',
                '“' | '”' | '„' | '\'' => '"',
                other => other,
            }));
        }
    }
    tokens
}

/// One word in lower-case Russian letters: Kazakh letters become the Russian ones that people type
/// instead of them, Latin look-alikes become Cyrillic, Latin words are read by sound.
pub(super) fn plain(word: &str) -> String {
    let lower = word.to_lowercase();
    let latin = lower.chars().filter(|letter| is_latin(*letter)).count();
    let all = lower.chars().count();
    let cyrillic = if latin == 0 {
        lower
    } else if latin == all && all > 1 && !KEYWORD_LOOKALIKES.contains(&lower.as_str()) {
        by_sound(&lower)
    } else {
        lower.chars().map(by_look).collect()
    };
    cyrillic.chars().map(russian).collect()
}

/// Latin spellings of abbreviations that are read by look, not by sound.
const KEYWORD_LOOKALIKES: [&str; 2] = ["kb", "yл"];

fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphabetic() || matches!(letter, 'ä' | 'ö' | 'ü' | 'ğ' | 'ş' | 'ñ' | 'ı' | 'ū')
}

/// The Russian letter that people type instead of a Kazakh one, and е for ё; any other as it is.
pub(crate) fn russian(letter: char) -> char {
    match letter {
        'ё' => 'е',
        'ә' => 'а',
        'ғ' => 'г',
        'қ' => 'к',
        'ң' => 'н',
        'ө' => 'о',
        'ұ' | 'ү' => 'у',
        'һ' => 'х',
        'і' => 'и',
        other => other,
    }
}

fn by_look(letter: char) -> char {
    match letter {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'i' => 'і',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        other => other,
    }
}

fn by_sound(word: &str) -> String {
    const PAIRS: [(&str, &str); 11] = [
        ("shch", "щ"),
        ("sh", "ш"),
        ("zh", "ж"),
        ("ch", "ч"),
        ("kh", "х"),
        ("gh", "г"),
        ("ts", "ц"),
        ("yu", "ю"),
        ("ya", "я"),
        ("yo", "е"),
        ("ye", "е"),
    ];
    let mut sound = String::with_capacity(word.len() * 2);
    let mut left = word;
    'next: while let Some(letter) = left.chars().next() {
        for (latin, cyrillic) in PAIRS {
            if let Some(after) = left.strip_prefix(latin) {
                sound.push_str(cyrillic);
                left = after;
                continue 'next;
            }
        }
        sound.push_str(match letter {
            'a' | 'ä' => "а",
            'b' => "б",
            'c' | 's' => "с",
            'd' => "д",
            'e' => "е",
            'f' => "ф",
            'g' | 'ğ' => "г",
            'h' => "х",
            'i' => "и",
            'j' => "ж",
            'k' | 'q' => "к",
            'l' => "л",
            'm' => "м",
            'n' | 'ñ' => "н",
            'o' | 'ö' => "о",
            'p' => "п",
            'r' => "р",
            't' => "т",
            'u' | 'ü' | 'ū' => "у",
            'v' | 'w' => "в",
            'x' => "кс",
            'y' | 'ı' => "ы",
            'z' => "з",
            'ş' => "ш",
            _ => "",
        });
        left = left.get(letter.len_utf8()..).unwrap_or_default();
    }
    sound
}

/// What remains of a plain word when the differences that people do not hear are taken away:
/// soft and hard signs, doubled letters, и/й/ы, е/э, щ/ш.
pub(super) fn fold(plain: &str) -> String {
    let mut folded = String::with_capacity(plain.len());
    let mut before = None;
    for letter in plain.chars() {
        let heard = match letter {
            'ь' | 'ъ' => continue,
            'й' | 'ы' => 'и',
            'э' => 'е',
            'щ' => 'ш',
            other => other,
        };
        if before != Some(heard) || heard.is_ascii_digit() {
            folded.push(heard);
        }
        before = Some(heard);
    }
    folded
}
