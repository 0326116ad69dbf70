//! Holds an adapter in any language to the fixtures: runs its command for a scenario against a server on loopback, and compares
//! its requests, its result and its output.

mod form;
mod process;
mod result;

use std::io;

use serde_json::Value;
use thiserror::Error;

use self::form::HoldInput;
pub use self::form::schema as hold_schema;
pub use self::process::HoldCommand;
use self::process::VARIABLE_PREFIX;
use crate::adapters::Adapters;
use crate::difference::Differences;
use crate::fixture::{Fault, Fixture};
use crate::folder::Fixtures;
use crate::outcome::idempotency_key;
use crate::replay::blind_retry::blind_retry;
use crate::replay::dropped::dropped_fields;
use crate::replay::server::ReplayServer;
use crate::replay::{HANG_TIMEOUT, ReplayReport, comparison};
use crate::replay_error::ReplayError;
use crate::scenario::Scenario;

/// The adapter's timeout where the server answers. Shorter than that of a command.
const ANSWER_TIMEOUT_MS: u64 = 10_000;

/// The error of a scenario in which no command can be run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HoldError {
    /// The fixture cannot be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The command cannot be started.
    #[error("{program} cannot be started: {source}")]
    NotStarted {
        /// The program.
        program: String,
        /// The reason.
        source: io::Error,
    },
}

/// Runs the command of an adapter for one fixture. `adapters` have the descriptions of vendors, whose keys are made up.
///
/// # Errors
///
/// When the fixture is incomplete or the command cannot be started. A failure of the command itself is a difference.
pub async fn hold(
    fixture: &Fixture,
    fixtures: &Fixtures,
    adapters: &dyn Adapters,
    command: &HoldCommand,
) -> Result<ReplayReport, HoldError> {
    let scenario = Scenario::new(fixture, fixtures)?.with_description(adapters);
    if fixture.is_not_recorded() {
        return Ok(ReplayReport::not_recorded(fixture));
    }
    let server = ReplayServer::start(fixture, scenario.credentials()).await.map_err(ReplayError::from)?;
    let finished = command.run(&input(&scenario).to_string(), &environment(&scenario, &server.url())).await;
    let finished = finished.map_err(|source| HoldError::NotStarted {
        program: command.program.to_string_lossy().into_owned(),
        source,
    })?;
    let received = server.received();
    let mut differences = Differences::default();
    result::compare(&mut differences, &scenario, &finished, &received, command.timeout);
    comparison::requests(&mut differences, &scenario, &received);
    blind_retry(&mut differences, &scenario, &received);
    dropped_fields(&mut differences, &scenario, &received);
    Ok(ReplayReport::new(fixture, differences))
}

/// Returns the document on the command's stdin.
pub(crate) fn input(scenario: &Scenario<'_>) -> Value {
    let fixture = scenario.fixture;
    let is_hanging = fixture.fault() == Some(Fault::Hang);
    let hang_timeout = u64::try_from(HANG_TIMEOUT.as_millis()).unwrap_or(ANSWER_TIMEOUT_MS);
    let input = HoldInput {
        vendor: &fixture.vendor,
        operation: fixture.operation(),
        contact: scenario.contact,
        now: scenario.now(),
        timeout_ms: if is_hanging { hang_timeout } else { ANSWER_TIMEOUT_MS },
        idempotency_key: idempotency_key(scenario.contact),
        default_region: fixture.provider.default_region.as_deref(),
    };
    serde_json::to_value(&input).unwrap_or_default()
}

/// Returns a variable for each key of the provider: a text as it is, and any other value as JSON.
fn environment(scenario: &Scenario<'_>, base_url: &str) -> Vec<(String, String)> {
    let keys = scenario.keys(base_url).into_iter();
    let variable = |(key, value): (String, Value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (format!("{VARIABLE_PREFIX}{}", key.to_uppercase()), value)
    };
    keys.map(variable).collect()
}
