//! Grades how much a changed answer matters to a program that reads it.

use serde::Serialize;

/// The severity of a difference, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The adapter returns another result, or an error.
    Breaking,
    /// The answer holds more than before.
    Additive,
    /// The difference is in something that the adapter does not read, or reads in both forms.
    Cosmetic,
}

impl Grade {
    /// All grades, the worst first.
    pub const ALL: [Self; 3] = [Self::Breaking, Self::Additive, Self::Cosmetic];

    /// Returns the name, as in a report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Additive => "additive",
            Self::Cosmetic => "cosmetic",
        }
    }
}
