//! The list entries of columns that only a foreign layout knows.
//!
//! Invariant: such columns never complete an address or a phone that other columns began.

use std::collections::BTreeMap;

use super::UsedColumn;
use super::planned_column::{EntryGroup, PlannedColumn};
use crate::field_path::{Field, FieldPath};

/// The entry of each group of columns, by list.
#[derive(Default)]
pub(super) struct EntryGroups(BTreeMap<(&'static str, EntryGroup), usize>);

impl EntryGroups {
    /// Records the entry of a column that is known otherwise. An address without a kind belongs to its own layout only.
    pub(super) fn record(&mut self, planned: &PlannedColumn, path: &FieldPath) {
        if let (Some(group @ (EntryGroup::Number(_) | EntryGroup::Kind(_))), Some(entry)) =
            (&planned.group, path.entry)
        {
            self.0.entry((path.list(), group.clone())).or_insert(entry);
        }
    }

    /// Returns the entry of a column: the entry of its group, or the first free one.
    pub(super) fn entry(&mut self, planned: &PlannedColumn, used: &[UsedColumn]) -> usize {
        let list = planned.path.list();
        let free = || first_free(list, used);
        match &planned.group {
            Some(group) => *self.0.entry((list, group.clone())).or_insert_with(free),
            None => free(),
        }
    }
}

/// Returns the first entry after all used ones. An extension alone takes no entry: its number may follow.
fn first_free(list: &str, used: &[UsedColumn]) -> usize {
    let is_in_list =
        |path: &&FieldPath| path.is_in_a_list() && path.list() == list && path.field != Field::PhoneExtension;
    let paths = used.iter().map(|used| &used.path).filter(is_in_list);
    paths.filter_map(|path| path.entry).max().map_or(0, |last| last + 1)
}
