//! Allocating: the recalculation takes what has happened into the ledger, and carries what follows from
//! it over to applications and places (`domain.md` section 5). It is the only writer of the ledger.
//!
//! A run first finishes what an earlier one may have left, then takes settled news in their order. Lines
//! are appended, and their news removed, in transactions that are conditional on the head that was read:
//! of two runs at once one appends, the other stops. Everything else follows from the lines, is written
//! after them, and only over what is older: it may be broken off and done again at any point.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem, Update};
use domain::camp::Shift;
use domain::decision::Decision;
use domain::directory::rows::{PlaceRow, ShiftRow};
use domain::directory::sheet::Sheet;
use domain::directory::{Campaign, CampaignId, PlaceTerms};
use domain::life::{Actor, State};
use domain::places::ledger::{Hash, Ledger, Line, Written};
use domain::places::news::{Pending, settled};
use domain::places::{Event, Terms};
use domain::{Application, ApplicationNumber, Date, Place, Service, Timestamp};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::changes::{Changed, Moved, PendingMoved};
use crate::error::{Unmet, condition_held, unbuilt};
use crate::item::{self, Item, body, number};
use crate::keys::{self, Key, text};
use crate::packed;
use crate::sending::{PendingSent, SETTLING};
use crate::standings::{DayHead, Head};
use crate::{Failure as _, Store, StoreError};

/// How old news must be: by then every lower number is written or dead.
pub const SETTLED_AFTER: SignedDuration = SignedDuration::from_secs(60);
const _: () = assert!(SETTLED_AFTER.as_secs() >= 2 * SETTLING.as_secs() as i64);

/// Writes of one transaction at most, the head's own not counted. DynamoDB takes a hundred.
const TOGETHER: usize = 96;
/// Lines after which a whole board is kept again.
const KEEP_AFTER: u64 = 1_000;
/// Bytes of a board in one item: below DynamoDB's 400 KB.
const PART: usize = 350_000;
/// Applications that are changed at once.
const AT_ONCE: usize = 8;
/// How often an application is read again because somebody else was changing it.
const ROUNDS: usize = 5;

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Lines that were appended to the ledger
    pub lines: u64,
    /// New tickets among them
    pub tickets: u64,
    /// Moves in them
    pub moves: u64,
    /// Applications that were changed
    pub changed: u64,
    /// Another run was at work: 1, and this one stopped
    pub conflicts: u64,
}

/// Recalculates, with the board of the last run of each campaign kept in the process. Clones share them.
#[derive(Clone, Debug)]
pub struct Recalculation {
    store: Store,
    kept: Arc<Mutex<BTreeMap<CampaignId, Ledger>>>,
}

/// A run that is under way.
struct Going<'a> {
    store: &'a Store,
    campaign: &'a Campaign,
    zone: &'a TimeZone,
    head: Head,
    ledger: Ledger,
    /// Places whose numbers or lines may differ from what is written
    touched: BTreeSet<Place>,
    /// Tickets whose applications may sit elsewhere
    moved: BTreeSet<ApplicationNumber>,
    run: Run,
}

/// Lines and the news that they came from, to be written together.
#[derive(Default)]
struct Batch {
    written: Vec<Written>,
    taken: Vec<Key>,
    /// The last day that ends in it
    day: Option<DayHead>,
}

impl Batch {
    fn writes(&self) -> usize {
        self.written.len() + self.taken.len()
    }
}

impl Recalculation {
    /// Over a store.
    pub fn new(store: Store) -> Self {
        Self { store, kept: Arc::default() }
    }

    /// The ledger of a campaign as it is now, empty before its first line.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where its lines do not follow from one another, and the others.
    pub async fn ledger(&self, campaign: &CampaignId) -> Result<Ledger, StoreError> {
        let head = self.store.ledger_head(campaign).await?.unwrap_or_default();
        let ledger = self.up_to(campaign, &head).await?;
        self.keep(campaign, ledger.clone());
        Ok(ledger)
    }

