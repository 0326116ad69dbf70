//! Questions to the user at a terminal.

use std::io::{self, IsTerminal, Write};

use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output::{self, Line};

/// Prints a warning and asks a question. `done` is the participle for the failure, such as `recorded`.
///
/// # Errors
///
/// The user declines, or there is no terminal. In that case the failure advises `--yes`.
pub(super) fn confirm(warning: &str, question: &str, done: &str) -> Result<(), Failure> {
    if !is_possible() {
        return Err(Failure::new(
            FailureCode::NotConfirmed,
            format!("{warning} Nothing was {done}. To confirm, add --yes"),
        ));
    }
    output::styled_message(&Line::new(warning), 0);
    if is_yes(&format!("{question} [y/N] "))? {
        Ok(())
    } else {
        Err(Failure::new(FailureCode::NotConfirmed, format!("nothing was {done}")))
    }
}

/// Returns whether there is a terminal for questions and answers.
pub(super) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a question and returns whether the answer is yes.
pub(super) fn is_yes(question: &str) -> io::Result<bool> {
    let mut stderr = io::stderr().lock();
    stderr.write_all(question.as_bytes())?;
    stderr.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
