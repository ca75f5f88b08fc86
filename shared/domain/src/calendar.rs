//! Days on which somebody is at work.

use std::cmp::Ordering;
use std::ops::Range;

use jiff::civil::{Date, Weekday};

/// The day by which an answer is due that is given so many working days after `since` (`domain.md`
/// section 4): weekends and the campaign's holidays do not count. None only at the end of time.
pub fn answer_due(since: Date, days: u8, holidays: &[Date]) -> Option<Date> {
    (0..days).try_fold(since, |day, _| {
        let mut day = day.tomorrow().ok()?;
        while is_free(day, holidays) {
            day = day.tomorrow().ok()?;
        }
        Some(day)
    })
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

/// The days since which something must stand for its answer, due so many working days later, to be so
/// near on a day; the last of them is not one. A list that is in the order of waiting is cut there. None
/// only at the ends of time.
pub fn standing_since(nearness: Nearness, today: Date, days: u8, holidays: &[Date]) -> Option<Range<Date>> {
    let worked_before = |day: Date| {
        let mut day = day.yesterday().ok()?;
        while is_free(day, holidays) {
            day = day.yesterday().ok()?;
        }
        Some(day)
    };
    // What came before the last so many working days is overdue.
    let almost = (1..days).try_fold(today, |day, _| worked_before(day))?;
    let in_time = worked_before(almost)?;
    // On a day off nothing is due; what came on one is due together with what came on the working day before it.
    let due_later = if is_free(today, holidays) { in_time } else { almost };
    Some(match nearness {
        Nearness::Overdue => Date::MIN..in_time,
        Nearness::Today => in_time..due_later,
        Nearness::Later => due_later..Date::MAX,
    })
}

fn is_free(day: Date, holidays: &[Date]) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) || holidays.contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;
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
            assert_eq!(answer_due(since, 1, &holidays), Some(due), "{since}");
        }
    }

    #[test]
    fn so_many_working_days_are_counted_one_by_one() {
        let holidays = [date(2026, 5, 1), date(2026, 5, 7), date(2026, 5, 9)];
        for (since, days, due) in [
            (date(2026, 4, 6), 5, date(2026, 4, 13)),
            (date(2026, 4, 30), 3, date(2026, 5, 6)),
            (date(2026, 5, 2), 5, date(2026, 5, 11)),
            (date(2026, 5, 2), 0, date(2026, 5, 2)),
        ] {
            assert_eq!(answer_due(since, days, &holidays), Some(due), "{days} days from {since}");
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
    fn a_list_is_cut_where_its_answers_become_due() {
        let holidays = [date(2026, 5, 1), date(2026, 5, 7), date(2026, 5, 9)];
        let days = || date(2026, 4, 20).series(1.day()).take(30);
        for (today, working) in days().flat_map(|today| [1, 3, 5].map(|working| (today, working))) {
            for since in days().filter(|since| *since <= today) {
                let near = Nearness::of(answer_due(since, working, &holidays).unwrap(), today);
                for nearness in [Nearness::Later, Nearness::Today, Nearness::Overdue] {
                    let cut = standing_since(nearness, today, working, &holidays).unwrap();
                    assert_eq!(cut.contains(&since), near == nearness, "{since} on {today}, {working}: {nearness:?}");
                }
            }
        }
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        assert_eq!(answer_due(Date::MAX, 1, &[]), None);
        assert_eq!(standing_since(Nearness::Today, Date::MIN, 1, &[]), None);
    }
}
