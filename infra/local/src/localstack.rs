//! The other ground: LocalStack holds the data, the functions run beside it under `cargo lambda watch`.
//!
//! LocalStack without a licence has tables, buckets, queues, streams, text messages and secrets. It has
//! no functions and no gateway: the tool's proxy and pump.py do their part here. It has neither mail nor
//! the officers' pool: the emulator of the other ground stands in for these two.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use crate::children::Children;
use crate::emulator::{self, comes_up, free_port, no_port, speaks_into, without_aws};
use crate::options::Endpoint;
use crate::paths::{Paths, cannot_write, forget};
use crate::python::{self, last_line};
use crate::second::{self, Java};
use crate::stack::{self, Place, Stack};
use crate::watch::{self, Watcher};
use crate::{Failure, Outcome, http};

/// The only version that this LocalStack runs on.
const PYTHON: &str = "3.13";
/// Where queues' addresses stay true from one start to the next, if it is free.
const PORT: u16 = 4566;
/// The log group of all functions, in LocalStack.
const LOGS: &str = "/portal/functions";
const LACKS: &str = "\
LocalStack without a licence has no Lambda and no gateway: the functions run under cargo lambda watch, this tool's
proxy leads to them, and a pump hands them what queues, streams and schedules have. What functions.yaml says of
permissions, timeouts and alarms has no effect. It has no mail (SESv2) and no officers' sign-in (Cognito): the
emulator of `cargo portal up` stands in for these two alone. It takes what is posted to a bucket under any signature.";

/// What LocalStack is started with.
pub(crate) enum Source {
    /// One that runs already
    Running(Endpoint),
    /// One that is installed and started here
    Own(Installed),
}

/// LocalStack as it lies on this machine.
pub(crate) struct Installed {
    python: PathBuf,
    root: PathBuf,
}

/// The portal on LocalStack.
pub(crate) struct Ground {
    pub(crate) stack: Stack,
    pub(crate) watcher: Watcher,
}

/// Finds or installs what is needed, before anything slow is built.
pub(crate) fn prepare(paths: &Paths, children: &Children, endpoint: Option<&Endpoint>) -> Outcome<Source> {
    if let Some(endpoint) = endpoint {
        if http::get(&endpoint.host, "/_localstack/health").is_none() {
            return Err(Failure::new(format!(
                "no LocalStack answers at {endpoint}: start it, or leave out --endpoint and one is started here"
            )));
        }
        return Ok(Source::Running(endpoint.clone()));
    }
    let interpreter = find_python(children)?;
    let java = Java::find(children)?;
    let venv = paths.keep.join("localstack-venv");
    let python = python::environment(
        children,
        &interpreter,
        &venv,
        &paths.local.join("localstack.txt"),
        "LocalStack",
        "two minutes",
    )?;
    let jar = second::jar(paths, children)?;
    let root = paths.keep.join("localstack/root");
    lay(&root, &jar, &java, &python, paths)?;
    Ok(Source::Own(Installed { python, root }))
}

/// Python 3.13 by its own name, as what `python3` means, or among pyenv's.
fn find_python(children: &Children) -> Outcome<PathBuf> {
    let question = "import sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != sys.argv[1])";
    let mut names: Vec<_> = [format!("python{PYTHON}"), "python3".to_owned()].into_iter().map(PathBuf::from).collect();
    let pyenv = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let pyenv = pyenv.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".pyenv")));
    let versions = pyenv.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    names.extend(versions.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path().join("bin/python3"))));
    let right =
        |name: &PathBuf| matches!(children.ask(Command::new(name).args(["-c", question, PYTHON]), ""), Ok(Ok(_)));
    names.into_iter().find(right).ok_or_else(|| {
        Failure::new(format!(
            "LocalStack needs Python {PYTHON}, which is not here; on Debian 13: sudo apt install python3.13-venv, elsewhere: \
             pyenv install {PYTHON}; or name a LocalStack that runs already with --endpoint http://localhost:4566"
        ))
    })
}

/// Lays DynamoDB Local and Java where LocalStack would download them to. It starts "java" itself: ours
/// passes its port on to second.py, by which it listens on loopback only.
fn lay(root: &Path, jar: &Path, java: &Java, python: &Path, paths: &Paths) -> Outcome<()> {
    forget(root)?;
    let library = root.join("var/lib/localstack/lib");
    let (dynamodb, bin) = (library.join("dynamodb-local"), library.join("java/21/bin"));
    let script = format!(
        "#!/bin/sh\nwhile [ \"$#\" -gt 0 ]; do [ \"$1\" = -port ] && port=$2; shift; done\n\
         JAVA_HOME='{}' exec '{}' '{}' \"$port\" '{}'\n",
        java.home().display(),
        python.display(),
        paths.local.join("second.py").display(),
        jar.display()
    );
    let laid = std::fs::create_dir_all(&dynamodb)
        .and_then(|()| std::fs::create_dir_all(&bin))
        .and_then(|()| symlink(jar, dynamodb.join("2")))
        .and_then(|()| std::fs::write(bin.join("java"), script))
        .and_then(|()| std::fs::set_permissions(bin.join("java"), std::fs::Permissions::from_mode(0o755)));
    laid.map_err(|error| cannot_write(root, &error))
}

