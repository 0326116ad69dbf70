//! Groups the fixtures of a vendor by what they claim: the operation, the last request and the result.

use std::collections::BTreeSet;

use serde::Serialize;

use super::exchange::ClaimedRequest;
use super::proof::Proof;
use super::recordable::recordable;
use super::result::ClaimedResult;
use crate::fixture::{Fixture, Operation, ProvenanceKind};
use crate::folder::Fixtures;

/// A result of a request, and the evidence for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The operation of the adapter.
    pub operation: Operation,
    /// The last request. `None` if nothing is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<ClaimedRequest>,
    /// The result.
    #[serde(flatten)]
    pub result: ClaimedResult,
    /// The best provenance of its fixtures.
    pub evidence: ProvenanceKind,
    /// The scenarios of its fixtures, the best first.
    pub scenarios: Vec<String>,
    /// The name of the contact in the first scenario.
    pub contact: String,
    /// What would prove it.
    #[serde(flatten)]
    pub proof: Proof,
}

/// The fixtures of a claim.
struct Group<'a> {
    request: Option<ClaimedRequest>,
    result: ClaimedResult,
    fixtures: Vec<&'a Fixture>,
}

/// Returns the claims of a vendor's fixtures, sorted by operation and scenario. Those that are not recorded yet claim nothing.
pub(super) fn claims(fixtures: &Fixtures, vendor: &str, is_described: bool) -> Vec<Claim> {
    let recordable = recordable(fixtures, vendor, is_described);
    let mut groups: Vec<Group<'_>> = Vec::new();
    for fixture in fixtures.of_vendor(vendor).filter(|fixture| !fixture.is_not_recorded()) {
        let request = ClaimedRequest::of_fixture(fixture, fixtures.provider(vendor));
        let result = ClaimedResult::from(&fixture.expect);
        let is_same = |group: &&mut Group<'_>| {
            let operation = group.fixtures.first().map(|first| first.operation());
            operation == Some(fixture.operation()) && group.request == request && group.result == result
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.fixtures.push(fixture),
            None => groups.push(Group { request, result, fixtures: vec![fixture] }),
        }
    }
    let mut claims: Vec<Claim> =
        groups.into_iter().filter_map(|group| claim(group, fixtures, &recordable)).collect();
    claims.sort_by(|one, other| (one.operation, &one.scenarios).cmp(&(other.operation, &other.scenarios)));
    claims
}

fn claim(group: Group<'_>, fixtures: &Fixtures, recordable: &BTreeSet<&str>) -> Option<Claim> {
    let Group { request, result, fixtures: mut of_claim } = group;
    // The best fixture, and of several the most usual: without a configuration of its own, and with the shortest name.
    of_claim.sort_by_key(|it| {
        (it.provenance.evidence(), !it.provider.is_empty(), it.scenario.len(), it.scenario.as_str())
    });
    let best = *of_claim.first()?;
    Some(Claim {
        operation: best.operation(),
        evidence: best.provenance.evidence(),
        scenarios: of_claim.iter().map(|fixture| fixture.scenario.clone()).collect(),
        contact: best.contact.clone(),
        proof: Proof::new(&of_claim, &result, fixtures, recordable),
        request,
        result,
    })
}
