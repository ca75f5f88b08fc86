//! `cargo portal test`: all tests against a throwaway portal.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::children::Children;
use crate::emulator::without_aws;
use crate::localstack::{self, Ground as OnLocalStack};
use crate::noted::Notes;
use crate::options::{Endpoint, Ground};
use crate::paths::{Paths, cannot_write, forget};
use crate::proxy::{Door, To, Upstream};
use crate::second::{self, Java};
use crate::stack::{self, Place, Stack};
use crate::watch::{self, Watcher};
use crate::{Failure, Outcome, outbox, python};

/// With this word a test says past cargo's capture that it did nothing.
const SKIPPED: &str = "SKIPPED:";

/// Where the pages of every trouble are left for the browser.
const TROUBLES: &str = "PORTAL_TEST_TROUBLES";

/// Where the tests note what they did.
const NOTES: &str = "PORTAL_TEST_NOTES";

/// Where the demo city's campaign stands for the tests.
const CAMPAIGN: &str = "open";

/// What the tests came to.
#[derive(Default, Debug, PartialEq)]
struct Counts {
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl Counts {
    /// Says the counts as the closing line: whether all is well.
    fn close(&self) -> bool {
        println!("\n{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped);
        self.failed == 0 && self.skipped == 0 && self.passed > 0
    }
}

/// What failed tests said, to be said again at the end: thousands of lines may come after it.
#[derive(Default)]
struct Failures {
    speaking: bool,
    said: Vec<String>,
}

impl Failures {
    /// Cargo tells what failed between two lines `failures:`; the names alone follow, then the result.
    fn hear(&mut self, line: &str) {
        match line {
            "failures:" => self.speaking = !self.speaking,
            _ if line.starts_with("test result: ") => self.speaking = false,
            _ if self.speaking => self.said.push(line.to_owned()),
            _ => {}
        }
    }

    fn tell(&self) {
        if !self.said.is_empty() {
            println!("\nWhat failed, once more:\n{}", self.said.join("\n"));
        }
    }
}

/// Removes the throwaway state however the tests end.
struct Throwaway(PathBuf);

impl Drop for Throwaway {
    fn drop(&mut self) {
        // A leftover lies under target/ and harms nobody.
        forget(&self.0).ok();
    }
}

/// Whether all tests passed and none was skipped.
pub(crate) fn run(ground: &Ground, children: &Children) -> Outcome<bool> {
    let paths = Paths::find()?;
    if let Ground::LocalStack(endpoint) = ground {
        return on_localstack(&paths, children, endpoint.as_ref());
    }
    let browser = Browser::find(&paths, children)?;
    let java = Java::find(children)?;
    let python = python::prepare(&paths, children)?;
    second::npm(&paths, children)?;
    stack::build(&paths, children)?;

    let (throwaway, stack) = portal(&paths, children, &python)?;
    let second = second::start(&paths, children, &python, &java, &stack, CAMPAIGN)?;
    let watcher = watch::start(&paths, children, &python, &stack)?;

    let (mut counts, mut failures) = (Counts::default(), Failures::default());
    let troubles = throwaway.0.join("troubles");
    let notes = Notes::make(&throwaway.0)?;
    let beside = Beside { second: &second, watcher: &watcher, troubles: &troubles, notes: &notes, python: &python };
    let mut sound = cargo(&paths, children, &stack, &beside, (&mut counts, &mut failures))?;
    sound &= browser.run(children, &throwaway.0, &paths.keep.join("shots"), &stack, &troubles, &mut counts)?;
    sound &= notes.permissions(&paths, children, &python, &stack)?;
    notes.faults(&paths.keep)?;
    // Before the directory goes, so that nothing is written into it any more.
    children.stop_all();
    drop(throwaway);

    failures.tell();
    if counts.failed > 0 {
        println!("\nWhat the functions logged: {}", log(&paths).display());
    }
    if counts.skipped > 0 {
        println!("\nSkipped tests count as failures here: with the portal running none needs to be.");
    }
    Ok(sound & counts.close())
}

/// The journeys of parents and officers, and what follows from them by streams and queues, on LocalStack. The
/// rest has been asked of the emulator, and needs what only that has: roles, the gateway, one log of all functions.
const ON_LOCALSTACK: [&str; 5] = ["journey::", "office_decisions::", "recalculation::", "uploads::", "counter::"];

/// DynamoDB Local is asked beside the emulator, and LocalStack's is the same. Faults are made before AWS is
/// reached, by the hundred: whose AWS it is tells nothing more.
/// LocalStack does not look at the signature under what a browser posts to a bucket, and has no Lambda that a test
/// could call.
const NOT_ON_LOCALSTACK: [&str; 6] = [
    "over_dynamodb_local",
    "faults::",
    "whatever_fails",
    "what_breaks_off",
    "a_ticket_is_good_for_its_own_key_and_size_only",
    "the_files_of_a_draft_that_expired_go_with_it",
];

fn on_localstack(paths: &Paths, children: &Children, endpoint: Option<&Endpoint>) -> Outcome<bool> {
    let python = python::prepare(paths, children)?;
    let source = localstack::prepare(paths, children, endpoint)?;
    stack::build(paths, children)?;
    let door = Door::open(0)?;
    let (throwaway, state, samples) = throwaway(paths)?;
    let (origin, log) = (format!("http://localhost:{}", door.port), log(paths));
    let place = Place { origin: &origin, state: &state, samples: &samples, log: &log, keep: false };
    let OnLocalStack { mut stack, watcher } = localstack::start(paths, children, &python, &source, &place, CAMPAIGN)?;
    let to = To::Watcher(watcher.port, std::mem::take(&mut stack.routes));
    door.serve(Upstream { emulator: stack.emulator, texts: stack.texts(), to });

    println!("Running the tests…");
    let mut command = stack::cargo(paths, "test");
    command.args(["--workspace", "--test", "it", "--"]).args(ON_LOCALSTACK);
    for name in NOT_ON_LOCALSTACK {
        command.args(["--skip", name]);
    }
    tell(&mut command, &stack);
    let endpoint = stack.endpoint();
    let beside = Beside {
        second: &endpoint,
        watcher: &watcher,
        troubles: &throwaway.0.join("troubles"),
        notes: &Notes::make(&throwaway.0)?,
        python: &python,
    };
    beside.tell(&mut command);
    let mut counts = Counts::default();
    let status = children.follow(&mut command, |line| {
        println!("{line}");
        count_cargo(line, &mut counts);
    })?;
    children.stop_all();
    drop(throwaway);
    if counts.failed > 0 {
        println!("\nWhat the functions logged: {}", localstack::pump_log(paths).display());
    }
    Ok(status.success() & counts.close())
}

/// What stands beside the portal for its tests.
struct Beside<'a> {
    /// The address of the second opinion on DynamoDB.
    second: &'a str,
    watcher: &'a Watcher,
    /// Where the tests leave the pages of every trouble, since no browser can bring most of them about.
    troubles: &'a Path,
    notes: &'a Notes,
    /// The interpreter that has AWS's SDK.
    python: &'a Path,
}

impl Beside<'_> {
    fn tell(&self, command: &mut Command) {
        command
            .env("PORTAL_TEST_DYNAMODB", self.second)
            .env("PORTAL_TEST_WATCHER", &self.watcher.program)
            .env("PORTAL_TEST_WATCHER_PORT", self.watcher.port.to_string())
            .env(TROUBLES, self.troubles)
            .env(NOTES, &self.notes.folder)
            .env("PORTAL_TEST_PYTHON", self.python)
            // They wait for the emulators most of the time, not for a core of their own.
            .env("RUST_TEST_THREADS", "4");
    }
}

