//! Plays one scenario: answers its requests in order, and keeps every difference.

use std::fmt;
use std::io;

use serde_json::{Value, json};
use unicontact_providers::http::Answer;
use unicontact_providers::testkit::{Behaviour, Received};

use super::credentials_sent::without_credentials;
use crate::difference::{Difference, Differences};
use crate::fixture::{ExpectedRequest, Fault};
use crate::replay::ReplayReport;
use crate::replay::request_comparison::RequestComparison;
use crate::replay::server::{UNEXPECTED, behaviour};
use crate::scenario::Scenario;

/// A request that a client sent, and its differences from the fixture.
#[derive(Debug, Clone)]
pub struct ServedRequest {
    /// The scenario. `None` if the request names none.
    pub scenario: Option<String>,
    /// Method and path, without the query.
    pub request: String,
    /// The differences, without credentials that the client sent.
    pub differences: Vec<Difference>,
}

/// What was played of a scenario.
#[derive(Debug, Clone)]
pub struct PlayedScenario {
    /// The scenario, with all differences. Requests that are missing are one if any request arrived.
    pub report: ReplayReport,
    /// The number of requests that the fixture expects.
    pub expected: usize,
    /// The number of these that were answered.
    pub answered: usize,
    /// The number of requests that arrived.
    pub received: usize,
}

/// A scenario that is being played.
pub(super) struct Playback {
    /// The scenario, with the differences so far.
    report: ReplayReport,
    comparison: RequestComparison,
    /// The answers to the expected requests. Empty if the port is closed.
    behaviours: Vec<Behaviour>,
    answered: usize,
    received: usize,
}

impl Playback {
    pub(super) fn new(scenario: &Scenario<'_>, ignored_headers: &[String]) -> io::Result<Self> {
        let fixture = scenario.fixture;
        let is_closed = fixture.fault() == Some(Fault::Refused);
        let answers = fixture.exchanges().filter(|_| !is_closed).map(|(_, answer)| behaviour(answer));
        Ok(Self {
            report: ReplayReport::new(fixture, Differences::default()),
            comparison: RequestComparison::new(scenario).ignoring(ignored_headers.iter().cloned()),
            behaviours: answers.collect::<io::Result<_>>()?,
            answered: 0,
            received: 0,
        })
    }

    pub(super) fn scenario(&self) -> &str {
        &self.report.scenario
    }

    /// Returns whether every request was answered.
    pub(super) fn is_played(&self) -> bool {
        self.answered == self.behaviours.len()
    }

    /// Judges a request, and returns the answer to it.
    pub(super) fn receive(&mut self, request: &Received) -> (ServedRequest, Behaviour) {
        self.received += 1;
        let differences = without_credentials(self.comparison.compare(request));
        self.report.differences.extend(differences.iter().cloned());
        let behaviour = if self.comparison.is_expected(request) {
            let behaviour = self.behaviours.get(self.answered).cloned();
            self.comparison.advance();
            self.answered += 1;
            behaviour
        } else {
            None
        };
        let behaviour = behaviour.unwrap_or_else(|| self.unexpected(request));
        let scenario = Some(self.scenario().to_owned());
        (ServedRequest { scenario, request: described(request), differences }, behaviour)
    }

    pub(super) fn played(&self) -> PlayedScenario {
        let mut report = self.report.clone();
        if self.received > 0 && !self.is_played() {
            report.differences.extend(self.comparison.count());
        }
        PlayedScenario {
            report,
            expected: self.behaviours.len(),
            answered: self.answered,
            received: self.received,
        }
    }

    fn unexpected(&self, request: &Received) -> Behaviour {
        let expected = self.comparison.expected();
        let expected = expected.map(|ExpectedRequest { method, path, .. }| format!("{method} {path}"));
        refusal(&json!({
            "error": "unexpected request",
            "scenario": self.scenario(),
            "request": described(request),
            "expected": expected,
        }))
    }
}

impl fmt::Debug for Playback {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Playback").field("scenario", &self.scenario()).finish_non_exhaustive()
    }
}

/// Returns the answer to an unexpected request.
pub(super) fn refusal(body: &Value) -> Behaviour {
    let answer = Answer::new(UNEXPECTED).with_header("content-type", "application/json");
    Behaviour::Answer(answer.with_body(format!("{body}\n")))
}

/// Returns method and path, without the query.
pub(super) fn described(request: &Received) -> String {
    format!("{} {}", request.method(), request.path())
}
