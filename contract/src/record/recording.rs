//! One call of a run and the fixture that it becomes.

use std::collections::BTreeSet;

use serde_json::Value;
use unicontact_providers::http::{End, Seen};

use super::anonymizer::Anonymizer;
use super::error::{RecordError, not_replayable};
use super::expectation::expectation;
use super::harmless::Harmless;
use super::local_replay::LocalReplay;
use super::new_fixture::without_exchanges;
use super::origin::Origin;
use super::recorded_answer::{self, RecordedAnswers};
use super::vendor_context::VendorContext;
use crate::fixture::{ExpectedRequest, Fixture, FixtureAnswer, Preparation};
use crate::live_call::LiveCall;
use crate::live_run::LiveRun;
use crate::outcome;
use crate::personal_data;
use crate::request_match::{self, AccountSegments};
use crate::scenario::Scenario;
use crate::verdict::Verdict;

const ACCEPTED: &str =
    "accepted what it is expected to refuse; remove the contact there, and change what the fixture expects";
const FOUND: &str =
    "has the contact that it is expected to lack; remove it there and record the search again";

/// A call of a run, and the fixture that it becomes.
pub(super) struct Recording<'a> {
    call: &'a LiveCall<'a>,
    run: &'a LiveRun,
    vendor: &'a VendorContext<'a>,
    fixture: Fixture,
}

impl<'a> Recording<'a> {
    /// Begins the recording of a call.
    ///
    /// # Errors
    ///
    /// When the result is another than the fixtures of the call expect, or an answer is incomplete.
    pub(super) fn new(
        call: &'a LiveCall<'a>,
        run: &'a LiveRun,
        vendor: &'a VendorContext<'a>,
        origin: &Origin,
    ) -> Result<Self, RecordError> {
        if let Some(error) = run.error().filter(|_| !run.is_refused_as_expected()) {
            return Err(RecordError::Failed(error.kind().as_str().to_owned()));
        }
        if run.is_accepted_instead() {
            return Err(RecordError::Unexpected(ACCEPTED));
        }
        if call.expects_nothing() && !run.has_found_nothing() {
            return Err(RecordError::Unexpected(FOUND));
        }
        require_expected_result(call, run)?;
        let is_whole = |seen: &Seen| seen.answer.as_ref().is_some_and(|answer| answer.end() == End::Whole);
        if !run.exchanges.iter().all(is_whole) {
            return Err(RecordError::Incomplete);
        }
        Ok(Self { call, run, vendor, fixture: without_exchanges(call, run, vendor, origin) })
    }

    /// Adds what the answers of the run may keep: the contact as it is written and as the adapter sends it, and the names of the
    /// members in which the adapter sends it. Also adds the people of the answers, after whom no member is named.
    pub(super) fn add_to(&self, harmless: &mut Harmless) -> Result<(), RecordError> {
        let document = self.vendor.fixtures.contact_document(&self.fixture.contact);
        let draft = self.local_replay()?.draft_body()?;
        for document in document.into_iter().chain(&draft) {
            harmless.add_sent(document);
        }
        if let Some(contact) = document {
            harmless.names.add_contact(contact);
        }
        if let Some(body) = &draft {
            harmless.names.add_known_in(body);
        }
        for body in self.run.exchanges.iter().filter_map(|seen| seen.answer.as_ref()?.json()) {
            harmless.names.add_answer(&body);
        }
        Ok(())
    }

    /// Returns the segments of the paths that name the account, each with what the fixture's own account has there.
    pub(super) async fn account_segments(
        &self,
        harmless: &Harmless,
        anonymizer: &mut Anonymizer,
    ) -> Result<Vec<(String, String)>, RecordError> {
        let answers = self.answers(harmless, anonymizer);
        let (requests, _) = self.local_replay()?.run(answers).await?;
        Ok(account_segments(&self.run.exchanges, &requests, &self.vendor.accounts, anonymizer))
    }

    /// Returns the fixture. It replays without a difference.
    pub(super) async fn into_fixture(
        mut self,
        harmless: &Harmless,
        anonymizer: &mut Anonymizer,
    ) -> Result<Fixture, RecordError> {
        let answers = self.answers(harmless, anonymizer);
        let (requests, outcome) = self.local_replay()?.run(answers.clone()).await?;
        if !has_same_requests(&self.run.exchanges, &requests, &self.vendor.accounts) {
            return Err(RecordError::Different("sends other requests"));
        }
        self.fixture.expect = expectation(&self.run.outcome, &outcome)?;
        set_exchanges(&mut self.fixture, requests, answers);
        self.check()?;
        Ok(self.fixture)
    }

