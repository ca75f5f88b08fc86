//! The made-up camps and their shifts, in the last months of the camps' campaign.

use domain::Language;
use domain::camp::CampKind;
use domain::directory::SchoolId;
use domain::directory::rows::{CampaignRow, ShiftRow};
use jiff::{Span, tz::TimeZone};

use crate::DemoError;

/// A camp: its id, names, kind, venue, language, ages, places for the categories and for everybody.
struct Camp {
    id: &'static str,
    ru: &'static str,
    kk: &'static str,
    kind: CampKind,
    venue: [&'static str; 2],
    language: Language,
    ages: [u8; 2],
    places: [u16; 2],
}

/// The first takes the youngest, so that every demo family has a shift; the last has a single place.
const CAMPS: [Camp; 4] = [
    Camp {
        id: "sunny",
        ru: "Солнышко",
        kk: "Күншуақ",
        kind: CampKind::Day,
        venue: ["в центре города", "қала орталығында"],
        language: Language::Russian,
        ages: [4, 11],
        places: [30, 60],
    },
    Camp {
        id: "dostyk",
        ru: "Достык",
        kk: "Достық",
        kind: CampKind::Day,
        venue: ["на юго-востоке", "оңтүстік-шығыста"],
        language: Language::Kazakh,
        ages: [4, 11],
        places: [30, 60],
    },
    Camp {
        id: "lake",
        ru: "Озёрный",
        kk: "Көл жағасы",
        kind: CampKind::Country,
        venue: ["у озера, 60 км от города", "көл жағасында, қаладан 60 км"],
        language: Language::Kazakh,
        ages: [8, 15],
        places: [20, 80],
    },
    Camp {
        id: "mountain",
        ru: "Горный",
        kk: "Таулы",
        kind: CampKind::Country,
        venue: ["в горах, 220 км от города", "тауда, қаладан 220 км"],
        language: Language::Russian,
        ages: [4, 17],
        places: [0, 1],
    },
];

/// Two shifts of each camp. The places of the first are given in the campaign's second week, those of the second
/// two weeks before it begins.
pub fn shifts(campaign: &CampaignRow) -> Result<Vec<ShiftRow>, DemoError> {
    let city = TimeZone::get("Asia/Almaty")?;
    let closes = campaign.closes.to_zoned_datetime(city.clone()).date();
    let opens = campaign.opens.to_zoned_datetime(city).date();
    let mut rows = Vec::new();
    for camp in CAMPS {
        for (number, months) in [(1, 3), (2, 2)] {
            let first = closes.checked_sub(Span::new().try_months(months)?)?.checked_add(Span::new().try_days(9)?)?;
            let given = match number {
                1 => opens.checked_add(Span::new().try_days(7)?)?,
                _ => first.checked_sub(Span::new().try_days(14)?)?,
            };
            rows.push(ShiftRow {
                id: SchoolId::parse(&format!("{}-{number}", camp.id))?,
                camp_ru: format!("Лагерь «{}»", camp.ru),
                camp_kk: format!("«{}» лагері", camp.kk),
                name_ru: format!("{number}-я смена"),
                name_kk: format!("{number}-ауысым"),
                kind: camp.kind,
                venue_ru: camp.venue[0].to_owned(),
                venue_kk: camp.venue[1].to_owned(),
                language: camp.language,
                first,
                last: first.checked_add(Span::new().try_days(17)?)?,
                youngest: camp.ages[0],
                oldest: camp.ages[1],
                given,
                social: camp.places[0],
                general: camp.places[1],
            });
        }
    }
    Ok(rows)
}
