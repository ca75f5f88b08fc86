//! Days on which somebody is at work.

use std::cmp::Ordering;

use jiff::civil::{Date, Weekday};

/// The day by which an answer is due that is given one working day after `since` (`domain.md`
/// section 4): weekends and the campaign's holidays do not count. None only at the end of time.
pub fn answer_due(since: Date, holidays: &[Date]) -> Option<Date> {
    let mut day = since.tomorrow().ok()?;
    while is_free(day, holidays) {
        day = day.tomorrow().ok()?;
    }
    Some(day)
}

/// How near the day is by which somebody owes an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nearness {
    /// There is time
    Later,
    /// It is today
    Today,
    /// It has passed
    Overdue,
}

impl Nearness {
    /// How near a due day is on a day; the due day itself is still in time.
    pub fn of(due: Date, today: Date) -> Self {
        match due.cmp(&today) {
            Ordering::Less => Self::Overdue,
            Ordering::Equal => Self::Today,
            Ordering::Greater => Self::Later,
        }
    }
}

fn is_free(day: Date, holidays: &[Date]) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || holidays.contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn weekends_and_holidays_do_not_count() {
        let holidays = [date(2026, 5, 1), date(2026, 5, 7), date(2026, 5, 9)];
        for (since, due) in [
            // Wednesday to Thursday
            (date(2026, 4, 1), date(2026, 4, 2)),
            // Friday, Saturday and Sunday to Monday
            (date(2026, 4, 3), date(2026, 4, 6)),
            (date(2026, 4, 4), date(2026, 4, 6)),
            (date(2026, 4, 5), date(2026, 4, 6)),
            // Over a holiday on Friday and the weekend behind it
            (date(2026, 4, 30), date(2026, 5, 4)),
            // Sent on a holiday
            (date(2026, 5, 7), date(2026, 5, 8)),
            (date(2026, 5, 8), date(2026, 5, 11)),
        ] {
            assert_eq!(answer_due(since, &holidays), Some(due), "{since}");
        }
    }

    #[test]
    fn an_answer_is_overdue_from_the_day_after_its_due_day() {
        let due = date(2026, 4, 2);
        assert_eq!(Nearness::of(due, date(2026, 4, 1)), Nearness::Later);
        assert_eq!(Nearness::of(due, due), Nearness::Today);
        assert_eq!(Nearness::of(due, date(2026, 4, 3)), Nearness::Overdue);
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        assert_eq!(answer_due(Date::MAX, &[]), None);
    }
}
