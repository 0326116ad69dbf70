//! The costs of unicontact beside a hand-written client. Figures are compared only within one run on one machine. [`whole`] measures whole
//! processes, [`pure`] lists the parts without network and disk, and [`instructions`] counts their instructions.

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
