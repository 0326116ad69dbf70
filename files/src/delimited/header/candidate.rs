//! A row that may be the header, parsed with one of the possible delimiters.

use super::Header;
use crate::delimited::cells::{Dialect, parse_row};
use crate::delimited::column_names::{is_email_column, is_phone_column};
use crate::version::Version;

/// The best header of a file for one delimiter.
pub(super) struct Candidate {
    pub(super) dialect: Dialect,
    pub(super) header: Header,
    /// The header as it stands in the file.
    pub(super) original: Vec<u8>,
    /// The line of the first contact under the header, where an e-mail address or a phone number shows it.
    pub(super) first_contact: Option<u64>,
}

impl Candidate {
    /// Returns whether this header fits the file better than another one.
    pub(super) fn is_better_than(&self, other: &Self, version: Version) -> bool {
        if version == Version::Current {
            if other.is_above_as_table(self) {
                return false;
            }
            if self.is_above_as_table(other) {
                return true;
            }
        }
        self.score() > other.score()
    }

    fn score(&self) -> (usize, usize) {
        (self.header.known, self.header.cells.len())
    }

    /// Returns whether another header is a row of this header's table, or stands below its first contact.
    fn is_above_as_table(&self, other: &Self) -> bool {
        if self.header.line >= other.header.line || self.header.is_a_contact {
            return false;
        }
        let is_below_a_contact = self.first_contact.is_some_and(|line| line <= other.header.line);
        let has_same_cells = || {
            parse_row(&other.original, self.dialect).0.len() == self.header.cells.len() && self.is_certain()
        };
        is_below_a_contact || has_same_cells()
    }

    /// Returns whether this is certainly a header: it names more than two columns, or two with e-mails or phones among them.
    fn is_certain(&self) -> bool {
        let Header { cells, known, .. } = &self.header;
        *known > 2 || (*known == 2 && cells.iter().any(|cell| is_email_column(cell) || is_phone_column(cell)))
    }
}
