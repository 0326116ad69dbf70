//! The JSON Schema of the keys of a provider's table.

use serde_json::{Map, Value, json};

use super::account::AccountKey;
use super::account_kind::{AccountKind, AccountValue};
use super::credential::Grant;
use super::description::Description;

impl Description {
    /// Returns the JSON Schema of a provider's own keys. Credentials are `writeOnly`.
    pub fn schema(&self) -> Value {
        schema_of(self)
    }
}

/// Returns the schema (draft 2020-12) of a described vendor's provider.
fn schema_of(description: &Description) -> Value {
    let rules = &description.rules;
    let mut properties = Map::new();
    let about = format!("Where the API lives, in place of {}.", rules.base.as_str());
    properties.insert(
        "base_url".to_owned(),
        json!({"description": about, "type": ["string", "null"], "default": null}),
    );
    let tokens: Vec<Grant> =
        rules.credentials.iter().filter_map(|it| it.token.as_ref()).map(|token| token.grant).collect();
    if !tokens.is_empty() {
        let about = "Where tokens are fetched, in place of the vendor's own address.";
        properties.insert(
            "token_url".to_owned(),
            json!({"description": about, "type": ["string", "null"], "default": null}),
        );
    }
    if tokens.contains(&Grant::RefreshToken) {
        let about =
            "The file that keeps the newest refresh token. Without it: a file named after the provider.";
        properties.insert(
            "refresh_token_store".to_owned(),
            json!({"description": about, "type": ["string", "null"], "default": null}),
        );
    }
    if !description.capabilities().overwrites.is_empty() {
        let about =
            "Whether a create may replace an equal contact, which is the only create that the vendor has.";
        properties.insert(
            "accept_overwrite".to_owned(),
            json!({"description": about, "type": "boolean", "default": false, "examples": [true]}),
        );
    }
    for key in &rules.account.keys {
        properties.insert(key.name.clone(), property(key));
    }
    for derivation in rules.account.keys.iter().filter_map(|key| key.derive.as_ref()) {
        if let Some(source) = properties.get_mut(&derivation.from) {
            source["examples"] = json!([format!("x{}x", derivation.after_last)]);
        }
    }
    let required: Vec<&str> =
        rules.account.keys.iter().filter(|key| key.is_required()).map(|key| key.name.as_str()).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": description.title(),
        "description": format!("A connection to {}.", description.title()),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Returns an address whose host matches the first of the patterns.
fn example_origin(hosts: &[String]) -> String {
    let host = hosts.first().map_or_else(|| "crm.example.com".to_owned(), |host| host.replace('*', "acme"));
    format!("https://{host}")
}

fn property(key: &AccountKey) -> Value {
    let mut property = match &key.kind {
        AccountKind::Integer => json!({"type": "integer"}),
        AccountKind::Integers => json!({"type": "array", "items": {"type": "integer"}}),
        AccountKind::Table => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        AccountKind::Choice(choices) => {
            let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
            json!({"type": "string", "enum": names})
        }
        AccountKind::Origin(hosts) => json!({"type": "string", "examples": [example_origin(hosts)]}),
        AccountKind::Text | AccountKind::HostLabel | AccountKind::Segment => json!({"type": "string"}),
    };
    property["description"] = match &*key.about {
        "" => format!("The {} of the account.", key.name.replace('_', " ")).into(),
        about => about.into(),
    };
    if key.is_secret {
        property["writeOnly"] = true.into();
    }
    match &key.default {
        Some(AccountValue::Text(text)) => property["default"] = text.clone().into(),
        Some(AccountValue::Integer(number)) => property["default"] = (*number).into(),
        _ => {}
    }
    property
}
