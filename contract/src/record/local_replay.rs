//! Replays recorded answers to the adapter on this machine, with fake credentials.
//!
//! A recorded fixture contains the requests of this replay, so that nothing of the live provider's configuration can be
//! in them.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use unicontact_providers::Provider;
use unicontact_providers::http::Answer;
use unicontact_providers::testkit::{Behaviour, Server};

use super::error::{RecordError, not_replayable};
use crate::adapters::Adapters;
use crate::credentials::FakeCredentials;
use crate::fixture::{ExpectedRequest, FixtureAnswer};
use crate::outcome::{self, Outcome, execute};
use crate::replay::request::as_fixture;
use crate::replay::{self, UNREACHABLE_URL, server};
use crate::scenario::Scenario;

/// The status of the answer to an unexpected request.
const UNEXPECTED: u16 = 418;

/// A fixture and the adapters that replay answers to it.
pub(super) struct LocalReplay<'a> {
    pub(super) scenario: Scenario<'a>,
    pub(super) adapters: &'a dyn Adapters,
}

impl LocalReplay<'_> {
    /// Returns the body that the adapter sends of the contact, or `None` if it sends nothing of it.
    pub(super) fn draft_body(&self) -> Result<Option<Value>, RecordError> {
        let provider = self.connect(UNREACHABLE_URL)?;
        Ok(outcome::draft(self.scenario.contact, &provider)
            .ok()
            .map(|draft| Arc::unwrap_or_clone(draft.body)))
    }

    /// Runs the adapter with these answers, and returns its requests in order and its result.
    pub(super) async fn run(
        &self,
        answers: Vec<FixtureAnswer>,
    ) -> Result<(Vec<ExpectedRequest>, Outcome), RecordError> {
        let issues: Vec<bool> = answers.iter().map(FixtureAnswer::issues_token).collect();
        let answers = answers.iter().map(server::http_answer).collect::<Result<Vec<Answer>, _>>();
        let answers = Mutex::new(answers.map_err(not_replayable)?.into_iter());
        let server = Server::start(move |_| {
            let next = answers.lock().unwrap_or_else(PoisonError::into_inner).next();
            Behaviour::Answer(next.unwrap_or_else(|| Answer::new(UNEXPECTED)))
        })
        .await
        .map_err(not_replayable)?;
        let provider = self.connect(&server.url())?;
        let outcome = execute(self.scenario.fixture.operation(), self.scenario.contact, &provider).await;
        let credentials = self.scenario.credentials();
        let mut bearer = self.scenario.first_bearer();
        let mut issues = issues.into_iter();
        let requests = server.received().into_iter().map(|received| {
            let request = as_fixture(&received, &credentials, bearer.as_deref());
            if issues.next() == Some(true) {
                bearer = Some(FakeCredentials::issued().to_owned());
            }
            request
        });
        Ok((requests.collect(), outcome))
    }

    fn connect(&self, url: &str) -> Result<Provider, RecordError> {
        replay::connect(&self.scenario, self.adapters, url).map_err(not_replayable)
    }
}
