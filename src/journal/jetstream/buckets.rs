//! Creates and opens the buckets of a journal, and compares those that exist with the options. Only a migration alters a bucket.
//!
//! Version 0.1.0 registers no people: it would send a contact under another key that this version recognizes. It refuses a
//! bucket whose `history` is not 1, so the bucket of holders, of which only the newest values are read, has
//! [`HOLDERS_HISTORY`].

use std::time::Duration;

use async_nats::jetstream::context::GetStreamError;
use async_nats::jetstream::kv::{Config, Store};
use async_nats::jetstream::stream::{DiscardPolicy, StorageType};
use async_nats::jetstream::{Context, ErrorCode};

use super::error::ErrorContext;
use super::options::JetStreamOptions;
use super::people::Settings;
use crate::journal::{JournalError, JournalErrorKind};

/// The oldest server version that is supported. Older servers lost finished messages of queues when they were killed.
const MIN_SERVER_VERSION: (i64, i64, i64) = (2, 10, 27);
/// The limit on a record with its contact, in bytes. It is also the servers' default for a message; records are far smaller.
const MAX_RECORD_SIZE: i32 = 1024 * 1024;

/// The history of the bucket of holders, by which version 0.1.0 refuses the journal.
pub(super) const HOLDERS_HISTORY: i64 = 2;
/// The history of all other buckets, and of the bucket of holders that version 0.1.0 created.
pub(super) const HISTORY: i64 = 1;

/// The open buckets of a journal.
pub(super) struct Buckets {
    pub(super) records: Store,
    pub(super) holders: Store,
    pub(super) people: Store,
    pub(super) settings: Settings,
    /// A warning to the user about how safely the servers store the journal.
    pub(super) warning: Option<&'static str>,
}

const IN_MEMORY: &str = "the journal is kept in the servers' memory: after a restart of all of them every contact is sent again; \
                         for production create it with storage = \"file\"";
const SINGLE: &str = "the journal is kept on a single server: after a power failure acknowledged records may be missing, and their \
                      contacts are created twice; keep 3 replicas, or set `sync_interval: always` on the server";

/// Whether missing buckets and streams are created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CreateMode {
    IfMissing,
    Never,
}

/// Returns the error text for a server that is too old. `None` if it is new enough.
pub(crate) fn unsupported_version(client: &async_nats::Client) -> Option<String> {
    let (major, minor, patch) = MIN_SERVER_VERSION;
    let version = || client.server_info().version;
    let is_supported = client.is_server_compatible(major, minor, patch);
    (!is_supported).then(|| format!("it is {}; {major}.{minor}.{patch} or newer is needed", version()))
}

