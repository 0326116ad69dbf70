//! Parts that several commands share: the providers and the journal of a configuration.

use std::sync::Arc;

use unicontact::config::Configuration;
use unicontact::journal::{Journal, Run, SqliteJournal};
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact::{FanOut, Policy};

use crate::arguments::Common;
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;

/// Returns the providers of a configuration.
pub(super) fn fan_out(configuration: &Configuration, policy: Policy) -> Result<FanOut, Failure> {
    FanOut::from_configuration(configuration, policy)
        .map_err(|error| Failure::new(FailureCode::InvalidConfiguration, error.to_string()))
}

/// Opens the journal of a configuration. `None` if it is off. Deliveries older than the retention are deleted. Deliveries through
/// it belong to a run of `command`.
pub(super) async fn journal(
    common: &Common,
    configuration: &Configuration,
    command: &str,
) -> Result<Option<Arc<dyn Journal>>, Failure> {
    let Some(path) = &configuration.journal else {
        return Ok(None);
    };
    let now = SystemClock.now();
    let journal = SqliteJournal::open(path)?.with_run(Run::new(command, now));
    let deleted = journal.keep_up(configuration.retention, now).await?;
    if deleted > 0 {
        tracing::info!(deleted, "The journal deleted finished deliveries that were older than its retention");
    }
    output::next_command::note_journal(common);
    Ok(Some(Arc::new(journal)))
}
