//! `unicontact import --dry-run`: counts what would be sent, refused and lost.
//!
//! It sends nothing and uses no journal, so contacts that were delivered earlier count like all others.

use std::pin::pin;

use futures_util::StreamExt;
use unicontact::bulk::Import;
use unicontact::providers::ContactProvider;

use super::messages;
use super::open::Inputs;
use super::read::Reader;
use crate::arguments::{self, Common, Format};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::summary::{self, DryRunSummary, ProviderDryRun, ResumeHint};

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
    let mut contacts = 0;
    let mut plans = pin!(import.plan(reader.source_rows()));
    while let Some(plan) = plans.next().await {
        match plan {
            Ok(plan) => {
                contacts += 1;
                ProviderDryRun::add_all(&mut providers, &plan);
            }
            Err(refusal) => reader.reject_refused(refusal),
        }
    }
    let counts = reader.finish();
    messages::print(&counts, &ResumeHint::SameCommand);
    for provider in &mut providers {
        provider.locate(|number| counts.line(number));
    }
    let with_other_content = import.repeated_with_other_content();
    if let Some(line) =
        summary::duplicates(import.repeated(), with_other_content).filter(|_| with_other_content > 0)
    {
        output::message(&line);
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
    };
    let text = match common.format {
        Format::Json => summary.to_json()?,
        Format::Human => summary.to_text(),
    };
    output::data(&text)?;
    let has_refusals = providers.iter().any(ProviderDryRun::has_refusals);
    Ok(counts.exit().or(if has_refusals { Exit::Incomplete } else { Exit::Done }))
}
