//! Compares the answers of a live vendor with its fixtures, and grades each difference by what the adapter does with it.
//!
//! The fixtures of a call define what its answers must hold. All fixtures of the same request define what they may hold. Statuses,
//! headers, JSON types and fixed words are compared, never values.

mod answer;
mod change;
mod data_keys;
mod echoed_field;
mod finding;
mod headers;
mod result;
mod word;

use std::slice;

use unicontact_providers::http::{Answer, Seen};

use self::change::{Change, Severity};
use self::finding::FindingList;
pub use self::finding::{Acceptance, Finding};
use crate::adapters::Adapters;
use crate::alteration::Alteration;
use crate::experiment::{AlterationTargets, Experiments, FixtureExchange};
use crate::fixture::{Fixture, FixtureAnswer};
use crate::folder::Fixtures;
use crate::grade::Grade;
use crate::live_call::LiveCall;
use crate::live_provider::LiveProvider;
use crate::live_run::LiveRun;
use crate::request_match::{self, AccountSegments};
use crate::verdict::Verdict;

const NOT_TRIED: &str = "graded by its shape, because no fixture can be replayed with this change";

/// A comparison of live vendors with their fixtures.
///
/// A difference is breaking if it changes the result of the adapter. To learn that, the comparison alters the answer of a fixture
/// and replays it on this machine. It sends nothing to a vendor.
pub struct Comparison<'a> {
    fixtures: &'a Fixtures,
    experiments: Experiments<'a>,
    findings: FindingList,
}

impl<'a> Comparison<'a> {
    /// Returns a comparison without findings. `adapters` replay the fixtures.
    pub fn new(fixtures: &'a Fixtures, adapters: &'a dyn Adapters) -> Self {
        Self { fixtures, experiments: Experiments::new(fixtures, adapters), findings: FindingList::default() }
    }

    /// Adds every difference between a run and the fixtures. Of a run with a
    /// [`reason_not_compared`](LiveRun::reason_not_compared), it adds only differences that lead to its error, such as a login
    /// without a token.
    pub async fn add(&mut self, call: &LiveCall<'_>, run: &LiveRun, live: &dyn LiveProvider) {
        let verdict = Verdict::new(&run.outcome);
        let is_comparable = run.reason_not_compared().is_none();
        let is_expected = call.fixtures.iter().any(|fixture| verdict.is_expected(&fixture.expect));
        for mut change in changes(self.fixtures, call, run, live) {
            let grade = match &change.severity {
                Severity::IfDecisive { .. } if is_expected => None,
                _ if is_comparable => self.grade(&mut change, &verdict).await,
                _ => self.leads_to(&change, &verdict).await.then_some(Grade::Breaking),
            };
            if let Some(grade) = grade {
                self.findings.add(change, grade, call, live);
            }
        }
    }

    /// Returns the findings. A difference that several fixtures show is one finding.
    pub fn findings(self) -> Vec<Finding> {
        self.findings.into_findings()
    }

    /// Returns the grade of a change, or `None` if it matters to nobody.
    async fn grade(&mut self, change: &mut Change<'_>, live: &Verdict) -> Option<Grade> {
        match &change.severity {
            Severity::Fixed(grade) => Some(*grade),
            Severity::ByExperiment { targets, alterations, by_shape } => {
                match self.changes_verdict(targets, alterations).await {
                    Some(true) => Some(Grade::Breaking),
                    Some(false) => Some(Grade::Cosmetic),
                    None => {
                        change.note = Some(NOT_TRIED.to_owned());
                        Some(*by_shape)
                    }
                }
            }
            Severity::IfChanged { targets, alteration } => {
                let is_changed = self.changes_verdict(targets, slice::from_ref(alteration)).await;
                (is_changed == Some(true)).then_some(Grade::Breaking)
            }
            Severity::IfDecisive { .. } => self.leads_to(change, live).await.then_some(Grade::Breaking),
        }
    }

