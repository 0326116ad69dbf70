//! Reads all records of a bucket in the order of their last change: lists, counts, and the deletion of old ones.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

use async_nats::jetstream::{Message, consumer};
use futures_util::StreamExt;
use jiff::Timestamp;
use unicontact_providers::DeliveryKey;

use super::records::RecordStore;
use super::stored::{self, Unfinished};
use crate::counts::Counts;
use crate::journal::{JournalError, JournalErrorKind, rules};
use crate::journal::{Record, RecordState, Selection, UnreadableRecord};

/// The number of records that one read selects for deletion.
const BATCH_SIZE: usize = 1000;
const INCOMPLETE: &str = "the servers ended the list of records before its end";

/// The position of a value in its bucket.
struct Position {
    revision: u64,
    /// By the servers' clock.
    written_at: Timestamp,
    /// The number of values after this one.
    remaining: u64,
}

/// A change of a record.
pub(crate) struct RecordChange<'a> {
    /// The key of the record in its bucket.
    pub(crate) key: &'a str,
    pub(crate) revision: u64,
    /// By the servers' clock.
    pub(crate) written_at: Timestamp,
    /// The state of the delivery. `None` if it is finished.
    pub(crate) state: Option<Unfinished>,
}

/// The numbers of one provider's records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordCounts {
    /// The number of deliveries with each outcome, without those that are being sent.
    pub outcomes: Counts,
    /// The number of deliveries that a worker attempted after it had lost its claim.
    pub overruns: u64,
}

impl RecordCounts {
    fn add(&mut self, record: &Record) {
        if !matches!(record.state, RecordState::Claimed(_)) {
            self.outcomes.add(record.outcome());
        }
        self.overruns += u64::from(record.overruns > 0);
    }
}

impl RecordStore {
    /// Returns the selected records in the order of their numbers. Holds no more of them in memory than the limit. Records that
    /// cannot be read are left out and passed to `leave_out`, unless they are of another provider.
    pub(super) async fn list(
        &self,
        selection: &Selection,
        mut leave_out: impl FnMut(UnreadableRecord),
    ) -> Result<Vec<Record>, JournalError> {
        let limit = selection.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        let is_included = selection.condition();
        let providers = &selection.providers;
        let is_of_provider = |name: &str| providers.is_empty() || providers.iter().any(|it| it == name);
        let mut selected = BTreeMap::new();
        // The number of a record is its first revision, so the records after a number have later revisions.
        self.scan_records(selection.after, |_, _, record| {
            match record {
                Ok(record) if is_included(&record) => {
                    selected.insert(record.number, record);
                    if selected.len() > limit {
                        selected.pop_last();
                    }
                }
                Err(record) if is_of_provider(record.provider()) => leave_out(record),
                Ok(_) | Err(_) => {}
            }
            ControlFlow::Continue(())
        })
        .await?;
        Ok(selected.into_values().collect())
    }

    /// Returns the numbers of records by provider. Records that cannot be read are passed to
    /// `leave_out`.
    pub(super) async fn counts(
        &self,
        mut leave_out: impl FnMut(UnreadableRecord),
    ) -> Result<BTreeMap<String, RecordCounts>, JournalError> {
        let mut counts: BTreeMap<String, RecordCounts> = BTreeMap::new();
        self.scan_records(0, |_, _, record| {
            let record = match record {
                Ok(record) => record,
                Err(record) => {
                    leave_out(record);
                    return ControlFlow::Continue(());
                }
            };
            let provider = record.key.provider();
            if !counts.contains_key(provider) {
                counts.insert(provider.to_owned(), RecordCounts::default());
            }
            if let Some(counts) = counts.get_mut(provider) {
                counts.add(&record);
            }
            ControlFlow::Continue(())
        })
        .await?;
        Ok(counts)
    }

    /// Deletes the records of finished deliveries that were written before `time`, and returns their number.
    pub(super) async fn forget_finished_before(&self, time: Timestamp) -> Result<u64, JournalError> {
        let (mut deleted, mut after) = (0, 0);
        loop {
            let finished = self.finished_batch(time, after).await?;
            let Some((_, last)) = finished.last() else { return Ok(deleted) };
            after = *last;
            for (key, revision) in finished {
                let subject = format!("{}{}", self.store.prefix, stored::record_key(&key));
                // A revision that was written meanwhile stays.
                let purged = self.store.stream.purge().filter(subject).sequence(revision + 1).await;
                deleted += purged.map_err(|error| self.errors.unreachable(&error))?.purged;
            }
        }
    }

    /// Erases the contacts of deliveries that a person resolved as created at `until` or earlier.
    pub(super) async fn erase_resolved_contents(&self, until: Timestamp) -> Result<(), JournalError> {
        let mut expired = Vec::new();
        self.scan_records(0, |revision, _, record| {
            if let Ok(record) = record
                && rules::keeps_resolved_content(&record)
                && record.changed_at <= until
            {
                expired.push((record, revision));
            }
            ControlFlow::Continue(())
        })
        .await?;
        for (record, revision) in expired {
            // On a conflict the record has changed, and its contact stays.
            self.write(&Record { content: None, ..record }, revision).await?;
        }
        Ok(())
    }

