//! What is wrong with a provider's configuration beyond the types of its keys.
//!
//! Its rule: every mistake names its key and says what to do, and never shows a value.

use thiserror::Error;

/// One mistake in a provider's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The key it is about.
    pub key: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

/// All mistakes of one provider's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", problems.iter().map(|problem| format!("{}: {}", problem.key, problem.message)).collect::<Vec<_>>().join("; "))]
pub struct ConfigError {
    /// At least one.
    pub problems: Vec<ConfigProblem>,
}

impl ConfigError {
    /// `Ok` when there is no mistake.
    pub(crate) fn unless_empty(problems: Vec<ConfigProblem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }
}

impl ConfigProblem {
    pub(crate) fn new(key: &'static str, message: impl Into<String>) -> Self {
        Self { key, message: message.into() }
    }
}
