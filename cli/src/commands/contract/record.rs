//! `unicontact contract record`: writes the answers of a live vendor as fixtures.
//!
//! Nothing is sent before it is certain that every file can be written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use unicontact::providers::Vendors;
use unicontact_contract::replaced_file::ReplacedFile;
use unicontact_contract::{
    Fixture, Fixtures, LiveProvider, Origin, SkippedFixture, WrittenFiles, conflicting_files, record_all,
    repeated_files, write_fixtures,
};

use super::call_runner::run_all;
use super::compared_page;
use super::fixtures::load_for_adapters;
use super::live_report::{CompletedCall, LiveReport, exit_after_report};
use super::purpose::Purpose;
use super::target::{ContractTarget, ContractTargets};
use crate::arguments::{Common, ContractRecord, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::{output, sources};

/// A file that is created and removed to find out whether a folder is writable.
const PROBE_FILE: &str = ".unicontact-tried";

pub(super) async fn run(common: &Common, arguments: &ContractRecord) -> Result<Exit, Failure> {
    let adapters = sources::vendors(common)?;
    let (fixtures, vendors) = load_for_adapters(&arguments.live.source, &adapters)?;
    let targets =
        ContractTargets::select(common, &arguments.live, &fixtures, &vendors, Purpose::Record).await?;
    require_one_provider_per_vendor(&targets.all)?;
    require_no_conflicts(arguments, &fixtures, &targets.all)?;
    let folders = create_folders(&arguments.out, &targets.all)?;
    let mut report = run_all(&fixtures, &targets.all, Purpose::Record).await?;
    let kind = arguments.account_kind.as_deref();
    let (recorded, not_recorded) = record_targets(&targets.all, &report, &fixtures, &adapters, kind).await;
    let is_complete = not_recorded.is_empty();
    report.skip_empty_searches(&[]);
    report.skipped.extend(not_recorded);
    let files = write_fixtures(&recorded, &fixtures, &arguments.out, arguments.force);
    remove_empty(&folders);
    let (files, write_failure) = match files {
        Ok(files) => (files, None),
        Err(error) => (error.written(), Some(Failure::new(FailureCode::Output, error.to_string()))),
    };
    let written = match common.format {
        Format::Json => {
            output::json_text(&as_json(&report, &files)).and_then(|text| output::final_data(&text))
        }
        Format::Human => output::final_data(compared_page::recorded(&report, &files, &arguments.out).text()),
    };
    let exit = match report.exit() {
        Exit::Done if !is_complete || write_failure.is_some() => Exit::Incomplete,
        exit => exit,
    };
    targets.stop().await;
    if let Some(failure) = write_failure {
        failure.print(common.format);
    }
    Ok(exit_after_report(exit, &written, common.format))
}

/// Rejects two providers of the same vendor, because they would write the same files.
fn require_one_provider_per_vendor(targets: &[ContractTarget]) -> Result<(), Failure> {
    for (index, target) in targets.iter().enumerate() {
        if let Some(other) = targets[..index].iter().find(|other| other.vendor() == target.vendor()) {
            let (one, other) = (other.provider(), target.provider());
            return Err(Failure::new(
                FailureCode::Usage,
                format!(
                    "the providers {one} and {other} are of the same vendor and would write the same fixtures; select one of \
                 them with --to"
                ),
            ));
        }
    }
    Ok(())
}

/// Rejects a run that would write a file twice, or overwrite one without `--force`.
fn require_no_conflicts(
    arguments: &ContractRecord,
    fixtures: &Fixtures,
    targets: &[ContractTarget],
) -> Result<(), Failure> {
    for target in targets {
        let calls = Purpose::Record.calls(fixtures, target, &target.scenarios).calls;
        if let Some(path) = repeated_files(&calls, &arguments.out).first() {
            let path = path.display();
            return Err(Failure::new(
                FailureCode::InvalidInput,
                format!(
                    "{path} would be recorded twice, and nothing was sent; give that fixture another name"
                ),
            ));
        }
        let conflicts = conflicting_files(&calls, fixtures, &arguments.out);
        if let Some(path) = conflicts.first().filter(|_| !arguments.force) {
            let path = path.display();
            return Err(Failure::new(
                FailureCode::Output,
                format!(
                    "{path} exists already, and nothing was sent; name another folder, or overwrite with --force"
                ),
            ));
        }
    }
    Ok(())
}

/// Creates every folder of the recording, and checks that it is writable. Returns the new folders, each before the one above it.
fn create_folders(folder: &Path, targets: &[ContractTarget]) -> Result<Vec<PathBuf>, Failure> {
    let vendors = targets.iter().map(LiveProvider::vendor);
    let mut created = Vec::new();
    for name in ["contacts", "providers"].into_iter().chain(vendors) {
        let folder = folder.join(name);
        let new = folder.ancestors().filter(|it| !it.as_os_str().is_empty() && !it.exists());
        created.splice(0..0, new.map(Path::to_owned).collect::<Vec<_>>());
        let result = fs::create_dir_all(&folder).and_then(|()| probe(&folder));
        if let Err(error) = result {
            remove_empty(&created);
            let folder = folder.display();
            return Err(Failure::new(
                FailureCode::Output,
                format!("{folder} cannot be written to, and nothing was sent: {error}"),
            ));
        }
    }
    Ok(created)
}

/// Removes those of the folders that are empty.
fn remove_empty(folders: &[PathBuf]) {
    for folder in folders {
        // One that is not empty stays.
        let _ = fs::remove_dir(folder);
    }
}

fn probe(folder: &Path) -> io::Result<()> {
    let file = folder.join(PROBE_FILE);
    // As the fixtures are written. A full disk refuses a text.
    ReplacedFile::open_with_temporary_above(&file)?.replace("\n")?;
    fs::remove_file(&file)
}

/// Returns the fixtures of all runs, and the runs that become none.
async fn record_targets(
    targets: &[ContractTarget],
    report: &LiveReport<'_>,
    fixtures: &Fixtures,
    adapters: &Vendors,
    account_kind: Option<&str>,
) -> (Vec<Fixture>, Vec<SkippedFixture>) {
    let (mut recorded, mut not_recorded) = (Vec::new(), Vec::new());
    for target in targets {
        let is_of_target = |it: &&CompletedCall<'_>| it.target.provider() == target.provider();
        let completed: Vec<&CompletedCall<'_>> = report.completed.iter().filter(is_of_target).collect();
        let runs: Vec<_> = completed.iter().map(|it| (&it.call, &it.run)).collect();
        let origin = Origin {
            source: target.source(),
            is_the_vendor: !target.is_on_this_machine(),
            account_kind: account_kind.map(str::to_owned),
        };
        let results = record_all(&runs, fixtures, target, &origin, adapters).await;
        for (CompletedCall { call, .. }, result) in completed.into_iter().zip(results) {
            match result {
                Ok(fixture) => recorded.push(fixture),
                Err(error) => {
                    let reason = format!("not recorded: {error}");
                    not_recorded.extend(call.skipped(target, &reason).into_iter().take(1));
                }
            }
        }
    }
    (recorded, not_recorded)
}

fn as_json(report: &LiveReport<'_>, files: &WrittenFiles) -> Value {
    json!({
        "recorded": files.files,
        "created": report.created,
        "in_doubt": report.in_doubt,
        "not_run": report.skipped,
    })
}
