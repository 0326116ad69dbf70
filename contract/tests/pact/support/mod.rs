//! What the tests of the Pacts share.
//!
//! Its rule: every Pact is exported once, from the fixtures of this project.

pub(crate) mod accounts;
pub(crate) mod client;
pub(crate) mod faults;
pub(crate) mod pacts;
pub(crate) mod paths;
pub(crate) mod provider;
pub(crate) mod unverified;
