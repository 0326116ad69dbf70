//! Runs the calls of the fixtures against live vendors, one at a time and each once.
//!
//! Every created contact is reported on stderr at once, so that no interruption loses its id. The first Ctrl-C waits for
//! the answer of the running call; the second one does not.

use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt as _;
use tokio::time::sleep_until;
use unicontact::providers::clock::SystemClock;
use unicontact::providers::http::Http;
use unicontact_contract::fixture::Operation;
use unicontact_contract::{Fixtures, LiveCall, LiveConnection, LiveProvider as _, LiveRun, run_call};

use super::live_report::{CompletedCall, Created, InDoubt, LiveReport};
use super::plan::Plan;
use super::purpose::{Purpose, refusals};
use super::target::ContractTarget;
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;
use crate::signals::Signals;

const SENT_TO_THE_ACCOUNT: &str =
    "wrong credentials were sent to this account already, for another provider; more may lock it";
const FOUND_BEFORE: &str = "the vendor has the contact already, so that a search finds it";

/// The end of one call.
enum CallEnd {
    Completed(LiveRun),
    Aborted,
}

/// Runs every call of the fixtures against every target. All targets are connected before the first call.
pub(super) async fn run_all<'a>(
    fixtures: &'a Fixtures,
    targets: &'a [ContractTarget],
    purpose: Purpose,
) -> Result<LiveReport<'a>, Failure> {
    let http = Http::new(Arc::new(SystemClock))
        .map_err(|error| Failure::new(FailureCode::System, error.to_string()))?;
    let plans: Vec<Plan<'a>> = targets
        .iter()
        .map(|target| Plan::connect(fixtures, target, &http, purpose))
        .collect::<Result<_, _>>()?;
    let mut runner =
        CallRunner { signals: Signals::register()?, is_stopped: false, report: LiveReport::default() };
    for plan in plans {
        runner.run_plan(plan).await;
    }
    Ok(runner.report)
}

struct CallRunner<'a> {
    signals: Signals,
    is_stopped: bool,
    report: LiveReport<'a>,
}

impl<'a> CallRunner<'a> {
    async fn run_plan(&mut self, plan: Plan<'a>) {
        let target = plan.target;
        self.report.skipped.extend(plan.skipped);
        if let Some(refusals) = refusals(plan.calls.iter().map(|(call, _)| call)) {
            output::message(&format!("{refusals} will be provoked at {}", target.provider()));
        }
        let mut failure = None;
        for (call, connection) in plan.calls {
            // A signal between two calls stops before the next one.
            if self.signals.next().now_or_never().is_some() {
                self.stop();
            }
            if let Some(reason) = self.reason_to_stop().or_else(|| failure.clone()) {
                self.report.is_cut_short = true;
                self.skip(target, &call, &reason);
            } else if call.has_wrong_credentials() && self.has_sent_wrong_credentials(target) {
                self.skip(target, &call, SENT_TO_THE_ACCOUNT);
            } else {
                failure = self.run_in_turn(target, call, &connection).await;
            }
        }
    }

    /// Runs a call at the provider's rate and reports its end. Returns why no other call to the provider is made, if none is.
    async fn run_in_turn(
        &mut self,
        target: &'a ContractTarget,
        call: LiveCall<'a>,
        connection: &LiveConnection,
    ) -> Option<String> {
        let began = Instant::now();
        let CallEnd::Completed(run) = self.run_one(&call, connection).await else {
            self.report_aborted(target, &call);
            return None;
        };
        let failure = reason_to_skip_others(&run);
        self.report.is_cut_short |= failure.is_some();
        self.report_run(target, &call, &run);
        sleep_until((began + target.pace(run.requests())).into()).await;
        if call.expects_nothing() && run.error().is_none() && !run.has_found_nothing() {
            self.skip(target, &call, FOUND_BEFORE);
        } else {
            self.report.completed.push(CompletedCall { target, call, run });
        }
        failure
    }

    fn reason_to_stop(&self) -> Option<String> {
        self.is_stopped.then(|| "stopped before it was sent".to_owned())
    }

    async fn run_one(&mut self, call: &LiveCall<'_>, connection: &LiveConnection) -> CallEnd {
        let mut running = pin!(run_call(call, connection));
        loop {
            tokio::select! {
                run = &mut running => return CallEnd::Completed(run),
                () = self.signals.next() => {
                    if self.is_stopped {
                        return CallEnd::Aborted;
                    }
                    self.stop();
                }
            }
        }
    }

    /// Returns whether wrong credentials were sent to the account of a target. Several providers may have the same account, and
    /// vendors lock an account after a few of them.
    fn has_sent_wrong_credentials(&self, target: &ContractTarget) -> bool {
        let mut wrong = self.report.completed.iter().filter(|it| it.call.has_wrong_credentials());
        wrong.any(|it| it.target.has_same_account(target))
    }

    fn stop(&mut self) {
        self.is_stopped = true;
        output::message(output::STOPPING);
    }

    fn report_run(&mut self, target: &ContractTarget, call: &LiveCall<'_>, run: &LiveRun) {
        let (provider, vendor) = (target.provider().to_owned(), target.vendor().to_owned());
        let contact = call.contact_name.to_owned();
        if let Some(id) = run.id() {
            let existing = run.is_existing();
            let verb = if existing { "existing" } else { "created" };
            output::message(&format!("{verb} at {provider}: {id} (contact {contact})"));
            let is_same = |it: &Created| it.provider == provider && it.id == id;
            if !self.report.created.iter().any(is_same) {
                self.report.created.push(Created { provider, vendor, contact, id: id.to_owned(), existing });
            }
        } else if run.is_in_doubt() {
            self.report_in_doubt(InDoubt { provider, vendor, contact, answered: run.is_answered() });
        }
    }

    fn report_in_doubt(&mut self, doubt: InDoubt) {
        let state = if doubt.answered { "created with unknown id" } else { "in doubt" };
        output::message(&format!("{state} at {}: contact {}", doubt.provider, doubt.contact));
        self.report.in_doubt.push(doubt);
    }

    fn report_aborted(&mut self, target: &ContractTarget, call: &LiveCall<'_>) {
        self.report.is_cut_short = true;
        self.skip(target, call, "stopped before its answer came");
        if call.operation == Operation::Create {
            self.report_in_doubt(InDoubt {
                provider: target.provider().to_owned(),
                vendor: target.vendor().to_owned(),
                contact: call.contact_name.to_owned(),
                answered: false,
            });
        }
    }

    fn skip(&mut self, target: &ContractTarget, call: &LiveCall<'_>, reason: &str) {
        self.report.skip(target, call, reason);
    }
}

/// Returns why no other call to the same provider is made after this run, if none is.
fn reason_to_skip_others(run: &LiveRun) -> Option<String> {
    if run.has_provider_failure() {
        return run.failure().map(|failure| format!("an earlier call failed: {failure}"));
    }
    run.is_in_doubt().then(|| "an earlier create is in doubt".to_owned())
}
