//! How the user continues a run that did not finish.

use jiff::Timestamp;

use crate::command_line;
use crate::output::{Line, Style};

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

    /// Appends how to continue.
    pub(crate) fn add_to(&self, line: Line) -> Line {
        match self {
            Self::Command(command) => line.text("to continue, run: ").styled(Style::Command, command),
            Self::SameCommand => {
                let command = command_line::whole();
                line.text("to continue, run the command again: ").styled(Style::Command, &command)
            }
            Self::NoJournal => line.text("to continue, run the command again"),
        }
    }
}

/// Returns a time as the journal records it: truncated to milliseconds.
pub(crate) fn journal_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
