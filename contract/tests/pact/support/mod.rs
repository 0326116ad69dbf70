//! Shared by the tests of the Pacts.

pub(crate) mod accounts;
pub(crate) mod client;
pub(crate) mod faults;
pub(crate) mod fixture_provider;
pub(crate) mod pacts;
pub(crate) mod paths;
pub(crate) mod program;
pub(crate) mod provider;
pub(crate) mod unverified;
pub(crate) mod verification;
