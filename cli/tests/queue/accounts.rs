//! What the vendors hold, held against what the journal says.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use unicontact::Outcome;
use unicontact::journal::{Record, RecordState};

use crate::cluster::Cluster;
use crate::doubts::OfficeJournal;
use crate::vendors::{DELIVERIES, Office, VENDORS};

/// The end of a storm.
pub(crate) struct Accounts<'office> {
    office: &'office Office,
    people: usize,
    listed: Vec<Value>,
}

impl<'office> Accounts<'office> {
    /// Fails unless the journal and the queue agree: every record is settled or parked, and no message is left.
    pub(crate) async fn of(
        cluster: &Cluster,
        office: &'office Office,
        people: usize,
        lease: Duration,
    ) -> Self {
        let context = cluster.jetstream().await;
        let stream = context.get_stream(DELIVERIES).await.unwrap();
        assert_eq!(stream.cached_info().state.messages, 0, "status said that nothing is left");
        let records = OfficeJournal::records(&cluster.url(), lease, cluster.servers.len()).await;
        let unfinished: Vec<&Record> = records.iter().filter(|record| !is_finished(record)).collect();
        assert!(unfinished.is_empty(), "the queue is empty, and unfinished are {unfinished:#?}");
        Self { office, people, listed: office.listed().await }
    }

    /// At each vendor nobody twice, except who is told as in doubt, and nobody missing who is not told as in doubt or failed.
    pub(crate) fn everybody_is_accounted_for(&self) {
        let everybody: BTreeSet<String> = (1..=self.people).map(|number| number.to_string()).collect();
        for (vendor, provider) in VENDORS {
            let in_doubt = Office::told(&self.listed, provider, "in_doubt");
            let failed = Office::told(&self.listed, provider, "failed");
            let mut there = BTreeSet::new();
            let again =
                self.office.numbers(vendor).into_iter().filter(|number| !there.insert(number.clone()));
            let twice: BTreeSet<String> = again.collect();
            assert!(twice.is_empty(), "{provider} has {twice:?} twice: {:#?}", self.lines(provider, &twice));
            let missing: BTreeSet<String> = everybody.difference(&there).cloned().collect();
            let told: BTreeSet<String> = in_doubt.union(&failed).cloned().collect();
            let untold: BTreeSet<String> = missing.difference(&told).cloned().collect();
            assert!(untold.is_empty(), "{provider} misses {untold:?}: {:#?}", self.lines(provider, &untold));
            let known = Office::told(&self.listed, provider, "created").len()
                + Office::told(&self.listed, provider, "existing").len();
            assert_eq!(known + told.len(), self.people, "{provider}");
            assert!(failed.len() <= self.people / 20, "{provider}: {failed:?}");
        }
    }

    pub(crate) fn at_most_in_doubt(&self, most: usize) {
        for (_, provider) in VENDORS {
            let in_doubt = Office::told(&self.listed, provider, "in_doubt");
            assert!(in_doubt.len() <= most, "{provider}: {:#?}", self.lines(provider, &in_doubt));
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
