//! Turning what a live vendor answered into fixtures.
//!
//! Rule: it fails closed. The requests of a recorded fixture are made again with made-up credentials, so that no real one
//! can be in them; of the answers, what is not known to be harmless is replaced; and a document in which something
//! suspicious is left is not written.

mod answer;
mod disguise;
mod files;
mod rehearsal;

use jiff::Timestamp;
use serde_json::Value;
use thiserror::Error;
use unicontact_providers::http::{End, Seen};

use self::answer::Answers;
use self::disguise::Disguise;
pub use self::files::{RecordError, Recorded, obstacles, write_fixtures};
use self::rehearsal::{Rehearsal, not_rehearsed};
use crate::adapters::Adapters;
use crate::fixture::{
    Expectation, ExpectedRequest, Fixture, GivenAnswer, Preparation, Provenance, ProvenanceKind,
    ProviderDocument, ProviderKeys,
};
use crate::folder::Fixtures;
use crate::form;
use crate::live::{Live, Ran};
use crate::outcome::Outcome;
use crate::personal;
use crate::question::Question;
use crate::route;
use crate::scenario::Scenario;

const NOTE: &str = "Requests were made again with made-up credentials. In the answers, ids of six digits and more \
                    are ours. Every text that was neither sent nor known from a fixture is replaced, and so is every \
                    key that no fixture shows there; what is left of others are moments within a day of the \
                    recording and numbers of less than six digits.";
const NO_EVIDENCE: &str = "It is no traffic of the vendor, and no evidence about it.";

/// Why a run does not become a fixture. It names places and never shows what stands there.
#[derive(Debug, Error)]
pub enum NotRecorded {
    /// It failed, and what a failure means is not to be guessed.
    #[error("it failed: {0}")]
    Failed(String),
    /// An answer did not come whole.
    #[error("an answer did not come whole")]
    Incomplete,
    /// With what was replaced, the adapter no longer does the same.
    #[error("with secrets and personal data replaced, the adapter {0}")]
    Different(&'static str),
    /// Something suspicious is left.
    #[error("something is left that must not stand in a fixture: {}", .0.join("; "))]
    Suspicious(Vec<String>),
    /// It could not be tried out on this machine.
    #[error("it could not be tried out: {0}")]
    NotRehearsed(String),
}

/// Where a recording comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The host, or what it is in words. Never a query, never a credential.
    pub source: String,
    /// Whether it is the vendor's own system, and not a stand-in.
    pub is_the_vendor: bool,
}

/// The fixture that a run becomes: of the question's fixtures, the name of the surest that expects such a result. It
/// replays without a difference, with the provider document of `fixtures`.
///
/// # Errors
///
/// When the run failed, when it cannot be replayed with everything replaced, and when something suspicious is left.
pub async fn record(
    question: &Question<'_>,
    ran: &Ran,
    fixtures: &Fixtures,
    live: &dyn Live,
    origin: &Origin,
    adapters: &dyn Adapters,
) -> Result<Fixture, NotRecorded> {
    if let Some(error) = ran.error() {
        return Err(NotRecorded::Failed(error.kind().as_str().to_owned()));
    }
    if ran.exchanges.iter().any(|seen| seen.answer.as_ref().is_none_or(|answer| answer.end() != End::Whole)) {
        return Err(NotRecorded::Incomplete);
    }
    let usual = fixtures.provider(live.vendor()).cloned().unwrap_or_default();
    let mut fixture = blank(question, ran, &usual, live, origin);
    let rehearsal =
        Rehearsal { scenario: Scenario::of(&fixture, fixtures).map_err(not_rehearsed)?, adapters };
    let kept = rehearsal.texts_of_the_contact(fixtures.contact_document(&fixture.contact))?;
    let answers = Answers { fixtures, vendor: live.vendor(), exchanges: &ran.exchanges, kept: &kept };
    let blank_disguise = || Disguise::of(ran.began);
    // The first time only shows which numbers of the paths are the account's.
    let mut disguise = blank_disguise();
    let (requests, _) = rehearsal.play(answers.given(&mut disguise)).await?;
    let mut disguise = blank_disguise().knowing(accounts(&ran.exchanges, &requests));
    let given = answers.given(&mut disguise);
    let (requests, outcome) = rehearsal.play(given.clone()).await?;
    if !is_same_walk(&ran.exchanges, &requests) {
        return Err(NotRecorded::Different("asks something else"));
    }
    fixture.expect = expectation(&ran.outcome, &outcome)?;
    fill(&mut fixture, requests, given);
    check(&fixture, &ran.exchanges)?;
    Ok(fixture)
}

fn blank(
    question: &Question<'_>,
    ran: &Ran,
    usual: &ProviderDocument,
    live: &dyn Live,
    origin: &Origin,
) -> Fixture {
    let credentials: Vec<String> = live.credentials().into_iter().collect();
    let mut usual_credentials = usual.credentials.clone();
    usual_credentials.sort();
    let mut keys = question.keys.clone();
    keys.retain(|key, value| usual.keys.get(key) != Some(value) && *value != Value::Bool(false));
    let note = if origin.is_the_vendor { NOTE.to_owned() } else { format!("{NO_EVIDENCE} {NOTE}") };
    Fixture {
        vendor: live.vendor().to_owned(),
        scenario: name(question, &ran.outcome),
        provenance: Provenance {
            kind: ProvenanceKind::Recorded,
            source: origin.source.clone(),
            date: ran.began.strftime("%Y-%m-%d").to_string(),
            note,
        },
        contact: question.contact_name.to_owned(),
        provider: ProviderKeys {
            credentials: (credentials != usual_credentials).then(|| in_order(credentials, question, usual)),
            default_region: question.default_region.map(|region| region.as_str().to_owned()),
            keys,
        },
        now: Some(Timestamp::from_second(ran.began.as_second()).unwrap_or(ran.began)),
        before: Vec::new(),
        request: None,
        answer: None,
        expect: Expectation::default(),
    }
}

