//! The rows of a CSV as version 0.1.0 read them.

use unicontact_model::contact::ContactKind;

use super::RowReader;
use super::cells::{Cutter, Dialect};
use super::header::{self, Header};
use crate::contact_builder::BuiltContact;
use crate::decode::{TextEncoding, text_of_v0_1};
use crate::options::{OnBadCell, ReadOptions};
use crate::plan::{ColumnPlan, Used};
use crate::version::Version;

/// The reader of rows that version 0.1.0 had for a file.
pub(crate) struct EarlierRows {
    dialect: Dialect,
    columns: usize,
    /// The last line of the header. It read no contacts above it.
    header_line: u64,
    reader: RowReader,
    /// Whether it read every row otherwise, such as because columns are known now that were not.
    is_for_every_row: bool,
}

impl EarlierRows {
    /// Returns the reader for a file that begins with `head`. `None` where version 0.1.0 read no contact.
    pub(crate) fn new(
        head: &[u8],
        options: &ReadOptions,
        current: (Dialect, &Header, &ColumnPlan, &[Used]),
    ) -> Option<Self> {
        let (dialect, header) = header::find(head, options, Version::V0_1, TextEncoding::WINDOWS_1252)?;
        if header.is_a_contact {
            return None;
        }
        let map = options.map.as_ref();
        let (plan, used) = ColumnPlan::new(&header, dialect, String::new(), map, Version::V0_1).ok()?;
        let (current_dialect, current_header, current_plan, current_used) = current;
        // A row with a guard says itself whether it is read otherwise.
        let is_for_every_row = dialect != Dialect { has_guards: false, ..current_dialect }
            || header.last_line != current_header.last_line
            || used != current_used
            || plan.columns.len() != current_plan.columns.len();
        let (reader, header_line) = (RowReader::new(&plan, used), header.last_line);
        Some(Self { dialect, columns: plan.columns.len(), header_line, reader, is_for_every_row })
    }

    /// Returns whether version 0.1.0 may have read any row otherwise.
    pub(crate) fn is_for_every_row(&self) -> bool {
        self.is_for_every_row
    }

    /// Returns what version 0.1.0 read from the row in a line, given as it stands in the file.
    pub(crate) fn read(&self, original: &[u8], line: u64) -> Option<BuiltContact> {
        if line <= self.header_line {
            return None;
        }
        let mut cutter = Cutter::default();
        let is_whole = cutter.read_row(original, self.dialect);
        let cells = cutter.into_cells();
        let filled = cells.iter().rposition(|cell| !cell.trim_ascii().is_empty()).map_or(0, |it| it + 1);
        let is_short = cells.len() < self.columns && filled <= 1 && self.columns > 2;
        if !is_whole || filled > self.columns || is_short || cells.iter().any(|cell| cell.contains(&0)) {
            return None;
        }
        let cells: Vec<_> = cells.iter().map(|cell| text_of_v0_1(cell)).collect();
        self.reader.read(&cells, OnBadCell::Auto, Version::V0_1).ok()
    }
}

/// Returns the kind of contact that a text names.
pub(super) fn contact_kind(text: &str) -> Option<ContactKind> {
    match text.to_lowercase().as_str() {
        "person" | "individual" => Some(ContactKind::Person),
        "organization" | "organisation" | "company" | "firma" => Some(ContactKind::Organization),
        _ => None,
    }
}
