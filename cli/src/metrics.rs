//! Prometheus metrics of a worker and its queue.
//!
//! Counters and histograms are of this worker. Gauges are of the queue, so every worker exports the same values. Label values
//! are names of providers and words of this program, which bounds their number. A counter starts at 0 and only grows.

mod families;
mod gauges;
mod health;
mod process;
mod server;
mod status_cache;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use unicontact::providers::{ContactProvider, ErrorKind};
use unicontact::queue::{Disposition, Queue, RequeueReason, Worker, WorkerEvent};
use unicontact::{Delivery, FanOut, Outcome, Unrecorded};

use self::families::Families;
pub(crate) use self::health::{Liveness, servers_failure};
pub(crate) use self::server::MetricsServer;
use self::server::Sources;
use self::status_cache::StatusCache;
use crate::exit::Failure;

/// The prefix of all names.
const PREFIX: &str = "unicontact";
/// The outcomes without an error.
const WITHOUT_ERROR: [Outcome; 3] = [Outcome::Created, Outcome::Existing, Outcome::Skipped];

/// The metrics of this worker.
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    deliveries: Family<OutcomeLabels, Counter>,
    requeued: Family<RequeuedLabels, Counter>,
    pauses: Family<PauseLabels, Counter>,
    probes: Family<ProbeLabels, Counter>,
    providers: BTreeMap<String, ProviderMetrics>,
    liveness: Liveness,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProviderLabel {
    provider: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequeuedLabels {
    provider: String,
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PauseLabels {
    provider: String,
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProbeLabels {
    provider: String,
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    provider: String,
    outcome: &'static str,
    error_kind: &'static str,
}

struct ProviderMetrics {
    attempts: Counter,
    put_back: Counter,
    dead_letters: Counter,
    overruns: Counter,
    delivery: Histogram,
    queue_wait: Histogram,
}

impl Metrics {
    /// Returns the metrics of a fan-out's providers, all 0.
    pub(crate) fn new(fan_out: &FanOut) -> Self {
        Self::with_providers(fan_out.pipelines().iter().map(|target| target.provider().info().name()))
    }

    fn with_providers<'a>(providers: impl Iterator<Item = &'a str>) -> Self {
        let families = Families::new();
        let (deliveries, requeued) = (families.deliveries.clone(), families.requeued.clone());
        let (pauses, probes) = (families.pauses.clone(), families.probes.clone());
        let provider = |name: &str| {
            for outcome in WITHOUT_ERROR {
                let _ = deliveries.get_or_create(&OutcomeLabels::new(name, outcome, ""));
            }
            for reason in RequeueReason::ALL {
                let _ = requeued.get_or_create(&RequeuedLabels::new(name, reason));
            }
            for kind in ErrorKind::ALL {
                let _ = pauses.get_or_create(&PauseLabels::new(name, kind));
            }
            for succeeded in [true, false] {
                let _ = probes.get_or_create(&ProbeLabels::new(name, succeeded));
            }
            (name.to_owned(), families.provider(name))
        };
        let providers = providers.map(provider).collect();
        let registry = Arc::new(families.registry());
        Self { deliveries, requeued, pauses, probes, providers, registry, liveness: Liveness::new() }
    }

    /// Counts an event of the worker.
    pub(crate) fn observe(&self, event: &WorkerEvent) {
        self.observe_at(event, Timestamp::now());
    }

    fn observe_at(&self, event: &WorkerEvent, now: Timestamp) {
        match event {
            WorkerEvent::Delivered { delivery, disposition, queued_at, .. } => {
                let Some(provider) = self.providers.get(&delivery.provider) else { return };
                provider.attempts.inc_by(delivery.attempts.into());
                provider.overruns.inc_by(is_overrun(delivery).into());
                match disposition {
                    Disposition::Nak(_) => {
                        provider.put_back.inc();
                    }
                    Disposition::Ack => {
                        self.deliveries.get_or_create(&OutcomeLabels::from(&**delivery)).inc();
                        provider.delivery.observe(delivery.elapsed.as_secs_f64());
                        // The servers' clock may be ahead.
                        let waited = Duration::try_from(now.duration_since(*queued_at)).unwrap_or_default();
                        provider.queue_wait.observe(waited.as_secs_f64());
                    }
                }
            }
            WorkerEvent::Requeued { provider, reason, .. } if self.providers.contains_key(provider) => {
                self.requeued.get_or_create(&RequeuedLabels::new(provider, *reason)).inc();
            }
            WorkerEvent::LeftToNewer { provider, .. } => {
                if let Some(provider) = self.providers.get(provider) {
                    provider.put_back.inc();
                }
            }
            WorkerEvent::Paused { provider, kind } if self.providers.contains_key(provider) => {
                self.pauses.get_or_create(&PauseLabels::new(provider, *kind)).inc();
            }
            WorkerEvent::Probed { provider, succeeded } if self.providers.contains_key(provider) => {
                self.probes.get_or_create(&ProbeLabels::new(provider, *succeeded)).inc();
            }
            WorkerEvent::DeadLetter { provider, .. } => {
                if let Some(provider) = self.providers.get(provider) {
                    provider.dead_letters.inc();
                }
            }
            _ => {}
        }
    }

    /// Serves the metrics of the worker and the queue until the server is dropped.
    ///
    /// # Errors
    ///
    /// The command cannot listen on the address.
    pub(crate) async fn serve(
        &self,
        address: SocketAddr,
        queue: Queue,
        worker: Worker,
    ) -> Result<MetricsServer, Failure> {
        let (worker, queue) = (Arc::clone(&self.registry), StatusCache::new(queue, worker));
        MetricsServer::start(address, Sources { worker, liveness: self.liveness.clone(), queue }).await
    }

    /// Returns the record of whether the main loop of the worker runs, for `/livez`.
    pub(crate) fn liveness(&self) -> &Liveness {
        &self.liveness
    }
}

/// Returns whether a request may have created the contact after another worker had taken the claim over.
pub(crate) fn is_overrun(delivery: &Delivery) -> bool {
    let is_taken_over = delivery.unrecorded.as_ref().is_some_and(Unrecorded::is_taken_over);
    let may_be_created = delivery.outcome.is_delivered() || delivery.outcome == Outcome::InDoubt;
    is_taken_over && may_be_created && delivery.attempts > 0
}

impl RequeuedLabels {
    fn new(provider: &str, reason: RequeueReason) -> Self {
        Self { provider: provider.to_owned(), reason: reason.as_str() }
    }
}

impl PauseLabels {
    fn new(provider: &str, kind: ErrorKind) -> Self {
        Self { provider: provider.to_owned(), kind: kind.as_str() }
    }
}

impl ProbeLabels {
    fn new(provider: &str, succeeded: bool) -> Self {
        let result = if succeeded { "succeeded" } else { "failed" };
        Self { provider: provider.to_owned(), result }
    }
}

impl OutcomeLabels {
    fn new(provider: &str, outcome: Outcome, error_kind: &'static str) -> Self {
        Self { provider: provider.to_owned(), outcome: outcome.as_str(), error_kind }
    }
}

impl From<&Delivery> for OutcomeLabels {
    fn from(delivery: &Delivery) -> Self {
        let kind = delivery.error.as_ref().map(|error| error.kind().as_str());
        Self::new(&delivery.provider, delivery.outcome, kind.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
