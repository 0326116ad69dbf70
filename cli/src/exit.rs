//! Exit codes, on which users' scripts rely, and the failures that end the command early.

use std::fmt;
use std::io;

use unicontact::Verdict;
use unicontact::config::ConfigurationError;
use unicontact::journal::JournalError;

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
    message: String,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl From<ConfigurationError> for Failure {
    fn from(error: ConfigurationError) -> Self {
        let count = error.mistakes.len();
        let plural = if count == 1 { "" } else { "s" };
        Self::new(format!("{count} mistake{plural} in the configuration\n{error}"))
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::new(error.to_string())
    }
}

#[cfg(feature = "jetstream")]
impl From<unicontact::queue::QueueError> for Failure {
    fn from(error: unicontact::queue::QueueError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(format!("the output cannot be written: {error}"))
    }
}
