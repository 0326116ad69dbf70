//! Reads some members of a JSON object without building the others. The same parser checks the skipped members, so this accepts
//! exactly the objects that a whole parse accepts.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Returns the members that `is_kept` of the object at the beginning of `text`, or `None` if there is none.
pub(super) fn from_object(text: &str, is_kept: &dyn Fn(&str) -> bool) -> Option<Value> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_map(Members(is_kept)).ok()
}

#[derive(Clone, Copy)]
struct Members<'a>(&'a dyn Fn(&str) -> bool);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while let Some(name) = entries.next_key_seed(Name(self.0))? {
            match name {
                // Of several members with one name the last one counts, as in a `Value`.
                Some(name) => {
                    kept.insert(name, entries.next_value()?);
                }
                None => {
                    let Skipped = entries.next_value()?;
                }
            }
        }
        Ok(Value::Object(kept))
    }
}

/// Reads the name of a member, and returns it if the member is kept.
struct Name<'a>(&'a dyn Fn(&str) -> bool);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok((self.0)(text).then(|| text.to_owned()))
    }
}

/// A value that was read and not kept. serde's `IgnoredAny` accepts values that a `Value` rejects: numbers that are too large,
/// lone surrogates, excessive depth.
struct Skipped;

impl<'de> Deserialize<'de> for Skipped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Skipped {
    type Value = Self;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        while entries.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        while entries.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::arbitrary_answer::{NAMES, bytes};
    use crate::http::Answer;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn some_members_equal_those_of_the_whole_object(
            body in bytes(),
            names in proptest::sample::subsequence(NAMES, 0..NAMES.len()),
        ) {
            let answer = Answer::new(200).with_body(body);
            let whole = answer.json().filter(serde_json::Value::is_object).map(|mut whole| {
                whole.as_object_mut().unwrap().retain(|name, _| names.contains(&name.as_str()));
                whole
            });
            prop_assert_eq!(answer.members(&|name| names.contains(&name)), whole);
        }
    }
}
