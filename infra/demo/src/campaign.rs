//! A campaign that is before, open or closed on the day it is asked for.

use domain::directory::CampaignId;
use domain::directory::rows::{CampaignRow, HolidayRow};
use domain::{Date, Service};
use jiff::civil::date;
use jiff::{Span, Timestamp, tz::TimeZone};

use crate::DemoError;

/// Where the demo's campaign stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Opens next month
    Before,
    /// Opened last month
    Open,
    /// Closed last month
    Closed,
}

impl Standing {
    /// Reads the value of `--campaign`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "before" => Some(Self::Before),
            "open" => Some(Self::Open),
            "closed" => Some(Self::Closed),
            _ => None,
        }
    }

    /// First day, and the day after the last, in months from this one. Whole months, so that the
    /// city is the same all month long and need not be loaded anew every day.
    fn months(self) -> (i32, i32) {
        match self {
            Self::Before => (1, 6),
            Self::Open => (-1, 4),
            Self::Closed => (-6, 0),
        }
    }
}

/// The campaign of grade 1 on `today`.
pub fn campaign(standing: Standing, today: Date) -> Result<CampaignRow, DemoError> {
    let city = TimeZone::get("Asia/Almaty")?;
    let month = today.first_of_month();
    let (first, last) = standing.months();
    let at = |months: i32, hour: i8| -> Result<Timestamp, DemoError> {
        let day = month.checked_add(Span::new().try_months(months)?)?;
        Ok(day.at(hour, 0, 0, 0).to_zoned_datetime(city.clone())?.timestamp())
    };
    let closes = month.checked_add(Span::new().try_months(last)?)?;
    let september = date(closes.year(), 9, 1);
    let year = if closes <= september { closes.year() } else { closes.year() + 1 };
    Ok(CampaignRow {
        id: CampaignId::parse(&format!("first-grade-{year}-demo"))?,
        service: Service::FirstGrade,
        opens: at(first, 9)?,
        closes: at(last, 0)?,
        school_year: year,
        first_day: date(year, 9, 1),
        keep_days: 365,
        demo: true,
        news_ru: "День открытых дверей во всех школах города: каждую субботу с 10:00 до 13:00".to_owned(),
        news_kk: "Қаланың барлық мектебінде ашық есік күні: сенбі сайын сағат 10:00-ден 13:00-ге дейін".to_owned(),
    })
}

/// Holidays of the demo city in the years of a campaign: those that fall on the same date each year.
pub fn holidays(campaign: &CampaignRow) -> Vec<HolidayRow> {
    const EVERY_YEAR: [(i8, i8); 14] = [
        (1, 1),
        (1, 2),
        (1, 7),
        (3, 8),
        (3, 21),
        (3, 22),
        (3, 23),
        (5, 1),
        (5, 7),
        (5, 9),
        (7, 6),
        (8, 30),
        (10, 25),
        (12, 16),
    ];
    let years = campaign.opens.to_zoned_datetime(TimeZone::UTC).date().year()..=campaign.first_day.year();
    years.flat_map(|year| EVERY_YEAR.map(|(month, day)| HolidayRow { date: date(year, month, day) })).collect()
}

#[cfg(test)]
mod tests {
    use domain::directory::Phase;

    use super::*;

    #[test]
    fn every_standing_is_what_it_says_on_every_day_of_the_year() {
        let mut day = date(2026, 1, 1);
        while day < date(2028, 3, 2) {
            for (standing, phase) in
                [(Standing::Before, Phase::Before), (Standing::Open, Phase::Open), (Standing::Closed, Phase::Closed)]
            {
                let row = campaign(standing, day).unwrap();
                let holidays = holidays(&row);
                let campaign = row.with(&holidays);
                assert_eq!(campaign.holidays.len(), holidays.len());
                for hour in [0, 9, 23] {
                    let now = day.at(hour, 30, 0, 0).in_tz("Asia/Almaty").unwrap().timestamp();
                    assert_eq!(campaign.phase(now), phase, "{standing:?} on {day}");
                }
                assert!(campaign.closes <= campaign.first_day.in_tz("Asia/Almaty").unwrap().timestamp());
            }
            day = day.tomorrow().unwrap();
        }
    }
}