/// Returns whether an error says that the stream does not exist.
pub(crate) fn is_stream_missing(error: &GetStreamError) -> bool {
    use async_nats::jetstream::context::GetStreamErrorKind::JetStream;
    matches!(error.kind(), JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

impl Buckets {
    pub(super) async fn open(
        context: &Context,
        options: &JetStreamOptions,
        create: CreateMode,
        errors: &ErrorContext,
    ) -> Result<Self, JournalError> {
        if let Some(detail) = unsupported_version(&context.client()) {
            return Err(errors.error(JournalErrorKind::OldServer).with_detail(detail));
        }
        let records = bucket(&options.name, options, None);
        let records = get_or_create_bucket(context, records, create, errors).await?;
        let is_empty = records.stream.cached_info().state.messages == 0;
        let holders = get_or_create_bucket(context, holders_bucket(options), create, errors).await?;
        // A new bucket in the place of a lost one would make all people unknown.
        let create_people = if is_empty { create } else { CreateMode::Never };
        let people = get_or_create_bucket(context, people_bucket(options), create_people, errors).await;
        let people = people.map_err(|error| match error.kind() {
            JournalErrorKind::Missing if !is_empty => errors.error(JournalErrorKind::Outdated),
            _ => error,
        })?;
        let settings = if is_empty {
            Settings::load_or_create(&people, false, errors).await?
        } else {
            let settings = Settings::load(&people, errors).await?;
            settings.ok_or_else(|| errors.error(JournalErrorKind::Outdated))?
        };
        let config = &records.stream.cached_info().config;
        let warning = match config.storage {
            StorageType::Memory => Some(IN_MEMORY),
            StorageType::File => (config.num_replicas < 2).then_some(SINGLE),
        };
        Ok(Self { records, holders, people, settings, warning })
    }
}

/// Returns the configuration of the bucket of holders.
pub(super) fn holders_bucket(options: &JetStreamOptions) -> Config {
    let config = bucket(&format!("{}_holders", options.name), options, Some(options.lease));
    Config { history: HOLDERS_HISTORY, ..config }
}

/// Returns the configuration of the bucket of people.
pub(super) fn people_bucket(options: &JetStreamOptions) -> Config {
    Config {
        description: "unicontact: people".to_owned(),
        ..bucket(&format!("{}_people", options.name), options, None)
    }
}

/// Returns the configuration of a bucket of the journal or the queue.
pub(crate) fn bucket(name: &str, options: &JetStreamOptions, max_age: Option<Duration>) -> Config {
    Config {
        bucket: name.to_owned(),
        description: "unicontact: deliveries".to_owned(),
        max_value_size: MAX_RECORD_SIZE,
        history: HISTORY,
        max_age: max_age.unwrap_or_default(),
        storage: options.storage.into(),
        num_replicas: options.replicas,
        ..Config::default()
    }
}

/// Opens a bucket, and creates it first if it is missing and `create` allows that.
///
/// # Errors
///
/// The bucket is missing or differs from `expected`, or the servers did not answer.
pub(crate) async fn get_or_create_bucket(
    context: &Context,
    expected: Config,
    create: CreateMode,
    errors: &ErrorContext,
) -> Result<Store, JournalError> {
    let stream = format!("KV_{}", expected.bucket);
    let store = match context.get_stream(&stream).await {
        Ok(_) => context.get_key_value(&expected.bucket).await.map_err(|error| errors.unreachable(&error))?,
        Err(error) if is_stream_missing(&error) && create == CreateMode::IfMissing => {
            let created = context.create_key_value(expected.clone()).await;
            created.map_err(|error| errors.unreachable(&error))?
        }
        Err(error) if is_stream_missing(&error) => return Err(errors.error(JournalErrorKind::Missing)),
        Err(error) => return Err(errors.unreachable(&error)),
    };
    check_config(&store, &expected, errors)?;
    Ok(store)
}

/// Returns an error if a bucket differs from the expected configuration, or version 0.1.0 created it.
fn check_config(store: &Store, expected: &Config, errors: &ErrorContext) -> Result<(), JournalError> {
    let actual = &store.stream.cached_info().config;
    let is_outdated = actual.max_messages_per_subject == HISTORY && expected.history == HOLDERS_HISTORY;
    let history = if expected.history == HISTORY { "history (must be 1)" } else { "history (must be 2)" };
    let mismatches = mismatches(&[
        ("storage", actual.storage == expected.storage),
        (history, actual.max_messages_per_subject == expected.history || is_outdated),
        ("max_age", actual.max_age == expected.max_age),
        ("replicas", actual.num_replicas >= expected.num_replicas),
        // With another policy a full bucket drops its oldest records.
        ("discard (must be new)", actual.discard == DiscardPolicy::New),
    ]);
    match mismatches {
        None if is_outdated => Err(errors.error(JournalErrorKind::Outdated)),
        None => Ok(()),
        Some(names) => {
            let detail = format!("the bucket {} differs in {names}", expected.bucket);
            Err(errors.error(JournalErrorKind::Foreign).with_detail(detail))
        }
    }
}

/// Returns the names of the settings that do not match, separated by commas. `None` if all match.
pub(crate) fn mismatches(settings: &[(&'static str, bool)]) -> Option<String> {
    let names: Vec<&str> = settings.iter().filter(|(_, matches)| !matches).map(|(name, _)| *name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
