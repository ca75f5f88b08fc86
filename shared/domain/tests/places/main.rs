//! The rules of places and the queue (`domain.md` section 5), proved on random histories and on every order of a small
//! protocol.
//!
//! - [`plain`] is the rules once more, recomputed from nothing after every event; [`agreement`] compares.
//! - [`invariants`] are the sentences of the text, each checked at every event.
//! - [`replay`]: what is written is read again, in whatever pieces; what no ticket links may change order.
//! - [`order`]: runs take the news in one order, however they cut it.
//! - [`protocol`]: senders, the office and two recalculations that may crash anywhere, in every order.
//!
//! Each property runs a few hundred histories; as many as wanted by
//! `PROPTEST_CASES=200000 cargo test --release -p domain --test places`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "this is a test")]

mod agreement;
mod histories;
mod invariants;
mod order;
mod plain;
mod protocol;
mod replay;
