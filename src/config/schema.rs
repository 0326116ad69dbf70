//! The JSON Schema of the file. Its keys are those that loading accepts, because both take them from [`Keys`].

use serde_json::{Map, Value, json};
use unicontact_providers::{VENDORS, Vendor, Vendors};

use super::configuration::Configuration;
use super::keys::Keys;
use super::load::TopLevelKeys;
use super::overrides::variable_for;
use super::queue::QueueKeys;
use super::secret_file;
use super::settings_keys::SettingsKeys;
use super::vendors;

impl Configuration {
    /// Returns the JSON Schema (draft 2020-12) of the file, with the vendors of this build.
    pub fn json_schema() -> Value {
        schema_with(Vendors::default().all())
    }

    /// Returns the schema of a key, from the top. `None` if there is no such key, or if its vendor is not of this build.
    ///
    /// ```
    /// use unicontact::config::Configuration;
    ///
    /// let is_secret = |path: &str| Configuration::key_schema(path).is_some_and(|schema| schema["writeOnly"] == true);
    /// assert!(is_secret("queue.password"));
    /// assert!(is_secret("providers.smarttask.acme.access_token"));
    /// assert!(!is_secret("queue.password_file"));
    /// assert!(Configuration::key_schema("providers.acmecrm.main.api_key").is_none());
    /// ```
    pub fn key_schema(path: &str) -> Option<Value> {
        let vendor = path.strip_prefix("providers.").and_then(|path| path.split('.').next());
        let schema = schema_with(vendor.and_then(Vendor::by_name).into_iter());
        let key = path.split('.').try_fold(&schema, |table, part| {
            let named = table["properties"].get(part);
            // A provider has a name of the user's choice.
            named.or_else(|| table.get("additionalProperties").filter(|schema| schema.is_object()))
        });
        key.cloned()
    }
}

