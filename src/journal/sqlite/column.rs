//! Reads the values of columns. A value that cannot be read exactly is an error.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;

/// Returns the value, or the error of a column whose value cannot be read.
pub(super) fn sound<T>(column: usize, value: Option<T>) -> rusqlite::Result<T> {
    value.ok_or_else(|| rusqlite::Error::InvalidColumnType(column, String::new(), Type::Text))
}

/// Returns a time, which the file stores in milliseconds.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    sound(column, Timestamp::from_millisecond(row.get(column)?).ok())
}

/// Returns a time of a column that may be null.
pub(super) fn optional_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let milliseconds: Option<i64> = row.get(column)?;
    milliseconds.map(|it| sound(column, Timestamp::from_millisecond(it).ok())).transpose()
}
