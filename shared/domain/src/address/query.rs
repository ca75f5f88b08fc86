//! What a typed line may mean: which tokens name the street, which the house, which the flat.

use super::house::House;
use super::lex::{Token, fold, lex};
use crate::directory::StreetKind;

/// Tokens of a longer line are not read: nobody's address has as many.
const LONGEST: usize = 40;

/// One word of a street's name as typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Part {
    /// Folded letters, or the digits of a number.
    pub text: String,
    /// Whether it is a number.
    pub number: bool,
}

/// One way to read the line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reading {
    pub kinds: Vec<StreetKind>,
    pub parts: Vec<Part>,
    pub house: Option<House>,
    pub flat: Option<String>,
    /// Subtracted from the score: less usual ways to read.
    pub doubt: f32,
}

/// The words of a street's name as they stand in the index.
pub(super) fn name_parts(name: &str) -> Vec<Part> {
    let (pieces, _) = pieces(name);
    parts(&pieces)
}

/// Every reading of the line that could be meant, the usual ones first.
pub(super) fn readings(text: &str) -> Vec<Reading> {
    let (pieces, flat) = pieces(text);
    let marked = pieces.iter().position(|piece| *piece == Piece::House);
    let mut readings = Vec::new();
    if let Some(at) = marked {
        let (before, house) = split(&pieces, at);
        let house = house.get(1..).unwrap_or_default();
        readings.extend(with_house(before, house, &flat));
        if readings.is_empty() && parts(before).is_empty() && parts(house).iter().all(|part| part.number) {
            // `дом 5`: of no street.
            return readings;
        }
    }
    if readings.is_empty() {
        for at in (0..pieces.len()).rev() {
            if let (before, house @ [Piece::Token(Token::Number { .. }), ..]) = split(&pieces, at) {
                readings.extend(with_house(before, house, &flat));
            }
        }
        readings.push(Reading { kinds: kinds(&pieces), parts: parts(&pieces), house: None, flat, doubt: 0.0 });
    }
    readings
}

/// Whether a line says in which flat somebody lives, however it is read.
#[must_use]
pub fn tells_flat(text: &str) -> bool {
    readings(text).iter().any(|reading| reading.flat.is_some())
}

fn split(pieces: &[Piece], at: usize) -> (&[Piece], &[Piece]) {
    pieces.split_at_checked(at).unwrap_or((pieces, &[]))
}

fn with_house(before: &[Piece], from_house: &[Piece], flat: &Option<String>) -> Option<Reading> {
    let skipped = from_house.iter().take_while(|piece| is_mark(piece)).count();
    let from_house = from_house.get(skipped..).unwrap_or_default();
    let tokens: Vec<Token> = from_house
        .iter()
        .map_while(|piece| match piece {
            Piece::Token(token) => Some(token.clone()),
            Piece::Kind(_) | Piece::House => None,
        })
        .collect();
    let (house, used) = House::read(&tokens)?;
    let mut after = from_house.get(used..).unwrap_or_default();
    let mut flat = flat.clone();
    // `17-47-9`, `17, 47, 9`: a bare number at the very end is the flat.
    if flat.is_none() {
        let telling: Vec<&Piece> = after.iter().filter(|piece| !is_mark(piece)).collect();
        if let [Piece::Token(Token::Number { value })] = telling.as_slice() {
            flat = Some(value.to_string());
            after = &[];
        }
    }
    let street: Vec<Piece> = before.iter().chain(after).cloned().collect();
    let parts = parts(&street);
    if parts.is_empty() {
        return None;
    }
    // The house usually comes last: `12 мкр 13` is house 13.
    let doubt = if after.iter().all(is_mark) { 0.0 } else { 0.06 };
    Some(Reading { kinds: kinds(&street), parts, house: Some(house), flat, doubt })
}

fn is_mark(piece: &Piece) -> bool {
    matches!(piece, Piece::Token(Token::Mark(_)))
}

/// A token, or an abbreviation that was recognised.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Token(Token),
    Kind(StreetKind),
    /// `д.`, `дом`, `үй` before a number
    House,
}

