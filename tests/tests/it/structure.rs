//! What the architecture says is absent, and stays absent.

use std::collections::{BTreeMap, BTreeSet};

use tests::Result;
use tests::workspace::{Workspace, sources};

/// Crates that read or write anything outside the program, or keep a clock going.
const IO: &[&str] =
    &["tokio", "hyper", "reqwest", "ureq", "mio", "socket2", "rustls", "lambda_runtime", "lambda_http", "async-std"];

#[test]
fn the_domain_knows_no_crate_of_ours_and_no_input_or_output() -> Result<()> {
    let workspace = Workspace::read()?;
    let all = workspace.all("domain");
    let ours: Vec<_> = workspace.members().map(|(name, _)| name).filter(|name| all.contains(name)).collect();
    assert!(ours.is_empty(), "domain depends on {ours:?}");
    let io: Vec<_> = all.iter().filter(|name| IO.contains(name) || name.starts_with("aws")).collect();
    assert!(io.is_empty(), "domain depends on {io:?}");
    Ok(())
}

#[test]
fn the_domain_never_looks_at_a_clock() -> Result<()> {
    let workspace = Workspace::read()?;
    for (path, text) in sources(&workspace.root.join("shared/domain/src"))? {
        for clock in ["SystemTime", "Instant::now", "Timestamp::now", "Zoned::now"] {
            assert!(!text.contains(clock), "{}: {clock}", path.display());
        }
    }
    Ok(())
}

#[test]
fn each_service_of_aws_has_one_crate_that_talks_to_it() -> Result<()> {
    let workspace = Workspace::read()?;
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (member, _) in workspace.members() {
        for sdk in workspace.direct(member).filter(|name| name.starts_with("aws-sdk-")) {
            users.entry(sdk).or_default().push(member);
        }
    }
    assert!(!users.is_empty(), "the test no longer sees the SDKs");
    for (sdk, users) in users {
        assert_eq!(users.len(), 1, "{sdk} is used by {users:?}");
    }
    Ok(())
}

#[test]
fn only_the_register_talks_http_to_others() -> Result<()> {
    const CLIENTS: &[&str] = &["hyper", "hyper-util", "hyper-rustls", "reqwest", "ureq"];
    let workspace = Workspace::read()?;
    let deployed = workspace.members_in("functions").into_iter().chain(workspace.members_in("shared"));
    let users: BTreeSet<_> = deployed
        .map(|(member, _)| member)
        .filter(|member| workspace.direct(member).any(|name| CLIENTS.contains(&name)))
        .collect();
    assert_eq!(users, BTreeSet::from(["register"]));
    Ok(())
}

#[test]
fn one_function_alone_knows_the_registers_token() -> Result<()> {
    let workspace = Workspace::read()?;
    let template = std::fs::read_to_string(workspace.root.join("infra/functions.yaml"))?;
    let parts: Vec<_> = template.split("\n  LookUpPerson:\n").collect();
    let [before, after] = parts.as_slice() else { return Err("the look-up is not in the template once".into()) };
    let (own, others) = after.split_once("\n  LookUpPersonIntegration:\n").ok_or("where does the look-up end?")?;
    assert!(
        own.contains("REGISTER_TOKEN:") && !before.contains("REGISTER_TOKEN") && !others.contains("REGISTER_TOKEN")
    );
    Ok(())
}

#[test]
fn no_function_depends_on_another() -> Result<()> {
    let workspace = Workspace::read()?;
    let functions = workspace.members_in("functions");
    assert!(!functions.is_empty(), "the test no longer sees the functions");
    for (function, _) in &functions {
        let others: Vec<_> =
            workspace.direct(function).filter(|name| functions.iter().any(|(other, _)| other == name)).collect();
        assert!(others.is_empty(), "{function} depends on {others:?}");
    }
    Ok(())
}

#[test]
fn a_function_is_named_as_its_folder_and_only_composed_in_main() -> Result<()> {
    let workspace = Workspace::read()?;
    for (function, folder) in workspace.members_in("functions") {
        assert!(folder.ends_with(function), "{function} is in {}", folder.display());
        let main = std::fs::read_to_string(folder.join("src/main.rs"))?;
        assert!(main.lines().count() <= 25, "{function}: main.rs does more than compose");
        assert!(main.contains(&function.replace('-', "_")), "{function}: main.rs runs something else");
    }
    Ok(())
}

#[test]
fn the_environment_is_read_in_one_place() -> Result<()> {
    let workspace = Workspace::read()?;
    let rooms = workspace.members_in("functions").into_iter().chain(workspace.members_in("shared"));
    for (room, folder) in rooms.filter(|(room, _)| *room != "lambda") {
        for (path, text) in sources(&folder.join("src"))? {
            for reading in ["env::var", "env::vars", "option_env!"] {
                assert!(!text.contains(reading), "{room} reads the environment: {}", path.display());
            }
        }
    }
    Ok(())
}

#[test]
fn every_function_is_deployed_and_every_deployed_one_exists() -> Result<()> {
    let workspace = Workspace::read()?;
    let template = std::fs::read_to_string(workspace.root.join("infra/functions.yaml"))?;
    let code = template.lines().filter_map(|line| line.trim().strip_prefix("CodeUri: ../target/lambda/"));
    let deployed: BTreeSet<&str> = code.map(|folder| folder.trim_end_matches('/')).collect();
    let written: BTreeSet<&str> = workspace.members_in("functions").into_iter().map(|(function, _)| function).collect();
    assert_eq!(deployed, written, "infra/functions.yaml and functions/ differ");
    Ok(())
}

/// CloudFormation takes 500 resources a stack; the limit here leaves room to add and to roll back.
const RESOURCES: usize = 400;

#[test]
fn each_stack_has_room_for_more_resources() -> Result<()> {
    let workspace = Workspace::read()?;
    let mut seen = 0;
    for entry in std::fs::read_dir(workspace.root.join("infra"))? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let template = std::fs::read_to_string(&path)?;
        let kinds = template.lines().filter_map(|line| line.trim().strip_prefix("Type: AWS::"));
        // SAM makes a function and its role of one resource.
        let count: usize = kinds.map(|kind| if kind == "Serverless::Function" { 2 } else { 1 }).sum();
        assert!(count > 0, "{}: the test no longer sees the resources", path.display());
        assert!(count < RESOURCES, "{}: {count} resources", path.display());
        // Events on a function would expand into more than is counted here.
        assert!(!template.contains("\n      Events:"), "{}: write the sources out", path.display());
        seen += 1;
    }
    assert!(seen >= 2, "the test no longer sees the templates");
    Ok(())
}
