//! The drifts, each with the call in whose answer it is planted.

use unicontact_sandbox::Vendor;

use super::{errors, successes};
use crate::baseline::proxy::Reply;

/// A change to the answers of a vendor.
#[derive(Clone)]
pub(super) struct Drift {
    /// The first column of the page.
    pub(super) id: &'static str,
    pub(super) vendor: Vendor,
    pub(super) scenario: &'static str,
    /// A scenario whose call is made before, without the drift.
    pub(super) after: Option<&'static str>,
    pub(super) from: From,
    pub(super) at: At,
    pub(super) plant: fn(&mut Reply),
    /// The places of all its findings, without the request.
    pub(super) places: &'static [&'static str],
}

/// Where the answer before the drift comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    Sandbox,
    /// The fixture of a refusal that no comparison provokes.
    Fixture,
}

/// The answer that has the drift.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Last,
    /// Each answer before the last one.
    Login,
}

impl Drift {
    pub(super) fn new(
        id: &'static str,
        (vendor, scenario): (Vendor, &'static str),
        places: &'static [&'static str],
        plant: fn(&mut Reply),
    ) -> Self {
        Self { id, vendor, scenario, after: None, from: From::Sandbox, at: At::Last, plant, places }
    }

    pub(super) fn after(self, scenario: &'static str) -> Self {
        Self { after: Some(scenario), ..self }
    }

    pub(super) fn from(self, from: From) -> Self {
        Self { from, ..self }
    }

    pub(super) fn at_login(self) -> Self {
        Self { at: At::Login, ..self }
    }
}

/// Returns all drifts.
pub(super) fn drifts() -> Vec<Drift> {
    successes::drifts().into_iter().chain(errors::drifts()).collect()
}
