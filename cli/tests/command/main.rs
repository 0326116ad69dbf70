//! The command `unicontact` from outside: output, exit codes, files and requests to the vendors.

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
