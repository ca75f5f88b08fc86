//! Every file of `events/`, as it is, to its function on the stack.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};
use tests::aws::{Request, ask};
use tests::browser::Body;
use tests::workspace::Workspace;
use tests::{Result, Stack};

/// The stack's name, with which the functions' names begin.
const STACK: &str = "portal";

/// They are not called over the tables that all tests share: they would take the news and the deadlines that
/// others look for. They are handed their events over tables of their own, in `published` and `meals`.
const APART: [&str; 2] = ["recalculate-quotas", "expire-deadlines"];

/// One file of the folder: `<function>.<case>.json`.
struct Event {
    function: String,
    case: String,
    content: Vec<u8>,
}

fn events(workspace: &Workspace) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for entry in std::fs::read_dir(workspace.root.join("events"))? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let parts: Vec<&str> = name.split('.').collect();
        let [function, case, "json"] = parts.as_slice() else {
            return Err(format!("events/{name} is not called <function>.<case>.json").into());
        };
        let (function, case) = ((*function).to_owned(), (*case).to_owned());
        events.push(Event { function, case, content: std::fs::read(path)? });
    }
    Ok(events)
}

/// Those that the stack's functions may take while other tests run.
fn shared_events(workspace: &Workspace) -> Result<impl Iterator<Item = Event>> {
    Ok(events(workspace)?.into_iter().filter(|event| !APART.contains(&event.function.as_str())))
}

/// The functions that the template gives a source of events.
fn event_functions(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let template = std::fs::read_to_string(workspace.root.join("infra/functions.yaml"))?;
    let resources = template.lines().filter_map(|line| line.trim().strip_prefix("FunctionName: !Ref "));
    Ok(resources.map(kebab).collect())
}

/// `OnDocumentUploaded` → `on-document-uploaded`.
fn kebab(resource: &str) -> String {
    let mut name = String::new();
    for letter in resource.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// What Lambda must be told: which messages of a queue come again. A stream's batch that went
/// well has no answer.
fn expected(event: &Event) -> Result<Value> {
    let content: Value = serde_json::from_slice(&event.content)?;
    let records = content.get("Records").and_then(Value::as_array).ok_or("an event without records")?;
    let ids: Vec<&Value> = records.iter().filter_map(|record| record.get("messageId")).collect();
    if ids.is_empty() {
        return Ok(Value::Null);
    }
    let failed: Vec<Value> = match event.case.as_str() {
        "unreadable" => ids.into_iter().map(|id| json!({"itemIdentifier": id})).collect(),
        _ => Vec::new(),
    };
    Ok(json!({"batchItemFailures": failed}))
}

#[test]
fn every_event_function_has_an_event_and_every_event_a_function() -> Result<()> {
    let workspace = Workspace::read()?;
    let functions = event_functions(&workspace)?;
    let exampled: BTreeSet<String> = events(&workspace)?.into_iter().map(|event| event.function).collect();
    assert!(!functions.is_empty(), "the test no longer sees the sources of events");
    assert_eq!(exampled, functions, "events/ and the event sources of infra/functions.yaml differ");
    let folders: BTreeSet<&str> = workspace.members_in("functions").into_iter().map(|(name, _)| name).collect();
    assert!(functions.iter().all(|function| folders.contains(function.as_str())), "{functions:?}");
    Ok(())
}

/// As README tells it to a person: `cargo lambda invoke` hands the file to a function that
/// `cargo lambda watch` builds from its sources.
#[test]
fn every_event_is_taken_by_hand() -> Result<()> {
    if Stack::find()?.is_none() {
        return Ok(());
    }
    let named = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set beside PORTAL_TEST_ORIGIN"));
    let (program, port) = (named("PORTAL_TEST_WATCHER")?, named("PORTAL_TEST_WATCHER_PORT")?);
    let workspace = Workspace::read()?;
    for event in shared_events(&workspace)? {
        let file = format!("events/{}.{}.json", event.function, event.case);
        let invoke = ["lambda", "invoke", &event.function, "-A", "127.0.0.1", "-P", &port, "--data-file", &file];
        let answer = Command::new(&program).args(invoke).current_dir(&workspace.root).output()?;
        let complaint = String::from_utf8_lossy(&answer.stderr);
        assert!(answer.status.success(), "{file}: {complaint}");
        assert_eq!(serde_json::from_slice::<Value>(&answer.stdout)?, expected(&event)?, "{file}: {complaint}");
    }
    Ok(())
}

#[test]
fn every_event_is_taken_by_its_deployed_function() -> Result<()> {
    let Some(stack) = Stack::find()? else { return Ok(()) };
    for event in shared_events(&Workspace::read()?)? {
        let name = format!("{}.{}", event.function, event.case);
        let path = format!("/2015-03-31/functions/{STACK}-{}/invocations", event.function);
        let body = Body { kind: "application/json", bytes: &event.content };
        let request = Request { service: "lambda", method: "POST", path: &path, query: "", target: None, body };
        let answer = ask(&stack, request)?;
        let failed = answer.headers.get("x-amz-function-error");
        assert!(failed.is_none(), "{name}: {}", answer.body);
        assert_eq!(serde_json::from_str::<Value>(&answer.body)?, expected(&event)?, "{name}");
    }
    Ok(())
}
