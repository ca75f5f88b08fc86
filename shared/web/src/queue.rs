//! The queue in words: what a place has to give, why it gives nothing now, how a ticket stands.

use domain::camp::Section;
use domain::directory::{CampaignId, School};
use domain::places::{Numbers, Obstacle, Terms, published};
use domain::{Application, Language, Locale, Place};
use maud::{Markup, html};
use store::directory::Schools;
use store::standings::{Queue, Status};
use store::{Store, StoreError};
use text::camp;
use text::queue as t;
use text::review::language;
use views::Seats;

use crate::address::Address;
use crate::following;

/// Queues by their places, as [`store::Store::queues`] reads them.
pub type Queues = std::collections::BTreeMap<Place, Queue>;

/// The queues in which an application waits. One wait; none where it waits for nothing.
///
/// # Errors
/// [`StoreError`].
pub async fn of(store: &Store, application: &Application) -> Result<Queues, StoreError> {
    match application.awaits().as_slice() {
        [] => Ok(Queues::new()),
        awaits => store.queues(&application.campaign, awaits).await,
    }
}

/// What a place has to give to outsiders, and how many wait, in a few words.
pub fn short(locale: Locale, numbers: &Numbers) -> String {
    let free = match numbers.free() {
        0 => t::NO_FREE.get(locale).to_owned(),
        free => t::FREE_OF.fill(locale, &[("free", &free.to_string()), ("quota", &numbers.quota().to_string())]),
    };
    match numbers.waiting {
        0 => free,
        waiting => format!("{free}, {}", t::WAIT_COUNT.fill(locale, &[("n", &waiting.to_string())])),
    }
}

/// Seats, free outside places, who waits, in a line.
pub fn said(locale: Locale, numbers: &Numbers) -> String {
    if !has_terms(numbers) {
        return t::NO_TERMS.get(locale).to_owned();
    }
    let seats = t::seats(locale, numbers.terms.capacity.into());
    format!("{seats}, {}", short(locale, numbers))
}

/// The bar of a place.
pub fn bar(locale: Locale, numbers: &Numbers) -> Markup {
    let seats = Seats {
        residents: numbers.here(),
        granted: numbers.granted,
        free: numbers.free(),
        capacity: numbers.terms.capacity.into(),
    };
    let words = [numbers.seated(), seats.capacity, seats.free].map(|number| number.to_string());
    let [seated, capacity, free] = words.each_ref().map(String::as_str);
    let said = t::BAR.fill(locale, &[("seated", seated), ("capacity", capacity), ("free", free)]);
    views::seats_bar(&seats, &said)
}

/// What the parts of the bars mean.
pub fn legend(locale: Locale) -> Markup {
    let names = [t::RESIDENTS, t::GRANTED, t::FREE, t::KEPT].map(|name| name.get(locale));
    views::seats_legend(t::LEGEND.get(locale), &names)
}

/// The languages of a school that have something to show.
pub fn languages<'a, T>(
    school: &'a School,
    find: impl Fn(&Place) -> Option<T> + 'a,
) -> impl Iterator<Item = (Language, T)> + 'a {
    Language::ALL
        .into_iter()
        .filter_map(move |language| Some((language, find(&Place::new(school.id.clone(), language))?)))
}

/// The language of instruction, in words.
pub fn named(locale: Locale, of: Language) -> &'static str {
    language(of).get(locale)
}

/// Whether anybody recorded how many seats there are.
pub fn has_terms(numbers: &Numbers) -> bool {
    numbers.terms != Terms::NONE
}

/// Why a place in a camp has nothing to give now, or that it has.
pub fn why_in_camp(locale: Locale, numbers: &Numbers) -> String {
    match numbers.obstacle() {
        _ if numbers.priority => {
            let given = numbers.terms.priority_until.tomorrow().unwrap_or(numbers.terms.priority_until);
            camp::WHY_BEFORE.fill(locale, &[("date", &text::date(given))])
        }
        None => camp::WHY_OPEN.get(locale).to_owned(),
        Some(_) => camp::WHY_FULL.get(locale).to_owned(),
    }
}

