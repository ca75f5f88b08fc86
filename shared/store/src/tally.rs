//! How many applications there are of each kind: pages never count them.
//!
//! Every line of a history carries what is counted of it. Who reads the table's stream folds whole
//! batches of lines into a few items of counters, in transactions that also put a marker for each
//! line: a batch that comes again counts nothing twice. Counters lag by a moment.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use domain::calendar::{Nearness, standing_since};
use domain::directory::{CampaignId, SchoolId};
use domain::life::{Change, State};
use domain::officer::Scope;
use domain::{Application, Date, Language, Service, Timestamp};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::item::{self, Item, SCHEMA, number};
use crate::keys::{self, Key, text};
use crate::{Failure as _, Store, StoreError};

/// The `entity` of a history's lines; the stream's filter is on it.
pub const ENTITY: &str = "history";

/// Writes of one transaction at most.
const TOGETHER: usize = 100;
/// How often markers are read again because somebody else was counting the same lines.
const ROUNDS: usize = 5;
/// A stream brings nothing again after a day; a marker is kept a good while longer.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Longer waits for a registration are counted as this one.
const LONGEST_HOURS: i64 = 24 * 90;

const COUNTED: &str = "counted";
const STATES: &str = "states";
const STANDING: &str = "standing";
const HOURS: &str = "hours";

/// Where an application stands, as far as it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// Its state
    pub state: State,
    /// Since when
    pub since: Timestamp,
    /// The school that handles it
    pub school: Option<SchoolId>,
    /// Language of instruction
    pub language: Option<Language>,
}

impl Spot {
    fn of(application: &Application) -> Self {
        let line = crate::inbox::Line::of(application);
        Self { state: line.state, since: line.since, school: line.school, language: line.language }
    }
}

/// What is counted of a line of a history: no more than that the application left one spot for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Service
    pub service: Service,
    /// Campaign
    pub campaign: CampaignId,
    /// When it was sent
    pub sent: Timestamp,
    /// When it moved
    pub at: Timestamp,
    /// From where; none for the sending
    pub from: Option<Spot>,
    /// To where
    pub to: Spot,
}

/// The item of a line of a history, with what is counted of it. `before` is the application as it was,
/// none when it is sent; `after` as it is written in the same transaction.
///
/// # Errors
/// [`StoreError::Corrupt`] if it cannot be written.
pub fn history_item(before: Option<&Application>, after: &Application, change: &Change) -> Result<Item, StoreError> {
    let key = keys::history(&after.id, change.sequence);
    let counted = Counted {
        service: after.service,
        campaign: after.campaign.clone(),
        sent: after.sent,
        at: change.at,
        from: before.map(Spot::of),
        to: Spot::of(after),
    };
    let mut item = item::item(&key, ENTITY, change)?;
    let counted = serde_dynamo::to_attribute_value(&counted)
        .map_err(|error| StoreError::Corrupt { key: key.to_string(), why: error.to_string() })?;
    item.insert(COUNTED.to_owned(), counted);
    Ok(item)
}

/// An item as a stream tells it.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Image(serde_dynamo::Item);

impl Image {
    /// Whether it is an item of that kind.
    #[must_use]
    pub fn is(&self, entity: &str) -> bool {
        matches!(self.0.get("entity"), Some(serde_dynamo::AttributeValue::S(found)) if found == entity)
    }
}

/// A line of a history that is to be counted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    marker: Key,
    counted: Counted,
}

impl HistoryLine {
    /// Reads what a stream tells of a new item; none for what is no line of a history, and for one
    /// that was written before anything was counted.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn read(image: Image) -> Result<Option<Self>, StoreError> {
        let item = Item::from(image.0);
        let key = Key::of(&item);
        let (Some(marker), Some(counted)) = (keys::counted(&key), item.get(COUNTED)) else { return Ok(None) };
        let counted = serde_dynamo::from_attribute_value(counted.clone())
            .map_err(|error| StoreError::Corrupt { key: key.to_string(), why: error.to_string() })?;
        Ok(Some(Self { marker, counted }))
    }
}

/// What is added to which counters of which items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sums(BTreeMap<Key, BTreeMap<String, i64>>);

impl Sums {
    fn add(&mut self, key: Key, counter: String, by: i64) {
        *self.0.entry(key).or_default().entry(counter).or_default() += by;
    }