    /// Takes everything that has settled by `now`. As many waits as there is news; a few where there is
    /// none.
    ///
    /// # Errors
    /// [`StoreError`]; the next run goes on from there.
    pub async fn run(&self, campaign: &Campaign, zone: &TimeZone, now: Timestamp) -> Result<Run, StoreError> {
        let head = self.store.ledger_head(&campaign.id).await?.unwrap_or_default();
        let ledger = self.up_to(&campaign.id, &head).await?;
        let mut going = Going {
            store: &self.store,
            campaign,
            zone,
            head,
            ledger,
            touched: BTreeSet::new(),
            moved: BTreeSet::new(),
            run: Run::default(),
        };
        going.find_unfinished().await?;
        let until = now.checked_sub(SETTLED_AFTER).unwrap_or(Timestamp::MIN);
        let alone = going.take(until).await?;
        if !alone {
            return Ok(Run { conflicts: 1, ..going.run });
        }
        going.carry_over(now).await?;
        going.keep_board().await?;
        self.keep(&campaign.id, going.ledger);
        Ok(going.run)
    }

    /// A ledger at a head: from what is kept in the process, or in the table, and the lines since.
    async fn up_to(&self, campaign: &CampaignId, head: &Head) -> Result<Ledger, StoreError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(campaign);
        let mut ledger = match kept {
            Some(ledger) if ledger.board().lines() <= head.lines => ledger,
            _ => self.store.kept_board(campaign, head.board).await?,
        };
        let corrupt =
            |line: u64, why: String| StoreError::Corrupt { key: keys::ledger_line(campaign, line).to_string(), why };
        let from = ledger.board().lines() + 1;
        for (line, written) in (from..).zip(self.store.ledger_lines(campaign, from, head.lines).await?) {
            ledger.read(&written).map_err(|fault| corrupt(line, fault.to_string()))?;
        }
        if (ledger.board().lines(), ledger.head()) != (head.lines, head.hash) {
            return Err(corrupt(head.lines, "the head is another".to_owned()));
        }
        Ok(ledger)
    }

    fn keep(&self, campaign: &CampaignId, ledger: Ledger) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(campaign.clone(), ledger);
    }
}

