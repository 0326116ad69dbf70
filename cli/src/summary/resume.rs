//! How the user continues a run that did not finish.

use jiff::Timestamp;

use crate::command_line;

/// How the user continues a run that did not finish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ResumeHint {
    /// There is no way: without a journal, another run sends everything again.
    NoJournal,
    /// Run the same command again.
    SameCommand,
    /// Run this command. The same command would create every contact again.
    Command(String),
}

impl ResumeHint {
    /// Returns the hint for a run with `--again` that began at `began`: the next run has `--before` with this time. A command
    /// with `--before` is repeated as it is.
    pub(crate) fn for_again(began: Timestamp, before: Option<Timestamp>) -> Self {
        match before {
            Some(_) => Self::SameCommand,
            None => Self::Command(command_line::with_option("--before", &journal_time(began))),
        }
    }

    /// Returns a sentence with the command to run.
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::NoJournal => "The journal is off: the same command sends everything again.".to_owned(),
            Self::SameCommand => {
                "Then run the same command again: delivered contacts are not sent again.".to_owned()
            }
            Self::Command(command) => {
                format!("Then run: {command} (the same command creates every contact again)")
            }
        }
    }

    /// Returns the part of a message that says how to continue.
    pub(crate) fn instruction(&self) -> String {
        match self {
            Self::Command(command) => format!("to continue, run: {command}"),
            Self::SameCommand => {
                format!("to continue, run the command again: {}", command_line::whole())
            }
            Self::NoJournal => "to continue, run the command again".to_owned(),
        }
    }
}

/// Returns a time as the journal records it: truncated to milliseconds.
pub(crate) fn journal_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
