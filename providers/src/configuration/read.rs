//! Reads the keys of one provider into its vendor's struct, and names the key that is wrong.
//!
//! Numbers and booleans may be text, because environment variables hold nothing else. Text stays text, so that a
//! token such as `00123` or `true` survives. No error repeats a value.

use std::borrow::Cow;
use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::iter;

use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Number, Value};
use unicontact_model::nearest_word;

use super::ConfigProblem;

const WHOLE_NUMBER: &str = "expected a whole number";
const BOOLEAN: &str = "expected true or false";
const TEXT: &str = "expected text";
const TRUE: [&str; 4] = ["true", "yes", "1", "on"];
const FALSE: [&str; 4] = ["false", "no", "0", "off"];

/// Reads `keys` into a `T`.
///
/// # Errors
///
/// The first key that is wrong.
pub(crate) fn read<T: DeserializeOwned>(keys: Map<String, Value>) -> Result<T, ConfigProblem> {
    let current = RefCell::new(None);
    let mut keys = keys.into_iter();
    let entries = iter::from_fn(|| {
        let entry = keys.next();
        *current.borrow_mut() = entry.as_ref().map(|(key, _)| key.clone());
        entry.map(|(key, value)| (key, KeyValue(value)))
    });
    T::deserialize(MapDeserializer::new(entries)).map_err(|error: ReadError| {
        let key = error.key.or_else(|| current.take().map(Cow::Owned));
        ConfigProblem::new(key.unwrap_or_default(), error.message)
    })
}

/// The value of one key.
struct KeyValue(Value);

/// Why a key cannot be read, with the key where the reader knows it.
#[derive(Debug)]
struct ReadError {
    key: Option<Cow<'static, str>>,
    message: String,
}

impl IntoDeserializer<'_, ReadError> for KeyValue {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for KeyValue {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Value::Bool(boolean) => visitor.visit_bool(boolean),
            Value::Number(number) => visit_number(&number, visitor),
            Value::String(text) => visitor.visit_string(text),
            Value::Null => Err(de::Error::invalid_type(Unexpected::Unit, &visitor)),
            Value::Array(_) => Err(de::Error::invalid_type(Unexpected::Seq, &visitor)),
            Value::Object(_) => Err(de::Error::invalid_type(Unexpected::Map, &visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let text = match self.0 {
            Value::Bool(boolean) => return visitor.visit_bool(boolean),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text,
            _ => return Err(ReadError::new(BOOLEAN)),
        };
        let is_one_of = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(&text));
        match (is_one_of(TRUE), is_one_of(FALSE)) {
            (true, _) => visitor.visit_bool(true),
            (_, true) => visitor.visit_bool(false),
            _ => Err(ReadError::new(BOOLEAN)),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let number = match self.0 {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        visitor.visit_u64(number.ok_or_else(|| ReadError::new(WHOLE_NUMBER))?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(ReadError::new(TEXT)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct enum identifier ignored_any
    }
}

fn visit_number<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, ReadError> {
    if let Some(number) = number.as_u64() {
        return visitor.visit_u64(number);
    }
    match number.as_i64() {
        Some(number) => visitor.visit_i64(number),
        None => visitor.visit_f64(number.as_f64().unwrap_or_default()),
    }
}

impl ReadError {
    fn new(message: impl Into<String>) -> Self {
        Self { key: None, message: message.into() }
    }
}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self { key: Some(field.into()), message: "is missing: set it".to_owned() }
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        let message = match nearest_word(field, known.iter().copied()) {
            Some(near) => format!("unknown key, did you mean `{near}`?"),
            None => format!("unknown key (there are {})", known.join(", ")),
        };
        Self { key: Some(field.to_owned().into()), message }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Error for ReadError {}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::http::BaseUrl;
    use crate::secret::Secret;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Keys {
        number: u64,
        #[serde(default)]
        boolean: bool,
        #[serde(default)]
        secret: Option<Secret>,
        #[serde(default)]
        address: Option<BaseUrl>,
        #[serde(default)]
        path: Option<PathBuf>,
    }

    fn keys(keys: &Value) -> Result<Keys, ConfigProblem> {
        read(keys.as_object().cloned().unwrap())
    }

    fn problem(document: &Value) -> String {
        let ConfigProblem { key, message } = keys(document).unwrap_err();
        format!("{key}: {message}")
    }

    #[test]
    fn numbers_and_booleans_may_be_text_and_text_stays_text() {
        let read = keys(&json!({"number": "38", "boolean": "Yes", "secret": "00123"})).unwrap();
        assert_eq!((read.number, read.boolean), (38, true));
        assert_eq!(read.secret.unwrap().expose(), "00123");
        assert!(!keys(&json!({"number": 38, "boolean": 0})).unwrap().boolean);
    }

    #[test]
    fn an_absent_or_null_key_has_its_default() {
        let read = keys(&json!({"number": 1, "secret": null})).unwrap();
        assert_eq!((read.boolean, read.secret, read.address, read.path), (false, None, None, None));
    }

    #[test]
    fn a_key_of_another_type_is_named_without_its_value() {
        for value in
            [json!("TOPSECRET"), json!(7766.5), json!(-7766), json!(["TOPSECRET"]), json!({"a": 7766})]
        {
            for key in ["number", "boolean", "address"] {
                let mut document = json!({"number": 1});
                document[key] = value.clone();
                let problem = problem(&document);
                assert!(problem.starts_with(&format!("{key}: ")), "{problem}");
                assert!(!problem.contains("TOPSECRET") && !problem.contains("7766"), "{problem}");
            }
        }
        assert_eq!(problem(&json!({"number": "many"})), "number: expected a whole number");
        assert_eq!(problem(&json!({"number": 1, "boolean": 2})), "boolean: expected true or false");
        assert_eq!(problem(&json!({"number": 1, "secret": 12})), "secret: expected text");
        assert_eq!(problem(&json!({"number": 1, "path": true})), "path: expected text");
    }

    #[test]
    fn an_unknown_and_a_missing_key_are_named() {
        assert_eq!(
            problem(&json!({"number": 1, "boolaen": true})),
            "boolaen: unknown key, did you mean `boolean`?"
        );
        assert_eq!(
            problem(&json!({"number": 1, "elsewhere": true})),
            "elsewhere: unknown key (there are number, boolean, secret, address, path)"
        );
        assert_eq!(problem(&json!({"boolean": true})), "number: is missing: set it");
    }
}
