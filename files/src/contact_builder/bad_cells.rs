//! Cells that cannot be read: the builder drops them or rejects their row, as [`OnBadCell`] says.

use super::ContactBuilder;
use super::built_contact::RowError;
use super::value::{BadCell, Origin, ValueKind};
use crate::options::OnBadCell;
use crate::row::DroppedCell;

impl ContactBuilder {
    /// Records a cell that cannot be read.
    pub(super) fn bad_cell(&mut self, kind: ValueKind, origin: Origin<'_>, value: &str, reason: &str) {
        let cell = self.cell(origin, value, reason);
        self.bad_cells.push(BadCell { kind, cell });
    }

    /// Drops a cell, or a part of one, for which a contact has no field.
    pub(super) fn drop_cell(&mut self, origin: Origin<'_>, value: &str, reason: &str) {
        let cell = self.cell(origin, value, reason);
        self.push_dropped(cell);
    }

    fn cell(&self, origin: Origin<'_>, value: &str, reason: &str) -> DroppedCell {
        DroppedCell {
            line: self.line,
            column: origin.column,
            field: origin.name.to_owned(),
            value: value.to_owned(),
            reason: reason.to_owned(),
        }
    }

    fn push_dropped(&mut self, cell: DroppedCell) {
        self.push_note(cell.note());
        self.dropped.push(cell);
    }

    /// Drops the bad cells, or rejects the row because of the first that may not be dropped.
    pub(super) fn judge_bad_cells(&mut self) {
        for BadCell { kind, cell } in std::mem::take(&mut self.bad_cells) {
            if self.may_drop(kind) {
                self.push_dropped(cell);
            } else {
                let DroppedCell { line, column, field, reason, .. } = cell;
                self.error.get_or_insert(RowError { column, field: Some(field), reason, line, name: None });
            }
        }
    }

    fn may_drop(&self, kind: ValueKind) -> bool {
        let (emails, phones) = (&self.contact.emails, &self.contact.phones);
        match (self.on_bad_cell, kind) {
            (OnBadCell::Drop, _) | (OnBadCell::Auto, ValueKind::Other) => true,
            (OnBadCell::Reject, _) | (OnBadCell::Auto, ValueKind::Id) => false,
            (OnBadCell::Auto, ValueKind::Email) => !emails.is_empty(),
            (OnBadCell::Auto, ValueKind::Phone) => !emails.is_empty() || !phones.is_empty(),
        }
    }
}
