//! The JSON of a delivery.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicontact_providers::{ContactId, FieldFate, ProviderError, ProviderInfo};

use super::{Delivery, Note, Unrecorded};
use crate::outcome::Outcome;

impl Serialize for Delivery {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("provider", &self.provider)?;
        map.serialize_entry("vendor", &self.vendor)?;
        if let Some(file) = &self.description {
            map.serialize_entry("description", &file.to_string_lossy())?;
        }
        map.serialize_entry("outcome", &self.outcome)?;
        if let Some(id) = &self.id {
            map.serialize_entry("id", id)?;
        }
        map.serialize_entry("attempts", &self.attempts)?;
        let milliseconds = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        map.serialize_entry("elapsed_ms", &milliseconds)?;
        map.serialize_entry("fields", &self.reported_fields().collect::<Vec<_>>())?;
        if let Some(error) = &self.error {
            map.serialize_entry("error", error)?;
        }
        if let Some(time) = &self.look_again_at {
            map.serialize_entry("look_again_at", time)?;
        }
        if let Some(fields) = self.differs_in.as_ref().filter(|fields| !fields.is_empty()) {
            map.serialize_entry("differs_in", fields)?;
        }
        if let Some(note) = &self.note {
            map.serialize_entry("note", note)?;
        }
        if let Some(unrecorded) = &self.unrecorded {
            map.serialize_entry("unrecorded", unrecorded)?;
        }
        map.end()
    }
}

#[derive(Deserialize)]
struct DeliveryJson {
    provider: String,
    vendor: String,
    description: Option<PathBuf>,
    outcome: Outcome,
    id: Option<ContactId>,
    attempts: u32,
    elapsed_ms: u64,
    fields: Vec<FieldFate>,
    error: Option<ProviderError>,
    look_again_at: Option<Timestamp>,
    differs_in: Option<Vec<Cow<'static, str>>>,
    note: Option<Note>,
    unrecorded: Option<Unrecorded>,
}

impl<'de> Deserialize<'de> for Delivery {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = DeliveryJson::deserialize(deserializer)?;
        let info = ProviderInfo::new(json.provider, json.vendor);
        Ok(Self {
            description: json.description,
            id: json.id,
            attempts: json.attempts,
            elapsed: Duration::from_millis(json.elapsed_ms),
            fields: json.fields,
            error: json.error.map(|error| error.with_provider(&info)),
            look_again_at: json.look_again_at,
            differs_in: json.differs_in,
            note: json.note,
            unrecorded: json.unrecorded,
            ..Self::new(&info, json.outcome)
        })
    }
}
