//! Selects the unfinished deliveries of a journal and groups them into contacts that can be sent again.
//!
//! One page of the journal is held at a time. Each delivery is selected once, even if it changes meanwhile: a record keeps its
//! number, and pages are read in the order of the numbers.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::stream::{self, Stream};
use thiserror::Error;
use unicontact_providers::DeliveryKey;

use crate::bulk::RoutedContact;
use crate::journal::{Journal, JournalError, Record, Selection};

/// The unfinished deliveries of a journal, grouped by contact, for [`Import::run_routed`](crate::bulk::Import::run_routed).
///
/// The deliveries of a contact to several providers form one group, unless its content was changed between them. A delivery is
/// unfinished until the vendor has the contact. Records that cannot be read are left out: see [`Journal::take_unreadable`].
///
/// ```
/// use std::sync::Arc;
/// use futures_util::StreamExt;
/// use unicontact::bulk::Import;
/// use unicontact::journal::Journal;
/// use unicontact::retry::{Retry, RetryError};
///
/// # async fn example(fan_out: unicontact::FanOut, journal: Arc<dyn Journal>) -> Result<(), RetryError> {
/// let import = Import::new(fan_out.with_journal(Arc::clone(&journal)));
/// let mut retry = Retry::new(journal, import.provider_names());
/// if retry.is_empty().await? {
///     return Ok(());
/// }
/// let (contacts, status) = retry.into_contacts();
/// let mut reports = std::pin::pin!(import.run_routed(contacts));
/// while let Some(report) = reports.next().await {
///     println!("{}: {} deliveries", report.contact, report.deliveries.len());
/// }
/// for problem in status.take_problems() {
///     println!("{problem}");
/// }
/// assert!(status.is_complete() || import.taken() > 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Retry {
    journal: Arc<dyn Journal>,
    selection: Selection,
    providers: Vec<String>,
    /// The number of the last record that was read.
    after: u64,
    is_last_page: bool,
    page: VecDeque<Group>,
}

/// The unfinished deliveries of one contact with the same content.
#[derive(Debug)]
struct Group {
    first: Record,
    providers: Vec<String>,
}

/// The status of a retry: problems with single contacts, and whether every delivery was selected.
#[derive(Debug, Clone, Default)]
pub struct RetryStatus(Arc<Mutex<Shared>>);

#[derive(Debug, Default)]
struct Shared {
    problems: Vec<RetryProblem>,
    is_complete: bool,
}

/// A problem because of which a delivery is not sent again.
#[derive(Debug)]
#[non_exhaustive]
pub enum RetryProblem {
    /// A provider of the contact is not configured any more. The contact goes to its other providers.
    UnknownProvider {
        /// The key of the contact.
        contact: String,
        /// The name of the provider.
        provider: String,
    },
    /// The journal keeps no content of the contact, as after `deliveries forget`.
    NoContent(DeliveryKey),
    /// The journal could not be read. The deliveries after this one are not selected.
    Journal(JournalError),
}

