//! All records, one after the other.
//!
//! Its rule: what is read is not kept beyond what was asked for, and a reading that broke off is told as such.

use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

use async_nats::jetstream::{Message, consumer};
use futures_util::StreamExt;
use jiff::Timestamp;
use unicontact_providers::DeliveryKey;

use super::records::Records;
use super::stored::{self, Unfinished};
use crate::counts::Counts;
use crate::journal::{JournalError, JournalErrorKind, rules};
use crate::journal::{Record, RecordState, Selection};

/// So many records are forgotten before more are read.
const AT_ONCE: usize = 1000;
const BROKEN_OFF: &str = "the list of records broke off";

/// Where a record is among all.
struct Place {
    revision: u64,
    /// By the servers' clock.
    written_at: Timestamp,
    /// How many come after it.
    after: u64,
}

/// A change of a record.
pub(crate) struct RecordChange<'a> {
    /// The key of the record in its bucket.
    pub(crate) key: &'a str,
    pub(crate) revision: u64,
    /// By the servers' clock.
    pub(crate) written_at: Timestamp,
    /// How the delivery stands, if it is unfinished.
    pub(crate) state: Option<Unfinished>,
}

impl Records {
    /// The first of those that are asked for. What is read is not kept beyond the limit.
    pub(super) async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError> {
        let limit = selection.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        let is_included = selection.condition();
        let mut selected = BTreeMap::new();
        // A record is never older than its first version, whose revision is its number.
        self.each(selection.after, |_, _, record| {
            if is_included(&record) {
                selected.insert(record.number, record);
                if selected.len() > limit {
                    selected.pop_last();
                }
            }
            ControlFlow::Continue(())
        })
        .await?;
        Ok(selected.into_values().collect())
    }

    pub(super) async fn counts(&self) -> Result<BTreeMap<String, Counts>, JournalError> {
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        self.each(0, |_, _, record| {
            if matches!(record.state, RecordState::Claimed(_)) {
                return ControlFlow::Continue(());
            }
            match counts.get_mut(record.key.provider()) {
                Some(counts) => counts.add(record.outcome()),
                None => {
                    counts.insert(record.key.provider().to_owned(), Counts::from_outcome(record.outcome()));
                }
            }
            ControlFlow::Continue(())
        })
        .await?;
        Ok(counts)
    }

    /// Deletes finished deliveries and returns how many.
    pub(super) async fn forget_finished_before(&self, time: Timestamp) -> Result<u64, JournalError> {
        let (mut forgotten, mut after) = (0, 0);
        loop {
            let finished = self.some_finished_before(time, after).await?;
            let Some((_, last)) = finished.last() else { return Ok(forgotten) };
            after = *last;
            for (key, revision) in finished {
                let subject = format!("{}{}", self.store.prefix, stored::key_of(&key));
                // What was written later stays.
                let purged = self.store.stream.purge().filter(subject).sequence(revision + 1).await;
                forgotten += purged.map_err(|error| self.failing.unreachable(&error))?.purged;
            }
        }
    }

    /// Erases the contacts of deliveries that a person resolved as created at that time or earlier.
    pub(super) async fn erase_resolved_contents(&self, until: Timestamp) -> Result<(), JournalError> {
        let mut expired = Vec::new();
        self.each(0, |revision, _, record| {
            if rules::keeps_resolved_content(&record) && record.changed_at <= until {
                expired.push((record, revision));
            }
            ControlFlow::Continue(())
        })
        .await?;
        for (record, revision) in expired {
            // A record that changed meanwhile stays.
            self.write(&Record { content: None, ..record }, revision).await?;
        }
        Ok(())
    }