/// Lighthouse over a throwaway portal: whether every page reaches its marks.
pub(crate) fn lighthouse(children: &Children) -> Outcome<bool> {
    let paths = Paths::find()?;
    let browser = Browser::find(&paths, children)?;
    let python = python::prepare(&paths, children)?;
    second::npm(&paths, children)?;
    stack::build(&paths, children)?;
    let (throwaway, stack) = portal(&paths, children, &python)?;
    let mut command = browser.node(&paths.keep.join("lighthouse"), &stack, &throwaway.0.join("troubles"));
    let status = children.run(command.arg("lighthouse.js"))?;
    children.stop_all();
    drop(throwaway);
    Ok(status.success())
}

/// A portal with the demo city, on a port that is free, that is gone after the tests.
fn portal(paths: &Paths, children: &Children, python: &Path) -> Outcome<(Throwaway, Stack)> {
    let door = Door::open(0)?;
    let (throwaway, state, samples) = throwaway(paths)?;
    let (origin, log) = (format!("http://localhost:{}", door.port), log(paths));
    let place = Place { origin: &origin, state: &state, samples: &samples, log: &log, keep: false };
    let stack = stack::start(paths, children, python, &place, CAMPAIGN)?;
    door.serve(Upstream { emulator: stack.emulator, texts: stack.texts(), to: To::Api(stack.api.clone()) });
    Ok((throwaway, stack))
}

