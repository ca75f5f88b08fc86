//! An opening day at ten times Karaganda's: all functions in one process behind an address, and people who come on
//! time whether or not those before them have been served.

use std::io::Write;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use demo::{City, Standing};
use domain::{DraftId, Locale, Place, Service};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use store::{Tables, keys};
use tests::browser::Visited;
use tests::embedded::Within;
use tests::parent::expect;
use tests::portal::Beside;
use tests::ready::{Ready, Wish, attach_all, give_scans, send_as_it_is, wishing};
use tests::stack::Sample;
use tests::{Browser, Engine, Family, Page, Parent, Portal, Result, Stack, embedded, tables};
use text::review;
use tokio::runtime::{Builder, Runtime};

use crate::cost;
use crate::serve;
use crate::table::{machine, within};

const L: Locale = Locale::Kk;
/// Families with numbers below go through the whole wizard: their children are six before September and boys, as a parent
/// of the tests says. The others send what lies ready.
const TRAVELLERS: u32 = 4_480;
/// How many families there are.
const FAMILIES: u32 = 13_440;
/// Sendings a second that go on and on, and for a few seconds.
const SUSTAINED: u32 = 50;
const BURST: u32 = 270;
const BURST_SECONDS: u32 = 5;
/// Page reads a second.
const READS: u32 = 13_000;
/// People at once.
const PEOPLE: usize = 48;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Load {
    /// How long each part goes on
    pub seconds: u32,
    /// The most applications that are stored beforehand
    pub stored: u32,
    /// DynamoDB Local, for what is charged
    pub dynamodb: Option<String>,
}

/// A city with its portal.
pub struct Town {
    /// The engine, the address of the pages, the sample family
    pub stack: Stack,
    /// The tables
    pub tables: Tables,
    /// The portal without an address
    pub portal: Portal,
    home: Place,
    /// The children's year of birth
    pub born: u16,
    /// Where the portal's own connections live
    runtime: Runtime,
}

/// A draft that lies ready, and the open page with its button.
struct Waiting {
    browser: Browser,
    review: Page,
}

/// Runs all of it and prints.
///
/// # Errors
/// Anything that is not as it must be.
pub fn load(asked: &Load, out: &mut impl Write) -> Result<()> {
    writeln!(out, "{}", machine())?;
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    writeln!(
        out,
        "The functions (on {cores} threads), DynamoDB's API (dynoxide, in memory, one thread) and the people are one\n\
         process and share these cores. Answers are timed by those who wait for them.\n"
    )?;
    let (database, within) = embedded::open_within()?;
    let town = Town::found(&database.endpoint, Engine::Embedded)?;
    let (origin, listener) = serve::bind()?;
    let town = town.at(origin);
    serve::portal(&town.stack, &listener, &town.tables, cores, None)?;

    let (mut next, mut stored, model) = (TRAVELLERS, 0, town.model()?);
    for level in [100, 10_000, asked.stored].into_iter().filter(|level| *level <= asked.stored) {
        if level == stored {
            continue;
        }
        let began = Instant::now();
        town.fill(&within, &model, stored..level)?;
        writeln!(out, "== {level} applications stored ({:.0} s) ==\n", began.elapsed().as_secs_f64())?;
        sends(&town, "sustained", SUSTAINED, asked.seconds, &mut next, out)?;
        if stored == 0 {
            sends(&town, "a burst", BURST, BURST_SECONDS, &mut next, out)?;
            journeys(&town, asked.seconds, out)?;
        }
        reads(&town, asked.seconds.min(5), &mut next, out)?;
        stored = level;
    }
    if stored < 1_000_000 {
        writeln!(out, "A million stored takes gigabytes and minutes: --stored 1000000.\n")?;
    }
    cost::journey(asked.dynamodb.as_deref(), out)
}

