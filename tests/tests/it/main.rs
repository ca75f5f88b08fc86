//! The portal from outside: a parent's journey, attacks, and what the workspace promises.

mod attacks;
mod ceilings;
mod events;
mod faults;
mod journey;
mod office_assign;
mod office_decisions;
mod office_enrol;
mod office_inbox;
mod office_messages;
mod office_resolve;
mod office_sign_in;
mod receipt;
mod register;
mod second_device;
mod second_opinion;
mod sending;
mod status;
mod structure;
mod troubles;
mod uploads;
mod waits;
