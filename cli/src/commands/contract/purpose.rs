//! Selects the calls to live vendors of a command. Counts the refusals that they provoke.

use unicontact_contract::{Fixtures, LiveCall, LiveCalls, LiveProvider};

use super::scenarios;
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
    /// Returns the calls to a provider that the scenarios of these names need; all without names.
    pub(super) fn calls<'a>(
        self,
        fixtures: &'a Fixtures,
        live: &dyn LiveProvider,
        names: &[String],
    ) -> LiveCalls<'a> {
        let mut calls = match self {
            Self::Compare => LiveCalls::new(fixtures, live),
            Self::Record => LiveCalls::for_recording(fixtures, live),
        };
        calls.retain_scenarios(|scenario| scenarios::is_selected(scenario, names));
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
