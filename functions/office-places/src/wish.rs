//! What was typed for new terms.

use domain::decision::{Note, NoteFault};
use domain::directory::{Campaign, PlaceTerms};
use domain::places::Terms;
use domain::{Date, Locale};
use text::places as t;
use views::FieldError;
use web::{DateAnswer, Fields, Site};

/// Seats, and children expected, at most.
pub const MOST: u16 = 2_000;
/// Residents for one outside place at most.
pub const MOST_RATIO: u16 = 100;
/// The name of the date's boxes.
pub const UNTIL: &str = "until";

/// New terms with their reason.
#[derive(Debug)]
pub struct Wish {
    pub terms: Terms,
    pub why: Note,
}

/// The years of a campaign's days, from the first day of the first to the last day of the last.
pub fn days(campaign: &Campaign, site: &Site) -> (Date, Date) {
    let opens = site.local(campaign.opens).date().year().min(campaign.school_year);
    let closes = site.local(campaign.closes).date().year().max(campaign.school_year);
    (Date::new(opens, 1, 1).unwrap_or(Date::MIN), Date::new(closes, 12, 31).unwrap_or(Date::MAX))
}

impl Wish {
    /// Reads a form.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(form: &Fields, l: Locale, (first, last): (Date, Date)) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut number = |name: &'static str, least: u16, most: u16| {
            let typed = form.text(name);
            let digits = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit());
            let number = digits.then(|| typed.parse().ok()).flatten().filter(|number| (least..=most).contains(number));
            if number.is_none() {
                errors.push(FieldError::new(name, t::bounds(t::NUMBER_BAD, l, least, most)));
            }
            number.unwrap_or(least)
        };
        let (capacity, forecast) = (number("capacity", 0, MOST), number("forecast", 0, MOST));
        let ratio = number("ratio", 1, MOST_RATIO);
        let year = last.year().to_string();
        let wrong = match form.date(UNTIL) {
            DateAnswer::Date(date) if (first..=last).contains(&date) => None,
            DateAnswer::Date(_) => {
                Some(t::UNTIL_OTHER_YEAR.fill(l, &[("first", &text::date(first)), ("last", &text::date(last))]))
            }
            DateAnswer::Unreadable => Some(t::UNTIL_BAD.fill(l, &[("year", &year)])),
            DateAnswer::Empty => Some(t::UNTIL_EMPTY.get(l).to_owned()),
        };
        errors.extend(wrong.map(|wrong| FieldError::new(UNTIL, wrong)));
        let typed = form.text("note");
        let why = Note::parse(typed);
        match why {
            Err(NoteFault::Empty) => errors.push(FieldError::new("note", t::WHY_EMPTY.get(l))),
            Err(NoteFault::TooLong) => {
                let count = typed.chars().count().to_string();
                errors.push(FieldError::new("note", t::WHY_TOO_LONG.fill(l, &[("n", &count)])));
            }
            Ok(_) => {}
        }
        match (form.date(UNTIL), why, errors.is_empty()) {
            (DateAnswer::Date(priority_until), Ok(why), true) => {
                Ok(Self { terms: Terms { capacity, forecast, ratio, priority_until }, why })
            }
            _ => Err(errors),
        }
    }
}

/// The form as it is first shown: with the terms in force, or empty where there are none.
pub fn begin(terms: Option<&PlaceTerms>) -> Fields {
    let mut form = Fields::default();
    form.set("ratio", "3");
    if let Some(terms) = terms {
        form.set("capacity", terms.capacity.to_string());
        form.set("forecast", terms.forecast.to_string());
        form.set("ratio", terms.ratio.to_string());
        form.set_date(UNTIL, terms.priority_until);
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: (Date, Date) = (Date::constant(2027, 1, 1), Date::constant(2027, 12, 31));

    fn form(changes: &[(&str, &str)]) -> Fields {
        let mut form = Fields::default();
        let good = [
            ("capacity", "50"),
            ("forecast", " 40 "),
            ("ratio", "3"),
            ("until-day", "31"),
            ("until-month", "5"),
            ("until-year", "2027"),
            ("note", "Жаңа сынып"),
        ];
        for (name, value) in good.iter().chain(changes) {
            form.set(*name, *value);
        }
        form
    }

    fn wrong(changes: &[(&str, &str)]) -> Vec<String> {
        let read = Wish::read(&form(changes), Locale::Ru, DAYS);
        read.err().unwrap_or_default().into_iter().map(|error| error.id.into_owned()).collect()
    }

    #[test]
    fn sound_terms_are_read() {
        let wish = Wish::read(&form(&[]), Locale::Kk, DAYS).unwrap();
        assert_eq!((wish.terms.capacity, wish.terms.forecast, wish.terms.ratio), (50, 40, 3));
        assert_eq!((wish.terms.priority_until, wish.why.as_str()), (Date::constant(2027, 5, 31), "Жаңа сынып"));
        for edge in ["0", "2000", "0007"] {
            assert_eq!(wrong(&[("capacity", edge)]), Vec::<String>::new(), "{edge}");
        }
    }

    #[test]
    fn what_is_no_term_is_told_at_its_field() {
        for number in ["", "-1", "+5", "2001", "65536", "99999999999999999999", "3.5", "1e3", "x", "５"] {
            assert_eq!(wrong(&[("capacity", number)]), ["capacity"], "{number}");
            assert_eq!(wrong(&[("forecast", number)]), ["forecast"], "{number}");
        }
        for ratio in ["0", "101", ""] {
            assert_eq!(wrong(&[("ratio", ratio)]), ["ratio"], "{ratio}");
        }
        assert_eq!(wrong(&[("until-day", "32")]), ["until"]);
        assert_eq!(wrong(&[("until-day", ""), ("until-month", ""), ("until-year", "")]), ["until"]);
        assert_eq!(wrong(&[("until-year", "2028")]), ["until"]);
        assert_eq!(wrong(&[("note", "  ")]), ["note"]);
        assert_eq!(wrong(&[("note", &"я".repeat(501))]), ["note"]);
        let all = [("capacity", ""), ("forecast", ""), ("ratio", ""), ("until-month", "13"), ("note", "")];
        assert_eq!(wrong(&all), ["capacity", "forecast", "ratio", "until", "note"]);
    }
}
