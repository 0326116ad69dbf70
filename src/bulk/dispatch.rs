//! The start of one contact at some of the providers of an import, up to the end of these deliveries.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use unicontact_providers::UnifiedContact;

use super::earlier_attempts::EarlierAttempts;
use crate::circuit_breaker::CircuitBreaker;
use crate::fan_out::FanOut;
use crate::report::Report;
use crate::shutdown::Shutdown;
use crate::source_row::SourceLocation;
use crate::watch;

/// A contact, and the indices of the providers at which it starts.
#[derive(Clone)]
pub(super) struct Dispatch {
    pub(super) contact: Arc<UnifiedContact>,
    pub(super) key: String,
    pub(super) source: SourceLocation,
    pub(super) providers: Vec<usize>,
}

/// Deliveries of one contact that have ended, in the order of the providers.
pub(super) struct Finished {
    pub(super) dispatch: Dispatch,
    /// The attempts before these, of a delivery that was deferred.
    pub(super) earlier: Option<EarlierAttempts>,
    pub(super) report: Report,
}

impl Dispatch {
    /// Starts the deliveries. The future cuts them off when the import is abandoned.
    pub(super) fn start(
        self,
        fan_out: &FanOut,
        breakers: &[Arc<CircuitBreaker>],
        mut shutdown: watch::Receiver<Shutdown>,
        earlier: Option<EarlierAttempts>,
    ) -> BoxFuture<'static, Finished> {
        let mut running =
            fan_out.start_with_breakers(&self.contact, self.key.clone(), &self.providers, breakers);
        let finished = async move {
            let abandoned = shutdown.wait_for(|shutdown| shutdown == Shutdown::Aborted);
            tokio::select! {
                biased;
                () = running.ended() => {}
                () = abandoned => {}
            }
            Finished { dispatch: self, earlier, report: running.abandon() }
        };
        finished.boxed()
    }
}
