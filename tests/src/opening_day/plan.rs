//! Who comes when, wants what, and what happens to them: made up before the day begins.

use domain::directory::rows::PlaceRow;
use domain::{Date, Place, Timestamp};

use super::Day;
use super::chance::Chance;
use crate::Result;
use crate::fresh::City;
use crate::ready::Wish;

/// The first minutes, in which a fifth of all come.
pub(crate) const RUSH: usize = 5;
/// Out of a hundred.
const IN_THE_RUSH: u32 = 20;

/// How a family sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Once
    Calm,
    /// Once, and every wait is counted
    Watched,
    /// From two tabs at the same moment
    TwoTabs,
    /// The reply to the sending is lost, and the SDK asks again
    ReplyLostOnce,
    /// Every reply is lost: the page says that it did not work, though it did
    ReplyLost,
    /// Another transaction is in the way
    Crossed,
}

/// Somebody else who sends for the same child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rival {
    /// The other parent, whom the register links to the child too: the child has its application already
    Parent,
    /// Somebody whom the register does not know
    Relative,
}

/// What happens to an application later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// The parent takes it back
    Withdrawn,
    /// The parent takes it back and sends another one with other choices
    SentAnew,
    /// The parent stays with the place that is held
    Stays,
    /// The department refuses to register it
    Refused,
    /// The department registers it, and the school that holds the place declines
    Declined,
    /// An officer assigns the home place that nobody had found
    Assigned,
}

/// A family's day.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) minute: usize,
    pub(crate) manner: Manner,
    pub(crate) wish: Wish,
    pub(crate) rival: Option<Rival>,
    /// What, and so many minutes later
    pub(crate) then: Option<(Then, usize)>,
}

/// The city of the day: terms of every kind, not always with seats enough.
///
/// # Errors
/// No such time.
pub(crate) fn city(day: &Day, chance: &mut Chance, opens: Timestamp, today: Date) -> Result<City> {
    let schools = (day.families / 50).clamp(4, 79);
    let mut city = City::open(u16::try_from(schools)?, opens)?;
    city.campaign.opens = opens;
    let residents = day.families as usize / city.places.len();
    let (yesterday, may) = (today.yesterday()?, Date::new(today.year(), 5, 31)?);
    for terms in &mut city.places {
        let capacity = residents * chance.within(85, 140) / 100;
        terms.capacity = u16::try_from(capacity.max(2))?;
        terms.forecast = u16::try_from(residents * chance.within(40, 100) / 100)?;
        terms.ratio = if chance.percent(20) { 2 } else { 3 };
        // For a quarter residents no longer come first; for another one only on this day.
        terms.priority_until = match chance.below(4) {
            0 => yesterday,
            1 => today,
            _ => may,
        };
    }
    Ok(city)
}

/// The terms after the change in the middle of the day: more seats where many wish to go, fewer elsewhere,
/// another ratio, another forecast.
pub(crate) fn changed(places: &[PlaceRow], chance: &mut Chance) -> Vec<PlaceRow> {
    let mut places = places.to_vec();
    let few = places.len().div_ceil(4);
    for (at, terms) in places.iter_mut().enumerate() {
        match chance.below(6) {
            _ if at < few => terms.capacity += 2 + terms.capacity / 5,
            0 => terms.capacity /= 2,
            1 => terms.ratio = 1,
            2 => terms.forecast /= 2,
            _ => {}
        }
    }
    places
}

/// Everybody's plans.
///
/// # Errors
/// A city without places.
pub(crate) fn plans(day: &Day, chance: &mut Chance, city: &City) -> Result<Vec<Plan>> {
    let rush = day.families * IN_THE_RUSH / 100;
    let mut plans = Vec::new();
    for number in 0..day.families {
        let minute = if number < rush { chance.below(RUSH) } else { chance.within(RUSH, day.minutes) };
        let home = city.place(chance.below(city.places.len()))?;
        // The first places of the list are those that everybody speaks of.
        let popular = |chance: &mut Chance| {
            let (one, other) = (chance.below(city.places.len()), chance.below(city.places.len()));
            city.place(one.min(other) / if chance.percent(50) { 2 } else { 1 })
        };
        let mut quota: Vec<Place> = Vec::new();
        let wishes = match chance.below(5) {
            0..2 => 0,
            2..4 => 1,
            _ => 2,
        };
        for _ in 0..wishes {
            let place = popular(chance)?;
            if place != home && !quota.contains(&place) {
                quota.push(place);
            }
        }
        let found = !chance.percent(3);
        let wish = Wish { quota, ..Wish::home(&home) };
        let wish = if found { wish } else { Wish { home: None, ..wish } };
        let manner = match chance.below(100) {
            0..8 => Manner::TwoTabs,
            8..11 => Manner::ReplyLostOnce,
            11..14 => Manner::ReplyLost,
            14..17 => Manner::Crossed,
            17..22 => Manner::Watched,
            _ => Manner::Calm,
        };
        let rival = match chance.below(100) {
            0..2 => Some(Rival::Parent),
            2..4 => Some(Rival::Relative),
            _ => None,
        };
        let then = match chance.below(100) {
            _ if !found && chance.percent(70) => Some(Then::Assigned),
            0..5 => Some(Then::Withdrawn),
            5..8 => Some(Then::SentAnew),
            8..11 if !wish.quota.is_empty() => Some(Then::Stays),
            11..13 => Some(Then::Refused),
            13..16 if found => Some(Then::Declined),
            _ => None,
        };
        // Some at once, some hours later.
        let later = if chance.percent(50) { chance.within(1, 8) } else { chance.within(1, day.minutes) };
        plans.push(Plan { minute, manner, wish, rival, then: then.map(|then| (then, later)) });
    }
    chance.shuffle(&mut plans);
    Ok(plans)
}

/// Another first choice than before.
///
/// # Errors
/// A city without places.
pub(crate) fn other(wish: &Wish, chance: &mut Chance, city: &City) -> Result<Wish> {
    Ok(Wish { quota: vec![city.place(chance.below(city.places.len()))?], ..wish.clone() })
}
