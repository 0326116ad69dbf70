//! The problems of a provider's configuration, and the reader of its keys. No message repeats a value.

mod read;

use std::borrow::Cow;

use thiserror::Error;

pub(crate) use self::read::read;

/// One mistake in a provider's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigProblem {
    /// The key with the mistake.
    pub key: Cow<'static, str>,
    /// What is wrong and what is expected. Never the value.
    pub message: String,
}

/// The error of a provider's configuration, with all of its mistakes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
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

impl From<ConfigProblem> for ConfigError {
    fn from(problem: ConfigProblem) -> Self {
        Self { problems: vec![problem] }
    }
}

impl ConfigProblem {
    /// Returns a mistake. The message repeats no value of the configuration.
    pub fn new(key: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { key: key.into(), message: message.into() }
    }
}
