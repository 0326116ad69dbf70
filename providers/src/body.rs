//! The ways in which the content of a request is written.

use serde_json::Value;
use url::form_urlencoded::Serializer;

/// How the content of a request is written.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyEncoding {
    /// As JSON.
    Json,
    /// As a form: one pair for each member of the content. A member that is null is left out, and one that is an object or a
    /// list is written as its JSON.
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

/// Writing bytes costs half of what `to_string` does, which goes through a formatter.
fn json_bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_else(|_| value.to_string().into_bytes())
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
    fn a_form_holds_each_member_and_no_null() {
        let content = json!({"name": "Ada & Co", "age": 36, "note": null, "tags": ["a"]});
        let bytes = BodyEncoding::Form.bytes_of(&content);
        assert_eq!(String::from_utf8(bytes).unwrap(), "age=36&name=Ada+%26+Co&tags=%5B%22a%22%5D");
    }
}
