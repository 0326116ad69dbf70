//! The journal of the built command: second runs, killed runs, unusable files, and commands that settle deliveries.
//!
//! Stand-ins count the requests: over all runs, no vendor may get a create that could make a second contact.

mod checked;
mod deliveries;
mod erasure;
mod export;
mod killed;
mod late;
mod list;
mod retry;
mod second_run;
mod settling;
mod story;
mod unusable;

use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::hostile::{NO_KEYS, StandIn, Vendor};
use crate::program::{Ended, Program, Running};

/// Runs that share one journal.
pub(crate) struct Office {
    folder: TempDir,
    providers: String,
}

impl Office {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), providers: String::new() }
    }

    pub(crate) fn with(mut self, vendor: Vendor, stand_in: &StandIn, keys: &str) -> Self {
        self.providers.push_str(&vendor.configuration(&stand_in.url(), keys));
        self
    }

    /// Adds a provider with this name.
    pub(crate) fn with_name(mut self, name: &str, vendor: Vendor, stand_in: &StandIn) -> Self {
        let configuration = vendor.configuration(&stand_in.url(), NO_KEYS);
        let usual = format!("[providers.{0}.{0}]", vendor.name());
        assert!(configuration.contains(&usual), "{configuration}");
        let named = format!("[providers.{}.{name}]", vendor.name());
        self.providers.push_str(&configuration.replace(&usual, &named));
        self
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.path().join("unicontact.db")
    }

    pub(crate) fn program(&self, arguments: &[&str]) -> Program {
        self.program_with(&self.journal().display().to_string(), arguments)
    }

    pub(crate) fn program_with(&self, journal: &str, arguments: &[&str]) -> Program {
        let settings =
            "[defaults]\ntimeout = \"50s\"\ndeadline = \"59s\"\nsettle_delay = \"10ms\"\nmax_attempts = 1\n";
        let configuration = format!("journal = \"{journal}\"\n{settings}{}", self.providers);
        Program::new(arguments).configured(&configuration)
    }

    /// Imports contacts with these ids.
    pub(crate) async fn import(&self, ids: std::ops::Range<u32>) -> Ended {
        let row = |id| format!("{id},Ada King {id},ada{id}@example.com");
        let rows = ids.map(row).collect::<Vec<_>>().join("\n");
        let people = format!("external_id,name,email\n{rows}\n");
        self.program(&["import", "people.csv"]).file("people.csv", people).run().await
    }

    /// Ages the journal by one hour: every vendor has finished or dropped its requests.
    pub(crate) fn advance_one_hour(&self) {
        crate::aging::age(&self.journal(), std::time::Duration::from_hours(1));
    }

    /// Creates one contact.
    pub(crate) async fn create(&self, arguments: &[&str]) -> Ended {
        self.program(&[CREATE, arguments].concat()).run().await
    }

    pub(crate) async fn start_create(&self) -> Running {
        self.program(CREATE).start().await
    }

    pub(crate) async fn deliveries(&self, arguments: &[&str]) -> Ended {
        self.program(&[&["deliveries"], arguments].concat()).run().await
    }

    /// Returns what `deliveries show` prints of a delivery.
    pub(crate) async fn show(&self, key: &str) -> Value {
        self.deliveries(&["show", key, "--format", "json"]).await.expect_code(0).json()
    }

    /// Returns the provider and the outcome of each listed delivery.
    pub(crate) async fn list(&self) -> Vec<(String, String)> {
        let ended = self.deliveries(&["list", "--format", "json"]).await.expect_code(0);
        let word = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
        ended.json_lines().iter().map(|line| (word(line, "provider"), word(line, "outcome"))).collect()
    }
}

const CREATE: &[&str] = &["create", "--external-id", "42", "--name", "Ada King", "--format", "json"];

/// Returns the outcomes in a report.
pub(crate) fn outcomes(ended: &Ended) -> Vec<String> {
    let report = ended.json();
    let deliveries = report["deliveries"].as_array().unwrap().iter();
    deliveries.map(|delivery| delivery["outcome"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn delivery(ended: &Ended) -> Value {
    ended.json()["deliveries"][0].clone()
}
