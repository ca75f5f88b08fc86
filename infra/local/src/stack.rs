//! The running portal: built, deployed to the emulator, filled with the demo city.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use serde_json::{Map, Value, json};

use crate::children::Children;
use crate::emulator::{self, without_aws};
use crate::options::Endpoint;
use crate::outbox::Texts;
use crate::paths::{Paths, cannot_write};
use crate::proxy::Route;
use crate::{Failure, Outcome};

/// Whether all functions are deployed as one binary that chooses by its handler's name, or each
/// as its own. One is linked once, which thirty are not; what is released is one per function.
const ONE_BINARY: bool = true;

pub(crate) struct Stack {
    /// Where browsers find the portal, without a slash at the end.
    pub(crate) origin: String,
    /// The emulator's port.
    pub(crate) emulator: u16,
    /// LocalStack, where that holds the data and the emulator stands in for what it lacks.
    pub(crate) localstack: Option<Endpoint>,
    /// The HTTP API's id.
    pub(crate) api: String,
    /// The API's routes.
    pub(crate) routes: Vec<Route>,
    /// The log group of the functions.
    pub(crate) logs: String,
    /// Where everybody reads what is published, without a slash at the end.
    pub(crate) published: String,
    /// What every function has in its environment.
    pub(crate) environment: Map<String, Value>,
    /// One family of the demo city that can go all the way.
    pub(crate) family: Value,
    /// One officer of each kind, with their passwords.
    pub(crate) officers: Value,
    /// Where the loader put the sample scans.
    pub(crate) samples: PathBuf,
}

/// Cargo as a person would call it, into the directory where this tool itself was built. What
/// `cargo run` tells this tool about its own package would make build scripts run again.
pub(crate) fn cargo(paths: &Paths, verb: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let ours = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
        if name.to_str().is_some_and(|name| ours.iter().any(|start| name.starts_with(start))) {
            command.env_remove(name);
        }
    }
    command.current_dir(&paths.root).arg(verb);
    if let Some(target) = paths.built.parent() {
        command.arg("--target-dir").arg(target);
    }
    command
}

/// Builds what runs in the emulator.
pub(crate) fn build(paths: &Paths, children: &Children) -> Outcome<()> {
    println!("Building the functions…");
    let mut command = cargo(paths, "build");
    if ONE_BINARY {
        // The whole workspace, so that features unify as they do for the tests; two binaries of it.
        command.args(["--workspace", "--bin", "bootstrap", "--bin", "demo"]);
    } else {
        command.args(["--workspace", "--bins", "--exclude", "local"]);
    }
    if children.run(&mut command)?.success() {
        Ok(())
    } else {
        Err(Failure::new("the build failed: mend what the compiler says above, then try again"))
    }
}

/// Starts the emulator, deploys, and fills the tables. What `state` already holds is kept as it is.
pub(crate) fn start(
    paths: &Paths,
    children: &Children,
    python: &Path,
    place: &Place<'_>,
    campaign: &str,
) -> Outcome<Stack> {
    println!("Starting the emulator…");
    let emulator = emulator::start(paths, children, python, place)?;

    println!("Checking and deploying the templates…");
    let order = json!({
        "endpoint": format!("http://localhost:{emulator}"),
        "origin": place.origin,
        // Tests count what has not been recalculated, and recalculate themselves.
        "schedule": place.keep,
        "keep": paths.keep,
        "code": code(paths)?,
    });
    let mut deploy = Command::new(python);
    without_aws(deploy.arg(paths.local.join("deploy.py")));
    let answer = children.ask(&mut deploy, &order.to_string())?.map_err(|complaint| {
        Failure::new(format!("the deployment failed: {complaint}\n(after mending it, --fresh starts with empty data)"))
    })?;
    let deployed: Value = serde_json::from_str(&answer)
        .map_err(|error| Failure::new(format!("the deployment answered what is not JSON: {error}")))?;
    let text = |name: &str| deployed.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut stack = Stack {
        origin: place.origin.to_owned(),
        emulator,
        localstack: None,
        api: text("api"),
        routes: routes(&deployed),
        logs: text("logs"),
        published: text("published"),
        environment: deployed.get("environment").and_then(Value::as_object).cloned().unwrap_or_default(),
        family: Value::Null,
        officers: Value::Null,
        samples: place.samples.to_path_buf(),
    };
    println!("Loading the demo city…");
    stack.family = load_city(paths, children, &stack, &stack.endpoint(), campaign)?;
    stack.officers = make_officers(paths, children, python, &stack, place)?;
    Ok(stack)
}

/// Where a stack lives.
pub(crate) struct Place<'a> {
    pub(crate) origin: &'a str,
    pub(crate) state: &'a Path,
    pub(crate) samples: &'a Path,
    /// What the emulator and the functions have to say.
    pub(crate) log: &'a Path,
    /// Whether the state is for the next time.
    pub(crate) keep: bool,
}

impl Stack {
    /// Where AWS's services answer.
    pub(crate) fn endpoint(&self) -> String {
        self.localstack.as_ref().map_or_else(|| self.stand_in(), Endpoint::to_string)
    }

    /// Where mail and the officers' pool answer.
    pub(crate) fn stand_in(&self) -> String {
        format!("http://localhost:{}", self.emulator)
    }

