//! The table `[queue]`. The files that it names are read while loading, so that a missing one is reported at once.

use std::num::NonZeroU64;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use unicontact_providers::Secret;

use super::by_name::by_name;
use super::keys::Keys;
use super::replicas::Replicas;
use super::secret_file;
use super::server_url;
use super::table::Table;
use super::text_file;
use super::time_span::TimeSpan;

/// A limit far above the size of certificates and credentials, in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;
/// The keys, beside those of the secrets, that name a file with a secret.
pub(super) const SECRET_FILES: [&str; 2] = ["credentials_file", "tls_key_file"];
const SHORTEST_LEASE: Duration = Duration::from_secs(1);
/// A limit of the servers.
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
    /// A limit on the messages in the queue.
    pub most_messages: Option<u64>,
    /// A limit on the bytes in the queue.
    pub most_bytes: Option<u64>,
    /// The time in which a delivery that is queued again is a duplicate.
    pub duplicate_window: Duration,
    /// The time after which a worker without a heartbeat counts as gone.
    pub lease: Duration,
    /// How long finished deliveries are kept in the journal; `None` keeps them for ever.
    pub retention: Option<Duration>,
    /// The login; `None` for servers without one.
    pub login: Option<QueueLogin>,
    /// The certificates that the client trusts and presents.
    pub tls: QueueTls,
    /// The keys of secrets that hold `replace-me`, as the examples do.
    pub placeholders: Vec<String>,
}

/// Where servers keep streams and buckets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueStorage {
    /// On their disks.
    #[default]
    File,
    /// In their memory, which a restart clears.
    Memory,
}

/// A login at the servers.
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
        /// The name of the user.
        user: String,
        /// The password.
        password: Secret,
    },
}

/// Certificates beside the public authorities.
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
    /// The time in which a delivery that is queued again is dropped as a duplicate. Used when the stream is made. Without
    /// it: 10m.
    duplicate_window: Option<TimeSpan>,
    /// The time after which a worker without a heartbeat counts as gone; at least 1s, and at least six times every timeout. Used when
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

/// Reads the table, whose unknown keys are rejected already. Returns `None` only when there are mistakes.
pub(super) fn read(table: &mut Table<'_>, keys: &Keys) -> Option<QueueConfig> {
    secret_file::resolve(table, keys);
    let placeholders = secret_file::placeholders(table, keys);
    let read: QueueKeys = table.read(keys)?;
    let defaults = QueueConfig::default();
    let duration = |own: Option<TimeSpan>, default| own.map_or(default, |own| own.0);
    let config = QueueConfig {
        urls: urls(table, read.url.as_deref()),
        name: read.name.clone().unwrap_or(defaults.name),
        replicas: read.replicas.map_or(defaults.replicas, |replicas| replicas.0),
        storage: read.storage.unwrap_or_default(),
        most_messages: read.most_messages.map(NonZeroU64::get),
        most_bytes: read.most_bytes.map(NonZeroU64::get),
        duplicate_window: duration(read.duplicate_window, defaults.duplicate_window),
        lease: duration(read.lease, defaults.lease),
        retention: read.retention.map(|retention| retention.0),
        tls: tls(table, &read),
        login: login(table, read),
        placeholders,
    };
    check(table, &config);
    Some(config)
}

/// Returns the keys of the table, and those that name the file of a secret.
pub(super) fn known(keys: &Keys) -> Vec<String> {
    keys.names().map(str::to_owned).chain(keys.secrets().map(secret_file::key_for)).collect()
}

fn urls(table: &mut Table<'_>, text: Option<&str>) -> Vec<String> {
    let Some(text) = text else { return Vec::new() };
    match server_url::parse_list(text) {
        Ok(urls) => urls,
        Err(message) => {
            table.report("url", message);
            Vec::new()
        }
    }
}

fn check(table: &mut Table<'_>, config: &QueueConfig) {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    if !config.name.chars().all(is_allowed) {
        table.report("name", "the name has other characters than letters, digits, - and _: choose another");
    }
    if config.lease < SHORTEST_LEASE {
        table.report("lease", "is too short for heartbeats: set at least 1s");
    }
    if config.duplicate_window < SHORTEST_WINDOW {
        table.report("duplicate_window", "is shorter than the servers allow: set at least 100ms");
    }
    for (key, number) in [("most_messages", config.most_messages), ("most_bytes", config.most_bytes)] {
        if number.is_some_and(|number| i64::try_from(number).is_err()) {
            table.report(key, "expected a whole number from 1 to 9223372036854775807");
        }
    }
}

/// Returns the login. A second one is a mistake.
fn login(table: &mut Table<'_>, read: QueueKeys) -> Option<QueueLogin> {
    if read.user.is_some() && read.password.is_none() {
        table.report("password", "is missing: set it beside `user`");
    }
    if read.password.is_some() && read.user.is_none() {
        table.report("user", "is missing: set it beside `password`");
    }
    let ways = [
        ("credentials_file", read.credentials_file.is_some()),
        ("token", read.token.is_some()),
        ("nkey_seed", read.nkey_seed.is_some()),
        ("user", read.user.is_some() || read.password.is_some()),
    ];
    let mut logins = ways.into_iter().filter(|(_, is_set)| *is_set).map(|(key, _)| key);
    if let (Some(first), Some(second)) = (logins.next(), logins.next()) {
        table.report(second, format!("`{first}` is set too: keep one login"));
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
        (Some(_), None) => table.report("tls_key_file", "is missing: set it beside `tls_certificate_file`"),
        (None, Some(_)) => table.report("tls_certificate_file", "is missing: set it beside `tls_key_file`"),
        _ => {}
    }
    QueueTls { authority, client: certificate.zip(key.map(Secret::from)) }
}

/// Returns the text of the file that the key names.
fn file(table: &mut Table<'_>, key: &str, path: &str) -> Option<String> {
    match text_file::read(&table.layers.resolve(Path::new(path)), FILE_LIMIT) {
        Ok(text) => Some(text),
        Err(error) => {
            table.report(key, error.to_string());
            None
        }
    }
}