fn kinds(pieces: &[Piece]) -> Vec<StreetKind> {
    pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Kind(kind) => Some(*kind),
            Piece::Token(_) | Piece::House => None,
        })
        .collect()
}

fn parts(pieces: &[Piece]) -> Vec<Part> {
    pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Token(Token::Word { text }) => Some(Part { text: fold(text), number: false }),
            Piece::Token(Token::Number { value }) => Some(Part { text: value.to_string(), number: true }),
            Piece::Token(Token::Mark(_)) | Piece::Kind(_) | Piece::House => None,
        })
        .filter(|part| !part.text.is_empty())
        .collect()
}

/// Abbreviations of more than one token, in plain letters; `-` and `/` stand for any of `-`, `/`, `.`.
const JOINED: &[(&[&str], StreetKind)] = &[
    (&["пр", "-", "т"], StreetKind::Avenue),
    (&["пр", "-", "кт"], StreetKind::Avenue),
    (&["просп", "-", "т"], StreetKind::Avenue),
    (&["д", "-", "лы"], StreetKind::Avenue),
    (&["дан", "-", "лы"], StreetKind::Avenue),
    (&["к", "-", "си"], StreetKind::Street),
    (&["кош", "-", "си"], StreetKind::Street),
    (&["ш", "/", "а"], StreetKind::Microdistrict),
    (&["ы", "/", "а"], StreetKind::Microdistrict),
    (&["м", "-", "н"], StreetKind::Microdistrict),
    (&["м", "/", "р"], StreetKind::Microdistrict),
    (&["мкр", "-", "н"], StreetKind::Microdistrict),
    (&["м", "-", "он"], StreetKind::Microdistrict),
    (&["ыкшам", "ауданы"], StreetKind::Microdistrict),
    (&["ыкшам", "аудан"], StreetKind::Microdistrict),
    (&["шагын", "ауданы"], StreetKind::Microdistrict),
    (&["шагын", "аудан"], StreetKind::Microdistrict),
    (&["кв", "-", "л"], StreetKind::Quarter),
    (&["б", "-", "р"], StreetKind::Boulevard),
    (&["пр", "-", "д"], StreetKind::Passage),
    (&["туйык", "кошеси"], StreetKind::Lane),
    (&["туйык", "коше"], StreetKind::Lane),
    (&["отпе", "жолы"], StreetKind::Passage),
    (&["тас", "жолы"], StreetKind::Highway),
];

fn kind_word(word: &str) -> Option<StreetKind> {
    Some(match word {
        "улица" | "улицы" | "улице" | "ул" | "улиц" | "коше" | "кошеси" | "кошесы" | "кош" | "кошеде" => {
            StreetKind::Street
        }
        "проспект" | "проспекте" | "проспекта" | "просп" | "пр" | "прт" | "пркт" | "дангыл" | "дангылы" | "данг" => {
            StreetKind::Avenue
        }
        "микрорайон"
        | "микрораион"
        | "микрорайоне"
        | "микрорайона"
        | "мкр"
        | "мкрн"
        | "мкрайон"
        | "микр"
        | "мрн"
        | "ыкшамаудан"
        | "ыкшамауданы"
        | "шагынаудан"
        | "шагынауданы"
        | "мөлтекаудан"
        | "молтекаудан"
        | "ша" => StreetKind::Microdistrict,
        "квартал" | "кварталы" | "кварт" | "квл" | "орам" | "орамы" => {
            StreetKind::Quarter
        }
        "переулок" | "пер" | "переул" | "туйыгы" => StreetKind::Lane,
        "бульвар" | "бульвары" | "бул" | "бульв" | "гулзар" | "гулзары" => {
            StreetKind::Boulevard
        }
        "проезд" | "отпе" | "отпеси" => StreetKind::Passage,
        "шоссе" => StreetKind::Highway,
        _ => return None,
    })
}