impl Town {
    /// The demo city over new tables.
    ///
    /// # Errors
    /// A database that does not answer.
    pub fn found(dynamodb: &str, engine: Engine) -> Result<Self> {
        let city = City::make(Standing::Open, demo::today()?)?;
        let sample = city.sample()?;
        let scan = |name: &str| format!("{}/../demo/scans/{name}", env!("CARGO_MANIFEST_DIR"));
        let services = serve::services()?;
        let stack = Stack {
            origin: "http://localhost".to_owned(),
            texts: format!("{services}/_ministack/sns/sms-messages"),
            stand_in: services.clone(),
            endpoint: services,
            engine,
            second: dynamodb.to_owned(),
            sample: Sample {
                phone: sample.phone.as_str().to_owned(),
                parent_iin: sample.parent_iin.as_str().to_owned(),
                child_iin: sample.child_iin.as_str().to_owned(),
                address: sample.address.clone(),
                language: sample.language.code().to_owned(),
                scans: ["birth-certificate.pdf", "photo.jpg"].map(scan).into(),
            },
        };
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let portal = runtime.block_on(async {
            let portal = Portal::empty(&stack, Beside::nothing()?).await?;
            demo::load_into(&city, &portal.store, &portal.key).await?;
            Result::<_>::Ok(portal)
        })?;
        let born = 2_000 + stack.sample.child_iin.get(..2).ok_or("no IIN")?.parse::<u16>()?;
        let home = Place::new(sample.school.clone().ok_or("no school")?, sample.language);
        Ok(Self { tables: portal.tables.clone(), stack, portal, home, born, runtime })
    }

    /// The same with its pages at an address.
    #[must_use]
    pub fn at(self, origin: String) -> Self {
        Self { stack: Stack { origin, ..self.stack }, ..self }
    }

    /// The asynchronous part of a step.
    ///
    /// # Errors
    /// Its own.
    pub fn run<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.runtime.block_on(work)
    }

    /// A family's draft with nothing missing but its scans.
    async fn draft(&self, number: u32) -> Result<Ready> {
        let campaign = self.portal.store.campaign(Service::FirstGrade).await?.ok_or("no campaign")?;
        let family = Family::numbered(number, self.born)?;
        wishing(&self.portal, &campaign, &family, true, &Wish::home(&self.home)).await
    }

    /// Drafts of the next families that can be sent.
    fn drafts(&self, next: &mut u32, count: u32) -> Result<Vec<Ready>> {
        let numbers = *next..*next + count;
        *next = numbers.end;
        // The last is the model's.
        if *next >= FAMILIES {
            return Err(format!("there are only {FAMILIES} families: ask for fewer --seconds").into());
        }
        self.run(async {
            let drafts = stream::iter(numbers).map(|number| self.draft(number)).buffer_unordered(32);
            let drafts: Vec<Ready> = drafts.try_collect().await?;
            if let [first, others @ ..] = drafts.as_slice() {
                attach_all(&self.portal, &first.id).await?;
                give_scans(&self.stack, &self.portal, &first.id, others.iter().map(|draft| &draft.id))?;
            }
            self.portal.wire.take();
            Ok(drafts)
        })
    }

    /// An application that was sent, for copies.
    fn model(&self) -> Result<DraftId> {
        self.run(async {
            let draft = self.draft(FAMILIES - 1).await?;
            attach_all(&self.portal, &draft.id).await?;
            send_as_it_is(&self.portal, &draft).await?;
            Ok(draft.id)
        })
    }

    /// Stores copies of an application with these numbers, under other keys, with the line of their history.
    fn fill(&self, within: &Within, model: &DraftId, numbers: Range<u32>) -> Result<()> {
        let table = &self.tables.applications;
        let part = |key: &keys::Key| -> Result<Value> {
            Ok(tables::item(&self.stack, table, key)?.ok_or("the application is not there")?)
        };
        let (sent, line) = (part(&keys::sent(model))?, part(&keys::history(model, 1))?);
        let numbers: Vec<u32> = numbers.collect();
        for numbers in numbers.chunks(5_000) {
            let mut items = Vec::new();
            for number in numbers {
                let id = DraftId::parse(&format!("{number:032x}")).ok_or("no id")?;
                items.push(unlike(tables::under(&sent, &keys::sent(&id)), *number));
                items.push(tables::under(&line, &keys::history(&id, 1)));
            }
            within.import(table, items)?;
        }
        Ok(())
    }
}

/// The same application of another owner with another number, for the indexes.
fn unlike(mut item: Value, number: u32) -> Value {
    if let Some(item) = item.as_object_mut() {
        for name in ["owner", "desk_order", "numbered"] {
            if let Some(value) = item.get(name).and_then(|value| value.get("S")).and_then(Value::as_str) {
                let value = json!({"S": format!("{value}#{number}")});
                item.insert(name.to_owned(), value);
            }
        }
    }
    item
}

