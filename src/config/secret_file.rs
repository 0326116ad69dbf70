//! Secrets that stand in files of their own: `access_token_file = "token.txt"`.
//!
//! Its rule: the content goes into the value and nowhere else.

use std::fs;
use std::io;
use std::path::Path;

use super::keys::Keys;
use super::table::Table;

const SUFFIX: &str = "_file";

/// The key that names the file of a secret.
pub(super) fn key_for(secret: &str) -> String {
    format!("{secret}{SUFFIX}")
}

/// Puts the content of every secret's file in its place.
pub(super) fn resolve(table: &mut Table<'_>, keys: &Keys) {
    for secret in keys.secrets() {
        let file_key = key_for(secret);
        if !table.values.contains_key(&file_key) {
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
    if table.values.contains_key(secret) {
        return Err(format!("`{secret}` is given as well: keep one of the two"));
    }
    let path = table.values.get(file_key).and_then(|value| value.as_str());
    let path = path.filter(|path| !path.trim().is_empty()).ok_or("expected the path of a file")?;
    let content = read(&table.layers.resolve(path))
        .map_err(|error| format!("the file cannot be read: {}", error.kind()))?;
    if content.is_empty() {
        return Err("the file is empty".to_owned());
    }
    table.values.insert(secret.to_owned(), content.into());
    Ok(())
}

fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path).map(|content| content.trim_end().to_owned())
}
