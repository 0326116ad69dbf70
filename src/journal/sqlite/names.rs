//! The names of providers and vendors, and the ids of runs, each stored once with a number.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::column::sound;
use crate::journal::story::{Run, RunId};

pub(super) const TABLES: &str = "
    CREATE TABLE names (            -- of providers and vendors
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE runs (
        number INTEGER PRIMARY KEY,
        id INTEGER NOT NULL UNIQUE,
        command TEXT NOT NULL,
        worker TEXT,
        started_at INTEGER NOT NULL,
        version TEXT NOT NULL
    ) STRICT;
    ";

/// The names and runs of the file that were read so far.
#[derive(Default)]
pub(super) struct Names {
    by_number: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, i64>,
    runs: HashMap<RunId, i64>,
    ids: HashMap<i64, RunId>,
    last_run: i64,
}

impl Names {
    /// Reads the names and runs that other processes have added.
    pub(super) fn refresh(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut select =
            connection.prepare_cached("SELECT name FROM names WHERE number >= ?1 ORDER BY number")?;
        let next = i64::try_from(self.by_number.len()).unwrap_or(i64::MAX);
        let mut rows = select.query([next])?;
        while let Some(row) = rows.next()? {
            self.remember(row.get::<_, String>(0)?.into());
        }
        let mut select = connection.prepare_cached("SELECT number, id FROM runs WHERE number > ?1")?;
        let mut rows = select.query([self.last_run])?;
        while let Some(row) = rows.next()? {
            self.remember_run(row.get(0)?, RunId::from_number(row.get::<_, i64>(1)?.cast_unsigned()));
        }
        Ok(())
    }

    fn remember(&mut self, name: Arc<str>) -> i64 {
        let number = i64::try_from(self.by_number.len()).unwrap_or(i64::MAX);
        self.numbers.insert(Arc::clone(&name), number);
        self.by_number.push(name);
        number
    }

    fn remember_run(&mut self, number: i64, id: RunId) {
        self.runs.insert(id, number);
        self.ids.insert(number, id);
        self.last_run = self.last_run.max(number);
    }

    /// Returns all names.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.by_number.iter().map(|name| &**name)
    }

    /// Returns the number of a name, if it has one.
    pub(super) fn find(&self, name: &str) -> Option<i64> {
        self.numbers.get(name).copied()
    }

    /// Returns the number of a name, which is stored if it is new.
    pub(super) fn number(&mut self, connection: &Connection, name: &str) -> rusqlite::Result<i64> {
        if let Some(number) = self.find(name) {
            return Ok(number);
        }
        let number = self.remember(name.into());
        connection.prepare_cached("INSERT INTO names VALUES (?1, ?2)")?.execute(params![number, name])?;
        Ok(number)
    }

    /// Returns the name with a number.
    pub(super) fn name(&self, column: usize, number: i64) -> rusqlite::Result<&Arc<str>> {
        sound(column, usize::try_from(number).ok().and_then(|number| self.by_number.get(number)))
    }

    /// Returns the number of a run. `None` for one that is not registered.
    pub(super) fn run(&self, id: RunId) -> Option<i64> {
        self.runs.get(&id).copied()
    }

    /// Returns the run with a number.
    pub(super) fn run_id(&self, column: usize, number: i64) -> rusqlite::Result<RunId> {
        sound(column, self.ids.get(&number).copied())
    }

    /// Registers a run, unless it is registered already.
    pub(super) fn register(&mut self, connection: &Connection, run: &Run) -> rusqlite::Result<()> {
        if self.runs.contains_key(&run.id) {
            return Ok(());
        }
        let insert =
            "INSERT INTO runs (id, command, worker, started_at, version) VALUES (?1, ?2, ?3, ?4, ?5)";
        let (id, started_at) = (run.id.number().cast_signed(), run.started_at.as_millisecond());
        connection.execute(insert, params![id, run.command, run.worker, started_at, run.version])?;
        self.remember_run(connection.last_insert_rowid(), run.id);
        Ok(())
    }
}
