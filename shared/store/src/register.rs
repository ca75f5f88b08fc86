//! The state register's local stand-in: people in the Directory table, keyed by the keyed hash of
//! their IIN. A child is kept with each adult to whom the register links it, and nowhere else:
//! without the link there is nothing to find.

use domain::Iin;
use domain::directory::{Kinship, KnownPerson, Link, Register, RegisterDown, RegisterRecords};
use serde::{Deserialize, Serialize};

use crate::keys;
use crate::{Store, StoreError};

/// An adult as the stand-in keeps one.
#[derive(Clone, Serialize, Deserialize)]
pub struct Registered {
    /// The adult.
    pub known: KnownPerson,
    /// Children to whom the adult is a parent or guardian.
    pub children: Vec<RegisteredChild>,
}

/// A child of an adult.
#[derive(Clone, Serialize, Deserialize)]
pub struct RegisteredChild {
    /// How the adult is related to it.
    pub kinship: Kinship,
    /// The child.
    pub known: KnownPerson,
}

impl Registered {
    /// What is held about the adult and one child.
    pub fn records(self, child: Option<&Iin>) -> RegisterRecords {
        let parent = self.known.person.iin.clone();
        let found = self.children.into_iter().find(|held| Some(&held.known.person.iin) == child);
        let link =
            found.as_ref().map(|held| Link { parent, child: held.known.person.iin.clone(), kinship: held.kinship });
        RegisterRecords { parent: Some(self.known), child: found.map(|held| held.known), link }
    }
}

/// The register over the Directory table.
#[derive(Clone, Debug)]
pub struct TableRegister(Store);

impl TableRegister {
    /// The register that a store holds.
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

impl Register for TableRegister {
    async fn records(&self, parent: &Iin, child: Option<&Iin>) -> Result<RegisterRecords, RegisterDown> {
        let found = self.0.registered(parent).await.map_err(|error| RegisterDown(Box::new(error)))?;
        Ok(found.map(|found| found.records(child)).unwrap_or_default())
    }
}

impl Store {
    /// An adult of the stand-in. One wait.
    async fn registered(&self, iin: &Iin) -> Result<Option<Registered>, StoreError> {
        self.directory_item(&keys::register(&self.key, iin)).await
    }
}
