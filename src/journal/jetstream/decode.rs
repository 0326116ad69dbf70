//! Decodes values of the buckets, each with the number of its format.
//!
//! Every value is a JSON object with the member `format`, also in later versions. A value with a higher number than this
//! version knows is left as it is.

use serde::Deserialize;

use super::error::DecodeError;

/// The beginning of every value.
#[derive(Deserialize)]
pub(super) struct FormatHeader {
    pub(super) format: u32,
}

/// Decodes a value, unless its format is newer than `newest`.
pub(super) fn decode<'a, T: Deserialize<'a>>(value: &'a [u8], newest: u32) -> Result<T, DecodeError> {
    let FormatHeader { format } = serde_json::from_slice(value)?;
    if format > newest {
        return Err(DecodeError::Newer { format });
    }
    Ok(serde_json::from_slice(value)?)
}
