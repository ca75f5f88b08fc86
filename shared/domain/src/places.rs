//! Places and the queue (`domain.md` section 5): who sits where is a function of the ledger, the
//! ordered list of events, and of nothing else. No clock, no I/O.
//!
//! [`Board`] takes events one by one and says who moved and why; [`Numbers`] is how a place stands;
//! [`ledger`] is the public, chained form of the events; [`news`] is what happens to applications,
//! before the recalculation gives it its place in the ledger; [`published`] is where the
//! lines lie for everybody.

pub mod ledger;
pub mod news;
pub mod published;

mod board;
mod numbers;

pub use board::{Board, Event, Move, Outcome, Stale, Standing, Wait, Why};
pub use numbers::{Numbers, Obstacle, Terms};
