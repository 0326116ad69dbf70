//! The documented shapes of the JSON output: every required key is present, every key has its type, and a key that is
//! not listed here fails the test.

use serde_json::Value;

/// A key, and a check of its value's type.
type Key = (&'static str, fn(&Value) -> bool);

const OUTCOMES: [&str; 7] = ["created", "existing", "rejected", "failed", "in_doubt", "skipped", "pending"];
const FATES: [&str; 7] = ["sent", "merged", "reformatted", "truncated", "dropped", "overridden", "kept"];
const EFFECTS: [&str; 3] = ["not_sent", "refused", "unknown"];
const KINDS: [&str; 15] = [
    "config",
    "unmappable",
    "invalid",
    "already_exists",
    "unauthenticated",
    "permission_denied",
    "not_found",
    "rate_limited",
    "quota_exhausted",
    "unavailable",
    "unreachable",
    "interrupted",
    "blocked",
    "unexpected_response",
    "unsupported",
];

const DELIVERY: &[Key] = &[
    ("provider", Value::is_string),
    ("vendor", Value::is_string),
    ("outcome", |it| is_one_of(it, &OUTCOMES)),
    ("attempts", Value::is_u64),
    ("elapsed_ms", Value::is_u64),
];
const DRAFT: &[Key] = &[
    ("provider", Value::is_string),
    ("vendor", Value::is_string),
    ("method", |it| it == "POST"),
    ("url", Value::is_string),
    ("headers", Value::is_object),
    ("body", Value::is_object),
    ("fields", Value::is_array),
];
const FIELD: &[Key] = &[("field", Value::is_string), ("fate", |it| is_one_of(it, &FATES))];
const ERROR: &[Key] = &[
    ("kind", |it| is_one_of(it, &KINDS)),
    ("effect", |it| is_one_of(it, &EFFECTS)),
    ("operation", Value::is_string),
    ("hint", Value::is_string),
];
const ERROR_OPTIONS: &[Key] = &[
    ("status", Value::is_u64),
    ("code", Value::is_string),
    ("message", Value::is_string),
    ("fields", Value::is_array),
    ("request_id", Value::is_string),
    ("retry_after", Value::is_u64),
    ("retry_at", Value::is_string),
    ("existing_id", Value::is_string),
];

fn is_one_of(value: &Value, words: &[&str]) -> bool {
    value.as_str().is_some_and(|word| words.contains(&word))
}

/// Fails unless the object has all of `required`, any of `optional`, and nothing else.
#[track_caller]
fn has_keys(object: &Value, required: &[Key], optional: &[Key]) {
    let map = object.as_object().unwrap_or_else(|| panic!("not an object: {object}"));
    for (key, _) in required {
        assert!(map.contains_key(*key), "{key} is missing: {object:#}");
    }
    for (key, value) in map {
        let entry = required.iter().chain(optional).find(|(name, _)| name == key);
        let (_, has_type) = entry.unwrap_or_else(|| panic!("nobody agreed on {key}: {object:#}"));
        assert!(has_type(value), "{key} is of another type: {object:#}");
    }
}

/// Fails unless the value is a report as `create` prints it.
#[track_caller]
pub(crate) fn is_report(report: &Value) {
    has_keys(report, &[("contact", Value::is_string), ("deliveries", Value::is_array)], &[]);
    for delivery in report["deliveries"].as_array().unwrap() {
        let has_id = delivery["outcome"] == "created" || delivery["outcome"] == "existing";
        let id: &[Key] = if has_id { &[("id", Value::is_string)] } else { &[] };
        let fields: &[Key] = &[("fields", Value::is_array)];
        let failed = !has_id && delivery["outcome"] != "skipped" && delivery["outcome"] != "pending";
        let error: &[Key] = if failed { &[("error", Value::is_object)] } else { &[] };
        let required = [DELIVERY, id, fields, error].concat();
        let is_skipped = delivery["outcome"] == "skipped";
        let skipped: &[Key] = if is_skipped { &[("id", Value::is_string)] } else { &[] };
        let optional: &[Key] = &[("note", Value::is_string), ("unrecorded", Value::is_string)];
        has_keys(delivery, &required, &[optional, skipped].concat());
        has_fields(&delivery["fields"]);
        has_error(&delivery["error"]);
    }
}

/// Fails unless the value is a plan as `plan` prints it.
#[track_caller]
pub(crate) fn is_plan(plan: &Value) {
    let optional = [("made_up_settings", Value::is_boolean as fn(&Value) -> bool)];
    has_keys(plan, &[("contact", Value::is_string), ("drafts", Value::is_array)], &optional);
    for draft in plan["drafts"].as_array().unwrap() {
        if draft["error"].is_null() {
            has_keys(draft, DRAFT, &[("lookups", Value::is_array)]);
            has_fields(&draft["fields"]);
        } else {
            has_keys(draft, &[DRAFT[0], DRAFT[1], ("error", Value::is_object)], &[]);
            has_error(&draft["error"]);
        }
    }
}

fn has_fields(fields: &Value) {
    for field in fields.as_array().unwrap() {
        has_keys(field, FIELD, &[("to", Value::is_string), ("detail", Value::is_string)]);
    }
}

fn has_error(error: &Value) {
    if !error.is_null() {
        has_keys(error, ERROR, ERROR_OPTIONS);
    }
}
