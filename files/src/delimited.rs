//! Text with one character between two cells: its dialect, header, records, cells, and samples of its columns.
//!
//! Plans and readers of tables build on this module.

pub(crate) mod cells;
pub(crate) mod column_names;
pub(crate) mod dialect;
pub(crate) mod header;
pub(crate) mod records;
pub(crate) mod samples;