    /// Where the texts can be read that were sent to phones.
    pub(crate) fn texts(&self) -> Texts {
        match &self.localstack {
            Some(localstack) => Texts { host: localstack.host.clone(), path: "/_aws/sns/sms-messages" },
            None => Texts::of_the_emulator(self.emulator),
        }
    }

    /// What AWS's SDKs need to find the services.
    pub(crate) fn aws(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("AWS_ENDPOINT_URL", self.endpoint()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ];
        if self.localstack.is_some() {
            variables.extend([
                ("AWS_ENDPOINT_URL_SESV2", self.stand_in()),
                ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", self.stand_in()),
            ]);
        }
        variables
    }

    /// The environment of a function, by name and text.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&String, &str)> {
        self.environment.iter().filter_map(|(name, value)| Some((name, value.as_str()?)))
    }
}

pub(crate) fn routes(deployed: &Value) -> Vec<Route> {
    let routes = deployed.get("routes").and_then(Value::as_object).into_iter().flatten();
    routes.filter_map(|(path, function)| Some(Route::new(path, function.as_str()?))).collect()
}

/// The binaries that are deployed, copied away from where the next build overwrites them: functions
/// that run keep the code they were deployed with.
fn code(paths: &Paths) -> Outcome<Value> {
    if ONE_BINARY {
        return Ok(json!({"*": set_aside(paths, "bootstrap")?}));
    }
    let functions = paths.root.join("functions");
    let folders = std::fs::read_dir(&functions)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", functions.display())))?;
    let mut code = Map::new();
    for name in folders.filter_map(|folder| folder.ok()?.file_name().into_string().ok()) {
        let path = set_aside(paths, &name)?;
        code.insert(name, json!(path));
    }
    Ok(Value::Object(code))
}

pub(crate) fn set_aside(paths: &Paths, name: &str) -> Outcome<PathBuf> {
    let binary = paths.built.join(name);
    let version = version(&binary)?;
    let directory = paths.keep.join("code");
    let aside = directory.join(format!("{name}-{version}"));
    if !aside.exists() {
        std::fs::create_dir_all(&directory).map_err(|error| cannot_write(&directory, &error))?;
        let unfinished = directory.join(format!("{name}-{version}.part"));
        std::fs::copy(&binary, &unfinished)
            .and_then(|_| std::fs::rename(&unfinished, &aside))
            .map_err(|error| cannot_write(&aside, &error))?;
        forget_old_versions(&directory, name, &aside);
    }
    Ok(aside)
}

/// Keeps the newest few: another portal, the tests' or a person's, may still run one of them.
fn forget_old_versions(directory: &Path, name: &str, newest: &Path) {
    let mut old: Vec<_> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let ours = path.file_name()?.to_str()?.strip_prefix(name)?.starts_with('-');
            let changed = path.metadata().ok()?.modified().ok()?;
            (ours && path != newest).then_some((changed, path))
        })
        .collect();
    old.sort();
    for (_, path) in old.iter().rev().skip(2) {
        // It costs room only, and is tried again next time.
        std::fs::remove_file(path).ok();
    }
}

/// Tells one build of a binary from another.
fn version(binary: &Path) -> Outcome<String> {
    let about = std::fs::metadata(binary)
        .and_then(|data| Ok((data.len(), data.modified()?)))
        .map_err(|error| Failure::new(format!("the build did not make {}: {error}", binary.display())))?;
    let (length, changed) = about;
    let changed = changed.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Ok(format!("{length}-{changed}"))
}

/// Loads the demo city into the tables at `endpoint`; the loader itself sees whether the same is
/// there already. Its dates move with the day.
pub(crate) fn load_city(
    paths: &Paths,
    children: &Children,
    stack: &Stack,
    endpoint: &str,
    campaign: &str,
) -> Outcome<Value> {
    let mut command = Command::new(paths.built.join("demo"));
    without_aws(command.args(["load", "--campaign", campaign, "--out"]).arg(&stack.samples));
    command.envs(stack.aws()).env("AWS_ENDPOINT_URL", endpoint).envs(stack.variables());
    let answer = children
        .ask(&mut command, "")?
        .map_err(|complaint| Failure::new(format!("the demo city could not be loaded: {complaint}")))?;
    serde_json::from_str(&answer)
        .map_err(|error| Failure::new(format!("the demo loader answered what is not JSON: {error}")))
}

/// One officer of each kind; their passwords are drawn once and kept beside the data. The tests get
/// some more of their own.
pub(crate) fn make_officers(
    paths: &Paths,
    children: &Children,
    python: &Path,
    stack: &Stack,
    place: &Place<'_>,
) -> Outcome<Value> {
    let variable = |name: &str| stack.environment.get(name).cloned().unwrap_or_default();
    let order = json!({
        "endpoint": stack.stand_in(),
        "pool": variable("OFFICER_POOL"),
        "client": variable("OFFICER_CLIENT"),
        "school": stack.family.get("school"),
        "keep": place.state.join("officers.json"),
        "trial": !place.keep,
    });
    let mut make = Command::new(python);
    without_aws(make.arg(paths.local.join("officers.py")));
    let answer = children
        .ask(&mut make, &order.to_string())?
        .map_err(|complaint| Failure::new(format!("the demo's officers could not be made: {complaint}")))?;
    serde_json::from_str(&answer)
        .map_err(|error| Failure::new(format!("officers.py answered what is not JSON: {error}")))
}
