//! Tests of `unicontact contract` with valid and invalid folders of fixtures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

#[path = "../hostile/mod.rs"]
mod hostile;
#[path = "../program/mod.rs"]
mod program;

mod changed;
mod compared;
mod folder;
mod interrupted;
mod recorded;
mod refused;
mod replayed;
mod vendor;
