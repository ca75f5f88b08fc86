//! What a city's tables hold at the end, read back by other means than those that wrote it, and held against the
//! rules of `domain.md` section 5. The rules stand here once more, as plainly as possible.

use std::collections::{BTreeMap, BTreeSet};

use domain::places::ledger::{Hash, Ledger, Line};
use domain::places::{Event, Move, Terms, Why};
use domain::{Application, ApplicationNumber, Date, Place};
use serde_json::Value;

use store::recalculation::Recalculation;

use crate::fresh::City;
use crate::tables::{body, read, scan};
use crate::{Portal, Result, Stack, nth};

/// What was found, all of it in order.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Applications
    pub applications: usize,
    /// Those that are live
    pub live: usize,
    /// Lines of the ledger
    pub lines: usize,
    /// Outside places that were given
    pub grants: usize,
    /// Those of them that were given after the sending: somebody moved up
    pub up: usize,
    /// Who waits for a better place
    pub waiting: usize,
    /// Changes of applications, of each of which parents are told once
    pub changes: usize,
}

/// What the table of applications holds.
#[derive(Default)]
struct Books {
    applications: Vec<Application>,
    /// Lines of the history, by partition
    changes: BTreeMap<String, BTreeSet<u64>>,
    /// Entries of the outbox, by partition
    told: BTreeMap<String, usize>,
    /// Who holds a child's lock
    locks: BTreeSet<String>,
    pending: usize,
}

impl Books {
    fn read(stack: &Stack, table: &str) -> Result<Self> {
        let mut books = Self::default();
        scan(stack, table, |item| books.note(&item))?;
        Ok(books)
    }

    fn note(&mut self, item: &Value) -> Result<()> {
        let part = |name: &str| read(item, &[name]).map(str::to_owned).ok_or_else(|| format!("an item without {name}"));
        match read(item, &["entity"]).unwrap_or_default() {
            "application" => self.applications.push(body(item)?),
            "history" => {
                let sequence = part("sk")?.trim_start_matches("history#").parse()?;
                self.changes.entry(part("pk")?).or_default().insert(sequence);
            }
            "outbox" => *self.told.entry(part("pk")?).or_default() += 1,
            "child-lock" => drop(self.locks.insert(part("body")?)),
            "pending" => self.pending += 1,
            _ => {}
        }
        Ok(())
    }

    /// Every application whole, with a number of its own; nothing left lying.
    fn check(&self) -> Result<()> {
        let numbers: BTreeSet<_> = self.applications.iter().map(|application| application.number).collect();
        holds(numbers.len() == self.applications.len(), || "a number twice".to_owned())?;
        holds(self.pending == 0, || format!("{} pending events are left", self.pending))?;
        for application in &self.applications {
            let (number, pk) = (application.number, store::keys::application(&application.id));
            let changes = self.changes.get(&pk).ok_or("no history")?;
            let whole = changes.iter().copied().eq(1..=application.version);
            holds(whole, || format!("{number}: version {}, history {changes:?}", application.version))?;
            let told = self.told.get(&pk).copied().unwrap_or_default();
            holds(told == changes.len(), || format!("{number}: {} changes, told of {told}", changes.len()))?;
            let locks = self.locks.contains(application.id.as_str());
            let locked = application.linked && application.state.is_live();
            holds(locks == locked, || format!("{number}: {:?}, holds the child's lock: {locks}", application.state))?;
        }
        Ok(())
    }
}

/// A ticket as plainly as possible.
struct Ticket {
    home: Option<Place>,
    choices: Vec<Place>,
    held: Option<Place>,
    enrolled: bool,
    left: bool,
}

impl Ticket {
    /// What it wants more than what it holds.
    fn better(&self) -> &[Place] {
        let end = |choice: &Place| Some(choice) == self.home.as_ref() || Some(choice) == self.held.as_ref();
        let end = self.choices.iter().position(end).unwrap_or(self.choices.len());
        if self.left || self.enrolled { &[] } else { self.choices.get(..end).unwrap_or_default() }
    }
}

/// The rules, by counting everything anew each time.
#[derive(Default)]
struct Plain {
    terms: BTreeMap<Place, Terms>,
    today: Option<Date>,
    closed: bool,
    tickets: BTreeMap<ApplicationNumber, Ticket>,
}

impl Plain {
    fn ticket(&mut self, number: ApplicationNumber) -> Result<&mut Ticket> {
        Ok(self.tickets.get_mut(&number).ok_or_else(|| format!("no ticket {number}"))?)
    }