impl Going<'_> {
    /// What an earlier run has appended and not carried over.
    async fn find_unfinished(&mut self) -> Result<(), StoreError> {
        if self.head.applied >= self.head.lines {
            return Ok(());
        }
        let lines = self.store.ledger_lines(&self.campaign.id, self.head.applied + 1, self.head.lines).await?;
        for line in lines {
            // It was read before, when the board was made.
            let line: Line = serde_json::from_str(&line).map_err(|error| StoreError::Corrupt {
                key: keys::ledger(&self.campaign.id),
                why: error.to_string(),
            })?;
            self.moved.extend(line.moves.iter().map(|moved| moved.number));
        }
        self.touched.extend(self.ledger.board().places().map(|(place, _)| place.clone()));
        Ok(())
    }

    /// Takes settled news. False if another run was faster.
    async fn take(&mut self, until: Timestamp) -> Result<bool, StoreError> {
        let mut news = self.store.pending(&self.campaign.id).await?;
        news.extend(self.terms().await?);
        if !self.ledger.board().is_closed() {
            let closed = Key::new("closed", "");
            news.push(Pending { at: self.campaign.closes, news: Event::Closed, key: closed });
        }
        let mut batch = Batch::default();
        for pending in settled(news, until) {
            let at = self.zone.to_datetime(pending.at);
            self.begin_day(at.date(), &mut batch);
            let written = self.ledger.take(at, &pending.news);
            if batch.writes() + written.len() + 1 > TOGETHER && !self.append(std::mem::take(&mut batch)).await? {
                return Ok(false);
            }
            batch.written.extend(written);
            if pending.key.pk == keys::pending(&self.campaign.id) {
                batch.taken.push(pending.key);
            }
        }
        // A priority ends with its day, whether or not anything happens on the next.
        let board = self.ledger.board();
        if board.lines() > 0 && !board.is_closed() {
            self.begin_day(self.zone.to_datetime(until).date(), &mut batch);
        }
        self.append(batch).await
    }

    fn begin_day(&mut self, day: Date, batch: &mut Batch) {
        let board = self.ledger.board();
        if board.today().is_some_and(|today| today >= day) {
            return;
        }
        if let Some(today) = board.today() {
            batch.day = Some(DayHead { day: today, line: board.lines(), hash: self.ledger.head() });
        }
        // It is later than today, so it is not stale.
        batch.written.extend(self.ledger.write(day.to_datetime(jiff::civil::Time::midnight()), Event::Date(day)));
    }

    /// Places that have other terms than the ledger knows.
    async fn terms(&self) -> Result<Vec<Pending<Key>>, StoreError> {
        let Some((at, terms)) = self.store.terms_in_force(self.campaign).await? else { return Ok(Vec::new()) };
        let board = self.ledger.board();
        let named: BTreeSet<&Place> = terms.keys().collect();
        let gone = board.places().filter(|(place, _)| !named.contains(place)).map(|(place, _)| (place, Terms::NONE));
        let now = terms.iter().map(|(place, terms)| (place, terms.clone()));
        let differs = |(place, terms): &(&Place, Terms)| board.numbers(place).terms != *terms;
        let changed = now.chain(gone).filter(differs).map(|(place, terms)| Pending {
            at,
            news: Event::Changed { place: place.clone(), terms },
            key: Key::new("terms", keys::place(place)),
        });
        Ok(changed.collect())
    }

    /// Appends lines and removes the news that they came from. False if another run was faster.
    async fn append(&mut self, batch: Batch) -> Result<bool, StoreError> {
        if batch.writes() == 0 {
            return Ok(true);
        }
        let mut next = self.head.clone();
        next.day = batch.day.clone().or(next.day);
        let mut writes = Vec::new();
        for written in &batch.written {
            (next.lines, next.hash) = (written.line.line, Hash::of(&written.text));
            writes.push(self.line(written)?);
        }
        for taken in &batch.taken {
            let delete = Delete::builder().table_name(&self.store.tables.applications);
            let delete = delete.set_key(Some(taken.attributes())).build().map_err(unbuilt)?;
            writes.push(TransactWriteItem::builder().delete(delete).build());
        }
        writes.insert(0, self.advance(&next)?);
        match self.store.transact(writes).await? {
            Ok(()) => {}
            Err(Unmet(0)) => return Ok(false),
            Err(_) => {
                let key = keys::ledger_line(&self.campaign.id, next.lines).to_string();
                return Err(StoreError::Corrupt { key, why: "a line is there that the head knows not of".to_owned() });
            }
        }
        self.head = next;
        for written in batch.written {
            self.run.lines += 1;
            self.run.tickets += u64::from(matches!(written.line.event, Event::Sent(_)));
            self.run.moves += written.line.moves.len() as u64;
            self.moved.extend(written.line.moves.iter().map(|moved| moved.number));
            self.touched.extend(written.touched);
        }
        Ok(true)
    }

    /// Moves the head from where it was read.
    fn advance(&self, next: &Head) -> Result<TransactWriteItem, StoreError> {
        let key = keys::ledger_head(&self.campaign.id);
        let day = serde_dynamo::to_attribute_value(&next.day)
            .map_err(|error| StoreError::Corrupt { key: key.to_string(), why: error.to_string() })?;
        let update = Update::builder()
            .table_name(&self.store.tables.places)
            .set_key(Some(key.attributes()))
            .update_expression("SET #lines = :lines, #hash = :hash, #day = :day, #entity = :entity, #schema = :schema")
            .expression_attribute_names("#lines", "lines")
            .expression_attribute_names("#hash", "hash")
            .expression_attribute_names("#day", "day")
            .expression_attribute_names("#entity", "entity")
            .expression_attribute_names("#schema", "schema")
            .expression_attribute_values(":lines", number(next.lines))
            .expression_attribute_values(":hash", text(next.hash.to_string()))
            .expression_attribute_values(":day", day)
            .expression_attribute_values(":entity", text("ledger-head"))
            .expression_attribute_values(":schema", number(item::SCHEMA));
        let update = if self.head == Head::default() {
            update.condition_expression("attribute_not_exists(pk)")
        } else {
            update
                .condition_expression("#lines = :seen AND #hash = :known")
                .expression_attribute_values(":seen", number(self.head.lines))
                .expression_attribute_values(":known", text(self.head.hash.to_string()))
        };
        Ok(TransactWriteItem::builder().update(update.build().map_err(unbuilt)?).build())
    }

    fn line(&self, written: &Written) -> Result<TransactWriteItem, StoreError> {
        let key = keys::ledger_line(&self.campaign.id, written.line.line);
        let packed = packed::pack(&key, &written.text)?;
        self.store.put_new(&self.store.tables.places, packed::item(&key, "ledger-line", packed))
    }

    /// Carries what follows from the lines over to applications and places. Done again it changes nothing.
    async fn carry_over(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let board = self.ledger.board();
        let sits = |number: &ApplicationNumber| {
            let standing = board.ticket(*number).filter(|standing| !standing.left)?;
            Some((*number, standing.held.clone()?, standing.line))
        };
        let moved: Vec<_> = self.moved.iter().filter_map(sits).collect();
        let (store, campaign) = (self.store, &self.campaign.id);
        self.run.changed = stream::iter(moved)
            .map(|(number, place, line)| store.seat(campaign, number, place, line, now))
            .buffer_unordered(AT_ONCE)
            .try_fold(0, |changed, one| async move { Ok(changed + u64::from(one)) })
            .await?;
        self.store.write_standings(campaign, &self.ledger, &self.touched).await?;
        if self.head.applied < self.head.lines {
            self.store.raise(campaign, "applied", self.head.lines).await?;
        }
        Ok(())
    }

    /// Keeps the board, so that the next process need not read every line.
    async fn keep_board(&self) -> Result<(), StoreError> {
        if self.head.lines < self.head.board + KEEP_AFTER {
            return Ok(());
        }
        let (store, campaign, line) = (self.store, &self.campaign.id, self.head.lines);
        let first = keys::board_part(campaign, line, 0);
        for (part, bytes) in packed::pack(&first, &self.ledger)?.chunks(PART).enumerate() {
            let item = packed::item(&keys::board_part(campaign, line, part), "board", bytes.to_vec());
            store.dynamo.put_item().table_name(&store.tables.places).set_item(Some(item)).send().await.or_failure()?;
        }
        store.raise(campaign, "board", line).await?;
        store.forget_boards(campaign, self.head.board).await
    }
}

