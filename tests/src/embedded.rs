//! DynamoDB's API within this process, over a database in memory: fast enough for a whole city.

use demo::{City, Standing};
use dynoxide::{Database, ImportOptions};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::stack::Sample;
use crate::{Engine, Error, Portal, Result, Stack, tables};

/// The same DynamoDB from within, for whoever fills it by the million.
#[derive(Clone)]
pub struct Within(Database);

impl Within {
    /// Puts items, written as DynamoDB writes them in JSON, past its API: all or none, and no stream tells of them.
    ///
    /// # Errors
    /// A table that is not there, or something that is no item.
    pub fn import(&self, table: &str, items: Vec<Value>) -> Result<()> {
        let items = items.into_iter().map(serde_json::from_value).collect::<Result<Vec<_>, _>>()?;
        self.0.import_items(table, items, ImportOptions::default()).map_err(|error| error.to_string())?;
        Ok(())
    }
}

/// Opens an empty DynamoDB on loopback, with nothing beside it; it answers until the process ends.
///
/// # Errors
/// No free port.
pub fn open() -> Result<Stack> {
    Ok(open_within()?.0)
}

/// The same, with the way in for whoever fills it.
///
/// # Errors
/// No free port.
pub fn open_within() -> Result<(Stack, Within)> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    let address = format!("http://{}", listener.local_addr()?);
    let database = Database::memory().map_err(|error| error.to_string())?;
    let within = Within(database.clone());
    // Its own thread: whoever asks it keeps another one busy.
    std::thread::Builder::new().name("dynamodb".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async move {
            dynoxide::server::serve_on(TcpListener::from_std(listener)?, database).await;
            Ok::<(), Error>(())
        })
    })?;
    let nobody = Sample {
        phone: String::new(),
        parent_iin: String::new(),
        child_iin: String::new(),
        address: String::new(),
        language: String::new(),
        scans: Vec::new(),
    };
    let stack = Stack {
        origin: "http://localhost".to_owned(),
        endpoint: address.clone(),
        stand_in: address.clone(),
        texts: address.clone(),
        engine: Engine::Embedded,
        second: address,
        sample: nobody,
    };
    Ok((stack, within))
}

/// A stack like another one whose tables are within this process, with the demo city in them: nobody else writes there.
///
/// # Errors
/// No free port, or a stack that is described only in part.
pub async fn city(stack: &Stack) -> Result<Stack> {
    let stack = Stack { engine: Engine::Embedded, second: open()?.second, ..stack.clone() };
    let portal = Portal::over(&stack, &stack.origin).await?;
    tables::create_all(&stack, &portal.tables)?;
    demo::load_into(&City::make(Standing::Open, demo::today()?)?, &portal.store, &portal.key).await?;
    Ok(stack)
}
