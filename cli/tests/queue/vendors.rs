//! An office: four stand-in vendors and a configuration with a queue, for one test. Contacts at a vendor are recognized by their names.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;
use unicontact::journal::async_nats::jetstream::Context;
use unicontact_sandbox::{Faults, Options, RequestRecord, Rule, Sandbox, Vendor};

use crate::program::{Ended, Program};
use crate::queue::people::people;
use crate::queue::waiting::until;

pub(crate) const VENDORS: [(Vendor, &str); 4] = [
    (Vendor::SmartTask, "acme"),
    (Vendor::Emnify, "iot"),
    (Vendor::Cloverhound, "voice"),
    (Vendor::OneCloud, "jakarta"),
];

/// The name of the queue.
pub(crate) const QUEUE: &str = "office";
/// The stream of deliveries.
pub(crate) const DELIVERIES: &str = "office_deliveries";
pub(crate) const DEAD_LETTERS: &str = "office_dead_letters";

/// The file in a worker's folder with its stderr.
pub(crate) const LOG: &str = "stderr";
/// The number of log lines of each worker that a failed test prints.
const LOG_TAIL: usize = 30;

const SETTINGS: &str = "timeout = \"500ms\"\nsettle_delay = \"10ms\"\nrequests_per_second = 1000\n";

/// Four vendors and a configuration with a queue.
pub(crate) struct Office {
    pub(crate) sandbox: Arc<Sandbox>,
    folder: TempDir,
    url: String,
    queue: String,
    settings: String,
    replaced: Vec<(String, String)>,
}

impl Office {
    /// Returns an office with its queue at these addresses.
    pub(crate) async fn new(url: &str, rules: impl IntoIterator<Item = Rule>) -> Self {
        let options = Options { faults: Faults::new(11, rules), ..Options::default() };
        Self {
            sandbox: Arc::new(Sandbox::start(options).await.unwrap()),
            folder: tempfile::tempdir().unwrap(),
            url: url.to_owned(),
            queue: "lease = \"4s\"\n".to_owned(),
            settings: SETTINGS.to_owned(),
            replaced: Vec::new(),
        }
    }

    /// Sets a key of the queue's configuration.
    pub(crate) fn queue(mut self, line: &str) -> Self {
        self.queue = with(&self.queue, line);
        self
    }

    /// Sets a key of all providers' configuration.
    pub(crate) fn setting(mut self, line: &str) -> Self {
        self.settings = with(&self.settings, line);
        self
    }

    /// Replaces a text in the configuration of the providers.
    pub(crate) fn replacing(mut self, words: &str, others: &str) -> Self {
        self.replaced.push((words.to_owned(), others.to_owned()));
        self
    }

    /// Returns an office with the same vendors and queue, and another text in its configuration.
    pub(crate) fn with_other(&self, words: &str, others: &str) -> Self {
        let other = Self {
            sandbox: Arc::clone(&self.sandbox),
            folder: tempfile::tempdir().unwrap(),
            url: self.url.clone(),
            queue: self.queue.clone(),
            settings: self.settings.clone(),
            replaced: self.replaced.clone(),
        };
        other.replacing(words, others)
    }

