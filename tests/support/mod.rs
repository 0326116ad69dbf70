//! Helpers of the black-box tests: fixtures, providers under test, random contacts, and the search for leaks.

#![allow(dead_code, unused_imports, reason = "each test binary uses a part of it")]

pub(crate) mod contacts;
pub(crate) mod fixture;
pub(crate) mod leaks;
pub(crate) mod personal;
pub(crate) mod providers;
