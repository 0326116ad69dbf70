//! The value of `replicas`: 1, 3 or 5 servers. An even number survives no more lost servers than the odd one below it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

const EXPECTED: &str = "expected 1, 3 or 5";

/// 1, 3 or 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Replicas(pub(super) usize);

impl Replicas {
    fn from_number<E: Error>(number: Option<usize>) -> Result<Self, E> {
        let allowed = number.filter(|number| [1, 3, 5].contains(number));
        allowed.map(Self).ok_or_else(|| E::custom(EXPECTED))
    }
}

impl<'de> Deserialize<'de> for Replicas {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Replicas;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("1, 3 or 5")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Replicas, E> {
                Replicas::from_number(text.trim().parse().ok())
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Replicas, E> {
                Replicas::from_number(usize::try_from(number).ok())
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Replicas, E> {
                Replicas::from_number(usize::try_from(number).ok())
            }
        }
        deserializer.deserialize_any(Number)
    }
}

impl JsonSchema for Replicas {
    fn schema_name() -> Cow<'static, str> {
        "Replicas".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "enum": [1, 3, 5]})
    }
}