/// Sends at a rate: everybody presses at their own moment, with the page open before them.
fn sends(town: &Town, what: &str, rate: u32, seconds: u32, next: &mut u32, out: &mut impl Write) -> Result<()> {
    let (drafts, door) = (town.drafts(next, rate * seconds)?, Browser::new(&town.stack.origin));
    let (told, heard) = channel();
    let waiting = at_once(drafts.len(), |at| {
        let draft = drafts.get(at).ok_or("no draft")?;
        let browser = door.with_session(draft.token.as_str());
        let review = browser.get(&format!("/kk/first-grade/{}/review", draft.id))?;
        Ok(Waiting { browser: browser.telling(told.clone()), review: expect(review, 200)? })
    })?;
    let late = Mutex::new(Vec::new());
    let began = Instant::now();
    at_once(waiting.len(), |at| {
        let Waiting { browser, review } = waiting.get(at).ok_or("nobody")?;
        let due = began + Duration::from_secs(1) * u32::try_from(at)? / rate;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let sent = browser.press(review, review::SEND.get(L), &[])?;
        late.lock().unwrap_or_else(PoisonError::into_inner).push(due.elapsed());
        let sent = browser.follow(expect(sent, 303)?)?;
        tests::parent::number(&sent, L).map(drop)
    })?;
    let took = began.elapsed().as_secs_f64();
    drop(told);
    drop(waiting);
    let mut late = late.into_inner().unwrap_or_else(PoisonError::into_inner);
    let done = f64::from(rate * seconds) / took;
    writeln!(
        out,
        "Sendings, {what}: {rate} a second for {seconds} s; {done:.0} a second done{}; all accepted",
        verdict(done, rate),
    )?;
    steps(heard, out)?;
    line(out, "from the moment of pressing", &mut late)?;
    writeln!(out)?;
    Ok(())
}

