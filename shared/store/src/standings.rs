//! How the places of a campaign stand, and who stands in line: written by the recalculation, read by
//! pages. It follows from the ledger and lags behind it by seconds.

use std::collections::{BTreeMap, BTreeSet};

use domain::directory::{CampaignId, PlaceTerms};
use domain::places::ledger::{Hash, Ledger};
use domain::places::{Board, Numbers, Terms};
use domain::{ApplicationNumber, Date, Place};
use futures::stream::{self, TryStreamExt as _};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::error::condition_held;
use crate::item::{self, Item, body, number, read_number};
use crate::keys::{self, Key};
use crate::packed;
use crate::{Failure as _, Store, StoreError};

/// Places that are written at once.
const AT_ONCE: usize = 8;

/// How far the ledger of a campaign is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Its lines
    pub lines: u64,
    /// The hash of the last one
    pub hash: Hash,
    /// The last line that is carried over to applications and places
    pub applied: u64,
    /// The last line that is published
    pub published: u64,
    /// The line after which a whole board is kept
    pub board: u64,
    /// Where the ledger stood at the end of its last day that is over
    pub day: Option<DayHead>,
}

/// Where the ledger stood at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayHead {
    /// The day
    pub day: Date,
    /// Its last line
    pub line: u64,
    /// The hash of that line
    pub hash: Hash,
}

/// How the places of a campaign stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standings {
    /// Each place that has terms or that a ticket names
    pub places: BTreeMap<Place, Numbers>,
    /// How far the ledger is; none before its first line
    pub head: Option<Head>,
}

/// How a place stands and who names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Its numbers
    pub numbers: Numbers,
    /// The tickets that name it, by number
    pub tickets: Vec<TicketRow>,
}

impl Standings {
    /// Adds the places that no line of the ledger has reached yet, as their terms alone have them on a day.
    #[must_use]
    pub fn with(mut self, in_force: impl IntoIterator<Item = (Place, Terms)>, day: Date) -> Self {
        for (place, terms) in in_force {
            self.places.entry(place).or_insert_with(|| Numbers::untouched(terms, day));
        }
        self
    }
}

impl Queue {
    /// The queue of a place that no line of the ledger has reached yet.
    #[must_use]
    pub fn untouched(terms: Terms, day: Date) -> Self {
        Self { numbers: Numbers::untouched(terms, day), tickets: Vec::new() }
    }

    /// A ticket that names the place.
    pub fn find(&self, number: ApplicationNumber) -> Option<&TicketRow> {
        let at = self.tickets.binary_search_by_key(&number, |row| row.number).ok()?;
        self.tickets.get(at)
    }
}

/// A ticket as anybody may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRow {
    /// The application's number
    #[serde(rename = "n")]
    pub number: ApplicationNumber,
    /// When it was accepted, to the minute, by the clock of the city
    #[serde(rename = "t")]
    pub sent: Option<DateTime>,
    /// How it stands towards the place
    #[serde(rename = "s")]
    pub status: Status,
}

/// How a ticket stands towards a place that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It sits here, at home
    Resident,
    /// It sits here, outside its home
    Outside,
    /// It is enrolled here
    Enrolled,
    /// It waits for this place at this position, 1 for the first
    Waits(u32),
    /// It sits elsewhere and does not wait
    Elsewhere,
    /// It is no longer live
    Left,
}

/// What a place's item says.
#[derive(Serialize, Deserialize)]
pub(crate) struct Standing {
    #[serde(flatten)]
    pub(crate) place: Place,
    pub(crate) numbers: Numbers,
}

impl Head {
    pub(crate) fn of(item: &Item) -> Result<Self, StoreError> {
        let read = |name: &str| read_number(item, name).unwrap_or_default();
        let hash = item.get("hash").and_then(|hash| hash.as_s().ok()).and_then(|hash| Hash::parse(hash));
        let corrupt = |why: &str| StoreError::Corrupt { key: Key::of(item).to_string(), why: why.to_owned() };
        let day = item.get("day").cloned().map(serde_dynamo::from_attribute_value::<_, Option<DayHead>>).transpose();
        Ok(Self {
            lines: read_number(item, "lines").ok_or_else(|| corrupt("no lines"))?,
            hash: hash.ok_or_else(|| corrupt("no hash"))?,
            applied: read("applied"),
            published: read("published"),
            board: read("board"),
            // Before the end of the first day it is null.
            day: day.map_err(|error| corrupt(&error.to_string()))?.flatten(),
        })
    }
}

/// Adds the places that no line of the ledger has reached yet, as their terms alone have them on that day.
fn untouched<'a>(
    numbers: &mut BTreeMap<Place, Numbers>,
    in_force: impl IntoIterator<Item = &'a PlaceTerms>,
    day: Date,
) {
    for terms in in_force {
        let place = Place::new(terms.school.clone(), terms.language);
        numbers.entry(place).or_insert_with(|| Numbers::untouched(terms.into(), day));
    }
}

