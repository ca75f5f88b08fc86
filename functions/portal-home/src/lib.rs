//! The home page: where the campaign stands, and the ways in. It is the same for everybody, so
//! it is cacheable and sets no cookie.

use domain::directory::{Campaign, Phase};
use domain::{Locale, Service, Timestamp};
use http::header;
use maud::{Markup, html};
use store::Store;
use text::{common, home};
use views::{LanguageSwitch, Tile, Tone};
use web::{Address, Method, Reply, Site, Trouble, Visit};

/// How long a copy of the page may be shown.
const FRESH_SECONDS: i64 = 60;

/// The function.
#[derive(Clone, Debug)]
pub struct Home {
    /// The campaign
    pub store: Store,
}

/// Serves until the runtime ends.
///
/// # Errors
/// A missing variable of the environment, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Home { store }).await
}

impl web::Function for Home {
    /// Answers a visit.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match (visit.method, &visit.address) {
            (Method::Get, Address::Root) => {
                let reply = Reply::see_other(&Address::Home(visit.locale));
                Ok(reply.header(header::VARY, "accept-language").header(header::CACHE_CONTROL, "public, max-age=60"))
            }
            (Method::Get, Address::Home(_)) => self.show(&visit).await,
            (Method::Get, _) => Err(Trouble::NotFound),
            (Method::Post, _) => Err(Trouble::Method),
        }
    }
}

impl Home {
    async fn show(&self, visit: &Visit) -> Result<Reply, Trouble> {
        let l = visit.locale;
        let campaign = self.store.campaign(Service::FirstGrade).await?;
        let standing = Standing::of(campaign.as_ref(), &visit.site, l, visit.now);
        let other = visit.address.other_language().to_string();
        let page = views::page(&visit.shell(home::TITLE.get(l), LanguageSwitch::Link(&other)), body(l, &standing));
        let seconds = seconds_fresh(campaign.as_ref(), visit.now);
        Ok(Reply::page(page).header(header::CACHE_CONTROL, &format!("public, max-age={seconds}")))
    }
}

/// Where the campaign stands, in words.
struct Standing {
    tag: (Tone, &'static str),
    note: String,
    hint: &'static str,
}

impl Standing {
    fn of(campaign: Option<&Campaign>, site: &Site, locale: Locale, now: Timestamp) -> Self {
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
                let note = home::UPCOMING_SINCE.fill(locale, &[("date", &opens_on), ("time", &opens_at)]);
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
        Self { tag: (tone, tag.get(locale)), note, hint: hint.get(locale) }
    }
}

fn body(l: Locale, standing: &Standing) -> Markup {
    let first_grade = Address::Start(l, Service::FirstGrade).to_string();
    let applications = Address::Applications(l).to_string();
    let status = Address::Status(l).to_string();
    let queue = Address::Queue(l).to_string();
    html! {
        h1 { (home::TITLE.get(l)) }
        (views::lead(home::LEAD.get(l)))
        (views::tiles(&[
            Tile {
                href: &first_grade,
                title: home::FIRST_GRADE.get(l),
                text: standing.hint,
                tag: Some(standing.tag),
                note: Some(&standing.note),
            },
            Tile {
                href: &applications,
                title: common::MY_APPLICATIONS.get(l),
                text: home::MY_APPLICATIONS_HINT.get(l),
                tag: None,
                note: None,
            },
            Tile {
                href: &status,
                title: text::status::TITLE.get(l),
                text: home::STATUS_HINT.get(l),
                tag: None,
                note: None,
            },
            Tile { href: &queue, title: text::queue::NAME.get(l), text: text::queue::HINT.get(l), tag: None, note: None },
        ]))
    }
}

fn last_instant(campaign: &Campaign) -> Timestamp {
    Timestamp::from_second(campaign.closes.as_second() - 1).unwrap_or(campaign.closes)
}

/// A copy of the page must not outlive the opening or the closing minute.
fn seconds_fresh(campaign: Option<&Campaign>, now: Timestamp) -> i64 {
    let turns = campaign.map(|campaign| [campaign.opens, campaign.closes]).into_iter().flatten();
    turns
        .map(|turn| turn.as_second() - now.as_second())
        .filter(|left| *left > 0)
        .min()
        .map_or(FRESH_SECONDS, |left| left.min(FRESH_SECONDS))
}

#[cfg(test)]
mod tests {
    use domain::directory::{Bilingual, CampaignId};
    use web::City;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn campaign() -> Campaign {
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
            demo: true,
        }
    }

    fn site() -> Site {
        Site {
            origin: "http://localhost:8080".to_owned(),
            secure_cookies: false,
            demo: true,
            city: City {
                name: Bilingual::new("Караганда", "Қарағанды"),
                time_zone: jiff::tz::TimeZone::get("Asia/Almaty").unwrap(),
            },
            bucket_origin: None,
            origin_secret: None,
        }
    }

    #[test]
    fn the_page_says_where_the_campaign_stands_in_the_citys_time() {
        let (campaign, site) = (campaign(), site());
        let note = |locale, now: &str| Standing::of(Some(&campaign), &site, locale, at(now)).note;
        assert_eq!(note(Locale::Ru, "2026-03-31T00:00:00Z"), "Приём заявлений начнётся 01.04.2026 в 09:00.");
        assert_eq!(note(Locale::Kk, "2026-08-31T18:59:59Z"), "Өтініштер қабылданып жатыр. Соңғы күні: 31.08.2026.");
        assert_eq!(note(Locale::Ru, "2026-08-31T19:00:00Z"), "Приём заявлений закончился 31.08.2026.");
        assert_eq!(
            Standing::of(None, &site, Locale::Ru, at("2026-01-01T00:00:00Z")).note,
            "Срок приёма ещё не объявлен."
        );
    }

    #[test]
    fn only_what_works_is_reachable() {
        let page = body(Locale::Kk, &Standing::of(None, &site(), Locale::Kk, at("2026-01-01T00:00:00Z"))).into_string();
        let links: Vec<&str> = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(links, ["/kk/first-grade", "/kk/applications", "/kk/status", "/kk/queue"]);
    }

    #[test]
    fn a_copy_of_the_page_does_not_outlive_the_opening_minute() {
        let campaign = campaign();
        assert_eq!(seconds_fresh(Some(&campaign), at("2026-04-01T03:59:50Z")), 10);
        assert_eq!(seconds_fresh(Some(&campaign), at("2026-04-01T04:00:00Z")), 60);
        assert_eq!(seconds_fresh(None, at("2026-04-01T04:00:00Z")), 60);
    }
}