/// Why a place of a school has nothing to give now, or that it has.
pub fn why(locale: Locale, numbers: &Numbers) -> String {
    let terms = &numbers.terms;
    match numbers.obstacle() {
        None => t::WHY_OPEN.get(locale).to_owned(),
        Some(Obstacle::Ratio { outside, residents }) => t::WHY_RATIO.fill(
            locale,
            &[
                ("ratio", &terms.ratio.max(1).to_string()),
                ("outside", &outside.to_string()),
                ("residents", &residents.to_string()),
                ("now", &numbers.residents.to_string()),
            ],
        ),
        Some(Obstacle::Full) if !has_terms(numbers) => t::NO_TERMS.get(locale).to_owned(),
        Some(Obstacle::Full) if left(numbers) > 0 => {
            t::WHY_KEPT.fill(locale, &[("date", &text::date(terms.priority_until))])
        }
        Some(Obstacle::Full) => t::WHY_FULL.get(locale).to_owned(),
    }
}

/// Until when residents come first, and what is left for everybody then; none of a place without terms.
pub fn priority(locale: Locale, numbers: &Numbers) -> Option<String> {
    let (day, left) = (text::date(numbers.terms.priority_until), left(numbers).to_string());
    has_terms(numbers).then(|| match numbers.priority {
        true => t::PRIORITY.fill(locale, &[("date", &day), ("n", &left)]),
        false => t::PRIORITY_OVER.fill(locale, &[("date", &day)]),
    })
}

/// Seats in which nobody sits.
pub fn left(numbers: &Numbers) -> u32 {
    u32::from(numbers.terms.capacity).saturating_sub(numbers.seated())
}

/// How a ticket stands towards a place.
pub fn status(locale: Locale, status: Status) -> String {
    let phrase = match status {
        Status::Resident => t::IS_RESIDENT,
        Status::Outside => t::IS_OUTSIDE,
        Status::Enrolled => t::IS_ENROLLED,
        Status::Waits(position) => return t::IS_WAITING.fill(locale, &[("n", &position.to_string())]),
        Status::Elsewhere => t::IS_ELSEWHERE,
        Status::Left => t::IS_LEFT,
    };
    phrase.get(locale).to_owned()
}

/// What is told of what an application waits for, as a page shows it: the position, and why nothing is given, or that
/// the ledger has not taken the ticket yet, or that the campaign is over; with the way to the whole queue of each
/// school or shift.
pub fn awaited_rows(
    locale: Locale,
    application: &Application,
    queues: &Queues,
    over: bool,
    schools: &Schools,
) -> Markup {
    let awaits = application.awaits();
    // To a family both sections of a shift are one thing that it waits for.
    let together = awaits.chunk_by(|one, next| one.section.is_some() && one.school == next.school);
    html! {
        @for places in together {
            @if let Some(place) = places.first() {
                @let name = awaited_name(locale, place, schools);
                @let of = match place.section {
                    Some(_) => Address::CampShift(locale, place.school.clone()),
                    None => Address::QueueOf(locale, place.school.clone()),
                };
                p {
                    @if over { (t::AWAITED_OVER.fill(locale, &[("place", &name)])) }
                    @else { (awaited(locale, application, queues, places, &name)) }
                    " "
                    a href={ (of) "?number=" (application.number) } {
                        (t::SEE_QUEUE.get(locale)) span.vh { ": " (name) }
                    }
                }
            }
        }
    }
}

/// What is waited for in words: a school in a language, or a shift whichever its places.
pub fn awaited_name(locale: Locale, place: &Place, schools: &Schools) -> String {
    match (place.section, schools.shift(&place.school)) {
        (Some(_), Some(shift)) => following::shift_in(&camp::SHIFT_SAID, shift, locale, &[]),
        _ => following::place(place, schools, locale),
    }
}

/// How the ticket stands in line for a place, or for both sections of a shift, called so.
fn awaited(locale: Locale, application: &Application, queues: &Queues, places: &[Place], name: &str) -> String {
    let waiting = |place: &Place| {
        let queue = queues.get(place)?;
        match queue.find(application.number)?.status {
            Status::Waits(position) => Some((place.section, position, queue.numbers.clone())),
            // It waits no more: what was decided is carried over to the application in a moment.
            Status::Resident | Status::Outside | Status::Enrolled | Status::Elsewhere | Status::Left => None,
        }
    };
    let lines: Vec<_> = places.iter().filter_map(waiting).collect();
    // Where there are no places at all, nobody need wait for them.
    let worth = |(_, _, numbers): &&(Option<Section>, u32, Numbers)| lines.len() == 1 || numbers.terms.capacity > 0;
    let said = lines.iter().filter(worth).map(|(section, position, numbers)| {
        let position = status(locale, Status::Waits(*position));
        match section {
            None => (position, why(locale, numbers)),
            Some(section) => {
                let words = [("section", camp::section(*section).get(locale)), ("position", &*position)];
                (camp::IN_LINE.fill(locale, &words), why_in_camp(locale, numbers))
            }
        }
    });
    let (positions, whys): (Vec<String>, Vec<String>) = said.unzip();
    match whys.last() {
        Some(why) => t::AWAITED.fill(locale, &[("place", name), ("position", &positions.join("; ")), ("why", why)]),
        None => t::AWAITED_SOON.fill(locale, &[("place", name)]),
    }
}

