//! What requests have written, and how it was before: so that a request can be made many times from the same state,
//! and what came of it be compared.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use store::keys::Key;
use testkit::{Item, Wire};

use crate::{Result, Stack, tables};

/// Remembers how items were before they were written to. Its clones remember the same.
#[derive(Clone, Debug)]
pub struct Undo {
    stack: Stack,
    before: Arc<Mutex<Before>>,
}

/// Items as they were, none where there was none, or why that could not be read.
type Before = BTreeMap<Item, Result<Option<Value>, String>>;

/// What requests have changed: for each kind of item, how often it came, went, or became another.
pub type Changes = BTreeMap<String, u32>;

impl Undo {
    /// Nothing has been written.
    pub fn new(stack: &Stack) -> Self {
        Self { stack: stack.clone(), before: Arc::default() }
    }

    /// A wire on which everything that is written is remembered.
    pub fn watching(&self, wire: Wire) -> Wire {
        let undo = self.clone();
        wire.telling_before_writing(move |item| undo.remember(item))
    }

    fn remember(&self, item: Item) {
        let read = || self.read(&item).map_err(|error| error.to_string());
        self.lock().entry(item.clone()).or_insert_with(read);
    }

    /// What has changed since the last time that all was undone or forgotten, but for counters: a number that is taken and
    /// not used is no harm.
    ///
    /// # Errors
    /// A database that does not answer.
    pub fn changes(&self) -> Result<Changes> {
        let mut changes = Changes::new();
        for (item, before) in self.lock().iter().filter(|(item, _)| !is_counter(item)) {
            let what = match (before.clone()?, self.read(item)?) {
                (None, None) => continue,
                (before, after) if before == after => continue,
                (None, Some(_)) => "came",
                (Some(_), None) => "went",
                (Some(_), Some(_)) => "changed",
            };
            *changes.entry(format!("{} {what}", kind(item))).or_default() += 1;
        }
        Ok(changes)
    }

    /// Makes it as if nothing had been written, but for counters: a number is given once, and by it DynamoDB knows a
    /// transaction that it has already made.
    ///
    /// # Errors
    /// A database that does not answer.
    pub fn undo(&self) -> Result<()> {
        for (item, before) in std::mem::take(&mut *self.lock()) {
            if is_counter(&item) {
                continue;
            }
            match before? {
                Some(before) => tables::put_all(&self.stack, &item.table, &[before])?,
                None => tables::remove(&self.stack, &item.table, &Key::new(item.pk, item.sk))?,
            }
        }
        Ok(())
    }

    /// What was written until now stays.
    pub fn forget(&self) {
        self.lock().clear();
    }

    fn read(&self, item: &Item) -> Result<Option<Value>> {
        tables::item(&self.stack, &item.table, &Key::new(&item.pk, &item.sk))
    }

    fn lock(&self) -> MutexGuard<'_, Before> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_counter(item: &Item) -> bool {
    kind(item) == "counter/counter"
}

/// The kind of an item: what its keys begin with.
fn kind(Item { pk, sk, .. }: &Item) -> String {
    let first = |key: &str| key.split('#').next().unwrap_or_default().to_owned();
    format!("{}/{}", first(pk), first(sk))
}
