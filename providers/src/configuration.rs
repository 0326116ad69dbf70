//! The errors of a provider's configuration that its types do not prevent. Each one has its key and the remedy, never a value.

use thiserror::Error;

/// One mistake in a provider's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The key with the mistake.
    pub key: &'static str,
    /// What is wrong and what is expected. Never the value.
    pub message: String,
}

/// The error of a provider's configuration, with all of its mistakes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", problems.iter().map(|problem| format!("{}: {}", problem.key, problem.message)).collect::<Vec<_>>().join("; "))]
pub struct ConfigError {
    /// The mistakes, at least one.
    pub problems: Vec<ConfigProblem>,
}

impl ConfigError {
    /// Returns an error with these mistakes, or `Ok` if there are none.
    pub(crate) fn unless_empty(problems: Vec<ConfigProblem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }
}

impl ConfigProblem {
    pub(crate) fn new(key: &'static str, message: impl Into<String>) -> Self {
        Self { key, message: message.into() }
    }
}
