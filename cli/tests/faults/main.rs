//! `unicontact create` against misbehaving vendors: tests check the outcome, the error, the exit code and the number of
//! creates that the vendor received.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod case;
mod fan_out;
#[path = "../hostile/mod.rs"]
mod hostile;
mod persistent;
mod preparation;
#[path = "../program/mod.rs"]
mod program;
mod transient;
mod vendor_specific;
