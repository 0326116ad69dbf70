//! Plans the calls to a target and connects an adapter for each, before anything is sent.

use std::sync::Arc;

use unicontact::providers::http::Http;
use unicontact_contract::{
    ConnectError, Fixtures, LiveCall, LiveCalls, LiveConnection, LiveProvider as _, SkippedFixture, connect,
};

use super::purpose::Purpose;
use super::target::ContractTarget;
use crate::exit::Failure;
use crate::failure_code::FailureCode;

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
        let LiveCalls { calls: planned, skipped } = purpose.calls(fixtures, target, &target.scenarios);
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
