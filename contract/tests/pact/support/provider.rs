//! A sandbox that enters the state of an interaction on request of the verifier.
//!
//! It enters a state by requests, time and faults, and returns the valid credentials of that state.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use unicontact_providers::http::Answer;
use unicontact_providers::testkit::{Behaviour, Received, Server};
use unicontact_sandbox::{Clock, Faults, Options, Sandbox, Vendor};

use super::accounts::{self, Account};
use super::client::Client;
use super::faults;

/// 2026-11-20T10:00:00Z.
const NOW: Timestamp = Timestamp::constant(1_795_168_800, 0);
/// Longer than the lifetime of every token.
const TOKENS_EXPIRED: SignedDuration = SignedDuration::from_hours(5);

/// A vendor's stand-in, and the server for its state changes.
pub(crate) struct Provider {
    url: String,
    states: Server,
    _sandbox: Arc<Sandbox>,
}

/// Changes the state of a stand-in.
struct StateChanger {
    vendor: Vendor,
    client: Client,
    passed: Arc<AtomicI64>,
    interaction: Value,
    sandbox: Arc<Sandbox>,
}

impl Provider {
    pub(crate) async fn start(vendor: Vendor, interaction: Value) -> Self {
        let passed = Arc::new(AtomicI64::new(0));
        let seconds = Arc::clone(&passed);
        let clock = Clock::new(move || NOW + SignedDuration::from_secs(seconds.load(Ordering::SeqCst)));
        let sandbox = Arc::new(Sandbox::start(Options { clock, ..Options::default() }).await.unwrap());
        let url = sandbox.base_url(vendor);
        let client = Client::new(&url);
        let changer = StateChanger { vendor, client, passed, interaction, sandbox: Arc::clone(&sandbox) };
        let states = Server::start(move |request| {
            // The sandbox must be able to answer in the meantime.
            tokio::task::block_in_place(|| Behaviour::Answer(changer.handle(request)))
        })
        .await
        .unwrap();
        Self { url, states, _sandbox: sandbox }
    }

    pub(crate) fn port(&self) -> String {
        self.url.rsplit(':').next().unwrap().to_owned()
    }

    pub(crate) fn state_change_url(&self) -> String {
        self.states.url()
    }
}

impl StateChanger {
    fn handle(&self, request: &Received) -> Answer {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        if body["action"] != "setup" {
            return json_answer(&json!({}));
        }
        let state = body["state"].as_str().unwrap();
        json_answer(&self.enter(state.split(", as in ").next().unwrap_or_default()))
    }

    /// Enters a state, and returns its credentials.
    fn enter(&self, state: &str) -> Value {
        match state {
            "the credentials are not good" => accounts::bad(self.vendor, &self.interaction),
            "the token has expired" => {
                let credentials = accounts::expiring(self.vendor, &self.client);
                self.passed.fetch_add(TOKENS_EXPIRED.as_secs(), Ordering::SeqCst);
                credentials
            }
            "a similar contact is there already" => {
                let credentials = self.good();
                self.create(&credentials, &self.interaction["request"]["body"]["content"]);
                credentials
            }
            "the contact is there" | "the contact is not there" | "a contact is there that resembles it" => {
                let credentials = self.good();
                self.create_listed(&credentials);
                credentials
            }
            "the credentials are good" | "the credentials for a login are good" => self.good(),
            "too many requests came before" if self.interaction["key"] == "login_locked_out" => {
                self.locked_out()
            }
            "too many requests came before"
            | "the service is out of order"
            | "something in between blocks the request" => {
                let credentials = self.good();
                self.set_faults(&faults::for_interaction(&self.interaction));
                credentials
            }
            "the quota is used up" => {
                let credentials = self.good();
                self.set_faults(faults::QUOTA);
                self.create(&credentials, &self.interaction["request"]["body"]["content"]);
                credentials
            }
            other => panic!("unknown provider state: {other}"),
        }
    }

    fn good(&self) -> Value {
        accounts::good(self.vendor, &self.client)
    }

    fn set_faults(&self, faults: &str) {
        let faults = Faults::from_toml(faults).unwrap();
        Handle::current().block_on(self.sandbox.set_faults(faults));
    }

    /// Makes three wrong logins in a row, so that the next one is refused.
    fn locked_out(&self) -> Value {
        let credentials = self.good();
        for _ in 0..3 {
            let wrong = json!({"application_token": "wrong"});
            self.client.post("/api/v1/authenticate", &wrong, &Account::nobody());
        }
        credentials
    }

    /// Creates the contacts of the example's list.
    fn create_listed(&self, credentials: &Value) {
        for listed in self.interaction["response"]["body"]["content"].as_array().unwrap() {
            let mut contact = listed.clone();
            for key in ["id", "organisation"] {
                contact.as_object_mut().unwrap().remove(key);
            }
            self.create(credentials, &contact);
        }
    }

    fn create(&self, credentials: &Value, contact: &Value) {
        let path = self.interaction["request"]["path"].as_str().unwrap();
        self.client.post(path, contact, &Account::from_credentials(credentials));
    }
}

fn json_answer(values: &Value) -> Answer {
    Answer::new(200).with_header("content-type", "application/json").with_body(values.to_string())
}
