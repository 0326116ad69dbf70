//! The search for personal data in fixtures, as the contract kit defines it for its recordings.

pub(crate) use unicontact_contract::personal_data::*;
