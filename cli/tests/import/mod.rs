//! `unicontact import` of the built command against the sandbox. Tests compare its output with the contacts at the
//! vendors, and wait for requests, not for a fixed time.

mod again;
use crate::aging;
mod bad_cells;
mod broken_input;
mod crm_exports;
mod duplicates;
mod encodings;
mod files;
mod folders;
mod identity;
mod ids;
mod interrupted;
mod kept_rejects;
mod killed;
#[cfg(unix)]
mod links;
mod namesakes;
mod numbers;
mod outputs;
mod paused;
mod pipes;
use crate::program;
mod reasons;
mod rejects_again;
mod screens;
mod sheets;
mod stored_journal;
mod stored_readings;
mod summary;
mod verify;
mod waiting;
#[expect(dead_code, reason = "an import needs only simple sheets")]
#[path = "../../../files/tests/xlsx/mod.rs"]
mod xlsx;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use program::{Ended, Program};
use serde_json::Value;
use tempfile::TempDir;
use unicontact_sandbox::{Faults, Options, Rule, Sandbox, Vendor};

pub(crate) const VENDORS: [(Vendor, &str); 4] = [
    (Vendor::SmartTask, "acme"),
    (Vendor::Emnify, "iot"),
    (Vendor::Cloverhound, "voice"),
    (Vendor::OneCloud, "jakarta"),
];

/// Four vendors, and runs that share a journal.
pub(crate) struct Office {
    pub(crate) sandbox: Sandbox,
    /// The vendors, and the names of their providers.
    pub(crate) vendors: Vec<(Vendor, &'static str)>,
    folder: TempDir,
    settings: String,
}

impl Office {
    pub(crate) async fn new() -> Self {
        Self::with_faults([]).await
    }

    pub(crate) async fn with_faults(rules: impl IntoIterator<Item = Rule>) -> Self {
        Self::at(&VENDORS, rules).await
    }

    /// Starts these vendors with these faults.
    pub(crate) async fn at(
        vendors: &[(Vendor, &'static str)],
        rules: impl IntoIterator<Item = Rule>,
    ) -> Self {
        let options = Options {
            vendors: vendors.iter().map(|(vendor, _)| *vendor).collect(),
            faults: Faults::new(11, rules),
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let settings = "requests_per_second = 1000\nsettle_delay = \"10ms\"\n".to_owned();
        Self { sandbox, vendors: vendors.to_vec(), folder: tempfile::tempdir().unwrap(), settings }
    }

    pub(crate) fn setting(mut self, line: &str) -> Self {
        self.settings.push_str(line);
        self.settings.push('\n');
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and returns its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name).display().to_string()
    }

    pub(crate) fn configuration(&self) -> String {
        let journal = self.path("unicontact.db");
        let head = format!("journal = \"{}\"\n[defaults]\n{}", journal.display(), self.settings);
        self.sandbox.configuration().replace("journal = \"off\"", &head)
    }

    pub(crate) fn program(&self, arguments: &[&str]) -> Program {
        Program::new(arguments).configured(&self.configuration())
    }

    /// Imports a file.
    pub(crate) async fn import(&self, file: &str, more: &[&str]) -> Ended {
        self.program(&[&["import", file, "--format", "json"], more].concat()).run().await
    }

    /// Returns the sorted names of the contacts at a vendor, with duplicates.
    pub(crate) fn names(&self, vendor: Vendor) -> Vec<String> {
        let mut names: Vec<String> =
            self.sandbox.contacts(vendor).iter().map(|contact| name(&contact.body)).collect();
        names.sort();
        names
    }

    /// Returns the number of contacts at each vendor.
    pub(crate) fn held(&self) -> [usize; 4] {
        VENDORS.map(|(vendor, _)| self.sandbox.contacts(vendor).len())
    }

    /// Waits until the vendors hold this many contacts in total.
    pub(crate) async fn wait_until_held(&self, contacts: usize) {
        let held = || self.vendors.iter().map(|(vendor, _)| self.sandbox.contacts(*vendor).len());
        while held().sum::<usize>() < contacts {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Sets the clocks of the vendors and the journal one hour forward.
    pub(crate) fn advance_one_hour(&self) {
        const HOUR: Duration = Duration::from_hours(1);
        self.sandbox.clock().advance(HOUR);
        aging::age(&self.path("unicontact.db"), HOUR);
    }

    /// Returns the contacts whose delivery to a provider is in doubt.
    pub(crate) async fn in_doubt(&self, provider: &str) -> BTreeSet<String> {
        let list = ["deliveries", "list", "--outcome", "in_doubt", "--to", provider, "--format", "json"];
        let ended = self.program(&list).run().await.expect_code(0);
        ended.json_lines().iter().map(|line| line["contact"].as_str().unwrap().to_owned()).collect()
    }
}

fn name(body: &Value) -> String {
    let keys = ["name", "full_name", "Name"];
    if let Some(name) = keys.iter().find_map(|key| body[key].as_str()) {
        return name.to_owned();
    }
    let parts = [["/properties/firstname", "/properties/lastname"], ["/FirstName", "/LastName"]];
    let parts = parts
        .iter()
        .find_map(|[given, family]| Some([body.pointer(given)?.as_str()?, body.pointer(family)?.as_str()?]));
    parts.unwrap().join(" ")
}

/// Returns a CSV of people whose ids are the numbers in their names.
pub(crate) fn people(count: usize) -> String {
    let person =
        |number| format!("{number},Person {number},p{number}@example.com,+4420794{}\n", 60_000 + number);
    std::iter::once("External ID,Name,E-mail,Phone\n".to_owned()).chain((0..count).map(person)).collect()
}

/// Returns one count of a summary.
pub(crate) fn count(summary: &Value, provider: &str, outcome: &str) -> u64 {
    summary["providers"][provider][outcome].as_u64().unwrap_or_else(|| panic!("{summary}"))
}

/// Returns the sum of a provider's counts in a summary.
pub(crate) fn total(summary: &Value, provider: &str) -> u64 {
    let counts = summary["providers"][provider].as_object().unwrap();
    counts.values().map(|count| count.as_u64().unwrap()).sum()
}
