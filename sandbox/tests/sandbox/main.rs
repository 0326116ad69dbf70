//! Speaks HTTP with a started sandbox.
//!
//! Rule: time is driven by hand; nothing here waits.

#![allow(clippy::expect_used, reason = "tests")]

mod client;
mod cloverhound;
mod control;
mod creating;
mod crowds;
mod emnify;
mod faults;
mod late_commit;
mod late_dedupe;
mod limits;
mod losing;
mod normalizing;
mod onecloud;
mod outages;
mod ports;
mod prospects;
mod rules;
mod selection;
mod smarttask;
mod stale_list;
mod users;
mod whole;
