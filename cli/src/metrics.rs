//! What a worker did and how its queue stands, for Prometheus.
//!
//! Its rule: labels are names of providers and words of this program, so that neither contacts nor vendors can make more of them; a
//! count only grows, and is there from the start, as 0.
//!
//! Counts and durations are those of this worker, so that the workers' sums are the whole. Depths, pauses and workers are those of the
//! queue, so that every worker tells the same.

mod gauges;
mod look;
mod served;

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
use unicontact::providers::ContactProvider;
use unicontact::queue::{Disposition, Queue, RequeueReason, Worker, WorkerEvent};
use unicontact::{Delivery, FanOut, Outcome, Unrecorded};

use self::look::Look;
pub(crate) use self::served::Served;
use crate::exit::Failure;

/// What all names begin with.
const PREFIX: &str = "unicontact";
/// With all attempts and the waiting between them, in seconds.
const DELIVERY: [f64; 13] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];
/// From a tenth of a second to a day.
const QUEUE_WAIT: [f64; 12] =
    [0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 43200.0, 86400.0];
/// How deliveries end without an error.
const WITHOUT_ERROR: [Outcome; 3] = [Outcome::Created, Outcome::Existing, Outcome::Skipped];

/// What this worker did so far.
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    deliveries: Family<Ended, Counter>,
    requeued: Family<Requeued, Counter>,
    providers: BTreeMap<String, OfProvider>,
}

/// The label of what is told of each provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    provider: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Requeued {
    provider: String,
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    provider: String,
    outcome: &'static str,
    error_kind: &'static str,
}

struct OfProvider {
    attempts: Counter,
    put_back: Counter,
    dead_letters: Counter,
    overruns: Counter,
    delivery: Histogram,
    queue_wait: Histogram,
}

impl Metrics {
    /// Nothing was done so far, for each of the providers.
    pub(crate) fn new(fan_out: &FanOut) -> Self {
        Self::of(fan_out.pipelines().iter().map(|target| target.provider().info().name()))
    }

    fn of<'a>(providers: impl Iterator<Item = &'a str>) -> Self {
        let families = Families::new();
        let (deliveries, requeued) = (families.deliveries.clone(), families.requeued.clone());
        let provider = |name: &str| {
            for outcome in WITHOUT_ERROR {
                let _ = deliveries.get_or_create(&Ended::of(name, outcome, ""));
            }
            for reason in RequeueReason::ALL {
                let _ = requeued.get_or_create(&Requeued::new(name, reason));
            }
            (name.to_owned(), families.of(name))
        };
        let providers = providers.map(provider).collect();
        Self { deliveries, requeued, providers, registry: Arc::new(families.registry()) }
    }

    /// Counts what the worker did with one message.
    pub(crate) fn observe(&self, worked: &WorkerEvent) {
        self.observe_at(worked, Timestamp::now());
    }

    fn observe_at(&self, worked: &WorkerEvent, now: Timestamp) {
        match worked {
            WorkerEvent::Delivered { delivery, disposition: then, queued_at, .. } => {
                let Some(provider) = self.providers.get(&delivery.provider) else { return };
                provider.attempts.inc_by(delivery.attempts.into());
                provider.overruns.inc_by(is_overrun(delivery).into());
                match then {
                    Disposition::Nak(_) => {
                        provider.put_back.inc();
                    }
                    Disposition::Ack => {
                        self.deliveries.get_or_create(&Ended::from(&**delivery)).inc();
                        provider.delivery.observe(delivery.elapsed.as_secs_f64());
                        // The servers' clock may be ahead.
                        let waited = Duration::try_from(now.duration_since(*queued_at)).unwrap_or_default();
                        provider.queue_wait.observe(waited.as_secs_f64());
                    }
                }
            }
            WorkerEvent::Requeued { provider, reason, .. } if self.providers.contains_key(provider) => {
                self.requeued.get_or_create(&Requeued::new(provider, *reason)).inc();
            }
            WorkerEvent::DeadLetter { provider, .. } => {
                if let Some(provider) = self.providers.get(provider) {
                    provider.dead_letters.inc();
                }
            }
            _ => {}
        }
    }

    /// Serves them, with those of the queue, until the answer is dropped.
    ///
    /// # Errors
    ///
    /// The address cannot be listened on.
    pub(crate) async fn serve(
        &self,
        address: SocketAddr,
        queue: Queue,
        worker: Worker,
    ) -> Result<Served, Failure> {
        Served::at(address, Arc::clone(&self.registry), Look::at(queue, worker)).await
    }
}

/// Whether a request may have created the contact after this worker had lost its claim to another one.
fn is_overrun(delivery: &Delivery) -> bool {
    let is_taken_over = delivery.unrecorded.as_ref().is_some_and(Unrecorded::is_taken_over);
    let may_be_created = delivery.outcome.is_delivered() || delivery.outcome == Outcome::InDoubt;
    is_taken_over && may_be_created && delivery.attempts > 0
}

impl Requeued {
    fn new(provider: &str, reason: RequeueReason) -> Self {
        Self { provider: provider.to_owned(), reason: reason.as_str() }
    }
}

impl Ended {
    fn of(provider: &str, outcome: Outcome, error_kind: &'static str) -> Self {
        Self { provider: provider.to_owned(), outcome: outcome.as_str(), error_kind }
    }
}

impl From<&Delivery> for Ended {
    fn from(delivery: &Delivery) -> Self {
        let kind = delivery.error.as_ref().map(|error| error.kind().as_str());
        Self::of(&delivery.provider, delivery.outcome, kind.unwrap_or_default())
    }
}

type Durations = Family<Of, Histogram, fn() -> Histogram>;

/// The same numbers, by what they are of.
struct Families {
    deliveries: Family<Ended, Counter>,
    requeued: Family<Requeued, Counter>,
    attempts: Family<Of, Counter>,
    put_back: Family<Of, Counter>,
    dead_letters: Family<Of, Counter>,
    overruns: Family<Of, Counter>,
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
            delivery: Family::new_with_constructor(|| Histogram::new(DELIVERY)),
            queue_wait: Family::new_with_constructor(|| Histogram::new(QUEUE_WAIT)),
        }
    }

    fn of(&self, provider: &str) -> OfProvider {
        let of = Of { provider: provider.to_owned() };
        OfProvider {
            attempts: self.attempts.get_or_create_owned(&of),
            put_back: self.put_back.get_or_create_owned(&of),
            dead_letters: self.dead_letters.get_or_create_owned(&of),
            overruns: self.overruns.get_or_create_owned(&of),
            delivery: self.delivery.get_or_create_owned(&of),
            queue_wait: self.queue_wait.get_or_create_owned(&of),
        }
    }

    fn registry(self) -> Registry {
        let mut all = Registry::with_prefix(PREFIX);
        all.register(
            "deliveries",
            "Deliveries that left the queue through this worker, by how they ended",
            self.deliveries,
        );
        all.register("attempts", "Requests of this worker that could change data", self.attempts);
        all.register("put_back", "Deliveries that this worker put back, to come again", self.put_back);
        all.register(
            "dead_letters",
            "Messages that this worker could not read and put with the dead letters",
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
