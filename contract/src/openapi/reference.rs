//! Follows the references of a description within the document.

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::OpenApi;

/// The longest chain of references to references. A longer one is a circle.
const MAX_CHAIN: usize = 32;

impl OpenApi {
    /// Returns the value that a value refers to, or the value itself if it is no reference. `None` for a circle, a missing value
    /// and another file.
    pub(super) fn resolved<'a>(&'a self, value: &'a Value) -> Option<&'a Value> {
        let mut value = value;
        for _ in 0..MAX_CHAIN {
            match reference(value) {
                None => return Some(value),
                Some(reference) => value = self.target(reference)?,
            }
        }
        None
    }

    /// Returns the object that a value is or refers to.
    pub(super) fn object<'a>(&'a self, value: &'a Value) -> Option<&'a Map<String, Value>> {
        self.resolved(value)?.as_object()
    }

    /// Returns the value that a reference names, without following further ones.
    pub(super) fn target(&self, reference: &str) -> Option<&Value> {
        self.document.pointer(&decoded(reference.strip_prefix('#')?))
    }
}

/// Returns the reference of a value that has one.
pub(super) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

/// Returns a fragment of an address without its percent encoding.
fn decoded(fragment: &str) -> String {
    if !fragment.contains('%') {
        return fragment.to_owned();
    }
    let query = fragment.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(query.as_bytes()).map(|(text, _)| text.into_owned()).collect()
}
