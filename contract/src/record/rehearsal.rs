//! Asking the adapter again, on this machine, with made-up credentials and the answers as they will be recorded.
//!
//! Rule: what the adapter sends here is what is recorded as sent. Nothing of the live provider's configuration is known
//! here.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use unicontact_providers::http::Answer;
use unicontact_providers::testkit::{Behaviour, Server};
use unicontact_providers::{ContactProvider as _, Provider};

use super::NotRecorded;
use super::disguise::texts;
use crate::adapters::Adapters;
use crate::credentials::FakeCredentials;
use crate::fixture::{ExpectedRequest, GivenAnswer};
use crate::outcome::{Outcome, ask};
use crate::replay::request::as_written;
use crate::replay::{self, NOBODY, serve};
use crate::scenario::Scenario;

/// Nobody expects another request.
const UNEXPECTED: u16 = 418;

pub(super) struct Rehearsal<'a> {
    pub(super) scenario: Scenario<'a>,
    pub(super) adapters: &'a dyn Adapters,
}

impl Rehearsal<'_> {
    /// Every text of the contact, as it is written and as it is sent.
    pub(super) fn texts_of_the_contact(&self, document: Option<&Value>) -> Result<Vec<String>, NotRecorded> {
        let mut kept = Vec::new();
        texts(document.unwrap_or(&Value::Null), &mut kept);
        // A contact that cannot be drafted has nothing that is sent.
        if let Ok(draft) = self.connect(NOBODY)?.draft(self.scenario.contact) {
            texts(&draft.body, &mut kept);
        }
        Ok(kept)
    }

    /// What the adapter asks when it is answered so, in order, and what comes out.
    pub(super) async fn play(
        &self,
        answers: Vec<GivenAnswer>,
    ) -> Result<(Vec<ExpectedRequest>, Outcome), NotRecorded> {
        let issues: Vec<bool> = answers.iter().map(GivenAnswer::issues_token).collect();
        let answers = answers.iter().map(serve::answer).collect::<Result<Vec<Answer>, _>>();
        let answers = Mutex::new(answers.map_err(not_rehearsed)?.into_iter());
        let server = Server::start(move |_| {
            let next = answers.lock().unwrap_or_else(PoisonError::into_inner).next();
            Behaviour::Answer(next.unwrap_or_else(|| Answer::new(UNEXPECTED)))
        })
        .await
        .map_err(not_rehearsed)?;
        let provider = self.connect(&server.url())?;
        let outcome = ask(self.scenario.fixture.asked(), self.scenario.contact, &provider).await;
        let credentials = self.scenario.credentials();
        let mut bearer = self.scenario.first_bearer();
        let mut issues = issues.into_iter();
        let requests = server.received().into_iter().map(|received| {
            let request = as_written(&received, &credentials, bearer.as_deref());
            if issues.next() == Some(true) {
                bearer = Some(FakeCredentials::issued().to_owned());
            }
            request
        });
        Ok((requests.collect(), outcome))
    }

    fn connect(&self, url: &str) -> Result<Provider, NotRecorded> {
        replay::connect(&self.scenario, self.adapters, url).map_err(not_rehearsed)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
pub(super) fn not_rehearsed(error: impl ToString) -> NotRecorded {
    NotRecorded::NotRehearsed(error.to_string())
}
