//! The JSON form of an error in reports. Scripts read it, so keys are added but never renamed or removed.

use std::time::Duration;

use jiff::Zoned;
use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicontact_model::ContactId;

use super::{Effect, ErrorKind, FieldError, Operation, ProviderError, VendorMessage};
use crate::provider_info::ProviderInfo;

const TIME_FORMAT: &str = "%Y-%m-%dT%H:%M:%S%:z";

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
            map.serialize_entry("retry_at", &retry_at.strftime(TIME_FORMAT).to_string())?;
        }
        if let Some(id) = self.existing_id() {
            map.serialize_entry("existing_id", &id)?;
        }
        if !self.candidates().is_empty() {
            map.serialize_entry("candidates", self.candidates())?;
        }
        map.serialize_entry("hint", &self.hint())?;
        map.end()
    }
}

/// The keys of the JSON form. Unknown keys are ignored.
#[derive(Deserialize)]
struct ErrorJson {
    kind: ErrorKind,
    effect: Effect,
    operation: Operation,
    status: Option<u16>,
    code: Option<String>,
    message: Option<String>,
    #[serde(default)]
    fields: Vec<FieldError>,
    request_id: Option<String>,
    retry_after: Option<u64>,
    retry_at: Option<String>,
    existing_id: Option<ContactId>,
    #[serde(default)]
    candidates: Vec<ContactId>,
    hint: Option<String>,
}

impl<'de> Deserialize<'de> for ProviderError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = ErrorJson::deserialize(deserializer)?;
        let retry_at = json.retry_at.map(|text| Zoned::strptime(TIME_FORMAT, text)).transpose();
        let message = VendorMessage {
            code: json.code,
            text: json.message,
            fields: json.fields,
            existing_id: json.existing_id.map(|id| id.as_str().to_owned()),
        };
        let mut error = Self::new(&ProviderInfo::new("", ""), json.operation, json.kind, json.effect)
            .with_vendor_message(message)
            .with_request_id(json.request_id)
            .with_retry_after(json.retry_after.map(Duration::from_secs))
            .with_retry_at(retry_at.map_err(|_| D::Error::custom("retry_at is not a time with an offset"))?)
            .with_candidates(json.candidates);
        error.0.status = json.status;
        match json.hint {
            Some(hint) if hint != error.hint() => Ok(error.with_hint(hint)),
            _ => Ok(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::{Value, json};

    use super::*;

    const EFFECTS: [Effect; 3] = [Effect::NotSent, Effect::Refused, Effect::Unknown];
    const OPERATIONS: [Operation; 7] = [
        Operation::Draft,
        Operation::Authenticate,
        Operation::LookUp,
        Operation::Create,
        Operation::Find,
        Operation::Check,
        Operation::List,
    ];

    fn text() -> impl Strategy<Value = String> {
        "\\PC{0,12}"
    }

    fn id() -> impl Strategy<Value = ContactId> {
        "[a-z0-9-]{1,12}".prop_filter_map("a blank id", ContactId::new)
    }

    fn time() -> impl Strategy<Value = Zoned> {
        let zones = select(vec!["+00:00", "-06:00", "+05:30", "+12:45"]);
        (0..4_000_000_000_i64, zones).prop_filter_map("an invalid time", |(second, zone)| {
            let time = jiff::Timestamp::from_second(second).ok()?;
            let zone = jiff::tz::Offset::from_seconds(match zone {
                "-06:00" => -6 * 3600,
                "+05:30" => 19_800,
                "+12:45" => 45_900,
                _ => 0,
            });
            Some(time.to_zoned(jiff::tz::TimeZone::fixed(zone.ok()?)))
        })
    }

    fn error() -> impl Strategy<Value = ProviderError> {
        let classification = (
            select(ErrorKind::ALL.to_vec()),
            select(EFFECTS.to_vec()),
            select(OPERATIONS.to_vec()),
            option::of(any::<u16>()),
        );
        let fields = proptest::collection::vec((text(), text()), 0..3);
        let message = (option::of(text()), option::of(text()), fields, option::of(id()));
        let rest = (
            option::of(text()),
            option::of(any::<u64>()),
            option::of(time()),
            proptest::collection::vec(id(), 0..3),
            option::of(text()),
            any::<bool>(),
        );
        (classification, message, rest).prop_map(|((kind, effect, operation, status), message, rest)| {
            let (code, text, fields, existing_id) = message;
            let (request_id, retry_after, retry_at, candidates, hint, suggests_plan_limit) = rest;
            let fields = fields.into_iter().map(|(field, message)| FieldError { field, message }).collect();
            let existing_id = existing_id.map(|id| id.as_str().to_owned());
            let mut error = ProviderError::new(&ProviderInfo::new("crm", "acme"), operation, kind, effect)
                .with_vendor_message(VendorMessage { code, text, fields, existing_id })
                .with_request_id(request_id)
                .with_retry_after(retry_after.map(Duration::from_secs))
                .with_retry_at(retry_at)
                .with_candidates(candidates)
                .with_suggested_plan_limit(suggests_plan_limit);
            error.0.status = status;
            match hint {
                Some(hint) => error.with_hint(hint),
                None => error,
            }
        })
    }

    proptest! {
        #[test]
        fn an_error_read_from_its_json_has_the_same_json(error in error()) {
            let json = serde_json::to_string(&error).unwrap();
            let read: ProviderError = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
            prop_assert_eq!(read.with_provider(&ProviderInfo::new("crm", "acme")).to_string(), error.to_string());
        }
    }

    fn read(json: &Value) -> Result<ProviderError, serde_json::Error> {
        serde_json::from_value(json.clone())
    }

    #[test]
    fn unknown_keys_are_ignored_and_missing_ones_are_empty() {
        let json =
            json!({"kind": "invalid", "effect": "refused", "operation": "create", "added_later": {"a": 1}});
        let error = read(&json).unwrap();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Invalid, Effect::Refused));
        assert_eq!((error.provider(), error.status(), error.message()), ("", None, None));
        assert_eq!(error.to_string(), "invalid while creating (nothing was created)");
        assert!(error.hint().starts_with("Correct the fields"), "the hint of the kind");
    }

    #[test]
    fn json_that_is_not_an_error_is_refused() {
        let base = json!({"kind": "invalid", "effect": "refused", "operation": "create"});
        for (key, value) in [
            ("kind", json!("unheard_of")),
            ("effect", Value::Null),
            ("retry_at", json!("tomorrow")),
            ("existing_id", json!(" ")),
        ] {
            let mut json = base.clone();
            json[key] = value;
            assert!(read(&json).is_err(), "{json}");
        }
    }
}
