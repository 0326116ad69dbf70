//! The summary of a dry run: how many contacts each provider would accept or refuse, and what would be lost.

use std::collections::BTreeMap;
use std::io;

use serde::{Serialize, Serializer};
use unicontact::providers::{ContactProvider, CowStr};
use unicontact::{Pipeline, Plan, PlannedDraft};

use super::counts::{count, error_reason};
use super::dropped_cells::DroppedCells;
use super::first_rows::InputLine;
use super::losses::LossCounts;
use super::phone_numbers::NumbersNotE164;
use super::rows_to_check::RowsToCheck;
use crate::output;

/// The summary of a dry run.
#[derive(Serialize)]
pub(crate) struct DryRunSummary<'a> {
    /// The number of rows that were read.
    pub(crate) read: u64,
    /// The number of rows that are no contacts.
    pub(crate) rejects: u64,
    /// The number of rows that repeat an earlier row of the input.
    pub(crate) repeated: u64,
    #[serde(serialize_with = "by_name")]
    pub(crate) providers: &'a [ProviderDryRun],
    #[serde(skip_serializing_if = "DroppedCells::is_empty")]
    pub(crate) dropped: &'a DroppedCells,
    /// Whether no provider is configured, so that the settings are made up.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) made_up_settings: bool,
    /// The contacts that at least one provider would accept.
    #[serde(skip)]
    pub(crate) sendable: u64,
    #[serde(skip)]
    pub(crate) rows: &'a RowsToCheck,
    /// The command that sends the contacts.
    #[serde(skip)]
    pub(crate) next_command: &'a str,
}

/// The dry run at one provider.
#[derive(Default, Serialize)]
pub(crate) struct ProviderDryRun {
    #[serde(skip)]
    pub(super) provider: String,
    /// By what the vendor replaces an equal contact. Empty where it never does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) overwrites: Vec<CowStr>,
    /// The number of contacts that would be sent.
    pub(super) accepted: u64,
    /// The number of contacts that would not be sent.
    pub(super) refused: u64,
    /// How often each field would be lost. Fields have no list indexes.
    #[serde(serialize_with = "by_field")]
    pub(super) losses: LossCounts,
    /// How often contacts would be refused, by reason.
    pub(super) refusals: BTreeMap<String, u64>,
    /// The telephone numbers that would not be sent in E.164.
    #[serde(skip_serializing_if = "NumbersNotE164::is_empty")]
    pub(super) numbers_not_e164: NumbersNotE164,
}

fn by_name<S: Serializer>(providers: &&[ProviderDryRun], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(providers.iter().map(|provider| (&provider.provider, provider)))
}

fn by_field<S: Serializer>(losses: &LossCounts, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(losses.by_field())
}

impl ProviderDryRun {
    pub(crate) fn new(pipeline: &Pipeline) -> Self {
        let provider = pipeline.provider();
        let overwrites = provider.capabilities().overwrites.clone();
        Self { provider: provider.info().name().to_owned(), overwrites, ..Self::default() }
    }

    /// Counts the drafts of a contact. The providers are in the order of the plan.
    pub(crate) fn add_all(providers: &mut [Self], plan: &Plan) {
        for (provider, planned) in providers.iter_mut().zip(&plan.drafts) {
            provider.add(planned, plan);
        }
    }

    fn add(&mut self, planned: &PlannedDraft, plan: &Plan) {
        match &planned.draft {
            Ok(draft) => {
                self.accepted += 1;
                self.numbers_not_e164.add(&plan.source, &draft.fields);
                self.losses.add(draft.losses());
            }
            Err(error) => {
                self.refused += 1;
                count(&mut self.refusals, error_reason(error));
            }
        }
    }

    /// Replaces row numbers by lines.
    pub(crate) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        self.numbers_not_e164.locate(&to_line);
    }

    /// Returns whether the provider would refuse a contact.
    pub(crate) fn has_refusals(&self) -> bool {
        self.refused > 0
    }
}

impl DryRunSummary<'_> {
    pub(crate) fn to_json(&self) -> io::Result<String> {
        output::json_text(self)
    }
}
