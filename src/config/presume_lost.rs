//! The value of `presume_lost_after`: a duration, or `never`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, IntoDeserializer};
use serde::{Deserialize, Deserializer};

use super::time_span::TimeSpan;
use crate::settings::PresumeLostAfter;

const NEVER: &str = "never";
const EXPECTED: &str = "expected a duration such as 10m, or never";

/// A duration that is longer than zero, or `never`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PresumeLost(pub(super) PresumeLostAfter);

impl<'de> Deserialize<'de> for PresumeLost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer).map_err(|_| D::Error::custom(EXPECTED))?;
        if text.trim() == NEVER {
            return Ok(Self(PresumeLostAfter::Never));
        }
        let span: Result<TimeSpan, serde::de::value::Error> = TimeSpan::deserialize(text.into_deserializer());
        span.map(|span| Self(PresumeLostAfter::After(span.0))).map_err(|_| D::Error::custom(EXPECTED))
    }
}

impl JsonSchema for PresumeLost {
    fn schema_name() -> Cow<'static, str> {
        "PresumeLost".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [TimeSpan::json_schema(generator), {"type": "string", "const": NEVER}]})
    }
}
