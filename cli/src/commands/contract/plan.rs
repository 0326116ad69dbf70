//! Plans the calls to a target and connects an adapter for each, before anything is sent.

use std::sync::Arc;

use unicontact::providers::http::Http;
use unicontact_contract::{
    ConnectError, Fixtures, LiveCall, LiveCalls, LiveConnection, LiveProvider as _, SkippedFixture, connect,
};

use super::scenarios;
use super::target::ContractTarget;
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;

/// What the calls are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Compares the answers with the fixtures. Calls with the same configuration share a login.
    Compare,
    /// Records the answers. Each call logs in, so that its exchanges are complete.
    Record,
}

impl Purpose {
    /// Returns the calls to a target that the selected scenarios need.
    pub(super) fn calls<'a>(self, fixtures: &'a Fixtures, target: &ContractTarget) -> LiveCalls<'a> {
        let mut calls = match self {
            Self::Compare => LiveCalls::new(fixtures, target),
            Self::Record => LiveCalls::for_recording(fixtures, target),
        };
        calls.retain_scenarios(|scenario| scenarios::is_selected(scenario, &target.scenarios));
        calls
    }
}

/// Returns how many refusals calls provoke, in words, if they provoke any.
pub(super) fn refusals<'a>(calls: impl Iterator<Item = &'a LiveCall<'a>>) -> Option<String> {
    let wrong_credentials: Vec<bool> =
        calls.filter(|call| call.provoked.is_some()).map(LiveCall::has_wrong_credentials).collect();
    let all = output::counted(wrong_credentials.len() as u64, "refusal", "refusals");
    match wrong_credentials.iter().filter(|is_wrong| **is_wrong).count() {
        _ if wrong_credentials.is_empty() => None,
        0 => Some(all),
        wrong if wrong == wrong_credentials.len() => Some(format!("{all} of wrong credentials")),
        wrong => Some(format!("{all} ({wrong} of wrong credentials)")),
    }
}

/// The calls to one target.
pub(super) struct Plan<'a> {
    pub(super) target: &'a ContractTarget,
    pub(super) calls: Vec<(LiveCall<'a>, Arc<LiveConnection>)>,
    pub(super) skipped: Vec<SkippedFixture>,
}

impl<'a> Plan<'a> {
    /// Connects the adapters and sends nothing.
    pub(super) fn connect(
        fixtures: &'a Fixtures,
        target: &'a ContractTarget,
        http: &Http,
        purpose: Purpose,
    ) -> Result<Self, Failure> {
        let LiveCalls { calls: planned, skipped } = purpose.calls(fixtures, target);
        let mut calls: Vec<(LiveCall<'a>, Arc<LiveConnection>)> = Vec::new();
        for call in planned {
            let shared = calls
                .iter()
                .find(|(other, _)| purpose == Purpose::Compare && call.has_same_connection_as(other));
            let connection = match shared {
                Some((_, connection)) => Arc::clone(connection),
                None => connect(&call, target, http)
                    .map(Arc::new)
                    .map_err(|error| connect_failure(&call, target, &error))?,
            };
            calls.push((call, connection));
        }
        Ok(Self { target, calls, skipped })
    }
}

/// Returns a failure that names the file with the rejected key: the fixture, or the vendor's provider document.
fn connect_failure(call: &LiveCall<'_>, target: &ContractTarget, error: &ConnectError) -> Failure {
    let (provider, vendor) = (target.provider(), target.vendor());
    let is_rejected = |key: &String| error.0.starts_with(&format!("{key}: "));
    let fixture = call.fixtures.iter().find(|fixture| fixture.provider.keys.keys().any(is_rejected));
    let file = fixture
        .map_or_else(|| format!("providers/{vendor}.json"), |fixture| format!("{}.json", fixture.name()));
    Failure::new(
        FailureCode::InvalidConfiguration,
        format!(
            "{file}: {}; the provider {provider} rejects this configuration, and nothing was sent",
            error.0
        ),
    )
}
