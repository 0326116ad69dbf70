//! What the black-box tests share: the fixtures, providers under test, random contacts, and what must not be shown.
//!
//! Its rule: nothing here judges an adapter; it reads, builds and searches. The verdicts are in the fixtures.

#![allow(dead_code, unused_imports, reason = "each test binary uses a part of it")]

pub(crate) mod contacts;
pub(crate) mod fixture;
pub(crate) mod leaks;
pub(crate) mod personal;
pub(crate) mod providers;