/// The folder of a campaign's published ledger, where it is published.
pub fn ledger_folder(origin: Option<&str>, campaign: &CampaignId) -> Option<String> {
    origin.map(|origin| published::folder(origin, campaign))
}

/// The files of a published ledger, each with its first and last line; `lines` are published.
pub fn ledger_files(folder: &str, lines: u64) -> Vec<(String, u64, u64)> {
    let file = |file: u64| {
        let last = published::first_of(file + 1) - 1;
        (format!("{folder}{}", published::name(file)), published::first_of(file), last.min(lines))
    };
    (1..=lines.div_ceil(published::LINES)).map(file).collect()
}

#[cfg(test)]
mod tests {
    use domain::directory::CampaignId;
    use jiff::civil::date;

    use super::*;

    fn numbers(capacity: u16, priority: bool, (residents, granted, waiting): (u32, u32, u32)) -> Numbers {
        let terms = Terms { capacity, forecast: 20, ratio: 3, priority_until: date(2027, 5, 31) };
        Numbers { terms, priority, residents, away: 0, granted, waiting }
    }

    #[test]
    fn what_a_place_gives_is_said_in_a_few_words() {
        let said = |numbers| short(Locale::Ru, &numbers);
        assert_eq!(said(numbers(30, true, (18, 4, 0))), "по квоте свободно 2 из 6");
        assert_eq!(said(numbers(30, true, (12, 4, 14))), "мест по квоте пока нет, ждут: 14");
        assert_eq!(
            short(Locale::Kk, &numbers(30, true, (18, 4, 14))),
            "квота бойынша 6 орынның бос тұрғаны: 2, күтеді: 14"
        );
    }

    #[test]
    fn why_nothing_is_given_is_said_by_the_rule() {
        let said = |numbers| why(Locale::Ru, &numbers);
        assert_eq!(
            said(numbers(30, true, (11, 3, 1))),
            "3 к одному: 4-е место по квоте откроется с 12-м заявлением жителя территории, сейчас их 11"
        );
        assert_eq!(
            why(Locale::Kk, &numbers(30, true, (11, 3, 1))),
            "3 тұрғынға бір орын: квота бойынша 4-орын аумақ тұрғындарының 12-өтінішімен ашылады, қазір 11 өтініш бар"
        );
        assert_eq!(
            said(numbers(23, true, (15, 3, 1))),
            "Остальные места оставлены детям своей территории до 31.05.2027"
        );
        assert_eq!(said(numbers(23, false, (20, 3, 1))), "Все места заняты");
        assert_eq!(said(numbers(30, true, (12, 3, 0))), "Место по квоте получит следующее заявление");
        let none = Numbers { terms: Terms::NONE, ..numbers(0, false, (0, 0, 1)) };
        assert_eq!(said(none.clone()), "Места ещё не объявлены");
        assert_eq!(priority(Locale::Ru, &none), None);
        assert_eq!(super::said(Locale::Ru, &none), t::NO_TERMS.get(Locale::Ru));
    }

    #[test]
    fn until_when_residents_come_first_is_said_with_what_is_left_then() {
        let before = priority(Locale::Ru, &numbers(30, true, (11, 3, 1))).unwrap();
        assert!(before.starts_with("До 31.05.2027 включительно") && before.ends_with("мест — 16."), "{before}");
        let after = priority(Locale::Kk, &numbers(30, false, (11, 3, 1))).unwrap();
        assert!(after.contains("31.05.2027") && !after.contains('{'), "{after}");
    }

    #[test]
    fn a_ledger_is_published_in_files_of_a_thousand_lines() {
        let campaign = CampaignId::parse("first-grade-2027").unwrap();
        let folder = ledger_folder(Some("https://bucket.example/"), &campaign).unwrap();
        assert_eq!(folder, "https://bucket.example/ledger/first-grade-2027/");
        let files = ledger_files(&folder, 1001);
        assert_eq!(files[0], (format!("{folder}00001.jsonl"), 1, 1000));
        assert_eq!(files[1], (format!("{folder}00002.jsonl"), 1001, 1001));
        assert_eq!(ledger_files(&folder, 1000).len(), 1);
        assert!(ledger_files(&folder, 0).is_empty() && ledger_folder(None, &campaign).is_none());
    }
}
