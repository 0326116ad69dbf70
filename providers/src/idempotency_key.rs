//! The places and forms of a delivery's idempotency key in a request.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use unicontact_model::hex;
use url::Url;

use crate::cow_str::CowStr;

/// The text that stands in a header or a body until the key is set.
pub(crate) const KEY_PLACEHOLDER: &str = "[a key of the delivery]";
/// `{key}` as a URL has it in its path.
pub(crate) const PATH_PLACEHOLDER: &str = "%7Bkey%7D";

/// A place of an idempotency key in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyPlace {
    /// The header of this name.
    Header(CowStr),
    /// The member of the body at this JSON pointer. Objects on the way are made.
    Body(String),
    /// The text `{key}` in the path of the address.
    Path,
}

/// The form of an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyForm {
    /// The key as it is.
    AsIs,
    /// A UUID that is made of the key: the same key makes the same UUID.
    ///
    /// It has the layout of version 4. Vendors that check a client's UUID often accept only that version, and version 8, which
    /// would be the right one for a hash, is refused by many libraries.
    Uuid,
}

impl KeyForm {
    pub(crate) fn text_of(self, key: &str) -> String {
        match self {
            Self::AsIs => key.to_owned(),
            Self::Uuid => uuid_of(key),
        }
    }
}

/// Returns the first 122 bits of the SHA-256 of `key` as a UUID of version 4.
fn uuid_of(key: &str) -> String {
    let mut bytes = Sha256::digest(key);
    bytes[6] = (bytes[6] & 0x0F) | 0x40;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    let digits = hex::encode(&bytes[..16]);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

/// Puts a text into a body at a JSON pointer, and makes the objects and lists on the way.
pub(crate) fn put(body: &mut Value, pointer: &str, text: &str) {
    let mut place = body;
    for name in pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~")) {
        place = member(place, &name);
    }
    *place = Value::String(text.to_owned());
}

/// Returns the member of an object, which `place` becomes if it is none, or the entry of a list, which may be the next one.
fn member<'v>(place: &'v mut Value, name: &str) -> &'v mut Value {
    let count = place.as_array().map_or(0, Vec::len);
    if let Some(index) = name.parse::<usize>().ok().filter(|index| *index < count) {
        return &mut place[index];
    }
    if name == "0" && place.is_null() {
        *place = Value::Array(Vec::new());
    }
    if let Value::Array(entries) = place
        && name.parse() == Ok(count)
    {
        entries.push(Value::Null);
        return &mut place[count];
    }
    if !place.is_object() {
        *place = Value::Object(Map::new());
    }
    &mut place[name]
}

/// Puts a text into the path of an address, escaped.
pub(crate) fn put_into_path(url: &mut Url, text: &str) {
    let mut escaped = url.clone();
    // Only an address that cannot be a base has no segments, and no vendor has one.
    if let Ok(mut segments) = escaped.path_segments_mut() {
        segments.clear().push(text);
    }
    let path = url.path().replace(PATH_PLACEHOLDER, escaped.path().trim_start_matches('/'));
    url.set_path(&path);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_put_at_a_pointer() {
        let mut body = json!({"people": [{"name": "Ada"}], "odd": 7});
        put(&mut body, "/people/0/id", "k");
        put(&mut body, "/odd/a~1b", "k");
        put(&mut body, "/people/1/id", "k");
        put(&mut body, "/ids/0/value", "k");
        assert_eq!(
            body,
            json!({
                "people": [{"name": "Ada", "id": "k"}, {"id": "k"}], "odd": {"a/b": "k"},
                "ids": [{"value": "k"}],
            })
        );
    }

    #[test]
    fn a_key_in_a_path_is_escaped_and_the_rest_stays() {
        let mut url: Url = "https://a.example/b%20c/{key}.vcf?d=%7Bkey%7D".parse().unwrap();
        put_into_path(&mut url, "x/y z");
        assert_eq!(url.as_str(), "https://a.example/b%20c/x%2Fy%20z.vcf?d=%7Bkey%7D");
    }

    proptest! {
        #[test]
        fn equal_keys_make_equal_uuids_of_version_4(key in ".{0,20}", other in ".{0,20}") {
            let uuid = uuid_of(&key);
            let digits: Vec<usize> = uuid.split('-').map(str::len).collect();
            prop_assert_eq!(digits, [8, 4, 4, 4, 12]);
            prop_assert_eq!(&uuid[14..15], "4");
            prop_assert!("89ab".contains(&uuid[19..20]));
            prop_assert_eq!(uuid == uuid_of(&other), key == other);
        }
    }
}
