//! Tests of the built command `unicontact`: its output, exit code and files, and the contacts at the vendors.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod about;
mod check;
mod configuration;
mod contract_export;
mod create;
mod demo;
mod idle_server;
mod input;
mod logging;
mod output;
mod plan;
#[path = "../program/mod.rs"]
mod program;
mod providers;
mod sandbox;
mod shape;
