//! The streams of a queue, and the bucket that its workers share. Missing ones are created; existing ones are compared with the
//! options. Only a migration changes one.
//!
//! Version 0.1.0 refuses a stream with other subjects than its own. Therefore the stream of deliveries has an additional subject, on
//! which nothing is published: see [`format_subject`].

use async_nats::jetstream::Context;
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, Stream};

use super::error::{QueueError, QueueErrorKind};
use super::options::QueueOptions;
use crate::journal::jetstream::{self, CreateMode, mismatches};

/// The largest message, in bytes. Contacts are much smaller.
const MAX_MESSAGE_SIZE: i32 = 1024 * 1024;

/// The streams and the bucket of a queue, without its journal.
pub(super) struct Streams {
    pub(super) deliveries: Stream,
    pub(super) dead_letters: Stream,
    pub(super) shared: Store,
}

/// Returns the subject of the deliveries to a provider.
pub(super) fn delivery_subject(queue: &str, provider: &str) -> String {
    format!("{queue}.deliveries.{provider}")
}

/// Returns the subject that marks the format of the stream of deliveries. Version 0.1.0 cannot open a stream with it: its workers
/// would send messages of the newer format to the dead letters.
fn format_subject(queue: &str) -> String {
    format!("{queue}.deliveries_format.2")
}

/// Returns the subject of a provider's messages that could not be delivered.
pub(super) fn dead_letter_subject(queue: &str, provider: &str) -> String {
    format!("{queue}.dead_letters.{provider}")
}

impl Streams {
    pub(super) async fn open(
        context: &Context,
        options: &QueueOptions,
        create: CreateMode,
    ) -> Result<Self, QueueError> {
        let name = &options.journal.name;
        if let Some(detail) = jetstream::unsupported_version(&context.client()) {
            return Err(QueueError::new(name, QueueErrorKind::OldServer, &detail));
        }
        let deliveries = open_or_create(context, options, deliveries(options), create).await?;
        let dead_letters = open_or_create(context, options, dead_letters(options), create).await?;
        let shared = jetstream::bucket(&format!("{name}_shared"), &options.journal, None);
        let shared =
            jetstream::get_or_create_bucket(context, shared, create, &jetstream::ErrorContext::new(name))
                .await?;
        Ok(Self { deliveries, dead_letters, shared })
    }

    /// Adds the [`format_subject`] to a stream of deliveries that version 0.1.0 created. Returns whether there was one.
    pub(super) async fn mark_format(context: &Context, options: &QueueOptions) -> Result<bool, QueueError> {
        let queue = &options.journal.name;
        match open_or_create(context, options, deliveries(options), CreateMode::Never).await {
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
        subjects: vec![delivery_subject(name, "*"), format_subject(name)],
        description: Some("unicontact: deliveries that wait".to_owned()),
        retention: RetentionPolicy::WorkQueue,
        // A full stream rejects new messages, and deletes none.
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
        subjects: vec![dead_letter_subject(name, "*")],
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
        max_message_size: MAX_MESSAGE_SIZE,
        storage: options.journal.storage.into(),
        num_replicas: options.journal.replicas,
        ..Config::default()
    }
}

fn limit(most: Option<u64>) -> i64 {
    most.and_then(|most| i64::try_from(most).ok()).unwrap_or(-1)
}

async fn open_or_create(
    context: &Context,
    options: &QueueOptions,
    expected: Config,
    create: CreateMode,
) -> Result<Stream, QueueError> {
    let queue = &options.journal.name;
    let stream = match context.get_stream(&expected.name).await {
        Err(error) if jetstream::is_stream_missing(&error) && create == CreateMode::IfMissing => {
            let made = context.create_stream(expected.clone()).await;
            made.map_err(|error| QueueError::unreachable(queue, &error))?
        }
        Err(error) if jetstream::is_stream_missing(&error) => {
            return Err(QueueError::new(queue, QueueErrorKind::Missing, ""));
        }
        found => found.map_err(|error| QueueError::unreachable(queue, &error))?,
    };
    let actual = &stream.cached_info().config;
    let format_subject = format_subject(queue);
    let unmarked = expected.subjects.iter().filter(|subject| **subject != format_subject);
    let is_unmarked = actual.subjects != expected.subjects && actual.subjects.iter().eq(unmarked);
    let mismatches = mismatches(&[
        ("storage", actual.storage == expected.storage),
        ("replicas", actual.num_replicas >= expected.num_replicas),
        ("retention", actual.retention == expected.retention),
        ("subjects", actual.subjects == expected.subjects || is_unmarked),
        ("discard (must be new)", actual.discard == expected.discard),
        ("max_age (must be 0)", actual.max_age.is_zero()),
        ("max_msgs", actual.max_messages == expected.max_messages),
        ("max_bytes", actual.max_bytes == expected.max_bytes),
        (
            "duplicate_window",
            expected.duplicate_window.is_zero() || actual.duplicate_window == expected.duplicate_window,
        ),
    ]);
    match mismatches {
        None if is_unmarked => Err(QueueError::new(queue, QueueErrorKind::Outdated, "")),
        None => Ok(stream),
        Some(settings) => {
            let detail = format!("the stream {} differs in {settings}", expected.name);
            Err(QueueError::new(queue, QueueErrorKind::Differs, &detail))
        }
    }
}