impl Store {
    /// Lines of a ledger as they were written, without line breaks. One wait for a megabyte.
    ///
    /// # Errors
    /// [`StoreError`], also where one of them is missing.
    pub async fn ledger_lines(&self, campaign: &CampaignId, from: u64, to: u64) -> Result<Vec<String>, StoreError> {
        if from > to {
            return Ok(Vec::new());
        }
        let (first, last) = (keys::ledger_line(campaign, from), keys::ledger_line(campaign, to));
        let query = self
            .dynamo
            .query()
            .table_name(&self.tables.places)
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":pk", text(&first.pk))
            .expression_attribute_values(":first", text(first.sk))
            .expression_attribute_values(":last", text(&last.sk))
            .consistent_read(true);
        let items = self.all(query).await?;
        if items.len() as u64 != to - from + 1 {
            let why = format!("{} lines are there from {from} on", items.len());
            return Err(StoreError::Corrupt { key: last.to_string(), why });
        }
        items.iter().map(|item| packed::unpack(&Key::of(item), packed::bytes(item)?)).collect()
    }

    /// Notes up to which line a ledger is published. What is noted already stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_published(&self, campaign: &CampaignId, line: u64) -> Result<(), StoreError> {
        self.raise(campaign, "published", line).await
    }

    /// Raises a number of the head; one that is as high already stays.
    async fn raise(&self, campaign: &CampaignId, name: &str, line: u64) -> Result<(), StoreError> {
        let update = self
            .dynamo
            .update_item()
            .table_name(&self.tables.places)
            .set_key(Some(keys::ledger_head(campaign).attributes()))
            .update_expression("SET #name = :line")
            .condition_expression("attribute_exists(pk) AND (attribute_not_exists(#name) OR #name < :line)")
            .expression_attribute_names("#name", name)
            .expression_attribute_values(":line", number(line));
        condition_held(update.send().await.or_failure()).map(drop)
    }

    /// The ledger as it was kept after a line; empty if that is line 0.
    async fn kept_board(&self, campaign: &CampaignId, line: u64) -> Result<Ledger, StoreError> {
        if line == 0 {
            return Ok(Ledger::default());
        }
        let query = self
            .dynamo
            .query()
            .table_name(&self.tables.places)
            .key_condition_expression("pk = :pk AND begins_with(sk, :line)")
            .expression_attribute_values(":pk", text(keys::boards(campaign)))
            .expression_attribute_values(":line", text(keys::board(line)))
            .consistent_read(true);
        let items = self.all(query).await?;
        let mut bytes = Vec::new();
        for item in &items {
            bytes.extend_from_slice(packed::bytes(item)?);
        }
        packed::unpack(&keys::board_part(campaign, line, 0), &bytes)
    }

    /// Forgets the boards that were kept after a line and before it.
    async fn forget_boards(&self, campaign: &CampaignId, line: u64) -> Result<(), StoreError> {
        let query = self
            .dynamo
            .query()
            .table_name(&self.tables.places)
            .key_condition_expression("pk = :pk AND sk < :after")
            .expression_attribute_values(":pk", text(keys::boards(campaign)))
            .expression_attribute_values(":after", text(keys::board(line + 1)))
            .projection_expression("pk, sk");
        let old = self.all(query).await?;
        self.delete_all(&self.tables.places, old.iter().map(Key::of)).await
    }

    /// All news of a campaign that the ledger has not yet taken. One wait for a megabyte.
    async fn pending(&self, campaign: &CampaignId) -> Result<Vec<Pending<Key>>, StoreError> {
        let query = self
            .dynamo
            .query()
            .table_name(&self.tables.applications)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(keys::pending(campaign)))
            .consistent_read(true);
        let items = self.all(query).await?;
        items.iter().map(news).collect()
    }

    /// The terms of a campaign's places, and since when they are in force; none before the first.
    async fn terms_in_force(
        &self,
        campaign: &Campaign,
    ) -> Result<Option<(Timestamp, BTreeMap<Place, Terms>)>, StoreError> {
        let current = self.current_now().await?;
        if campaign.service == Service::Camp {
            let Some(held) = current.of(Sheet::Shifts) else { return Ok(None) };
            let rows: Vec<ShiftRow> = self.all_rows(held).await?;
            let terms = rows.into_iter().flat_map(|row| Shift::from(row).terms()).collect();
            return Ok(Some((held.at, terms)));
        }
        let Some(held) = current.of(Sheet::Places) else { return Ok(None) };
        let rows: Vec<PlaceRow> = self.all_rows(held).await?;
        let of = |row: PlaceRow| {
            let terms = PlaceTerms::from(row);
            (Place::new(terms.school.clone(), terms.language), Terms::from(&terms))
        };
        let terms = rows.into_iter().filter(|row| row.campaign == campaign.id).map(of).collect();
        Ok(Some((held.at, terms)))
    }

    /// Has the application of a ticket sit where the ledger says. False where it does already, or where
    /// its own news, which the ledger will take, says otherwise.
    async fn seat(
        &self,
        campaign: &CampaignId,
        ticket: ApplicationNumber,
        place: Place,
        line: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let found = self.numbered(campaign, ticket).await?;
        let Some(id) = found.first() else {
            let key = keys::numbered(campaign, ticket);
            return Err(StoreError::Corrupt { key, why: "a ticket without an application".to_owned() });
        };
        for _ in 0..ROUNDS {
            let Some(seen) = self.sent_application(id).await? else {
                return Err(StoreError::Corrupt { key: keys::sent(id).to_string(), why: "no application".to_owned() });
            };
            if !follows(&seen, &place, line) {
                return Ok(false);
            }
            let decision = Decision::Move { place: place.clone(), line };
            match self.decide(&seen, &Actor::System, &decision, now).await? {
                Changed::Done => return Ok(true),
                Changed::Overtaken => {}
                Changed::NotAllowed(unfit) => {
                    return Err(StoreError::Corrupt { key: keys::sent(id).to_string(), why: unfit.to_string() });
                }
            }
        }
        Err(StoreError::Throttled)
    }
}

