//! `unicontact import --dry-run`: counts what would be sent, refused and lost.
//!
//! It sends nothing and uses no journal, so contacts that were delivered earlier count like all others.

use std::pin::pin;

use futures_util::StreamExt;
use unicontact::bulk::Import;
use unicontact::providers::ContactProvider;

use super::messages;
use super::open::Inputs;
use super::read::{InputCounts, Reader};
use crate::arguments::{self, Common, Format};
use crate::command_line;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::summary::{self, DryRunSummary, ProviderDryRun, ResumeHint, RowsToCheck, rejected_row};

pub(super) async fn run(
    common: &Common,
    arguments: &arguments::Import,
    import: &Import,
    inputs: Inputs,
) -> Result<Exit, Failure> {
    let mut reader = Reader::start(inputs, arguments)?;
    let pipelines = import.fan_out().pipelines().iter();
    let mut providers: Vec<ProviderDryRun> =
        pipelines.map(|pipeline| ProviderDryRun::new(pipeline.provider().info().name())).collect();
    let (mut contacts, mut sendable) = (0, 0);
    let mut rows = RowsToCheck::default();
    let mut plans = pin!(import.plan(reader.source_rows()));
    while let Some(plan) = plans.next().await {
        match plan {
            Ok(plan) => {
                contacts += 1;
                sendable += u64::from(plan.drafts.iter().any(|planned| planned.draft.is_ok()));
                rows.add_plan(&plan);
                ProviderDryRun::add_all(&mut providers, &plan);
            }
            Err(refusal) => reader.reject_refused(refusal),
        }
    }
    let counts = reader.finish();
    for provider in &mut providers {
        provider.locate(|number| counts.line(number));
    }
    add_rejects(&mut rows, &counts);
    let with_other_content = import.repeated_with_other_content();
    if let Some(line) =
        summary::duplicates(import.repeated(), with_other_content).filter(|_| with_other_content > 0)
    {
        output::note(&line);
    }
    for warning in import.warnings() {
        output::message(&format!("warning: {warning}"));
    }
    let (rejects, repeated) = (counts.rejects(), import.repeated());
    let summary = DryRunSummary {
        read: contacts + repeated + rejects,
        rejects,
        repeated,
        providers: &providers,
        dropped: &counts.dropped(),
        sendable,
        rows: &rows,
        next_command: &command_line::without_flag("--dry-run"),
    };
    match common.format {
        Format::Json => {
            messages::print(&counts, &ResumeHint::SameCommand);
            output::data(&summary.to_json()?)?;
        }
        Format::Human => {
            messages::print_unlisted(&counts);
            output::page(&summary::dry_run_page(&summary))?;
        }
    }
    let has_refusals = providers.iter().any(ProviderDryRun::has_refusals);
    Ok(counts.exit().or(if has_refusals { Exit::Incomplete } else { Exit::Done }))
}

/// Adds the rows that are no contacts to those that need a look.
fn add_rejects(rows: &mut RowsToCheck, counts: &InputCounts) {
    rows.locate(|number| counts.line(number));
    for (line, reject) in counts.first_rejects() {
        rows.add_reject(rejected_row(line, reject.name.as_deref()), &reject.brief());
    }
    rows.count(counts.rejects());
    rows.sort();
}