/// Places with their tickets.
fn joined(numbers: BTreeMap<Place, Numbers>, mut tickets: BTreeMap<Place, Vec<TicketRow>>) -> BTreeMap<Place, Queue> {
    let queue = |(place, numbers)| {
        let tickets = tickets.remove(&place).unwrap_or_default();
        (place, Queue { numbers, tickets })
    };
    numbers.into_iter().map(queue).collect()
}

impl Store {
    /// How far the ledger of a campaign is; none before its first line. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ledger_head(&self, campaign: &CampaignId) -> Result<Option<Head>, StoreError> {
        let found = self.read_item(&self.tables.places, &keys::ledger_head(campaign)).await?;
        found.as_ref().map(Head::of).transpose()
    }

    /// How all places of a campaign stand. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn standings(&self, campaign: &CampaignId) -> Result<Standings, StoreError> {
        let partition = keys::standings(campaign);
        let (items, head) =
            futures::try_join!(self.partition(&self.tables.places, &partition), self.ledger_head(campaign))?;
        let place = |item: &Item| {
            let Standing { place, numbers } = body(item)?;
            Ok((place, numbers))
        };
        Ok(Standings { places: items.iter().map(place).collect::<Result<_, StoreError>>()?, head })
    }

    /// The same; a place that no line of the ledger has reached yet stands as its terms alone have it on that
    /// day. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn standings_on(&self, campaign: &CampaignId, day: Date) -> Result<Standings, StoreError> {
        let (mut standings, in_force) = futures::try_join!(self.standings(campaign), self.terms(campaign))?;
        untouched(&mut standings.places, &in_force.terms, day);
        Ok(standings)
    }

    /// How these places stand. Places that have no terms and that no ticket names are left out. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn numbers(
        &self,
        campaign: &CampaignId,
        places: &[Place],
    ) -> Result<BTreeMap<Place, Numbers>, StoreError> {
        let standing = |place: Place| async move {
            let key = keys::standing(campaign, &place);
            let read = self.dynamo.get_item().table_name(&self.tables.places).set_key(Some(key.attributes()));
            let Some(item) = read.send().await.or_failure()?.item else { return Ok(None) };
            Ok::<_, StoreError>(Some((place, body::<Standing>(&item)?.numbers)))
        };
        let numbers = futures::future::try_join_all(places.iter().cloned().map(standing)).await?;
        Ok(numbers.into_iter().flatten().collect())
    }

    /// The same; a place that no line of the ledger has reached yet stands as its terms alone have it on that
    /// day. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn numbers_on(
        &self,
        campaign: &CampaignId,
        places: &[Place],
        day: Date,
    ) -> Result<BTreeMap<Place, Numbers>, StoreError> {
        let (mut numbers, in_force) = futures::try_join!(self.numbers(campaign, places), self.terms(campaign))?;
        untouched(&mut numbers, places.iter().filter_map(|place| in_force.of(place)), day);
        Ok(numbers)
    }

    /// How these places stand, with their tickets. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn queues(&self, campaign: &CampaignId, places: &[Place]) -> Result<BTreeMap<Place, Queue>, StoreError> {
        let (numbers, tickets) = futures::try_join!(self.numbers(campaign, places), self.tickets(campaign, places))?;
        Ok(joined(numbers, tickets))
    }

    /// The same; a place that no line of the ledger has reached yet stands as its terms alone have it on that
    /// day. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn queues_on(
        &self,
        campaign: &CampaignId,
        places: &[Place],
        day: Date,
    ) -> Result<BTreeMap<Place, Queue>, StoreError> {
        let (numbers, tickets) =
            futures::try_join!(self.numbers_on(campaign, places, day), self.tickets(campaign, places))?;
        Ok(joined(numbers, tickets))
    }

    /// The tickets that name these places, by number. Places that no ticket names are left out. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tickets(
        &self,
        campaign: &CampaignId,
        places: &[Place],
    ) -> Result<BTreeMap<Place, Vec<TicketRow>>, StoreError> {
        let read = places.iter().map(|place| async move {
            let key = keys::tickets(campaign, place);
            let read = self.dynamo.get_item().table_name(&self.tables.places).set_key(Some(key.attributes()));
            let found = read.send().await.or_failure()?.item;
            let rows = found.map(|item| packed::unpack::<Vec<TicketRow>>(&key, packed::bytes(&item)?)).transpose()?;
            Ok::<_, StoreError>(rows.map(|rows| (place.clone(), rows)))
        });
        Ok(futures::future::try_join_all(read).await?.into_iter().flatten().collect())
    }

    /// Writes how places stand by a ledger; what was written by a later one stays.
    pub(crate) async fn write_standings(
        &self,
        campaign: &CampaignId,
        ledger: &Ledger,
        touched: &BTreeSet<Place>,
    ) -> Result<(), StoreError> {
        let board = ledger.board();
        let mut tickets = tickets_of(ledger, touched);
        let writes = touched.iter().map(|place| {
            let rows = tickets.remove(place).unwrap_or_default();
            let standing = Standing { place: place.clone(), numbers: board.numbers(place) };
            let key = keys::tickets(campaign, place);
            let list = packed::item(&key, "tickets", packed::pack(&key, &rows)?);
            Ok([list, item::item(&keys::standing(campaign, place), "standing", &standing)?])
        });
        let writes: Vec<[Item; 2]> = writes.collect::<Result<_, StoreError>>()?;
        let lines = board.lines();
        stream::iter(writes.into_iter().flatten().map(Ok))
            .try_for_each_concurrent(AT_ONCE, |item| self.write_standing(item, lines))
            .await
    }

    async fn write_standing(&self, mut item: Item, line: u64) -> Result<(), StoreError> {
        item.insert("line".to_owned(), number(line));
        let put = self
            .dynamo
            .put_item()
            .table_name(&self.tables.places)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#line) OR #line <= :line")
            .expression_attribute_names("#line", "line")
            .expression_attribute_values(":line", number(line));
        condition_held(put.send().await.or_failure()).map(drop)
    }
}

