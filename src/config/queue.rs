//! `[queue]`: where the deliveries of many machines wait, and how they are kept there.
//!
//! Its rule: what it names is read and settled while loading, so that nobody finds a missing file when it is too late.

use std::num::NonZeroU64;
use std::path::Path;
use std::time::Duration;

use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer};
use unicontact_providers::Secret;

use super::keys::Keys;
use super::replicas::Replicas;
use super::secret_file;
use super::server_url;
use super::table::Table;
use super::text_file::{self, Unreadable};
use super::time_span::TimeSpan;

/// Certificates and credentials are smaller by far.
const LARGEST_FILE: u64 = 1024 * 1024;
const SHORTEST_LEASE: Duration = Duration::from_secs(1);
/// The servers remember no shorter.
const SHORTEST_WINDOW: Duration = Duration::from_millis(100);

/// The queue on NATS `JetStream`, where many machines reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueConfig {
    /// The addresses of the servers, `nats://` or `tls://`, without credentials. Empty where none is configured.
    pub urls: Vec<String>,
    /// What the names of streams and buckets begin with: letters, digits, `-` and `_`.
    pub name: String,
    /// How many servers keep each message and record: 1, 3 or 5.
    pub replicas: usize,
    /// Where the servers keep them.
    pub storage: QueueStorage,
    /// The most messages that the queue takes.
    pub most_messages: Option<u64>,
    /// The most bytes that the queue takes.
    pub most_bytes: Option<u64>,
    /// How long a delivery that was queued is known as such.
    pub duplicate_window: Duration,
    /// How long a worker that is not heard is taken to live.
    pub lease: Duration,
    /// How long finished deliveries are kept in the journal; `None` is for ever.
    pub retention: Option<Duration>,
    /// How to log in; `None` where the servers ask for nothing.
    pub login: Option<QueueLogin>,
    /// How the servers are known, and how this client proves itself to them.
    pub tls: QueueTls,
    /// The keys of secrets that are `replace-me`, as in the examples.
    pub placeholders: Vec<String>,
}

/// Where servers keep streams and buckets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueStorage {
    /// On their disks.
    #[default]
    File,
    /// In their memory: gone when they are.
    Memory,
}

/// How to log in at the servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueLogin {
    /// The content of a credentials file: a JWT and the seed of its NKEY.
    Credentials(Secret),
    /// A token.
    Token(Secret),
    /// The seed of an NKEY.
    Nkey(Secret),
    /// A user and a password.
    Password {
        /// Who.
        user: String,
        /// The password.
        password: Secret,
    },
}

/// What TLS needs beside the authorities that everybody trusts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueTls {
    /// The authority of the servers, in PEM. With it, connections are encrypted in any case.
    pub authority: Option<String>,
    /// The certificate of this client in PEM, and its key.
    pub client: Option<(String, Secret)>,
}

impl Default for QueueConfig {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            name: "unicontact".to_owned(),
            replicas: 1,
            storage: QueueStorage::File,
            most_messages: None,
            most_bytes: None,
            duplicate_window: Duration::from_mins(10),
            lease: Duration::from_mins(2),
            retention: None,
            login: None,
            tls: QueueTls::default(),
            placeholders: Vec::new(),
        }
    }
}

/// The queue that many machines share, on servers of NATS with `JetStream` 2.10.27 or newer.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct QueueKeys {
    /// The servers, several separated by commas, such as `nats://127.0.0.1:4222`; `tls://` insists on TLS. May be left out where
    /// --queue names them.
    url: Option<String>,
    /// What the names of streams and buckets begin with: letters, digits, - and _. Without it: unicontact.
    name: Option<String>,
    /// How many servers keep each message and record. Used when streams and buckets are made, which are never altered.
    /// Without it: 1.
    replicas: Option<Replicas>,
    /// Where the servers keep them. Used when streams and buckets are made. Without it: file.
    #[serde(deserialize_with = "by_name")]
    storage: Option<QueueStorage>,
    /// The most messages that the queue takes. Used when the stream is made. Without it there is no limit.
    #[schemars(range(max = 9_223_372_036_854_775_807_u64))]
    most_messages: Option<NonZeroU64>,
    /// The most bytes that the queue takes. Used when the stream is made. Without it there is no limit.
    #[schemars(range(max = 9_223_372_036_854_775_807_u64))]
    most_bytes: Option<NonZeroU64>,
    /// How long a delivery that was queued is known as such and not queued again. Used when the stream is made. Without
    /// it: 10m.
    duplicate_window: Option<TimeSpan>,
    /// How long a worker that is not heard is taken to live; at least 1s, and at least six times every timeout. Used when
    /// buckets are made. Without it: 2m.
    lease: Option<TimeSpan>,
    /// How long finished deliveries are kept in the journal, such as 90d. Without it they are kept for ever.
    retention: Option<TimeSpan>,
    /// The credentials file to log in with, relative to the configuration file. Of `credentials_file`, token, `nkey_seed`,
    /// and user with password, at most one.
    credentials_file: Option<String>,
    /// The token to log in with.
    token: Option<Secret>,
    /// The seed of the NKEY to log in with; it begins with SU.
    nkey_seed: Option<Secret>,
    /// The user to log in as, with a password.
    user: Option<String>,
    /// The user's password.
    password: Option<Secret>,
    /// The authority that the servers' certificates are from, in PEM, if it is none that everybody trusts. With it,
    /// connections are encrypted in any case.
    tls_ca_file: Option<String>,
    /// The certificate by which the servers know this client, in PEM; with `tls_key_file`.
    tls_certificate_file: Option<String>,
    /// The key of that certificate, in PEM.
    tls_key_file: Option<String>,
}

