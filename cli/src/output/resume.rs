//! How a run that was interrupted goes on.

use jiff::Timestamp;

use crate::command_line;

/// How a run that did not finish goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Resume {
    /// It does not: without a journal everything would be sent again.
    NoJournal,
    /// With the same command.
    SameCommand,
    /// With this command, since the same one would create everyone once more.
    Command(String),
}

impl Resume {
    /// Returns how a run with `--again` goes on that began at a time: with what was delivered before that time only. One that
    /// has such a time already goes on with the same command.
    pub(crate) fn again(began: Timestamp, before: Option<Timestamp>) -> Self {
        match before {
            Some(_) => Self::SameCommand,
            None => Self::Command(command_line::with_option("--before", &exact(began))),
        }
    }

    /// Returns a sentence that says what to run.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::NoJournal => {
                "The journal is off: running the same command again would send everything again.".to_owned()
            }
            Self::SameCommand => {
                "Then run the same command again: what was delivered is not sent again.".to_owned()
            }
            Self::Command(command) => {
                format!("Then run: {command} (the same command again would create everyone once more)")
            }
        }
    }
}

/// Returns a time to the millisecond as the journal records it, never later than it is.
pub(crate) fn exact(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
