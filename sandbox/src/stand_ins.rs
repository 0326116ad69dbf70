//! All stand-ins of a sandbox with their clock, shared by the library and the control endpoint.

use std::sync::Arc;

use crate::faults::Faults;
use crate::server::StandInServer;
use crate::settable_clock::SettableClock;
use crate::vendor::Vendor;

/// The stand-ins and their clock.
pub(crate) struct StandIns {
    all: Vec<Arc<StandInServer>>,
    clock: SettableClock,
}

impl StandIns {
    /// Creates the set. `all` is in the order of [`Vendor::ALL`] and has at least one stand-in.
    pub(crate) fn new(all: impl Iterator<Item = Arc<StandInServer>>, clock: SettableClock) -> Self {
        Self { all: all.collect(), clock }
    }

    /// Returns the stand-in of a vendor, if the sandbox serves it.
    pub(crate) fn at(&self, vendor: Vendor) -> Option<&StandInServer> {
        self.all.iter().find(|server| server.vendor() == vendor).map(AsRef::as_ref)
    }

    /// Returns the stand-ins in the order of [`Vendor::ALL`].
    pub(crate) fn all(&self) -> impl Iterator<Item = &StandInServer> {
        self.all.iter().map(AsRef::as_ref)
    }

    pub(crate) fn clock(&self) -> SettableClock {
        self.clock.clone()
    }

    pub(crate) fn faults(&self) -> Faults {
        self.all().next().map(StandInServer::faults).unwrap_or_default()
    }

    pub(crate) async fn set_faults(&self, faults: &Faults) {
        for server in &self.all {
            server.set_faults(faults.clone());
        }
        self.settled().await;
    }

    pub(crate) async fn reset(&self) {
        for server in &self.all {
            server.reset();
        }
        self.settled().await;
    }

    pub(crate) async fn settled(&self) {
        for server in &self.all {
            server.settled().await;
        }
    }
}
