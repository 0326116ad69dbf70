//! Runs the command with everything logged, and searches its output for leaks.

use serde_json::Value;
use unicontact::providers::UnifiedContact;

use crate::hostile::{Script, StandIn, Vendor};
use crate::leaks::markers::{contact_in, secrets_in};
use crate::program::{Ended, Program};

const DEFAULTS: &str = "journal = \"off\"\n[defaults]\ntimeout = \"2s\"\ndeadline = \"4s\"\nsettle_delay = \"10ms\"\nmax_attempts = 1\n";
const CREATE: [&str; 2] = ["create", "contact.json"];

/// A finished run, and the leaks in its output.
pub(crate) struct ScannedRun {
    pub(crate) ended: Ended,
    pub(crate) leaks: Vec<String>,
    vendor: Vendor,
}

/// Runs the command against one vendor.
pub(crate) async fn run(arguments: &[&str], vendor: Vendor, script: Script, contact: &Value) -> ScannedRun {
    let stand_in = StandIn::start(vendor, script).await;
    let mut scanned = run_at(arguments, vendor, &stand_in.url(), contact).await;
    for request in stand_in.received() {
        // The header may carry the credential in another form, such as Base64.
        let credential = request.authorization.split(' ').next_back().unwrap_or_default();
        if !credential.is_empty() && format!("{:?}", scanned.ended).contains(credential) {
            scanned.leaks.push(format!("{}: the authorization header is shown", vendor.name()));
        }
    }
    scanned
}

/// Runs the command against the vendor at this address.
pub(crate) async fn run_at(
    arguments: &[&str],
    vendor: Vendor,
    base_url: &str,
    contact: &Value,
) -> ScannedRun {
    let configuration = format!("{DEFAULTS}{}", vendor.configuration(base_url, ""));
    let ended = Program::new(arguments)
        .configured(&configuration)
        .file("contact.json", contact.to_string())
        .variable("RUST_LOG", "trace")
        .run()
        .await;
    assert_ne!(ended.code, 2, "{}: it did not begin: {ended:#?}", vendor.name());
    let mut scanned = ScannedRun { ended, leaks: Vec::new(), vendor };
    for text in [scanned.ended.stdout.clone(), scanned.ended.stderr.clone()] {
        scanned.add_leak("a credential is shown", &secrets_in(&text));
    }
    let logged = scanned.ended.stderr.clone();
    scanned.add_leak("the contact is logged", &contact_in(&logged));
    scanned
}

/// Runs `create` against one vendor in both formats, and returns the leaks in the output and in the error.
pub(crate) async fn create(vendor: Vendor, script: Script, contact: &Value) -> Vec<String> {
    let json = [&CREATE as &[&str], &["--format", "json"]].concat();
    let mut machine = run(&json, vendor, script.clone(), contact).await;
    let error = machine.error().to_string();
    machine.add_leak("the error shows the contact", &contact_in(&error));
    let mut human = run(&CREATE, vendor, script, contact).await;
    let printed = without_heading_name(&human.ended.stdout, contact);
    human.add_leak("the contact is printed", &contact_in(&printed));
    [machine.leaks, human.leaks].concat()
}

/// Returns the output without the name (else the e-mail address) and the id with which its first line begins for the person who sent the contact.
fn without_heading_name(printed: &str, contact: &Value) -> String {
    let contact = UnifiedContact::from_json(contact.clone()).unwrap();
    let address = || contact.emails.first().map(|email| email.address.as_str().to_owned());
    let name = contact.display_name().or_else(address).unwrap_or_default();
    let id = contact.external_id.map(|id| format!(" ({})", id.as_str())).unwrap_or_default();
    printed.strip_prefix(&format!("{name}{id}: ")).unwrap_or(printed).to_owned()
}

/// Fails with a list of all leaks.
#[track_caller]
pub(crate) fn expect_no_leaks(leaks: &[String]) {
    assert!(leaks.is_empty(), "\n{}", leaks.join("\n"));
}

impl ScannedRun {
    fn add_leak(&mut self, what: &str, words: &[&str]) {
        if !words.is_empty() {
            self.leaks.push(format!("{}: {what}: {}", self.vendor.name(), words.join(" ")));
        }
    }

    /// Returns the error of the report's only delivery.
    pub(crate) fn error(&self) -> Value {
        self.ended.json()["deliveries"][0]["error"].take()
    }
}
