//! The beginning of a recorded fixture: its name, provenance and provider, without exchanges.

use jiff::Timestamp;
use serde_json::Value;

use super::origin::Origin;
use super::vendor_context::VendorContext;
use crate::fixture::{Expectation, Fixture, Provenance, ProvenanceKind, ProviderDocument, ProviderKeys};
use crate::live_call::LiveCall;
use crate::live_run::LiveRun;
use crate::outcome::Outcome;
use crate::request_match;

const NOTE: &str = "The requests were made again with made-up credentials. In the answers, texts, numbers of six digits and \
                    more, and keys that are data are replaced. The same text has the same replacement in the whole run. Kept \
                    are texts that were sent or that a fixture has, names of members, times within a day of the recording, and \
                    numbers of less than six digits.";
const NO_EVIDENCE: &str = "It is no traffic of the vendor, and no evidence about it.";

/// Returns the fixture of a run without its exchanges and its result.
pub(super) fn without_exchanges(
    call: &LiveCall<'_>,
    run: &LiveRun,
    vendor: &VendorContext<'_>,
    origin: &Origin,
) -> Fixture {
    let (live, defaults) = (vendor.live, &vendor.defaults);
    let credentials: Vec<String> = live.credentials().into_iter().collect();
    let mut default_credentials = defaults.credentials.clone();
    default_credentials.sort();
    let mut keys = call.keys.clone();
    keys.retain(|key, value| defaults.keys.get(key) != Some(value) && *value != Value::Bool(false));
    let note = if origin.is_the_vendor { NOTE.to_owned() } else { format!("{NO_EVIDENCE} {NOTE}") };
    Fixture {
        vendor: live.vendor().to_owned(),
        scenario: name(call, run, vendor),
        provenance: Provenance {
            kind: ProvenanceKind::Recorded,
            source: origin.source.clone(),
            date: run.began.strftime("%Y-%m-%d").to_string(),
            note,
            account_kind: origin.account_kind.clone(),
            stand_in: !origin.is_the_vendor,
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
fn name(call: &LiveCall<'_>, run: &LiveRun, vendor: &VendorContext<'_>) -> String {
    let expects = |fixture: &&&Fixture| match &run.outcome {
        Outcome::Created { existing: false, .. } => fixture.expect.created.is_some(),
        Outcome::Created { existing: true, .. } => fixture.expect.existing.is_some(),
        Outcome::Found(id) => fixture.expect.found.as_ref().is_some_and(|it| it.is_string() == id.is_some()),
        Outcome::Unclear(_) => fixture.expect.unclear.is_some(),
        Outcome::Checked => true,
        Outcome::Failed(error) => {
            fixture.expect.kind == Some(error.kind()) && has_requests_of(fixture, run, vendor)
        }
    };
    let expecting = call.fixtures.iter().filter(expects);
    let fixture = expecting.min_by_key(|fixture| !fixture.is_named_after_operation());
    fixture.map_or_else(|| call.scenario(), |fixture| &fixture.scenario).to_owned()
}

/// Returns whether a fixture has the requests of a run, such as those of a refused login.
fn has_requests_of(fixture: &Fixture, run: &LiveRun, vendor: &VendorContext<'_>) -> bool {
    let counterparts = request_match::counterparts(fixture, &run.exchanges, &vendor.accounts);
    fixture.exchanges().count() == counterparts.len() && counterparts.iter().all(Option::is_some)
}
