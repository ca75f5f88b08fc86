//! Senders, the office and two recalculations, each of which may stop anywhere, in every order (`design.md`, "Accepting is
//! apart from allocating"). Orders, news and the ledger are the real ones; around them is the smallest store that they need.
//!
//! A recalculation reads the ledger's head, then the pending news that is settled, folds it, and appends the lines and
//! removes the news in one transaction on the condition that the head is still the one that it read. Then it writes the
//! held place into each application that moved, unless that is over, enrolled, stays elsewhere, was declined there, or
//! has it from a later line; and last, how far the applications are written. Whoever finds them behind the ledger writes them first.
//!
//! A recalculation that dies is one that starts anew, so it may die any number of times. What has to be true "in the
//! end" is asked wherever both are dead: one recalculation, left alone, then has to put everything right.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};

use domain::places::ledger::{Ledger, Line};
use domain::places::news::{Pending, settled};
use domain::places::{Event, Terms, Why};
use domain::{ApplicationNumber, Date, Place, Ticket, Timestamp};
use jiff::civil::DateTime;
use stateright::{Checker as _, HasDiscoveries, Model, Property};

use crate::histories::{day, number, place};
use crate::plain::Plain;

/// The first places can be given; at home everybody has a seat.
const HOME: u64 = 3;

fn hash(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

fn at() -> DateTime {
    day(0).at(9, 0, 0, 0)
}

/// What somebody does with an application, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Deed {
    Withdraw,
    Stay,
    Enrol,
    Decline,
}

/// Who there is and what may happen, at any time and in any order.
struct Scene {
    /// What each family chooses
    families: Vec<Vec<u64>>,
    /// How many of them have sent, and sit, at the beginning
    sent: usize,
    /// Senders that may die between taking a number and writing it
    deaths: u8,
    /// Deeds, each of a family
    deeds: Vec<(usize, Deed)>,
    /// Seats of the places, at first and later
    seats: Vec<(u64, u16)>,
    /// How many of these are so at the beginning
    first: usize,
    /// Heads of ledgers that were found to follow from themselves
    followed: Mutex<BTreeSet<String>>,
}

/// A ledger, known by its head.
#[derive(Clone, Debug)]
struct Book {
    ledger: Arc<Ledger>,
    lines: Arc<Vec<(Line, String)>>,
    hash_of_head: u64,
}

impl PartialEq for Book {
    fn eq(&self, other: &Self) -> bool {
        self.ledger.head() == other.ledger.head()
    }
}

impl Hash for Book {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash_of_head.hash(state);
    }
}

impl Book {
    fn of(ledger: Ledger, lines: Vec<(Line, String)>) -> Self {
        let hash_of_head = hash(&ledger.head().to_string());
        Self { ledger: Arc::new(ledger), lines: Arc::new(lines), hash_of_head }
    }

    fn len(&self) -> u64 {
        self.ledger.board().lines()
    }

