//! Compares all fixtures of a vendor with a description.

use std::collections::{BTreeMap, BTreeSet};

use unicontact_providers::{Effect, ErrorKind};

use super::finding::{Findings, OpenApiFinding, RequestFindings};
use super::operation::OpenApiOperation;
use super::read_members::{ReadMember, read_members};
use super::{OpenApi, authentication, received, request_parameters, sent};
use crate::adapters::Adapters;
use crate::experiment::Experiments;
use crate::fixture::{ExpectedRequest, Fixture, FixtureAnswer};
use crate::folder::Fixtures;
use crate::grade::Grade;
use crate::replay_error::ReplayError;
use crate::request_match::{describe, describe_without_values};

/// The result of a comparison with a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenApiReport {
    /// The number of requests that were compared. Those of the same operation count once.
    pub requests: usize,
    /// The differences, by request, the worst first.
    pub findings: Vec<OpenApiFinding>,
}

/// Compares the fixtures of a vendor that expect a success or a refusal with the vendor's description. What an adapter reads is
/// found by experiments on this machine: nothing is sent to the vendor.
///
/// # Errors
///
/// When a fixture is incomplete or the adapter cannot be connected.
pub async fn check_openapi(
    description: &OpenApi,
    fixtures: &Fixtures,
    vendor: &str,
    adapters: &dyn Adapters,
) -> Result<OpenApiReport, ReplayError> {
    let mut comparison = DescriptionComparison {
        description,
        fixtures,
        findings: Findings::default(),
        statuses: BTreeMap::new(),
    };
    let mut experiments = Experiments::new(fixtures, adapters);
    for fixture in fixtures.of_vendor(vendor).filter(|fixture| is_comparable(fixture)) {
        let read = read_members(fixture, &mut experiments).await?;
        comparison.add(fixture, &read);
    }
    Ok(comparison.report())
}

/// Returns whether a fixture shows what the vendor answers, and no fault.
fn is_comparable(fixture: &Fixture) -> bool {
    fixture.fault().is_none()
        && !fixture.is_not_recorded()
        && (fixture.expect.is_success() || fixture.expect.effect == Some(Effect::Refused))
}

struct DescriptionComparison<'a> {
    description: &'a OpenApi,
    fixtures: &'a Fixtures,
    findings: Findings,
    /// The statuses that the fixtures show, by request.
    statuses: BTreeMap<String, (Option<OpenApiOperation<'a>>, BTreeSet<u16>)>,
}

impl DescriptionComparison<'_> {
    fn add(&mut self, fixture: &Fixture, read: &BTreeSet<ReadMember>) {
        for (index, (request, answer)) in fixture.exchanges().enumerate() {
            let operation = self.description.operation(&request.method, &request.path);
            let name = operation.map_or_else(
                || self.without_values(request, fixture),
                |it| format!("{} {}", request.method, it.template),
            );
            let mut findings = RequestFindings::new(name.clone(), Some(&fixture.scenario));
            let statuses = &mut self.statuses.entry(name).or_insert_with(|| (operation, BTreeSet::new())).1;
            statuses.extend(answer.status);
            let read: Vec<&ReadMember> = read.iter().filter(|member| member.exchange == index).collect();
            match operation {
                Some(operation) => check(&operation, fixture, (request, answer), &read, &mut findings),
                // A login often is described elsewhere.
                None if answer.issues_token() => {
                    findings.add(Grade::Additive, "operation", "a login", "no such operation");
                }
                None => findings.add(Grade::Breaking, "operation", "a request", "no such operation"),
            }
            self.findings.extend(findings);
        }
    }

    /// Returns method and path of a request, without the values of the contact.
    fn without_values(&self, request: &ExpectedRequest, fixture: &Fixture) -> String {
        let contact = self.fixtures.contact(&fixture.contact);
        contact.map_or_else(|| describe(request), |contact| describe_without_values(request, contact))
    }

    fn report(mut self) -> OpenApiReport {
        for (name, (operation, shown)) in &self.statuses {
            if let Some(operation) = operation {
                let mut findings = RequestFindings::new(name.clone(), None);
                for reference in operation.dangling_references() {
                    let place = format!("reference {reference}");
                    findings.add(Grade::Breaking, place, "a request", "the reference leads nowhere");
                }
                received::check_unshown(operation, shown, &mut findings);
                self.findings.extend(findings);
            }
        }
        OpenApiReport { requests: self.statuses.len(), findings: self.findings.sorted() }
    }
}

fn check(
    operation: &OpenApiOperation<'_>,
    fixture: &Fixture,
    (request, answer): (&ExpectedRequest, &FixtureAnswer),
    read: &[&ReadMember],
    findings: &mut RequestFindings,
) {
    if operation.is_deprecated() {
        findings.add(Grade::Additive, "operation", "a request", "deprecated");
    }
    // Such a request is there to be refused.
    let is_refused_for_its_content = fixture.expect.kind == Some(ErrorKind::Invalid);
    request_parameters::check(operation, request, !is_refused_for_its_content, findings);
    if !is_refused_for_its_content {
        sent::check_body(operation, request, findings);
    }
    authentication::check(operation, request, findings);
    // A failing server is no part of a description.
    if let Some(status) = answer.status.filter(|status| *status < 500) {
        let is_last = fixture.answer.as_ref().is_some_and(|last| std::ptr::eq(last, answer));
        let is_success = status / 100 == 2 && (!is_last || fixture.expect.is_success());
        received::check(operation, answer, is_success, read, findings);
    }
}
