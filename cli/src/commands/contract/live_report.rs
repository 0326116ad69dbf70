//! The results of the calls to live vendors, as `compare` and `record` report them.

use std::io;

use serde::Serialize;
use unicontact_contract::fixture::Operation;
use unicontact_contract::{LiveCall, LiveRun, SkippedFixture};

use super::target::ContractTarget;
use crate::arguments::Format;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;

/// The results of all calls.
#[derive(Default)]
pub(crate) struct LiveReport<'a> {
    pub(crate) completed: Vec<CompletedCall<'a>>,
    pub(crate) created: Vec<Created>,
    pub(crate) in_doubt: Vec<InDoubt>,
    pub(crate) skipped: Vec<SkippedFixture>,
    /// Whether some calls were not made, because of Ctrl-C or an earlier failure.
    pub(super) is_cut_short: bool,
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

impl LiveReport<'_> {
    fn has_comparable_answer(&self) -> bool {
        self.completed.iter().any(|it| it.run.reason_not_compared().is_none())
    }

    /// Lists the completed calls whose answers cannot be compared among the skipped fixtures.
    pub(super) fn skip_incomparable(&mut self) {
        for CompletedCall { target, call, run } in &self.completed {
            let reason = run.reason_not_compared();
            self.skipped.extend(reason.iter().flat_map(|reason| call.skipped(*target, reason)));
        }
    }

    /// Returns the number of creates that were sent, should succeed, and were not compared.
    pub(super) fn creates_not_compared(&self) -> usize {
        let creates = self.completed.iter().filter(|CompletedCall { call, .. }| {
            call.operation == Operation::Create && call.provoked.is_none()
        });
        creates.filter(|it| it.run.reason_not_compared().is_some()).count()
    }

    /// Returns the exit code of the calls.
    pub(super) fn exit(&self) -> Exit {
        if self.in_doubt.iter().any(|doubt| !doubt.answered) {
            Exit::InDoubt
        } else if self.is_cut_short || !self.has_comparable_answer() {
            Exit::Incomplete
        } else {
            Exit::Done
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
