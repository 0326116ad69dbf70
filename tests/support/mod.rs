//! What the black-box tests share: fixtures, providers under test, and servers that misbehave.
//!
//! Its rule: nothing here judges an adapter; it reads, builds, serves and compares. The verdicts are in the fixtures.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod compare;
pub(crate) mod contacts;
pub(crate) mod fixture;
pub(crate) mod leaks;
pub(crate) mod personal;
pub(crate) mod providers;
pub(crate) mod raw_server;
pub(crate) mod replay;
pub(crate) mod served;
