//! The phase of a graceful shutdown: running, draining, aborted. A phase is only ever advanced.

use crate::watch;

/// The phase of a graceful shutdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(crate) enum Shutdown {
    Running,
    /// No new work is taken and no attempt begins; attempts in flight are finished.
    Draining,
    /// Attempts in flight are cut off.
    Aborted,
}

impl Shutdown {
    /// Advances the phase to this one, unless it is a later one already.
    pub(crate) fn advance(self, phase: &watch::Sender<Self>) {
        phase.send_if_modified(|current| {
            let is_later = *current < self;
            if is_later {
                *current = self;
            }
            is_later
        });
    }
}
