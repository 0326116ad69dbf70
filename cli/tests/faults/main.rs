//! `unicontact create` with misbehaving vendors: kind, effect, outcome, exit code and the number of creates.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod case;
mod fan_out;
#[path = "../hostile/mod.rs"]
mod hostile;
mod lasting;
mod passing;
mod preparing;
#[path = "../program/mod.rs"]
mod program;
mod vendors_own;
