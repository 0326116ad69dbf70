//! The summary of a dry run: how many contacts each provider would accept or refuse, and what would be lost.

use std::collections::BTreeMap;
use std::io;

use serde::{Serialize, Serializer};
use unicontact::{Plan, PlannedDraft};

use super::counts::{count, error_reason, without_indexes};
use super::dropped_cells::DroppedCells;
use super::input_lines::{FirstLines, InputLine};
use super::phone_numbers::{NumbersNotE164, numbers_not_e164};
use crate::output::{self, Cell, Page, Table};

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
}

/// The dry run at one provider.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ProviderDryRun {
    #[serde(skip)]
    provider: String,
    /// The number of contacts that would be sent.
    accepted: u64,
    /// The number of contacts that would not be sent.
    refused: u64,
    /// How often each field would be lost. Fields have no list indexes.
    losses: BTreeMap<String, u64>,
    /// How often contacts would be refused, by reason.
    refusals: BTreeMap<String, u64>,
    /// The first lines of each of these reasons.
    #[serde(skip)]
    refused_lines: BTreeMap<String, FirstLines>,
    /// The telephone numbers that would not be sent in E.164.
    #[serde(skip_serializing_if = "NumbersNotE164::is_empty")]
    numbers_not_e164: NumbersNotE164,
}

fn by_name<S: Serializer>(providers: &&[ProviderDryRun], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(providers.iter().map(|provider| (&provider.provider, provider)))
}

impl ProviderDryRun {
    pub(crate) fn new(provider: &str) -> Self {
        Self { provider: provider.to_owned(), ..Self::default() }
    }

    /// Counts the drafts of a contact. The providers are in the order of the plan.
    pub(crate) fn add_all(providers: &mut [Self], plan: &Plan) {
        for (provider, planned) in providers.iter_mut().zip(&plan.drafts) {
            provider.add(planned, plan.source.line);
        }
    }

    fn add(&mut self, planned: &PlannedDraft, line: u64) {
        match &planned.draft {
            Ok(draft) => {
                self.accepted += 1;
                self.numbers_not_e164.add(line, &draft.fields);
                for fate in draft.losses() {
                    count(&mut self.losses, without_indexes(&fate.field));
                }
            }
            Err(error) => {
                self.refused += 1;
                let reason = error_reason(error);
                if count(&mut self.refusals, reason.clone()) {
                    self.refused_lines.entry(reason).or_default().add(line);
                }
            }
        }
    }

    /// Replaces row numbers by lines.
    pub(crate) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        self.numbers_not_e164.locate(&to_line);
        self.refused_lines.values_mut().for_each(|lines| lines.locate(&to_line));
    }

    /// Returns whether the provider would refuse a contact.
    pub(crate) fn has_refusals(&self) -> bool {
        self.refused > 0
    }

    fn add_lines(&self, page: &mut Page) {
        for (reason, times) in &self.refusals {
            let lines = self.refused_lines.get(reason).map(FirstLines::in_brackets).unwrap_or_default();
            page.line(&format!("{}: refused, {}: {reason}{lines}", self.provider, output::times(*times)));
        }
        for (field, times) in &self.losses {
            page.line(&format!("{}: loses, {}: {field}", self.provider, output::times(*times)));
        }
    }
}

impl DryRunSummary<'_> {
    pub(crate) fn to_json(&self) -> io::Result<String> {
        output::json_text(self)
    }

    pub(crate) fn to_text(&self) -> String {
        let Self { read, rejects, repeated, providers, .. } = self;
        let mut page = Page::default();
        page.line(&format!(
            "{read} read, {rejects} of them no contacts, {repeated} repeated; nothing was sent"
        ));
        page.blank_line();
        let mut table = Table::with_columns(&["provider", "accepted", "refused"]);
        for provider in *providers {
            let ProviderDryRun { provider, accepted, refused, .. } = provider;
            table.row([Cell::new(provider), Cell::new(accepted), Cell::new(refused)]);
        }
        page.table(&table);
        providers.iter().for_each(|provider| provider.add_lines(&mut page));
        let numbers = providers.iter().map(|it| (it.provider.as_str(), &it.numbers_not_e164));
        for line in numbers_not_e164(numbers) {
            page.line(&line);
        }
        page.text().to_owned()
    }
}