/// The error of a retry that cannot start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RetryError {
    /// The journal has no delivery with this key.
    #[error("{0}: the journal has no such delivery")]
    UnknownDelivery(DeliveryKey),
    /// The record of this delivery cannot be read. Those of others may be.
    #[error("{0}: {1}")]
    UnreadableRecord(DeliveryKey, JournalError),
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl Retry {
    /// Creates a retry of all unfinished deliveries to the providers with these names.
    pub fn new(journal: Arc<dyn Journal>, providers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let providers = providers.into_iter().map(Into::into).collect();
        let selection = Selection::default();
        Self { journal, selection, providers, after: 0, is_last_page: false, page: VecDeque::new() }
    }

    /// Limits the retry to the deliveries of a selection.
    #[must_use]
    pub fn with_selection(self, selection: Selection) -> Self {
        Self { selection, ..self }
    }

    /// Limits the retry to the deliveries with these keys, as far as the selection includes them.
    ///
    /// # Errors
    ///
    /// The journal has no delivery with one of the keys, or cannot be read.
    pub async fn with_keys(mut self, keys: &[DeliveryKey]) -> Result<Self, RetryError> {
        let mut records: Vec<Record> = Vec::with_capacity(keys.len());
        for key in keys {
            if records.iter().all(|record| record.key != *key) {
                let record =
                    self.journal.look(key).await.map_err(|error| RetryError::of_record(key, error))?;
                records.push(record.ok_or_else(|| RetryError::UnknownDelivery(key.clone()))?);
            }
        }
        records.retain(|record| self.selection.includes(record));
        self.is_last_page = true;
        self.page = group(records);
        Ok(self)
    }

    /// Returns whether there is nothing to retry. Reads the journal up to the first unfinished delivery.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    pub async fn is_empty(&mut self) -> Result<bool, JournalError> {
        while self.page.is_empty() && !self.is_last_page {
            let limit = Some(self.journal.page());
            let selection = Selection { after: self.after, limit, ..self.selection.clone() };
            let records = self.journal.list(&selection).await?;
            match records.last() {
                Some(last) => self.after = last.number,
                None => self.is_last_page = true,
            }
            self.page = group(records);
        }
        Ok(self.page.is_empty())
    }

    /// Returns the contacts as a stream, and the status of the retry, which is updated while the stream is read.
    pub fn into_contacts(self) -> (impl Stream<Item = RoutedContact>, RetryStatus) {
        let status = RetryStatus::default();
        let contacts = stream::unfold((self, status.clone()), async |(mut retry, status)| {
            loop {
                match retry.next().await {
                    Ok(Some(group)) => {
                        if let Some(contact) = retry.routed(group, &status) {
                            return Some((contact, (retry, status)));
                        }
                    }
                    Ok(None) => {
                        status.lock().is_complete = true;
                        return None;
                    }
                    Err(error) => {
                        status.add(RetryProblem::Journal(error));
                        return None;
                    }
                }
            }
        });
        (contacts, status)
    }

    async fn next(&mut self) -> Result<Option<Group>, JournalError> {
        let is_empty = self.is_empty().await?;
        Ok(if is_empty { None } else { self.page.pop_front() })
    }

    /// Returns the contact of a group, or adds the problem with it to the status.
    fn routed(&self, Group { first, providers }: Group, status: &RetryStatus) -> Option<RoutedContact> {
        let key = first.key.contact().to_owned();
        for provider in providers.iter().filter(|provider| !self.providers.contains(provider)) {
            let (contact, provider) = (key.clone(), provider.clone());
            status.add(RetryProblem::UnknownProvider { contact, provider });
        }
        let Some(contact) = first.contact() else {
            status.add(RetryProblem::NoContent(first.key));
            return None;
        };
        Some(RoutedContact::new(contact, key, providers))
    }
}

impl RetryError {
    fn of_record(key: &DeliveryKey, error: JournalError) -> Self {
        if error.kind().concerns_one_record() {
            Self::UnreadableRecord(key.clone(), error)
        } else {
            Self::Journal(error)
        }
    }
}

impl RetryStatus {
    /// Returns whether every selected delivery was passed to the reader of the stream.
    pub fn is_complete(&self) -> bool {
        self.lock().is_complete
    }

    /// Removes and returns the problems so far.
    pub fn take_problems(&self) -> Vec<RetryProblem> {
        std::mem::take(&mut self.lock().problems)
    }

    fn add(&self, problem: RetryProblem) {
        self.lock().problems.push(problem);
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for RetryProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownProvider { contact, provider } => write!(
                formatter,
                "{provider}/{contact}: not retried: the provider is not configured any more; add it to the configuration, or \
                 record how the delivery ended: unicontact deliveries resolve"
            ),
            Self::NoContent(key) => write!(
                formatter,
                "{key}: not retried: the journal has no contact that could be sent; create it again from its source"
            ),
            Self::Journal(error) => write!(formatter, "error: {error}"),
        }
    }
}

/// Groups the unfinished records by contact and content, in the order of their first records.
fn group(records: Vec<Record>) -> VecDeque<Group> {
    let mut groups: VecDeque<Group> = VecDeque::new();
    let mut indices: HashMap<(String, String), usize> = HashMap::new();
    for record in records.into_iter().filter(|record| !record.outcome().is_delivered()) {
        let contact = (record.key.contact().to_owned(), record.fingerprint.to_string());
        let provider = record.key.provider().to_owned();
        if let Some(group) = indices.get(&contact).and_then(|index| groups.get_mut(*index)) {
            group.providers.push(provider);
        } else {
            indices.insert(contact, groups.len());
            groups.push_back(Group { first: record, providers: vec![provider] });
        }
    }
    groups
}
