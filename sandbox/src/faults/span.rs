//! Durations as text: `200ms`, `2s`, `5m`, `24h`. A number needs a unit and is not zero.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const EXAMPLES: &str = "\"200ms\", \"2s\", \"5m\" or \"24h\"";

/// A duration with its text form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span(pub(crate) Duration);

impl Span {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let end_of_number = text.find(|character: char| !character.is_ascii_digit())?;
        let (number, unit) = text.split_at(end_of_number);
        let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
        let milliseconds = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return None,
        };
        Some(Self(Duration::from_millis(number.checked_mul(milliseconds)?)))
    }

    fn text(self) -> String {
        let milliseconds = self.0.as_millis();
        let units = [(3_600_000, "h"), (60_000, "m"), (1_000, "s")];
        match units.into_iter().find(|(length, _)| milliseconds > 0 && milliseconds.is_multiple_of(*length)) {
            Some((length, unit)) => format!("{}{unit}", milliseconds / length),
            None => format!("{milliseconds}ms"),
        }
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Span;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "a length of time such as {EXAMPLES}")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Span, E> {
                Span::parse(text).ok_or_else(|| {
                    let shown = text.escape_debug();
                    E::custom(format!("`{shown}` is no length of time; write it as {EXAMPLES}"))
                })
            }
        }

        deserializer.deserialize_str(Text)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_keeps_its_text() {
        for text in ["1ms", "200ms", "1500ms", "2s", "5m", "24h"] {
            assert_eq!(Span::parse(text).unwrap().text(), text);
        }
        assert_eq!(Span::parse("60s").unwrap().text(), "1m");
    }

    #[test]
    fn other_texts_are_rejected() {
        for text in
            ["", "5", "0s", "s", "-1s", "1.5s", "1d", "1 s", "99999999999999999999h", "18446744073709551615h"]
        {
            assert!(Span::parse(text).is_none(), "{text}");
        }
    }
}
