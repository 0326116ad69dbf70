//! Records the run of a live call as a fixture without secrets and personal data.
//!
//! The requests come from a replay with fake credentials. In the answers, every text is replaced that is not known to be
//! harmless. A fixture that still contains a suspicious value is rejected.

mod anonymizer;
mod error;
mod local_replay;
mod recorded_answer;
mod write;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use unicontact_providers::http::{End, Seen};

use self::anonymizer::Anonymizer;
pub use self::error::RecordError;
use self::error::not_replayable;
use self::local_replay::LocalReplay;
use self::recorded_answer::RecordedAnswers;
pub use self::write::{WriteError, WrittenFiles, conflicting_files, write_fixtures};
use crate::adapters::Adapters;
use crate::fixture::{
    Expectation, ExpectedRequest, Fixture, FixtureAnswer, Preparation, Provenance, ProvenanceKind,
    ProviderDocument, ProviderKeys,
};
use crate::folder::Fixtures;
use crate::live_call::LiveCall;
use crate::live_provider::LiveProvider;
use crate::live_run::LiveRun;
use crate::outcome::{self, Outcome};
use crate::personal_data;
use crate::request_match::{self, AccountSegments};
use crate::scenario::Scenario;

const NOTE: &str = "Requests were made again with made-up credentials. In the answers, ids of six digits and more \
                    are ours. Every text that was neither sent nor known from a fixture is replaced, and so is every \
                    key that no fixture shows there; what is left of others are moments within a day of the \
                    recording and numbers of less than six digits.";
const NO_EVIDENCE: &str = "It is no traffic of the vendor, and no evidence about it.";

/// The origin of a recording.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The host, or a description. Never a query, never a credential.
    pub source: String,
    /// Whether the system is the vendor's own, and not a stand-in.
    pub is_the_vendor: bool,
}

