//! Days on which somebody is at work.

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
    fn the_end_of_time_is_no_panic() {
        assert_eq!(answer_due(Date::MAX, &[]), None);
    }
}