    /// Adds what a line changes: in the whole city and in each school that it concerns.
    fn fold(&mut self, line: &Counted, zone: &TimeZone) {
        let Counted { service, campaign, from, to, .. } = line;
        let day = |at: Timestamp| at.to_zoned_datetime(zone.clone()).date();
        let moved = from.as_ref().map(|from| from.state) != Some(to.state);
        for (spot, by) in from.iter().map(|from| (from, -1)).chain([(to, 1)]) {
            let (city, school) = (keys::tally(campaign, None), spot.school.as_ref());
            let state = || spot.state.code().to_owned();
            self.add(Key::new(&city, keys::tally_place(school, spot.language)), state(), by);
            let own = school.map(|school| keys::tally(campaign, Some(school)));
            for partition in [Some(city), own].into_iter().flatten() {
                self.add(Key::new(&partition, STATES), state(), by);
                if spot.state.is_awaited(*service) {
                    let since = format!("{}#{}", spot.state.code(), day(spot.since));
                    self.add(Key::new(&partition, STANDING), since, by);
                }
                if by > 0 && moved {
                    self.add(Key::new(&partition, format!("{}{}", keys::TALLY_DAY, day(line.at))), state(), 1);
                }
                if by > 0 && moved && matches!(spot.state, State::Registered | State::Accepted | State::Approved) {
                    let waited = line.at.duration_since(line.sent).as_hours().clamp(0, LONGEST_HOURS);
                    self.add(Key::new(&partition, HOURS), waited.to_string(), 1);
                }
            }
        }
    }

    fn writes(self, table: &str) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut writes = Vec::new();
        for (key, counters) in self.0 {
            let counters: Vec<_> = counters.into_iter().filter(|(_, by)| *by != 0).collect();
            if counters.is_empty() {
                continue;
            }
            let added: Vec<_> = (0..counters.len()).map(|at| format!("#c{at} :c{at}")).collect();
            let mut update = Update::builder()
                .table_name(table)
                .set_key(Some(key.attributes()))
                .update_expression(format!("SET #entity = :entity, #schema = :schema ADD {}", added.join(", ")))
                .expression_attribute_names("#entity", "entity")
                .expression_attribute_names("#schema", "schema")
                .expression_attribute_values(":entity", text("tally"))
                .expression_attribute_values(":schema", number(SCHEMA));
            for (at, (counter, by)) in counters.into_iter().enumerate() {
                update = update
                    .expression_attribute_names(format!("#c{at}"), counter)
                    .expression_attribute_values(format!(":c{at}"), number(by));
            }
            let update = update.build().map_err(|error| StoreError::Unavailable(error.to_string()))?;
            writes.push(TransactWriteItem::builder().update(update).build());
        }
        Ok(writes)
    }
}

/// The sums of as many of the first lines as fit into one transaction with their markers.
fn together(lines: &[HistoryLine], zone: &TimeZone) -> (usize, Sums) {
    let mut sums = Sums::default();
    for (taken, line) in lines.iter().enumerate() {
        let mut more = sums.clone();
        more.fold(&line.counted, zone);
        if taken > 0 && taken + 1 + more.0.len() > TOGETHER {
            return (taken, sums);
        }
        sums = more;
    }
    (lines.len(), sums)
}

/// Applications by state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<&'static str, u64>);

impl Counts {
    fn of(item: &Item) -> Self {
        Self(State::ALL.iter().map(|state| (state.code(), counter(item, state.code()))).collect())
    }

    /// How many are in a state.
    #[must_use]
    pub fn get(&self, state: State) -> u64 {
        self.0.get(state.code()).copied().unwrap_or_default()
    }

    /// How many are in any of the states that are asked for.
    #[must_use]
    pub fn sum(&self, wanted: impl Fn(State) -> bool) -> u64 {
        State::ALL.into_iter().filter(|state| wanted(*state)).map(|state| self.get(state)).sum()
    }
}

/// Lines of one application may be counted in any order: a counter may be below nought for a moment.
fn counter(item: &Item, name: &str) -> u64 {
    item::read_number::<i64>(item, name).and_then(|count| u64::try_from(count).ok()).unwrap_or_default()
}

/// The applications of a school in a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceCounts {
    /// The school; none while it is not assigned
    pub school: Option<SchoolId>,
    /// The language of instruction
    pub language: Option<Language>,
    /// How they stand
    pub states: Counts,
}

/// All that is counted for somebody's reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How the applications stand
    pub states: Counts,
    /// How many came into which state, day by day
    pub days: BTreeMap<Date, Counts>,
    /// By school and language
    pub places: Vec<PlaceCounts>,
    /// How many waited so many hours from sending to registration
    hours: BTreeMap<u64, u64>,
    /// How many stand in a state since a day
    standing: Vec<(State, Date, u64)>,
}

