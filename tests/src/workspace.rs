//! The workspace as cargo and the file system see it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::Result;

/// Packages and what they depend on.
#[derive(Debug)]
pub struct Workspace {
    /// Where the root manifest is
    pub root: PathBuf,
    members: BTreeMap<String, PathBuf>,
    /// Direct dependencies of every package by name; those of tests only are left out.
    dependencies: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

impl Workspace {
    /// Asks cargo.
    ///
    /// # Errors
    /// Cargo's own.
    pub fn read() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the package has no parent folder")?.to_owned();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // Only this platform's crates are sure to be here without a network.
        let host = run(Command::new("rustc").arg("-vV"))?;
        let host = host.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc does not tell its host")?;
        let mut command = Command::new(cargo);
        command.args(["metadata", "--format-version", "1", "--offline", "--filter-platform", host]).current_dir(&root);
        let metadata: Metadata = serde_json::from_str(&run(&mut command)?)?;
        let names: BTreeMap<&str, &Package> =
            metadata.packages.iter().map(|package| (package.id.as_str(), package)).collect();
        let name = |id: &str| names.get(id).map(|package| package.name.clone()).ok_or(format!("cargo forgot {id}"));
        let mut dependencies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in &metadata.resolve.nodes {
            let of = dependencies.entry(name(&node.id)?).or_default();
            for dependency in &node.deps {
                if dependency.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev")) {
                    of.insert(name(&dependency.pkg)?);
                }
            }
        }
        let members = metadata.workspace_members.iter().filter_map(|id| names.get(id.as_str()));
        let members =
            members.filter_map(|package| Some((package.name.clone(), package.manifest_path.parent()?.to_owned())));
        Ok(Self { members: members.collect(), root, dependencies })
    }

    /// Our own packages with their folders.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.members.iter().map(|(name, folder)| (name.as_str(), folder.as_path()))
    }

    /// Our own packages under a folder of the root.
    pub fn members_in(&self, folder: &str) -> Vec<(&str, &Path)> {
        let folder = self.root.join(folder);
        self.members().filter(|(_, path)| path.starts_with(&folder)).collect()
    }

    /// What a package depends on directly.
    pub fn direct(&self, package: &str) -> impl Iterator<Item = &str> {
        self.dependencies.get(package).into_iter().flatten().map(String::as_str)
    }

    /// What a package depends on, at any distance.
    pub fn all<'a>(&'a self, package: &'a str) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let mut open = vec![package];
        while let Some(next) = open.pop() {
            open.extend(self.direct(next).filter(|dependency| seen.insert(*dependency)));
        }
        seen
    }
}

fn run(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The Rust sources under a folder, without their tests.
///
/// # Errors
/// An unreadable folder or file.
pub fn sources(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    const TESTS: &str = "#[cfg(test)]\nmod ";
    let mut found = Vec::new();
    let mut of_tests = vec!["tests.rs".to_owned()];
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path)?;
            // `mod name;` is a file of its own, `mod tests {` ends the file.
            let modules = text.split(TESTS).skip(1).filter_map(|rest| rest.split_once(';').map(|(name, _)| name));
            of_tests.extend(modules.filter(|name| !name.contains('{')).map(|name| format!("{name}.rs")));
            let kept = text.split(TESTS).enumerate().filter(|(at, part)| *at == 0 || !part.starts_with("tests {"));
            found.push((path.clone(), kept.map(|(_, part)| part).collect()));
        }
    }
    found.retain(|(path, _)| {
        path.file_name().is_none_or(|name| !of_tests.iter().any(|test| *test == name.to_string_lossy()))
    });
    Ok(found)
}