    /// Takes a line, each of whose grants has to be open when it is made.
    fn take(&mut self, line: &Line) -> Result<()> {
        match &line.event {
            Event::Sent(sent) => {
                let ticket = Ticket {
                    home: sent.home.clone(),
                    choices: sent.choices.clone(),
                    held: None,
                    enrolled: false,
                    left: false,
                };
                let new = self.tickets.insert(sent.number, ticket).is_none();
                holds(new, || format!("{} is sent twice", sent.number))?;
            }
            Event::Assigned { number, home } => self.ticket(*number)?.home = Some(home.clone()),
            Event::Stayed { number, place } => {
                let ticket = self.ticket(*number)?;
                let end = |choice: &Place| choice == place || Some(choice) == ticket.home.as_ref();
                let end = ticket.choices.iter().position(end).unwrap_or(ticket.choices.len());
                ticket.choices.drain(..end);
            }
            Event::Left { number } => self.ticket(*number)?.left = true,
            Event::Struck { number, place } => self.ticket(*number)?.choices.retain(|choice| choice != place),
            Event::Enrolled { number, .. } => self.ticket(*number)?.enrolled = true,
            Event::Changed { place, terms } => drop(self.terms.insert(place.clone(), terms.clone())),
            Event::Date(day) => self.today = Some(*day),
            Event::Closed => self.closed = true,
        }
        line.moves.iter().try_for_each(|made| self.make(line, made))
    }

    fn make(&mut self, line: &Line, made: &Move) -> Result<()> {
        let (number, at) = (made.number, line.line);
        let ticket = self.tickets.get(&number).ok_or("a move of nobody")?;
        holds(ticket.held == made.from, || format!("line {at}: {number} did not sit there"))?;
        // Who said in time that it stays goes back to where it was, whoever sits there by now.
        let given = made.to.as_ref().filter(|to| Some(*to) != ticket.home.as_ref() && made.why != Why::Stays);
        if let Some(to) = given {
            holds(ticket.better().contains(to), || format!("line {at}: {number} does not want {to:?}"))?;
            holds(self.is_open(to), || format!("line {at}: {to:?} is over its quota with {number}"))?;
            let mut before = self.waiting(to).take_while(|other| *other < number);
            let passed = before.next();
            holds(passed.is_none(), || format!("line {at}: {passed:?} waits for {to:?} before {number}"))?;
        }
        self.ticket(number)?.held.clone_from(&made.to);
        Ok(())
    }

    /// Whether one more outsider may have a place.
    fn is_open(&self, place: &Place) -> bool {
        let terms = self.terms.get(place).unwrap_or(&Terms::NONE);
        let (mut residents, mut away, mut granted) = (0_i64, 0_i64, 0_i64);
        for ticket in self.tickets.values().filter(|ticket| !ticket.left) {
            match (ticket.home.as_ref() == Some(place), ticket.held.as_ref() == Some(place)) {
                (true, here) => {
                    residents += 1;
                    away += i64::from(!here);
                }
                (false, true) => granted += 1,
                (false, false) => {}
            }
        }
        let capacity = i64::from(terms.capacity);
        let allowed = if self.today.is_none_or(|today| today <= terms.priority_until) {
            let kept = residents.max(i64::from(terms.forecast)) - away;
            (capacity - kept).min(residents / i64::from(terms.ratio.max(1)))
        } else {
            capacity - (residents - away)
        };
        granted < allowed
    }

    /// Who waits for a place, the first in line first.
    fn waiting(&self, place: &Place) -> impl Iterator<Item = ApplicationNumber> {
        let waits = move |ticket: &Ticket| !self.closed && ticket.better().contains(place);
        self.tickets.iter().filter(move |(_, ticket)| waits(ticket)).map(|(number, _)| *number)
    }

    /// Nobody waits for a place that is open, and who lives in the city sits somewhere.
    fn check(&self) -> Result<()> {
        let wanted: BTreeSet<&Place> = self.tickets.values().flat_map(Ticket::better).collect();
        for place in wanted.into_iter().filter(|place| self.is_open(place)) {
            let first = self.waiting(place).next();
            holds(first.is_none(), || format!("{first:?} waits for {place:?}, which is open"))?;
        }
        for (number, ticket) in self.tickets.iter().filter(|(_, ticket)| !ticket.left) {
            let sits = ticket.held.is_some() || ticket.home.is_none();
            holds(sits, || format!("{number} has a home and sits nowhere"))?;
        }
        Ok(())
    }
}