    /// Returns whether an alteration changes the verdict of a fixture into one like that of the live run.
    async fn leads_to(&mut self, change: &Change<'_>, live: &Verdict) -> bool {
        let (targets, alterations) = match &change.severity {
            Severity::Fixed(_) => return false,
            Severity::ByExperiment { targets, alterations, .. } => (targets, alterations.as_slice()),
            Severity::IfChanged { targets, alteration } | Severity::IfDecisive { targets, alteration } => {
                (targets, slice::from_ref(alteration))
            }
        };
        for alteration in alterations {
            let experiments = self.experiments.run(targets, alteration).await;
            if experiments.iter().any(|it| it.is_changed && it.after.is_like(live)) {
                return true;
            }
        }
        false
    }

    /// Returns whether one of the alterations changes the verdict, or `None` if not all of them can be tried.
    async fn changes_verdict(
        &mut self,
        targets: &AlterationTargets<'_>,
        alterations: &[Alteration],
    ) -> Option<bool> {
        let mut are_all_tried = true;
        for alteration in alterations {
            let experiments = self.experiments.run(targets, alteration).await;
            if experiments.iter().any(|it| it.is_changed) {
                return Some(true);
            }
            are_all_tried &= !experiments.is_empty();
        }
        are_all_tried.then_some(false)
    }
}

/// Returns every change between a run and the fixtures, without the grades that experiments decide.
fn changes<'a>(
    fixtures: &'a Fixtures,
    call: &LiveCall<'a>,
    run: &LiveRun,
    live: &'a dyn LiveProvider,
) -> Vec<Change<'a>> {
    let accounts = AccountSegments::new(fixtures, live.vendor());
    let mut changes = result::changes(call, &run.outcome);
    if run.is_accepted_instead() {
        return changes;
    }
    for (index, seen) in run.exchanges.iter().enumerate() {
        // The result reports a refusal of a call that should succeed.
        let is_compared = |it: &&Answer| call.provoked.is_some() || run.error().is_none() || it.is_success();
        let Some(answer) = seen.answer.as_ref().filter(is_compared) else { continue };
        let known = known_exchanges(fixtures, live.vendor(), seen, answer, &accounts);
        let own: Vec<FixtureExchange<'a>> = call
            .fixtures
            .iter()
            .filter_map(|fixture| {
                let counterparts = request_match::counterparts(fixture, &run.exchanges, &accounts);
                counterparts.get(index).copied().flatten()
            })
            .collect();
        changes.extend(answer::changes(call.contact, &with_status(own, answer.status()), &known, answer));
    }
    changes
}

/// Returns the exchanges whose answers have this status, or all if none has. A call may expect refusals of several forms.
fn with_status(own: Vec<FixtureExchange<'_>>, status: u16) -> Vec<FixtureExchange<'_>> {
    let (same, others): (Vec<_>, Vec<_>) = own.into_iter().partition(|it| it.answer.status == Some(status));
    if same.is_empty() { others } else { same }
}

/// Returns the exchanges of a vendor's fixtures that show such an answer to this request: a success, or an error of the same class.
fn known_exchanges<'a>(
    fixtures: &'a Fixtures,
    vendor: &'a str,
    seen: &Seen,
    answer: &Answer,
    accounts: &AccountSegments<'_>,
) -> Vec<FixtureExchange<'a>> {
    let class = answer.status() / 100;
    let is_similar = |fixture: &&Fixture| !answer.is_success() || fixture.expect.is_success();
    let is_of_class = |answer: &FixtureAnswer| answer.status.is_some_and(|status| status / 100 == class);
    let exchanges = fixtures.of_vendor(vendor).filter(is_similar).flat_map(FixtureExchange::all);
    exchanges
        .filter(|it| is_of_class(it.answer) && request_match::matches(it.request, seen, accounts))
        .collect()
}
