//! The format of a fixture, and reading all of them.
//!
//! Its rule: reading is strict. An unknown key, a contact that is not there or an expectation that says two things is
//! an error that names the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use unicontact::providers::UnifiedContact;

/// The vendors, each of which has a folder of fixtures.
pub(crate) const VENDORS: [&str; 4] = ["smarttask", "emnify", "cloverhound", "onecloud"];

/// One exchange with a vendor, where it comes from, and what is expected of the adapter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fixture {
    #[serde(skip)]
    pub(crate) vendor: String,
    #[serde(skip)]
    pub(crate) scenario: String,
    pub(crate) provenance: Provenance,
    pub(crate) contact: String,
    #[serde(default)]
    pub(crate) provider: ProviderSettings,
    #[serde(default)]
    pub(crate) now: Option<jiff::Timestamp>,
    #[serde(default)]
    pub(crate) before: Vec<Preparation>,
    #[serde(default)]
    pub(crate) request: Option<ExpectedRequest>,
    #[serde(default)]
    pub(crate) answer: Option<GivenAnswer>,
    pub(crate) expect: Expectation,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provenance {
    pub(crate) kind: ProvenanceKind,
    pub(crate) source: String,
    pub(crate) date: String,
    pub(crate) note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProvenanceKind {
    Recorded,
    Documented,
    ThirdParty,
    Inferred,
}

/// What differs from the vendor's default test configuration. Never a secret.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderSettings {
    /// The configuration keys of the credentials that are set.
    pub(crate) credentials: Option<Vec<String>>,
    pub(crate) use_created: Option<bool>,
    pub(crate) contact_type: Option<Value>,
    pub(crate) time_zone: Option<String>,
    pub(crate) default_region: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Preparation {
    pub(crate) request: ExpectedRequest,
    pub(crate) answer: GivenAnswer,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectedRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) body: Option<Value>,
    #[serde(default)]
    pub(crate) form: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GivenAnswer {
    #[serde(default)]
    pub(crate) status: Option<u16>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) body: Option<Value>,
    #[serde(default)]
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) fault: Option<Fault>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    Reset,
    Cut,
    Hang,
    Refused,
}

/// Exactly one of the first five says what comes out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    #[serde(default)]
    pub(crate) created: Option<String>,
    #[serde(default)]
    pub(crate) existing: Option<String>,
    /// Of a search: the id, or `null` when nothing is there.
    #[serde(default, deserialize_with = "present")]
    pub(crate) found: Option<Value>,
    #[serde(default)]
    pub(crate) checked: Option<bool>,
    #[serde(default)]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) effect: Option<String>,
    #[serde(default)]
    pub(crate) transient: Option<bool>,
    #[serde(default)]
    pub(crate) status: Option<u16>,
    #[serde(default)]
    pub(crate) code: Option<String>,
    /// The vendor's words; compared only where they are given.
    #[serde(default)]
    pub(crate) message: Option<String>,
    #[serde(default)]
    pub(crate) retry_after_seconds: Option<u64>,
    #[serde(default)]
    pub(crate) retry_at: Option<String>,
    #[serde(default)]
    pub(crate) fields: Vec<ExpectedFieldError>,
    #[serde(default)]
    pub(crate) existing_id: Option<String>,
    /// The fate of every field of the contact; compared only where it is given.
    #[serde(default)]
    pub(crate) fates: Option<BTreeMap<String, String>>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectedFieldError {
    pub(crate) field: String,
    pub(crate) message: String,
}

/// What the adapter is asked to do. The name of the scenario says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Create,
    Find,
    Check,
}

impl Fixture {
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.vendor, self.scenario)
    }

    pub(crate) fn asked(&self) -> Asked {
        match self.scenario.split('_').next() {
            Some("find") => Asked::Find,
            Some("check") => Asked::Check,
            _ => Asked::Create,
        }
    }

    pub(crate) fn fault(&self) -> Option<Fault> {
        self.answer.as_ref().and_then(|answer| answer.fault)
    }

    pub(crate) fn contact(&self) -> UnifiedContact {
        contact(&self.contact)
    }

    /// What is wrong with it as a document.
    fn problem(&self) -> Option<&'static str> {
        let expect = &self.expect;
        let verdicts = [
            expect.created.is_some(),
            expect.existing.is_some(),
            expect.found.is_some(),
            expect.checked.is_some(),
            expect.kind.is_some(),
        ];
        let answers = self.answer.iter().chain(self.before.iter().map(|it| &it.answer));
        if verdicts.into_iter().filter(|given| *given).count() != 1 {
            Some("expect says not exactly one of created, existing, found, checked, kind")
        } else if expect.found.as_ref().is_some_and(|it| !it.is_null() && !it.is_string()) {
            Some("found is an id or null")
        } else if expect.kind.is_some() != (expect.effect.is_some() && expect.transient.is_some()) {
            Some("kind, effect and transient belong together")
        } else if self.request.is_some() != self.answer.is_some() {
            Some("request and answer belong together")
        } else if answers.into_iter().any(GivenAnswer::is_contradictory) {
            Some("an answer has a status or a fault, and a body or a text")
        } else if !self.before.is_empty() && self.fault().is_some() {
            Some("a fault cannot come after other exchanges")
        } else {
            None
        }
    }
}

impl GivenAnswer {
    fn is_contradictory(&self) -> bool {
        let is_cut = self.fault == Some(Fault::Cut);
        let has_status = self.status.is_some();
        let is_answered = self.fault.is_none() || is_cut;
        has_status != is_answered || (self.body.is_some() && self.text.is_some())
    }
}

/// A key that is there with `null` is not a key that is missing.
fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Every fixture of every vendor, in the order of their names.
pub(crate) fn all() -> Vec<Fixture> {
    VENDORS.into_iter().flat_map(of_vendor).collect()
}

pub(crate) fn of_vendor(vendor: &str) -> Vec<Fixture> {
    let files = files_in(&folder().join(vendor));
    files.iter().map(|path| read(vendor, path)).collect()
}

fn read(vendor: &str, path: &Path) -> Fixture {
    let text = std::fs::read_to_string(path).unwrap();
    let mut fixture: Fixture =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    vendor.clone_into(&mut fixture.vendor);
    fixture.scenario = stem(path);
    if let Some(problem) = fixture.problem() {
        panic!("{}: {problem}", path.display());
    }
    fixture
}

/// A contact of `fixtures/contacts`.
pub(crate) fn contact(name: &str) -> UnifiedContact {
    UnifiedContact::from_json(contact_document(name))
        .unwrap_or_else(|error| panic!("contact {name}: {error}"))
}

/// The same as it is written.
pub(crate) fn contact_document(name: &str) -> Value {
    let path = folder().join("contacts").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder, in the order of their names.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
