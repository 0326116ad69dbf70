//! What unicontact costs, beside a client that is written by hand for the same work.
//!
//! Its rule: figures are compared only with figures of the same run on the same machine. [`whole`] measures whole processes,
//! [`pure`] lists the parts that touch neither network nor disk, and [`instructions`] counts what those execute.

pub mod by_hand;
pub mod configuration;
pub mod hidden;
pub mod instructions;
pub mod journal;
pub mod library;
pub mod people;
pub mod pure;
pub mod vendor;
pub mod whole;

/// Whatever goes wrong ends the measurement.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
