//! The search for personal data in fixtures, as the contract kit defines it for its recordings.

#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub(crate) use unicontact_contract::personal_data::*;
