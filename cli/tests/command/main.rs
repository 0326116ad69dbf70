//! The command `unicontact`, from outside.
//!
//! Its rule: only what a user sees counts: what is printed and where, the exit code, the files, what the vendors got.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod about;
mod check;
mod configuration;
mod contract_export;
mod create;
mod demo;
mod input;
mod logging;
mod output;
mod plan;
#[path = "../program/mod.rs"]
mod program;
mod providers;
mod sandbox;
mod shape;
mod silence;
