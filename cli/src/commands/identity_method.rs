//! The method by which people are recognized. The journal records it, and a change needs the user's consent.

use std::future::Future;

use unicontact::identity::IdentifyBy;
use unicontact::journal::{Journal, JournalError, RecordedMethod};

use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;

/// Records `method` in the journal.
///
/// # Errors
///
/// The journal records another method, and `yes` is false: people whom the other method recognizes would be sent again.
/// `count_sent_again` counts them, if the input can be read twice.
pub(super) async fn set<C>(
    journal: &dyn Journal,
    method: IdentifyBy,
    yes: bool,
    count_sent_again: impl FnOnce(IdentifyBy) -> C,
) -> Result<(), Failure>
where
    C: Future<Output = Result<Option<u64>, Failure>>,
{
    match other(journal, method).await?.filter(|_| !yes) {
        None => Ok(journal.set_identify_by(method).await?),
        Some(recorded) => {
            let count = count_sent_again(recorded).await?;
            Err(Failure::new(FailureCode::Conflict, output::other_method(recorded, method, count)))
        }
    }
}

/// Checks that the journal records no method other than `method`. It records nothing.
pub(super) async fn require(journal: &dyn Journal, method: IdentifyBy) -> Result<(), Failure> {
    match other(journal, method).await? {
        None => Ok(()),
        Some(recorded) => Err(Failure::new(
            FailureCode::Conflict,
            format!(
                "identify_by = \"{method}\": the journal recognizes people by \"{recorded}\"; set identify_by to \"{recorded}\""
            ),
        )),
    }
}

/// Returns the method that the journal records, if `method` would not recognize the same people.
async fn other(journal: &dyn Journal, method: IdentifyBy) -> Result<Option<IdentifyBy>, JournalError> {
    let Some(recorded) = RecordedMethod::read(journal).await? else {
        return Ok(None);
    };
    if recorded.is_assumed {
        output::message(output::RECORDED_BY_CONTENT);
    }
    Ok(recorded.conflicts_with(method).then_some(recorded.method))
}
