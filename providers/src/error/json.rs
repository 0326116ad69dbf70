//! An error as JSON, the way the command prints it.
//!
//! Its rule: other people's scripts read this; keys are added, never renamed or removed.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::ProviderError;

impl Serialize for ProviderError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", &self.kind())?;
        map.serialize_entry("effect", &self.effect())?;
        map.serialize_entry("operation", &self.operation())?;
        if let Some(status) = self.status() {
            map.serialize_entry("status", &status)?;
        }
        if let Some(code) = self.code() {
            map.serialize_entry("code", code)?;
        }
        if let Some(message) = self.message() {
            map.serialize_entry("message", message)?;
        }
        if !self.field_errors().is_empty() {
            map.serialize_entry("fields", self.field_errors())?;
        }
        if let Some(request_id) = self.request_id() {
            map.serialize_entry("request_id", request_id)?;
        }
        if let Some(retry_after) = self.retry_after() {
            map.serialize_entry("retry_after", &retry_after.as_secs())?;
        }
        if let Some(retry_at) = self.retry_at() {
            let text = retry_at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
            map.serialize_entry("retry_at", &text)?;
        }
        if let Some(id) = self.existing_id() {
            map.serialize_entry("existing_id", &id)?;
        }
        if !self.candidates().is_empty() {
            map.serialize_entry("candidates", self.candidates())?;
        }
        map.serialize_entry("hint", self.hint())?;
        map.end()
    }
}