/// As the vendor's documents list them: two neighbours may be a user name and its password.
fn in_order(credentials: Vec<String>, question: &Question<'_>, usual: &ProviderDocument) -> Vec<String> {
    let known =
        question.fixtures.iter().filter_map(|fixture| fixture.provider.credentials.as_ref()).flatten();
    let order: Vec<&String> = known.chain(&usual.credentials).collect();
    let mut credentials = credentials;
    credentials.sort_by_key(|key| order.iter().position(|known| *known == key).unwrap_or(usize::MAX));
    credentials
}

/// Of the surest fixture that expects such a result, or else of the surest.
fn name(question: &Question<'_>, outcome: &Outcome) -> String {
    let expects = |fixture: &&&Fixture| match outcome {
        Outcome::Created { existing: false, .. } => fixture.expect.created.is_some(),
        Outcome::Created { existing: true, .. } => fixture.expect.existing.is_some(),
        Outcome::Found(id) => fixture.expect.found.as_ref().is_some_and(|it| it.is_string() == id.is_some()),
        Outcome::Unclear(_) => fixture.expect.unclear.is_some(),
        Outcome::Checked | Outcome::Failed(_) => true,
    };
    let expecting = question.fixtures.iter().filter(expects);
    let fixture = expecting.min_by_key(|fixture| !fixture.is_named_after_what_is_asked());
    let fixture = fixture.or(question.fixtures.first());
    fixture.map(|fixture| fixture.scenario.clone()).unwrap_or_default()
}

/// The numbers in the paths that are others when the fixture's own account asks.
fn accounts(exchanges: &[Seen], requests: &[ExpectedRequest]) -> Vec<(String, String)> {
    let mut accounts = Vec::new();
    for (seen, request) in exchanges.iter().zip(requests) {
        let theirs = route::segments(seen.url.path());
        let ours = route::segments(&request.path);
        let offset = theirs.len().saturating_sub(ours.len());
        for (theirs, ours) in theirs.iter().skip(offset).zip(&ours) {
            if form::is_number(theirs) && form::is_number(ours) {
                accounts.push(((*theirs).to_owned(), (*ours).to_owned()));
            }
        }
    }
    accounts
}

fn is_same_walk(exchanges: &[Seen], requests: &[ExpectedRequest]) -> bool {
    exchanges.len() == requests.len()
        && exchanges.iter().zip(requests).all(|(seen, request)| route::is_for(request, seen))
}

/// What comes out of the rehearsal, if it is a result of the same kind.
fn expectation(live: &Outcome, again: &Outcome) -> Result<Expectation, NotRecorded> {
    let nothing = Expectation::default;
    match (live, again) {
        (Outcome::Created { existing: true, .. }, Outcome::Created { id, existing: true }) => {
            Ok(Expectation { existing: Some(id.clone()), ..nothing() })
        }
        (Outcome::Created { existing: false, .. }, Outcome::Created { id, existing: false }) => {
            Ok(Expectation { created: Some(id.clone()), ..nothing() })
        }
        (Outcome::Found(Some(_)), Outcome::Found(Some(id))) => {
            Ok(Expectation { found: Some(id.clone().into()), ..nothing() })
        }
        (Outcome::Found(None), Outcome::Found(None)) => {
            Ok(Expectation { found: Some(Value::Null), ..nothing() })
        }
        (Outcome::Unclear(_), Outcome::Unclear(ids)) => {
            Ok(Expectation { unclear: Some(ids.clone()), ..nothing() })
        }
        (Outcome::Checked, Outcome::Checked) => Ok(Expectation { checked: Some(true), ..nothing() }),
        _ => Err(NotRecorded::Different("comes to another result")),
    }
}

fn fill(fixture: &mut Fixture, requests: Vec<ExpectedRequest>, given: Vec<GivenAnswer>) {
    let mut exchanges: Vec<Preparation> =
        requests.into_iter().zip(given).map(|(request, answer)| Preparation { request, answer }).collect();
    if let Some(last) = exchanges.pop() {
        fixture.request = Some(last.request);
        fixture.answer = Some(last.answer);
    }
    fixture.before = exchanges;
}

/// The last look: nothing suspicious, and no credential that travelled.
fn check(fixture: &Fixture, exchanges: &[Seen]) -> Result<(), NotRecorded> {
    let document =
        serde_json::to_value(fixture).map_err(|error| NotRecorded::NotRehearsed(error.to_string()))?;
    let mut places = personal::places_in(&document);
    let text = document.to_string();
    for credential in exchanges.iter().flat_map(answer::credentials) {
        if text.contains(&credential) {
            places.push("a credential that travelled".to_owned());
        }
    }
    places.dedup();
    if places.is_empty() { Ok(()) } else { Err(NotRecorded::Suspicious(places)) }
}
