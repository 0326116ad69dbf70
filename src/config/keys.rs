//! The keys of a table, taken from the schema of the struct that it is read into.
//!
//! The reader, its messages and the published schema all use these, so that they agree.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The keys of one table.
pub(super) struct Keys {
    pub(super) description: Value,
    pub(super) properties: Map<String, Value>,
    required: Vec<String>,
}

impl Keys {
    /// The keys of a table that is read into a `T`.
    pub(super) fn new<T: schemars::JsonSchema>() -> Self {
        let mut settings = SchemaSettings::draft2020_12();
        settings.inline_subschemas = true;
        Self::from_schema(&settings.into_generator().into_root_schema_for::<T>().to_value())
    }

    /// The keys that a JSON Schema without references describes.
    pub(super) fn from_schema(schema: &Value) -> Self {
        let object = |key| schema.get(key).and_then(Value::as_object).cloned();
        let mut properties = object("properties").unwrap_or_default();
        properties.values_mut().for_each(without_null);
        let required = schema.get("required").and_then(Value::as_array);
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        Self {
            description: schema.get("description").cloned().unwrap_or_default(),
            properties,
            required: required.map(str::to_owned).collect(),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.properties.keys().map(String::as_str)
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.properties.contains_key(key)
    }

    pub(super) fn required(&self) -> impl Iterator<Item = &str> {
        self.required.iter().map(String::as_str)
    }

    /// Returns the keys whose values must never be shown.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.names().filter(|key| self.is_secret(key))
    }

    pub(super) fn is_secret(&self, key: &str) -> bool {
        self.property(key)["writeOnly"] == true
    }

    /// Returns whether a value of that key may be text.
    pub(super) fn takes_text(&self, key: &str) -> bool {
        takes_text(self.property(key))
    }

    /// Returns what a value of that key looks like: `a whole number`, `allow, warn or reject`.
    pub(super) fn expectation(&self, key: &str) -> String {
        let mut words = alternatives(self.property(key));
        match words.pop() {
            Some(last) if words.is_empty() => last,
            Some(last) => format!("{} or {last}", words.join(", ")),
            None => "another type".to_owned(),
        }
    }

    /// Returns a value of the right type for that key.
    pub(super) fn placeholder(&self, key: &str) -> Option<Value> {
        sample(self.property(key))
    }

    fn property(&self, key: &str) -> &Value {
        self.properties.get(key).unwrap_or(&Value::Null)
    }
}

fn choices(schema: &Value) -> impl Iterator<Item = &Value> {
    ["anyOf", "oneOf"].iter().filter_map(|key| schema[key].as_array()).flatten()
}

fn constants(schema: &Value) -> impl Iterator<Item = &Value> {
    let listed = schema["enum"].as_array().into_iter().flatten();
    listed.chain(schema.get("const"))
}

fn takes_text(schema: &Value) -> bool {
    schema["type"] == "string" || constants(schema).any(Value::is_string) || choices(schema).any(takes_text)
}

fn alternatives(schema: &Value) -> Vec<String> {
    let as_text = |constant: &Value| constant.as_str().map_or_else(|| constant.to_string(), str::to_owned);
    let constants: Vec<String> = constants(schema).map(as_text).collect();
    if !constants.is_empty() {
        return constants;
    }
    match schema["type"].as_str() {
        Some("integer") => vec![whole_number(schema)],
        Some("boolean") => vec!["true".to_owned(), "false".to_owned()],
        Some("string") => vec!["text".to_owned()],
        Some("array") => vec!["a list".to_owned()],
        Some("object") => vec!["a table".to_owned()],
        _ => choices(schema).flat_map(alternatives).collect(),
    }
}

fn whole_number(schema: &Value) -> String {
    let from = schema["minimum"].as_u64().filter(|minimum| *minimum > 0);
    let to = schema["maximum"].as_u64();
    let from = from.map_or_else(String::new, |from| format!(" from {from}"));
    let to = to.map_or_else(String::new, |to| format!(" to {to}"));
    format!("a whole number{from}{to}")
}

fn sample(schema: &Value) -> Option<Value> {
    let examples = schema["examples"].as_array().into_iter().flatten();
    if let Some(constant) = examples.chain(constants(schema)).next() {
        return Some(constant.clone());
    }
    match schema["type"].as_str() {
        Some("integer") => Some(json!(1)),
        Some("boolean") => Some(json!(false)),
        Some("string") => Some(json!("x")),
        _ => choices(schema).find_map(sample),
    }
}

/// Removes null from the types of a key. TOML has no null: a key that may be absent cannot be null.
fn without_null(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if object.get("default").is_some_and(Value::is_null) {
        object.remove("default");
    }
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(constants)) = object.get_mut("enum") {
        constants.retain(|constant| !constant.is_null());
    }
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
}
