//! Gauges of the queue's status at a scrape.
//!
//! Unknown values are left out. A provider of this worker without deliveries in the queue is exported as 0. The number of
//! other providers is limited.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use unicontact::circuit_breaker::OpenReason;
use unicontact::queue::{ProviderStatus, Status, UnfinishedCounts};

use super::{PREFIX, ProviderLabel};

/// A limit on providers that this worker does not have: anyone who may write to the servers can create their subjects.
const MAX_OTHERS: usize = 100;

type Count = Gauge<u64, AtomicU64>;
type Seconds = Gauge<f64, AtomicU64>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PausedLabels {
    provider: String,
    kind: &'static str,
}

/// Returns the gauges. `own` are the providers of this worker, and `pauses` their open circuit breakers.
pub(super) fn gauges<'a>(
    status: Option<&Status>,
    own: impl Iterator<Item = &'a str>,
    pauses: &[OpenReason],
) -> Registry {
    let mut all = Registry::with_prefix(PREFIX);
    let reachable = Count::default();
    reachable.set(u64::from(status.is_some()));
    all.register(
        "queue_reachable",
        "1 if the servers of the queue said in time how it stands, else 0",
        reachable,
    );
    let mut pause_kinds: BTreeMap<String, &'static str> =
        pauses.iter().map(|pause| (pause.provider.clone(), pause.kind_name())).collect();
    if let Some(status) = status {
        let providers = exported(&status.providers, own);
        let of_queue = |(name, status): (&String, &ProviderStatus)| {
            status.open_reason.as_ref().map(|pause| (name.clone(), pause.kind_name()))
        };
        pause_kinds.extend(providers.iter().filter_map(of_queue));
        register_depths(&mut all, &providers);
        register_totals(&mut all, status);
    }
    register_paused(&mut all, pause_kinds);
    all
}

/// Returns the status of the providers that are exported.
fn exported<'a>(
    all: &BTreeMap<String, ProviderStatus>,
    own: impl Iterator<Item = &'a str>,
) -> BTreeMap<String, ProviderStatus> {
    let mut exported: BTreeMap<String, ProviderStatus> =
        own.map(|name| (name.to_owned(), ProviderStatus::default())).collect();
    let limit = exported.len().saturating_add(MAX_OTHERS);
    for (name, status) in all {
        if exported.contains_key(name) || exported.len() < limit {
            exported.insert(name.clone(), status.clone());
        }
    }
    exported
}

fn register_depths(all: &mut Registry, providers: &BTreeMap<String, ProviderStatus>) {
    let (waiting, in_flight) =
        (Family::<ProviderLabel, Count>::default(), Family::<ProviderLabel, Count>::default());
    let oldest = Family::<ProviderLabel, Seconds>::default();
    for (name, status) in providers {
        let label = ProviderLabel { provider: name.clone() };
        waiting.get_or_create(&label).set(status.waiting);
        in_flight.get_or_create(&label).set(status.in_flight);
        oldest.get_or_create(&label).set(status.oldest.unwrap_or_default().as_secs_f64());
    }
    all.register("queue_waiting", "Deliveries that wait in the queue", waiting);
    all.register(
        "queue_in_flight",
        "Deliveries that a worker has, or had and put back for a while",
        in_flight,
    );
    all.register(
        "queue_oldest_seconds",
        "How long the oldest delivery is in the queue, in seconds; 0 if there is none",
        oldest,
    );
}

/// Returns the gauges of unfinished deliveries, by provider.
pub(super) fn unfinished(counts: BTreeMap<String, UnfinishedCounts>) -> Registry {
    let mut all = Registry::with_prefix(PREFIX);
    let (pending, in_doubt) =
        (Family::<ProviderLabel, Count>::default(), Family::<ProviderLabel, Count>::default());
    for (provider, counts) in counts {
        let label = ProviderLabel { provider };
        pending.get_or_create(&label).set(counts.pending);
        in_doubt.get_or_create(&label).set(counts.in_doubt);
    }
    all.register("queue_pending", "Deliveries that a worker has begun and that are not finished", pending);
    all.register(
        "queue_in_doubt",
        "Deliveries in doubt, which a worker looks up later or a person resolves",
        in_doubt,
    );
    all
}

fn register_totals(all: &mut Registry, status: &Status) {
    let (workers, dead_letters) = (Count::default(), Count::default());
    workers.set(u64::try_from(status.workers.len()).unwrap_or(u64::MAX));
    dead_letters.set(status.dead_letters);
    all.register("workers", "Workers of the queue that were heard within the lease", workers);
    all.register(
        "queue_dead_letters",
        "Messages with the dead letters, which a person has to look at",
        dead_letters,
    );
}

fn register_paused(all: &mut Registry, paused: BTreeMap<String, &'static str>) {
    let family = Family::<PausedLabels, Count>::default();
    for (provider, kind) in paused {
        family.get_or_create(&PausedLabels { provider, kind }).set(1);
    }
    all.register(
        "paused",
        "1 for a provider to which nothing is sent now, by the kind of error, or by_person",
        family,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(waiting: u64) -> ProviderStatus {
        let mut status = ProviderStatus::default();
        status.waiting = waiting;
        status
    }

    #[test]
    fn all_own_providers_and_a_limited_number_of_others_are_exported() {
        let mut all: BTreeMap<String, ProviderStatus> =
            (0..10 * MAX_OTHERS).map(|number| (format!("other-{number}"), waiting(1))).collect();
        all.insert("voice".to_owned(), waiting(7));
        let exported = exported(&all, ["acme", "voice"].into_iter());
        assert_eq!(exported.len(), 2 + MAX_OTHERS);
        assert_eq!((exported["acme"].waiting, exported["voice"].waiting), (0, 7));
    }
}
