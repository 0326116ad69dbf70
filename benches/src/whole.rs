//! Measures whole processes: every client and the vendor are processes of their own. Compared clients take turns, so that other load
//! on the machine affects all of them.

mod auto;
mod faults;
mod import;
mod journal_size;
mod memory;
mod nats;
mod once;
mod process;
mod queue;
mod scale;
mod stand_in;
mod statistics;
mod table;
mod undici;

pub use self::table::write;
