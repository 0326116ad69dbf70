//! The streams of a queue and the bucket that its workers share: made where they are missing, and compared with the options where
//! they are there. Only a migration alters one.
//!
//! Version 0.1.0 refuses a stream with other subjects than its own. So the stream of deliveries has another one, on which nothing
//! is published: see [`mark_of`].

use async_nats::jetstream::Context;
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, Stream};

use super::error::{QueueError, QueueErrorKind};
use super::options::QueueOptions;
use crate::journal::jetstream::{self, CreateMode, mismatches};

/// A contact is smaller by far.
const LARGEST_MESSAGE: i32 = 1024 * 1024;

/// What a queue is made of, beside its journal.
pub(super) struct Streams {
    pub(super) deliveries: Stream,
    pub(super) dead_letters: Stream,
    pub(super) shared: Store,
}

/// The subject of the deliveries to a provider.
pub(super) fn subject_of(queue: &str, provider: &str) -> String {
    format!("{queue}.deliveries.{provider}")
}

/// The subject that marks the stream of deliveries, so that version 0.1.0 cannot open it: its workers would take messages of the
/// newer format for unreadable.
fn mark_of(queue: &str) -> String {
    format!("{queue}.deliveries_format.2")
}

/// The subject of what could not be read among them.
pub(super) fn dead_subject_of(queue: &str, provider: &str) -> String {
    format!("{queue}.dead_letters.{provider}")
}

impl Streams {
    pub(super) async fn open(
        context: &Context,
        options: &QueueOptions,
        create: CreateMode,
    ) -> Result<Self, QueueError> {
        let name = &options.journal.name;
        if let Some(why) = jetstream::unsupported_version(&context.client()) {
            return Err(QueueError::new(name, QueueErrorKind::OldServer, &why));
        }
        let deliveries = found_or_made(context, options, deliveries(options), create).await?;
        let dead_letters = found_or_made(context, options, dead_letters(options), create).await?;
        let shared = jetstream::bucket(&format!("{name}_shared"), &options.journal, None);
        let shared =
            jetstream::get_or_create_bucket(context, shared, create, &jetstream::ErrorContext::new(name))
                .await?;
        Ok(Self { deliveries, dead_letters, shared })
    }

    /// Marks the stream of deliveries, so that version 0.1.0 cannot open it, if there is one that is not marked. Returns whether
    /// there was.
    pub(super) async fn mark(context: &Context, options: &QueueOptions) -> Result<bool, QueueError> {
        let queue = &options.journal.name;
        match found_or_made(context, options, deliveries(options), CreateMode::Never).await {
            Ok(_) => return Ok(false),
            Err(error) if error.kind() == QueueErrorKind::Missing => return Ok(false),
            Err(error) if error.kind() == QueueErrorKind::Outdated => {}
            Err(error) => return Err(error),
        }
        let stream = context.get_stream(deliveries(options).name).await;
        let stream = stream.map_err(|error| QueueError::unreachable(queue, &error))?;
        let mut config = stream.cached_info().config.clone();
        config.subjects = deliveries(options).subjects;
        let updated = context.update_stream(config).await;
        updated.map(|_| true).map_err(|error| QueueError::unreachable(queue, &error))
    }
}

fn deliveries(options: &QueueOptions) -> Config {
    let name = &options.journal.name;
    Config {
        name: format!("{name}_deliveries"),
        subjects: vec![subject_of(name, "*"), mark_of(name)],
        description: Some("unicontact: deliveries that wait".to_owned()),
        retention: RetentionPolicy::WorkQueue,
        // One that is full refuses what comes, and forgets nothing.
        discard: DiscardPolicy::New,
        duplicate_window: options.duplicate_window,
        max_messages: limit(options.most_messages),
        max_bytes: limit(options.most_bytes),
        ..common(options)
    }
}

fn dead_letters(options: &QueueOptions) -> Config {
    let name = &options.journal.name;
    Config {
        name: format!("{name}_dead_letters"),
        subjects: vec![dead_subject_of(name, "*")],
        description: Some("unicontact: what could not be read".to_owned()),
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::New,
        max_messages: limit(None),
        max_bytes: limit(None),
        ..common(options)
    }
}

fn common(options: &QueueOptions) -> Config {
    Config {
        max_message_size: LARGEST_MESSAGE,
        storage: options.journal.storage.into(),
        num_replicas: options.journal.replicas,
        ..Config::default()
    }
}

fn limit(most: Option<u64>) -> i64 {
    most.and_then(|most| i64::try_from(most).ok()).unwrap_or(-1)
}

async fn found_or_made(
    context: &Context,
    options: &QueueOptions,
    wanted: Config,
    create: CreateMode,
) -> Result<Stream, QueueError> {
    let queue = &options.journal.name;
    let stream = match context.get_stream(&wanted.name).await {
        Err(error) if jetstream::is_stream_missing(&error) && create == CreateMode::IfMissing => {
            let made = context.create_stream(wanted.clone()).await;
            made.map_err(|error| QueueError::unreachable(queue, &error))?
        }
        Err(error) if jetstream::is_stream_missing(&error) => {
            return Err(QueueError::new(queue, QueueErrorKind::Missing, ""));
        }
        found => found.map_err(|error| QueueError::unreachable(queue, &error))?,
    };
    let there = &stream.cached_info().config;
    let mark = mark_of(queue);
    let unmarked = wanted.subjects.iter().filter(|subject| **subject != mark);
    let is_unmarked = there.subjects != wanted.subjects && there.subjects.iter().eq(unmarked);
    let mismatches = mismatches(&[
        ("storage", there.storage == wanted.storage),
        ("replicas", there.num_replicas >= wanted.num_replicas),
        ("retention", there.retention == wanted.retention),
        ("subjects", there.subjects == wanted.subjects || is_unmarked),
        ("discard (must be new)", there.discard == wanted.discard),
        ("max_age (must be 0)", there.max_age.is_zero()),
        ("max_msgs", there.max_messages == wanted.max_messages),
        ("max_bytes", there.max_bytes == wanted.max_bytes),
        (
            "duplicate_window",
            wanted.duplicate_window.is_zero() || there.duplicate_window == wanted.duplicate_window,
        ),
    ]);
    match mismatches {
        None if is_unmarked => Err(QueueError::new(queue, QueueErrorKind::Outdated, "")),
        None => Ok(stream),
        Some(what) => {
            let detail = format!("the stream {} differs in {what}", wanted.name);
            Err(QueueError::new(queue, QueueErrorKind::Differs, &detail))
        }
    }
}
