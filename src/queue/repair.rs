//! Finds deliveries about which the journal and the queue disagree, and mends them.
//!
//! The journal decides: a message whose delivery is finished is deleted, and an unfinished delivery without a message is queued again.
//! Nothing is sent, so that a repair never creates a contact.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use async_nats::jetstream::message::StreamMessage;
use jiff::Timestamp;
use unicontact_providers::DeliveryKey;

use super::Queue;
use super::audit::{Audit, AuditAct};
use super::error::QueueError;
use super::lease::Progress;
use super::message::{Incoming, ParseError};
use super::messages::{MessageReader, provider_of};
use super::publish::Requeued;
use super::streams::delivery_subject;
use super::unfinished_index::Index;
use crate::journal::jetstream::record_key;
use crate::journal::{Journal, JournalError, Record};

/// A repair of the deliveries of some providers.
pub struct Repair {
    queue: Queue,
    /// The vendor of each provider.
    providers: BTreeMap<String, String>,
    is_dry_run: bool,
}

/// The first message of each delivery, by the key of its record: its sequence number, and a hash of its content.
type QueuedMessages = HashMap<String, (u64, u64)>;

/// A difference between the journal and the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The name of the provider.
    pub provider: String,
    /// The contact's part of the delivery's key, where it can be read.
    pub contact: Option<String>,
    /// What is different.
    pub kind: FindingKind,
    /// Why it could not be mended. `None` if it was, or if the repair is a dry run.
    pub problem: Option<String>,
}

/// The kind of a [`Finding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// The message cannot be read. A repair moves it to the dead letters.
    UnreadableMessage,
    /// The delivery of a message is finished. A repair deletes the message.
    FinishedMessage,
    /// The queue holds the delivery with the same content in an earlier message, too. A repair deletes the later one.
    RepeatedMessage,
    /// The delivery is unfinished, and no message holds it. A repair queues it again.
    NotQueued,
    /// Messages wait for a provider that this configuration does not have, so that no worker with it delivers them. A repair leaves
    /// them.
    UnknownProvider,
    /// The record of a delivery is damaged. A repair moves the value to the dead letters, and records the delivery as in doubt, for a
    /// person: whether it was sent is not known.
    DamagedRecord,
}

impl FindingKind {
    /// Returns the word for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnreadableMessage => "unreadable_message",
            Self::FinishedMessage => "finished_message",
            Self::RepeatedMessage => "repeated_message",
            Self::NotQueued => "not_queued",
            Self::UnknownProvider => "unknown_provider",
            Self::DamagedRecord => "damaged_record",
        }
    }
}

impl Queue {
    /// Returns a repair of the deliveries to these providers, by their names with their vendors. A dry run changes nothing.
    pub fn repair(&self, providers: BTreeMap<String, String>, is_dry_run: bool) -> Repair {
        Repair { queue: self.clone(), providers, is_dry_run }
    }
}

impl Repair {
    /// Reads the queue and the journal, and calls `found` for each difference after it was mended. Workers may run meanwhile. Keeps a
    /// key of about a hundred bytes for each message in memory.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached. What was mended so far stays so, and the repair can be repeated.
    pub async fn run(&self, by: Option<String>, mut found: impl FnMut(Finding)) -> Result<(), QueueError> {
        let mut mended = 0;
        let mut report = |finding: Finding| {
            mended += u64::from(finding.problem.is_none());
            found(finding);
        };
        let result = self.check(&mut report).await;
        // Also after an error, since what was mended stays so.
        if mended > 0 && !self.is_dry_run {
            let providers: Vec<&str> = self.providers.keys().map(String::as_str).collect();
            let audit = Audit::new(AuditAct::Repaired, &providers.join(","), by);
            self.queue.record_act(audit.with_count(mended)).await?;
        }
        result
    }

    async fn check(&self, report: &mut impl FnMut(Finding)) -> Result<(), QueueError> {
        self.check_records(report).await?;
        self.check_providers(report).await?;
        // Before the messages, so that a delivery that leaves the queue meanwhile is not taken for a lost one.
        let index = self.unfinished().await?;
        let mut queued = HashMap::new();
        for provider in self.providers.keys() {
            self.check_messages(provider, &mut queued, report).await?;
        }
        self.check_unfinished(index, &queued, report).await
    }

    /// Sets damaged records aside. Those of a newer version are left to it.
    async fn check_records(&self, report: &mut impl FnMut(Finding)) -> Result<(), QueueError> {
        let journal = self.queue.journal();
        journal.counts().await?;
        let damaged = journal.take_unreadable().into_iter().filter(|record| !record.is_newer);
        for record in damaged {
            let Some(vendor) = self.providers.get(record.provider()) else { continue };
            let provider = record.provider().to_owned();
            let problem = match &record.contact {
                None => Some(format!(
                    "its value does not name the delivery ({}). {}",
                    record.detail(),
                    record.hint()
                )),
                Some(contact) if !self.is_dry_run => {
                    let key = DeliveryKey::from_contact_key(&provider, contact.clone());
                    let Some(value) = journal.damaged_value(&record).await? else { continue };
                    // Before the record is replaced, so that the value is never lost.
                    self.queue.add_dead_letter(&provider, &record.detail(), value.into()).await?;
                    if !journal.replace_damaged(&record, key, vendor).await? {
                        continue;
                    }
                    None
                }
                Some(_) => None,
            };
            let finding = finding(provider, record.contact.clone(), FindingKind::DamagedRecord);
            report(Finding { problem, ..finding });
        }
        Ok(())
    }

