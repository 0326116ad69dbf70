//! Reports the records that a command left out because they cannot be read.

use unicontact::journal::{Journal, JournalError, JournalErrorKind};
use unicontact::providers::DeliveryKey;

use crate::exit::{Exit, Failure};
use crate::output;

/// Prints the records that the lists of a command left out. Returns the result of the command, which is incomplete without them.
pub(crate) fn report(journal: &dyn Journal, result: Result<Exit, Failure>) -> Result<Exit, Failure> {
    let records = journal.take_unreadable();
    for line in output::unreadable_lines(&records) {
        output::message(&line);
    }
    let is_complete = records.is_empty();
    result.map(|exit| if is_complete { exit } else { exit.or(Exit::Incomplete) })
}

/// Returns the failure of a command that needs the record of a delivery. It names the delivery if only its record cannot be read.
pub(super) fn failure_of(key: &DeliveryKey, error: JournalError) -> Failure {
    match error.kind() {
        JournalErrorKind::UnreadableRecord | JournalErrorKind::NewerRecord => {
            let hint = error.hint();
            Failure::from(error).prefixed(&format!("{key}: ")).with_hint(hint)
        }
        _ => error.into(),
    }
}
