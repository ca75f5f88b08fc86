//! The portal from outside: a parent's journey, attacks, and what the workspace promises.

mod attacks;
mod journey;
mod structure;