impl Report {
    /// The median of the hours from sending to registration: the lower of two; none before anything
    /// was registered.
    #[must_use]
    pub fn median_hours(&self) -> Option<u64> {
        let all: u64 = self.hours.values().sum();
        let mut passed = 0;
        self.hours.iter().find_map(|(hours, count)| {
            passed += count;
            (all > 0 && passed * 2 >= all).then_some(*hours)
        })
    }

    /// How many in a state, where an answer is due in so many working days, are so near to that day.
    #[must_use]
    pub fn due(&self, (state, days): (State, u8), nearness: Nearness, today: Date, holidays: &[Date]) -> u64 {
        let Some(days) = standing_since(nearness, today, days, holidays) else { return 0 };
        let wanted = self.standing.iter().filter(|(one, since, _)| *one == state && days.contains(since));
        wanted.map(|(.., count)| count).sum()
    }

    fn take(&mut self, item: &Item) {
        let sk = Key::of(item).sk;
        let names = || item.keys().map(String::as_str);
        match sk.as_str() {
            STATES => self.states = Counts::of(item),
            HOURS => {
                let hours = names().filter_map(|name| Some((name.parse().ok()?, counter(item, name))));
                self.hours = hours.collect();
            }
            STANDING => {
                self.standing = names()
                    .filter_map(|name| {
                        let (state, since) = name.split_once('#')?;
                        Some((State::parse(state)?, since.parse().ok()?, counter(item, name)))
                    })
                    .collect();
            }
            other => {
                if let Some(day) = other.strip_prefix(keys::TALLY_DAY).and_then(|day| day.parse().ok()) {
                    self.days.insert(day, Counts::of(item));
                } else if let Some((school, language)) =
                    other.strip_prefix(keys::TALLY_PLACE).and_then(|place| place.split_once('#'))
                {
                    self.places.push(PlaceCounts {
                        school: SchoolId::parse(school).ok(),
                        language: Language::parse(language),
                        states: Counts::of(item),
                    });
                }
            }
        }
    }
}

fn school(scope: &Scope) -> Option<&SchoolId> {
    match scope {
        Scope::All => None,
        Scope::School(school) => Some(school),
    }
}

impl Store {
    /// Counts lines of histories, each once however often it comes, and answers with those that were new. Two waits for
    /// each hundred, more where they concern many schools.
    ///
    /// # Errors
    /// [`StoreError`]; what was counted is marked, the rest is counted when it comes again.
    pub async fn tally(
        &self,
        lines: Vec<HistoryLine>,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Vec<Counted>, StoreError> {
        let by_marker: BTreeMap<_, _> = lines.into_iter().map(|line| (line.marker.clone(), line)).collect();
        let lines: Vec<_> = by_marker.into_values().collect();
        let mut counted = Vec::new();
        for lines in lines.chunks(TOGETHER) {
            counted.extend(self.tally_chunk(lines.to_vec(), zone, now).await?);
        }
        Ok(counted)
    }

    async fn tally_chunk(
        &self,
        mut lines: Vec<HistoryLine>,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Vec<Counted>, StoreError> {
        let table = &self.tables.applications;
        let expires = number(now.checked_add(KEPT).unwrap_or(Timestamp::MAX).as_second());
        let mut counted = Vec::new();
        for _ in 0..ROUNDS {
            let wanted = lines.iter().map(|line| (table, line.marker.clone())).collect();
            let known: Vec<_> = self.read_together(wanted).await?.iter().map(Key::of).collect();
            lines.retain(|line| !known.contains(&line.marker));
            loop {
                if lines.is_empty() {
                    return Ok(counted);
                }
                let (taken, sums) = together(&lines, zone);
                let mut writes = Vec::new();
                for line in lines.iter().take(taken) {
                    let mut marker = item::item(&line.marker, COUNTED, &line.counted.at)?;
                    marker.insert("expires".to_owned(), expires.clone());
                    writes.push(self.put_new(table, marker)?);
                }
                writes.extend(sums.writes(table)?);
                if self.transact(writes).await?.is_err() {
                    // Somebody else has counted one of them since the markers were read.
                    break;
                }
                counted.extend(lines.drain(..taken).map(|line| line.counted));
            }
        }
        Err(StoreError::Conflict)
    }

    /// How many of an officer's applications are in which state. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counts(&self, scope: &Scope, campaign: &CampaignId) -> Result<Counts, StoreError> {
        let key = Key::new(keys::tally(campaign, school(scope)), STATES);
        let read = self.dynamo.get_item().table_name(&self.tables.applications).set_key(Some(key.attributes()));
        let found = read.send().await.or_failure()?.item;
        Ok(found.as_ref().map(Counts::of).unwrap_or_default())
    }

    /// All that is counted for an officer. One wait, as long as a campaign's days and places are no
    /// more than a megabyte.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn report(&self, scope: &Scope, campaign: &CampaignId) -> Result<Report, StoreError> {
        let mut report = Report::default();
        let own = self.tallied(keys::tally(campaign, school(scope)), String::new());
        let found = match school(scope) {
            None => own.await?,
            Some(school) => {
                let place = format!("{}{school}#", keys::TALLY_PLACE);
                let (own, places) = futures::try_join!(own, self.tallied(keys::tally(campaign, None), place))?;
                own.into_iter().chain(places).collect()
            }
        };
        found.iter().for_each(|item| report.take(item));
        Ok(report)
    }

