//! A duration as text: `500ms`, `20s`, `2m`, `1h`, `90d`. It has a unit and is longer than zero.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

const EXPECTED: &str = "expected a duration such as 500ms, 20s, 2m, 1h or 90d";
const NO_UNIT: &str = "the duration has no unit: add ms, s, m, h or d, as in 500ms or 20s";
const ZERO: &str = "the duration is zero: set a longer one, such as 20s";

/// A duration that is longer than zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeSpan(pub(super) Duration);

impl TimeSpan {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let end_of_number = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(end_of_number);
        let number: u64 = number.parse().map_err(|_| EXPECTED)?;
        let seconds = |each: u64| number.checked_mul(each).map(Duration::from_secs);
        let duration = match unit {
            "ms" => Some(Duration::from_millis(number)),
            "s" => seconds(1),
            "m" => seconds(60),
            "h" => seconds(60 * 60),
            "d" => seconds(24 * 60 * 60),
            "" => return Err(NO_UNIT),
            _ => None,
        };
        match duration {
            Some(Duration::ZERO) => Err(ZERO),
            Some(duration) => Ok(Self(duration)),
            None => Err(EXPECTED),
        }
    }
}

impl<'de> Deserialize<'de> for TimeSpan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = TimeSpan;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a duration")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<TimeSpan, E> {
                TimeSpan::parse(text).map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<TimeSpan, E> {
                Err(E::custom(NO_UNIT))
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<TimeSpan, E> {
                Err(E::custom(NO_UNIT))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<TimeSpan, E> {
                Err(E::custom(NO_UNIT))
            }
        }
        deserializer.deserialize_any(Text)
    }
}

impl JsonSchema for TimeSpan {
    fn schema_name() -> Cow<'static, str> {
        "TimeSpan".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^0*[1-9][0-9]*(ms|s|m|h|d)$",
            "examples": ["500ms", "20s", "2m", "1h", "90d"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_a_unit_is_a_duration() {
        for (text, milliseconds) in
            [("500ms", 500), ("20s", 20_000), ("2m", 120_000), (" 1h ", 3_600_000), ("90d", 7_776_000_000)]
        {
            let expected = TimeSpan(Duration::from_millis(milliseconds));
            assert_eq!(TimeSpan::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn other_text_is_rejected_with_the_reason() {
        for (text, reason) in [
            ("20", NO_UNIT),
            ("0s", ZERO),
            ("0ms", ZERO),
            ("1.5s", EXPECTED),
            ("-1s", EXPECTED),
            ("s", EXPECTED),
            ("", EXPECTED),
            ("2 m", EXPECTED),
            ("1w", EXPECTED),
            ("18446744073709551615h", EXPECTED),
            ("99999999999999999999s", EXPECTED),
        ] {
            assert_eq!(TimeSpan::parse(text), Err(reason), "{text}");
        }
    }
}
