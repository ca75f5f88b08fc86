//! `cargo portal`: the whole portal on one machine, for trying it out and for testing it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its terminal")]

mod bench;
mod children;
mod emulator;
mod http;
mod localstack;
mod noted;
mod options;
mod outbox;
mod paths;
mod proxy;
mod published;
mod python;
mod second;
mod stack;
mod telling;
mod test;
mod up;
mod verify;
mod watch;

use std::process::ExitCode;
use std::sync::mpsc;
use std::sync::{Arc, atomic::Ordering};
use std::thread;

use children::Children;
use options::Command;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use up::Mode;

/// Why the tool gives up, as a line that says what to do.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(line: impl Into<String>) -> Self {
        Self(line.into())
    }
}

/// What most steps of the tool return.
pub(crate) type Outcome<T> = Result<T, Failure>;

enum Ending {
    /// The command came to its own end; `false` means that tests failed.
    Done(Outcome<bool>),
    Interrupted,
}

fn main() -> ExitCode {
    let command = match options::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        // It starts nothing that would have to be stopped.
        Ok(Command::Verify(asked)) => return verify::run(&asked),
        Ok(command) => command,
        Err(Failure(line)) => {
            eprintln!("cargo portal: {line}");
            return ExitCode::from(2);
        }
    };

    let children = Arc::new(Children::default());
    let (tell, hear) = mpsc::channel();
    match Signals::new([SIGINT, SIGTERM, SIGHUP]) {
        Ok(mut signals) => {
            let tell = tell.clone();
            thread::spawn(move || {
                for _ in signals.forever() {
                    // The receiver is gone only when the tool is ending anyway.
                    tell.send(Ending::Interrupted).ok();
                }
            });
        }
        Err(error) => eprintln!("Ctrl-C will not stop tidily: {error}"),
    }
    let worker = {
        let children = Arc::clone(&children);
        thread::spawn(move || {
            let outcome = match command {
                Command::Up(options) => up::run(&options, Mode::Up, &children).map(|()| true),
                Command::Watch(options) => up::run(&options, Mode::Watch, &children).map(|()| true),
                Command::Test(ground) => test::run(&ground, &children),
                Command::Lighthouse => test::lighthouse(&children),
                Command::Bench(asked) => bench::run(&asked, &children),
                Command::Help | Command::Verify(_) => Ok(true),
            };
            tell.send(Ending::Done(outcome)).ok();
        })
    };

    let ending = hear.recv().unwrap_or(Ending::Interrupted);
    if matches!(ending, Ending::Interrupted) {
        println!("\nStopping…");
    }
    children.stopping.store(true, Ordering::SeqCst);
    children.stop_all();
    // It ends by itself now that its children have, and removes what it made.
    worker.join().ok();
    match ending {
        Ending::Done(Ok(true)) => ExitCode::SUCCESS,
        Ending::Interrupted if up::SERVING.load(Ordering::SeqCst) => ExitCode::SUCCESS,
        Ending::Done(Ok(false)) | Ending::Interrupted => ExitCode::FAILURE,
        Ending::Done(Err(Failure(line))) => {
            eprintln!("cargo portal: {line}");
            ExitCode::FAILURE
        }
    }
}
