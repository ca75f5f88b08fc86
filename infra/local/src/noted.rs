//! What the tests have noted: which permissions were used, and which faults were survived.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

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

    /// Tells how many faults were survived by whom, and leaves the list of them all.
    pub(crate) fn faults(&self, keep: &Path) -> Outcome<()> {
        let lines = std::fs::read_to_string(self.folder.join(FAULTS)).unwrap_or_default();
        let list = keep.join("faults.tsv");
        let (table, summary) = told(&lines);
        std::fs::write(&list, table).map_err(|error| cannot_write(&list, &error))?;
        println!("\n{summary}\nEvery one of them: {}", list.display());
        Ok(())
    }
}

/// Every fault as a line, and a table by function.
fn told(lines: &str) -> (String, String) {
    let mut table = "function\ttest\tcall\toperation\tfault\toutcome\n".to_owned();
    let mut functions: BTreeMap<String, (BTreeSet<String>, u32)> = BTreeMap::new();
    let mut sum = 0;
    for line in lines.lines() {
        let Ok(one) = serde_json::from_str::<Value>(line) else { continue };
        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
        let function = if text("function").is_empty() { "(the test itself)" } else { text("function") };
        let operation = format!("{}:{}", text("service"), text("operation"));
        let nth = one.get("nth").and_then(Value::as_u64).unwrap_or_default();
        // Writing to a string does not fail.
        writeln!(
            table,
            "{function}\t{}\t{nth}\t{operation}\t{}\tnothing lost, nothing doubled, the next try went through",
            text("test"),
            text("fault")
        )
        .ok();
        let (operations, points) = functions.entry(function.to_owned()).or_default();
        operations.insert(operation);
        *points += 1;
        sum += 1;
    }
    let mut summary = format!("{sum} faults were survived:\n");
    for (function, (operations, points)) in functions {
        let operations: Vec<_> = operations.into_iter().collect();
        writeln!(summary, "  {points:>5}  {function}: {}", operations.join(", ")).ok();
    }
    (table, summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_listed_and_summed_by_function() {
        let line = |function: &str, fault: &str| {
            format!(
                r#"{{"test":"t","function":"{function}","service":"dynamodb","operation":"GetItem","nth":2,"fault":"{fault}"}}"#
            )
        };
        let lines = [line("send-code", "Unsent"), line("send-code", "Throttled"), line("", "Unsent")].join("\n");
        let (table, summary) = told(&lines);
        assert_eq!(table.lines().count(), 4);
        assert!(table.contains("send-code\tt\t2\tdynamodb:GetItem\tThrottled\t"));
        assert!(summary.starts_with("3 faults were survived:"));
        assert!(summary.contains("    2  send-code: dynamodb:GetItem"));
    }
}
