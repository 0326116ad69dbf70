//! `unicontact contract hold`: runs the command of an adapter in any language for each fixture, and reports every difference.

use std::pin::pin;
use std::thread::available_parallelism;

use futures_util::{StreamExt as _, stream};
use unicontact::providers::Vendors;
use unicontact_contract::{Fixture, Fixtures, HoldCommand, ReplayReport, hold};

use super::fixtures::{load, location};
use super::hold_progress::HoldProgress;
use super::junit::{self, FixtureError, JunitFile};
use super::scenarios;
use super::test::as_json;
use crate::arguments::{Common, ContractHold, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::signals::Signals;
use crate::{output, sources};

pub(super) async fn run(common: &Common, arguments: &ContractHold) -> Result<Exit, Failure> {
    let junit = JunitFile::open(arguments.junit.path())?;
    let (fixtures, vendors) = load(&arguments.source)?;
    if vendors.len() > 1 && arguments.source.vendor.is_empty() {
        return Err(Failure::new(
            FailureCode::Usage,
            format!(
                "the fixtures are of {} vendors; name the vendors of this adapter with --vendor",
                vendors.len()
            ),
        ));
    }
    let location = location(&arguments.source).to_string();
    let selected = scenarios::selected_fixtures(&fixtures, &vendors, &arguments.scenario, &location)?;
    let (adapters, command) = (sources::vendors(common)?, command(arguments)?);
    let jobs = arguments.jobs.map_or_else(|| available_parallelism().map_or(1, usize::from), usize::from);
    let Held { reports, error, is_complete } =
        hold_all(&adapters, &command, jobs, &fixtures, &selected).await?;
    if let Some(error) = error {
        let failure = error.failure();
        let errors = [error];
        junit.write_before(common.format, "contract hold", || {
            junit::held(&vendors, &reports, &errors, &selected)
        });
        return Err(failure);
    }
    let written = junit.write("contract hold", || junit::held(&vendors, &reports, &[], &selected));
    match common.format {
        Format::Json => output::json(&as_json(&reports, |_| None))?,
        Format::Human => output::page(&output::replayed(&vendors, &reports, |_| None))?,
    }
    written?;
    if !is_complete {
        let (done, all) = (reports.len(), selected.len());
        output::message(&format!("stopped: {done} of {all} scenarios have run"));
    }
    let is_held = is_complete && reports.iter().all(ReplayReport::passed);
    Ok(if is_held { Exit::Done } else { Exit::Incomplete })
}

/// What a run has done.
struct Held {
    /// The reports in the order of the fixtures.
    reports: Vec<ReplayReport>,
    /// The fixture that cannot be run. It ended the run.
    error: Option<FixtureError>,
    /// Whether every fixture has run.
    is_complete: bool,
}

async fn hold_all(
    adapters: &Vendors,
    command: &HoldCommand,
    jobs: usize,
    fixtures: &Fixtures,
    selected: &[&Fixture],
) -> Result<Held, Failure> {
    let mut signals = Signals::register()?;
    let mut progress = HoldProgress::new(selected.len());
    let runs = selected.iter().map(async |fixture| {
        let report = hold(fixture, fixtures, adapters, command).await;
        report.map_err(|error| FixtureError::new(fixture, &error))
    });
    let mut running = pin!(stream::iter(runs).buffered(jobs));
    let mut held = Held { reports: Vec::new(), error: None, is_complete: false };
    loop {
        tokio::select! {
            () = signals.next() => return Ok(held),
            report = running.next() => match report {
                Some(Ok(report)) => held.reports.push(report),
                Some(Err(error)) => {
                    held.error = Some(error);
                    return Ok(held);
                }
                None => break,
            },
        }
        progress.show(held.reports.len());
    }
    held.is_complete = true;
    Ok(held)
}

fn command(arguments: &ContractHold) -> Result<HoldCommand, Failure> {
    let (program, others) = arguments
        .command
        .split_first()
        .ok_or_else(|| Failure::new(FailureCode::Usage, "name the adapter's command after --"))?;
    if arguments.timeout.is_zero() {
        return Err(Failure::new(
            FailureCode::Usage,
            "--timeout: write a time of at least one second, such as 20s",
        ));
    }
    Ok(HoldCommand { program: program.clone(), arguments: others.to_vec(), timeout: arguments.timeout })
}
