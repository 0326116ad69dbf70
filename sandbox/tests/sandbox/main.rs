//! Speaks HTTP with a started sandbox.
//!
//! Rule: time is driven by hand; nothing here waits.

mod client;
mod cloverhound;
mod emnify;
mod onecloud;
mod ports;
mod prospects;
mod smarttask;
mod users;
mod whole;
