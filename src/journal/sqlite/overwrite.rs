//! Overwrites what `SQLite` leaves behind of erased contacts.
//!
//! The bytes of a deleted row are overwritten at once. But when a page was divided or two were joined earlier, a copy of a row may
//! have stayed in the unused part of a page. So a process that may have left copies records it, and the last process that closes
//! the journal writes the tables anew; the pages of the earlier tables are overwritten with zeros. After an unclean end, the next
//! process does.

use rusqlite::{Connection, params};

use super::{in_transaction, settings};

const SETTING: &str = "leftovers";
/// The tables that hold contacts, and the words of their names.
const OF_CONTACTS: [&str; 2] = ["deliveries", "words"];
/// The table that holds the vendors' messages and people's notes.
const STORY: &str = "story";

/// What may have left copies behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leftovers {
    /// A row with a contact has grown, or one that had been kept was erased.
    OfContacts,
    /// The words of a story were erased.
    OfStories,
}

/// The copies that this process has recorded in the file.
#[derive(Debug, Default)]
pub(super) struct RecordedLeftovers(Option<Leftovers>);

impl RecordedLeftovers {
    /// Returns whether these copies, or more, are recorded.
    pub(super) fn has(&self, leftovers: Leftovers) -> bool {
        self.0 >= Some(leftovers)
    }

    /// Records in the file that there may be copies.
    pub(super) fn record(&mut self, connection: &Connection, leftovers: Leftovers) -> rusqlite::Result<()> {
        if self.has(leftovers) {
            return Ok(());
        }
        let insert = "INSERT INTO settings VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)";
        connection.prepare_cached(insert)?.execute(params![SETTING, leftovers as i64])?;
        self.0 = Some(leftovers);
        Ok(())
    }
}

/// Writes the tables anew that may have copies of erased rows in unused parts of their pages.
pub(super) fn leftovers(connection: &Connection) -> rusqlite::Result<()> {
    let Some(value) = settings::value::<i64>(connection, SETTING)? else { return Ok(()) };
    in_transaction(connection, |connection| {
        for table in OF_CONTACTS {
            write_anew(connection, table)?;
        }
        if value >= Leftovers::OfStories as i64 {
            write_anew(connection, STORY)?;
        }
        settings::delete(connection, SETTING)
    })
}

/// Copies a table in the order of its rows, and drops the first one.
fn write_anew(connection: &Connection, table: &str) -> rusqlite::Result<()> {
    let (create, indices) =
        (created_as(connection, table, "table")?, created_as(connection, table, "index")?);
    let drop_indices = indices.iter().map(|(name, _)| format!("DROP INDEX {name}"));
    let mut statements: Vec<String> = drop_indices.collect();
    statements.push(format!("ALTER TABLE {table} RENAME TO earlier_{table}"));
    statements.extend(create.into_iter().map(|(_, create)| create));
    statements.push(format!("INSERT INTO {table} SELECT * FROM earlier_{table}"));
    statements.extend(indices.into_iter().map(|(_, create)| create));
    statements.push(format!("DROP TABLE earlier_{table}"));
    connection.execute_batch(&statements.join(";"))
}

/// Returns the names of a table or of its indices, and the statements that created them.
fn created_as(connection: &Connection, table: &str, kind: &str) -> rusqlite::Result<Vec<(String, String)>> {
    let select = "SELECT name, sql FROM sqlite_schema WHERE tbl_name = ?1 AND type = ?2 AND sql IS NOT NULL";
    let mut statement = connection.prepare(select)?;
    statement.query_map([table, kind], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
