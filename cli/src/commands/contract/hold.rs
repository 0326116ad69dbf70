//! `unicontact contract hold`: runs the command of an adapter in any language for each fixture, and reports every difference.

use std::pin::pin;
use std::thread::available_parallelism;

use futures_util::{StreamExt as _, stream};
use unicontact_contract::{Fixture, Fixtures, HoldCommand, ReplayReport, hold};

use super::fixtures::load;
use super::hold_progress::HoldProgress;
use super::scenarios;
use super::test::as_json;
use crate::arguments::{Common, ContractHold, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::signals::Signals;
use crate::{output, sources};

pub(super) async fn run(common: &Common, arguments: &ContractHold) -> Result<Exit, Failure> {
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
    let selected = selected_fixtures(&fixtures, &vendors, &arguments.scenario)?;
    let (reports, is_complete) = hold_all(common, arguments, &fixtures, &selected).await?;
    match common.format {
        Format::Json => output::json(&as_json(&reports, |_| None))?,
        Format::Human => output::page(&output::replayed(&vendors, &reports, |_| None))?,
    }
    if !is_complete {
        let (done, all) = (reports.len(), selected.len());
        output::message(&format!("stopped: {done} of {all} scenarios have run"));
    }
    let is_held = is_complete && reports.iter().all(ReplayReport::passed);
    Ok(if is_held { Exit::Done } else { Exit::Incomplete })
}

/// Returns the fixtures of these vendors with these scenarios, all without a selection.
fn selected_fixtures<'a>(
    fixtures: &'a Fixtures,
    vendors: &[String],
    names: &[String],
) -> Result<Vec<&'a Fixture>, Failure> {
    scenarios::require_known(names, fixtures, &vendors.iter().map(String::as_str).collect())?;
    let of_vendors = fixtures.all().iter().filter(|fixture| vendors.contains(&fixture.vendor));
    let selected: Vec<&Fixture> =
        of_vendors.filter(|fixture| scenarios::is_selected(&fixture.scenario, names)).collect();
    if selected.is_empty() {
        return Err(Failure::new(
            FailureCode::InvalidInput,
            "there is no fixture; name a folder with --fixtures DIR",
        ));
    }
    Ok(selected)
}

/// Returns the reports in the order of the fixtures, and whether no signal stopped the command.
async fn hold_all(
    common: &Common,
    arguments: &ContractHold,
    fixtures: &Fixtures,
    selected: &[&Fixture],
) -> Result<(Vec<ReplayReport>, bool), Failure> {
    let adapters = sources::vendors(common)?;
    let command = command(arguments)?;
    let jobs = arguments.jobs.map_or_else(|| available_parallelism().map_or(1, usize::from), usize::from);
    let mut signals = Signals::register()?;
    let mut progress = HoldProgress::new(selected.len());
    let runs = selected.iter().map(async |fixture| {
        let report = hold(fixture, fixtures, &adapters, &command).await;
        report
            .map_err(|error| Failure::new(FailureCode::InvalidInput, format!("{}: {error}", fixture.name())))
    });
    let mut running = pin!(stream::iter(runs).buffered(jobs));
    let mut reports = Vec::new();
    let is_complete = loop {
        tokio::select! {
            () = signals.next() => break false,
            report = running.next() => match report {
                Some(report) => reports.push(report?),
                None => break true,
            },
        }
        progress.show(reports.len());
    };
    Ok((reports, is_complete))
}

fn command(arguments: &ContractHold) -> Result<HoldCommand, Failure> {
    let (program, others) = arguments
        .command
        .split_first()
        .ok_or_else(|| Failure::new(FailureCode::Usage, "name the adapter's command after --"))?;
    Ok(HoldCommand { program: program.clone(), arguments: others.to_vec(), timeout: arguments.timeout })
}
