//! `unicontact contract test --bless`: shows what the adapters do otherwise than the fixtures expect, and writes it into the fixtures.
//!
//! A fixture that would fail afterwards, too, or whose adapter breaks a safety rule, is refused and never written.

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use unicontact::providers::Vendors;
use unicontact_contract::{BlessedFile, Fixture, Fixtures, bless};

use super::blessed_page::{self, Change};
use super::fixtures::load_to_bless;
use super::scenarios::selected_fixtures;
use super::test::{CONCURRENCY, differences_as_json};
use crate::arguments::{Common, ContractTest, Format};
use crate::commands::ask;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::counted;
use crate::{output, sources};

pub(super) async fn run(common: &Common, test: &ContractTest) -> Result<Exit, Failure> {
    let adapters = sources::vendors(common)?;
    let (fixtures, vendors) = load_to_bless(&test.source, &adapters)?;
    let folder = fixtures.folder().display().to_string();
    let selected = selected_fixtures(&fixtures, &vendors, &test.scenario, &folder)?;
    let mut changes = changes(&selected, &fixtures, &adapters).await?;
    if common.format == Format::Human && !changes.is_empty() {
        output::page(&blessed_page::changes(&changes))?;
    }
    let count = changes.iter().filter(|change| change.blessing.is_complete()).count();
    let failure = if count > 0 && is_confirmed(common.format, test.yes, count)? {
        write(&mut changes).err()
    } else {
        None
    };
    match common.format {
        Format::Json => output::json(&as_json(selected.len(), &changes))?,
        Format::Human => output::message(&summary(selected.len(), &changes, test.yes)),
    }
    if let Some(failure) = failure {
        failure.print(common.format);
    }
    let is_done = changes.iter().all(|change| change.is_written);
    Ok(if is_done { Exit::Done } else { Exit::Incomplete })
}

/// Returns the fixtures that differ.
async fn changes(
    selected: &[&Fixture],
    fixtures: &Fixtures,
    adapters: &Vendors,
) -> Result<Vec<Change>, Failure> {
    let invalid = |name: String, error: &dyn std::fmt::Display| {
        Failure::new(FailureCode::InvalidInput, format!("{name}: {error}"))
    };
    let blessings = selected.iter().map(async |fixture| {
        let blessing =
            bless(fixture, fixtures, adapters).await.map_err(|error| invalid(fixture.name(), &error))?;
        let Some(blessing) = blessing else { return Ok(None) };
        let file = BlessedFile::new(&blessing.fixture, fixtures.folder());
        let file = file.map_err(|error| {
            let error = format!("its file cannot be read: {error}; make it readable, and bless again");
            invalid(fixture.name(), &error)
        })?;
        Ok(Some(Change { blessing, file, is_written: false }))
    });
    let changes: Vec<Result<Option<Change>, Failure>> =
        stream::iter(blessings).buffered(CONCURRENCY).collect().await;
    changes.into_iter().filter_map(Result::transpose).collect()
}

/// Returns whether the changes are to be written. With JSON, nobody is asked, because the changes are not shown yet.
fn is_confirmed(format: Format, yes: bool, count: usize) -> Result<bool, Failure> {
    if yes || format == Format::Json || !ask::is_possible() {
        return Ok(yes);
    }
    let files = counted(count as u64, "file", "files");
    Ok(ask::is_yes(&format!("Write {files}? [y/N] "))?)
}

/// Writes the changes up to the first file that cannot be written.
fn write(changes: &mut [Change]) -> Result<(), Failure> {
    for change in changes.iter_mut().filter(|change| change.blessing.is_complete()) {
        change.file.write().map_err(|error| {
            let path = change.file.path.display();
            Failure::new(FailureCode::Output, format!("{path} cannot be written: {error}"))
        })?;
        change.is_written = true;
    }
    Ok(())
}

/// Returns the numbers of fixtures that passed, were written, and were not, with what to do.
fn summary(replayed: usize, changes: &[Change], yes: bool) -> String {
    let count = |is_counted: fn(&Change) -> bool| changes.iter().filter(|it| is_counted(it)).count();
    let written = count(|it| it.is_written);
    let not_written = count(|it| it.blessing.is_complete() && !it.is_written);
    let refused = count(|it| !it.blessing.is_complete());
    let is_answered = |it: &&Change| !it.blessing.is_complete() && !it.blessing.fixture.is_not_recorded();
    let passed = counted(replayed.saturating_sub(changes.len()) as u64, "fixture passes", "fixtures pass");
    let counts = [(written, "written"), (not_written, "not written"), (refused, "refused")];
    let counts =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}"));
    let mut summary = format!("{passed}{}", counts.collect::<String>());
    if not_written > 0 && !yes && !ask::is_possible() {
        summary.push_str("\nTo write the changes, add --yes");
    }
    if changes.iter().any(|it| is_answered(&it)) {
        summary.push_str(
            "\nA refused fixture is not written: correct the adapter, or the answers of the fixture",
        );
    }
    summary
}

fn as_json(replayed: usize, changes: &[Change]) -> Value {
    let fixtures = changes.iter().map(|Change { blessing, file, is_written }| {
        json!({
            "vendor": blessing.fixture.vendor,
            "scenario": blessing.fixture.scenario,
            "file": file.path,
            "changes": differences_as_json(&blessing.changes),
            "refused": differences_as_json(&blessing.remaining),
            "written": is_written,
        })
    });
    let written = changes.iter().filter(|change| change.is_written).count();
    json!({"replayed": replayed, "written": written, "fixtures": fixtures.collect::<Vec<_>>()})
}
