//! Four vendors, and the command with a queue for them.
//!
//! Its rule: every office has vendors and a configuration of its own; what is at a vendor is known by the names there.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;
use unicontact::journal::async_nats::jetstream::Context;
use unicontact_sandbox::{Faults, Options, Rule, Sandbox, SeenRequest, Vendor};

use crate::people::people;
use crate::program::{Ended, Program};
use crate::waiting::until;

pub(crate) const VENDORS: [(Vendor, &str); 4] = [
    (Vendor::SmartTask, "acme"),
    (Vendor::Emnify, "iot"),
    (Vendor::Cloverhound, "voice"),
    (Vendor::OneCloud, "jakarta"),
];

/// The name of the queue.
pub(crate) const QUEUE: &str = "office";
/// The stream of what is to be delivered.
pub(crate) const DELIVERIES: &str = "office_deliveries";
pub(crate) const DEAD_LETTERS: &str = "office_dead_letters";

/// The file in a worker's folder with what it says.
pub(crate) const LOG: &str = "stderr";
/// So many lines of it are told of each worker when a test fails.
const LAST: usize = 30;

const SETTINGS: &str = "timeout = \"500ms\"\nsettle_delay = \"10ms\"\nrequests_per_second = 1000\n";

/// Four vendors and a configuration with a queue.
pub(crate) struct Office {
    pub(crate) sandbox: Sandbox,
    folder: TempDir,
    url: String,
    queue: String,
    settings: String,
    replaced: Vec<(String, String)>,
}

impl Office {
    /// With its queue at these addresses.
    pub(crate) async fn at(url: &str, rules: impl IntoIterator<Item = Rule>) -> Self {
        let options = Options { faults: Faults::new(11, rules), ..Options::default() };
        Self {
            sandbox: Sandbox::start(options).await.unwrap(),
            folder: tempfile::tempdir().unwrap(),
            url: url.to_owned(),
            queue: "lease = \"4s\"\n".to_owned(),
            settings: SETTINGS.to_owned(),
            replaced: Vec::new(),
        }
    }

    /// One more line about the queue, or another one in the place of what is said about the same.
    pub(crate) fn queue(mut self, line: &str) -> Self {
        self.queue = with(&self.queue, line);
        self
    }

    /// One more line about all providers, or another one in the place of what is said about the same.
    pub(crate) fn setting(mut self, line: &str) -> Self {
        self.settings = with(&self.settings, line);
        self
    }

