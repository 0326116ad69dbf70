//! Secrets that stand in files of their own: `access_token_file = "token.txt"`.
//!
//! Of a secret and its file, the one from the stronger layer counts. Both in one layer are an error.

use std::path::Path;

use figment::value::Value;

use super::keys::Keys;
use super::table::Table;
use super::text_file;

/// The value of every credential in the examples.
const PLACEHOLDER: &str = "replace-me";
const SUFFIX: &str = "_file";
/// A limit far above the length of any credential, in bytes.
const LIMIT: u64 = 64 * 1024;

/// Returns the key that names the file of a secret.
pub(super) fn key_for(secret: &str) -> String {
    format!("{secret}{SUFFIX}")
}

/// Returns whether a key names the file of a secret.
pub(super) fn is_file_key(key: &str) -> bool {
    key.ends_with(SUFFIX)
}

/// Returns whether a value is the placeholder of the examples.
pub(super) fn is_placeholder(text: &str) -> bool {
    text.trim() == PLACEHOLDER
}

/// Returns the secrets that hold the placeholder of the examples.
pub(super) fn placeholders(table: &Table<'_>, keys: &Keys) -> Vec<String> {
    let has_placeholder = |key: &&str| {
        let value = table.values.get(*key).and_then(Value::as_str);
        value.is_some_and(is_placeholder)
    };
    keys.secrets().filter(has_placeholder).map(str::to_owned).collect()
}

/// Replaces the name of every secret's file by the secret.
pub(super) fn resolve(table: &mut Table<'_>, keys: &Keys) {
    for secret in keys.secrets() {
        let file_key = key_for(secret);
        if !table.values.contains_key(&file_key) {
            continue;
        }
        if !has_stronger_secret(table, secret, &file_key)
            && let Err(message) = read_into(table, secret, &file_key)
        {
            table.report(&file_key, message);
            table.substitute(secret, keys);
        }
        table.values.remove(&file_key);
    }
}

fn read_into(table: &mut Table<'_>, secret: &str, file_key: &str) -> Result<(), String> {
    let path = table.values.get(file_key);
    if let (Some(inline), Some(path)) = (table.values.get(secret), path)
        && table.layers.layer(inline) == table.layers.layer(path)
    {
        return Err(format!("`{secret}` is set too: keep one of the two"));
    }
    let text = path.and_then(Value::as_str).filter(|path| !path.trim().is_empty());
    let content = read(&table.layers.resolve(text.ok_or("expected the path of a file")?))?;
    // The tag of the path: a mistake in the secret is reported where its file is named.
    let tag = path.map(Value::tag).unwrap_or_default();
    table.values.insert(secret.to_owned(), Value::String(tag, content));
    Ok(())
}

/// Returns whether the secret itself stands in a stronger layer than the name of its file.
fn has_stronger_secret(table: &Table<'_>, secret: &str, file_key: &str) -> bool {
    let layer = |key| table.values.get(key).map(|value| table.layers.layer(value));
    layer(secret).is_some_and(|own| Some(own) > layer(file_key))
}

fn read(path: &Path) -> Result<String, String> {
    let content = text_file::read(path, LIMIT).map_err(|error| error.to_string())?;
    let content = content.trim_end();
    if content.is_empty() {
        return Err("the file is empty: write the secret into it".to_owned());
    }
    if content.contains(['\n', '\r']) {
        return Err("the file has more than one line: keep only the secret in it".to_owned());
    }
    Ok(content.to_owned())
}
