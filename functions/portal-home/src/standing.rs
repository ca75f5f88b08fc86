//! Where the campaign stands, in words.

use domain::directory::{Campaign, Phase};
use domain::{Locale, Timestamp};
use text::home;
use views::Tone;
use web::Site;

/// A tag, what more there is to say, and what the service is for at this time.
pub struct Standing {
    pub tag: (Tone, &'static str),
    pub note: String,
    pub hint: &'static str,
}

impl Standing {
    /// `sent` is how many applications were sent so far, where that is counted.
    pub fn of(campaign: Option<&Campaign>, sent: Option<u64>, site: &Site, locale: Locale, now: Timestamp) -> Self {
        let Some(campaign) = campaign else {
            let tag = (Tone::Neutral, home::UPCOMING.get(locale));
            return Self {
                tag,
                note: home::NO_CAMPAIGN.get(locale).to_owned(),
                hint: home::FIRST_GRADE_HINT.get(locale),
            };
        };
        let opens = site.local(campaign.opens);
        // `closes` is the first instant that is too late.
        let last = site.local(last_instant(campaign));
        let (opens_on, opens_at, last_day) =
            (text::date(opens.date()), text::time(opens.time()), text::date(last.date()));
        let (tone, tag, note, hint) = match campaign.phase(now) {
            Phase::Before => {
                let days = site.local(now).date().until(opens.date()).map_or(0, |left| left.get_days());
                let left = home::left(locale, days.try_into().unwrap_or_default());
                let words = [("date", &*opens_on), ("time", &*opens_at), ("left", &*left)];
                let note = home::UPCOMING_SINCE.fill(locale, &words);
                (Tone::Attention, home::UPCOMING, note, home::UPCOMING_PREPARE)
            }
            Phase::Open => {
                (Tone::Good, home::OPEN, home::OPEN_UNTIL.fill(locale, &[("date", &last_day)]), home::FIRST_GRADE_HINT)
            }
            Phase::Closed => (
                Tone::Neutral,
                home::CLOSED,
                home::CLOSED_SINCE.fill(locale, &[("date", &last_day)]),
                home::CLOSED_HINT,
            ),
        };
        let note = match sent {
            Some(sent) => format!("{note} {}", home::SENT.fill(locale, &[("n", &text::grouped(sent))])),
            None => note,
        };
        Self { tag: (tone, tag.get(locale)), note, hint: hint.get(locale) }
    }
}

fn last_instant(campaign: &Campaign) -> Timestamp {
    Timestamp::from_second(campaign.closes.as_second() - 1).unwrap_or(campaign.closes)
}

#[cfg(test)]
pub mod tests {
    use domain::Service;
    use domain::directory::CampaignId;

    use super::*;

    pub fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    pub fn campaign() -> Campaign {
        Campaign {
            id: CampaignId::parse("first-grade-2026").unwrap(),
            service: Service::FirstGrade,
            // 1 April 09:00 and the end of 31 August in Almaty.
            opens: at("2026-04-01T04:00:00Z"),
            closes: at("2026-08-31T19:00:00Z"),
            school_year: 2026,
            first_day: domain::Date::constant(2026, 9, 1),
            keep_days: 365,
            holidays: Vec::new(),
            breaks: Vec::new(),
            news: None,
            demo: true,
        }
    }

    #[test]
    fn the_page_says_where_the_campaign_stands_in_the_citys_time() {
        let (campaign, site) = (campaign(), testkit::site("http://localhost"));
        let note = |locale, now: &str, sent| {
            Standing::of(Some(&campaign), sent, &site, locale, at(now)).note.replace('\u{a0}', " ")
        };
        for (now, left) in [
            // Midnight in Almaty is 19:00 of the day before.
            ("2026-03-20T18:59:59Z", "через 12 дней"),
            ("2026-03-20T19:00:00Z", "через 11 дней"),
            ("2026-03-30T19:00:00Z", "завтра"),
            ("2026-03-31T19:00:00Z", "сегодня"),
        ] {
            assert_eq!(note(Locale::Ru, now, None), format!("Приём заявлений начнётся 01.04.2026 в 09:00, {left}."));
        }
        assert_eq!(
            note(Locale::Kk, "2026-08-31T18:59:59Z", Some(3214)),
            "Өтініштер қабылданып жатыр. Соңғы күні: 31.08.2026. Жіберілген өтініштер саны: 3 214."
        );
        assert_eq!(
            note(Locale::Ru, "2026-08-31T19:00:00Z", Some(0)),
            "Приём заявлений закончился 31.08.2026. Отправлено заявлений: 0."
        );
        assert_eq!(
            Standing::of(None, None, &site, Locale::Ru, at("2026-01-01T00:00:00Z")).note,
            "Срок приёма ещё не объявлен."
        );
    }
}
