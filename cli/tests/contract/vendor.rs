//! A vendor that answers every create like one fixture, with a change by the test.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tokio::sync::watch;
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::{Behaviour, Server};

use crate::contract::folder::Folder;
use crate::program::{Ended, Program};

/// The fixture whose answer is changed.
pub(crate) const FIXTURE: &str = "smarttask/create_full.json";
pub(crate) const ID: &str = "5f0c7a11-2b3d-4e5f-8a6b-7c8d9e0f1a2b";
/// The provider's name in the configuration of the sandbox.
pub(crate) const PROVIDER: &str = "acme";

pub(crate) struct Vendor {
    pub(crate) folder: Folder,
    pub(crate) server: Server,
    received: watch::Receiver<bool>,
}

impl Vendor {
    /// Starts a vendor that answers 200 with the changed body of the fixture.
    pub(crate) async fn answering(change: impl FnOnce(&mut Value)) -> Self {
        Self::behaving(|body| {
            let mut body = body.clone();
            change(&mut body);
            Behaviour::Answer(answer(200, &body))
        })
        .await
    }

    pub(crate) async fn behaving(behaviour: impl FnOnce(&Value) -> Behaviour) -> Self {
        let folder = Folder::with("smarttask", "create_full");
        let behaviour = behaviour(&with_current_stamps(&folder.document(FIXTURE)["answer"]["body"]));
        let (sender, received) = watch::channel(false);
        let server = Server::start(move |_| {
            sender.send_replace(true);
            behaviour.clone()
        });
        Self { folder, server: server.await.unwrap(), received }
    }

    /// Waits until a request has arrived.
    pub(crate) async fn has_received_a_request(&mut self) {
        self.received.wait_for(|received| *received).await.unwrap();
    }

    /// Returns the command `contract` with these arguments, this vendor and its fixtures.
    pub(crate) fn program(&self, arguments: &[&str]) -> Program {
        let url = self.server.url();
        let whom = ["--to", &url, "--vendor", "smarttask", "--fixtures", self.folder.path()];
        let all: Vec<&str> = ["contract"].iter().chain(arguments).chain(&whom).copied().collect();
        Program::new(&all)
    }

    /// Runs the comparison with JSON output.
    pub(crate) async fn compared(&self) -> Ended {
        self.program(&["compare", "--format", "json"]).run().await
    }
}

/// Returns the body with the current time in its stamps. With older stamps, the contact would count as existing.
fn with_current_stamps(body: &Value) -> Value {
    let now = Timestamp::now().to_zoned(TimeZone::UTC).datetime();
    let stamp = json!(format!("{now:.3}"));
    let mut body = body.clone();
    for key in ["created_at", "modified_at"] {
        body[key] = stamp.clone();
    }
    body
}

/// Returns an answer with the fixture's headers.
pub(crate) fn answer(status: u16, body: &Value) -> Answer {
    let answer = Answer::new(status).with_header("content-type", "application/json; charset=utf-8");
    answer.with_body(body.to_string())
}
