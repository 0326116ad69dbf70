//! Tests of many workers of the built command on one queue, while servers, connections and workers fail at any moment.
//!
//! Each test counts the contacts at the vendors and compares them with the command's output. Tests wait for conditions, not for a
//! fixed time.

#![cfg(feature = "jetstream")]
mod accounts;
mod cluster;
mod control;
mod dead_letters;
mod destinations;
mod doubts;
mod draining;
mod earlier;
mod harness;
mod hung;
mod identities;
mod importing;
mod lapse;
mod logs;
mod migrated;
mod partition;
mod paused;
mod people;
mod permissions;
mod ports;
mod requeued;
mod runbooks;
mod server;
mod sharing;
mod stopped;
mod storm;
mod unreadable;
mod vendors;
mod verified;
mod waiting;
mod worker;
mod wrong_clock;