    pub(crate) fn configuration(&self) -> String {
        let (url, queue, settings) = (&self.url, &self.queue, &self.settings);
        let head = format!("[queue]\nurl = \"{url}\"\nname = \"{QUEUE}\"\n{queue}\n[defaults]\n{settings}");
        let text = self.sandbox.configuration().replace("journal = \"off\"\n", &head);
        let replace = |text: String, (words, others): &(String, String)| {
            assert!(text.contains(words), "{text}");
            text.replace(words, others)
        };
        self.replaced.iter().fold(text, replace)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and returns its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Writes a file of `count` people, and returns its path.
    pub(crate) fn people(&self, count: usize) -> String {
        self.file("people.csv", &people(count))
    }

    pub(crate) fn program(&self, arguments: &[&str]) -> Program {
        Program::new(arguments).configured(&self.configuration())
    }

    /// Imports a file into the queue.
    pub(crate) async fn import(&self, file: &str) -> Ended {
        self.program(&["import", file, "--queue", "--format", "json"]).run().await
    }

    pub(crate) async fn status(&self) -> Value {
        self.program(&["status", "--format", "json"]).run().await.expect_code(0).json()
    }

    /// Waits for a status that `is_so` accepts. During an election, the servers may not return one.
    pub(crate) async fn wait_for_status(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let ask = async || {
            let asked = self.program(&["status", "--format", "json"]).run().await;
            if asked.code != 0 && asked.stderr.contains("cannot be reached") {
                return None;
            }
            Some(asked.expect_code(0).json()).filter(&is_so)
        };
        until(what, ask).await
    }

    /// Waits until the queue is empty, as long as it shrinks.
    pub(crate) async fn wait_until_empty(&self) {
        let mut before = u64::MAX;
        while before > 0 {
            let status = self.wait_for_status("the queue shrinks", |status| left(status) < before).await;
            before = left(&status);
        }
    }

    /// Returns the deliveries that the command lists.
    pub(crate) async fn listed(&self) -> Vec<Value> {
        let list = ["deliveries", "list", "--queue", "--format", "json"];
        self.program(&list).run().await.expect_code(0).json_lines()
    }

    /// Returns the listed contacts with an outcome at a provider.
    pub(crate) fn with_outcome(listed: &[Value], provider: &str, outcome: &str) -> BTreeSet<String> {
        let is_so = |line: &&Value| line["provider"] == provider && line["outcome"] == outcome;
        listed.iter().filter(is_so).map(|line| line["contact"].as_str().unwrap().to_owned()).collect()
    }

    /// Returns the numbers of the people at a vendor, with duplicates.
    pub(crate) fn numbers(&self, vendor: Vendor) -> Vec<String> {
        let number = |body: &Value| {
            let name = ["name", "full_name", "Name"].iter().find_map(|key| body[key].as_str()).unwrap();
            name.strip_prefix("Person ").unwrap().to_owned()
        };
        self.sandbox.contacts(vendor).iter().map(|contact| number(&contact.body)).collect()
    }

    /// Returns the number of contacts at each vendor.
    pub(crate) fn held(&self) -> [usize; 4] {
        VENDORS.map(|(vendor, _)| self.sandbox.tally(vendor).held)
    }

    /// Waits until the vendors have so many contacts in all.
    pub(crate) async fn wait_for_contacts(&self, contacts: usize) {
        let is_so = async || (self.held().iter().sum::<usize>() >= contacts).then_some(());
        until("the vendors have so many contacts", is_so).await;
    }

    /// Returns the requests that create a contact.
    pub(crate) fn creates(&self, vendor: Vendor) -> Vec<RequestRecord> {
        let is_create =
            |request: &RequestRecord| request.method == "POST" && request.path.contains("/contact");
        self.sandbox.requests(vendor).into_iter().filter(is_create).collect()
    }

    /// Fails unless each vendor has each of so many people once.
    #[track_caller]
    pub(crate) fn assert_everybody_once(&self, people: usize) {
        for (vendor, provider) in VENDORS {
            let numbers = self.numbers(vendor);
            let there: BTreeSet<&String> = numbers.iter().collect();
            assert_eq!((numbers.len(), there.len()), (people, people), "{provider}");
        }
    }
}

impl Drop for Office {
    /// Prints the ends of the workers' logs if a test fails.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        eprintln!("contacts at the vendors: {:?}", self.held());
        for entry in std::fs::read_dir(self.folder.path()).unwrap().flatten() {
            let Ok(log) = std::fs::read_to_string(entry.path().join(LOG)) else { continue };
            let lines: Vec<&str> = log.lines().collect();
            let tail = &lines[lines.len().saturating_sub(LOG_TAIL)..];
            eprintln!("end of the log of {}:\n{}", entry.file_name().display(), tail.join("\n"));
        }
    }
}

/// Returns the lines with `line` in the place of the one with the same key.
fn with(lines: &str, line: &str) -> String {
    let key = |line: &str| line.split('=').next().unwrap().trim().to_owned();
    let others = lines.split_inclusive('\n').filter(|it| key(it) != key(line));
    others.chain([line, "\n"]).collect()
}

/// Returns the number of messages in the queue.
pub(crate) async fn queued(context: &Context) -> u64 {
    let Ok(stream) = context.get_stream(DELIVERIES).await else { return 0 };
    stream.cached_info().state.messages
}

/// Returns a number of a provider.
pub(crate) fn number(document: &Value, provider: &str, key: &str) -> u64 {
    document["providers"][provider][key].as_u64().unwrap_or_else(|| panic!("{key} of {provider}: {document}"))
}

/// Returns the number of deliveries that wait or are in flight at a provider.
pub(crate) fn left_at(status: &Value, provider: &str) -> u64 {
    let provider = &status["providers"][provider];
    ["waiting", "in_flight"].iter().filter_map(|key| provider[key].as_u64()).sum()
}

/// Returns the number of deliveries that wait or are in flight.
pub(crate) fn left(status: &Value) -> u64 {
    VENDORS.iter().map(|(_, provider)| left_at(status, provider)).sum()
}
