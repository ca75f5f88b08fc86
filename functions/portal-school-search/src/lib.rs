//! The school of residence by an address, and the houses that a school serves. The same for everybody, so it is cacheable and sets no cookie.

use store::Store;
use store::directory::Directory;
use web::{Reply, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct SchoolSearch {
    /// The campaign, how places stand
    pub store: Store,
    /// What the city publishes
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| SchoolSearch { directory: Directory::new(store.clone()), store }).await
}

impl web::Function for SchoolSearch {
    async fn handle(&self, _visit: Visit) -> Result<Reply, Trouble> {
        Err(Trouble::NotFound)
    }
}
