//! Fixtures that `contract record` makes at a server that others wrote, from the small folder `tests/servers/fixtures`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::office::{Described, Office, script_folder};
use crate::program::Program;

/// Somebody who is at the server already, and is in no fixture.
pub(super) const STRANGER: &str = r#"{"external_id": "S-1", "name": "Grace Stranger", "emails": ["grace@stranger.test"], "phones": ["+491711234567"]}"#;
/// What identifies the stranger.
const OF_THE_STRANGER: [&str; 5] = ["Grace", "Stranger", "stranger.test", "1711234567", "S-1"];

/// The fixtures that were recorded at a server, and the server.
pub(super) struct Recording {
    office: Office,
    out: TempDir,
    report: Value,
}

/// Returns the folder of the fixtures that come with the servers.
pub(super) fn fixtures() -> PathBuf {
    script_folder().join("fixtures")
}

/// Returns the names of an object's members.
pub(super) fn names_in(value: &Value) -> Vec<String> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

impl Recording {
    /// Records the fixtures of a vendor at a server with one other contact.
    pub(super) async fn new(described: &'static Described) -> Self {
        let office = Office::start(described);
        office.create(STRANGER).await.expect_code(0);
        let out = tempfile::tempdir().unwrap();
        let report = office
            .contract("record", &fixtures(), &["--out", out.path().to_str().unwrap()])
            .await
            .expect_code(0)
            .json();
        Self { office, out, report }
    }

    /// Returns one recorded fixture.
    pub(super) fn fixture(&self, scenario: &str) -> Value {
        let path = self.out.path().join(self.office.vendor()).join(format!("{scenario}.json"));
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    /// Fails unless every call was recorded, without a secret, the account and anything of somebody else.
    pub(super) fn expect_no_foreign_data(&self, account: &[&str]) {
        assert_eq!(self.report["not_run"], json!([]), "{:#}", self.report);
        let text = everything_in(self.out.path());
        let origin = self.office.server.origin.trim_start_matches("http://");
        let others = OF_THE_STRANGER.into_iter().chain(account.iter().copied());
        for value in others.chain([self.office.server.key.as_str(), origin]) {
            assert!(!text.contains(value), "{value}: {text}");
        }
        assert!(text.contains("a server on the machine on which it was recorded"), "{text}");
    }

    /// Fails unless the recorded folder replays without a difference.
    pub(super) async fn expect_replay(&self) {
        let replayed = self.office.contract("test", self.out.path(), &[]).await.expect_code(0).json();
        assert_eq!(replayed["failed"], 0, "{replayed:#}");
    }

    /// Fails if the server that was recorded differs from its recording. The contacts are created once more.
    pub(super) async fn expect_no_finding(&self) {
        let compared = self.office.contract("compare", self.out.path(), &[]).await.expect_code(0).json();
        assert_eq!(compared["findings"], json!([]), "{compared:#}");
    }
}

#[tokio::test]
async fn the_fixtures_that_come_with_the_servers_replay_without_a_server() {
    let vendors = fs::read_dir(fixtures().join("providers")).unwrap().map(|entry| entry.unwrap().path());
    let vendors: Vec<String> =
        vendors.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let described = vendors.iter().map(|vendor| {
        let description = script_folder().join(format!("{vendor}.toml"));
        format!("{vendor} = \"{}\"\n", description.display())
    });
    let configuration = format!("[vendors]\n{}", described.collect::<String>());
    let folder = fixtures();
    let arguments = ["contract", "test", "--format", "json", "--fixtures", folder.to_str().unwrap()];
    let replayed = Program::new(&arguments).configured(&configuration).run().await.expect_code(0).json();
    assert_eq!(replayed["failed"], 0, "{replayed:#}");
}

fn everything_in(folder: &Path) -> String {
    let text = |path: PathBuf| {
        if path.is_dir() { everything_in(&path) } else { fs::read_to_string(path).unwrap() }
    };
    fs::read_dir(folder).unwrap().map(|entry| text(entry.unwrap().path())).collect()
}