/// What is gone after the tests; in it where the state is kept, and the samples.
fn throwaway(paths: &Paths) -> Outcome<(Throwaway, PathBuf, PathBuf)> {
    let throwaway = Throwaway(paths.keep.join(format!("test-{}", std::process::id())));
    let (state, samples) = (throwaway.0.join("state"), throwaway.0.join("demo"));
    std::fs::create_dir_all(&samples).map_err(|error| cannot_write(&samples, &error))?;
    Ok((throwaway, state, samples))
}

/// Where the functions' log of the last tests stays.
fn log(paths: &Paths) -> PathBuf {
    paths.keep.join("test.log")
}

/// Unit, property, integration and attack tests.
fn cargo(
    paths: &Paths,
    children: &Children,
    stack: &Stack,
    beside: &Beside<'_>,
    (counts, failures): (&mut Counts, &mut Failures),
) -> Outcome<bool> {
    println!("Running the tests…");
    let mut command = stack::cargo(paths, "test");
    command.args(["--workspace", "--no-fail-fast"]);
    tell(&mut command, stack);
    beside.tell(&mut command);
    let status = children.follow(&mut command, |line| {
        println!("{line}");
        count_cargo(line, counts);
        failures.hear(line);
    })?;
    Ok(status.success())
}

/// What a test needs to find the portal.
fn tell(command: &mut Command, stack: &Stack) {
    let origin = &stack.origin;
    without_aws(command);
    command
        .env("PORTAL_TEST_ORIGIN", origin)
        .env("PORTAL_TEST_OUTBOX", format!("{origin}{}", outbox::PATH))
        .env("PORTAL_TEST_ENDPOINT", stack.endpoint())
        .env("PORTAL_TEST_STAND_IN", stack.stand_in())
        .env("PORTAL_TEST_TEXTS", format!("http://{}{}", stack.texts().host, stack.texts().path))
        .env("PORTAL_TEST_LOGS", &stack.logs)
        .env("PORTAL_TEST_SAMPLES", &stack.samples)
        .env("PORTAL_TEST_FAMILY", stack.family.to_string())
        .env("PORTAL_TEST_OFFICERS", stack.officers.to_string());
    for (name, value) in stack.variables() {
        command.env(format!("PORTAL_TEST_{name}"), value);
    }
}

/// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`, and the
/// line of a test that found no portal: it counts as passed there, and is not.
fn count_cargo(line: &str, counts: &mut Counts) {
    if line.contains(SKIPPED) {
        counts.skipped += 1;
    }
    let Some((_, result)) = line.split_once("test result: ").and_then(|(_, result)| result.split_once(". ")) else {
        return;
    };
    for part in result.split("; ") {
        let Some((number, what)) = part.split_once(' ') else { continue };
        let number = number.parse().unwrap_or(0);
        match what {
            "passed" => counts.passed += number,
            "failed" => counts.failed += number,
            "ignored" => counts.skipped += number,
            _ => {}
        }
    }
}