/// Whole journeys, as many as there are people who begin the next when they have sent.
fn journeys(town: &Town, seconds: u32, out: &mut impl Write) -> Result<()> {
    let Town { stack, born, .. } = town;
    let (told, heard) = channel();
    // The first are those of whom the costs are counted.
    let next = AtomicUsize::new(100);
    let (done, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let began = Instant::now();
    let took = thread::scope(|scope| {
        let person = || -> Result<()> {
            while !over.load(Ordering::Relaxed) {
                let number = u32::try_from(next.fetch_add(1, Ordering::Relaxed))?;
                if number >= TRAVELLERS {
                    break;
                }
                travel(stack, *born, number, Some(&told))?;
                if !over.load(Ordering::Relaxed) {
                    done.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok(())
        };
        let people: Vec<_> = (0..PEOPLE / 2).map(|_| scope.spawn(person)).collect();
        thread::sleep(Duration::from_secs(seconds.into()));
        over.store(true, Ordering::Relaxed);
        let took = began.elapsed().as_secs_f64();
        people.into_iter().try_for_each(|person| person.join().map_err(|_| "a person fell ill")?).map(|()| took)
    })?;
    drop(told);
    let done = u32::try_from(done.into_inner())?;
    let rate = f64::from(done) / took;
    writeln!(
        out,
        "Whole journeys, {} people at once who begin the next after sending: {done} in {took:.0} s, {rate:.1} a second{}",
        PEOPLE / 2,
        verdict(rate, SUSTAINED),
    )?;
    steps(heard, out)?;
    writeln!(out)?;
    Ok(())
}

/// The wizard from its first page to the thank-you page, everything typed by hand.
///
/// # Errors
/// Anything unexpected on the way.
pub fn travel(stack: &Stack, born: u16, number: u32, told: Option<&Sender<Visited>>) -> Result<()> {
    let family = Family::numbered(number, born)?;
    let (address, language) = (stack.sample.address.clone(), stack.sample.language.clone());
    let mut parent = Parent::new(stack, L)?;
    parent.family = Family { address, language, ..family };
    if let Some(told) = told {
        parent.browser = Browser::new(&stack.origin).telling(told.clone());
    }
    let review = parent.prepare()?;
    let sent = parent.send(&review)?;
    parent.number(&sent).map(drop)
}

/// Reads of one page after the other by many people, without a pause.
fn reads(town: &Town, seconds: u32, next: &mut u32, out: &mut impl Write) -> Result<()> {
    let (drafts, door) = (town.drafts(next, 1)?, Browser::new(&town.stack.origin));
    let own = drafts.first().ok_or("no draft")?;
    let pages = [
        ("questions and answers (no table read)", "/kk/faq".to_owned()),
        ("home page", "/kk".to_owned()),
        ("queue of all schools", "/kk/queue".to_owned()),
        ("review of one's own draft", format!("/kk/first-grade/{}/review", own.id)),
    ];
    writeln!(out, "Page reads, {PEOPLE} people at once, {seconds} s each, gzipped:")?;
    let mut enough = 0;
    for (name, path) in &pages {
        let until = Instant::now() + Duration::from_secs(seconds.into());
        let all = at_once(PEOPLE, |_| {
            let browser = door.with_session(own.token.as_str());
            let mut times = Vec::new();
            while Instant::now() < until {
                let began = Instant::now();
                let page = browser.send("GET", path, None, &[("accept-encoding", "gzip")])?;
                times.push(began.elapsed());
                expect(page, 200)?;
            }
            Ok(times)
        })?;
        let mut times = all.concat();
        let rate = f64::from(u32::try_from(times.len())?) / f64::from(seconds);
        enough += u32::from(rate >= f64::from(READS));
        line(out, &format!("{rate:>6.0}/s {name}"), &mut times)?;
    }
    writeln!(out, "  Asked for are {READS}/s: {enough} of {} pages are read so often on this machine.\n", pages.len())?;
    Ok(())
}

/// Does something so many times, as many at once as there are people, in the order of their numbers.
fn at_once<T: Send>(count: usize, work: impl Fn(usize) -> Result<T> + Sync) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let person = || -> Result<Vec<(usize, T)>> {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return Ok(done);
            }
            done.push((at, work(at)?));
        }
    };
    let mut all = thread::scope(|scope| {
        let people: Vec<_> = (0..PEOPLE.min(count)).map(|_| scope.spawn(person)).collect();
        let mut all = Vec::new();
        for person in people {
            let done: Result<Vec<(usize, T)>> = person.join().map_err(|_| "a person fell ill")?;
            all.extend(done?);
        }
        Result::<_>::Ok(all)
    })?;
    all.sort_unstable_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, done)| done).collect())
}

/// The times of each step, in the order of the journey.
fn steps(heard: Receiver<Visited>, out: &mut impl Write) -> Result<()> {
    let mut all: Vec<(String, Vec<Duration>)> = Vec::new();
    for visited in heard {
        let step = step(&visited.method, &visited.path);
        match all.iter_mut().find(|(known, _)| *known == step) {
            Some((_, times)) => times.push(visited.took),
            None => all.push((step, vec![visited.took])),
        }
    }
    all.iter_mut().try_for_each(|(step, times)| line(out, step, times))
}

fn line(out: &mut impl Write, what: &str, times: &mut [Duration]) -> Result<()> {
    let ms = |share, times: &mut [Duration]| within(times, share).as_secs_f64() * 1_000.0;
    let (half, most) = (ms(50, times), ms(99, times));
    writeln!(out, "  {what:<52} p50 {half:>7.1} ms   p99 {most:>7.1} ms   {:>7} times", times.len())?;
    Ok(())
}

/// The step of a visit: what is done at the address, whoever's draft it is.
pub fn step(method: &str, path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let tail: Vec<&str> = path.split('/').skip(3).filter(|part| part.len() != 32).collect();
    match (method, tail.as_slice()) {
        (_, []) => format!("{method} first page"),
        (_, ["documents", ..]) => format!("{method} scan"),
        ("POST", ["review"]) => "POST review: sending".to_owned(),
        (_, tail) => format!("{method} {}", tail.join("/")),
    }
}

fn verdict(done: f64, wanted: u32) -> &'static str {
    // Whoever comes last is served a moment after the end.
    if done >= f64::from(wanted) * 0.95 { " (kept up)" } else { " (NOT kept up on this machine)" }
}
