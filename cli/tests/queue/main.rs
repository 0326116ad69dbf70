//! Many workers of the built command on one queue, with servers, lines and workers that end at any moment.
//!
//! Its rule: what is at the vendors is counted there; what the command says is held against it. Moments are found by
//! what happened, not by the time that passed.

#![cfg(feature = "jetstream")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    missing_docs,
    reason = "tests"
)]

mod accounts;
mod cluster;
mod dead_letters;
mod doubts;
mod draining;
mod earlier;
mod harness;
mod identities;
mod importing;
mod lapse;
mod migrated;
mod partition;
mod paused;
mod people;
mod ports;
#[path = "../program/mod.rs"]
mod program;
mod requeued;
mod server;
mod sharing;
mod stopped;
mod storm;
mod vendors;
mod verified;
mod waiting;
mod worker;
mod wrong_clock;