    fn answers(&self, harmless: &Harmless, anonymizer: &mut Anonymizer) -> Vec<FixtureAnswer> {
        let recorded = RecordedAnswers {
            fixtures: self.vendor.fixtures,
            vendor: &self.fixture.vendor,
            exchanges: &self.run.exchanges,
            accounts: &self.vendor.accounts,
            harmless,
            credential_members: &self.vendor.credential_members,
        };
        recorded.anonymized(anonymizer)
    }

    fn local_replay(&self) -> Result<LocalReplay<'_>, RecordError> {
        let scenario = Scenario::new(&self.fixture, self.vendor.fixtures).map_err(not_replayable)?;
        Ok(LocalReplay {
            scenario: scenario.with_description(self.vendor.adapters),
            adapters: self.vendor.adapters,
        })
    }

    /// Checks that the fixture contains nothing suspicious, and no credential of the run. The idempotency key of the contact only
    /// looks like a credential.
    fn check(&self) -> Result<(), RecordError> {
        let text = serde_json::to_string(&self.fixture).map_err(not_replayable)?;
        let text = text.replace(&outcome::idempotency_key(self.call.contact), "key");
        let document: Value = serde_json::from_str(&text).map_err(not_replayable)?;
        let mut places = personal_data::suspicious_places(&document);
        let members = &self.vendor.credential_members;
        let pairs = self.run.exchanges.iter().zip(self.fixture.exchanges());
        let credentials: BTreeSet<String> = pairs
            .flat_map(|(seen, (request, _))| recorded_answer::credentials(seen, members, request))
            .collect();
        if credentials.iter().any(|credential| text.contains(credential)) {
            places.push("a credential of the run".to_owned());
        }
        if places.is_empty() { Ok(()) } else { Err(RecordError::Suspicious(places)) }
    }
}

/// Rejects a success of another kind than each fixture of the call expects.
fn require_expected_result(call: &LiveCall<'_>, run: &LiveRun) -> Result<(), RecordError> {
    let verdict = Verdict::new(&run.outcome);
    let is_expected = call.fixtures.iter().any(|fixture| {
        // A search that finds nothing says only that the account lacks the contact.
        let is_search = run.has_found_nothing() && fixture.expect.found.is_some();
        is_search || verdict.is_expected(&fixture.expect)
    });
    if call.fixtures.is_empty() || run.error().is_some() || is_expected {
        return Ok(());
    }
    let expected: BTreeSet<&str> = call.fixtures.iter().map(|fixture| fixture.expect.result_name()).collect();
    let expected = expected.into_iter().collect::<Vec<_>>().join(" or ");
    Err(RecordError::OtherResult { expected, seen: verdict.result_name() })
}

/// Returns the segments of the paths that name the account, each with what the fixture's own account has there. A segment that
/// `anonymizer` has made is an id of an answer.
fn account_segments(
    exchanges: &[Seen],
    requests: &[ExpectedRequest],
    accounts: &AccountSegments<'_>,
    anonymizer: &Anonymizer,
) -> Vec<(String, String)> {
    let mut replacements = Vec::new();
    for (seen, request) in exchanges.iter().zip(requests) {
        let theirs = request_match::segments(seen.url.path());
        let ours = request_match::segments(&request.path);
        let offset = theirs.len().saturating_sub(ours.len());
        for (theirs, ours) in theirs.iter().skip(offset).zip(&ours) {
            if accounts.is_account(ours, theirs) && !anonymizer.has_made(ours) {
                replacements.push(((*theirs).to_owned(), (*ours).to_owned()));
            }
        }
    }
    replacements
}

fn has_same_requests(
    exchanges: &[Seen],
    requests: &[ExpectedRequest],
    accounts: &AccountSegments<'_>,
) -> bool {
    let mut pairs = exchanges.iter().zip(requests);
    exchanges.len() == requests.len()
        && pairs.all(|(seen, request)| request_match::matches(request, seen, accounts))
}

fn set_exchanges(fixture: &mut Fixture, requests: Vec<ExpectedRequest>, answers: Vec<FixtureAnswer>) {
    let mut exchanges: Vec<Preparation> =
        requests.into_iter().zip(answers).map(|(request, answer)| Preparation { request, answer }).collect();
    if let Some(last) = exchanges.pop() {
        fixture.request = Some(last.request);
        fixture.answer = Some(last.answer);
    }
    fixture.before = exchanges;
}