/// Reads the table, whose unknown keys are refused already. `None` only when there are mistakes.
pub(super) fn read(table: &mut Table<'_>, keys: &Keys) -> Option<QueueConfig> {
    secret_file::resolve(table, keys);
    let placeholders = secret_file::placeholders(table, keys);
    let read: QueueKeys = table.read(keys)?;
    let usual = QueueConfig::default();
    let duration = |own: Option<TimeSpan>, usual| own.map_or(usual, |own| own.0);
    let config = QueueConfig {
        urls: urls(table, read.url.as_deref()),
        name: read.name.clone().unwrap_or(usual.name),
        replicas: read.replicas.map_or(usual.replicas, |replicas| replicas.0),
        storage: read.storage.unwrap_or_default(),
        most_messages: read.most_messages.map(NonZeroU64::get),
        most_bytes: read.most_bytes.map(NonZeroU64::get),
        duplicate_window: duration(read.duplicate_window, usual.duplicate_window),
        lease: duration(read.lease, usual.lease),
        retention: read.retention.map(|retention| retention.0),
        tls: tls(table, &read),
        login: login(table, read),
        placeholders,
    };
    check(table, &config);
    Some(config)
}

/// The keys of the table and the files that secrets may stand in.
pub(super) fn known(keys: &Keys) -> Vec<String> {
    keys.names().map(str::to_owned).chain(keys.secrets().map(secret_file::key_for)).collect()
}

fn urls(table: &mut Table<'_>, text: Option<&str>) -> Vec<String> {
    let Some(text) = text else { return Vec::new() };
    match server_url::all(text) {
        Ok(urls) => urls,
        Err(message) => {
            table.note("url", message);
            Vec::new()
        }
    }
}

fn check(table: &mut Table<'_>, config: &QueueConfig) {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    if !config.name.chars().all(is_allowed) {
        table.note("name", "a queue's name has only letters, digits, - and _");
    }
    if config.lease < SHORTEST_LEASE {
        table.note("lease", "at least 1s: it is kept by saying now and then that the worker lives");
    }
    if config.duplicate_window < SHORTEST_WINDOW {
        table.note("duplicate_window", "at least 100ms");
    }
    for (key, number) in [("most_messages", config.most_messages), ("most_bytes", config.most_bytes)] {
        if number.is_some_and(|number| i64::try_from(number).is_err()) {
            table.note(key, "expected a whole number from 1 to 9223372036854775807");
        }
    }
}

/// One way to log in. Whatever else is given is one too many.
fn login(table: &mut Table<'_>, read: QueueKeys) -> Option<QueueLogin> {
    if read.user.is_some() && read.password.is_none() {
        table.note("password", "is missing: `user` has one");
    }
    if read.password.is_some() && read.user.is_none() {
        table.note("user", "is missing: whose is the password?");
    }
    let ways = [
        ("credentials_file", read.credentials_file.is_some()),
        ("token", read.token.is_some()),
        ("nkey_seed", read.nkey_seed.is_some()),
        ("user", read.user.is_some() || read.password.is_some()),
    ];
    let mut given = ways.into_iter().filter(|(_, is_given)| *is_given).map(|(key, _)| key);
    if let (Some(first), Some(second)) = (given.next(), given.next()) {
        table.note(second, format!("`{first}` is given as well: keep one way to log in"));
    }
    if let Some(path) = read.credentials_file {
        let credentials = file(table, "credentials_file", &path)?;
        return Some(QueueLogin::Credentials(credentials.into()));
    }
    let token = read.token.map(QueueLogin::Token);
    token.or(read.nkey_seed.map(QueueLogin::Nkey)).or_else(|| {
        let (user, password) = (read.user?, read.password?);
        Some(QueueLogin::Password { user, password })
    })
}

fn tls(table: &mut Table<'_>, read: &QueueKeys) -> QueueTls {
    let mut text = |key: &'static str, path: Option<&String>| file(table, key, path?);
    let authority = text("tls_ca_file", read.tls_ca_file.as_ref());
    let certificate = text("tls_certificate_file", read.tls_certificate_file.as_ref());
    let key = text("tls_key_file", read.tls_key_file.as_ref());
    match (&read.tls_certificate_file, &read.tls_key_file) {
        (Some(_), None) => table.note("tls_key_file", "is missing: the certificate has a key"),
        (None, Some(_)) => table.note("tls_certificate_file", "is missing: whose is the key?"),
        _ => {}
    }
    QueueTls { authority, client: certificate.zip(key.map(Secret::from)) }
}

/// The text of the file that the key names.
fn file(table: &mut Table<'_>, key: &str, path: &str) -> Option<String> {
    match text_file::read(&table.layers.resolve(Path::new(path)), LARGEST_FILE) {
        Ok(text) => Some(text),
        Err(why) => {
            table.note(key, Unreadable::in_words(why));
            None
        }
    }
}

/// Figment reads a number as the variant of that index, which nobody means.
fn by_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<QueueStorage>, D::Error> {
    let name = String::deserialize(deserializer)?;
    QueueStorage::deserialize(name.into_deserializer()).map(Some)
}