    /// Returns the keys and revisions of the first finished deliveries after a revision that were written before `time`.
    async fn finished_batch(
        &self,
        time: Timestamp,
        after: u64,
    ) -> Result<Vec<(DeliveryKey, u64)>, JournalError> {
        let mut finished = Vec::new();
        // The times of writes grow with the revisions, so the first younger record ends the scan.
        self.scan_records(after, |revision, written_at, record| {
            let is_old = written_at < time;
            if let Ok(record) = record
                && is_old
                && record.outcome().is_delivered()
            {
                finished.push((record.key, revision));
            }
            if is_old && finished.len() < BATCH_SIZE {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })
        .await?;
        Ok(finished)
    }

    /// Calls `visit` for every record whose last change has that revision or a later one, in the order of the revisions.
    pub(super) async fn changes_since(
        &self,
        revision: u64,
        mut visit: impl FnMut(RecordChange<'_>),
    ) -> Result<(), JournalError> {
        let info = self.store.stream.get_info().await.map_err(|error| self.errors.unreachable(&error))?;
        if info.state.last_sequence < revision {
            return Ok(());
        }
        self.scan_values(revision.saturating_sub(1), |position, message| {
            let Position { revision, written_at, .. } = *position;
            let key = self.key_of(message);
            visit(RecordChange { key, revision, written_at, state: stored::unfinished(&message.payload) });
            Ok(ControlFlow::Continue(()))
        })
        .await
    }

    /// Calls `visit` with the revision, the time and the record of every key whose last revision is later than `after`, until it
    /// breaks. The error of a record that cannot be read is its description.
    async fn scan_records(
        &self,
        after: u64,
        mut visit: impl FnMut(u64, Timestamp, Result<Record, UnreadableRecord>) -> ControlFlow<()>,
    ) -> Result<(), JournalError> {
        let live_holders = self.lease.live_holders(&self.errors).await?;
        self.scan_values(after, |position, message| {
            if is_deletion(message) {
                return Ok(ControlFlow::Continue(()));
            }
            let Position { revision, written_at, .. } = *position;
            let record = self.effective_record(message, revision, written_at, &live_holders);
            Ok(visit(revision, written_at, record))
        })
        .await
    }

    /// Calls `visit` for every value whose revision is later than `after`, until it breaks. Returns an error if the servers end the
    /// list early.
    async fn scan_values(
        &self,
        after: u64,
        mut visit: impl FnMut(&Position, &Message) -> Result<ControlFlow<()>, JournalError>,
    ) -> Result<(), JournalError> {
        let config = consumer::pull::OrderedConfig {
            // With a history of 1 each key has one value.
            deliver_policy: consumer::DeliverPolicy::ByStartSequence {
                start_sequence: after.saturating_add(1),
            },
            filter_subject: format!("{}>", self.store.prefix),
            ..Default::default()
        };
        let consumer = self.store.stream.create_consumer(config).await;
        let mut consumer = consumer.map_err(|error| self.errors.unreachable(&error))?;
        let info = consumer.info().await.map_err(|error| self.errors.unreachable(&error))?;
        let mut remaining = info.num_pending;
        let messages = consumer.messages().await;
        let mut messages = messages.map_err(|error| self.errors.unreachable(&error))?;
        while remaining > 0 {
            let Some(message) = messages.next().await else {
                return Err(self.errors.error(JournalErrorKind::Unreachable).with_detail(INCOMPLETE));
            };
            let message = message.map_err(|error| self.errors.unreachable(&error))?;
            let position = self.position(&message)?;
            remaining = position.remaining;
            if visit(&position, &message)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Returns the key in the bucket that a message is the value of.
    fn key_of<'a>(&self, message: &'a Message) -> &'a str {
        message.subject.strip_prefix(&*self.store.prefix).unwrap_or_default()
    }

    fn position(&self, message: &Message) -> Result<Position, JournalError> {
        let info = message.info().map_err(|error| self.errors.unreachable(&*error))?;
        let written_at = Timestamp::from_nanosecond(info.published.unix_timestamp_nanos());
        Ok(Position {
            revision: info.stream_sequence,
            written_at: written_at.unwrap_or(Timestamp::MAX),
            remaining: info.pending,
        })
    }

    fn effective_record(
        &self,
        message: &Message,
        revision: u64,
        written_at: Timestamp,
        live_holders: &HashSet<String>,
    ) -> Result<Record, UnreadableRecord> {
        let decoded = stored::decode(&message.payload, revision, written_at);
        let decoded = decoded.map_err(|error| {
            let key = self.key_of(message);
            stored::unreadable(&self.store.name, key, revision, &message.payload, error)
        })?;
        let is_held = match (&decoded.holder, decoded.record.state) {
            (Some(holder), state) if holder == self.lease.holder() => self.has_claim(state),
            (Some(holder), _) => live_holders.contains(holder),
            (None, _) => true,
        };
        Ok(decoded.into_effective(is_held))
    }
}

/// Returns whether a message marks a key as deleted, and is no value.
fn is_deletion(message: &Message) -> bool {
    // Only markers have headers.
    message.payload.is_empty() && message.headers.as_ref().is_some_and(|headers| !headers.is_empty())
}