    /// The first of them after that revision, each with its key and revision.
    async fn some_finished_before(
        &self,
        time: Timestamp,
        after: u64,
    ) -> Result<Vec<(DeliveryKey, u64)>, JournalError> {
        let mut finished = Vec::new();
        // They come in the order in which they were last changed.
        self.each(after, |revision, written_at, record| {
            let is_old = written_at < time;
            if is_old && record.outcome().is_delivered() {
                finished.push((record.key, revision));
            }
            if is_old && finished.len() < AT_ONCE {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })
        .await?;
        Ok(finished)
    }

    /// Meets every change of a record from that revision on once, in order. A record that changed meanwhile again is met only
    /// as it is now.
    pub(super) async fn changes_since(
        &self,
        revision: u64,
        mut meet: impl FnMut(RecordChange<'_>),
    ) -> Result<(), JournalError> {
        let info = self.store.stream.get_info().await.map_err(|error| self.failing.unreachable(&error))?;
        if info.state.last_sequence < revision {
            return Ok(());
        }
        self.each_value(revision.saturating_sub(1), |place, message| {
            let key = message.subject.strip_prefix(&*self.store.prefix).unwrap_or_default();
            let Place { revision, written_at, .. } = *place;
            meet(RecordChange { key, revision, written_at, state: stored::unfinished(&message.payload) });
            Ok(ControlFlow::Continue(()))
        })
        .await
    }

    /// Every record after that revision with its own, in the order in which they were last changed, until one is enough.
    async fn each(
        &self,
        after: u64,
        mut meet: impl FnMut(u64, Timestamp, Record) -> ControlFlow<()>,
    ) -> Result<(), JournalError> {
        let living = self.presence.living(&self.failing).await?;
        self.each_value(after, |place, message| {
            if message.payload.is_empty() {
                return Ok(ControlFlow::Continue(()));
            }
            let Place { revision, written_at, .. } = *place;
            let record = self.record(message, revision, written_at, &living)?;
            Ok(meet(revision, written_at, record))
        })
        .await
    }

    /// Every value after that revision, with its place.
    async fn each_value(
        &self,
        after: u64,
        mut meet: impl FnMut(&Place, &Message) -> Result<ControlFlow<()>, JournalError>,
    ) -> Result<(), JournalError> {
        let all = consumer::pull::OrderedConfig {
            // A bucket has one version of each key.
            deliver_policy: consumer::DeliverPolicy::ByStartSequence {
                start_sequence: after.saturating_add(1),
            },
            filter_subject: format!("{}>", self.store.prefix),
            ..Default::default()
        };
        let consumer = self.store.stream.create_consumer(all).await;
        let mut consumer = consumer.map_err(|error| self.failing.unreachable(&error))?;
        let info = consumer.info().await.map_err(|error| self.failing.unreachable(&error))?;
        let mut left = info.num_pending;
        let messages = consumer.messages().await;
        let mut messages = messages.map_err(|error| self.failing.unreachable(&error))?;
        while left > 0 {
            let Some(message) = messages.next().await else {
                return Err(self.failing.of(JournalErrorKind::Unreachable).with_detail(BROKEN_OFF));
            };
            let message = message.map_err(|error| self.failing.unreachable(&error))?;
            let place = self.place(&message)?;
            left = place.after;
            if meet(&place, &message)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn place(&self, message: &Message) -> Result<Place, JournalError> {
        let info = message.info().map_err(|error| self.failing.unreachable(&*error))?;
        let written_at = Timestamp::from_nanosecond(info.published.unix_timestamp_nanos());
        Ok(Place {
            revision: info.stream_sequence,
            written_at: written_at.unwrap_or(Timestamp::MAX),
            after: info.pending,
        })
    }

    fn record(
        &self,
        message: &Message,
        revision: u64,
        written_at: Timestamp,
        living: &HashSet<String>,
    ) -> Result<Record, JournalError> {
        let held = stored::read(&message.payload, revision, written_at);
        let held = held.map_err(|why| self.failing.of_value(why))?;
        let is_held = match (&held.holder, held.record.state) {
            (Some(holder), standing) if holder == self.presence.holder() => self.is_held_here(standing),
            (Some(holder), _) => living.contains(holder),
            (None, _) => true,
        };
        Ok(held.counting(is_held))
    }
}
