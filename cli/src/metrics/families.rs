//! The names, descriptions and buckets of a worker's metrics.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::{
    OutcomeLabels, PREFIX, PauseLabels, ProbeLabels, ProviderLabel, ProviderMetrics, RequeuedLabels,
};

/// The buckets of a delivery's duration, with all attempts, in seconds.
pub(super) const DELIVERY_BUCKETS: [f64; 13] =
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];
/// The buckets of the time in the queue, from a tenth of a second to a day.
pub(super) const QUEUE_WAIT_BUCKETS: [f64; 12] =
    [0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 43200.0, 86400.0];

type Durations = Family<ProviderLabel, Histogram, fn() -> Histogram>;

/// The metrics by name, each with all providers.
pub(super) struct Families {
    pub(super) deliveries: Family<OutcomeLabels, Counter>,
    pub(super) requeued: Family<RequeuedLabels, Counter>,
    pub(super) pauses: Family<PauseLabels, Counter>,
    pub(super) probes: Family<ProbeLabels, Counter>,
    attempts: Family<ProviderLabel, Counter>,
    put_back: Family<ProviderLabel, Counter>,
    dead_letters: Family<ProviderLabel, Counter>,
    overruns: Family<ProviderLabel, Counter>,
    delivery: Durations,
    queue_wait: Durations,
}

impl Families {
    pub(super) fn new() -> Self {
        Self {
            deliveries: Family::default(),
            requeued: Family::default(),
            pauses: Family::default(),
            probes: Family::default(),
            attempts: Family::default(),
            put_back: Family::default(),
            dead_letters: Family::default(),
            overruns: Family::default(),
            delivery: Family::new_with_constructor(|| Histogram::new(DELIVERY_BUCKETS)),
            queue_wait: Family::new_with_constructor(|| Histogram::new(QUEUE_WAIT_BUCKETS)),
        }
    }

    pub(super) fn provider(&self, provider: &str) -> ProviderMetrics {
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

    pub(super) fn registry(self) -> Registry {
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
            "pauses",
            "Times that this worker paused a provider for all workers, also again after a failed probe",
            self.pauses,
        );
        all.register(
            "probes",
            "Deliveries of this worker that were the first to a provider after a pause",
            self.probes,
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
