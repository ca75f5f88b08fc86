//! The portal from outside: a parent's journey, attacks, and what the workspace promises.

mod attacks;
mod events;
mod faults;
mod journey;
mod second_device;
mod sending;
mod structure;
mod uploads;
mod waits;
