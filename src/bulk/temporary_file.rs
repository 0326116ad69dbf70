//! Tables in a file that nobody else can open and that is gone with the process.
//!
//! Its rule: little of it is kept in memory, and nothing of it has to survive.

use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// The first is how much is kept in memory, in KiB.
const SETTINGS: &str = "PRAGMA cache_size = -2048; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF";

/// A new one with these tables.
pub(super) fn with_tables(tables: &str) -> rusqlite::Result<Connection> {
    // The empty name is a file of its own that is deleted when it is closed.
    let connection = Connection::open("")?;
    // Without it, SQLite compiles a query anew whenever another value is bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(&format!("{SETTINGS}; {tables}; BEGIN"))?;
    Ok(connection)
}
