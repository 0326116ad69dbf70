//! The errors of a contact that is read. None of them holds a value of the contact.

use std::fmt;

use thiserror::Error;

/// One mistake in a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The path of the field, such as `emails[1].address`. Empty for the contact as a whole.
    pub path: String,
    /// What is wrong and what is expected. Never the value.
    pub message: String,
}

/// The error of a contact that cannot be read, with all of its mistakes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ContactError {
    /// The mistakes, at least one.
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
