//! Records the run of live calls as fixtures without secrets and personal data.
//!
//! The requests come from a replay with fake credentials. In the answers, every text is replaced that is not known to be
//! harmless. A fixture that still contains a suspicious value is rejected.

mod anonymizer;
mod error;
mod expectation;
mod harmless;
mod local_replay;
mod new_fixture;
mod origin;
mod recorded_answer;
mod recording;
mod replacement;
mod vendor_context;
mod write;

use std::collections::BTreeMap;

use jiff::Timestamp;

use self::anonymizer::Anonymizer;
pub use self::error::RecordError;
use self::harmless::Harmless;
pub use self::origin::Origin;
use self::recording::Recording;
use self::vendor_context::VendorContext;
pub use self::write::{WriteError, WrittenFiles, conflicting_files, repeated_files, write_fixtures};
use crate::adapters::Adapters;
use crate::fixture::Fixture;
use crate::folder::Fixtures;
use crate::live_call::LiveCall;
use crate::live_provider::LiveProvider;
use crate::live_run::LiveRun;

/// Returns the fixture of one run, as [`record_all`] does.
///
/// # Errors
///
/// As [`record_all`].
pub async fn record(
    call: &LiveCall<'_>,
    run: &LiveRun,
    fixtures: &Fixtures,
    live: &dyn LiveProvider,
    origin: &Origin,
    adapters: &dyn Adapters,
) -> Result<Fixture, RecordError> {
    let mut recorded = record_all(&[(call, run)], fixtures, live, origin, adapters).await;
    recorded.pop().unwrap_or(Err(RecordError::Incomplete))
}

/// Returns the fixture of each run of calls to the same provider, in their order. A value gets the same replacement in all of
/// them, so that an id of a create is found in the search after it.
///
/// A fixture takes its name from the call's fixture with the best provenance that expects such a result. It replays without a
/// difference, with the provider document of `fixtures`.
///
/// # Errors
///
/// For each run, when the call failed and its fixtures do not expect that, when the anonymized fixture does not replay, and when
/// it still contains a suspicious value.
pub async fn record_all(
    runs: &[(&LiveCall<'_>, &LiveRun)],
    fixtures: &Fixtures,
    live: &dyn LiveProvider,
    origin: &Origin,
    adapters: &dyn Adapters,
) -> Vec<Result<Fixture, RecordError>> {
    let vendor = VendorContext::new(fixtures, live, adapters);
    let mut harmless = Harmless::new(fixtures, live.vendor());
    vendor.described_names.iter().for_each(|name| harmless.names.add_known(name));
    let mut recordings = Vec::new();
    for (call, run) in runs {
        let recording = Recording::new(call, run, &vendor, origin);
        recordings.push(recording.and_then(|it| it.add_to(&mut harmless).map(|()| it)));
    }
    let began = runs.first().map_or(Timestamp::UNIX_EPOCH, |(_, run)| run.began);
    let account = account_of(&recordings, &harmless, began).await;
    let mut anonymizer = Anonymizer::new(began).with_replacements(account);
    let mut recorded = Vec::new();
    for recording in recordings {
        recorded.push(match recording {
            Ok(recording) => recording.into_fixture(&harmless, &mut anonymizer).await,
            Err(error) => Err(error),
        });
    }
    recorded
}

/// Returns what the paths have of the account, each with what the fixtures' own account has there. A recording whose replay fails
/// says so again when its fixture is made.
async fn account_of(
    recordings: &[Result<Recording<'_>, RecordError>],
    harmless: &Harmless,
    began: Timestamp,
) -> BTreeMap<String, String> {
    let mut anonymizer = Anonymizer::new(began);
    let mut account = BTreeMap::new();
    for recording in recordings.iter().flatten() {
        account.extend(recording.account_segments(harmless, &mut anonymizer).await.unwrap_or_default());
    }
    account
}
