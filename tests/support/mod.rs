//! Helpers of the black-box tests: fixtures, providers under test, random contacts, and the search for leaks.

pub(crate) mod contacts;
pub(crate) mod fixture;
pub(crate) mod leaks;
pub(crate) mod personal;
pub(crate) mod providers;
