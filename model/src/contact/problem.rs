//! What is wrong with a contact.
//!
//! Its rule: a mistake has a path and says what would be right; it never holds the value.

use std::fmt;

use thiserror::Error;

/// One mistake in a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `emails[1].address`. Empty for the contact itself.
    pub path: String,
    /// What is wrong and what would be right. Never the value.
    pub message: String,
}

/// Everything that is wrong with a contact.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ContactError {
    /// At least one.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            formatter.write_str(&self.message)
        } else {
            write!(formatter, "{}: {}", self.path.escape_debug(), self.message)
        }
    }
}