/// Reads the closing lines of TAP as Node writes it: `# pass 12`.
fn count_node(tap: &str, counts: &mut Counts) {
    for line in tap.lines() {
        let Some((what, number)) = line.strip_prefix("# ").and_then(|line| line.split_once(' ')) else { continue };
        let Ok(number) = number.parse::<u32>() else { continue };
        match what {
            "pass" => counts.passed += number,
            "fail" | "cancelled" => counts.failed += number,
            "skipped" | "todo" => counts.skipped += number,
            _ => {}
        }
    }
}

/// What the browser tests need of the machine.
struct Browser {
    chromium: PathBuf,
    folder: PathBuf,
}

impl Browser {
    fn find(paths: &Paths, children: &Children) -> Outcome<Self> {
        let question = "process.exit(Number(process.versions.node.split('.')[0]) < 20 ? 1 : 0)";
        if !matches!(children.ask(Command::new("node").args(["-e", question]), ""), Ok(Ok(_))) {
            return Err(Failure::new(
                "Node 20 or newer is needed for the browser tests: install it from https://nodejs.org/ or, on Debian and Ubuntu: sudo apt install nodejs npm",
            ));
        }
        let search = std::env::var_os("PATH").unwrap_or_default();
        let chromium = std::env::var_os("CHROMIUM").map(PathBuf::from).or_else(|| {
            ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
                .iter()
                .flat_map(|name| std::env::split_paths(&search).map(move |folder| folder.join(name)))
                .find(|path| path.is_file())
        });
        let Some(chromium) = chromium else {
            return Err(Failure::new(
                "Chromium is needed for the browser tests; on Debian and Ubuntu: sudo apt install chromium (or name another one in CHROMIUM)",
            ));
        };
        Ok(Self { chromium, folder: paths.root.join("tests/browser") })
    }

    /// Journeys in Chromium; they leave pictures in `shots`.
    fn run(
        &self,
        children: &Children,
        directory: &Path,
        shots: &Path,
        stack: &Stack,
        troubles: &Path,
        counts: &mut Counts,
    ) -> Outcome<bool> {
        println!("Running the browser tests…");
        let tap = directory.join("browser.tap");
        let mut command = self.node(shots, stack, troubles);
        command
            // One after the other: they share the portal, its clock and two processor cores.
            .args(["--test", "--test-concurrency=1"])
            .args(["--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=tap"])
            .arg(format!("--test-reporter-destination={}", tap.display()));
        let status = children.run(&mut command)?;
        count_node(&std::fs::read_to_string(&tap).unwrap_or_default(), counts);
        Ok(status.success())
    }

    /// Node in the folder of the browser tests, told where the portal is.
    fn node(&self, shots: &Path, stack: &Stack, troubles: &Path) -> Command {
        let mut command = Command::new("node");
        command.current_dir(&self.folder);
        command.env("PORTAL_TEST_CHROMIUM", &self.chromium).env("PORTAL_TEST_SHOTS", shots);
        tell(&mut command, stack);
        command.env(TROUBLES, troubles);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_results_are_summed() {
        let mut counts = Counts::default();
        for line in [
            "running 4 tests",
            "SKIPPED: needs the local stack, run cargo portal test",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            count_cargo(line, &mut counts);
        }
        assert_eq!(counts, Counts { passed: 4, failed: 2, skipped: 2 });
    }

    #[test]
    fn what_failed_is_kept_for_the_end() {
        let mut failures = Failures::default();
        for line in [
            "test a ... FAILED",
            "",
            "failures:",
            "---- a stdout ----",
            "left: 1",
            "failures:",
            "    a",
            "test result: FAILED. 0 passed; 1 failed",
            "test b ... ok",
        ] {
            failures.hear(line);
        }
        assert_eq!(failures.said, ["---- a stdout ----", "left: 1"]);
    }

    #[test]
    fn nodes_results_are_summed() {
        let mut counts = Counts::default();
        count_node(
            "1..2\n# tests 5\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n# duration_ms 1.5",
            &mut counts,
        );
        assert_eq!(counts, Counts { passed: 2, failed: 2, skipped: 1 });
    }
}
