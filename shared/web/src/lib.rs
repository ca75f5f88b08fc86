//! Between HTTP and the handlers: addresses, forms, sessions, forged forms, headers, and the
//! one map from troubles to pages.

mod address;
pub mod carried;
pub mod chosen;
pub mod contacts;
mod csrf;
pub mod deciding;
pub mod department;
pub mod documents;
mod due;
pub mod etag;
mod fields;
pub mod following;
mod list;
mod multipart;
mod network;
pub mod office;
pub mod people;
pub mod queue;
pub mod rating;
mod reply;
mod serve;
pub mod settling;
mod sheet;
mod site;
pub mod spot;
pub mod step;
mod trouble;
mod visit;

pub use address::{Address, DocumentAction, SheetAction};
pub use due::{due, due_day};
pub use fields::{DateAnswer, Fields};
pub use list::ListPage;
pub use multipart::{Part, Parts};
pub use network::{Network, OriginSecret};
pub use reply::{Cookie, Kept, Reply};
pub use serve::{Function, answer, serve, start, start_with_lists};
pub use sheet::Sheet;
pub use site::{City, Contacts, Site};
pub use trouble::Trouble;
pub use visit::{Method, Visit, with_query};
