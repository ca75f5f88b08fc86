//! The fields of a form or a query.

use std::collections::BTreeMap;

use domain::Date;
use domain::draft::Typed;

/// Named values as the browser sent them, never none; of a repeated name the last counts, unless all are
/// asked for.
#[derive(Clone, Default)]
pub struct Fields(BTreeMap<String, Vec<String>>);

/// Forms hold what people typed.
impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fields(redacted)")
    }
}

/// A form or query with more than it can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyFields;

impl Fields {
    /// Fields of a form at most; the largest page has about fifty.
    pub const MOST: usize = 200;
    /// Bytes of one value at most; a longer one is cut by no one and refused by the field's own rule.
    pub const LONGEST: usize = 4_000;

    /// Reads `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// [`TooManyFields`] for too many fields or too long a value.
    pub fn decode(encoded: &[u8]) -> Result<Self, TooManyFields> {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (count, (name, value)) in form_urlencoded::parse(encoded).enumerate() {
            if count >= Self::MOST || value.len() > Self::LONGEST {
                return Err(TooManyFields);
            }
            fields.entry(name.into_owned()).or_default().push(value.replace('\0', ""));
        }
        Ok(Self(fields))
    }

    /// From what was typed before and kept in the draft.
    pub fn from_typed(typed: &Typed) -> Self {
        Self(typed.iter().map(|(name, value)| (name.clone(), vec![value.clone()])).collect())
    }

    /// The value of a field, empty when absent; outer spaces are dropped.
    pub fn text(&self, name: &str) -> &str {
        self.last(name).unwrap_or_default().trim()
    }

    /// All values of a name that say something, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.0.get(name).into_iter().flatten();
        values.map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn last(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.last().map(String::as_str)
    }

    /// Whether a box was ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// Sets a value, for pages that begin with an answer instead of with what was typed.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), vec![value.into()]);
    }

    /// The three parts of a date as typed.
    pub fn date_parts(&self, name: &str) -> [&str; 3] {
        ["day", "month", "year"].map(|part| self.text(&format!("{name}-{part}")))
    }

    /// Reads a date of three boxes.
    pub fn date(&self, name: &str) -> DateAnswer {
        let parts = self.date_parts(name);
        if parts.iter().all(|part| part.is_empty()) {
            return DateAnswer::Empty;
        }
        let [day, month, year] = parts;
        let read = || Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
        match read() {
            Some(date) if year.len() == 4 => DateAnswer::Date(date),
            _ => DateAnswer::Unreadable,
        }
    }

    /// Sets the three parts of a date.
    pub fn set_date(&mut self, name: &str, date: Date) {
        self.set(format!("{name}-day"), date.day().to_string());
        self.set(format!("{name}-month"), date.month().to_string());
        self.set(format!("{name}-year"), date.year().to_string());
    }

    /// Only the named fields, to be kept in a draft: unknown ones are never stored. A date is
    /// named by its three parts.
    pub fn only(&self, names: &[&str]) -> Typed {
        let kept = self.0.keys().filter(|name| names.contains(&name.as_str()));
        kept.filter_map(|name| Some((name.clone(), self.last(name)?.to_owned()))).collect()
    }
}

/// What three date boxes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateAnswer {
    /// Nothing was typed
    Empty,
    /// Not a date of the calendar
    Unreadable,
    /// A date
    Date(Date),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_whole_or_not_at_all() {
        let date = |text: &str| Fields::decode(text.as_bytes()).unwrap().date("born");
        assert_eq!(date("born-day=1&born-month=9&born-year=2019"), DateAnswer::Date(domain_date(2019, 9, 1)));
        assert_eq!(date("born-day=&born-month=&born-year="), DateAnswer::Empty);
        for bad in [
            "born-day=31&born-month=2&born-year=2019",
            "born-day=1&born-month=9&born-year=19",
            "born-day=1",
            "born-day=x&born-month=1&born-year=2019",
        ] {
            assert_eq!(date(bad), DateAnswer::Unreadable, "{bad}");
        }
    }

    fn domain_date(year: i16, month: i8, day: i8) -> Date {
        Date::new(year, month, day).unwrap()
    }

    #[test]
    fn of_a_repeated_name_the_last_counts_and_all_can_be_asked_for() {
        let fields = Fields::decode("a=1&b=x&a=&a=+3+".as_bytes()).unwrap();
        assert_eq!((fields.text("a"), fields.text("b"), fields.text("c")), ("3", "x", ""));
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(fields.all("c").next(), None);
        assert_eq!(fields.only(&["a"]).into_iter().collect::<Vec<_>>(), [("a".to_owned(), " 3 ".to_owned())]);
    }

    #[test]
    fn only_known_fields_are_kept_and_huge_forms_refused() {
        let fields = Fields::decode("a=1&b=2&csrf=x".as_bytes()).unwrap();
        assert_eq!(fields.only(&["a"]).into_iter().collect::<Vec<_>>(), [("a".to_owned(), "1".to_owned())]);
        assert_eq!(Fields::decode("a=1&".repeat(201).as_bytes()).unwrap_err(), TooManyFields);
        assert_eq!(Fields::decode(format!("a={}", "x".repeat(4001)).as_bytes()).unwrap_err(), TooManyFields);
    }
}
