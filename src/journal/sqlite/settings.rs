//! The settings of the file.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

/// Returns whether a setting exists.
pub(super) fn is_set(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    let value: Option<Value> = connection
        .query_row("SELECT value FROM settings WHERE name = ?1", params![name], |row| row.get(0))
        .optional()?;
    Ok(value.is_some())
}
