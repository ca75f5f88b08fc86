//! The Python environment of the emulator.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::children::Children;
use crate::paths::{Paths, cannot_write, forget};
use crate::{Failure, Outcome};

const OLDEST: (u32, u32) = (3, 10);

/// The interpreter of the environment under `target/portal/venv`, made when the pinned versions changed.
pub(crate) fn prepare(paths: &Paths, children: &Children) -> Outcome<PathBuf> {
    let python = find(children)?;
    let requirements = paths.local.join("requirements.txt");
    environment(children, &python, &paths.keep.join("venv"), &requirements, "the emulator of AWS", "a minute")
}

/// The interpreter of an environment with what `requirements` pins.
pub(crate) fn environment(
    children: &Children,
    python: &Path,
    venv: &Path,
    requirements: &Path,
    what: &str,
    time: &str,
) -> Outcome<PathBuf> {
    let pinned = std::fs::read_to_string(requirements)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", requirements.display())))?;
    let interpreter = venv.join("bin/python");
    let stamp = venv.join("installed.txt");
    if interpreter.exists() && std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == pinned) {
        return Ok(interpreter);
    }

    println!("Installing {what} into {} (once, about {time})…", venv.display());
    forget(venv)?;
    let made = children.ask(Command::new(python).args(["-m", "venv"]).arg(venv), "")?;
    if let Err(complaint) = made {
        return Err(Failure::new(format!(
            "Python could not make a virtual environment ({}); on Debian and Ubuntu: sudo apt install python3-venv",
            last_line(&complaint)
        )));
    }
    install(children, &interpreter, &["--requirement".as_ref(), requirements.as_os_str()])?;
    std::fs::write(&stamp, pinned).map_err(|error| cannot_write(&stamp, &error))?;
    Ok(interpreter)
}

/// Lets pip install something into the environment.
pub(crate) fn install(children: &Children, interpreter: &Path, what: &[&OsStr]) -> Outcome<()> {
    let mut pip = Command::new(interpreter);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "2"]).args(what);
    let installed = children.follow(&mut pip, |line| {
        if let Some(package) = line.strip_prefix("Collecting ") {
            // Enough to see that it goes on.
            println!("  {}", package.split(' ').next().unwrap_or(package));
        } else if line.starts_with("ERROR") {
            println!("{line}");
        }
    })?;
    if installed.success() {
        Ok(())
    } else {
        Err(Failure::new("pip could not install what is needed (see above): check the network, then try again"))
    }
}

fn find(children: &Children) -> Outcome<PathBuf> {
    let (major, minor) = OLDEST;
    let question = format!("import sys; sys.exit(sys.version_info < ({major}, {minor}))");
    for name in ["python3", "python"] {
        let answer = children.ask(Command::new(name).args(["-c", &question]), "");
        if matches!(answer, Ok(Ok(_))) {
            return Ok(Path::new(name).to_path_buf());
        }
    }
    Err(Failure::new(format!(
        "Python {major}.{minor} or newer is needed; on Debian and Ubuntu: sudo apt install python3 python3-venv"
    )))
}

pub(crate) fn last_line(text: &str) -> &str {
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no reason given")
}
