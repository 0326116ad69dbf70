//! `unicontact import --dry-run`: counts what would be sent, refused and lost.
//!
//! It sends nothing and uses no journal, so contacts that were delivered earlier count like all others.

use std::pin::pin;

use futures_util::StreamExt;
use unicontact::bulk::Import;

use super::messages;
use super::open::Inputs;
use super::read::{InputCounts, Reader};
use crate::arguments::{self, Common, Format};
use crate::command_line;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::summary::{self, DryRunSummary, ProviderDryRun, ResumeHint, RowsToCheck};

/// A dry run that has not started.
pub(super) struct DryRun<'a> {
    pub(super) import: &'a Import,
    /// Whether the providers are not configured.
    pub(super) has_made_up_settings: bool,
}

/// The counts over the plans of all contacts, and the rows that need a look.
struct Planned {
    contacts: u64,
    /// The contacts that at least one provider would accept.
    sendable: u64,
    providers: Vec<ProviderDryRun>,
    rows: RowsToCheck,
}

impl DryRun<'_> {
    pub(super) async fn run(
        &self,
        common: &Common,
        arguments: &arguments::Import,
        inputs: Inputs,
    ) -> Result<Exit, Failure> {
        let mut reader = Reader::start(inputs, arguments)?;
        let mut planned = self.plan(&mut reader).await;
        let counts = reader.finish();
        for provider in &mut planned.providers {
            provider.locate(|number| counts.line(number));
        }
        add_rejects(&mut planned.rows, &counts);
        self.print(&planned, &counts, common.format)?;
        let has_refusals = planned.providers.iter().any(ProviderDryRun::has_refusals);
        Ok(counts.exit().or(if has_refusals { Exit::Incomplete } else { Exit::Done }))
    }

    async fn plan(&self, reader: &mut Reader) -> Planned {
        let pipelines = self.import.fan_out().pipelines().iter();
        let providers = pipelines.map(|pipeline| ProviderDryRun::new(pipeline));
        let mut planned = Planned {
            contacts: 0,
            sendable: 0,
            providers: providers.collect(),
            rows: RowsToCheck::default(),
        };
        let mut plans = pin!(self.import.plan(reader.source_rows()));
        while let Some(plan) = plans.next().await {
            match plan {
                Ok(plan) => {
                    planned.contacts += 1;
                    planned.sendable += u64::from(plan.drafts.iter().any(|it| it.draft.is_ok()));
                    planned.rows.add_plan(&plan);
                    ProviderDryRun::add_all(&mut planned.providers, &plan);
                }
                Err(refusal) => reader.reject_refused(refusal),
            }
        }
        planned
    }

    fn print(&self, planned: &Planned, counts: &InputCounts, format: Format) -> Result<(), Failure> {
        let (repeated, with_other_content) =
            (self.import.repeated(), self.import.repeated_with_other_content());
        if let Some(line) =
            summary::duplicates(repeated, with_other_content).filter(|_| with_other_content > 0)
        {
            output::note(&line);
        }
        for warning in self.import.warnings() {
            output::message(&format!("warning: {warning}"));
        }
        let rejects = counts.rejects();
        let summary = DryRunSummary {
            read: planned.contacts + repeated + rejects,
            rejects,
            repeated,
            providers: &planned.providers,
            dropped: &counts.dropped(),
            made_up_settings: self.has_made_up_settings,
            sendable: planned.sendable,
            rows: &planned.rows,
            next_command: &command_line::without_flag("--dry-run"),
        };
        match format {
            Format::Json => {
                messages::print(counts, &ResumeHint::SameCommand);
                output::data(&summary.to_json()?)?;
            }
            Format::Human => {
                messages::print_unlisted(counts);
                output::page(&summary::dry_run_page(&summary))?;
            }
        }
        Ok(())
    }
}

/// Adds the rows that are no contacts to those that need a look.
fn add_rejects(rows: &mut RowsToCheck, counts: &InputCounts) {
    rows.locate(|number| counts.line(number));
    for (line, reject) in counts.first_rejects() {
        rows.add_reject(line, reject.name.as_deref(), &reject.brief());
    }
    rows.count(counts.rejects());
    rows.sort();
}
