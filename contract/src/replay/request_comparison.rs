//! Compares the requests of a client with those of a fixture, one after the other.
//!
//! Replay and serving judge the requests of adapters and of other clients here.

use std::collections::{BTreeMap, BTreeSet};

use unicontact_providers::testkit::Received;

use super::request::as_fixture;
use crate::credentials::{FakeCredentials, SECRET_PLACEHOLDER};
use crate::difference::{Difference, Differences};
use crate::fixture::ExpectedRequest;
use crate::scenario::Scenario;

/// The requests that a fixture still expects, and the credentials that they must carry.
pub(crate) struct RequestComparison {
    expected: Vec<Expected>,
    /// The number of requests so far.
    count: usize,
    credentials: FakeCredentials,
    /// The token before a login.
    first_bearer: Option<String>,
    ignored_headers: BTreeSet<String>,
}

struct Expected {
    request: ExpectedRequest,
    issues_token: bool,
}

impl RequestComparison {
    pub(crate) fn new(scenario: &Scenario<'_>) -> Self {
        let exchanges = scenario.fixture.exchanges();
        let expected = exchanges
            .map(|(request, answer)| Expected {
                request: request.clone(),
                issues_token: answer.issues_token(),
            })
            .collect();
        Self {
            expected,
            count: 0,
            credentials: scenario.credentials(),
            first_bearer: scenario.first_bearer(),
            ignored_headers: BTreeSet::new(),
        }
    }

    /// Ignores these headers, whose names are in lower case.
    pub(crate) fn ignoring(mut self, headers: impl IntoIterator<Item = String>) -> Self {
        self.ignored_headers.extend(headers);
        self
    }

    /// Returns the next expected request. `None` after the last one.
    pub(crate) fn expected(&self) -> Option<&ExpectedRequest> {
        self.expected.get(self.count).map(|expected| &expected.request)
    }

    /// Returns whether a request has method, path and query of the next expected one.
    pub(crate) fn is_expected(&self, received: &Received) -> bool {
        let target = self.credentials.hidden_in_target(received.target());
        self.expected().is_some_and(|it| it.method == received.method() && it.path == target)
    }

    /// Returns the differences of a request from the next expected one.
    pub(crate) fn compare(&self, received: &Received) -> Vec<Difference> {
        let mut differences = Differences::default();
        let place = format!("request {}", self.count + 1);
        match self.expected() {
            Some(expected) => self.compare_with(&mut differences, &place, expected, received),
            None => {
                differences.add(&place, "none: the fixture has no further request", self.described(received));
            }
        }
        differences.0
    }

    /// Advances to the request after the next expected one.
    pub(crate) fn advance(&mut self) {
        self.count += 1;
    }

    /// Returns the expected requests so far.
    fn earlier(&self) -> &[Expected] {
        &self.expected[..self.count.min(self.expected.len())]
    }

    /// Returns the request whose answer issued the newest token.
    fn login(&self) -> Option<&ExpectedRequest> {
        self.earlier().iter().rev().find(|it| it.issues_token).map(|it| &it.request)
    }

    /// Returns the token that a request must carry.
    fn bearer(&self) -> Option<&str> {
        self.login().map_or(self.first_bearer.as_deref(), |_| Some(FakeCredentials::issued()))
    }

    /// Returns the difference in the number of requests, if the number so far is not the expected one.
    pub(crate) fn count(&self) -> Option<Difference> {
        let mut differences = Differences::default();
        differences.values("number of requests", Some(self.expected.len()), Some(self.count));
        differences.0.pop()
    }

    fn compare_with(
        &self,
        differences: &mut Differences,
        place: &str,
        expected: &ExpectedRequest,
        received: &Received,
    ) {
        let mut seen = as_fixture(received, &self.credentials, self.bearer());
        seen.headers
            .retain(|name, _| expected.headers.contains_key(name) || !self.ignored_headers.contains(name));
        request(differences, place, expected, &seen);
        let is_authorized = self.login().is_some_and(|login| login != expected) && holds_placeholder(&seen);
        if is_authorized && !holds_issued_token(received) {
            differences.add(&format!("{place} credential"), "the token of the login", "another one");
        }
    }

    /// Returns method and path of a request, and whether an earlier one had the same.
    fn described(&self, received: &Received) -> String {
        let is_repeated = self.earlier().iter().any(|it| {
            let path = it.request.path.split('?').next().unwrap_or_default();
            it.request.method == received.method() && path == received.path()
        });
        let again = if is_repeated { ", sent again" } else { "" };
        format!("{} {}{again}", received.method(), received.path())
    }
}

/// Adds every difference of a request from the expected one.
pub(super) fn request(
    differences: &mut Differences,
    place: &str,
    expected: &ExpectedRequest,
    seen: &ExpectedRequest,
) {
    differences.texts(&format!("{place} method"), Some(&expected.method), Some(&seen.method));
    differences.texts(&format!("{place} path"), Some(&expected.path), Some(&seen.path));
    pairs(differences, &format!("{place} header"), &expected.headers, &seen.headers);
    let nothing = BTreeMap::new();
    let form = |request: &ExpectedRequest| request.form.clone().unwrap_or_else(|| nothing.clone());
    pairs(differences, &format!("{place} form"), &form(expected), &form(seen));
    differences.json(&format!("{place} body"), expected.body.as_ref(), seen.body.as_ref());
}

/// Adds every difference between two maps.
pub(super) fn pairs(
    differences: &mut Differences,
    place: &str,
    expected: &BTreeMap<String, String>,
    seen: &BTreeMap<String, String>,
) {
    let names: BTreeSet<&String> = expected.keys().chain(seen.keys()).collect();
    for name in names {
        let side = |map: &BTreeMap<String, String>| map.get(name).cloned();
        differences.texts(&format!("{place} {name}"), side(expected).as_deref(), side(seen).as_deref());
    }
}

/// Returns whether a header or a query member of a request holds a credential.
fn holds_placeholder(request: &ExpectedRequest) -> bool {
    request.headers.values().chain([&request.path]).any(|text| text.contains(SECRET_PLACEHOLDER))
}

/// Returns whether a request carries the token that a login issued.
fn holds_issued_token(received: &Received) -> bool {
    let mut texts = received.headers().map(|(_, value)| value).chain([received.target()]);
    texts.any(FakeCredentials::hold_issued)
}
