//! How bad it is that a vendor's answer is another than it was.
//!
//! Rule: the grade says what it means for a program that reads the answer, not how likely it is to be meant.

use serde::Serialize;

/// How bad a difference is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// A program that read the answer before may fail now, or take a wrong value for a right one.
    Breaking,
    /// There is more than before, and nothing that was read is gone.
    Additive,
    /// Nothing that is read has changed.
    Cosmetic,
}

impl Grade {
    /// All of them, the worst first.
    pub const ALL: [Self; 3] = [Self::Breaking, Self::Additive, Self::Cosmetic];

    /// Its name, as in a report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Additive => "additive",
            Self::Cosmetic => "cosmetic",
        }
    }
}
