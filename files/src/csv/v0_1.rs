//! Reads the rows of a CSV as version 0.1.0 did.

use super::row::RowReader;
use crate::contact_builder::BuiltContact;
use crate::decode::{TextEncoding, text_of_v0_1};
use crate::delimited::cells::{CellParser, Dialect};
use crate::delimited::header::Header;
use crate::delimited::header::search::find_header;
use crate::options::{OnBadCell, ReadOptions};
use crate::plan::{ColumnPlan, UsedColumn};
use crate::version::Version;

/// The readers that version 0.1.0 may have had for a file. Both are `None` for a file of which it read no contact.
pub(super) struct EarlierReaders {
    /// The reader of the decoded text.
    pub(super) decoded: Option<EarlierReader>,
    /// The encoding of a file that only later versions decode, and the reader of its bytes as Windows-1252.
    pub(super) raw: Option<(TextEncoding, EarlierReader)>,
}

/// The reader of rows that version 0.1.0 had for a file.
pub(super) struct EarlierReader {
    dialect: Dialect,
    columns: usize,
    /// The last line of the header. Version 0.1.0 read no contacts above it.
    header_line: u64,
    reader: RowReader,
    reads_every_row_otherwise: bool,
}

impl EarlierReader {
    /// Returns the reader for a file that begins with `head`. `None` where version 0.1.0 read no contact.
    pub(super) fn new(
        head: &[u8],
        options: &ReadOptions,
        current: (Dialect, &Header, &ColumnPlan, &[UsedColumn]),
    ) -> Option<Self> {
        let (dialect, header) = find_header(head, options, Version::V0_1, TextEncoding::WINDOWS_1252)?;
        if header.is_a_contact {
            return None;
        }
        let map = options.map.as_ref();
        let (plan, used) = ColumnPlan::new(&header, dialect, String::new(), map, Version::V0_1).ok()?;
        let (current_dialect, current_header, current_plan, current_used) = current;
        // Rows with guards are compared one by one.
        let reads_every_row_otherwise = dialect != Dialect { has_guards: false, ..current_dialect }
            || header.last_line != current_header.last_line
            || used != current_used
            || plan.columns.len() != current_plan.columns.len();
        let (reader, header_line) = (RowReader::new(&plan, used), header.last_line);
        Some(Self { dialect, columns: plan.columns.len(), header_line, reader, reads_every_row_otherwise })
    }

    /// Returns whether version 0.1.0 may have read every row otherwise, such as with other columns.
    pub(super) fn reads_every_row_otherwise(&self) -> bool {
        self.reads_every_row_otherwise
    }

    /// Returns the contact that version 0.1.0 read from the row in a line. `original` has the bytes of the row in the file.
    pub(super) fn read(&self, original: &[u8], line: u64) -> Option<BuiltContact> {
        if line <= self.header_line {
            return None;
        }
        let mut parser = CellParser::default();
        let is_complete = parser.read_row(original, self.dialect);
        let cells = parser.into_cells();
        let filled = cells.iter().rposition(|cell| !cell.trim_ascii().is_empty()).map_or(0, |it| it + 1);
        let is_short = cells.len() < self.columns && filled <= 1 && self.columns > 2;
        if !is_complete || filled > self.columns || is_short || cells.iter().any(|cell| cell.contains(&0)) {
            return None;
        }
        let cells: Vec<_> = cells.iter().map(|cell| text_of_v0_1(cell)).collect();
        self.reader.read(&cells, OnBadCell::Auto, Version::V0_1).ok()
    }
}
