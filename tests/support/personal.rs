//! What must not stand in a fixture.
//!
//! Its rule: the contract kit says what that is, so that what it records is held to the same.

#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub(crate) use unicontact_contract::personal_data::*;
