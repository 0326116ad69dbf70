//! A row that may be the header, read with one of the delimiters that a file may have.

use super::{Header, is_of_phones};
use crate::csv::cells::Dialect;
use crate::csv::cut;
use crate::csv::structure::is_email_column;
use crate::version::Version;

/// The best header that a file has with a delimiter.
pub(super) struct Candidate {
    pub(super) dialect: Dialect,
    pub(super) header: Header,
    /// The header as it stands in the file.
    pub(super) original: Vec<u8>,
    /// The line of the first contact under it, where an e-mail address or a telephone number shows that it is one.
    pub(super) first_contact: Option<u64>,
}

impl Candidate {
    /// Whether this header fits the file better than another one.
    pub(super) fn is_better_than(&self, other: &Self, version: Version) -> bool {
        if version == Version::Current {
            if other.has_row(self) {
                return false;
            }
            if self.has_row(other) {
                return true;
            }
        }
        self.merit() > other.merit()
    }

    fn merit(&self) -> (usize, usize) {
        (self.header.known, self.header.cells.len())
    }

    /// Whether another header stands among the rows of this one's table, or below its first contact.
    fn has_row(&self, other: &Self) -> bool {
        if self.header.line >= other.header.line || self.header.is_a_contact {
            return false;
        }
        let is_below_a_contact = self.first_contact.is_some_and(|line| line <= other.header.line);
        let has_its_cells =
            || cut(&other.original, self.dialect).0.len() == self.header.cells.len() && self.is_certain();
        is_below_a_contact || has_its_cells()
    }

    /// Whether this is certainly a header: it names several columns, and one of them or all are those of contacts.
    fn is_certain(&self) -> bool {
        let Header { cells, known, .. } = &self.header;
        *known > 2 || (*known == 2 && cells.iter().any(|cell| is_email_column(cell) || is_of_phones(cell)))
    }
}
