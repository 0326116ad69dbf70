//! The settings of the file.

use rusqlite::types::{FromSql, ToSql, Value};
use rusqlite::{Connection, OptionalExtension, params};

/// Returns the value of a setting, if it exists.
pub(super) fn value<T: FromSql>(connection: &Connection, name: &str) -> rusqlite::Result<Option<T>> {
    let mut select = connection.prepare_cached("SELECT value FROM settings WHERE name = ?1")?;
    select.query_row([name], |row| row.get(0)).optional()
}

/// Returns whether a setting exists.
pub(super) fn is_set(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    Ok(value::<Value>(connection, name)?.is_some())
}

/// Stores a setting in the place of an earlier one.
pub(super) fn set(connection: &Connection, name: &str, value: impl ToSql) -> rusqlite::Result<()> {
    let insert = "INSERT OR REPLACE INTO settings VALUES (?1, ?2)";
    connection.prepare_cached(insert)?.execute(params![name, value]).map(drop)
}

/// Deletes a setting.
pub(super) fn delete(connection: &Connection, name: &str) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM settings WHERE name = ?1", [name]).map(drop)
}
