//! Exit codes, on which users' scripts rely, and the failures that end the command early.

use std::fmt;
use std::io;

use unicontact::Verdict;
use unicontact::config::ConfigurationError;
use unicontact::journal::JournalError;
use unicontact::providers::ProviderError;

use crate::arguments::Format;
use crate::failure_code::FailureCode;
use crate::output::{self, Mistake};

/// The result of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything is done.
    Done,
    /// Some deliveries were rejected, failed or are pending.
    Incomplete,
    /// The command line, the configuration or the input is wrong. Nothing was sent.
    Usage,
    /// Something is in doubt.
    InDoubt,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Incomplete => 1,
            Self::Usage => 2,
            Self::InDoubt => 3,
        }
    }

    /// Returns the worse of the two.
    pub(crate) fn or(self, other: Self) -> Self {
        if self.code() >= other.code() { self } else { other }
    }

    /// Returns the result if the report could not be written: it is never [`Exit::Done`].
    pub(crate) fn after_write_error(self) -> Self {
        match self {
            Self::Done => Self::Incomplete,
            other => other,
        }
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Done => Self::Done,
            Verdict::Incomplete => Self::Incomplete,
            Verdict::InDoubt => Self::InDoubt,
        }
    }
}

/// The reason why the command could not begin, and what to do. It has no credentials and no contact data.
#[derive(Debug)]
pub(crate) struct Failure {
    code: FailureCode,
    message: String,
    hint: Option<String>,
    /// Lines for people in place of the hint.
    steps: Option<&'static str>,
    /// The mistakes of files that the message lists, for programs.
    mistakes: Vec<Mistake>,
}

impl Failure {
    pub(crate) fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, steps: None, mistakes: Vec::new() }
    }

    /// Adds the mistakes that the message lists.
    #[must_use]
    pub(crate) fn with_mistakes(self, mistakes: Vec<Mistake>) -> Self {
        Self { mistakes, ..self }
    }

    /// Adds a text before the message.
    #[must_use]
    pub(crate) fn prefixed(self, text: &str) -> Self {
        Self { message: format!("{text}{}", self.message), ..self }
    }

    /// Adds what to do, or the command to type.
    #[must_use]
    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Adds lines that people get in place of the hint.
    #[must_use]
    pub(crate) fn with_steps(self, steps: &'static str) -> Self {
        Self { steps: Some(steps), ..self }
    }

    /// Writes the failure to stderr.
    pub(crate) fn print(&self, format: Format) {
        match format {
            Format::Json => {
                output::json_error(self.code.as_str(), &self.message, self.hint.as_deref(), &self.mistakes);
            }
            Format::Human => {
                output::error(&self.message);
                match (self.steps, &self.hint) {
                    (Some(steps), _) => output::message(steps),
                    (None, Some(hint)) => output::message(&format!("hint: {hint}")),
                    (None, None) => {}
                }
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl From<ConfigurationError> for Failure {
    fn from(error: ConfigurationError) -> Self {
        let code = if error.has_no_provider {
            FailureCode::NoConfiguration
        } else {
            FailureCode::InvalidConfiguration
        };
        let mistakes = output::counted(error.mistakes.len() as u64, "mistake", "mistakes");
        let message = format!("{mistakes} in the configuration\n{error}");
        Self::new(code, message).with_mistakes(error.mistakes.into_iter().map(Mistake::from).collect())
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::new(FailureCode::Journal, error.to_string())
    }
}

#[cfg(feature = "jetstream")]
impl From<unicontact::queue::QueueError> for Failure {
    fn from(error: unicontact::queue::QueueError) -> Self {
        Self::new(FailureCode::Queue, error.to_string())
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        Self::new(FailureCode::Provider, error.to_string()).with_hint(error.hint())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(FailureCode::Output, format!("the output cannot be written: {error}"))
    }
}
