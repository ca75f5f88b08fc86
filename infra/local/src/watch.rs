//! `cargo portal watch`: pages' functions under `cargo lambda watch`, everything else deployed.

use std::fmt::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::children::Children;
use crate::emulator::{comes_up, free_port, no_port, speaks_into, without_aws};
use crate::paths::{Paths, cannot_write};
use crate::stack::Stack;
use crate::{Failure, Outcome, python};

/// Only those who watch need it: with the compilers that it brings it is larger than all the rest.
const CARGO_LAMBDA: &str = "cargo-lambda==1.9.2";
const PORT: u16 = 9000;

/// `cargo lambda watch` at work.
pub(crate) struct Watcher {
    /// cargo-lambda, which also invokes what it watches.
    pub(crate) program: PathBuf,
    /// Where it takes invocations.
    pub(crate) port: u16,
}

/// Starts the watcher; it builds each function when it is first asked for.
///
/// Functions run here with all permissions: what a role forbids shows under `up` and in the tests.
pub(crate) fn start(paths: &Paths, children: &Children, interpreter: &Path, stack: &Stack) -> Outcome<Watcher> {
    let (program, port, mut command) = watcher(paths, children, interpreter)?;
    let mut environment = String::new();
    let aws = stack.aws();
    let aws = aws.iter().map(|(name, value)| (*name, value.as_str()));
    for (name, value) in stack.variables().map(|(name, value)| (name.as_str(), value)).chain(aws) {
        // Quoted, for addresses have blanks and commas. Writing to a string does not fail.
        writeln!(environment, "{name}='{}'", value.replace('\'', "\\'")).ok();
    }
    let file = paths.keep.join("watch.env");
    std::fs::write(&file, environment).map_err(|error| cannot_write(&file, &error))?;

    children.keep_watcher(command.arg("--env-file").arg(&file))?;
    Ok(Watcher { program, port })
}

/// Starts the watcher as the runtime and the door of functions that somebody else starts.
pub(crate) fn apis(paths: &Paths, children: &Children, interpreter: &Path) -> Outcome<Watcher> {
    let (program, port, mut command) = watcher(paths, children, interpreter)?;
    speaks_into(command.arg("--only-lambda-apis"), &paths.keep.join("watch.log"))?;
    children.keep_watcher(&mut command)?;
    if comes_up(|| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok(), || children.watcher_lives()) {
        return Ok(Watcher { program, port });
    }
    Err(Failure::new(format!("cargo lambda watch did not start; see {}", paths.keep.join("watch.log").display())))
}

/// cargo-lambda, a port for it, and how it is started.
fn watcher(paths: &Paths, children: &Children, interpreter: &Path) -> Outcome<(PathBuf, u16, Command)> {
    let program = interpreter.with_file_name("cargo-lambda");
    if !program.exists() {
        println!("Installing cargo-lambda (once, about a minute)…");
        python::install(children, interpreter, &[CARGO_LAMBDA.as_ref()])?;
    }
    let port = free_port(PORT).or_else(|| free_port(0)).ok_or_else(no_port)?;
    let mut command = Command::new(&program);
    command.current_dir(&paths.root).args(["lambda", "watch", "--disable-cors", "--invoke-address", "127.0.0.1"]);
    command.arg("--invoke-port").arg(port.to_string());
    if let Some(target) = paths.built.parent() {
        command.env("CARGO_TARGET_DIR", target);
    }
    without_aws(&mut command);
    Ok((program, port, command))
}
