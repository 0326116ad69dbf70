//! How many cells were dropped, by column and reason.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use unicontact::bulk::DroppedField;
use unicontact_files::{DroppedCell, Row};

use crate::commands::reasons::count;

/// The cells that were dropped so far, by column and reason. Memory does not grow with their number.
#[derive(Debug, Clone, Default)]
pub(crate) struct DroppedCells {
    /// How many rows they are of.
    pub(crate) rows: u64,
    pub(crate) cells: u64,
    counts: BTreeMap<DroppedField, u64>,
}

#[derive(Serialize)]
struct Counted<'a> {
    #[serde(flatten)]
    field: &'a DroppedField,
    times: u64,
}

impl DroppedCells {
    pub(crate) fn add(&mut self, row: &Row) {
        self.rows += u64::from(!row.dropped.is_empty());
        for cell in &row.dropped {
            self.cells += 1;
            count(&mut self.counts, dropped_field(cell));
        }
    }

    /// Adds the cells of another file.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.cells += other.cells;
        for (field, times) in &other.counts {
            *self.counts.entry(field.clone()).or_default() += times;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells == 0
    }

    /// Returns the columns and reasons, the most frequent first.
    pub(crate) fn by_frequency(&self) -> Vec<(&DroppedField, u64)> {
        let mut counts: Vec<_> = self.counts.iter().map(|(field, times)| (field, *times)).collect();
        counts.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        counts
    }
}

impl Serialize for DroppedCells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counts = self.by_frequency();
        serializer.collect_seq(counts.into_iter().map(|(field, times)| Counted { field, times }))
    }
}

/// Returns what the report of a contact says of a dropped cell: everything but the value.
pub(super) fn dropped_field(cell: &DroppedCell) -> DroppedField {
    DroppedField { column: cell.column, field: cell.field.clone(), reason: cell.reason.clone() }
}
