//! The directory's files as bytes: rows are read from chunks as they arrive, with what is wrong in
//! each, and written so that a spreadsheet opens them as they are.
//!
//! Read are UTF-8 with or without a byte order mark, commas or semicolons: what Excel and the demo
//! city write. Columns may stand in any order.

mod cell;
mod read;
mod write;

pub use read::{Read, Reader};
pub use write::{cells, write};