/// Words around a name that tell nothing about it.
fn is_noise(word: &str) -> bool {
    matches!(
        word,
        "г" | "гор"
            | "город"
            | "каласы"
            | "кала"
            | "караганда"
            | "караганды"
            | "караганде"
            | "казахстан"
            | "казакстан"
            | "республикасы"
            | "рк"
            | "кр"
            | "обл"
            | "область"
            | "облысы"
            | "им"
            | "имени"
            | "атындагы"
            | "аты"
            | "индекс"
            | "адрес"
            | "мекенжай"
            | "мекенжайы"
    )
}

fn is_flat_word(word: &str) -> bool {
    matches!(
        word,
        "кв" | "квартира"
            | "квартиры"
            | "патер"
            | "патери"
            | "пат"
            | "офис"
            | "оф"
            | "комн"
            | "комната"
    )
}

fn is_house_word(word: &str) -> bool {
    matches!(word, "д" | "дом" | "дома" | "уй" | "строение")
}

/// Endings of ordinal numbers: `30-й`, `1-я`, `17-ші`.
fn is_ordinal_ending(word: &str) -> bool {
    matches!(
        word,
        "й" | "ый"
            | "ой"
            | "я"
            | "ая"
            | "го"
            | "м"
            | "ом"
            | "е"
            | "ое"
            | "ши"
            | "шы"
            | "ынши"
            | "нши"
            | "ншы"
    )
}

/// Tokens with abbreviations recognised, noise dropped, and the flat taken out.
fn pieces(text: &str) -> (Vec<Piece>, Option<String>) {
    let mut tokens = lex(text);
    tokens.truncate(LONGEST);
    let mut pieces = Vec::with_capacity(tokens.len());
    let mut flat = None;
    let mut left = tokens.as_slice();
    while let Some((token, after)) = left.split_first() {
        left = after;
        if let Some((kind, used)) = joined(token, after) {
            pieces.push(Piece::Kind(kind));
            left = after.get(used..).unwrap_or_default();
            continue;
        }
        if let Some(used) = around_the_city(token, after) {
            left = after.get(used..).unwrap_or_default();
            continue;
        }
        if token.word().is_some_and(|word| matches!(word, "ауданы" | "аудани")) {
            // `Қазыбек би ауданы, …`
            let words =
                pieces.iter().rev().take_while(|piece| matches!(piece, Piece::Token(Token::Word { .. }))).count();
            pieces.truncate(pieces.len() - words);
            continue;
        }
        match token {
            Token::Word { text } => {
                let house_named = pieces.iter().any(|piece| matches!(piece, Piece::Token(Token::Number { .. })));
                let (number, used) = number_after(after);
                if is_flat_word(text)
                    && house_named
                    && let Some(number) = number
                {
                    flat = Some(number);
                    left = after.get(used..).unwrap_or_default();
                } else if matches!(text.as_str(), "п" | "под" | "подъезд" | "кирме" | "этаж" | "кабат") && house_named
                {
                    left = if number.is_some() { after.get(used..).unwrap_or_default() } else { after };
                } else if text == "кв" && (number.is_some() || house_named) {
                    pieces.push(Piece::Kind(StreetKind::Quarter));
                } else if matches!(text.as_str(), "патер" | "патери" | "кв" | "квартира") && house_named
                {
                    // `47-үй, 9-пәтер`: the number stands before its word.
                    flat = take_last_number(&mut pieces);
                } else if is_house_word(text) && number.is_some() {
                    pieces.push(Piece::House);
                } else if text == "уй" && house_named {
                    mark_last_number(&mut pieces);
                } else if let Some(kind) = kind_word(text) {
                    pieces.push(Piece::Kind(kind));
                } else if !is_noise(text) && text != "дом" {
                    pieces.push(Piece::Token(token.clone()));
                }
            }
            Token::Number { value } => {
                // A postcode; no house has six digits.
                if *value < 100_000 {
                    pieces.push(Piece::Token(token.clone()));
                }
                left = match after {
                    [Token::Mark('-'), Token::Word { text }, tail @ ..] if is_ordinal_ending(text) => tail,
                    [Token::Word { text }, tail @ ..] if text.chars().count() > 1 && is_ordinal_ending(text) => tail,
                    all => all,
                };
            }
            Token::Mark(_) => pieces.push(Piece::Token(token.clone())),
        }
    }
    (pieces, flat)
}

