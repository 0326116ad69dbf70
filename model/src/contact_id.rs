//! The id that a vendor assigns to a contact.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;

/// The maximum length of an id, in characters.
const MAX_LENGTH: usize = 256;

/// The vendor's id of a contact: 1 to 256 characters, not blank, without control characters.
///
/// ```
/// use unicontact_model::ContactId;
///
/// assert_eq!(ContactId::new("1001").as_ref().map(ContactId::as_str), Some("1001"));
/// assert_eq!(ContactId::new(" "), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ContactId(String);

impl ContactId {
    /// Returns the id, unless it is blank, longer than 256 characters, or holds control characters.
    pub fn new(id: impl Into<String>) -> Option<Self> {
        let id = id.into();
        let is_valid =
            !id.trim().is_empty() && id.chars().count() <= MAX_LENGTH && !id.chars().any(char::is_control);
        is_valid.then_some(Self(id))
    }

    /// Returns the id as the vendor wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContactId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ContactId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).ok_or_else(|| {
            de::Error::custom("not the id of a contact: it is blank, too long, or has control characters")
        })
    }
}

/// Returns the text of an id or code in a vendor's answer: a string without surrounding white space, or an integer. `None` for
/// a blank string and for any other value. A number of more than 64 bits, or with a fraction or an exponent, is not kept as the
/// vendor wrote it, so it is no id.
///
/// ```
/// use serde_json::json;
/// use unicontact_model::id_text;
///
/// assert_eq!(id_text(&json!(42)).as_deref(), Some("42"));
/// assert_eq!(id_text(&json!(1e22)), None);
/// ```
pub fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if number.is_f64() => None,
        other => scalar_text(other),
    }
}

/// Returns the text of a string or a number: a string without surrounding white space, or any number. `None` for a blank string
/// and for any other value.
pub fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
