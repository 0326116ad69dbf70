//! Measures whole processes from outside. The compared clients take turns, so that other load on the machine affects all of them.

mod auto;
mod import;
mod memory;
mod nats;
mod once;
mod process;
mod queue;
mod scale;
mod stand_in;
mod statistics;
mod table;

pub use self::table::write;
