//! What the tests have noted: which permissions were used, and which faults were survived.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::children::Children;
use crate::emulator::without_aws;
use crate::paths::{Paths, cannot_write};
use crate::stack::Stack;
use crate::{Failure, Outcome};

/// What the emulator notes, in its state.
const DEPLOYED: &str = "state/used.jsonl";
/// What the tests note, in their folder.
const INSIDE: &str = "used.jsonl";
const FAULTS: &str = "faults.jsonl";

/// Where the tests note what they did.
pub(crate) struct Notes {
    throwaway: PathBuf,
    /// Their folder.
    pub(crate) folder: PathBuf,
}

impl Notes {
    pub(crate) fn make(throwaway: &Path) -> Outcome<Self> {
        let folder = throwaway.join("notes");
        std::fs::create_dir_all(&folder).map_err(|error| cannot_write(&folder, &error))?;
        Ok(Self { throwaway: throwaway.to_path_buf(), folder })
    }

    /// Whether each function's policy allows all that the function used, and nothing else. Says what is missing, and what
    /// nothing used.
    pub(crate) fn permissions(
        &self,
        paths: &Paths,
        children: &Children,
        python: &Path,
        stack: &Stack,
    ) -> Outcome<bool> {
        println!("Comparing the functions' policies with what was used…");
        let order = json!({
            "endpoint": stack.endpoint(),
            "deployed": self.throwaway.join(DEPLOYED),
            "inside": self.folder.join(INSIDE),
        });
        let mut compare = Command::new(python);
        without_aws(compare.arg(paths.local.join("policies.py")));
        let compared = children
            .ask(&mut compare, &order.to_string())?
            .map_err(|complaint| Failure::new(format!("the policies could not be compared: {complaint}")))?;
        let compared: Value = serde_json::from_str(&compared)
            .map_err(|error| Failure::new(format!("the comparison of policies is not JSON: {error}")))?;
        let lines = |name: &str| -> Vec<&str> {
            compared.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
        };
        let (forbidden, unused) = (lines("forbidden"), lines("unused"));
        for line in forbidden.iter().chain(&unused) {
            println!("  {line}");
        }
        println!("{} uses are not allowed, {} permissions were used by no test", forbidden.len(), unused.len());
        Ok(forbidden.is_empty() && unused.is_empty())
    }

    /// Tells how many faults were survived by whom and how, and leaves the list of them all.
    pub(crate) fn faults(&self, keep: &Path) -> Outcome<()> {
        let file = self.folder.join(FAULTS);
        let lines = std::fs::read_to_string(&file)
            .map_err(|error| Failure::new(format!("cannot read {}: {error}", file.display())))?;
        let list = keep.join("faults.tsv");
        let (table, summary) = told(&lines)?;
        std::fs::write(&list, table).map_err(|error| cannot_write(&list, &error))?;
        println!("\n{summary}\nEvery one of them: {}", list.display());
        Ok(())
    }
}

/// A fault as the tests noted it.
#[derive(Deserialize)]
struct Fault {
    test: String,
    function: String,
    service: String,
    operation: String,
    nth: usize,
    fault: String,
    outcome: String,
}

/// How faults end, as the tests note it, and in words.
const OUTCOMES: [(&str, &str); 3] = [
    ("Unnoticed", "it did what it was to do all the same"),
    ("Told", "it said that it failed, and the next try made it good"),
    ("Died", "it died, and the next try made it good"),
];

/// What a function survived.
#[derive(Default)]
struct Sum {
    outcomes: [u32; OUTCOMES.len()],
    operations: BTreeSet<String>,
}

/// Every fault as a line, and a table by function.
fn told(lines: &str) -> Outcome<(String, String)> {
    let mut table = "function\ttest\tcall\toperation\tfault\toutcome\n".to_owned();
    let mut functions: BTreeMap<String, Sum> = BTreeMap::new();
    for line in lines.lines() {
        let fault: Fault =
            serde_json::from_str(line).map_err(|error| Failure::new(format!("a fault cannot be read: {error}")))?;
        let Fault { test, function, service, operation, nth, fault, outcome } = fault;
        let function = if function.is_empty() { "(the test itself)".to_owned() } else { function };
        let operation = format!("{service}:{operation}");
        let known = OUTCOMES.iter().zip(0..).find(|((name, _), _)| *name == outcome);
        let ((_, words), at) = known.ok_or_else(|| Failure::new(format!("{outcome} is no outcome of a fault")))?;
        // Writing to a string does not fail.
        writeln!(table, "{function}\t{test}\t{nth}\t{operation}\t{fault}\t{words}").ok();
        let sum = functions.entry(function).or_default();
        sum.operations.insert(operation);
        if let Some(count) = sum.outcomes.get_mut::<usize>(at) {
            *count += 1;
        }
    }
    let all: u32 = functions.values().flat_map(|sum| sum.outcomes).sum();
    let mut summary = format!("{all} faults were survived, nothing lost and nothing doubled:\n\n");
    writeln!(summary, "  {:<26} {:>9} {:>6} {:>6}  at", "", "unnoticed", "told", "died").ok();
    for (function, Sum { outcomes: [unnoticed, told, died], operations }) in functions {
        let operations: Vec<_> = operations.into_iter().collect();
        writeln!(summary, "  {function:<26} {unnoticed:>9} {told:>6} {died:>6}  {}", operations.join(", ")).ok();
    }
    Ok((table, summary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_listed_and_summed_by_function() {
        let line = |function: &str, outcome: &str| {
            format!(
                r#"{{"test":"t","function":"{function}","service":"dynamodb","operation":"GetItem","nth":2,"fault":"Unsent","outcome":"{outcome}"}}"#
            )
        };
        let lines = [line("send-code", "Told"), line("send-code", "Died"), line("", "Unnoticed")].join("\n");
        let Ok((table, summary)) = told(&lines) else { panic!("not read") };
        assert_eq!(table.lines().count(), 4);
        assert!(table.contains("send-code\tt\t2\tdynamodb:GetItem\tUnsent\tit died"));
        assert!(summary.starts_with("3 faults were survived"));
        assert!(
            summary.contains("  send-code                          0      1      1  dynamodb:GetItem"),
            "{summary}"
        );
    }

    #[test]
    fn what_cannot_be_read_is_not_passed_over() {
        assert!(told("{").is_err());
        let strange = r#"{"test":"","function":"","service":"","operation":"","nth":1,"fault":"","outcome":"Lost"}"#;
        assert!(matches!(told(strange), Err(Failure(said)) if said.contains("Lost")));
    }
}
