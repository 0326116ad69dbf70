//! The value of `concurrency`: a whole number from 1, or `auto`. Environment variables write the number as text.

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroUsize;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::settings::Concurrency;

const AUTO: &str = "auto";
const EXPECTED: &str = "expected a whole number from 1 or auto";

/// A number from 1, or `auto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConcurrencyValue(pub(super) Concurrency);

impl ConcurrencyValue {
    fn from_number(number: Option<usize>) -> Result<Self, &'static str> {
        let number = number.and_then(NonZeroUsize::new).ok_or(EXPECTED)?;
        Ok(Self(Concurrency::Fixed(number)))
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        match text.trim() {
            AUTO => Ok(Self(Concurrency::Auto)),
            number => Self::from_number(number.parse().ok()),
        }
    }
}

impl<'de> Deserialize<'de> for ConcurrencyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrAuto;
        impl Visitor<'_> for NumberOrAuto {
            type Value = ConcurrencyValue;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a whole number from 1 or auto")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ConcurrencyValue, E> {
                ConcurrencyValue::parse(text).map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<ConcurrencyValue, E> {
                ConcurrencyValue::from_number(usize::try_from(number).ok()).map_err(E::custom)
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<ConcurrencyValue, E> {
                ConcurrencyValue::from_number(usize::try_from(number).ok()).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(NumberOrAuto)
    }
}

impl JsonSchema for ConcurrencyValue {
    fn schema_name() -> Cow<'static, str> {
        "ConcurrencyValue".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"type": "string", "const": AUTO},
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_from_1_or_auto_is_accepted() {
        let fixed = |number| Ok(ConcurrencyValue(Concurrency::at_most(number)));
        assert_eq!(ConcurrencyValue::parse("1"), fixed(1));
        assert_eq!(ConcurrencyValue::parse(" 12 "), fixed(12));
        assert_eq!(ConcurrencyValue::parse("auto"), Ok(ConcurrencyValue(Concurrency::Auto)));
    }

    #[test]
    fn other_text_is_rejected() {
        for text in ["0", "-1", "1.5", "Auto", "automatic", "eight", "", "99999999999999999999"] {
            assert_eq!(ConcurrencyValue::parse(text), Err(EXPECTED), "{text}");
        }
    }
}
