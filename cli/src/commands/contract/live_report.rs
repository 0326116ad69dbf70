//! The results of the calls to live vendors, as `compare` and `record` report them.

use std::collections::BTreeSet;
use std::io;

use serde::Serialize;
use unicontact_contract::fixture::Operation;
use unicontact_contract::{Finding, Fixture, LiveCall, LiveProvider as _, LiveRun, SkippedFixture};

use super::target::ContractTarget;
use crate::arguments::Format;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;

const FOUND_NOTHING: &str = "the search found nothing, so its answer cannot be compared";

/// The results of all calls.
#[derive(Default)]
pub(crate) struct LiveReport<'a> {
    pub(crate) completed: Vec<CompletedCall<'a>>,
    pub(crate) created: Vec<Created>,
    pub(crate) in_doubt: Vec<InDoubt>,
    pub(crate) skipped: Vec<SkippedFixture>,
    /// Whether some calls were not made, because of Ctrl-C or an earlier failure.
    pub(super) is_cut_short: bool,
    /// The vendors with a call that was not made, or whose answer cannot be compared.
    vendors_with_skipped_calls: BTreeSet<String>,
}

/// A call that was made.
pub(crate) struct CompletedCall<'a> {
    pub(crate) target: &'a ContractTarget,
    pub(crate) call: LiveCall<'a>,
    pub(crate) run: LiveRun,
}

/// A contact that a vendor holds.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Created {
    pub(crate) provider: String,
    pub(crate) vendor: String,
    pub(crate) contact: String,
    pub(crate) id: String,
    /// Whether the vendor says that it had the contact before.
    pub(crate) existing: bool,
}

/// A contact that a vendor may hold, with an unknown id.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct InDoubt {
    pub(crate) provider: String,
    pub(crate) vendor: String,
    pub(crate) contact: String,
    /// Whether the create was answered with a success, so that the vendor holds the contact.
    pub(crate) answered: bool,
}

impl CompletedCall<'_> {
    /// Returns whether a finding is one of this call.
    pub(super) fn has(&self, finding: &Finding) -> bool {
        self.call.fixtures.iter().any(|fixture| self.shows(finding, fixture))
    }

    /// Returns whether a finding names a fixture of this call.
    pub(super) fn shows(&self, finding: &Finding, fixture: &Fixture) -> bool {
        finding.provider == self.target.provider() && finding.scenarios.contains(&fixture.scenario)
    }
}

fn expects_a_find(fixture: &Fixture) -> bool {
    fixture.expect.found.as_ref().is_some_and(|found| !found.is_null())
}

impl LiveReport<'_> {
    fn has_comparable_answer(&self) -> bool {
        self.completed.iter().any(|it| it.run.reason_not_compared().is_none())
    }

    /// Lists the fixtures of a call among the skipped ones.
    pub(super) fn skip(&mut self, target: &ContractTarget, call: &LiveCall<'_>, reason: &str) {
        self.skipped.extend(call.skipped(target, reason));
        self.vendors_with_skipped_calls.insert(target.vendor().to_owned());
    }

    /// Lists the completed calls whose answers cannot be compared among the skipped fixtures.
    pub(super) fn skip_incomparable(&mut self) {
        self.skip_completed(|completed| completed.run.reason_not_compared());
    }

    /// Lists the searches that should find a contact and found none among the skipped fixtures, apart from those with a finding.
    pub(super) fn skip_empty_searches(&mut self, findings: &[Finding]) {
        let is_empty = |it: &CompletedCall<'_>| {
            let is_expected = it.call.fixtures.iter().copied().all(expects_a_find);
            it.run.has_found_nothing() && is_expected && !findings.iter().any(|finding| it.has(finding))
        };
        self.skip_completed(|completed| is_empty(completed).then(|| FOUND_NOTHING.to_owned()));
    }

    fn skip_completed(&mut self, reason: impl Fn(&CompletedCall<'_>) -> Option<String>) {
        for completed in &self.completed {
            let Some(reason) = reason(completed) else { continue };
            self.skipped.extend(completed.call.skipped(completed.target, &reason));
            self.vendors_with_skipped_calls.insert(completed.target.vendor().to_owned());
        }
    }

    /// Returns the number of creates that were sent, should succeed, and were not compared.
    pub(super) fn creates_not_compared(&self) -> usize {
        let creates = self.completed.iter().filter(|CompletedCall { call, .. }| {
            call.operation == Operation::Create && call.provoked.is_none()
        });
        creates.filter(|it| it.run.reason_not_compared().is_some()).count()
    }

    /// Returns the vendors whose calls were all made and compared.
    pub(super) fn compared_vendors(&self) -> Vec<&str> {
        let vendors = self.completed.iter().map(|it| it.target.vendor());
        vendors.filter(|vendor| !self.vendors_with_skipped_calls.contains(*vendor)).collect()
    }

    /// Returns the exit code of the calls. A contact that exists, with an unknown id, is not in doubt: a finding or the
    /// [reason](Self::reason_incomplete) names it.
    pub(super) fn exit(&self) -> Exit {
        if self.in_doubt.iter().any(|doubt| !doubt.answered) {
            Exit::InDoubt
        } else if self.reason_incomplete().is_some() {
            Exit::Incomplete
        } else {
            Exit::Done
        }
    }

    /// Returns why the exit code is not 0 although no finding counts.
    pub(super) fn reason_incomplete(&self) -> Option<&'static str> {
        if self.in_doubt.iter().any(|doubt| !doubt.answered) {
            Some("a contact is in doubt; look for it at the vendor")
        } else if !self.in_doubt.is_empty() {
            Some("a contact was created whose id is unknown; look for it at the vendor")
        } else if self.is_cut_short {
            Some("a call failed or was not made")
        } else if !self.has_comparable_answer() {
            Some("no answer could be compared")
        } else {
            None
        }
    }
}

/// Returns the exit code after the report was written. A report that cannot be written is an error on stderr.
pub(super) fn exit_after_report(exit: Exit, written: &io::Result<()>, format: Format) -> Exit {
    match written {
        Ok(()) => exit,
        Err(error) => {
            let text = format!("the report cannot be written to stdout: {error}");
            Failure::new(FailureCode::Output, text).print(format);
            exit.after_write_error()
        }
    }
}
