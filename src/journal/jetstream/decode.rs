//! Decodes values of the buckets, each with the number of its format.

use serde::Deserialize;

use super::error::DecodeError;

/// The beginning of every value.
#[derive(Deserialize)]
pub(super) struct FormatHeader {
    pub(super) format: u32,
}

/// Decodes a value, unless its format is newer than `newest`.
pub(super) fn decode<'a, T: Deserialize<'a>>(value: &'a [u8], newest: u32) -> Result<T, DecodeError> {
    let FormatHeader { format } = serde_json::from_slice(value).map_err(|_| DecodeError::Damaged)?;
    if format > newest {
        return Err(DecodeError::Newer);
    }
    serde_json::from_slice(value).map_err(|_| DecodeError::Damaged)
}
