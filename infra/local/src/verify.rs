//! `cargo portal verify`: replays a published ledger by the rules of `domain`. Nothing else is taken on
//! trust, and nothing of the portal is asked.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::process::ExitCode;

use domain::ApplicationNumber;
use domain::places::Why;
use domain::places::ledger::{Ledger, Line};

use crate::telling::{self, place};
use crate::{Failure, Outcome, published};

/// So much of a hash is that of one line only.
const SHORTEST_HASH: usize = 16;

/// What is asked of a ledger.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verify {
    /// Files, folders and addresses, in the order of the ledger
    pub(crate) sources: Vec<String>,
    /// What became of these
    pub(crate) tickets: Vec<ApplicationNumber>,
    /// Which lines have these hashes, or hashes that begin so
    pub(crate) heads: Vec<String>,
    /// Whether these lines have these hashes
    pub(crate) lines: Vec<(u64, String)>,
}

/// Reads a hash, or enough of its beginning.
pub(crate) fn hash(text: &str) -> Option<String> {
    let fits = (SHORTEST_HASH..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| text.to_ascii_lowercase())
}

/// Says what was found: 0 if all that was asked is so, 1 if something is not, 2 if nothing can be said.
pub(crate) fn run(asked: &Verify) -> ExitCode {
    match verify(asked) {
        Ok(Verdict { text, holds }) => {
            // Who reads only its beginning has closed the rest.
            writeln!(std::io::stdout(), "{text}").ok();
            if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(Failure(line)) => {
            eprintln!("cargo portal: {line}");
            ExitCode::from(2)
        }
    }
}

#[derive(Debug)]
struct Verdict {
    text: String,
    /// Whether all follows, and whatever was asked besides is so.
    holds: bool,
}

fn verify(asked: &Verify) -> Outcome<Verdict> {
    let agent = published::agent();
    let mut replay = Replay::of(asked);
    for source in &asked.sources {
        let mut fault = None;
        let read = published::read(source, &agent, |file, at, text| match replay.take(text) {
            Ok(()) => ControlFlow::Continue(()),
            Err(wrong) => {
                fault = Some((format!("{file}, line {at} there"), wrong));
                ControlFlow::Break(())
            }
        });
        if let (Some((at, wrong)), _) = (fault, read?) {
            let lines = replay.lines;
            let text = format!("Line {} does not follow from the {lines} lines before it ({at}).\n{wrong}", lines + 1);
            return Ok(Verdict { text, holds: false });
        }
    }
    if replay.lines == 0 {
        return Err(Failure::new("there is not one line in it: is it the right file?"));
    }
    Ok(replay.verdict())
}

/// A ledger as far as it was read, and the answers found in it.
struct Replay {
    ledger: Ledger,
    lines: u64,
    /// Outside places that were given, one after the other.
    given: u64,
    until: String,
    stories: Vec<(ApplicationNumber, Vec<String>)>,
    heads: Vec<(String, Option<u64>)>,
    hashes: Vec<(u64, String, Option<String>)>,
}

impl Replay {
    fn of(asked: &Verify) -> Self {
        Self {
            ledger: Ledger::default(),
            lines: 0,
            given: 0,
            until: String::new(),
            stories: asked.tickets.iter().map(|ticket| (*ticket, Vec::new())).collect(),
            heads: asked.heads.iter().map(|head| (head.clone(), None)).collect(),
            hashes: asked.lines.iter().map(|(line, hash)| (*line, hash.clone(), None)).collect(),
        }
    }

    /// Takes a line, or tells what is wrong with it.
    fn take(&mut self, text: &str) -> Result<(), String> {
        let line = match self.ledger.read(text) {
            Ok(line) => line,
            Err(fault) => return Err(telling::fault(&fault, self.ledger.board(), text)),
        };
        self.lines = line.line;
        let outside = line.moves.iter().filter(|one| matches!(one.why, Why::Ratio { .. } | Why::Seat { .. }));
        self.given += outside.count() as u64;
        self.until = line.at.strftime("%F %H:%M").to_string();
        for (ticket, story) in &mut self.stories {
            note(*ticket, &line, &self.until, story);
        }
        if !self.heads.is_empty() || !self.hashes.is_empty() {
            let hash = self.ledger.head().to_string();
            for (_, at) in self.heads.iter_mut().filter(|(head, at)| at.is_none() && hash.starts_with(head)) {
                *at = Some(line.line);
            }
            for (.., found) in self.hashes.iter_mut().filter(|(number, ..)| *number == line.line) {
                *found = Some(hash.clone());
            }
        }
        Ok(())
    }

    fn verdict(self) -> Verdict {
        let mut holds = true;
        let mut said = vec!["Every place follows from the rules.".to_owned(), String::new()];
        said.extend(self.figures());
        for (ticket, story) in &self.stories {
            holds &= !story.is_empty();
            said.push(String::new());
            said.extend(self.story(*ticket, story));
        }
        for (head, at) in &self.heads {
            holds &= at.is_some();
            said.push(String::new());
            said.push(match at {
                Some(line) => format!("The hash {head} is that of line {line}."),
                None => format!("No line has the hash {head}: this is not the ledger that it was taken from, or an older state of it."),
            });
        }
        for (line, hash, found) in &self.hashes {
            let has = found.as_ref().is_some_and(|found| found.starts_with(hash));
            holds &= has;
            said.push(String::new());
            said.push(match found {
                Some(_) if has => format!("Line {line} has the hash {hash}."),
                Some(found) => format!("Line {line} has not the hash {hash}, but {found}: this is another ledger."),
                None => format!("There is no line {line} yet."),
            });
        }
        if self.heads.is_empty() && self.hashes.is_empty() {
            said.push(String::new());
            said.push(format!(
                "Whether it is the ledger that everybody sees, its head tells: compare it with that of line {} on the page of\n\
                 the queue, or look with --head HASH for one that a receipt carries.",
                self.lines
            ));
        }
        Verdict { text: said.join("\n"), holds }
    }

    fn figures(&self) -> [String; 4] {
        let (mut tickets, mut left, mut home, mut outside, mut enrolled) = (0, 0, 0, 0, 0);
        for (_, standing) in self.ledger.board().tickets() {
            tickets += 1;
            left += u64::from(standing.left);
            enrolled += u64::from(standing.enrolled);
            outside += u64::from(standing.sits_outside());
            home += u64::from(standing.held.is_some() && !standing.sits_outside());
        }
        [
            format!("  lines           {}, to {}", self.lines, self.until),
            format!(
                "  tickets         {tickets}: {home} sit at home, {outside} outside, {left} left; {enrolled} are enrolled"
            ),
            format!("  outside places  {} given in all, {outside} held now", self.given),
            format!("  head            {}", self.ledger.head()),
        ]
    }

    /// What became of a ticket, and how it stands.
    fn story(&self, number: ApplicationNumber, story: &[String]) -> Vec<String> {
        let board = self.ledger.board();
        let Some(standing) = board.ticket(number) else {
            let why = "a number gets there some minutes after it was sent, and not every number is in use";
            return vec![format!("Ticket {number} is not in this ledger, which goes to {}: {why}.", self.until)];
        };
        let mut told = vec![format!("Ticket {number}")];
        told.extend_from_slice(story);
        told.push(match &standing.held {
            _ if standing.left => "  Now it has left.".to_owned(),
            Some(held) if standing.enrolled => format!("  Now it is enrolled in {}.", place(held)),
            Some(held) => format!("  Now it sits in {}, since line {}.", place(held), standing.line),
            None => "  Now it sits nowhere: it has no home place yet.".to_owned(),
        });
        for wait in board.waits(number) {
            let numbers = board.numbers(&wait.place);
            let why = numbers.obstacle().map(|obstacle| telling::obstacle(obstacle, numbers.residents));
            let why = why.map(|why| format!(": {why}")).unwrap_or_default();
            told.push(format!(
                "  It waits for {} at position {} of {}{why}.",
                place(&wait.place),
                wait.position,
                numbers.waiting
            ));
        }
        told
    }
}

/// Notes what a line did to a ticket.
fn note(ticket: ApplicationNumber, line: &Line, at: &str, story: &mut Vec<String>) {
    let moved: Vec<_> = line.moves.iter().filter(|one| one.number == ticket).map(telling::moved).collect();
    if line.event.number() == Some(ticket) || !moved.is_empty() {
        story.push(format!("  {at}, line {}: {}", line.line, telling::event(&line.event)));
        story.extend(moved.into_iter().map(|moved| format!("    {moved}")));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::io::{BufRead as _, BufReader};
    use std::net::{Ipv4Addr, TcpListener, TcpStream};
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Arc, Mutex};
    use std::thread;

    use domain::directory::SchoolId;
    use domain::places::ledger::Hash;
    use domain::places::{Event, Terms};
    use domain::{Language, Place, Ticket};
    use jiff::civil::{date, datetime};

    use super::*;

    fn at(school: &str) -> Place {
        Place::new(SchoolId::parse(school).unwrap(), Language::Kazakh)
    }

    fn number(number: u64) -> ApplicationNumber {
        ApplicationNumber::new(number).unwrap()
    }

    fn sent(of: u64, home: &str, choices: &[&str]) -> Event {
        Event::Sent(Ticket {
            number: number(of),
            home: Some(at(home)),
            choices: choices.iter().map(|choice| at(choice)).collect(),
            rank: 0,
        })
    }

    /// A ledger in which ticket 1 gets an outside place by the third resident of `a`, and ticket 2 waits
    /// for the next; `more` residents of `b` come after them.
    fn ledger(more: u64) -> Vec<String> {
        let terms = Terms { capacity: 30, forecast: 20, ratio: 3, priority_until: date(2027, 5, 31) };
        let mut events = vec![
            Event::Date(date(2027, 4, 1)),
            Event::Changed { place: at("a"), terms },
            sent(1, "b", &["a"]),
            sent(2, "b", &["a"]),
            sent(3, "a", &[]),
            sent(4, "a", &[]),
            sent(5, "a", &[]),
        ];
        events.extend((6..6 + more).map(|number| sent(number, "b", &[])));
        let mut ledger = Ledger::default();
        let written = |event| ledger.write(datetime(2027, 4, 1, 9, 30, 0, 0), event).unwrap().text;
        events.into_iter().map(written).collect()
    }

    /// All hashes anew, as somebody would write them who changed a line.
    fn chained(lines: &[String]) -> Vec<String> {
        let mut previous = Hash::default();
        let chain = |(number, line): (u64, &String)| {
            let mut line: Line = serde_json::from_str(line).unwrap();
            (line.line, line.previous) = (number, previous);
            let text = serde_json::to_string(&line).unwrap();
            previous = Hash::of(&text);
            text
        };
        (1..).zip(lines).map(chain).collect()
    }

    /// A folder that is gone after the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            static MADE: AtomicU32 = AtomicU32::new(0);
            let name = format!("portal-verify-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
            let path = std::env::temp_dir().join(name);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        /// Writes lines into a file and tells its name.
        fn file(&self, name: &str, lines: &[String]) -> String {
            let path = self.0.join(name);
            fs::write(&path, content(lines)).unwrap();
            path.to_str().unwrap().to_owned()
        }

        fn name(&self) -> String {
            format!("{}/", self.0.display())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    fn content(lines: &[String]) -> String {
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn published(lines: &[String]) -> BTreeMap<String, String> {
        (1..).zip(lines.chunks(1000)).map(|(file, lines)| (format!("/l/{file:05}.jsonl"), content(lines))).collect()
    }

    /// Answers GETs on loopback until the tests end: with what it is given, or with what `missing` says.
    fn serve(files: BTreeMap<String, String>, missing: &'static str) -> (String, Arc<Mutex<BTreeMap<String, String>>>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let files = Arc::new(Mutex::new(files));
        let served = Arc::clone(&files);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(&stream, &served, missing).ok();
            }
        });
        (address, files)
    }

    fn answer(mut stream: &TcpStream, files: &Mutex<BTreeMap<String, String>>, missing: &str) -> std::io::Result<()> {
        let mut head = BufReader::new(stream).lines();
        let first = head.next().transpose()?.unwrap_or_default();
        while head.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        let path = first.split(' ').nth(1).unwrap_or_default();
        let found = files.lock().unwrap().get(path).cloned();
        match found {
            Some(body) => {
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
            }
            None if path == "/endless" => {
                write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
                loop {
                    stream.write_all(&[b'x'; 65_536])?;
                }
            }
            None if path == "/cut" => {
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\nConnection: close\r\n\r\n{{")
            }
            None => write!(stream, "HTTP/1.1 {missing}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        }
    }

    fn of(sources: &[&str]) -> Verify {
        Verify { sources: sources.iter().map(|source| (*source).to_owned()).collect(), ..Verify::default() }
    }

    /// What is said, and the code that the tool ends with.
    fn verdict(asked: &Verify) -> (u8, String) {
        match verify(asked) {
            Ok(Verdict { text, holds: true }) => (0, text),
            Ok(Verdict { text, holds: false }) => (1, text),
            Err(Failure(line)) => (2, line),
        }
    }

    #[track_caller]
    fn says(asked: &Verify, code: u8, parts: &[&str]) {
        let (ended, text) = verdict(asked);
        assert_eq!(ended, code, "{text}");
        for part in parts {
            assert!(text.contains(part), "{part:?} is not in:\n{text}");
        }
    }

    #[test]
    fn a_sound_ledger_is_found_sound_with_its_numbers_and_its_head() {
        let (folder, lines) = (Folder::new(), ledger(0));
        let head = Hash::of(lines.last().unwrap()).to_string();
        let file = folder.file("all.jsonl", &lines);
        says(
            &of(&[&file]),
            0,
            &[
                "Every place follows",
                "7, to 2027-04-01 09:30",
                "5: 4 sit at home, 1 outside, 0 left",
                "1 given in all, 1 held now",
                &head,
            ],
        );
        // In two files, and after a download that changed the line breaks.
        let (first, rest) = (folder.file("1", &lines[..3]), folder.file("2", &lines[3..]));
        says(&of(&[&first, &rest]), 0, &[&head]);
        fs::write(&file, content(&lines).replace('\n', "\r\n")).unwrap();
        says(&of(&[&file]), 0, &[&head]);
        says(
            &of(&[&rest, &first]),
            1,
            &["Line 1 does not follow", "calls itself line 4, where line 1 belongs: lines were left out"],
        );
    }

    #[test]
    fn a_folder_is_read_file_by_file_at_home_and_from_a_server() {
        let (folder, lines) = (Folder::new(), ledger(2100));
        let head = Hash::of(lines.last().unwrap()).to_string();
        for (number, lines) in (1..).zip(lines.chunks(1000)) {
            folder.file(&format!("{number:05}.jsonl"), lines);
        }
        says(&of(&[&folder.name()]), 0, &["2107, to", &head]);
        says(&of(&[folder.name().trim_end_matches('/')]), 0, &["2107, to", &head]);
        for missing in ["404 Not Found", "403 Forbidden"] {
            let (address, _) = serve(published(&lines), missing);
            says(&of(&[&format!("{address}/l/")]), 0, &["2107, to", &head]);
            says(&of(&[&format!("{address}/l/00001.jsonl")]), 0, &["1000, to"]);
            says(&of(&[&format!("{address}/m/")]), 2, &["nothing is at", "/m/00001.jsonl"]);
        }
        let (address, _) = serve(published(&lines), "503 Slow Down");
        says(&of(&[&format!("{address}/l/")]), 2, &["00004.jsonl answers 503"]);
    }

    #[test]
    fn what_is_published_while_it_is_read_is_no_fault() {
        let lines = ledger(1000);
        let (address, files) = serve(published(&lines), "404 Not Found");
        let full = files.lock().unwrap().insert("/l/00001.jsonl".to_owned(), content(&lines[..990])).unwrap();
        // The last ten lines of the first file come after it was read, with the second file.
        let agent = published::agent();
        let mut replay = Replay::of(&Verify::default());
        let read = published::read(&format!("{address}/l/"), &agent, |_, at, text| {
            if at == 990 {
                files.lock().unwrap().insert("/l/00001.jsonl".to_owned(), full.clone());
            }
            replay.take(text).unwrap();
            ControlFlow::Continue(())
        });
        assert!(matches!(read, Ok(ControlFlow::Continue(()))));
        assert_eq!(replay.lines, 1007);
    }

    #[test]
    fn a_changed_line_is_found() {
        let folder = Folder::new();
        let mut lines = ledger(3);
        lines[7] = lines[7].replace(r#""number":6"#, r#""number":60"#);
        let (wrong, found) =
            (["Line 9 does not follow from the 8 lines before it", "line 9 there", "line 8 was changed"], "60");
        let file = folder.file("ledger", &lines);
        assert!(content(&lines).contains(found));
        says(&of(&[&file]), 1, &wrong);
        let (address, _) = serve(published(&lines), "404 Not Found");
        says(&of(&[&format!("{address}/l/")]), 1, &wrong);
        lines[4].push(']');
        says(
            &of(&[&folder.file("ledger", &lines)]),
            1,
            &["Line 5 does not follow", "not written as a line of a ledger is"],
        );
    }

    #[test]
    fn a_line_that_was_left_out_is_found() {
        let (folder, mut lines) = (Folder::new(), ledger(2000));
        lines.remove(999);
        let wrong =
            ["Line 1000 does not follow", "calls itself line 1001, where line 1000 belongs: lines were left out"];
        says(&of(&[&folder.file("ledger", &lines)]), 1, &wrong);
        // From the end of a file too, which looks as if it were still growing.
        folder.file("00001.jsonl", &lines[..999]);
        folder.file("00002.jsonl", &lines[999..]);
        says(&of(&[&folder.name()]), 1, &wrong);
        folder.file("00002.jsonl", &[]);
        says(&of(&[&folder.name()]), 2, &["00002.jsonl is empty"]);
    }

    #[test]
    fn a_forged_line_is_found_however_well_it_is_chained() {
        let folder = Folder::new();
        let mut lines = ledger(3);
        // Ticket 2 in place of ticket 1, which waits longer.
        let mut favour: Line = serde_json::from_str(&lines[6]).unwrap();
        favour.moves.last_mut().unwrap().number = number(2);
        lines[6] = serde_json::to_string(&favour).unwrap();
        says(
            &of(&[&folder.file("ledger", &chained(&lines))]),
            1,
            &[
                "Line 7 does not follow",
                "ticket 5 was sent; home place: a (kazakh)",
                "The first move is right",
                "By the rules:\n  ticket 1 moves from b (kazakh) to a (kazakh): outside place 1 is open with 3 residents, 3 to one",
                "The line tells:\n  ticket 2 moves from b (kazakh) to a (kazakh)",
            ],
        );
        favour.moves.pop();
        lines[6] = serde_json::to_string(&favour).unwrap();
        says(&of(&[&folder.file("ledger", &chained(&lines))]), 1, &["The line tells:\n  nobody moves"]);
        lines[6] = lines[4].clone();
        says(
            &of(&[&folder.file("ledger", &chained(&lines))]),
            1,
            &["Line 7", "ticket 3 was sent", "it was sent before"],
        );
        lines[6] = lines[6].replace("2027-04-01T", "2027-04-02T");
        says(&of(&[&folder.file("ledger", &chained(&lines))]), 1, &["Line 7", "a day that has not begun"]);
    }

    #[test]
    fn a_ticket_finds_its_own_story() {
        let folder = Folder::new();
        let file = folder.file("ledger", &ledger(0));
        let ask = |of_number| Verify { tickets: vec![number(of_number)], ..of(&[&file]) };
        says(
            &ask(1),
            0,
            &[
                "2027-04-01 09:30, line 3: ticket 1 was sent; home place: b (kazakh); wants: a (kazakh)\n    ticket 1 takes a place in b",
                "line 7: ticket 5 was sent; home place: a (kazakh); wants: nothing else\n    ticket 1 moves from b (kazakh) to a (kazakh)",
                "Now it sits in a (kazakh), since line 7.",
            ],
        );
        says(
            &ask(2),
            0,
            &[
                "Now it sits in b",
                "It waits for a (kazakh) at position 1 of 1: outside place 2 opens with 6 residents, now there are 3.",
            ],
        );
        says(&ask(9), 1, &["Every place follows", "Ticket 9 is not in this ledger, which goes to 2027-04-01 09:30"]);
    }

    #[test]
    fn a_hash_finds_its_line() {
        let (folder, lines) = (Folder::new(), ledger(0));
        let file = folder.file("ledger", &lines);
        let (third, other) = (Hash::of(&lines[2]).to_string(), "0".repeat(64));
        let heads = |head: &str| Verify { heads: vec![hash(head).unwrap()], ..of(&[&file]) };
        says(&heads(&third), 0, &["is that of line 3."]);
        says(&heads(&third[..16].to_uppercase()), 0, &["is that of line 3."]);
        says(&heads(&other), 1, &["Every place follows", "No line has the hash 0000"]);
        let line = |line, hash: &str| Verify { lines: vec![(line, hash.to_owned())], ..of(&[&file]) };
        says(&line(3, &third), 0, &["Line 3 has the hash"]);
        says(&line(4, &third), 1, &["Line 4 has not the hash"]);
        says(&line(40, &third), 1, &["There is no line 40 yet"]);
        assert_eq!((hash("abc"), hash(&"g".repeat(64)), hash(&"0".repeat(65))), (None, None, None));
    }

    #[test]
    fn where_nothing_can_be_said_it_is_said_why() {
        let folder = Folder::new();
        let empty = folder.file("empty", &[]);
        let missing = format!("{empty}-not");
        let (address, _) = serve(BTreeMap::new(), "404 Not Found");
        let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        for (source, part) in [
            (empty.as_str(), "not one line"),
            (missing.as_str(), "nothing is at"),
            (&folder.name(), "nothing is at"),
            (&format!("{address}/gone"), "nothing is at"),
            (&format!("{address}/cut"), "cannot be read"),
            (&format!("{address}/endless"), "goes on without an end"),
            (&format!("http://{closed}/"), "cannot be read"),
            ("http://[/x", "cannot be read"),
        ] {
            says(&of(&[source]), 2, &[part]);
        }
    }
}