/// The tickets that name some places, by number.
fn tickets_of(ledger: &Ledger, places: &BTreeSet<Place>) -> BTreeMap<Place, Vec<TicketRow>> {
    let board = ledger.board();
    let mut tickets: BTreeMap<Place, Vec<TicketRow>> = BTreeMap::new();
    let positions = positions(board, places);
    for (number, standing) in board.tickets() {
        let named: BTreeSet<&Place> = standing.home.iter().chain(&standing.choices).chain(&standing.held).collect();
        for place in named.into_iter().filter(|place| places.contains(*place)) {
            let sits = standing.held.as_ref() == Some(place);
            let status = match positions.get(place).and_then(|line| line.get(&number)) {
                Some(position) => Status::Waits(*position),
                None if standing.left => Status::Left,
                None if sits && standing.enrolled => Status::Enrolled,
                None if sits && standing.sits_outside() => Status::Outside,
                None if sits => Status::Resident,
                None => Status::Elsewhere,
            };
            let row = TicketRow { number, sent: ledger.sent(number), status };
            tickets.entry(place.clone()).or_default().push(row);
        }
    }
    tickets
}

fn positions<'a>(board: &Board, places: &'a BTreeSet<Place>) -> BTreeMap<&'a Place, BTreeMap<ApplicationNumber, u32>> {
    places.iter().map(|place| (place, board.waiting(place).zip(1..).collect())).collect()
}

#[cfg(test)]
mod tests {
    use domain::directory::SchoolId;
    use domain::places::Event;
    use domain::{Language, Ticket};
    use jiff::civil::date;

    use super::*;

    fn place(school: &str) -> Place {
        Place::new(SchoolId::parse(school).unwrap(), Language::Kazakh)
    }

    fn nr(number: u64) -> ApplicationNumber {
        ApplicationNumber::new(number).unwrap()
    }

    #[test]
    fn a_places_tickets_say_how_each_stands_towards_it() {
        let mut ledger = Ledger::default();
        let at = date(2027, 4, 1).at(9, 1, 0, 0);
        let terms = Terms { capacity: 9, forecast: 0, ratio: 2, priority_until: date(2027, 5, 31) };
        let mut write = |event: Event| ledger.write(at, event).unwrap();
        write(Event::Date(at.date()));
        write(Event::Changed { place: place("a"), terms });
        let sent = |number: u64, home: &str, choices: &[&str]| {
            let choices = choices.iter().map(|choice| place(choice)).collect();
            Event::Sent(Ticket { number: nr(number), home: Some(place(home)), choices, rank: 0 })
        };
        for event in [
            sent(1, "a", &[]),
            sent(2, "a", &[]),
            sent(3, "b", &["a"]),
            sent(4, "b", &["a"]),
            sent(5, "b", &["a"]),
            sent(6, "b", &["a"]),
            sent(7, "c", &[]),
            Event::Enrolled { number: nr(1), place: place("a") },
            Event::Left { number: nr(4) },
            Event::Enrolled { number: nr(5), place: place("b") },
        ] {
            write(event);
        }
        let a = BTreeSet::from([place("a")]);
        let tickets = tickets_of(&ledger, &a);
        let rows: Vec<_> = tickets[&place("a")].iter().map(|row| (row.number.get(), row.status)).collect();
        assert_eq!(
            rows,
            [
                (1, Status::Enrolled),
                (2, Status::Resident),
                (3, Status::Outside),
                (4, Status::Left),
                (5, Status::Elsewhere),
                (6, Status::Waits(1)),
            ]
        );
        assert!(tickets.values().flatten().all(|row| row.sent == Some(at)));
        assert!(!tickets.contains_key(&place("c")));
    }
}
