//! `cargo portal up` and `watch`: the portal for a person with a browser.

use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::children::Children;
use crate::localstack::{self, Source};
use crate::options::{Ground, Up};
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
    let (state, samples) = match options.ground {
        Ground::Emulator => (paths.keep.join("state"), paths.keep.join("demo")),
        Ground::LocalStack(_) => (paths.keep.join("localstack/state"), paths.keep.join("localstack/demo")),
    };
    let log = paths.keep.join("up.log");
    // A LocalStack that is started here begins with nothing: it keeps data by a licence only.
    if options.fresh || options.ground == Ground::LocalStack(None) {
        forget(&state)?;
        forget(&samples)?;
    }

    let python = python::prepare(&paths, children)?;
    let source = match &options.ground {
        Ground::Emulator => None,
        Ground::LocalStack(endpoint) => Some(localstack::prepare(&paths, children, endpoint.as_ref())?),
    };
    stack::build(&paths, children)?;
    let origin = format!("http://localhost:{}", door.port);
    let place = Place { origin: &origin, state: &state, samples: &samples, log: &log, keep: true };
    let (mut stack, beside) = match &source {
        None => (stack::start(&paths, children, &python, &place, &options.campaign)?, None),
        Some(source) => {
            let ground = localstack::start(&paths, children, &python, source, &place, &options.campaign)?;
            (ground.stack, Some(ground.watcher))
        }
    };
    let to = match (mode, beside) {
        (_, Some(watcher)) => To::Watcher(watcher.port, std::mem::take(&mut stack.routes)),
        (Mode::Up, None) => To::Api(stack.api.clone()),
        (Mode::Watch, None) => {
            let Watcher { program, port } = watch::start(&paths, children, &python, &stack)?;
            println!(
                "\nA page's function is built when it is first opened, and again when its code changes. Others by hand:\n  \
                 {} lambda invoke FUNCTION -A 127.0.0.1 -P {port} --data-file events/FUNCTION.CASE.json",
                program.display()
            );
            To::Watcher(port, std::mem::take(&mut stack.routes))
        }
    };
    door.serve(Upstream { emulator: stack.emulator, texts: stack.texts(), to });
    SERVING.store(true, Ordering::SeqCst);

    println!("\nReady after {} s.\n", begun.elapsed().as_secs());
    println!("  Portal   {origin}/");
    println!("  Outbox   {origin}{}   (text messages and e-mails, with the codes)", outbox::PATH);
    println!(
        "  Ledgers  {}/ledger/CAMPAIGN/   (for cargo portal verify, two minutes after something was sent)",
        stack.published
    );
    match &stack.localstack {
        Some(localstack) => println!("  Log      {}   (AWS by {localstack})", localstack::pump_log(&paths).display()),
        None => println!("  Log      {}", log.display()),
    }
    println!("\n  One family of the demo city:");
    show(&stack.family, 4);
    println!("\n  Officers, one of each kind, at {origin}/ru/office");
    show(&stack.officers, 4);
    println!(
        "\nCtrl-C stops it{}",
        match &source {
            None => " and keeps the data.",
            Some(Source::Running(_)) => "; the data stay in LocalStack, the officers do not.",
            Some(Source::Own(_)) => " and forgets the data: LocalStack keeps them by a licence only.",
        }
    );

    let all_live = || match &source {
        None => mode == Mode::Up || children.watcher_lives(),
        Some(source) => {
            let own = matches!(source, Source::Own(_));
            children.watcher_lives() && children.pump_lives() && (!own || children.ground_lives())
        }
    };
    while children.emulator_lives() && all_live() {
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
