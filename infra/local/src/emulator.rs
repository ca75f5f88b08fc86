//! Starting the emulator of AWS on loopback.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::children::Children;
use crate::http;
use crate::paths::{Paths, cannot_write};
use crate::python::last_line;
use crate::stack::Place;
use crate::{Failure, Outcome};

const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the emulator and returns its port once it answers.
pub(crate) fn start(paths: &Paths, children: &Children, python: &Path, place: &Place<'_>) -> Outcome<u16> {
    let Place { state, log, keep, .. } = *place;
    std::fs::create_dir_all(state).map_err(|error| cannot_write(state, &error))?;
    let port = port(state)?;

    let mut command = Command::new(python);
    command.arg(paths.local.join("emulator.py")).arg(port.to_string()).arg(state);
    if keep {
        command.arg("--keep");
    }
    without_aws(&mut command);
    speaks_into(&mut command, log)?;
    children.keep_emulator(&mut command)?;

    if comes_up(
        || http::get(&format!("localhost:{port}"), "/_ministack/health").is_some(),
        || children.emulator_lives(),
    ) {
        return Ok(port);
    }
    let said = std::fs::read_to_string(log).unwrap_or_default();
    Err(Failure::new(format!(
        "the emulator did not start ({}); see {}, or forget its data with --fresh",
        last_line(&said),
        log.display()
    )))
}

/// Lets all that a process says go into a new file.
pub(crate) fn speaks_into(command: &mut Command, log: &Path) -> Outcome<()> {
    let output = File::create(log).map_err(|error| cannot_write(log, &error))?;
    let complaints = output.try_clone().map_err(|error| cannot_write(log, &error))?;
    command.stdout(Stdio::from(output)).stderr(Stdio::from(complaints));
    Ok(())
}

/// Waits for a server that was started: false when it has ended or takes too long.
pub(crate) fn comes_up(answers: impl Fn() -> bool, lives: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !answers() {
        if !lives() || start.elapsed() > PATIENCE {
            return false;
        }
        thread::sleep(Duration::from_millis(50));
    }
    true
}

/// The port of the last time, if it is free: addresses of queues stay true in what was kept.
fn port(state: &Path) -> Outcome<u16> {
    let note = state.join("port");
    let before = std::fs::read_to_string(&note).ok().and_then(|text| text.trim().parse().ok());
    let port = before.and_then(free_port).or_else(|| free_port(0)).ok_or_else(no_port)?;
    std::fs::write(&note, port.to_string()).map_err(|error| cannot_write(&note, &error))?;
    Ok(port)
}

/// The port, if nobody listens there; any free one for 0.
pub(crate) fn free_port(port: u16) -> Option<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?.local_addr().ok().map(|address| address.port())
}

pub(crate) fn no_port() -> Failure {
    Failure::new("no port is free on this machine: stop something that listens")
}

/// Nobody's real account, region or proxy gets into what runs here.
pub(crate) fn without_aws(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let plain = name.to_string_lossy().to_ascii_lowercase();
        if plain.starts_with("aws_") || plain.ends_with("_proxy") {
            command.env_remove(name);
        }
    }
    command.env("AWS_EC2_METADATA_DISABLED", "true");
}