/// Reads everything back and holds it against the rules.
///
/// # Errors
/// The first thing that is not as it must be, or a stack that does not answer.
pub(super) async fn verdict(stack: &Stack, portal: &Portal, city: &City) -> Result<Verdict> {
    let (store, campaign) = (&portal.store, &city.campaign.id);
    let books = Books::read(stack, &portal.tables.applications)?;
    books.check()?;
    let live = books.applications.iter().filter(|application| application.state.is_live()).count();
    let changes = books.changes.values().map(BTreeSet::len).sum();
    let mut verdict = Verdict { applications: books.applications.len(), live, changes, ..Verdict::default() };

    let head = store.ledger_head(campaign).await?.ok_or("no ledger")?;
    holds(head.applied == head.lines, || format!("{} of {} lines are carried over", head.applied, head.lines))?;
    let lines = store.ledger_lines(campaign, 1, head.lines).await?;
    let ledger = follow(&lines, &books, &mut verdict)?;
    holds(ledger.head() == head.hash, || "the head is another line's".to_owned())?;
    let terms: BTreeMap<Place, Terms> = store
        .places(campaign)
        .await?
        .iter()
        .map(|terms| (Place::new(terms.school.clone(), terms.language), Terms::from(terms)))
        .collect();
    let standings = store.standings(campaign).await?;
    for (place, numbers) in ledger.board().places() {
        let written = standings.places.get(place);
        holds(written == Some(&numbers), || format!("{place:?}: {written:?} is written, {numbers:?} follows"))?;
        let of = terms.get(place).unwrap_or(&Terms::NONE);
        holds(*of == numbers.terms, || format!("{place:?}: the ledger has other terms"))?;
    }
    // From a process that has nothing in memory.
    let again = Recalculation::new(store.clone()).ledger(campaign).await?;
    holds(again == ledger, || "from what is kept follows another ledger than from its lines".to_owned())?;
    tampered(&lines)?;
    Ok(verdict)
}

/// Whoever changes a line is found out, whichever it is.
fn tampered(lines: &[String]) -> Result<()> {
    let at = lines.iter().rposition(|line| line.contains(r#""sent""#)).ok_or("no ticket")?;
    let mut forged = lines.to_vec();
    let line = forged.get_mut(at).ok_or("no line")?;
    *line = line.replacen(r#""number":"#, r#""number":9"#, 1);
    let mut ledger = Ledger::default();
    let found = forged.iter().position(|line| ledger.read(line).is_err());
    let caught = found.is_some_and(|found| found == at || found == at + 1);
    holds(caught || (found.is_none() && at + 1 == lines.len() && ledger.head() != Hash::of(nth(lines, at)?)), || {
        format!("line {} was changed, and {found:?} is found", at + 1)
    })
}

/// Holds a ledger and the applications against the rules and against each other.
fn follow(lines: &[String], books: &Books, verdict: &mut Verdict) -> Result<Ledger> {
    let (mut ledger, mut plain) = (Ledger::default(), Plain::default());
    for text in lines {
        let line = ledger.read(text).map_err(|fault| format!("line {}: {fault}", ledger.board().lines() + 1))?;
        plain.take(&line)?;
        let own = |made: &Move| matches!(&line.event, Event::Sent(ticket) if ticket.number == made.number);
        for made in &line.moves {
            let home = plain.tickets.get(&made.number).and_then(|ticket| ticket.home.as_ref());
            if made.to.is_some() && made.to.as_ref() != home && made.why != Why::Stays {
                verdict.grants += 1;
                verdict.up += usize::from(!own(made));
            }
        }
    }
    plain.check()?;
    holds(plain.tickets.len() == books.applications.len(), || {
        format!("{} tickets in the ledger, {} applications", plain.tickets.len(), books.applications.len())
    })?;
    for application in &books.applications {
        let number = application.number;
        let ticket = plain.tickets.get(&number).ok_or_else(|| format!("{number} is not in the ledger"))?;
        holds(ticket.left != application.state.is_live(), || format!("{number}: {:?}", application.state))?;
        let place = application.place().filter(|_| application.state.is_live());
        holds(ticket.held == place, || format!("{number} sits in {:?}, its page says {place:?}", ticket.held))?;
        let standing = ledger.board().ticket(number).ok_or("a ticket without a standing")?;
        holds(standing.held == ticket.held, || format!("{number}: the board says {:?}", standing.held))?;
        verdict.waiting += usize::from(!ticket.better().is_empty());
    }
    verdict.lines = lines.len();
    Ok(ledger)
}

fn holds(it: bool, complaint: impl FnOnce() -> String) -> Result<()> {
    if it { Ok(()) } else { Err(complaint().into()) }
}