    async fn tallied(&self, partition: String, start: String) -> Result<Vec<Item>, StoreError> {
        let (mut items, mut last) = (Vec::new(), None);
        loop {
            let query = self
                .dynamo
                .query()
                .table_name(&self.tables.applications)
                .expression_attribute_values(":pk", text(&partition))
                .set_exclusive_start_key(last.take());
            let query = match start.as_str() {
                "" => query.key_condition_expression("pk = :pk"),
                start => query
                    .key_condition_expression("pk = :pk AND begins_with(sk, :start)")
                    .expression_attribute_values(":start", text(start)),
            };
            let found = query.send().await.or_failure()?;
            items.extend(found.items.unwrap_or_default());
            match found.last_evaluated_key {
                Some(key) => last = Some(key),
                None => return Ok(items),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Application {
        let item: serde_dynamo::Item = serde_json::from_str(include_str!("../golden/1/application.json")).unwrap();
        item::body(&Item::from(item)).unwrap()
    }

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Almaty").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// The line of a change of state, written and read as the stream tells it.
    fn line(before: Option<&Application>, after: &Application) -> HistoryLine {
        let change = Change {
            sequence: after.version,
            actor: domain::life::Actor::Parent,
            at: after.since(),
            from: before.map(|before| before.state),
            to: after.state,
            decision: None,
        };
        let item = history_item(before, after, &change).unwrap();
        let told = serde_json::to_string(&serde_dynamo::Item::from(item)).unwrap();
        HistoryLine::read(serde_json::from_str(&told).unwrap()).unwrap().unwrap()
    }

    fn moved(before: &Application, state: State, since: &str) -> Application {
        Application { state, since: Some(at(since)), version: before.version + 1, ..before.clone() }
    }

    /// The report over what the lines add up to.
    fn report(lines: &[HistoryLine]) -> Report {
        let (taken, sums) = together(lines, &zone());
        assert_eq!(taken, lines.len());
        let mut report = Report::default();
        let city = keys::tally(&lines[0].counted.campaign, None);
        for (key, counters) in sums.0.into_iter().filter(|(key, _)| key.pk == city) {
            let mut item = key.attributes();
            item.extend(counters.into_iter().map(|(name, by)| (name, number(by))));
            report.take(&item);
        }
        report
    }

    #[test]
    fn each_line_moves_an_application_from_one_counter_to_another() {
        let mut sent = stored();
        sent.sent = at("2027-04-01T18:59:59Z");
        let registered = moved(&sent, State::Registered, "2027-04-02T19:30:00Z");
        let enrolled = moved(&registered, State::Enrolled, "2027-08-25T05:00:00Z");
        let first = line(None, &sent);
        let after_sending = report(std::slice::from_ref(&first));
        assert_eq!(after_sending.states.get(State::Submitted), 1);
        let (friday, thursday) = (jiff::civil::date(2027, 4, 2), jiff::civil::date(2027, 4, 1));
        let due = |report: &Report, state, near, today| report.due((state, 1), near, today, &[]);
        assert_eq!(due(&after_sending, State::Submitted, Nearness::Today, friday), 1, "a day is the city's");
        assert_eq!(due(&after_sending, State::Submitted, Nearness::Later, thursday), 1);
        assert_eq!(after_sending.median_hours(), None);

        let all = [first, line(Some(&sent), &registered), line(Some(&registered), &enrolled)];
        let report = report(&all);
        let states: Vec<u64> = Service::FirstGrade.states().iter().map(|state| report.states.get(*state)).collect();
        assert_eq!(states, [0, 0, 0, 0, 0, 0, 1, 0]);
        assert_eq!(report.states.sum(State::is_live), 1);
        let came: Vec<_> = report.days.iter().map(|(day, counts)| (day.to_string(), counts.sum(|_| true))).collect();
        let expected = [("2027-04-01", 1), ("2027-04-03", 1), ("2027-08-25", 1)];
        assert_eq!(came, expected.map(|(day, count)| (day.to_owned(), count)));
        assert_eq!(report.median_hours(), Some(24));
        for near in [Nearness::Later, Nearness::Today, Nearness::Overdue] {
            assert_eq!(due(&report, State::Submitted, near, jiff::civil::date(2027, 9, 1)), 0);
        }
        let [place] = report.places.as_slice() else { panic!("one place: {:?}", report.places) };
        assert_eq!((place.school.clone(), place.states.get(State::Enrolled)), (all[0].counted.to.school.clone(), 1));
        let mut turned = all.to_vec();
        turned.reverse();
        assert_eq!(together(&all, &zone()).1, together(&turned, &zone()).1, "in whatever order they come");
    }

    #[test]
    fn another_school_takes_an_application_over_without_another_day_of_sending() {
        let sent = stored();
        let mut other = moved(&sent, State::Submitted, "2026-04-01T04:00:00Z");
        other.since = None;
        if let Some(school) = &mut other.answers.school {
            school.home = SchoolId::parse("s-09").ok();
        }
        let report = report(&[line(None, &sent), line(Some(&sent), &other)]);
        let by_school: Vec<_> = report.places.iter().map(|place| place.states.get(State::Submitted)).collect();
        assert_eq!((by_school, report.states.get(State::Submitted)), (vec![0, 1], 1));
        assert_eq!(report.days.values().map(|counts| counts.get(State::Submitted)).sum::<u64>(), 1);
    }

    #[test]
    fn a_transaction_takes_as_many_lines_as_fit() {
        let lines: Vec<_> = (0..100)
            .map(|number| {
                let mut sent = stored();
                sent.id = domain::DraftId::from_bytes([number; 16]);
                if let Some(school) = &mut sent.answers.school {
                    school.home = SchoolId::parse(&format!("s-{number}")).ok();
                }
                line(None, &sent)
            })
            .collect();
        let mut left = lines.as_slice();
        let mut rounds = 0;
        while !left.is_empty() {
            let (taken, sums) = together(left, &zone());
            assert!(taken > 10 || taken == left.len(), "{taken}");
            assert!(taken + sums.writes("t").unwrap().len() <= TOGETHER, "{taken}");
            left = &left[taken..];
            rounds += 1;
        }
        assert!(rounds < 10, "{rounds}");
        let same: Vec<_> = lines.iter().map(|_| lines[0].clone()).take(90).collect();
        assert_eq!(together(&same, &zone()).0, 90, "one school's are counted together");
    }

    #[test]
    fn the_median_is_the_middle_one() {
        let median = |hours: &[(u64, u64)]| {
            Report { hours: hours.iter().copied().collect(), ..Report::default() }.median_hours()
        };
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[(5, 0)]), None);
        assert_eq!(median(&[(5, 1), (9, 1)]), Some(5));
        assert_eq!(median(&[(0, 1), (5, 1), (9, 1)]), Some(5));
        assert_eq!(median(&[(0, 2), (5, 1), (9, 4)]), Some(9));
    }

    #[test]
    fn counters_are_read_as_they_were_written_and_none_is_below_nought() {
        let item: serde_dynamo::Item = serde_json::from_str(include_str!("../golden/1/tally.json")).unwrap();
        let mut report = Report::default();
        report.take(&Item::from(item));
        let [place] = report.places.as_slice() else { panic!("one place: {:?}", report.places) };
        assert_eq!((place.school.clone(), place.language), (SchoolId::parse("s-01").ok(), Some(Language::Kazakh)));
        assert_eq!(
            [State::Enrolled, State::Submitted, State::Returned].map(|state| place.states.get(state)),
            [3, 0, 0]
        );
    }

    #[test]
    fn what_is_no_line_or_an_old_one_is_not_counted() {
        let read = |text: &str| HistoryLine::read(serde_json::from_str(text).unwrap());
        assert_eq!(
            read(include_str!("../golden/1/history.json")).unwrap(),
            None,
            "written before anything was counted"
        );
        assert_eq!(read(include_str!("../golden/1/outbox.json")).unwrap(), None);
        let broken = r#"{"pk":{"S":"application#07070707070707070707070707070707"},"sk":{"S":"history#000001"},"counted":{"S":"x"}}"#;
        assert!(matches!(read(broken), Err(StoreError::Corrupt { .. })));
    }
}
