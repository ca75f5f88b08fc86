//! The processes that the tool starts: whatever ends the tool ends them too.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Failure, Outcome};

#[derive(Default)]
pub(crate) struct Children {
    /// The step that is waited for: pip, cargo, the loader.
    step: Mutex<Option<Child>>,
    /// The emulator: ends, and saves its state, when its standard input is closed.
    emulator: Mutex<Option<Child>>,
    /// Amazon's own DynamoDB: ends in the same way.
    second: Mutex<Option<Child>>,
    /// What rebuilds functions while they are worked on.
    watcher: Mutex<Option<Child>>,
    /// LocalStack: ends like the emulator.
    ground: Mutex<Option<Child>>,
    /// What runs and calls functions beside LocalStack: ends in the same way.
    pump: Mutex<Option<Child>>,
    pub(crate) stopping: AtomicBool,
}

impl Children {
    /// Runs a step that talks to the terminal itself.
    pub(crate) fn run(&self, command: &mut Command) -> Outcome<ExitStatus> {
        self.start(command.stdin(Stdio::null()))?;
        self.finish()
    }

    /// Runs a step and hands each line that it writes, output or complaint, over as it comes.
    pub(crate) fn follow(&self, command: &mut Command, mut line: impl FnMut(&str)) -> Outcome<ExitStatus> {
        let lost = |error| Failure::new(format!("cannot follow what a process writes: {error}"));
        let (output, end) = std::io::pipe().map_err(lost)?;
        command.stdin(Stdio::null()).stderr(end.try_clone().map_err(lost)?).stdout(end);
        let started = self.start(command);
        // The command holds the writing ends: while it does, reading never comes to an end.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        started?;
        for text in BufReader::new(output).split(b'\n') {
            match text {
                Ok(text) => line(&String::from_utf8_lossy(&text)),
                Err(_) => break,
            }
        }
        self.finish()
    }

    /// Runs a step with the given input: its output, or what it complained about.
    pub(crate) fn ask(&self, command: &mut Command, input: &str) -> Outcome<Result<String, String>> {
        self.start(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let (stdin, stdout, stderr) = match lock(&self.step).as_mut() {
            Some(child) => (child.stdin.take(), child.stdout.take(), child.stderr.take()),
            None => (None, None, None),
        };
        // Both are drained at once, or a full pipe would stop the step.
        let complaint = thread::spawn(move || everything(stderr));
        if let Some(mut stdin) = stdin {
            // A step that ends without reading says why on its standard error.
            stdin.write_all(input.as_bytes()).ok();
        }
        let output = everything(stdout);
        let status = self.finish()?;
        let complaint = complaint.join().unwrap_or_default();
        Ok(if status.success() { Ok(output) } else { Err(complaint.trim().to_owned()) })
    }

    fn start(&self, command: &mut Command) -> Outcome<()> {
        self.start_in(&self.step, command)
    }

    fn start_in(&self, place: &Mutex<Option<Child>>, command: &mut Command) -> Outcome<()> {
        let mut place = lock(place);
        if self.stopping.load(Ordering::SeqCst) {
            return Err(Failure::new("stopped"));
        }
        // A group of its own: what it starts, compilers, tests, browsers, ends with it, and Ctrl-C
        // reaches this tool only, which then stops everything in order.
        let child = command.process_group(0).spawn().map_err(|error| {
            Failure::new(format!("cannot start {}: {error}", command.get_program().to_string_lossy()))
        })?;
        *place = Some(child);
        Ok(())
    }

    fn finish(&self) -> Outcome<ExitStatus> {
        loop {
            let ended = match lock(&self.step).as_mut() {
                Some(child) => child.try_wait(),
                None => return Err(Failure::new("stopped")),
            };
            match ended {
                Ok(Some(status)) => {
                    *lock(&self.step) = None;
                    return Ok(status);
                }
                Ok(None) => thread::sleep(Duration::from_millis(20)),
                Err(error) => return Err(Failure::new(format!("lost a process that was started: {error}"))),
            }
        }
    }

    /// Starts the emulator, which goes on beside the steps.
    pub(crate) fn keep_emulator(&self, command: &mut Command) -> Outcome<()> {
        self.start_in(&self.emulator, command.stdin(Stdio::piped()))
    }

    /// Starts Amazon's own DynamoDB, which goes on beside the steps.
    pub(crate) fn keep_second(&self, command: &mut Command) -> Outcome<()> {
        self.start_in(&self.second, command.stdin(Stdio::piped()))
    }

    /// Starts the watcher, which goes on beside the steps.
    pub(crate) fn keep_watcher(&self, command: &mut Command) -> Outcome<()> {
        self.start_in(&self.watcher, command.stdin(Stdio::null()))
    }

    /// Starts LocalStack, which goes on beside the steps.
    pub(crate) fn keep_ground(&self, command: &mut Command) -> Outcome<()> {
        self.start_in(&self.ground, command.stdin(Stdio::piped()))
    }

    /// Starts the pump with its order, a line; it goes on beside the steps.
    pub(crate) fn keep_pump(&self, command: &mut Command, order: &str) -> Outcome<()> {
        self.start_in(&self.pump, command.stdin(Stdio::piped()))?;
        let mut pump = lock(&self.pump);
        let stdin = pump.as_mut().and_then(|child| child.stdin.as_mut());
        let told = stdin.map(|stdin| writeln!(stdin, "{order}"));
        told.unwrap_or(Ok(())).map_err(|error| Failure::new(format!("the pump took no order: {error}")))
    }

    pub(crate) fn ground_lives(&self) -> bool {
        lives(&self.ground)
    }

    pub(crate) fn pump_lives(&self) -> bool {
        lives(&self.pump)
    }

    pub(crate) fn emulator_lives(&self) -> bool {
        lives(&self.emulator)
    }

    pub(crate) fn second_lives(&self) -> bool {
        lives(&self.second)
    }

    pub(crate) fn watcher_lives(&self) -> bool {
        lives(&self.watcher)
    }

    /// Ends everything; the emulator is given time to save its state.
    pub(crate) fn stop_all(&self) {
        // Before what it calls.
        end(&self.pump);
        for place in [&self.step, &self.watcher] {
            if let Some(mut child) = lock(place).take() {
                signal_group("-TERM", &child);
                if !ends_within(&mut child, Duration::from_secs(5)) {
                    signal_group("-KILL", &child);
                    child.wait().ok();
                }
            }
        }
        for place in [&self.second, &self.emulator, &self.ground] {
            end(place);
        }
    }
}

fn lives(place: &Mutex<Option<Child>>) -> bool {
    lock(place).as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
}

/// Ends what ends when its standard input is closed.
fn end(place: &Mutex<Option<Child>>) {
    if let Some(mut child) = lock(place).take() {
        drop(child.stdin.take());
        if !ends_within(&mut child, Duration::from_secs(20)) {
            signal_group("-KILL", &child);
            child.wait().ok();
        }
    }
}

/// The standard library can only kill, and only the process itself.
fn signal_group(signal: &str, leader: &Child) {
    Command::new("kill").args([signal, "--", &format!("-{}", leader.id())]).stderr(Stdio::null()).status().ok();
}

fn ends_within(child: &mut Child, patience: Duration) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < patience {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

fn everything(source: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut source) = source {
        // What was read until a broken pipe is still worth showing.
        source.read_to_end(&mut bytes).ok();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A panic elsewhere does not make the list of processes wrong.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