    /// Reports providers with messages that are not among the configured ones.
    async fn check_providers(&self, report: &mut impl FnMut(Finding)) -> Result<(), QueueError> {
        for (provider, status) in self.queue.status(false).await?.providers {
            let messages = status.waiting + status.in_flight;
            if messages > 0 && !self.providers.contains_key(&provider) {
                let problem = Some(format!(
                    "{messages} messages wait; start a worker whose configuration has the provider, or purge them with that \
                     configuration"
                ));
                report(Finding { problem, ..finding(provider, None, FindingKind::UnknownProvider) });
            }
        }
        Ok(())
    }

    /// Returns the unfinished deliveries of the journal.
    async fn unfinished(&self) -> Result<Index, QueueError> {
        let mut index = Index::new(self.providers.keys().cloned().collect(), Progress::default());
        self.queue.journal().changes_since(0, |change| index.apply(change)).await?;
        Ok(index)
    }

    async fn check_messages(
        &self,
        provider: &str,
        queued: &mut QueuedMessages,
        report: &mut impl FnMut(Finding),
    ) -> Result<(), QueueError> {
        let subject = delivery_subject(self.queue.name(), provider);
        let mut messages = MessageReader::new(&self.queue, &self.queue.0.deliveries, subject);
        while let Some(message) = messages.next().await? {
            if let Some(finding) = self.check_message(&message, queued).await? {
                report(finding);
            }
        }
        Ok(())
    }

    async fn check_message(
        &self,
        message: &StreamMessage,
        queued: &mut QueuedMessages,
    ) -> Result<Option<Finding>, QueueError> {
        let provider = provider_of(message).to_owned();
        let incoming = match Incoming::parse(&message.payload, None) {
            Ok(incoming) => incoming,
            // It is left to the newer version.
            Err(ParseError::Newer(_)) => return Ok(None),
            Err(ParseError::Invalid(reason)) => {
                if !self.is_dry_run {
                    self.queue.add_dead_letter(&provider, &reason, message.payload.clone()).await?;
                    self.queue.delete_message(&self.queue.0.deliveries, message.sequence).await?;
                }
                return Ok(Some(finding(provider, None, FindingKind::UnreadableMessage)));
            }
        };
        // A message of version 0.1.0 has no key. The worker that takes it finds its person.
        let Some(contact) = incoming.key else { return Ok(None) };
        let key = DeliveryKey::from_contact_key(&provider, contact.clone());
        let content = hash_of(&message.payload);
        let kind = match queued.get(&record_key(&key)) {
            // The first one may have left the queue since it was read.
            Some((first, same)) if *same == content && self.queue.has_message(*first).await? => {
                FindingKind::RepeatedMessage
            }
            // It has other content: a person has corrected the contact.
            Some(_) => return Ok(None),
            None => {
                let record = self.queue.journal().look(&key).await;
                if !is_delivered(record)? {
                    queued.insert(record_key(&key), (message.sequence, content));
                    return Ok(None);
                }
                FindingKind::FinishedMessage
            }
        };
        if !self.is_dry_run {
            self.queue.delete_message(&self.queue.0.deliveries, message.sequence).await?;
        }
        Ok(Some(finding(provider, Some(contact), kind)))
    }

    /// Queues unfinished deliveries again that no message holds, unless their records have changed meanwhile.
    async fn check_unfinished(
        &self,
        index: Index,
        queued: &QueuedMessages,
        report: &mut impl FnMut(Finding),
    ) -> Result<(), QueueError> {
        let journal = self.queue.journal();
        let living = journal.live_holders().await?;
        let now = journal.servers_time();
        let lost =
            index.possibly_lost(Timestamp::MAX, Some(&living)).into_values().flatten().map(|(key, _)| key);
        let unqueued: Vec<String> =
            lost.chain(index.due(now)).filter(|key| !queued.contains_key(key)).collect();
        for key in unqueued {
            let (record, revision) = match journal.record_with_revision(&key).await {
                Ok(Some(found)) => found,
                Ok(None) => continue,
                Err(error) if error.kind().concerns_one_record() => continue,
                Err(error) => return Err(error.into()),
            };
            if index.revision(&key) != Some(revision) {
                continue;
            }
            let problem = if self.is_dry_run {
                None
            } else {
                match self.queue.requeue(&record).await? {
                    Requeued::Queued => None,
                    Requeued::WasQueued => continue,
                    Requeued::Impossible(why) => Some(why),
                }
            };
            let (provider, contact) = (record.key.provider().to_owned(), record.key.contact().to_owned());
            report(Finding { problem, ..finding(provider, Some(contact), FindingKind::NotQueued) });
        }
        Ok(())
    }
}

fn hash_of(payload: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    payload.hash(&mut hasher);
    hasher.finish()
}

/// Returns whether a delivery is finished. One whose record cannot be read is not: a worker or a person decides about it.
fn is_delivered(record: Result<Option<Record>, JournalError>) -> Result<bool, JournalError> {
    match record {
        Ok(record) => Ok(record.is_some_and(|record| record.outcome().is_delivered())),
        Err(error) if error.kind().concerns_one_record() => Ok(false),
        Err(error) => Err(error),
    }
}

fn finding(provider: String, contact: Option<String>, kind: FindingKind) -> Finding {
    Finding { provider, contact, kind, problem: None }
}

impl std::fmt::Debug for Repair {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = formatter.debug_struct("Repair");
        debug
            .field("providers", &self.providers)
            .field("is_dry_run", &self.is_dry_run)
            .finish_non_exhaustive()
    }
}
