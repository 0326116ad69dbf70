//! Reading a `JSContact` card (RFC 9553).
//!
//! Rule: what is taken is known by its path; what is left over is counted.

use std::collections::BTreeMap;

use unicontact_providers::UnifiedContact;

use crate::options::BadValues;
use crate::row::Note;

/// What is wrong with a card, and where.
pub(crate) struct Wrong {
    pub(crate) lines_down: u64,
    pub(crate) column: Option<u64>,
    pub(crate) field: Option<String>,
    pub(crate) reason: String,
}

pub(crate) fn read(
    _text: &str,
    _bad_values: BadValues,
    _unused: &mut BTreeMap<String, u64>,
) -> Result<(UnifiedContact, Vec<Note>), Wrong> {
    Err(Wrong { lines_down: 0, column: None, field: None, reason: String::new() })
}
