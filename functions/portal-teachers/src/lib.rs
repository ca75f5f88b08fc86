//! The primary teachers of the city: registry, and a page for each. The same for everybody, so it is cacheable
//! and sets no cookie.

mod choice;
mod list;
mod teacher;

use domain::directory::Teacher;
use domain::{Language, Locale};
use store::directory::{Directory, Schools, Teachers as All};
use text::review::language;
use web::{Address, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct Teachers {
    /// What the city publishes
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Teachers { directory: Directory::new(store) }).await
}

/// What every page tells.
struct Here<'a> {
    visit: &'a Visit,
    teachers: &'a All,
    schools: &'a Schools,
}

impl web::Function for Teachers {
    /// Shows the registry or one of the teachers. One wait a minute, otherwise none; two where the lists
    /// changed.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        if visit.method != Method::Get {
            return Err(Trouble::Method);
        }
        let (teachers, schools) = futures::try_join!(self.directory.teachers(), self.directory.schools())?;
        let here = Here { visit: &visit, teachers: &teachers, schools: &schools };
        let page = match &visit.address {
            Address::Teachers(_) => list::page(&here),
            Address::TeacherPage(_, id) => teacher::page(&here, teachers.find(id).ok_or(Trouble::NotFound)?),
            _ => return Err(Trouble::NotFound),
        };
        Ok(Reply::public(page))
    }
}

/// The languages of instruction, in words.
fn languages(l: Locale, teacher: &Teacher) -> String {
    let named = |of: &Language| language(*of).get(l).to_lowercase();
    teacher.languages.iter().map(named).collect::<Vec<_>>().join(", ")
}
