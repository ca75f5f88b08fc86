//! `cargo portal up` and `watch`: the portal for a person with a browser.

use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::children::Children;
use crate::options::Up;
use crate::paths::{Paths, cannot_write, forget};
use crate::proxy::{Door, To, Upstream};
use crate::stack::{self, Place};
use crate::watch::{self, Watcher};
use crate::{Failure, Outcome, outbox, python};

/// From here on Ctrl-C is the ordinary end.
pub(crate) static SERVING: AtomicBool = AtomicBool::new(false);

/// Whether functions are rebuilt while they are worked on.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    Up,
    Watch,
}

pub(crate) fn run(options: &Up, mode: Mode, children: &Children) -> Outcome<()> {
    let begun = Instant::now();
    let paths = Paths::find()?;
    // First, so that a taken port is said at once and not after the build.
    let door = Door::open(options.port)?;
    let lock = paths.keep.join("lock");
    let locked = File::create(&lock).map_err(|error| cannot_write(&lock, &error))?;
    if locked.try_lock().is_err() {
        return Err(Failure::new("the portal runs already from this folder: stop the other one with Ctrl-C"));
    }
    let state = paths.keep.join("state");
    let samples = paths.keep.join("demo");
    let log = paths.keep.join("up.log");
    if options.fresh {
        forget(&state)?;
        forget(&samples)?;
    }

    let python = python::prepare(&paths, children)?;
    stack::build(&paths, children)?;
    let origin = format!("http://localhost:{}", door.port);
    let place = Place { origin: &origin, state: &state, samples: &samples, log: &log, keep: true };
    let mut stack = stack::start(&paths, children, &python, &place, &options.campaign)?;
    let to = match mode {
        Mode::Up => To::Api(stack.api.clone()),
        Mode::Watch => {
            let Watcher { program, port } = watch::start(&paths, children, &python, &stack)?;
            println!(
                "\nA page's function is built when it is first opened, and again when its code changes. Others by hand:\n  \
                 {} lambda invoke FUNCTION -A 127.0.0.1 -P {port} --data-file events/FUNCTION.CASE.json",
                program.display()
            );
            To::Watcher(port, std::mem::take(&mut stack.routes))
        }
    };
    door.serve(Upstream { emulator: stack.emulator, to });
    SERVING.store(true, Ordering::SeqCst);

    println!("\nReady after {} s.\n", begun.elapsed().as_secs());
    println!("  Portal   {origin}/");
    println!("  Outbox   {origin}{}   (text messages and e-mails, with the codes)", outbox::PATH);
    println!(
        "  Ledgers  {}/ledger/CAMPAIGN/   (for cargo portal verify, two minutes after something was sent)",
        stack.published
    );
    println!("  Log      {}", log.display());
    println!("\n  One family of the demo city:");
    show(&stack.family, 4);
    println!("\n  Officers, one of each kind, at {origin}/ru/office");
    show(&stack.officers, 4);
    println!("\nCtrl-C stops it and keeps the data.");

    while children.emulator_lives() && (mode == Mode::Up || children.watcher_lives()) {
        thread::sleep(Duration::from_millis(300));
    }
    if children.stopping.load(Ordering::SeqCst) {
        return Ok(());
    }
    SERVING.store(false, Ordering::SeqCst);
    Err(Failure::new(format!("it ended by itself: see above, or {}", log.display())))
}

/// Prints the family as the loader tells it, one fact per line.
fn show(value: &Value, indent: usize) {
    match value {
        Value::Object(facts) => {
            let widest = facts.keys().map(|name| name.chars().count()).max().unwrap_or_default();
            for (name, fact) in facts {
                match fact {
                    Value::Object(_) | Value::Array(_) => {
                        println!("{:indent$}{name}", "");
                        show(fact, indent + 2);
                    }
                    fact => println!("{:indent$}{name:widest$}  {}", "", plain(fact)),
                }
            }
        }
        Value::Array(facts) => facts.iter().for_each(|fact| show(fact, indent)),
        fact => println!("{:indent$}{}", "", plain(fact)),
    }
}

fn plain(fact: &Value) -> String {
    fact.as_str().map_or_else(|| fact.to_string(), str::to_owned)
}
