//! `unicontact contract` on folders of fixtures, right and wrong.
//!
//! Its rule: a folder of the test's own, made from the project's, and what a user sees of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

#[path = "../hostile/mod.rs"]
mod hostile;
#[path = "../program/mod.rs"]
mod program;

mod compared;
mod folder;
mod interrupted;
mod moved;
mod recorded;
mod refused;
mod replayed;
mod vendor;
