//! `unicontact import --dry-run`: what would be sent of all rows.
//!
//! Its rule: it sends nothing and needs no journal; what was delivered earlier counts like everything else.

use std::collections::BTreeMap;
use std::pin::pin;

use futures_util::StreamExt;
use serde::Serialize;
use unicontact::bulk::Import;
use unicontact::providers::ContactProvider;
use unicontact::{Plan, PlannedDraft};

use super::source::Sources;
use crate::arguments::{self, Common, Format};
use crate::commands::reasons::{count, why, without_numbers};
use crate::commands::{FirstLines, NumbersNotE164};
use crate::exit::{Exit, Failure};
use crate::output::{self, Resume};

/// What would become of all contacts at one provider.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Planned {
    #[serde(skip)]
    pub(crate) provider: String,
    /// How many would be sent.
    pub(crate) accepted: u64,
    /// How many would not.
    pub(crate) refused: u64,
    /// The fields that would be lost, without the numbers of their entries, and how often.
    pub(crate) losses: BTreeMap<String, u64>,
    /// Why contacts would be refused, and how often.
    pub(crate) refusals: BTreeMap<String, u64>,
    /// The first lines of each of these.
    #[serde(skip)]
    pub(crate) refused_lines: BTreeMap<String, FirstLines>,
    /// The telephone numbers that would not be sent in E.164.
    #[serde(skip_serializing_if = "NumbersNotE164::is_empty")]
    pub(crate) numbers_not_e164: NumbersNotE164,
}

pub(super) async fn run(
    common: &Common,
    wanted: &arguments::Import,
    import: &Import,
    sources: Sources,
) -> Result<Exit, Failure> {
    let mut reader = sources.start(wanted)?;
    let names = import.fan_out().pipelines().iter().map(|target| target.provider().info().name().to_owned());
    let mut sums: Vec<Planned> = names.map(|provider| Planned { provider, ..Planned::default() }).collect();
    let mut contacts = 0;
    let mut plans = pin!(import.plan(reader.source_rows()));
    while let Some(plan) = plans.next().await {
        match plan {
            Ok(plan) => {
                contacts += 1;
                add(&mut sums, &plan);
            }
            Err(refusal) => reader.reject_refused(refusal),
        }
    }
    let rows = reader.rows();
    rows.tell(&Resume::SameCommand);
    for sum in &mut sums {
        sum.numbers_not_e164.locate(|number| rows.line(number));
        for lines in sum.refused_lines.values_mut() {
            lines.locate(|number| rows.line(number));
        }
    }
    let with_other_content = import.repeated_with_other_content();
    if let Some(line) =
        output::repeated(import.repeated(), with_other_content).filter(|_| with_other_content > 0)
    {
        output::message(&line);
    }
    for trouble in import.warnings() {
        output::message(&format!("warning: {trouble}"));
    }
    let refused = sums.iter().any(|sum| sum.refused > 0);
    let read = contacts + import.repeated() + rows.rejects();
    let text = match common.format {
        Format::Json => {
            output::planned_json(read, rows.rejects(), import.repeated(), &sums, &rows.dropped())?
        }
        Format::Human => output::planned(read, rows.rejects(), import.repeated(), &sums),
    };
    output::data(&text)?;
    Ok(rows.exit().or(if refused { Exit::Incomplete } else { Exit::Done }))
}

fn add(sums: &mut [Planned], plan: &Plan) {
    for (sum, planned) in sums.iter_mut().zip(&plan.drafts) {
        sum.add(planned, plan.source.line);
    }
}

impl Planned {
    fn add(&mut self, planned: &PlannedDraft, line: u64) {
        match &planned.draft {
            Ok(draft) => {
                self.accepted += 1;
                self.numbers_not_e164.add(line, &draft.fields);
                for fate in draft.losses() {
                    count(&mut self.losses, without_numbers(&fate.field));
                }
            }
            Err(error) => {
                self.refused += 1;
                let why = why(error);
                if count(&mut self.refusals, why.clone()) {
                    self.refused_lines.entry(why).or_default().add(line);
                }
            }
        }
    }
}
