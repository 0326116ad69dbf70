//! Lost fields: counts by field and fate, and a table of fields by providers.

use std::collections::BTreeMap;

use unicontact::providers::{Fate, FieldFate};

use super::counts::{count, without_indexes};
use crate::output::{self, CONTINUATION, FateCell, FateRow, Line, Page, Style, counted, fates};

/// A limit on the fields that a table lists without `--verbose`.
const MAX_FIELDS: usize = 10;

/// How often each field is lost, by its path without indexes and its fate. Memory does not grow with the number of contacts.
#[derive(Default)]
pub(super) struct LossCounts(BTreeMap<(String, &'static str), u64>);

impl LossCounts {
    /// Counts the lost fields of a contact.
    pub(super) fn add<'a>(&mut self, fields: impl IntoIterator<Item = &'a FieldFate>) {
        for field in fields.into_iter().filter(|field| field.fate.is_loss()) {
            count(&mut self.0, (without_indexes(&field.field), field.fate.as_str()));
        }
    }

    /// Returns the number of times that each field is lost.
    pub(super) fn by_field(&self) -> BTreeMap<&str, u64> {
        let mut fields = BTreeMap::new();
        for ((field, _), times) in &self.0 {
            *fields.entry(field.as_str()).or_default() += times;
        }
        fields
    }

    /// Returns `8 dropped`, or the counts of both fates.
    fn cell(&self, field: &str) -> FateCell {
        let fates = [Fate::Dropped, Fate::Truncated].map(Fate::as_str);
        let of_fate = |fate: &'static str| self.0.get(&(field.to_owned(), fate)).map(|times| (fate, *times));
        let words: Vec<String> =
            fates.into_iter().filter_map(of_fate).map(|(fate, times)| format!("{times} {fate}")).collect();
        if words.is_empty() {
            FateCell::none()
        } else {
            FateCell::new(Some(Style::Warning), words.join(", "))
        }
    }
}

/// Adds a table of the lost fields, the most frequent first. Returns false if no provider loses a field.
pub(super) fn add_loss_table(page: &mut Page, providers: &[(&str, &LossCounts)]) -> bool {
    let mut total: BTreeMap<&str, u64> = BTreeMap::new();
    for (field, times) in providers.iter().flat_map(|(_, counts)| counts.by_field()) {
        *total.entry(field).or_default() += times;
    }
    if total.is_empty() {
        return false;
    }
    let mut fields: Vec<(&str, u64)> = total.into_iter().collect();
    fields.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    let limit = output::limit(MAX_FIELDS, fields.len());
    let more = fields.len().saturating_sub(limit);
    let names: Vec<&str> = providers.iter().map(|(name, _)| *name).collect();
    let row = |(field, _): (&str, u64)| FateRow {
        field: field.to_owned(),
        cells: providers.iter().map(|(_, counts)| counts.cell(field)).collect(),
    };
    let rows: Vec<FateRow> = fields.into_iter().take(limit).map(row).collect();
    page.append(&fates("lost field", &names, &rows));
    if more > 0 {
        let more = counted(more as u64, "more field", "more fields");
        let line = Line::new(&format!(" and {more}: ")).styled(Style::Command, "--verbose");
        page.styled_line(&line, CONTINUATION);
    }
    true
}
