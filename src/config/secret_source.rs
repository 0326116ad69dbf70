//! Where the secrets of a configuration are, so that a program can warn about places that others can read.
//!
//! Invariant: a source names keys and files, and holds no secret.

use std::path::PathBuf;

use figment::value::Value;
use unicontact_providers::VendorConfig;

use super::keys::Keys;
use super::layers::Layer;
use super::queue::QueueConfig;
use super::secret_file;
use super::server_url;
use super::table::Table;

/// A flag or a file that holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecretSource {
    /// The key of the secret, from the top: `providers.smarttask.acme.access_token`.
    pub key: String,
    /// Where the secret is.
    pub place: SecretPlace,
}

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretPlace {
    /// In a flag of the command, which other users of the machine can see.
    Flag,
    /// In this file.
    File(PathBuf),
}

/// Returns the sources of the secrets of a table, before their files are read. The placeholders of the examples are no secrets.
/// A key that ends in `_file` names a file itself.
pub(super) fn secret_sources<'a>(
    table: &Table<'_>,
    keys: impl Iterator<Item = &'a str>,
) -> Vec<SecretSource> {
    keys.flat_map(|key| {
        let file_key = if secret_file::is_file_key(key) { key.to_owned() } else { secret_file::key_for(key) };
        let inline = inline_place(table, key).filter(|_| file_key != key);
        let path = table.values.get(&file_key).and_then(Value::as_str);
        let file = path.map(|path| SecretPlace::File(table.layers.resolve(path)));
        let source = |place| SecretSource { key: table.dotted(key), place };
        [inline.map(source), file.map(|place| SecretSource { key: table.dotted(&file_key), place })]
    })
    .flatten()
    .collect()
}

/// Returns the sources of a provider's secrets that matter to other users.
pub(super) fn exposed_by_provider(
    sources: Vec<SecretSource>,
    config: Option<&dyn VendorConfig>,
) -> impl Iterator<Item = SecretSource> {
    exposed(sources, config.is_some_and(|config| !config.addresses().iter().all(|it| it.is_this_machine())))
}

/// Returns the sources of the queue's secrets that matter to other users.
pub(super) fn exposed_by_queue(
    sources: Vec<SecretSource>,
    config: Option<&QueueConfig>,
) -> impl Iterator<Item = SecretSource> {
    exposed(
        sources,
        config.is_some_and(|config| !config.urls.iter().all(|url| server_url::is_this_machine(url))),
    )
}

/// Returns the sources that matter to other users: flags, and files with secrets for another machine than this one.
fn exposed(sources: Vec<SecretSource>, is_remote: bool) -> impl Iterator<Item = SecretSource> {
    sources.into_iter().filter(move |source| source.place == SecretPlace::Flag || is_remote)
}

/// Returns the keys of the secrets that are set.
pub(super) fn credentials(table: &Table<'_>, keys: &Keys) -> Vec<String> {
    keys.secrets().filter(|key| table.values.contains_key(*key)).map(str::to_owned).collect()
}

fn inline_place(table: &Table<'_>, key: &str) -> Option<SecretPlace> {
    let value = table.values.get(key)?;
    if value.as_str().is_some_and(secret_file::is_placeholder) {
        return None;
    }
    match table.layers.layer(value) {
        Layer::File => table.layers.file().map(|file| SecretPlace::File(file.to_owned())),
        Layer::Environment => None,
        Layer::Flag => Some(SecretPlace::Flag),
    }
}
