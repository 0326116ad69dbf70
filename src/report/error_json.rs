//! Reads a provider's error back from its JSON.

use std::time::Duration;

use jiff::Zoned;
use serde::Deserialize;
use serde_json::Value;
use unicontact_providers::{ContactId, Effect, ErrorKind, Operation, ProviderError, ProviderInfo};

#[derive(Deserialize)]
#[serde(remote = "Operation", rename_all = "snake_case")]
enum OperationDef {
    Draft,
    Authenticate,
    LookUp,
    Create,
    Find,
    Check,
    List,
}

/// Returns the error of a provider from its JSON. What the JSON lacks is taken from an interrupted create with unknown effect.
/// The vendor's messages on single fields and a hint other than that of the kind are lost.
pub(crate) fn error_from_json(error: &Value, provider: &ProviderInfo) -> ProviderError {
    let text = |key: &str| error.get(key).and_then(Value::as_str);
    let kind = error.get("kind").and_then(|kind| ErrorKind::deserialize(kind).ok());
    let effect = error.get("effect").and_then(|effect| Effect::deserialize(effect).ok());
    let operation = error.get("operation").and_then(|operation| OperationDef::deserialize(operation).ok());
    let mut read = ProviderError::new(
        provider,
        operation.unwrap_or(Operation::Create),
        kind.unwrap_or(ErrorKind::Interrupted),
        effect.unwrap_or(Effect::Unknown),
    );
    if let Some(status) = error.get("status").and_then(Value::as_u64) {
        read = read.with_status(u16::try_from(status).unwrap_or_default());
    }
    if let Some(code) = text("code") {
        read = read.with_code(code);
    }
    if let Some(message) = text("message") {
        read = read.with_message(message);
    }
    let candidates = error.get("candidates").and_then(Value::as_array).into_iter().flatten();
    let candidates = candidates.filter_map(|id| ContactId::new(id.as_str()?));
    let retry_at = text("retry_at").and_then(|time| Zoned::strptime("%Y-%m-%dT%H:%M:%S%:z", time).ok());
    read.with_request_id(text("request_id").map(str::to_owned))
        .with_retry_after(error.get("retry_after").and_then(Value::as_u64).map(Duration::from_secs))
        .with_retry_at(retry_at)
        .with_existing_id(text("existing_id").and_then(ContactId::new))
        .with_candidates(candidates.collect())
}
