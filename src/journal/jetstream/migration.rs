//! Migrates a journal that version 0.1.0 created.
//!
//! The migration raises the history of the bucket of holders, so that 0.1.0 refuses the journal, creates the bucket of people, and
//! registers the people of the unfinished deliveries. It can be interrupted at any step and run again.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::kv::Store;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::buckets::{self, CreateMode, HISTORY, HOLDERS_HISTORY};
use super::connection::context;
use super::error::ErrorContext;
use super::lease::Holder;
use super::options::JetStreamOptions;
use super::people::Settings;
use super::retry_budget::RetryBudget;
use super::{JetStreamJournal, PAGE_SIZE};
use crate::identity::{IdentifyBy, Identity};
use crate::journal::{IdentifyRequest, Journal, JournalError, JournalErrorKind};
use crate::journal::{Record, Selection};

/// The time after which a process of version 0.1.0 that opened the journal before the mark is listed as a holder.
const MAX_OPENING: Duration = Duration::from_secs(2);
/// The number of people that are registered at the same time.
const CONCURRENCY: usize = 64;

/// The result of a migration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// Whether the journal was an old one. If not, nothing was changed.
    pub was_needed: bool,
    /// The number of unfinished deliveries whose people were registered.
    pub recognized: u64,
}

impl JetStreamJournal {
    /// Migrates a journal that version 0.1.0 created. Stop all processes of that version first.
    ///
    /// # Errors
    ///
    /// [`InUse`](JournalErrorKind::InUse): a process of version 0.1.0 has the journal open, or had it open within the lease. Otherwise
    /// as [`Self::open_existing`]. A migration that failed can be run again.
    pub async fn migrate(
        client: async_nats::Client,
        options: &JetStreamOptions,
    ) -> Result<Migration, JournalError> {
        let context = context(client, options.lease);
        RetryBudget::new(RetryBudget::OPENING).retry(|| try_migrate(&context, options)).await
    }

    /// Registers the people of unfinished deliveries under their existing contact keys, and returns the number of deliveries.
    async fn register_unfinished(&self) -> Result<u64, JournalError> {
        // The first delivery of a person gives it its key: those that may be at the vendor come first.
        let first = self.register_where(Record::may_be_at_vendor).await?;
        Ok(first + self.register_where(|record| !record.may_be_at_vendor()).await?)
    }

    async fn register_where(&self, is_selected: impl Fn(&Record) -> bool) -> Result<u64, JournalError> {
        let mut registered = 0;
        let mut after = 0;
        loop {
            let selection = Selection { after, limit: Some(PAGE_SIZE), ..Selection::default() };
            let records = self.list(&selection).await?;
            // A person that is not registered would be sent again under another key.
            if let Some(record) = self.take_unreadable().first() {
                return Err(self.records.errors.unreadable(record));
            }
            let Some(last) = records.last() else { return Ok(registered) };
            after = last.number;
            let identities = records.iter().filter(|record| is_selected(record)).filter_map(|record| {
                let contact = record.contact()?;
                let identity = Identity::new(&contact, IdentifyBy::Identity, self.people.identity_key())?;
                Some(Identity { new_key: record.key.contact().to_owned(), ..identity })
            });
            let registrations = stream::iter(identities)
                .map(|identity| self.identify(IdentifyRequest { identity, providers: [].into() }))
                .buffer_unordered(CONCURRENCY);
            registered += registrations.try_fold(0, async |count, _| Ok(count + 1)).await?;
        }
    }
}

async fn try_migrate(context: &Context, options: &JetStreamOptions) -> Result<Migration, JournalError> {
    let errors = ErrorContext::new(&options.name);
    let records = buckets::bucket(&options.name, options, None);
    buckets::get_or_create_bucket(context, records, CreateMode::Never, &errors).await?;
    let was_marked = mark(context, options, &errors).await?;
    let people = buckets::people_bucket(options);
    let people = buckets::get_or_create_bucket(context, people, CreateMode::IfMissing, &errors).await?;
    let settings = Settings::load_or_create(&people, true, &errors).await?;
    let mut migration = Migration { was_needed: !was_marked || settings.is_being_migrated, recognized: 0 };
    if settings.is_being_migrated {
        let journal = JetStreamJournal::try_open(context, options, CreateMode::Never, true).await?;
        let registered = journal.register_unfinished().await;
        let left = journal.leave().await;
        migration.recognized = registered?;
        left?;
        Settings::update(&people, |settings| settings.is_being_migrated = false, &errors).await?;
    }
    Ok(migration)
}

/// Marks the journal, so that version 0.1.0 cannot open it. Returns whether it was marked already.
async fn mark(
    context: &Context,
    options: &JetStreamOptions,
    errors: &ErrorContext,
) -> Result<bool, JournalError> {
    let holders = buckets::holders_bucket(options);
    match buckets::get_or_create_bucket(context, holders.clone(), CreateMode::Never, errors).await {
        Ok(_) => return Ok(true),
        Err(error) if error.kind() == JournalErrorKind::Outdated => {}
        Err(error) => return Err(error),
    }
    let holders = context.get_key_value(&holders.bucket).await;
    let holders = holders.map_err(|error| errors.unreachable(&error))?;
    check_unused(&holders, errors).await?;
    set_history(context, &holders, HOLDERS_HISTORY, errors).await?;
    tokio::time::sleep(MAX_OPENING).await;
    if let Err(error) = check_unused(&holders, errors).await {
        set_history(context, &holders, HISTORY, errors).await?;
        return Err(error);
    }
    Ok(false)
}

async fn set_history(
    context: &Context,
    bucket: &Store,
    history: i64,
    errors: &ErrorContext,
) -> Result<(), JournalError> {
    let mut config = bucket.stream.cached_info().config.clone();
    config.max_messages_per_subject = history;
    let updated = context.update_stream(config).await;
    updated.map(drop).map_err(|error| errors.unreachable(&error))
}

/// Returns an error with the holders' names if a process has the journal open, or had it open within the lease.
async fn check_unused(holders: &Store, errors: &ErrorContext) -> Result<(), JournalError> {
    let keys = holders.keys().await.map_err(|error| errors.unreachable(&error))?;
    let live: Vec<String> = keys.try_collect().await.map_err(|error| errors.unreachable(&error))?;
    if live.is_empty() {
        return Ok(());
    }
    let mut names = Vec::new();
    for holder in &live {
        let entry = holders.entry(holder).await.map_err(|error| errors.unreachable(&error))?;
        let holder: Option<Holder> = entry.and_then(|entry| serde_json::from_slice(&entry.value).ok());
        names.extend(holder.map(|holder| holder.name));
    }
    names.sort_unstable();
    let unnamed = live.len() - names.len();
    if unnamed > 0 {
        names.push(format!("{unnamed} without a name, such as an import"));
    }
    Err(errors.error(JournalErrorKind::InUse).with_detail(names.join(", ")))
}
