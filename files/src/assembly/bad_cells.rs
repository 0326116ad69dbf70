//! Cells that cannot be read: each is dropped, or the row is rejected because of it.

use super::{Assembly, Origin, Unfit};
use crate::options::OnBadCell;
use crate::row::DroppedCell;

/// What a cell should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellKind {
    Email,
    Phone,
    Id,
    Other,
}

/// A cell that cannot be read. Whether it is dropped is decided when the whole row is read.
pub(super) struct BadCell {
    kind: CellKind,
    cell: DroppedCell,
}

impl Assembly {
    /// Takes note of a cell that cannot be read.
    pub(super) fn bad_cell(&mut self, kind: CellKind, origin: Origin<'_>, value: &str, reason: &str) {
        let cell = self.cell(origin, value, reason);
        self.bad.push(BadCell { kind, cell });
    }

    /// Drops a cell, or a part of one, that has no place in a contact.
    pub(super) fn drop_cell(&mut self, origin: Origin<'_>, value: &str, reason: &str) {
        let cell = self.cell(origin, value, reason);
        self.dropped(cell);
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

    fn dropped(&mut self, cell: DroppedCell) {
        self.push_note(cell.note());
        self.dropped.push(cell);
    }

    /// Drops the bad cells, or rejects the row because of the first that may not be dropped.
    pub(super) fn judge_bad_cells(&mut self) {
        for BadCell { kind, cell } in std::mem::take(&mut self.bad) {
            if self.may_drop(kind) {
                self.dropped(cell);
            } else {
                let DroppedCell { line, column, field, reason, .. } = cell;
                self.unfit.get_or_insert(Unfit { column, field: Some(field), reason, line });
            }
        }
    }

    fn may_drop(&self, kind: CellKind) -> bool {
        let (emails, phones) = (&self.contact.emails, &self.contact.phones);
        match (self.on_bad_cell, kind) {
            (OnBadCell::Drop, _) | (OnBadCell::Auto, CellKind::Other) => true,
            (OnBadCell::Reject, _) | (OnBadCell::Auto, CellKind::Id) => false,
            (OnBadCell::Auto, CellKind::Email) => !emails.is_empty(),
            (OnBadCell::Auto, CellKind::Phone) => !emails.is_empty() || !phones.is_empty(),
        }
    }
}