/// Returns the fixture of a run. It takes its name from the call's fixture with the best provenance that expects such a
/// result. It replays without a difference, with the provider document of `fixtures`.
///
/// # Errors
///
/// When the call failed, when the anonymized fixture does not replay, and when it still contains a suspicious value.
pub async fn record(
    call: &LiveCall<'_>,
    run: &LiveRun,
    fixtures: &Fixtures,
    live: &dyn LiveProvider,
    origin: &Origin,
    adapters: &dyn Adapters,
) -> Result<Fixture, RecordError> {
    if let Some(error) = run.error() {
        return Err(RecordError::Failed(error.kind().as_str().to_owned()));
    }
    if run.exchanges.iter().any(|seen| seen.answer.as_ref().is_none_or(|answer| answer.end() != End::Whole)) {
        return Err(RecordError::Incomplete);
    }
    let defaults = fixtures.provider(live.vendor()).cloned().unwrap_or_default();
    let mut fixture = without_exchanges(call, run, &defaults, live, origin);
    let description = adapters.description(live.vendor());
    let members: Vec<String> = description
        .iter()
        .flat_map(|description| description.credential_members().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let local_replay = LocalReplay {
        scenario: Scenario::new(&fixture, fixtures).map_err(not_replayable)?.of(adapters),
        adapters,
    };
    let kept = local_replay.texts_of_the_contact(fixtures.contact_document(&fixture.contact))?;
    let mut names = BTreeSet::new();
    if let Some(description) = &description {
        names.extend(description.member_names().into_iter().map(str::to_owned));
        names.extend(local_replay.members_of_the_contact()?);
    }
    let accounts = AccountSegments::new(fixtures, live.vendor());
    let recorded = RecordedAnswers {
        fixtures,
        vendor: live.vendor(),
        exchanges: &run.exchanges,
        accounts: &accounts,
        kept: &kept,
        names: &names,
        credential_members: &members,
    };
    // The first replay only shows which segments of the paths are the account's.
    let answers = recorded.anonymized(&mut Anonymizer::new(run.began));
    let (requests, _) = local_replay.run(answers).await?;
    let replacements = account_segments(&run.exchanges, &requests, &accounts);
    let answers = recorded.anonymized(&mut Anonymizer::new(run.began).with_replacements(replacements));
    let (requests, outcome) = local_replay.run(answers.clone()).await?;
    if !has_same_requests(&run.exchanges, &requests, &accounts) {
        return Err(RecordError::Different("sends other requests"));
    }
    fixture.expect = expectation(&run.outcome, &outcome)?;
    set_exchanges(&mut fixture, requests, answers);
    check(&fixture, call, &run.exchanges, &members)?;
    Ok(fixture)
}

fn without_exchanges(
    call: &LiveCall<'_>,
    run: &LiveRun,
    defaults: &ProviderDocument,
    live: &dyn LiveProvider,
    origin: &Origin,
) -> Fixture {
    let credentials: Vec<String> = live.credentials().into_iter().collect();
    let mut default_credentials = defaults.credentials.clone();
    default_credentials.sort();
    let mut keys = call.keys.clone();
    keys.retain(|key, value| defaults.keys.get(key) != Some(value) && *value != Value::Bool(false));
    let note = if origin.is_the_vendor { NOTE.to_owned() } else { format!("{NO_EVIDENCE} {NOTE}") };
    Fixture {
        vendor: live.vendor().to_owned(),
        scenario: name(call, &run.outcome),
        provenance: Provenance {
            kind: ProvenanceKind::Recorded,
            source: origin.source.clone(),
            date: run.began.strftime("%Y-%m-%d").to_string(),
            note,
        },
        contact: call.contact_name.to_owned(),
        provider: ProviderKeys {
            credentials: (credentials != default_credentials).then(|| in_order(credentials, call, defaults)),
            default_region: call.default_region.map(|region| region.as_str().to_owned()),
            keys,
        },
        now: Some(Timestamp::from_second(run.began.as_second()).unwrap_or(run.began)),
        before: Vec::new(),
        request: None,
        answer: None,
        expect: Expectation::default(),
    }
}

/// Sorts credentials as the vendor's documents list them, because two neighbours may be a user name and its password.
fn in_order(credentials: Vec<String>, call: &LiveCall<'_>, defaults: &ProviderDocument) -> Vec<String> {
    let known = call.fixtures.iter().filter_map(|fixture| fixture.provider.credentials.as_ref()).flatten();
    let order: Vec<&String> = known.chain(&defaults.credentials).collect();
    let mut credentials = credentials;
    credentials.sort_by_key(|key| order.iter().position(|known| *known == key).unwrap_or(usize::MAX));
    credentials
}

/// Returns the scenario of the best fixture that expects such a result, or else of the best fixture.
fn name(call: &LiveCall<'_>, outcome: &Outcome) -> String {
    let expects = |fixture: &&&Fixture| match outcome {
        Outcome::Created { existing: false, .. } => fixture.expect.created.is_some(),
        Outcome::Created { existing: true, .. } => fixture.expect.existing.is_some(),
        Outcome::Found(id) => fixture.expect.found.as_ref().is_some_and(|it| it.is_string() == id.is_some()),
        Outcome::Unclear(_) => fixture.expect.unclear.is_some(),
        Outcome::Checked | Outcome::Failed(_) => true,
    };
    let expecting = call.fixtures.iter().filter(expects);
    let fixture = expecting.min_by_key(|fixture| !fixture.is_named_after_operation());
    let fixture = fixture.or(call.fixtures.first());
    fixture.map(|fixture| fixture.scenario.clone()).unwrap_or_default()
}

/// Returns the segments of the paths that name the account, each with what the fixture's own account has there.
fn account_segments(
    exchanges: &[Seen],
    requests: &[ExpectedRequest],
    accounts: &AccountSegments<'_>,
) -> Vec<(String, String)> {
    let mut replacements = Vec::new();
    for (seen, request) in exchanges.iter().zip(requests) {
        let theirs = request_match::segments(seen.url.path());
        let ours = request_match::segments(&request.path);
        let offset = theirs.len().saturating_sub(ours.len());
        for (theirs, ours) in theirs.iter().skip(offset).zip(&ours) {
            if accounts.is_account(ours, theirs) {
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

/// Returns the result of the replay, if it is of the same kind as that of the run.
fn expectation(live: &Outcome, replayed: &Outcome) -> Result<Expectation, RecordError> {
    let nothing = Expectation::default;
    match (live, replayed) {
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
        _ => Err(RecordError::Different("returns another result")),
    }
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

/// Checks that the fixture contains nothing suspicious, and no credential of the run. The idempotency key of the contact only looks
/// like a credential.
fn check(
    fixture: &Fixture,
    call: &LiveCall<'_>,
    exchanges: &[Seen],
    members: &[String],
) -> Result<(), RecordError> {
    let text = serde_json::to_string(fixture).map_err(not_replayable)?;
    let text = text.replace(&outcome::idempotency_key(call.contact), "key");
    let document = serde_json::from_str(&text).map_err(not_replayable)?;
    let mut places = personal_data::suspicious_places(&document);
    for credential in exchanges.iter().flat_map(|seen| recorded_answer::credentials(seen, members)) {
        if text.contains(&credential) {
            places.push("a credential of the run".to_owned());
        }
    }
    places.dedup();
    if places.is_empty() { Ok(()) } else { Err(RecordError::Suspicious(places)) }
}
