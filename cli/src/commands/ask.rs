//! Questions to the person at the terminal.

use std::io::{self, IsTerminal, Write};

use crate::exit::Failure;
use crate::output;

/// Tells `warning` and asks the question. `done` says in one word what is not done without a yes, such as `recorded`.
///
/// # Errors
///
/// The person says no, or there is no terminal to ask on: then the failure advises `--yes`.
pub(super) fn confirm(warning: &str, question: &str, done: &str) -> Result<(), Failure> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Failure::new(format!("{warning} Nothing was {done}. If that is meant, add --yes")));
    }
    output::message(warning);
    if is_yes(&format!("{question} [y/N] "))? {
        Ok(())
    } else {
        Err(Failure::new(format!("nothing was {done}")))
    }
}

fn is_yes(question: &str) -> io::Result<bool> {
    let mut stderr = io::stderr().lock();
    stderr.write_all(question.as_bytes())?;
    stderr.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
