//! A server that others wrote, its description, and runs of the command that share a journal.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;
use unicontact_providers::testkit::Received;

use crate::aging;
use crate::cutting_proxy::{Cut, CuttingProxy};
use crate::program::{Ended, Program};
use crate::real_server::RealServer;

/// A server, and what its tests must know.
pub(super) struct Described {
    /// The vendor's name, which is also that of its script and its description in `tests/servers`.
    pub(super) vendor: &'static str,
    /// The keys of the account but the origin, with `KEY` for the key of the server.
    pub(super) account: &'static str,
    /// The database in the folder of the server.
    pub(super) database: &'static str,
    /// Selects the name of each contact.
    pub(super) names: &'static str,
    /// Selects the id of each contact.
    pub(super) ids: &'static str,
    /// Returns whether a request creates a contact.
    pub(super) is_create: fn(&Received) -> bool,
}

/// A server, and a folder with the journal.
pub(super) struct Office {
    described: &'static Described,
    pub(super) server: RealServer,
    proxy: Option<CuttingProxy>,
    folder: TempDir,
}

impl Office {
    pub(super) fn start(described: &'static Described) -> Self {
        let server = RealServer::start(described.vendor);
        Self { described, server, proxy: None, folder: tempfile::tempdir().unwrap() }
    }

    /// Sends every request through a proxy, which cuts the creates as `cut` says. It gets the number of creates before.
    pub(super) async fn behind_proxy(mut self, cut: impl Fn(usize) -> Cut + Send + Sync + 'static) -> Self {
        self.proxy = Some(CuttingProxy::start(&self.server.origin, self.described.is_create, cut).await);
        self
    }

    /// Returns to how many creates this happened.
    pub(super) fn count(&self, cut: Cut) -> usize {
        self.proxy.as_ref().unwrap().count(cut)
    }

    /// Returns a configuration with one provider, `crm`.
    pub(super) fn configuration(&self) -> String {
        let Described { vendor, account, .. } = self.described;
        let description = script_folder().join(format!("{vendor}.toml"));
        let origin = self.proxy.as_ref().map_or(&self.server.origin, |proxy| &proxy.origin);
        format!(
            "journal = \"{}\"\n[vendors]\n{vendor} = \"{}\"\n[defaults]\nrequests_per_second = 1000\nsettle_delay = \"10ms\"\n\
             [providers.{vendor}.crm]\norigin = \"{origin}\"\n{}\n",
            self.path("unicontact.db").display(),
            description.display(),
            account.replace("KEY", &self.server.key),
        )
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and returns its path.
    pub(super) fn file(&self, name: &str, content: &str) -> String {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name).display().to_string()
    }

    pub(super) fn program(&self, arguments: &[&str]) -> Program {
        Program::new(arguments).configured(&self.configuration())
    }

    /// Creates one contact, and returns the report.
    pub(super) async fn create(&self, contact: &str) -> Ended {
        let file = self.file("contact.json", contact);
        self.program(&["create", &file, "--format", "json"]).run().await
    }

    /// Runs `contract` with a folder of fixtures.
    pub(super) async fn contract(&self, command: &str, fixtures: &Path, more: &[&str]) -> Ended {
        let to: &[&str] = if command == "test" { &[] } else { &["--to", "crm"] };
        let folder =
            ["--fixtures", fixtures.to_str().unwrap(), "--vendor", self.vendor(), "--format", "json"];
        self.program(&[&["contract", command], to, &folder, more].concat()).run().await
    }

    pub(super) fn vendor(&self) -> &'static str {
        self.described.vendor
    }

    pub(super) async fn import(&self, file: &str) -> Ended {
        self.program(&["import", file, "--format", "json"]).run().await
    }

    /// Makes every doubt an hour older.
    pub(super) fn advance_one_hour(&self) {
        aging::age(&self.path("unicontact.db"), Duration::from_hours(1));
    }

    /// Forgets every delivery.
    pub(super) fn lose_journal(&self) {
        for name in ["unicontact.db", "unicontact.db-wal", "unicontact.db-shm"] {
            let _ = std::fs::remove_file(self.path(name));
        }
    }

    /// Returns the sorted names of the contacts at the server, with duplicates.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = self.select(self.described.names);
        names.sort();
        names
    }

    /// Returns the ids of the contacts at the server.
    pub(super) fn ids(&self) -> Vec<String> {
        self.select(self.described.ids)
    }

    fn select(&self, query: &str) -> Vec<String> {
        let database = Connection::open(self.server.folder.path().join(self.described.database)).unwrap();
        let mut statement = database.prepare(query).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Returns the journal's deliveries with an outcome.
    async fn recorded(&self, outcome: &str) -> Vec<Value> {
        let list = ["deliveries", "list", "--outcome", outcome, "--format", "json"];
        self.program(&list).run().await.expect_code(0).json_lines()
    }

    /// Fails if somebody of an import is at the server twice, if the journal says that somebody was created who is not there, or if
    /// somebody is there of whom it does not know. Returns the number of those in doubt.
    pub(super) async fn expect_nobody_twice_and_nobody_lost(&self, count: usize) -> usize {
        let created = self.recorded("created").await;
        let in_doubt = self.recorded("in_doubt").await.len();
        let (names, ids) = (self.names(), self.ids());
        let present: BTreeSet<&String> = names.iter().collect();
        assert_eq!(names.len(), present.len(), "somebody is there twice: {names:?}");
        let expected: BTreeSet<String> = (0..count).map(|number| format!("Person {number}")).collect();
        assert!(present.iter().all(|name| expected.contains(*name)), "{names:?}");
        for delivery in &created {
            assert!(ids.iter().any(|id| delivery["id"] == id.as_str()), "{delivery} is not there");
        }
        let unknown = names.len() - created.len();
        assert!(
            unknown <= in_doubt,
            "{unknown} are there unknown to the journal, and {in_doubt} are in doubt"
        );
        in_doubt
    }

    /// Imports again, each time an hour later, until everybody is there once and nobody is in doubt.
    pub(super) async fn finish(&self, file: &str, count: usize) {
        let mut last = None;
        for _ in 0..FINISHING_RUNS {
            self.advance_one_hour();
            let ended = self.import(file).await;
            let in_doubt = self.expect_nobody_twice_and_nobody_lost(count).await;
            if in_doubt == 0 && self.names().len() == count {
                ended.expect_code(0);
                return;
            }
            last = Some(ended);
        }
        panic!("after {FINISHING_RUNS} runs somebody is missing: {last:?}");
    }
}

/// The number of runs in which every doubt is resolved.
const FINISHING_RUNS: usize = 8;

/// Returns the folder of the scripts and descriptions.
pub(super) fn script_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("tests/servers")
}

/// Returns a CSV of people with an address each, and without ids.
pub(super) fn people(count: usize) -> String {
    let person = |number| format!("Person {number},p{number}@example.com\n");
    std::iter::once("Name,E-mail\n".to_owned()).chain((0..count).map(person)).collect()
}

/// Returns a CSV of people with an id and an address each.
pub(super) fn people_with_ids(count: usize) -> String {
    let person = |number| format!("id-{number},Person {number},p{number}@example.com\n");
    std::iter::once("External ID,Name,E-mail\n".to_owned()).chain((0..count).map(person)).collect()
}

/// Returns the first delivery of a report.
pub(super) fn delivery(ended: &Ended) -> Value {
    ended.json()["deliveries"][0].clone()
}