/// Words that say where the city is, or which of its districts is meant, and so nothing of the street;
/// how many tokens after the first one belong to them.
fn around_the_city(first: &Token, after: &[Token]) -> Option<usize> {
    let next = after.first().and_then(Token::word);
    match first.word()? {
        "республика" => matches!(next, Some("казахстан" | "казакстан")).then_some(1),
        "район" => district(after),
        "р" => match after {
            [Token::Mark('-'), Token::Word { text }, named @ ..] if text == "н" => Some(2 + district(named)?),
            _ => None,
        },
        // `Карагандинская область`
        _ => matches!(next, Some("обл" | "область" | "области")).then_some(1),
    }
}

/// The name of a district: all up to the comma, if there is one before anything else is named.
fn district(after: &[Token]) -> Option<usize> {
    let words = after.iter().take_while(|token| match token {
        Token::Word { text } => kind_word(text).is_none(),
        Token::Mark(mark) => *mark != ',',
        Token::Number { .. } => false,
    });
    let words = words.count();
    matches!(after.get(words), Some(Token::Mark(',') | Token::Word { .. })).then_some(words)
}

fn joined(first: &Token, after: &[Token]) -> Option<(StreetKind, usize)> {
    let first = first.word()?;
    JOINED.iter().find_map(|(pattern, kind)| {
        let (head, tail) = pattern.split_first()?;
        let fits = *head == first
            && tail.iter().enumerate().all(|(at, expected)| match (*expected, after.get(at)) {
                ("-" | "/", Some(Token::Mark(mark))) => matches!(mark, '-' | '/' | '.'),
                (word, Some(Token::Word { text })) => word == text,
                _ => false,
            });
        fits.then_some((*kind, tail.len()))
    })
}

/// A number right after an abbreviation: `кв. 9`, `кв № 9а`, and how many tokens it takes.
fn number_after(tokens: &[Token]) -> (Option<String>, usize) {
    let marks = tokens.iter().take_while(|token| matches!(token, Token::Mark('.' | '№' | ':' | '-'))).count();
    match tokens.get(marks..) {
        Some([Token::Number { value }, Token::Word { text }, ..]) if text.chars().count() == 1 => {
            (Some(format!("{value}{}", text.to_uppercase())), marks + 2)
        }
        Some([Token::Number { value }, ..]) => (Some(value.to_string()), marks + 1),
        _ => (None, 0),
    }
}

fn take_last_number(pieces: &mut Vec<Piece>) -> Option<String> {
    let at = pieces.iter().rposition(|piece| matches!(piece, Piece::Token(Token::Number { .. })))?;
    match pieces.remove(at) {
        Piece::Token(Token::Number { value }) => Some(value.to_string()),
        Piece::Token(_) | Piece::Kind(_) | Piece::House => None,
    }
}

/// Marks the house that ends with the last number: `1/2 үй`, `47 к 2-үй`.
fn mark_last_number(pieces: &mut Vec<Piece>) {
    let is_number = |piece: &Piece| matches!(piece, Piece::Token(Token::Number { .. }));
    let Some(last) = pieces.iter().rposition(is_number) else { return };
    let is_one_house = |from: &usize| {
        let tokens: Option<Vec<Token>> = pieces
            .get(*from..=last)
            .unwrap_or_default()
            .iter()
            .map(|piece| match piece {
                Piece::Token(token) => Some(token.clone()),
                Piece::Kind(_) | Piece::House => None,
            })
            .collect();
        tokens.is_some_and(|tokens| House::read(&tokens).is_some_and(|(_, used)| used == tokens.len()))
    };
    let at = (last.saturating_sub(6)..last).find(is_one_house).unwrap_or(last);
    pieces.insert(at, Piece::House);
}
