//! Prometheus metrics of a worker and its queue.
//!
//! Counters and histograms are of this worker. Gauges are of the queue, so every worker exports the same values. Label values
//! are names of providers and words of this program, which bounds their number. A counter starts at 0 and only grows.

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
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use unicontact::providers::ContactProvider;
use unicontact::queue::{Disposition, Queue, RequeueReason, Worker, WorkerEvent};
use unicontact::{Delivery, FanOut, Outcome, Unrecorded};

pub(crate) use self::health::Liveness;
pub(crate) use self::server::MetricsServer;
use self::server::Sources;
use self::status_cache::StatusCache;
use crate::exit::Failure;

/// The prefix of all names.
const PREFIX: &str = "unicontact";
/// The buckets of a delivery's duration, with all attempts, in seconds.
const DELIVERY_BUCKETS: [f64; 13] =
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];
/// The buckets of the time in the queue, from a tenth of a second to a day.
const QUEUE_WAIT_BUCKETS: [f64; 12] =
    [0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 43200.0, 86400.0];
/// The outcomes without an error.
const WITHOUT_ERROR: [Outcome; 3] = [Outcome::Created, Outcome::Existing, Outcome::Skipped];

/// The metrics of this worker.
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    deliveries: Family<OutcomeLabels, Counter>,
    requeued: Family<RequeuedLabels, Counter>,
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
        let provider = |name: &str| {
            for outcome in WITHOUT_ERROR {
                let _ = deliveries.get_or_create(&OutcomeLabels::new(name, outcome, ""));
            }
            for reason in RequeueReason::ALL {
                let _ = requeued.get_or_create(&RequeuedLabels::new(name, reason));
            }
            (name.to_owned(), families.provider(name))
        };
        let providers = providers.map(provider).collect();
        let registry = Arc::new(families.registry());
        Self { deliveries, requeued, providers, registry, liveness: Liveness::new() }
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

type Durations = Family<ProviderLabel, Histogram, fn() -> Histogram>;

/// The metrics by name, each with all providers.
struct Families {
    deliveries: Family<OutcomeLabels, Counter>,
    requeued: Family<RequeuedLabels, Counter>,
    attempts: Family<ProviderLabel, Counter>,
    put_back: Family<ProviderLabel, Counter>,
    dead_letters: Family<ProviderLabel, Counter>,
    overruns: Family<ProviderLabel, Counter>,
    delivery: Durations,
    queue_wait: Durations,
}

impl Families {
    fn new() -> Self {
        Self {
            deliveries: Family::default(),
            requeued: Family::default(),
            attempts: Family::default(),
            put_back: Family::default(),
            dead_letters: Family::default(),
            overruns: Family::default(),
            delivery: Family::new_with_constructor(|| Histogram::new(DELIVERY_BUCKETS)),
            queue_wait: Family::new_with_constructor(|| Histogram::new(QUEUE_WAIT_BUCKETS)),
        }
    }

    fn provider(&self, provider: &str) -> ProviderMetrics {
        let label = ProviderLabel { provider: provider.to_owned() };
        ProviderMetrics {
            attempts: self.attempts.get_or_create_owned(&label),
            put_back: self.put_back.get_or_create_owned(&label),
            dead_letters: self.dead_letters.get_or_create_owned(&label),
            overruns: self.overruns.get_or_create_owned(&label),
            delivery: self.delivery.get_or_create_owned(&label),
            queue_wait: self.queue_wait.get_or_create_owned(&label),
        }
    }

    fn registry(self) -> Registry {
        let mut all = Registry::with_prefix(PREFIX);
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        all.register("build", "1, with the version of unicontact", build);
        all.register(
            "deliveries",
            "Deliveries that left the queue through this worker, by how they ended",
            self.deliveries,
        );
        all.register("attempts", "Requests of this worker that could change data", self.attempts);
        all.register("put_back", "Deliveries that this worker put back, to come again", self.put_back);
        all.register(
            "dead_letters",
            "Messages that this worker could not deliver and put with the dead letters",
            self.dead_letters,
        );
        all.register(
            "requeued",
            "Unfinished deliveries that this worker queued again: doubts that were due, and what the queue had lost",
            self.requeued,
        );
        all.register(
            "overruns",
            "Deliveries that this worker may have created after it had lost its claim to another worker",
            self.overruns,
        );
        all.register(
            "delivery_seconds",
            "How long deliveries took once a worker had begun them, with all waiting, in seconds",
            self.delivery,
        );
        all.register(
            "queue_wait_seconds",
            "How long deliveries were in the queue, from being queued to their end, in seconds",
            self.queue_wait,
        );
        all
    }
}

#[cfg(test)]
mod tests;