    /// Other words in the configuration of the providers.
    pub(crate) fn replacing(mut self, words: &str, others: &str) -> Self {
        self.replaced.push((words.to_owned(), others.to_owned()));
        self
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

    /// Writes a file of that name and returns its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// A file of so many people.
    pub(crate) fn people(&self, count: usize) -> String {
        self.file("people.csv", &people(count))
    }

    pub(crate) fn program(&self, arguments: &[&str]) -> Program {
        Program::new(arguments).configured(&self.configuration())
    }

    /// Puts a file into the queue.
    pub(crate) async fn import(&self, file: &str) -> Ended {
        self.program(&["import", file, "--queue", "--format", "json"]).run().await
    }

    pub(crate) async fn status(&self) -> Value {
        self.program(&["status", "--format", "json"]).run().await.expect_code(0).json()
    }

    /// Waits for a status that is as asked. Servers that choose a leader may give none.
    pub(crate) async fn status_that(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let ask = async || {
            let asked = self.program(&["status", "--format", "json"]).run().await;
            if asked.code != 0 && asked.stderr.contains("cannot be reached") {
                return None;
            }
            Some(asked.expect_code(0).json()).filter(&is_so)
        };
        until(what, ask).await
    }

    /// Waits until nothing waits and nothing is under way, for as long as it becomes less.
    pub(crate) async fn is_done(&self) {
        let mut before = u64::MAX;
        while before > 0 {
            let status = self.status_that("less is left in the queue", |status| left(status) < before).await;
            before = left(&status);
        }
    }

    /// What the journal knows.
    pub(crate) async fn listed(&self) -> Vec<Value> {
        let list = ["deliveries", "list", "--queue", "--format", "json"];
        self.program(&list).run().await.expect_code(0).json_lines()
    }

    /// The contacts that the journal tells with an outcome at a provider.
    pub(crate) fn told(listed: &[Value], provider: &str, outcome: &str) -> BTreeSet<String> {
        let is_so = |line: &&Value| line["provider"] == provider && line["outcome"] == outcome;
        listed.iter().filter(is_so).map(|line| line["contact"].as_str().unwrap().to_owned()).collect()
    }

    /// The numbers of the people at a vendor, each as often as they are there.
    pub(crate) fn numbers(&self, vendor: Vendor) -> Vec<String> {
        let number = |body: &Value| {
            let name = ["name", "full_name", "Name"].iter().find_map(|key| body[key].as_str()).unwrap();
            name.strip_prefix("Person ").unwrap().to_owned()
        };
        self.sandbox.contacts(vendor).iter().map(|contact| number(&contact.body)).collect()
    }

    /// How many contacts each vendor holds.
    pub(crate) fn held(&self) -> [usize; 4] {
        VENDORS.map(|(vendor, _)| self.sandbox.tally(vendor).held)
    }

    /// Waits until the vendors hold so many contacts in all.
    pub(crate) async fn holds(&self, contacts: usize) {
        let is_so = async || (self.held().iter().sum::<usize>() >= contacts).then_some(());
        until("the vendors hold so many contacts", is_so).await;
    }

    /// The requests that would create a contact.
    pub(crate) fn creates(&self, vendor: Vendor) -> Vec<SeenRequest> {
        let is_create = |request: &SeenRequest| request.method == "POST" && request.path.contains("/contact");
        self.sandbox.requests(vendor).into_iter().filter(is_create).collect()
    }

    /// Fails unless each of so many people is at each vendor, once.
    #[track_caller]
    pub(crate) fn has_everybody_once(&self, people: usize) {
        for (vendor, provider) in VENDORS {
            let numbers = self.numbers(vendor);
            let there: BTreeSet<&String> = numbers.iter().collect();
            assert_eq!((numbers.len(), there.len()), (people, people), "{provider}");
        }
    }
}

impl Drop for Office {
    /// Where a test fails, what the workers said last tells why.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        eprintln!("the vendors hold {:?}", self.held());
        for entry in std::fs::read_dir(self.folder.path()).unwrap().flatten() {
            let Ok(log) = std::fs::read_to_string(entry.path().join(LOG)) else { continue };
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(LAST)..];
            eprintln!("{} said last:\n{}", entry.file_name().display(), last.join("\n"));
        }
    }
}

/// The lines with one more, in the place of that with the same key.
fn with(lines: &str, line: &str) -> String {
    let key = |line: &str| line.split('=').next().unwrap().trim().to_owned();
    let others = lines.split_inclusive('\n').filter(|it| key(it) != key(line));
    others.chain([line, "\n"]).collect()
}

/// How many messages wait in the queue.
pub(crate) async fn queued(context: &Context) -> u64 {
    let Ok(stream) = context.get_stream(DELIVERIES).await else { return 0 };
    stream.cached_info().state.messages
}

/// A number about a provider.
pub(crate) fn number(document: &Value, provider: &str, key: &str) -> u64 {
    document["providers"][provider][key].as_u64().unwrap_or_else(|| panic!("{key} of {provider}: {document}"))
}

/// How many deliveries wait or are under way at a provider. One that is not told of has none.
pub(crate) fn left_at(status: &Value, provider: &str) -> u64 {
    let told = &status["providers"][provider];
    ["waiting", "in_flight"].iter().filter_map(|key| told[key].as_u64()).sum()
}

/// How many deliveries wait or are under way.
pub(crate) fn left(status: &Value) -> u64 {
    VENDORS.iter().map(|(_, provider)| left_at(status, provider)).sum()
}
