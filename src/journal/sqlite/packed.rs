//! Texts in few bytes: a number as an integer, a UUID and the hash of a contact as bytes. Other texts stay as they are, and every
//! text is read as it was written.

use rusqlite::Row;
use rusqlite::types::{Value, ValueRef};
use unicontact_providers::hex;

use super::column::sound;

/// The beginning of the key of a contact without an own id.
const HASHED: &str = "sha256:";
/// The bytes of a hash or a UUID. The key of a contact is stored in one more, which comes first.
const HASH: usize = 16;
const KEY: u8 = 0;
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// Returns the value to store for a text.
pub(super) fn pack(text: &str) -> Value {
    if let Some(number) = number(text) {
        return Value::Integer(number);
    }
    let key = text.strip_prefix(HASHED).and_then(hash);
    let key = key.map(|hash| std::iter::once(KEY).chain(hash).collect());
    match key.or_else(|| uuid(text)) {
        Some(bytes) => Value::Blob(bytes),
        None => Value::Text(text.to_owned()),
    }
}

/// Returns the text of a column that may be null.
pub(super) fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        packed => sound(column, unpack(packed)).map(Some),
    }
}

/// Returns the text of a stored value. `None` for a value that is not stored for any text.
fn unpack(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Text(text) => std::str::from_utf8(text).ok().map(str::to_owned),
        ValueRef::Blob(bytes) => match bytes.split_first()? {
            _ if bytes.len() == HASH => Some(with_hyphens(&hex::encode(bytes))),
            (&KEY, hash) if hash.len() == HASH => Some(format!("{HASHED}{}", hex::encode(hash))),
            _ => None,
        },
        ValueRef::Null | ValueRef::Real(_) => None,
    }
}

/// Returns the value to store for a fingerprint.
pub(super) fn pack_fingerprint(fingerprint: &str) -> Value {
    hash(fingerprint).map_or_else(|| Value::Text(fingerprint.to_owned()), Value::Blob)
}

/// Returns the fingerprint of a stored value. `None` for another value.
pub(super) fn unpack_fingerprint(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Blob(bytes) if bytes.len() == HASH => Some(hex::encode(bytes)),
        ValueRef::Text(text) => std::str::from_utf8(text).ok().map(str::to_owned),
        _ => None,
    }
}

/// Returns the key of a contact without an own id, from the fingerprint of its content.
pub(super) fn key_of_content(fingerprint: &str) -> String {
    format!("{HASHED}{fingerprint}")
}

/// Returns whether a key is that of a contact without an own id and with this fingerprint.
pub(super) fn is_key_of_content(key: &str, fingerprint: &str) -> bool {
    key.strip_prefix(HASHED) == Some(fingerprint)
}

/// Reads a number that is written as this program writes it.
fn number(text: &str) -> Option<i64> {
    let is_plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    text.parse().ok().filter(|_| is_plain)
}

/// Reads lower-case hexadecimal digits.
fn hash(text: &str) -> Option<Vec<u8>> {
    let is_lower = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (is_lower && text.len() == 2 * HASH).then(|| hex::decode(text)).flatten()
}

fn uuid(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    let has_hyphens = bytes.len() == 2 * HASH + HYPHENS.len() && HYPHENS.iter().all(|at| bytes[*at] == b'-');
    has_hyphens.then(|| hash(&text.replace('-', ""))).flatten()
}

fn with_hyphens(digits: &str) -> String {
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXTS: &str = "[0-9]{0,20}|0?[1-9][0-9]*|-?[0-9]{1,3}|sha256:[0-9a-f]{31,33}|sha256:[0-9A-F]{32}|\
                         [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f-]{36}|[0-9a-f]{32}|\\PC*";

    proptest! {
        #[test]
        fn every_text_is_read_as_it_was_written(text in TEXTS) {
            let value = pack(&text);
            prop_assert_eq!(unpack(ValueRef::from(&value)), Some(text.clone()));
            let value = pack_fingerprint(&text);
            prop_assert_eq!(unpack_fingerprint(ValueRef::from(&value)), Some(text));
        }

        #[test]
        fn two_texts_have_two_values(one in TEXTS, other in TEXTS) {
            prop_assert_eq!(pack(&one) == pack(&other), one == other);
        }
    }

    #[test]
    fn usual_keys_and_ids_take_few_bytes() {
        let bytes = |text: &str| match pack(text) {
            Value::Integer(_) => 8,
            Value::Blob(bytes) => bytes.len(),
            other => panic!("{other:?}"),
        };
        assert_eq!(bytes("5f0c7a11-2b3d-4e5f-8a6b-0123456789ab"), 16);
        assert_eq!(bytes("sha256:5f545cc67e3ca728a627aaa5fc1461af"), 17);
        assert_eq!(bytes("9223372036854775807"), 8);
    }
}