/// Whether an application has to be moved to where a line of the ledger has its ticket.
///
/// Who left, is enrolled or stays is not moved: if the ledger has given the ticket a better place in the
/// meantime, it goes back by that news.
fn follows(application: &Application, place: &Place, line: u64) -> bool {
    let moves = application.state.is_live() && application.state != State::Enrolled && !application.stays;
    // A school that declined is not given the child again by a line that knew nothing of it.
    let newer = application.seat.as_ref().is_none_or(|seat| seat.line < line && !seat.struck.contains(place));
    moves && newer && application.place().as_ref() != Some(place)
}

/// Reads pending news.
fn news(item: &Item) -> Result<Pending<Key>, StoreError> {
    let key = Key::of(item);
    if key.sk.starts_with(keys::PENDING_SENT) {
        let PendingSent { ticket, at, .. } = body(item)?;
        return Ok(Pending { at, news: Event::Sent(ticket), key });
    }
    let PendingMoved { number, moved, at, .. } = body(item)?;
    let news = match moved {
        Moved::Left => Event::Left { number },
        Moved::Struck(place) => Event::Struck { number, place },
        Moved::Enrolled(place) => Event::Enrolled { number, place },
        Moved::Stayed(place) => Event::Stayed { number, place },
        Moved::Assigned(home) => Event::Assigned { number, home },
    };
    Ok(Pending { at, news, key })
}
