//! The journal's error on a delivery that it could not record.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The error of a journal that could not record the outcome of a delivery. In JSON it is the message alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrecorded {
    message: String,
    hint: &'static str,
    is_taken_over: bool,
}

impl Unrecorded {
    pub(crate) fn new(message: String, hint: &'static str, is_taken_over: bool) -> Self {
        Self { message, hint, is_taken_over }
    }

    /// Returns what to do about the error, in one sentence. It is empty in a report that was read back from JSON.
    pub fn hint(&self) -> &'static str {
        self.hint
    }

    /// Returns whether another process had taken the delivery over. It is `false` in a report that was read back from JSON.
    pub fn is_taken_over(&self) -> bool {
        self.is_taken_over
    }
}

impl fmt::Display for Unrecorded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Serialize for Unrecorded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.message)
    }
}

impl<'de> Deserialize<'de> for Unrecorded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let message = String::deserialize(deserializer)?;
        Ok(Self { message, hint: "", is_taken_over: false })
    }
}
