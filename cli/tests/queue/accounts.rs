//! Compares the contacts at the vendors with the journal.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use unicontact::Outcome;
use unicontact::journal::{Record, RecordState};

use crate::queue::cluster::Cluster;
use crate::queue::doubts::OfficeJournal;
use crate::queue::vendors::{DELIVERIES, Office, VENDORS};

/// The state after a test: the vendors, and the deliveries that the command lists.
pub(crate) struct Reconciliation<'office> {
    office: &'office Office,
    people: usize,
    listed: Vec<Value>,
}

impl<'office> Reconciliation<'office> {
    /// Fails unless every record is settled or parked, and the queue is empty.
    pub(crate) async fn new(
        cluster: &Cluster,
        office: &'office Office,
        people: usize,
        lease: Duration,
    ) -> Self {
        let context = cluster.jetstream().await;
        let stream = context.get_stream(DELIVERIES).await.unwrap();
        assert_eq!(stream.cached_info().state.messages, 0, "the status says that the queue is empty");
        let records = OfficeJournal::records(&cluster.url(), lease, cluster.servers.len()).await;
        let unfinished: Vec<&Record> = records.iter().filter(|record| !is_finished(record)).collect();
        assert!(unfinished.is_empty(), "the queue is empty, and these are unfinished: {unfinished:#?}");
        Self { office, people, listed: office.listed().await }
    }

    /// Fails if a vendor has a contact twice, or lacks one that is neither in doubt nor failed.
    pub(crate) fn assert_complete(&self) {
        let everybody: BTreeSet<String> = (1..=self.people).map(|number| number.to_string()).collect();
        for (vendor, provider) in VENDORS {
            let in_doubt = Office::with_outcome(&self.listed, provider, "in_doubt");
            let failed = Office::with_outcome(&self.listed, provider, "failed");
            let mut present = BTreeSet::new();
            let again =
                self.office.numbers(vendor).into_iter().filter(|number| !present.insert(number.clone()));
            let twice: BTreeSet<String> = again.collect();
            assert!(twice.is_empty(), "{provider} has {twice:?} twice: {:#?}", self.lines(provider, &twice));
            let missing: BTreeSet<String> = everybody.difference(&present).cloned().collect();
            let reported: BTreeSet<String> = in_doubt.union(&failed).cloned().collect();
            let unreported: BTreeSet<String> = missing.difference(&reported).cloned().collect();
            assert!(
                unreported.is_empty(),
                "{provider} misses {unreported:?}: {:#?}",
                self.lines(provider, &unreported)
            );
            let delivered = Office::with_outcome(&self.listed, provider, "created").len()
                + Office::with_outcome(&self.listed, provider, "existing").len();
            assert_eq!(delivered + reported.len(), self.people, "{provider}");
            assert!(failed.len() <= self.people / 20, "{provider}: {failed:?}");
        }
    }

    pub(crate) fn assert_in_doubt_at_most(&self, max: usize) {
        for (_, provider) in VENDORS {
            let in_doubt = Office::with_outcome(&self.listed, provider, "in_doubt");
            assert!(in_doubt.len() <= max, "{provider}: {:#?}", self.lines(provider, &in_doubt));
        }
    }

    fn lines(&self, provider: &str, numbers: &BTreeSet<String>) -> Vec<&Value> {
        let is_one = |line: &&Value| {
            line["provider"] == provider && line["contact"].as_str().is_some_and(|it| numbers.contains(it))
        };
        self.listed.iter().filter(is_one).collect()
    }
}

fn is_finished(record: &Record) -> bool {
    match record.state {
        RecordState::Settled(outcome) => outcome != Outcome::Pending,
        RecordState::Claimed(_) | RecordState::Interrupted => false,
    }
}