    /// The book with news taken.
    fn with<'a>(&self, news: impl IntoIterator<Item = &'a Event>) -> Self {
        let (mut ledger, mut lines) = (Ledger::clone(&self.ledger), Vec::clone(&self.lines));
        for news in news {
            lines.extend(ledger.take(at(), news).into_iter().map(|written| (written.line, written.text)));
        }
        Self::of(ledger, lines)
    }

    /// Who moved after a line.
    fn moved_after(&self, line: u64) -> Vec<ApplicationNumber> {
        let moves = self.lines.iter().skip(line as usize).flat_map(|(line, _)| &line.moves);
        moves.map(|one| one.number).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// A family's application.
#[derive(Clone, Debug, PartialEq, Hash)]
enum Application {
    Draft,
    /// It has a number, taken at that time, and is not written yet
    Numbered(u64, i64),
    Sent {
        number: u64,
        seat: Option<Place>,
        line: u64,
        stays: Option<Place>,
        struck: Vec<Place>,
        enrolled: bool,
        over: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Hash)]
enum Recalculation {
    Idle,
    /// It has read the ledger, and how far the applications are written
    Read(Book, u64),
    /// It has folded news of these times onto a book
    Folded {
        onto: Book,
        book: Book,
        taken: Vec<i64>,
    },
    /// It writes the applications that moved after a line; so many are done
    Writes {
        book: Book,
        after: u64,
        done: usize,
    },
}

#[derive(Clone, Debug, PartialEq, Hash)]
struct City {
    clock: i64,
    counter: u64,
    deaths: u8,
    seats: usize,
    deeds: Vec<bool>,
    applications: Vec<Application>,
    /// Times and news
    pending: Vec<(i64, Told)>,
    book: Book,
    /// Lines whose moves are written into the applications
    written: u64,
    /// Every line that was ever in the ledger, by its hash: nobody can take back what was read
    ever: BTreeSet<u64>,
    recalculations: [Recalculation; 2],
}

/// News with a hash.
#[derive(Clone, Debug, PartialEq)]
struct Told(Event);

impl Hash for Told {
    fn hash<H: Hasher>(&self, state: &mut H) {
        format!("{:?}", self.0).hash(state);
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Take(usize),
    Write(usize),
    Die(usize),
    Do(usize),
    Change,
    Recalculate(usize),
    Stop(usize),
}

impl City {
    fn tell(&mut self, news: Event) {
        self.clock += 1;
        self.pending.push((self.clock, Told(news)));
    }

    /// The application with a number.
    fn application(&mut self, of: ApplicationNumber) -> Option<&mut Application> {
        self.applications
            .iter_mut()
            .find(|application| matches!(application, Application::Sent { number, .. } if *number == of.get()))
    }

    /// A step of a recalculation.
    fn recalculate(&mut self, which: usize) {
        use Recalculation::{Folded, Idle, Read, Writes};
        let next = match self.recalculations[which].clone() {
            Idle => Read(self.book.clone(), self.written),
            Read(book, written) if written < book.len() => Writes { book, after: written, done: 0 },
            Read(onto, _) => {
                // What a living sender may still write is not settled, nor what happened later.
                let numbered = self.applications.iter().filter_map(|application| match application {
                    Application::Numbered(_, at) => Some(at - 1),
                    _ => None,
                });
                let until = Timestamp::from_second(numbered.min().unwrap_or(self.clock)).unwrap();
                let pending = self.pending.iter().map(|(at, Told(news))| Pending {
                    at: Timestamp::from_second(*at).unwrap(),
                    news: news.clone(),
                    key: *at,
                });
                let news = settled(pending.collect(), until);
                let book = onto.with(news.iter().map(|pending| &pending.news));
                let taken = news.iter().map(|pending| pending.key).collect::<Vec<_>>();
                if taken.is_empty() { Idle } else { Folded { onto, book, taken } }
            }
            Folded { onto, book, taken } if self.book == onto => {
                self.pending.retain(|(at, _)| !taken.contains(at));
                self.ever.extend(book.lines.iter().skip(onto.lines.len()).map(|(_, text)| hash(text)));
                self.book = book.clone();
                Writes { book, after: onto.len(), done: 0 }
            }
            Folded { .. } => Idle,
            Writes { book, after, done } => match book.moved_after(after).get(done) {
                Some(number) => {
                    self.seat(*number, &book);
                    Writes { book, after, done: done + 1 }
                }
                None => {
                    self.written = self.written.max(book.len());
                    Idle
                }
            },
        };
        self.recalculations[which] = next;
    }

    fn seat(&mut self, of: ApplicationNumber, book: &Book) {
        let Some(standing) = book.ledger.board().ticket(of) else { return };
        let Some(Application::Sent { seat, line, stays, struck, enrolled: false, over: false, .. }) =
            self.application(of)
        else {
            return;
        };
        let elsewhere = stays.as_ref().is_some_and(|stays| standing.held.as_ref() != Some(stays));
        let declined = standing.held.as_ref().is_some_and(|held| struck.contains(held));
        if *line < standing.line && !elsewhere && !declined {
            seat.clone_from(&standing.held);
            *line = standing.line;
        }
    }

    fn has_news(&self) -> bool {
        !self.pending.is_empty() || self.written < self.book.len()
    }

    fn is_quiet(&self) -> bool {
        self.recalculations == [Recalculation::Idle, Recalculation::Idle]
    }

    /// How it ends if nobody does anything more, and one recalculation lives: none if it never does.
    fn end(&self) -> Option<Self> {
        let mut end = self.clone();
        for application in &mut end.applications {
            if matches!(application, Application::Numbered(..)) {
                *application = Application::Draft;
            }
        }
        for _ in 0..100 {
            if !end.has_news() && end.is_quiet() {
                return Some(end);
            }
            end.recalculate(0);
        }
        None
    }
}

impl Scene {
    fn ticket(&self, family: usize, of: u64) -> Ticket {
        let choices = self.families[family].iter().map(|choice| place(*choice)).collect();
        Ticket { number: number(of), home: Some(place(HOME)), choices, rank: 0 }
    }

    fn seats(&self, at: usize) -> Option<Event> {
        let (of, capacity) = *self.seats.get(at)?;
        let terms = Terms { capacity, forecast: 0, ratio: 1, priority_until: Date::MIN };
        Some(Event::Changed { place: place(of), terms })
    }

    fn write(&self, city: &mut City, family: usize) {
        let Application::Numbered(of, _) = city.applications[family] else { return };
        let seat = Some(place(HOME));
        city.applications[family] = Application::Sent {
            number: of,
            seat,
            line: 0,
            stays: None,
            struck: Vec::new(),
            enrolled: false,
            over: false,
        };
        city.tell(Event::Sent(self.ticket(family, of)));
    }

    fn take(city: &mut City, family: usize) {
        city.counter += 1;
        city.clock += 1;
        city.applications[family] = Application::Numbered(city.counter, city.clock);
    }

    /// A deed, if the application is such that it can be done: on the place that is seen in it.
    fn deed(&self, city: &mut City, deed: usize) -> Option<()> {
        let (family, what) = self.deeds[deed];
        let Application::Sent { number: of, seat, stays, struck, enrolled, over, .. } = &mut city.applications[family]
        else {
            return None;
        };
        if *enrolled || *over {
            return None;
        }
        let number = number(*of);
        let place = seat.clone()?;
        let news = match what {
            Deed::Withdraw => {
                *over = true;
                Event::Left { number }
            }
            Deed::Stay => {
                if stays.replace(place.clone()).is_some() {
                    return None;
                }
                Event::Stayed { number, place }
            }
            Deed::Enrol => {
                *enrolled = true;
                Event::Enrolled { number, place }
            }
            Deed::Decline => {
                if place == crate::histories::place(HOME) {
                    return None;
                }
                *seat = Some(crate::histories::place(HOME));
                struck.push(place.clone());
                Event::Struck { number, place }
            }
        };
        city.deeds[deed] = true;
        city.tell(news);
        Some(())
    }

    /// Whether every line of a ledger follows from those before it, by its own reading and by the plain rules.
    fn follows(&self, book: &Book) -> bool {
        let head = book.ledger.head().to_string();
        if self.followed.lock().unwrap().contains(&head) {
            return true;
        }
        let (mut ledger, mut plain) = (Ledger::default(), Plain::default());
        let mut reads = book
            .lines
            .iter()
            .map(|(line, text)| ledger.read(text).is_ok() && plain.happens(&line.event).as_ref() == Some(&line.moves));
        let follows = reads.all(|follows| follows) && ledger == *book.ledger;
        if follows {
            self.followed.lock().unwrap().insert(head);
        }
        follows
    }
}

impl Model for Scene {
    type State = City;
    type Action = Step;

    fn init_states(&self) -> Vec<City> {
        let mut ledger = Ledger::default();
        let midnight = ledger.write(day(0).at(0, 0, 0, 0), Event::Date(day(0))).unwrap();
        let book = Book::of(ledger, vec![(midnight.line, midnight.text)]);
        let first: Vec<_> = (0..self.first).filter_map(|at| self.seats(at)).collect();
        let book = book.with(&first);
        let mut city = City {
            clock: 0,
            counter: 0,
            deaths: 0,
            seats: self.first,
            deeds: vec![false; self.deeds.len()],
            applications: vec![Application::Draft; self.families.len()],
            pending: Vec::new(),
            written: book.len(),
            ever: book.lines.iter().map(|(_, text)| hash(text)).collect(),
            book,
            recalculations: [Recalculation::Idle, Recalculation::Idle],
        };
        for family in 0..self.sent {
            Self::take(&mut city, family);
            self.write(&mut city, family);
        }
        city = city.end().unwrap();
        vec![city]
    }

    fn actions(&self, city: &City, steps: &mut Vec<Step>) {
        for (family, application) in city.applications.iter().enumerate() {
            match application {
                Application::Draft => steps.push(Step::Take(family)),
                Application::Numbered(..) => {
                    steps.push(Step::Write(family));
                    if city.deaths < self.deaths {
                        steps.push(Step::Die(family));
                    }
                }
                Application::Sent { .. } => {}
            }
        }
        steps.extend((0..self.deeds.len()).filter(|deed| !city.deeds[*deed]).map(Step::Do));
        if city.seats < self.seats.len() {
            steps.push(Step::Change);
        }
        for (which, recalculation) in city.recalculations.iter().enumerate() {
            if *recalculation != Recalculation::Idle {
                steps.extend([Step::Recalculate(which), Step::Stop(which)]);
            } else if city.has_news() {
                steps.push(Step::Recalculate(which));
            }
        }
    }

    fn next_state(&self, city: &City, step: Step) -> Option<City> {
        let mut city = city.clone();
        match step {
            Step::Take(family) => Self::take(&mut city, family),
            Step::Write(family) => self.write(&mut city, family),
            Step::Die(family) => {
                city.deaths += 1;
                city.applications[family] = Application::Draft;
            }
            Step::Do(deed) => self.deed(&mut city, deed)?,
            Step::Change => {
                city.tell(self.seats(city.seats)?);
                city.seats += 1;
            }
            Step::Recalculate(which) => city.recalculate(which),
            Step::Stop(which) => city.recalculations[which] = Recalculation::Idle,
        }
        // Nobody can tell the two recalculations apart.
        city.recalculations.sort_by_key(hash);
        Some(city)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("lines are only ever appended", |_, city: &City| {
                let hashes = || city.book.lines.iter().map(|(_, text)| hash(text)).collect::<BTreeSet<_>>();
                !city.is_quiet() || city.ever == hashes()
            }),
            Property::always("no number is twice in the ledger, and tickets go by number", |_, city: &City| {
                let sent = city.book.lines.iter().filter_map(|(line, _)| match &line.event {
                    Event::Sent(ticket) => Some(ticket.number),
                    _ => None,
                });
                sent.is_sorted_by(|one, other| one < other)
            }),
            Property::always("outsiders are never over the quota, and no seat is given twice", |scene, city: &City| {
                !city.is_quiet() || scene.follows(&city.book)
            }),
            Property::always("it settles: no ticket is lost, and each sits where the ledger says", |_, city: &City| {
                let settled = |end: City| end.applications.iter().all(|one| agrees(one, &end.book));
                !city.is_quiet() || city.end().is_some_and(settled)
            }),
            Property::sometimes("two recalculations meet", |_, city: &City| {
                let late =
                    |one: &Recalculation| matches!(one, Recalculation::Folded { onto, .. } if *onto != city.book);
                city.recalculations.iter().any(late)
            }),
            Property::sometimes("one finds what another left", |_, city: &City| {
                city.is_quiet() && city.written < city.book.len()
            }),
            Property::sometimes("a place is given", |_, city: &City| {
                let granted = |one: &&(Line, String)| one.0.moves.iter().any(|one| matches!(one.why, Why::Seat { .. }));
                city.book.lines.iter().rfind(granted).is_some()
            }),
        ]
    }
}

fn agrees(application: &Application, book: &Book) -> bool {
    let Application::Sent { number: of, seat, enrolled, over, .. } = application else { return true };
    let Some(standing) = book.ledger.board().ticket(number(*of)) else { return false };
    standing.left == *over && standing.enrolled == *enrolled && (*over || standing.held == *seat)
}

/// Fails at the first state that must not be. How many there are is said by `--nocapture`.
fn check(scene: Scene) {
    let checker = scene.checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    checker.assert_properties();
    eprintln!("{} states", checker.unique_state_count());
}

/// One sits and goes; of two who send, one may die and take another number. 16,584 states.
#[test]
fn senders_who_die() {
    check(Scene { families: vec![vec![0], vec![0]], sent: 0, deaths: 1, deeds: vec![(0, Deed::Withdraw)], ..scene() });
}

/// One sits and goes while others send. 10,363 states.
#[test]
fn senders_to_whom_a_place_is_freed() {
    let families = vec![vec![0], vec![0, 1], vec![0]];
    check(Scene { families, sent: 1, deeds: vec![(0, Deed::Withdraw)], ..scene() });
}

/// The school and the parent decide on what they see, while the one before goes. 35,592 states.
#[test]
fn decisions_on_what_is_seen() {
    let deeds = vec![(0, Deed::Withdraw), (1, Deed::Stay), (1, Deed::Enrol), (1, Deed::Decline)];
    check(Scene { deeds, ..scene() });
}

/// A school declines whom another has just been given, and then that one declines too. 13,202 states.
#[test]
fn two_schools_decline() {
    let deeds = vec![(0, Deed::Withdraw), (1, Deed::Decline), (1, Deed::Decline), (1, Deed::Withdraw)];
    check(Scene { families: vec![vec![0], vec![0, 1]], sent: 2, deeds, ..scene() });
}

/// Seats come and go, and so does who sits there. 29,968 states.
#[test]
fn seats_that_come_and_go() {
    let seats = vec![(0, 0), (1, 1), (0, 1), (1, 0)];
    check(Scene { deeds: vec![(1, Deed::Withdraw), (2, Deed::Enrol)], seats, ..scene() });
}

/// Three families who sit, and two places with a seat each.
fn scene() -> Scene {
    Scene {
        families: vec![vec![0], vec![0, 1], vec![1]],
        sent: 3,
        deaths: 0,
        deeds: vec![],
        seats: vec![(0, 1), (1, 1)],
        first: 2,
        followed: Mutex::default(),
    }
}
