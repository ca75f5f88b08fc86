//! Everything that writes, with each fault at each of its calls: what is left behind is whole or not
//! there, and the parent can go on.

mod codes;
mod delivery;
mod directory;
mod look_ups;
mod steps;
mod uploads;
