//! The only user of DynamoDB: keys, items, and one module per access pattern.
//!
//! Every call here is one wait on AWS unless its doc comment says otherwise. Items hold whole
//! typed entities under `body`, beside the attributes that keys, indexes, conditions and TTL
//! need, and a `schema` number.

mod error;
#[cfg(test)]
mod golden;
mod item;
pub mod keys;
mod packed;
mod transaction;

pub mod applications;
pub mod changes;
pub mod codes;
pub mod corrections;
pub mod deadlines;
pub mod directory;
pub mod documents;
pub mod drafts;
pub mod free_places;
pub mod imports;
pub mod inbox;
pub mod look_ups;
pub mod office_sessions;
pub mod outbox;
pub mod recalculation;
pub mod register;
pub mod sending;
pub mod sessions;
pub mod standings;
pub mod status;
pub mod stops;
mod street_index;
pub mod tally;
pub mod terms;
pub mod trace;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Builder;

pub use error::{Failure, StoreError};
pub use keys::{CodeKeys, LookupKey};
use transaction::MetTransaction;

/// The names of the four tables, from the environment.
#[derive(Clone, Debug)]
pub struct Tables {
    /// `APPLICATIONS_TABLE`: drafts, applications, history, documents, locks, counters, outbox, pending events
    pub applications: String,
    /// `SESSIONS_TABLE`: sessions, codes, rate counters
    pub sessions: String,
    /// `PLACES_TABLE`: terms and their changes, the ledger, how places stand
    pub places: String,
    /// `DIRECTORY_TABLE`: schools, territories, campaigns, the register's local stand-in
    pub directory: String,
}

impl Tables {
    /// Reads the four names with the given reader of the environment.
    ///
    /// # Errors
    /// The reader's, naming the missing variable.
    pub fn read<E>(env: impl Fn(&'static str) -> Result<String, E>) -> Result<Self, E> {
        Ok(Self {
            applications: env("APPLICATIONS_TABLE")?,
            sessions: env("SESSIONS_TABLE")?,
            places: env("PLACES_TABLE")?,
            directory: env("DIRECTORY_TABLE")?,
        })
    }
}

/// The portal's data. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) dynamo: Client,
    pub(crate) tables: Tables,
    pub(crate) key: LookupKey,
    pub(crate) code_keys: CodeKeys,
}

impl Store {
    /// A store over the given AWS configuration. `key` is `LOOKUP_KEY`; codes are kept under it too, unless other keys
    /// are given for them.
    pub fn new(aws: &aws_config::SdkConfig, tables: Tables, key: LookupKey) -> Self {
        let config = Builder::from(aws).retry_classifier(MetTransaction).build();
        Self { dynamo: Client::from_conf(config), tables, code_keys: key.clone().into(), key }
    }

    /// The same with keys for codes.
    #[must_use]
    pub fn with_code_keys(self, code_keys: CodeKeys) -> Self {
        Self { code_keys, ..self }
    }

    /// A store as the environment describes it: the four tables, `LOOKUP_KEY` and `CODE_KEYS`.
    ///
    /// # Errors
    /// The reader's, naming the missing variable, [`keys::BadLookupKey`] or [`keys::BadCodeKeys`].
    pub fn read<E>(
        aws: &aws_config::SdkConfig,
        env: impl Fn(&'static str) -> Result<String, E>,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let key = LookupKey::parse(&env("LOOKUP_KEY")?)?;
        let code_keys = CodeKeys::parse(&env("CODE_KEYS")?)?;
        Ok(Self::new(aws, Tables::read(env)?, key).with_code_keys(code_keys))
    }

    /// Opens the connection to DynamoDB while the function still starts, where CPU is not
    /// throttled; the answer does not matter.
    pub async fn warm(&self) {
        let ping = self
            .dynamo
            .get_item()
            .table_name(&self.tables.directory)
            .key("pk", keys::text("warm"))
            .key("sk", keys::text("warm"));
        if let Err(error) = ping.send().await {
            tracing::debug!(error = %aws_sdk_dynamodb::error::DisplayErrorContext(&error), "warming read failed");
        }
    }
}
