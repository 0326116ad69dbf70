//! What must not stand in a fixture.
//!
//! Its rule: the contract kit says what that is, so that what it records is held to the same.

pub(crate) use unicontact_contract::personal::*;
