//! The buckets of a journal: made where they are missing, and compared with the options where they are there. Only a migration
//! alters one.
//!
//! Version 0.1.0 knows no people: it would deliver under another key to a person that this version recognizes. It refuses a
//! bucket with another `history` than 1. So the bucket of holders, of which nothing but the newest values is read, has
//! [`HOLDERS_HISTORY`].

use std::time::Duration;

use async_nats::jetstream::context::GetStreamError;
use async_nats::jetstream::kv::{Config, Store};
use async_nats::jetstream::stream::{DiscardPolicy, StorageType};
use async_nats::jetstream::{Context, ErrorCode};

use super::JetStreamOptions;
use super::failure::ErrorContext;
use super::people::{self, Settings};
use crate::journal::{JournalError, JournalErrorKind};

/// Older servers lost finished messages of queues when they were killed.
const OLDEST: (i64, i64, i64) = (2, 10, 27);
/// A record with its contact is smaller by far; this is what the servers take as well by themselves.
const LARGEST_RECORD: i32 = 1024 * 1024;

/// The mark of a journal that version 0.1.0 cannot open.
pub(super) const HOLDERS_HISTORY: i64 = 2;
/// The history of all other buckets, and of that of the holders in version 0.1.0.
pub(super) const HISTORY: i64 = 1;

/// The buckets of a journal, made or found as they must be.
pub(super) struct Buckets {
    pub(super) records: Store,
    pub(super) holders: Store,
    pub(super) people: Store,
    pub(super) settings: Settings,
    /// What a person should know before relying on the servers.
    pub(super) warning: Option<&'static str>,
}

const IN_MEMORY: &str =
    "the journal is kept in the servers' memory: what they forget when they are restarted is sent again";
const SINGLE: &str = "the journal is kept on a single server: unless that has `sync_interval: always`, what it has acknowledged may \
                      be lost when its machine loses power, and be sent twice; keep 3 replicas or set it";

/// Whether what is missing is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Making {
    IfMissing,
    Never,
}

/// What is wrong with the age of the server that this client is connected to.
pub(crate) fn too_old(client: &async_nats::Client) -> Option<String> {
    let (major, minor, patch) = OLDEST;
    let version = || client.server_info().version;
    let is_new_enough = client.is_server_compatible(major, minor, patch);
    (!is_new_enough).then(|| format!("it is {}; {major}.{minor}.{patch} or newer is needed", version()))
}

/// Whether an error says that there is no such stream.
pub(crate) fn is_missing(error: &GetStreamError) -> bool {
    use async_nats::jetstream::context::GetStreamErrorKind::JetStream;
    matches!(error.kind(), JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

impl Buckets {
    pub(super) async fn open(
        context: &Context,
        options: &JetStreamOptions,
        making: Making,
        failing: &ErrorContext,
    ) -> Result<Self, JournalError> {
        if let Some(why) = too_old(&context.client()) {
            return Err(failing.of(JournalErrorKind::OldServer).with_detail(why));
        }
        let records = found_or_made(context, bucket(&options.name, options, None), making, failing).await?;
        let is_empty = records.stream.cached_info().state.messages == 0;
        let holders = found_or_made(context, holders_bucket(options), making, failing).await?;
        // An empty bucket in the place of a lost one would make everybody unknown.
        let making_people = if is_empty { making } else { Making::Never };
        let people = found_or_made(context, people_bucket(options), making_people, failing).await;
        let people = people.map_err(|error| match error.kind() {
            JournalErrorKind::Missing if !is_empty => failing.of(JournalErrorKind::Outdated),
            _ => error,
        })?;
        let settings = if is_empty {
            people::settings_or_new(&people, false, failing).await?
        } else {
            let settings = people::settings(&people, failing).await?;
            settings.ok_or_else(|| failing.of(JournalErrorKind::Outdated))?
        };
        let there = &records.stream.cached_info().config;
        let warning = match there.storage {
            StorageType::Memory => Some(IN_MEMORY),
            StorageType::File => (there.num_replicas < 2).then_some(SINGLE),
        };
        Ok(Self { records, holders, people, settings, warning })
    }
}

/// The bucket of the holders.
pub(super) fn holders_bucket(options: &JetStreamOptions) -> Config {
    let config = bucket(&format!("{}_holders", options.name), options, Some(options.lease));
    Config { history: HOLDERS_HISTORY, ..config }
}

/// The bucket of the people.
pub(super) fn people_bucket(options: &JetStreamOptions) -> Config {
    Config {
        description: "unicontact: people".to_owned(),
        ..bucket(&format!("{}_people", options.name), options, None)
    }
}

/// A bucket of the journal or the queue.
pub(crate) fn bucket(name: &str, options: &JetStreamOptions, max_age: Option<Duration>) -> Config {
    Config {
        bucket: name.to_owned(),
        description: "unicontact: deliveries".to_owned(),
        max_value_size: LARGEST_RECORD,
        history: HISTORY,
        max_age: max_age.unwrap_or_default(),
        storage: options.storage.into(),
        num_replicas: options.replicas,
        ..Config::default()
    }
}

/// The bucket, if it is as it must be.
pub(crate) async fn found_or_made(
    context: &Context,
    wanted: Config,
    making: Making,
    failing: &ErrorContext,
) -> Result<Store, JournalError> {
    let stream = format!("KV_{}", wanted.bucket);
    let store = match context.get_stream(&stream).await {
        Ok(_) => context.get_key_value(&wanted.bucket).await.map_err(|error| failing.unreachable(&error))?,
        Err(error) if is_missing(&error) && making == Making::IfMissing => {
            let made = context.create_key_value(wanted.clone()).await;
            made.map_err(|error| failing.unreachable(&error))?
        }
        Err(error) if is_missing(&error) => return Err(failing.of(JournalErrorKind::Missing)),
        Err(error) => return Err(failing.unreachable(&error)),
    };
    let there = &store.stream.cached_info().config;
    let is_unmarked = there.max_messages_per_subject == HISTORY && wanted.history == HOLDERS_HISTORY;
    let history = if wanted.history == HISTORY { "history (must be 1)" } else { "history (must be 2)" };
    let differing = differing(&[
        ("storage", there.storage == wanted.storage),
        (history, there.max_messages_per_subject == wanted.history || is_unmarked),
        ("max_age", there.max_age == wanted.max_age),
        ("replicas", there.num_replicas >= wanted.num_replicas),
        // It would throw away the oldest records to make room.
        ("discard (must be new)", there.discard == DiscardPolicy::New),
    ]);
    match differing {
        None if is_unmarked => Err(failing.of(JournalErrorKind::Outdated)),
        None => Ok(store),
        Some(what) => {
            let detail = format!("the bucket {} differs in {what}", wanted.bucket);
            Err(failing.of(JournalErrorKind::Foreign).with_detail(detail))
        }
    }
}

/// The names of what does not agree with what is wanted.
pub(crate) fn differing(parts: &[(&'static str, bool)]) -> Option<String> {
    let names: Vec<&str> = parts.iter().filter(|(_, agrees)| !agrees).map(|(name, _)| *name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