/// Starts LocalStack: its address.
fn launch(paths: &Paths, children: &Children, installed: &Installed) -> Outcome<Endpoint> {
    println!("Starting LocalStack…");
    let port = free_port(PORT).or_else(|| free_port(0)).ok_or_else(no_port)?;
    let log = paths.keep.join("localstack.log");
    let mut command = Command::new(&installed.python);
    command.arg(paths.local.join("ground.py")).arg(port.to_string()).arg(&installed.root);
    without_aws(&mut command);
    speaks_into(&mut command, &log)?;
    children.keep_ground(&mut command)?;
    let endpoint = Endpoint { host: format!("localhost:{port}") };
    if comes_up(|| http::get(&endpoint.host, "/_localstack/health").is_some(), || children.ground_lives()) {
        return Ok(endpoint);
    }
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    Err(Failure::new(format!("LocalStack did not start ({}); see {}", last_line(&said), log.display())))
}

/// Starts all of it, deploys the data template, fills the tables, and lets the functions run.
pub(crate) fn start(
    paths: &Paths,
    children: &Children,
    python: &Path,
    source: &Source,
    place: &Place<'_>,
    campaign: &str,
) -> Outcome<Ground> {
    println!("\n{LACKS}\n");
    let endpoint = match source {
        Source::Running(endpoint) => endpoint.clone(),
        Source::Own(installed) => launch(paths, children, installed)?,
    };
    let stand_in = emulator::start(paths, children, python, place)?;

    println!("Checking the templates, deploying the data template…");
    let order = json!({
        "endpoint": endpoint.to_string(),
        "standin": format!("http://localhost:{stand_in}"),
        "origin": place.origin,
        "schedule": place.keep,
        "keep": paths.keep,
    });
    let mut deploy = Command::new(python);
    // It imports deploy.py: nothing is left beside that.
    without_aws(deploy.arg(paths.local.join("data.py")).env("PYTHONDONTWRITEBYTECODE", "1"));
    let answer = children
        .ask(&mut deploy, &order.to_string())?
        .map_err(|complaint| Failure::new(format!("the deployment failed: {complaint}")))?;
    let told: Value = serde_json::from_str(&answer)
        .map_err(|error| Failure::new(format!("the deployment answered what is not JSON: {error}")))?;

    let mut stack = Stack {
        origin: place.origin.to_owned(),
        emulator: stand_in,
        localstack: Some(endpoint),
        api: String::new(),
        routes: stack::routes(&told),
        logs: LOGS.to_owned(),
        published: told.get("published").and_then(Value::as_str).unwrap_or_default().to_owned(),
        environment: told.get("environment").and_then(Value::as_object).cloned().unwrap_or_default(),
        family: Value::Null,
        officers: Value::Null,
        samples: place.samples.to_path_buf(),
    };
    println!("Loading the demo city…");
    stack.family = stack::load_city(paths, children, &stack, &stack.endpoint(), campaign)?;
    stack.officers = stack::make_officers(paths, children, python, &stack, place)?;
    let watcher = watch::apis(paths, children, python)?;
    pump(paths, children, python, &stack, &told, &watcher)?;
    Ok(Ground { stack, watcher })
}

/// Starts the functions and what calls them.
fn pump(
    paths: &Paths,
    children: &Children,
    python: &Path,
    stack: &Stack,
    told: &Value,
    watcher: &Watcher,
) -> Outcome<()> {
    let kept = paths.keep.join("localstack");
    std::fs::create_dir_all(&kept).map_err(|error| cannot_write(&kept, &error))?;
    let mut environment = stack.environment.clone();
    environment.extend(stack.aws().into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))));
    let mut order = Map::new();
    for name in ["functions", "sources", "schedules"] {
        order.insert(name.to_owned(), told.get(name).cloned().unwrap_or_default());
    }
    order.insert("environment".to_owned(), Value::Object(environment));
    order.insert("endpoint".to_owned(), json!(stack.endpoint()));
    order.insert("logs".to_owned(), json!(stack.logs));
    order.insert("invoke".to_owned(), json!(watcher.port));
    order.insert("binary".to_owned(), json!(stack::set_aside(paths, "bootstrap")?));
    order.insert("positions".to_owned(), json!(kept.join("positions.json")));
    let mut command = Command::new(python);
    command.arg(paths.local.join("pump.py"));
    without_aws(&mut command);
    speaks_into(&mut command, &pump_log(paths))?;
    children.keep_pump(&mut command, &Value::Object(order).to_string())
}

/// What the functions have to say.
pub(crate) fn pump_log(paths: &Paths) -> PathBuf {
    paths.keep.join("pump.log")
}
