//! All four stand-ins together, as the library and the control endpoint reach them.
//!
//! Rule: whatever the one can do, the other can, too.

use std::sync::Arc;

use crate::faults::Faults;
use crate::served::Served;
use crate::settable_clock::SettableClock;
use crate::vendor::Vendor;

/// The four stand-ins and their clock.
pub(crate) struct StandIns {
    all: Vec<Arc<Served>>,
    clock: SettableClock,
}

impl StandIns {
    /// `all` in the order of [`Vendor::ALL`].
    pub(crate) fn new(all: impl Iterator<Item = Arc<Served>>, clock: SettableClock) -> Self {
        Self { all: all.collect(), clock }
    }

    pub(crate) fn at(&self, vendor: Vendor) -> &Served {
        &self.all[vendor as usize]
    }

    pub(crate) fn clock(&self) -> SettableClock {
        self.clock.clone()
    }

    pub(crate) fn faults(&self) -> Faults {
        self.at(Vendor::SmartTask).faults()
    }

    pub(crate) async fn set_faults(&self, faults: &Faults) {
        for served in &self.all {
            served.set_faults(faults.clone());
        }
        self.settled().await;
    }

    pub(crate) async fn reset(&self) {
        for served in &self.all {
            served.reset();
        }
        self.settled().await;
    }

    pub(crate) async fn settled(&self) {
        for served in &self.all {
            served.settled().await;
        }
    }
}
