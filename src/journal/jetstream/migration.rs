//! Migration of a journal that version 0.1.0 made.
//!
//! It can be broken off at any step and run again: it marks the bucket of the holders, so that 0.1.0 opens the journal no more,
//! makes the bucket of people, and registers the people whose contacts the records hold.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::kv::Store;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::buckets::{self, HISTORY, HOLDERS_HISTORY};
use super::failure::ErrorContext;
use super::people;
use super::presence::Holder;
use super::{JetStreamJournal, JetStreamOptions, Making, PAGE, Patience, context};
use crate::identity::{IdentifyBy, Identity};
use crate::journal::{IdentifyRequest, Journal, JournalError, JournalErrorKind};
use crate::journal::{Record, Selection};

/// How long a process of version 0.1.0 that found the journal unmarked may take to become a holder.
const LONGEST_OPENING: Duration = Duration::from_secs(2);
/// So many people are registered at once.
const AT_ONCE: usize = 64;

/// What a migration did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// Whether it was needed. Nothing was changed where it was not.
    pub was_needed: bool,
    /// The number of unfinished deliveries whose contacts are recognized from now on.
    pub recognized: u64,
}

impl JetStreamJournal {
    /// Migrates a journal that version 0.1.0 made. Its processes must have been stopped.
    ///
    /// # Errors
    ///
    /// [`InUse`](JournalErrorKind::InUse): a process of version 0.1.0 has the journal open, or had it open within the lease. Otherwise
    /// as [`Self::open_existing`]. The migration can be run again.
    pub async fn migrate(
        client: async_nats::Client,
        options: &JetStreamOptions,
    ) -> Result<Migration, JournalError> {
        let context = context(client, options.lease);
        let patience = Patience::of(Patience::OF_OPENING);
        loop {
            match try_migrate(&context, options).await {
                Err(error) => patience.after(error).await?,
                migrated => return migrated,
            }
        }
    }

    /// Registers the people of unfinished deliveries under the keys of these, and returns how many deliveries there are.
    async fn recognize_unfinished(&self) -> Result<u64, JournalError> {
        // Of two deliveries of one person the one counts that may be at the vendor.
        let first = self.recognize_each(Record::may_be_at_vendor).await?;
        Ok(first + self.recognize_each(|record| !record.may_be_at_vendor()).await?)
    }

    async fn recognize_each(&self, is_one: impl Fn(&Record) -> bool) -> Result<u64, JournalError> {
        let mut recognized = 0;
        let mut after = 0;
        loop {
            let selection = Selection { after, limit: Some(PAGE), ..Selection::default() };
            let records = self.list(&selection).await?;
            let Some(last) = records.last() else { return Ok(recognized) };
            after = last.number;
            let identities = records.iter().filter(|record| is_one(record)).filter_map(|record| {
                let contact = record.contact()?;
                let identity = Identity::new(&contact, IdentifyBy::Identity, self.people.identity_key())?;
                Some(Identity { new_key: record.key.contact().to_owned(), ..identity })
            });
            let identifying = stream::iter(identities)
                .map(|identity| self.identify(IdentifyRequest { identity, providers: [].into() }))
                .buffer_unordered(AT_ONCE);
            recognized += identifying.try_fold(0, async |count, _| Ok(count + 1)).await?;
        }
    }
}

async fn try_migrate(context: &Context, options: &JetStreamOptions) -> Result<Migration, JournalError> {
    let failing = ErrorContext::at(&options.name);
    let records = buckets::bucket(&options.name, options, None);
    buckets::found_or_made(context, records, Making::Never, &failing).await?;
    let was_marked = mark(context, options, &failing).await?;
    let people = buckets::people_bucket(options);
    let people = buckets::found_or_made(context, people, Making::IfMissing, &failing).await?;
    let settings = people::settings_or_new(&people, true, &failing).await?;
    let mut migration = Migration { was_needed: !was_marked || settings.is_being_migrated, recognized: 0 };
    if settings.is_being_migrated {
        let journal = JetStreamJournal::try_open(context, options, Making::Never, true).await?;
        let recognized = journal.recognize_unfinished().await;
        let left = journal.leave().await;
        migration.recognized = recognized?;
        left?;
        people::change_settings(&people, |settings| settings.is_being_migrated = false, &failing).await?;
    }
    Ok(migration)
}

/// Marks the journal, so that version 0.1.0 cannot open it. Returns whether it was marked before.
async fn mark(
    context: &Context,
    options: &JetStreamOptions,
    failing: &ErrorContext,
) -> Result<bool, JournalError> {
    let holders = buckets::holders_bucket(options);
    let marked = buckets::found_or_made(context, holders.clone(), Making::Never, failing).await;
    match marked {
        Ok(_) => return Ok(true),
        Err(error) if error.kind() == JournalErrorKind::Outdated => {}
        Err(error) => return Err(error),
    }
    let holders = context.get_key_value(&holders.bucket).await;
    let holders = holders.map_err(|error| failing.unreachable(&error))?;
    nobody_has_it_open(&holders, failing).await?;
    set_history(context, &holders, HOLDERS_HISTORY, failing).await?;
    tokio::time::sleep(LONGEST_OPENING).await;
    if let Err(error) = nobody_has_it_open(&holders, failing).await {
        set_history(context, &holders, HISTORY, failing).await?;
        return Err(error);
    }
    Ok(false)
}

async fn set_history(
    context: &Context,
    bucket: &Store,
    history: i64,
    failing: &ErrorContext,
) -> Result<(), JournalError> {
    let mut config = bucket.stream.cached_info().config.clone();
    config.max_messages_per_subject = history;
    let updated = context.update_stream(config).await;
    updated.map(drop).map_err(|error| failing.unreachable(&error))
}

/// Returns an error if a process has the journal open, or had it open within the lease.
async fn nobody_has_it_open(holders: &Store, failing: &ErrorContext) -> Result<(), JournalError> {
    let keys = holders.keys().await.map_err(|error| failing.unreachable(&error))?;
    let living: Vec<String> = keys.try_collect().await.map_err(|error| failing.unreachable(&error))?;
    if living.is_empty() {
        return Ok(());
    }
    let mut names = Vec::new();
    for holder in &living {
        let entry = holders.entry(holder).await.map_err(|error| failing.unreachable(&error))?;
        let holder: Option<Holder> = entry.and_then(|entry| serde_json::from_slice(&entry.value).ok());
        names.extend(holder.map(|holder| holder.name));
    }
    names.sort_unstable();
    let unnamed = living.len() - names.len();
    if unnamed > 0 {
        names.push(format!("{unnamed} without a name, such as an import"));
    }
    Err(failing.of(JournalErrorKind::InUse).with_detail(names.join(", ")))
}
