//! The search for leaks in all output of a run, with everything logged. Every leak is reported by its vendor.

use serde_json::Value;

use crate::hostile::{Script, StandIn, Vendor};
use crate::markers::{contact_in, secrets_in};
use crate::program::{Ended, Program};

const DEFAULTS: &str = "journal = \"off\"\n[defaults]\ntimeout = \"2s\"\ndeadline = \"4s\"\nsettle_delay = \"10ms\"\nmax_attempts = 1\n";
const CREATE: [&str; 2] = ["create", "contact.json"];

/// The output of a run and its leaks.
pub(crate) struct Told {
    pub(crate) ended: Ended,
    pub(crate) leaks: Vec<String>,
    vendor: Vendor,
}

/// Runs the command against one vendor.
pub(crate) async fn run(arguments: &[&str], vendor: Vendor, script: Script, contact: &Value) -> Told {
    let stand_in = StandIn::start(vendor, script).await;
    let mut told = run_at(arguments, vendor, &stand_in.url(), contact).await;
    for request in stand_in.received() {
        // A credential in an encoded form counts as well.
        let credential = request.authorization.split(' ').next_back().unwrap_or_default();
        if !credential.is_empty() && format!("{:?}", told.ended).contains(credential) {
            told.leaks.push(format!("{}: the authorization header is shown", vendor.name()));
        }
    }
    told
}

/// Runs the command against this address.
pub(crate) async fn run_at(arguments: &[&str], vendor: Vendor, base_url: &str, contact: &Value) -> Told {
    let configuration = format!("{DEFAULTS}{}", vendor.configuration(base_url, ""));
    let ended = Program::new(arguments)
        .configured(&configuration)
        .file("contact.json", contact.to_string())
        .variable("RUST_LOG", "trace")
        .run()
        .await;
    assert_ne!(ended.code, 2, "{}: it did not begin: {ended:#?}", vendor.name());
    let mut told = Told { ended, leaks: Vec::new(), vendor };
    for text in [told.ended.stdout.clone(), told.ended.stderr.clone()] {
        told.note("a credential is shown", &secrets_in(&text));
    }
    let logged = told.ended.stderr.clone();
    told.note("the contact is logged", &contact_in(&logged));
    told
}

/// Runs `create` at one vendor in both formats and returns the leaks, also those in the error.
pub(crate) async fn create(vendor: Vendor, script: Script, contact: &Value) -> Vec<String> {
    let json = [&CREATE as &[&str], &["--format", "json"]].concat();
    let mut machine = run(&json, vendor, script.clone(), contact).await;
    let error = machine.error().to_string();
    machine.note("the error shows the contact", &contact_in(&error));
    let mut human = run(&CREATE, vendor, script, contact).await;
    let printed = human.ended.stdout.clone();
    human.note("the contact is printed", &contact_in(&printed));
    [machine.leaks, human.leaks].concat()
}

/// Fails if there are leaks, and lists them.
#[track_caller]
pub(crate) fn expect_none(leaks: &[String]) {
    assert!(leaks.is_empty(), "\n{}", leaks.join("\n"));
}

impl Told {
    fn note(&mut self, what: &str, words: &[&str]) {
        if !words.is_empty() {
            self.leaks.push(format!("{}: {what}: {}", self.vendor.name(), words.join(" ")));
        }
    }

    /// Returns the error of the only delivery of a report.
    pub(crate) fn error(&self) -> Value {
        self.ended.json()["deliveries"][0]["error"].take()
    }
}
