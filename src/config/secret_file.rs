//! Secrets that stand in files of their own: `access_token_file = "token.txt"`.
//!
//! Its rule: the content goes into the value and nowhere else. Of a secret and its file, the one from the stronger layer
//! counts; in one layer, both are one too many.

use std::path::Path;

use figment::value::Value;

use super::keys::Keys;
use super::table::Table;
use super::text_file::{self, Unreadable};

/// What stands for every credential in the examples.
const PLACEHOLDER: &str = "replace-me";
const SUFFIX: &str = "_file";
/// Far more than any credential is.
const LIMIT: u64 = 64 * 1024;

/// The key that names the file of a secret.
pub(super) fn key_for(secret: &str) -> String {
    format!("{secret}{SUFFIX}")
}

/// The secrets that still hold what the examples show.
pub(super) fn placeholders(table: &Table<'_>, keys: &Keys) -> Vec<String> {
    let is_placeholder = |key: &&str| {
        let value = table.values.get(*key).and_then(Value::as_str);
        value.is_some_and(|text| text.trim() == PLACEHOLDER)
    };
    keys.secrets().filter(is_placeholder).map(str::to_owned).collect()
}

/// Puts the content of every secret's file in its place.
pub(super) fn resolve(table: &mut Table<'_>, keys: &Keys) {
    for secret in keys.secrets() {
        let file_key = key_for(secret);
        if !table.values.contains_key(&file_key) {
            continue;
        }
        if is_outweighed(table, secret, &file_key) {
            table.values.remove(&file_key);
            continue;
        }
        if let Err(message) = take(table, secret, &file_key) {
            table.note(&file_key, message);
            table.pretend(secret, keys);
        }
        table.values.remove(&file_key);
    }
}

fn take(table: &mut Table<'_>, secret: &str, file_key: &str) -> Result<(), String> {
    if let (Some(given), Some(file)) = (table.values.get(secret), table.values.get(file_key))
        && table.layers.strength(given) == table.layers.strength(file)
    {
        return Err(format!("`{secret}` is given as well: keep one of the two"));
    }
    let named = table.values.get(file_key);
    let path = named.and_then(Value::as_str).filter(|path| !path.trim().is_empty());
    let content = read(&table.layers.resolve(path.ok_or("expected the path of a file")?))?;
    // What is wrong with it is told where the file is named.
    let tag = named.map(Value::tag).unwrap_or_default();
    table.values.insert(secret.to_owned(), Value::String(tag, content));
    Ok(())
}

/// Whether the secret itself stands in a stronger layer than the name of its file.
fn is_outweighed(table: &Table<'_>, secret: &str, file_key: &str) -> bool {
    let strength = |key| table.values.get(key).map(|value| table.layers.strength(value));
    strength(secret).is_some_and(|own| Some(own) > strength(file_key))
}

fn read(path: &Path) -> Result<String, String> {
    let content = text_file::read(path, LIMIT).map_err(Unreadable::in_words)?;
    let content = content.trim_end();
    if content.is_empty() {
        return Err("the file is empty".to_owned());
    }
    if content.contains(['\n', '\r']) {
        return Err("the file has more than one line, and a secret is one".to_owned());
    }
    Ok(content.to_owned())
}
