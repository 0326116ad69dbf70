//! The commands.
//!
//! Its rule: each reads its input, calls the library, prints, and says how it ended.

mod ask;
mod check;
mod contract;
mod create;
mod deliveries;
mod demo;
mod identity_method;
mod import;
mod lines;
#[cfg(feature = "jetstream")]
mod migrate;
mod numbers;
mod plan;
mod providers;
mod reasons;
mod sandbox;
mod schema;
#[cfg(feature = "jetstream")]
mod status;
mod verify;
mod watched;
#[cfg(feature = "jetstream")]
mod worker;

use std::sync::Arc;

use unicontact::config::Configuration;
use unicontact::journal::{Journal, Run, SqliteJournal};
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact::{FanOut, Policy};

pub(crate) use self::contract::{LiveReport, VendorPact};
pub(crate) use self::import::{DroppedCells, Planned};
pub(crate) use self::lines::{FirstLines, Line};
pub(crate) use self::numbers::{NumberGroup, NumbersNotE164};
pub(crate) use self::reasons::{Kinds, OfProvider, Reasons};
use crate::arguments::{Arguments, Command, Common};
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let Arguments { common, command } = arguments;
    match command {
        Command::Demo => demo::run(&common).await,
        Command::Create(create) => create::run(&common, &create).await,
        Command::Import(import) => import::run(&common, &import).await,
        #[cfg(feature = "jetstream")]
        Command::Worker(worker) => worker::run(&common, &worker).await,
        #[cfg(feature = "jetstream")]
        Command::Status(status) => status::run(&common, &status).await,
        #[cfg(feature = "jetstream")]
        Command::Migrate(migrate) => migrate::run(&common, &migrate).await,
        Command::Deliveries(deliveries) => deliveries::run(&common, &deliveries).await,
        Command::Verify(verify) => Box::pin(verify::run(&common, &verify)).await,
        Command::Plan(plan) => plan::run(&common, &plan).await,
        Command::Providers => providers::run(&common),
        Command::Check(check) => check::run(&common, &check).await,
        Command::Sandbox(sandbox) => sandbox::run(&sandbox).await,
        Command::Contract(contract) => contract::run(&common, &contract).await,
        Command::Schema(schema) => schema::run(&schema),
        Command::Completions { shell } => schema::completions(shell),
    }
}

/// Returns the providers of a configuration.
fn fan_out(configuration: &Configuration, policy: Policy) -> Result<FanOut, Failure> {
    FanOut::from_configuration(configuration, policy).map_err(|error| Failure::new(error.to_string()))
}

/// Returns the journal of a configuration, unless it is off. What it keeps longer than it should is deleted first. What is
/// delivered through it belongs to a run of `command`.
async fn journal(
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