/// Returns the schema of the file with these vendors, and with any that a file describes.
fn schema_with(vendors: impl Iterator<Item = Vendor>) -> Value {
    let settings = Keys::new::<SettingsKeys>();
    let queue = Keys::new::<QueueKeys>();
    let mut queue_properties: Map<String, Value> = queue.secrets().map(file_property).collect();
    queue_properties.extend(queue.properties.clone());
    let mut properties = Keys::new::<TopLevelKeys>().properties;
    let mut add = |name: &str, schema| properties.insert(name.to_owned(), schema);
    add("vendors", vendors_table());
    add("providers", providers_table(vendors, &settings));
    add("defaults", table(&settings.description, &settings.properties));
    add("queue", table(&queue.description, &queue_properties));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "unicontact.toml",
        "description": description(),
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn table(description: &Value, properties: &Map<String, Value>) -> Value {
    json!({
        "description": description,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn vendors_table() -> Value {
    json!({
        "description": "The vendors that files describe, by name: the file of each, relative to this file. The file's own `vendor` is the same name. A file replaces the vendor of that name that comes with unicontact, unless that one is an adapter in Rust.",
        "type": "object",
        "propertyNames": {"pattern": vendors::NAME_PATTERN},
        "additionalProperties": {"type": "string", "minLength": 1},
    })
}

fn providers_table(vendors: impl Iterator<Item = Vendor>, settings: &Keys) -> Value {
    let of_build: Map<String, Value> =
        vendors.map(|vendor| (vendor.name().to_owned(), vendor_schema(&vendor, settings))).collect();
    let in_file = json!({"type": "object", "properties": settings.properties});
    json!({
        "description": "The connections, by vendor and then by a name of your choice.",
        "type": "object",
        "propertyNames": {"pattern": vendors::NAME_PATTERN},
        "properties": of_build,
        "additionalProperties": providers_of_vendor(
            &json!("A vendor that a file of `vendors` describes, which has the keys of its account."),
            &in_file,
        ),
    })
}

/// Returns the schema of the table of a vendor's providers.
fn providers_of_vendor(description: &Value, provider: &Value) -> Value {
    json!({
        "description": description,
        "type": "object",
        "propertyNames": {"pattern": "^[a-z0-9_]+$"},
        "additionalProperties": provider,
    })
}

fn vendor_schema(vendor: &Vendor, settings: &Keys) -> Value {
    let keys = Keys::from_schema(&vendor.schema());
    let mut properties = settings.properties.clone();
    properties.extend(keys.secrets().map(file_property));
    properties.extend(keys.properties.clone());
    // No secret is required here: it may come from a file of its own or from the environment.
    let required: Vec<&str> = keys.required().filter(|key| !keys.is_secret(key)).collect();
    let provider = json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    });
    providers_of_vendor(&keys.description, &provider)
}

fn description() -> String {
    let secret = VENDORS.first().and_then(|vendor| {
        let secret = Keys::from_schema(&vendor.schema()).secrets().next()?.to_owned();
        Some(variable_for(&["providers", vendor.name(), "acme", &secret].map(str::to_owned)))
    });
    let secret = secret.unwrap_or_default();
    format!(
        "Which CRMs contacts are created in, and how each is treated. Any key may come from the environment instead, as UNICONTACT_DEFAULTS__TIMEOUT, UNICONTACT_QUEUE__URL or {secret}."
    )
}

/// Returns the key that names the file of a secret, and its schema.
fn file_property(secret: &str) -> (String, Value) {
    let description = format!(
        "The file that holds `{secret}`, in its place: relative to the configuration file, one line of at most 64 KiB, without white space at its end."
    );
    let schema = json!({"description": description, "type": "string", "minLength": 1});
    (secret_file::key_for(secret), schema)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use tempfile::TempDir;

    use super::*;
    use crate::config::Sources;
    use crate::config::TOP_LEVEL_KEYS;

    const EXAMPLE: &str = include_str!("../../examples/unicontact.toml");

    fn keys(pointer: &str) -> BTreeSet<String> {
        let schema = Configuration::json_schema();
        let object = schema.pointer(pointer).and_then(Value::as_object);
        object.unwrap().keys().cloned().collect()
    }

    fn vendors() -> BTreeSet<String> {
        keys("/properties/providers/properties")
    }

    fn default_keys() -> BTreeSet<String> {
        keys("/properties/defaults/properties")
    }

    fn queue_keys() -> BTreeSet<String> {
        keys("/properties/queue/properties")
    }

    fn provider_keys(vendor: &str) -> BTreeSet<String> {
        keys(&format!("/properties/providers/properties/{vendor}/additionalProperties/properties"))
    }

    fn mistake_about(key: &str, table: &str, directory: &Path) -> Option<String> {
        fs::write(directory.join("unicontact.toml"), format!("[{table}]\n{key} = [[]]\n")).unwrap();
        let sources = Sources { search: directory.to_owned(), ..Sources::default() };
        let path = format!("{table}.{key}");
        let mistakes = Configuration::load(&sources).unwrap_err().mistakes;
        let mistake = mistakes.into_iter().find(|mistake| mistake.path == path);
        mistake.map(|mistake| mistake.message)
    }

    #[test]
    fn every_key_above_the_tables_has_a_variable() {
        let keys = Keys::new::<TopLevelKeys>();
        let mut listed = TOP_LEVEL_KEYS;
        listed.sort_unstable();
        let mut names: Vec<&str> = keys.names().collect();
        names.sort_unstable();
        assert_eq!(names, listed);
    }

    #[test]
    fn loading_accepts_the_keys_of_the_schema_and_no_other() {
        let directory = TempDir::new().unwrap();
        let tables: Vec<(String, BTreeSet<String>)> = vendors()
            .iter()
            .map(|vendor| (format!("providers.{vendor}.main"), provider_keys(vendor)))
            .chain([("defaults".to_owned(), default_keys()), ("queue".to_owned(), queue_keys())])
            .collect();
        let everywhere: BTreeSet<&String> = tables.iter().flat_map(|(_, keys)| keys).collect();
        for (table, known) in &tables {
            for key in &everywhere {
                let message = mistake_about(key, table, directory.path()).unwrap();
                let is_unknown = message.starts_with("unknown key");
                assert_eq!(is_unknown, !known.contains(*key), "{table}.{key}: {message}");
            }
        }
    }

    #[test]
    fn the_example_shows_every_key_and_no_other() {
        let mut shown = BTreeSet::new();
        let mut table = String::new();
        for line in EXAMPLE.lines() {
            if let Some(header) = line.strip_prefix('[') {
                header.trim_end_matches(']').clone_into(&mut table);
            }
            let line = line.strip_prefix("# ").unwrap_or(line);
            if let Some((key, _)) = line.split_once(" = ")
                && !key.contains(' ')
            {
                let vendor = table.split('.').nth(1).unwrap_or(&table);
                shown.insert((vendor.to_owned(), key.to_owned()));
            }
        }
        let settings = default_keys();
        shown.retain(|(table, key)| ["defaults", "queue"].contains(&&**table) || !settings.contains(key));

        let under = |table: &str, keys: BTreeSet<String>| {
            let table = table.to_owned();
            keys.into_iter().map(move |key| (table.clone(), key))
        };
        let mut known: BTreeSet<(String, String)> = under("defaults", default_keys()).collect();
        known.insert((String::new(), "journal".to_owned()));
        known.insert((String::new(), "retention".to_owned()));
        known.insert((String::new(), "identify_by".to_owned()));
        known.extend(under("queue", queue_keys()));
        for vendor in VENDORS {
            let own = provider_keys(vendor.name()).difference(&settings).cloned().collect();
            known.extend(under(vendor.name(), own));
        }
        known.extend(under("vendors", BTreeSet::from(["acmecrm".to_owned()])));
        assert_eq!(shown, known);
        assert_eq!(
            keys("/properties").into_iter().collect::<Vec<_>>(),
            ["defaults", "identify_by", "journal", "providers", "queue", "retention", "vendors"]
        );
    }

    #[test]
    fn a_vendors_keys_and_the_settings_have_no_name_in_common() {
        let settings = Keys::new::<SettingsKeys>();
        for vendor in Vendors::default().all() {
            let keys = Keys::from_schema(&vendor.schema());
            let both: Vec<&str> = keys.names().filter(|key| settings.contains(key)).collect();
            assert!(both.is_empty(), "{}: {both:?}", vendor.name());
        }
    }

    #[test]
    fn every_key_is_described_and_none_may_be_null() {
        let schema = Configuration::json_schema();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let properties = |table: &str| &schema["properties"][table]["properties"];
        let mut tables = vec![&schema["properties"], properties("defaults"), properties("queue")];
        let vendors = &schema["properties"]["providers"]["properties"];
        for vendor in vendors.as_object().unwrap().values() {
            assert_eq!(vendor["propertyNames"]["pattern"], "^[a-z0-9_]+$");
            assert_eq!(vendor["additionalProperties"]["additionalProperties"], false);
            tables.push(&vendor["additionalProperties"]["properties"]);
        }
        for (key, property) in tables.into_iter().flat_map(|table| table.as_object().unwrap()) {
            assert!(property["description"].is_string(), "{key}: {property}");
            assert!(!property.to_string().contains("null"), "{key}: {property}");
        }
    }
}
