//! What must never be printed: credentials anywhere, the contact in logs and errors.
//!
//! Its rule: every credential and every value of the contact is recognizable, everything is logged, and the vendor says
//! all that it was sent back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod configuration;
mod echo;
mod everyday;
#[path = "../hostile/mod.rs"]
mod hostile;
mod markers;
#[path = "../program/mod.rs"]
mod program;
mod sent_back;
mod told;
