//! `cargo portal bench`: builds what is measured and what measures, and runs it.

use std::path::PathBuf;
use std::process::Command;

use crate::children::Children;
use crate::emulator::without_aws;
use crate::options::Bench;
use crate::paths::Paths;
use crate::second::{self, Java};
use crate::{Failure, Outcome, python, stack};

/// Optimised as what is released, and linked in seconds: see the root manifest.
const PROFILE: &str = "measured";

/// Whether everything kept to its targets.
pub(crate) fn run(asked: &Bench, children: &Children) -> Outcome<bool> {
    let paths = Paths::find()?;
    let mut command = match asked {
        Bench::Cold(named) => {
            let functions = if named.is_empty() { all(&paths)? } else { named.clone() };
            println!("Building {} release binaries…", functions.len());
            build(&paths, children, "release", functions.iter().map(String::as_str).chain(["hello"]))?;
            let mut command = program(&paths, children)?;
            command.arg("cold").arg(&paths.root).arg(built(&paths, "release")).args(functions);
            command
        }
        Bench::Load(options) => {
            let mut command = program(&paths, children)?;
            command.arg("load").args(options);
            match charging(&paths, children) {
                Ok(endpoint) => {
                    command.args(["--dynamodb", &endpoint]);
                }
                Err(Failure(why)) => println!("Nobody tells what DynamoDB charges: {why}"),
            }
            command
        }
    };
    println!();
    without_aws(&mut command);
    let status = children.run(&mut command)?;
    children.stop_all();
    Ok(status.success())
}

/// Amazon's own DynamoDB, which counts capacity units truly.
fn charging(paths: &Paths, children: &Children) -> Outcome<String> {
    let java = Java::find(children)?;
    let python = python::prepare(paths, children)?;
    second::npm(paths, children)?;
    second::serve(paths, children, &python, &java)
}

/// The program that measures.
fn program(paths: &Paths, children: &Children) -> Outcome<Command> {
    println!("Building the functions in one process…");
    build(paths, children, PROFILE, ["bench"])?;
    Ok(Command::new(built(paths, PROFILE).join("bench")))
}

fn build<'a>(
    paths: &Paths,
    children: &Children,
    profile: &str,
    packages: impl IntoIterator<Item = &'a str>,
) -> Outcome<()> {
    let mut command = stack::cargo(paths, "build");
    command.args(["--profile", profile]);
    for package in packages {
        command.args(["--package", package]);
    }
    match children.run(&mut command)?.success() {
        true => Ok(()),
        false => Err(Failure::new("the build failed: mend what cargo says above, then try again")),
    }
}

fn built(paths: &Paths, profile: &str) -> PathBuf {
    paths.built.with_file_name(profile)
}

/// Every function.
fn all(paths: &Paths) -> Outcome<Vec<String>> {
    let functions = paths.root.join("functions");
    let folders = std::fs::read_dir(&functions)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", functions.display())))?;
    let mut names: Vec<String> = folders.filter_map(|folder| folder.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}
