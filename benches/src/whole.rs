//! Whole processes, measured from outside.
//!
//! Its rule: every client is a process of its own, beside a vendor in another; all that are compared take turns, so that
//! whatever else the machine does meets all of them.

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
