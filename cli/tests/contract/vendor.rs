//! A vendor that answers every create as a fixture does, with something changed.
//!
//! Its rule: it knows nothing but the fixture and what time it is, so that whatever is found was put in by the test.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tokio::sync::watch;
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::{Behaviour, Server};

use crate::folder::Folder;
use crate::program::{Ended, Program};

/// The fixture that is asked, and whose answer is changed.
pub(crate) const FIXTURE: &str = "smarttask/create_full.json";
pub(crate) const ID: &str = "5f0c7a11-2b3d-4e5f-8a6b-7c8d9e0f1a2b";
/// What the commands call the stand-in's provider.
pub(crate) const PROVIDER: &str = "acme";

pub(crate) struct Vendor {
    pub(crate) folder: Folder,
    pub(crate) server: Server,
    asked: watch::Receiver<bool>,
}

impl Vendor {
    /// Answers 200 with the fixture's body, changed.
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
        let behaviour = behaviour(&made_now(&folder.document(FIXTURE)["answer"]["body"]));
        let (ask, asked) = watch::channel(false);
        let server = Server::start(move |_| {
            ask.send_replace(true);
            behaviour.clone()
        });
        Self { folder, server: server.await.unwrap(), asked }
    }

    pub(crate) async fn was_asked(&mut self) {
        self.asked.wait_for(|asked| *asked).await.unwrap();
    }

    /// `contract` with this command and what else is given.
    pub(crate) fn program(&self, arguments: &[&str]) -> Program {
        let url = self.server.url();
        let whom = ["--to", &url, "--vendor", "smarttask", "--fixtures", self.folder.path()];
        let all: Vec<&str> = ["contract"].iter().chain(arguments).chain(&whom).copied().collect();
        Program::new(&all)
    }

    /// What the comparison says, as JSON.
    pub(crate) async fn compared(&self) -> Ended {
        self.program(&["compare", "--format", "json"]).run().await
    }
}

/// The contact with the stamps of this moment: older ones tell of a contact that was there before.
fn made_now(body: &Value) -> Value {
    let now = Timestamp::now().to_zoned(TimeZone::UTC).datetime();
    let stamp = json!(format!("{now:.3}"));
    let mut body = body.clone();
    for key in ["created_at", "modified_at"] {
        body[key] = stamp.clone();
    }
    body
}

/// As the fixture has it, with another status or body.
pub(crate) fn answer(status: u16, body: &Value) -> Answer {
    let answer = Answer::new(status).with_header("content-type", "application/json; charset=utf-8");
    answer.with_body(body.to_string())
}
