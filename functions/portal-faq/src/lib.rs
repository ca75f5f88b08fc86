//! Questions and answers. The same for everybody, so it is cacheable and sets no cookie.

use web::{Reply, Site, Trouble, Visit};

/// The function.
#[derive(Clone, Copy, Debug)]
pub struct Faq;

/// Serves until the runtime ends.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::serve(Site::from_env()?, Faq).await
}

impl web::Function for Faq {
    async fn handle(&self, _visit: Visit) -> Result<Reply, Trouble> {
        Err(Trouble::NotFound)
    }
}
