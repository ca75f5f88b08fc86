//! A campaign that is before, open or closed on the day it is asked for.

use domain::directory::rows::{CampaignRow, HolidayRow};
use domain::directory::{Break, CampaignId};
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

/// The campaigns of all services on `today`, grade 1 first.
pub fn campaigns(standing: Standing, today: Date) -> Result<Vec<CampaignRow>, DemoError> {
    Ok(vec![
        campaign(standing, today)?,
        transfer(standing, today)?,
        meals(standing, today)?,
        all_year(Service::Camp, standing, today)?,
    ])
}

/// Free meals of the school year that lasts on `today`. It opens before grade 1 and closes after it.
fn meals(standing: Standing, today: Date) -> Result<CampaignRow, DemoError> {
    all_year(Service::Meals, standing, today)
}

/// Transfers of the same school year, with its holidays.
fn transfer(standing: Standing, today: Date) -> Result<CampaignRow, DemoError> {
    let row = all_year(Service::Transfer, standing, today)?;
    let year = row.school_year;
    let days = |first: Date, last: Date| Break { first, last };
    let breaks = vec![
        days(date(year, 10, 26), date(year, 11, 1)),
        days(date(year, 12, 29), date(year + 1, 1, 7)),
        days(date(year + 1, 3, 19), date(year + 1, 3, 28)),
        days(date(year + 1, 5, 26), date(year + 1, 8, 31)),
    ];
    Ok(CampaignRow { breaks, ..row })
}

/// A service of the school year that lasts on `today`, or of the next one while there is no school.
fn all_year(service: Service, standing: Standing, today: Date) -> Result<CampaignRow, DemoError> {
    let first_grade = campaign(standing, today)?;
    let year = if today.month() < 6 { today.year() - 1 } else { today.year() };
    let month = Span::new().try_months(1)?;
    let city = TimeZone::get("Asia/Almaty")?;
    let moved = |at: Timestamp, later: bool| -> Result<Timestamp, DemoError> {
        let at = at.to_zoned_datetime(city.clone());
        Ok(if later { at.checked_add(month)? } else { at.checked_sub(month)? }.timestamp())
    };
    // Each stands as grade 1 does, whatever day of the month it is.
    let (opens, closes) = match standing {
        Standing::Before => (moved(first_grade.opens, true)?, moved(first_grade.closes, true)?),
        Standing::Open => (moved(first_grade.opens, false)?, moved(first_grade.closes, true)?),
        Standing::Closed => (moved(first_grade.opens, false)?, moved(first_grade.closes, false)?),
    };
    Ok(CampaignRow {
        id: CampaignId::parse(&format!("{}-{year}-demo", service.code()))?,
        service,
        opens,
        closes,
        school_year: year,
        first_day: date(year, 9, 1),
        news_ru: String::new(),
        news_kk: String::new(),
        ..first_grade
    })
}

/// The campaign of grade 1 on `today`.
fn campaign(standing: Standing, today: Date) -> Result<CampaignRow, DemoError> {
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
        breaks: Vec::new(),
        news_kk: "Қаланың барлық мектебінде ашық есік күні: сенбі сайын сағат 10:00-ден 13:00-ге дейін".to_owned(),
    })
}

/// Holidays of the demo city in the years of all campaigns: those that fall on the same date each year.
pub fn holidays(campaigns: &[CampaignRow]) -> Vec<HolidayRow> {
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
    let of = |campaign: &CampaignRow| {
        let year = |at: Timestamp| at.to_zoned_datetime(TimeZone::UTC).date().year();
        [year(campaign.opens), year(campaign.closes), campaign.first_day.year()]
    };
    let years: Vec<i16> = campaigns.iter().flat_map(of).collect();
    let (first, last) = (years.iter().min().copied(), years.iter().max().copied());
    let years = first.unwrap_or_default()..=last.unwrap_or_default();
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
                let rows = campaigns(standing, day).unwrap();
                let holidays = holidays(&rows);
                for row in rows {
                    let campaign = row.with(&holidays);
                    assert!(campaign.holidays.len() >= 14);
                    for hour in [0, 9, 23] {
                        let now = day.at(hour, 30, 0, 0).in_tz("Asia/Almaty").unwrap().timestamp();
                        assert_eq!(campaign.phase(now), phase, "{:?} {standing:?} on {day}", campaign.service);
                    }
                    let begins = campaign.first_day.in_tz("Asia/Almaty").unwrap().timestamp();
                    assert!(campaign.service != Service::FirstGrade || campaign.closes <= begins);
                }
            }
            day = day.tomorrow().unwrap();
        }
    }
}
