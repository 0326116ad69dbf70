//! Many workers of the built command on one queue, with servers, lines and workers that end at any moment.
//!
//! Its rule: what is at the vendors is counted there; what the command says is held against it. Moments are found by
//! what happened, not by the time that passed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod cluster;
mod harness;
mod partition;
mod ports;
mod server;
mod waiting;
