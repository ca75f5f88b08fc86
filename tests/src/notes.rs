//! What the tests note for `cargo portal test`, which puts it together at their end.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use testkit::{Call, Fault, Use};

/// `PORTAL_TEST_NOTES`: a directory; without it nothing is noted.
const FOLDER: &str = "PORTAL_TEST_NOTES";

/// A fault that a test survived: nothing was lost, nothing doubled, and the next try went through.
#[derive(Serialize)]
struct Survived<'a> {
    test: &'a str,
    function: &'a str,
    service: &'a str,
    operation: &'a str,
    nth: usize,
    fault: Fault,
    outcome: Outcome,
}

/// How a function survived a fault.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Outcome {
    /// It did all the same what it was to do
    Unnoticed,
    /// It said that it failed; the next try made it good
    Told,
    /// It died; the next try made it good
    Died,
}

/// Notes what a function used of AWS, each use once.
pub fn used(one: Use) {
    static SEEN: Mutex<BTreeSet<Use>> = Mutex::new(BTreeSet::new());
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.contains(&one) {
        note("used.jsonl", &one);
        seen.insert(one);
    }
}

/// Notes a fault after which all that its test asks for held.
pub fn survived(call: &Call, (nth, fault): (usize, Fault), outcome: Outcome) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or_default();
    let Call { function, service, operation, .. } = call;
    note("faults.jsonl", &Survived { test, function, service, operation, nth, fault, outcome });
}

/// A line at the end of a file. Lines of one write each are whole beside those of other threads.
fn note(file: &str, line: &impl Serialize) {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let written = serde_json::to_string(line).map_err(std::io::Error::from).and_then(|line| {
        let mut file = OpenOptions::new().create(true).append(true).open(folder.join(file))?;
        file.write_all(format!("{line}\n").as_bytes())
    });
    if let Err(error) = written {
        eprintln!("{file} is not noted: {error}");
    }
}
