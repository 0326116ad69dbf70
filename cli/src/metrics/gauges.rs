//! How the queue stands, as metrics.
//!
//! Its rule: what is not known is left out rather than told as 0 or as it was; a provider of this worker of which nothing is in the queue
//! is told as 0. Of providers that this worker does not have, so many are told and no more.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use unicontact::circuit_breaker::OpenReason;
use unicontact::providers::ErrorKind;
use unicontact::queue::{ProviderStatus, Status};

use super::{Of, PREFIX};

/// Subjects are made by whoever may write to the servers.
const MOST_OF_OTHERS: usize = 100;

type Count = Gauge<u64, AtomicU64>;
type Seconds = Gauge<f64, AtomicU64>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Paused {
    provider: String,
    kind: &'static str,
}

/// The metrics of the queue at one scrape. `own` are the providers of this worker, `pauses` what it knows by itself.
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
    let mut stopped: BTreeMap<String, ErrorKind> =
        pauses.iter().map(|pause| (pause.provider.clone(), pause.kind)).collect();
    if let Some(status) = status {
        let providers = told(&status.providers, own);
        let of_queue = |(name, status): (&String, &ProviderStatus)| {
            status.open_reason.as_ref().map(|pause| (name.clone(), pause.kind))
        };
        stopped.extend(providers.iter().filter_map(of_queue));
        depths(&mut all, &providers);
        whole(&mut all, status);
    }
    register_paused(&mut all, stopped);
    all
}

fn told<'a>(
    all: &BTreeMap<String, ProviderStatus>,
    own: impl Iterator<Item = &'a str>,
) -> BTreeMap<String, ProviderStatus> {
    let mut told: BTreeMap<String, ProviderStatus> =
        own.map(|name| (name.to_owned(), ProviderStatus::default())).collect();
    let most = told.len().saturating_add(MOST_OF_OTHERS);
    for (name, status) in all {
        if told.contains_key(name) || told.len() < most {
            told.insert(name.clone(), status.clone());
        }
    }
    told
}

fn depths(all: &mut Registry, providers: &BTreeMap<String, ProviderStatus>) {
    let (waiting, in_flight) = (Family::<Of, Count>::default(), Family::<Of, Count>::default());
    let oldest = Family::<Of, Seconds>::default();
    for (name, status) in providers {
        let of = Of { provider: name.clone() };
        waiting.get_or_create(&of).set(status.waiting);
        in_flight.get_or_create(&of).set(status.in_flight);
        oldest.get_or_create(&of).set(status.oldest.unwrap_or_default().as_secs_f64());
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

fn whole(all: &mut Registry, status: &Status) {
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

fn register_paused(all: &mut Registry, paused: BTreeMap<String, ErrorKind>) {
    let family = Family::<Paused, Count>::default();
    for (provider, kind) in paused {
        family.get_or_create(&Paused { provider, kind: kind.as_str() }).set(1);
    }
    all.register("paused", "1 for a provider to which nothing is sent now, by the kind of error", family);
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
    fn the_providers_of_this_worker_are_told_and_of_others_so_many_and_no_more() {
        let mut all: BTreeMap<String, ProviderStatus> =
            (0..10 * MOST_OF_OTHERS).map(|number| (format!("other-{number}"), waiting(1))).collect();
        all.insert("voice".to_owned(), waiting(7));
        let told = told(&all, ["acme", "voice"].into_iter());
        assert_eq!(told.len(), 2 + MOST_OF_OTHERS);
        assert_eq!((told["acme"].waiting, told["voice"].waiting), (0, 7));
    }
}
