//! Opens `SQLite` databases in unnamed temporary files. Only this process can open such a file, and it is deleted when the
//! connection is closed.

use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// The cache is 2 MiB. Nothing has to survive a crash.
const SETTINGS: &str = "PRAGMA cache_size = -2048; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF";

/// Opens a temporary database with tables: [`open_with_tables`], or a failure in a test.
pub(crate) type OpenDatabase = fn(&str) -> rusqlite::Result<Connection>;

/// Opens a temporary database and creates these tables in it.
pub(crate) fn open_with_tables(tables: &str) -> rusqlite::Result<Connection> {
    // SQLite deletes a database with an empty name when it is closed.
    let connection = Connection::open("")?;
    // Without this setting, SQLite compiles a query anew whenever another value is bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(&format!("{SETTINGS}; {tables}; BEGIN"))?;
    Ok(connection)
}
