//! The plan of a table: which field of a contact each column is read into.
//!
//! Invariant: every column is in the plan. A column that is not read has the reason beside it.

pub(crate) mod contact_kinds;
pub(crate) mod dial_codes;
mod display;
mod entry_groups;
mod house_numbers;
mod mapping;
mod names;
mod planned_column;
mod planner;
pub(crate) mod salutations;
mod sampled_columns;
pub(crate) mod unused_reason;
mod values;

use self::unused_reason::UnusedReason;
use crate::delimited::cells::Dialect;
use crate::field_path::FieldPath;
use crate::layouts::PropertyValues;

/// The columns of a table and what each is read into, to be shown before anything is sent.
///
/// Its public fields hold headers and no contact data. [`Column::sample`] shows contact data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPlan {
    /// The program that exports files with this header, such as `Google Contacts`. `None` for an unknown header.
    pub layout: Option<String>,
    /// The kind of table that holds the columns.
    pub source: TableSource,
    /// The file's encoding by its WHATWG name, such as `utf-8`. Rows that are valid UTF-8 are read as UTF-8 in any case.
    pub encoding: String,
    /// The ASCII byte between two cells.
    pub delimiter: u8,
    /// The ASCII byte around quoted cells.
    pub quote: u8,
    /// The line of the header, or its row in the sheet, counted from 1. Rows above it are not read.
    pub header_line: u64,
    /// All columns in the file's order.
    pub columns: Vec<Column>,
    pub(crate) constants: Vec<(FieldPath, String)>,
    pub(crate) dialect: Dialect,
    /// Whether files of this layout have rows that continue the contact above them.
    pub(crate) continues_rows: bool,
    /// Whether files of this layout have a footer below an empty row.
    pub(crate) has_footer: bool,
    /// Whether ids of 15 characters have a longer form with check characters.
    pub(crate) has_check_characters: bool,
}

/// One column and the field that it is read into. Its `Debug` does not show the sample.
#[derive(Clone, PartialEq, Eq)]
pub struct Column {
    /// The number of the column, counted from 1.
    pub number: u64,
    /// The header as it stands in the file; empty for a column without one.
    pub header: String,
    /// The field that the column is read into, or why it is not read.
    pub target: ColumnTarget,
    pub(crate) sample: Option<String>,
}

/// The field that a column is read into, or why it is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnTarget {
    /// The cells are values of this field.
    Field {
        /// The path of the field, such as `phones[1].number`.
        field: String,
        /// The kind of every value in the column, such as `work`.
        kind: Option<String>,
        /// The label of every value in the column.
        label: Option<String>,
    },
    /// The cells are not read.
    Unused {
        /// The reason.
        reason: UnusedReason,
    },
}

/// The kind of table that holds the columns of a [`ColumnPlan`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableSource {
    /// A CSV file.
    Csv,
    /// The sheet of a workbook, by its name.
    Sheet(String),
    /// JSON objects, whose keys are the columns.
    Objects,
}

/// A column that is read, as the reader of rows needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UsedColumn {
    /// The place of the column in a row, counted from 0.
    pub(crate) index: usize,
    pub(crate) path: FieldPath,
    pub(crate) kind: Option<String>,
    pub(crate) label: Option<String>,
    /// The values behind the labels in the cells, for a property of the program that wrote the file.
    pub(crate) values: Option<&'static PropertyValues>,
}

impl ColumnPlan {
    /// Returns whether a column or a constant of the mapping is read into a field, given by its path, such as `external_id`.
    pub fn has_field(&self, path: &str) -> bool {
        self.fields().any(|field| field == path)
            || self.constants.iter().any(|(constant, _)| constant.to_string() == path)
    }

    /// Returns the paths of the fields that columns are read into.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().filter_map(|column| match &column.target {
            ColumnTarget::Field { field, .. } => Some(field.as_str()),
            ColumnTarget::Unused { .. } => None,
        })
    }

    /// Returns the fields that the mapping sets in every row, with their values.
    pub fn constants(&self) -> impl Iterator<Item = (String, &str)> {
        self.constants.iter().map(|(path, value)| (path.to_string(), value.as_str()))
    }

    /// Returns the headers of the columns that are not read. Columns without a header are left out.
    pub fn unused_headers(&self) -> impl Iterator<Item = &str> {
        let is_unused = |column: &&Column| {
            matches!(column.target, ColumnTarget::Unused { .. }) && !column.header.is_empty()
        };
        self.columns.iter().filter(is_unused).map(|column| column.header.as_str())
    }

    /// Returns the columns of e-mail addresses or phone numbers that are not read, in a file that has no other column of
    /// that kind.
    pub fn unused_channels(&self) -> impl Iterator<Item = &Column> {
        let has = |list: &str| self.fields().any(|field| field.starts_with(list));
        let (has_emails, has_phones) = (has("emails["), has("phones["));
        self.columns.iter().filter(move |column| match &column.target {
            ColumnTarget::Unused { reason: UnusedReason::HoldsEmails } => !has_emails,
            ColumnTarget::Unused { reason: UnusedReason::HoldsPhones } => !has_phones,
            _ => false,
        })
    }
}

impl Column {
    /// Returns the first value of the column, cut to 40 characters. `None` where the beginning of the file has no value.
    ///
    /// The value is contact data: show it in a terminal, and keep it out of logs.
    pub fn sample(&self) -> Option<&str> {
        self.sample.as_deref()
    }
}
