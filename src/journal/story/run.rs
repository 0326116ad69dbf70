//! The runs of commands that deliver, and their ids.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The digits of a run's id, without the letters that people mistake for digits.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const ID_LENGTH: usize = 8;
const ID_BITS: u32 = 40;

/// The id of a run: eight random letters and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(u64);

/// One execution of a command that delivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The command: `create`, `import`, `retry` or `worker`.
    pub command: String,
    /// The name of the worker, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker: Option<String>,
    /// The time of its start.
    pub started_at: Timestamp,
    /// The version of the program.
    pub version: String,
}

impl RunId {
    /// Returns a random id.
    #[expect(clippy::new_without_default, reason = "two new ids differ")]
    #[expect(clippy::disallowed_methods, reason = "the id names a run to people and decides nothing")]
    pub fn new() -> Self {
        Self::from_number(RandomState::new().hash_one(()))
    }

    /// Returns the id with this number, of which the lowest 40 bits count.
    pub fn from_number(number: u64) -> Self {
        Self(number & ((1 << ID_BITS) - 1))
    }

    /// Returns the number, to be stored.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |place: usize| {
            let index = (self.0 >> (5 * (ID_LENGTH - 1 - place))) & 31;
            usize::try_from(index).map_or('0', |index| char::from(DIGITS[index]))
        };
        formatter.write_str(&(0..ID_LENGTH).map(digit).collect::<String>())
    }
}

impl FromStr for RunId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected eight letters and digits";
        if text.len() != ID_LENGTH {
            return Err(EXPECTED);
        }
        let digit = |byte: u8| DIGITS.iter().position(|it| *it == byte).ok_or(EXPECTED);
        text.bytes().try_fold(0, |number, byte| Ok(number << 5 | digit(byte)? as u64)).map(Self)
    }
}

impl Serialize for RunId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RunId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Run {
    /// Creates a run of `command` with a random id, by this version of the program.
    pub fn new(command: &str, started_at: Timestamp) -> Self {
        Self {
            id: RunId::new(),
            command: command.to_owned(),
            worker: None,
            started_at,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Sets the name of the worker.
    #[must_use]
    pub fn with_worker(self, name: String) -> Self {
        Self { worker: Some(name), ..self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_id_of_a_run_is_parsed_from_its_display(number: u64) {
            let id = RunId::from_number(number);
            prop_assert_eq!(id.to_string().parse::<RunId>(), Ok(id));
        }

        #[test]
        fn a_text_that_parses_as_an_id_of_a_run_displays_the_same(text in ".{0,12}") {
            prop_assert!(text.parse::<RunId>().map_or(true, |id| id.to_string() == text));
        }
    }
}
