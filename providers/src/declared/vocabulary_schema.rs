//! The JSON Schema of a description, for editors.

use serde_json::{Map, Value, json};

use super::words::{self, Takes, WordTable};

/// Returns the JSON Schema (draft 2020-12) of a description.
///
/// ```
/// let schema = unicontact_providers::description_schema();
/// assert_eq!(schema["properties"]["format"]["const"], 1);
/// ```
pub fn description_schema() -> Value {
    let mut definitions = Map::new();
    let mut schema = table(&words::DESCRIPTION, &mut definitions);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "A vendor's description".into();
    schema["properties"]["format"] = json!({"description": "The version of the format.", "const": 1});
    schema["required"] = json!(["format", "vendor", "title", "address", "auth", "create", "success"]);
    schema["$defs"] = Value::Object(definitions);
    schema
}

fn table(words: &'static WordTable, definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for word in words.words {
        let mut schema = takes(&word.takes, definitions);
        schema["description"] = word.about.into();
        properties.insert(word.name.to_owned(), schema);
    }
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// Returns a reference to the schema of a table, which is made once: conditions contain conditions.
fn reference(words: &'static WordTable, definitions: &mut Map<String, Value>) -> Value {
    let name = words.name.replace(' ', "_");
    if !definitions.contains_key(&name) {
        definitions.insert(name.clone(), Value::Null);
        let schema = table(words, definitions);
        definitions.insert(name.clone(), schema);
    }
    json!({"$ref": format!("#/$defs/{name}")})
}

fn takes(takes: &Takes, definitions: &mut Map<String, Value>) -> Value {
    let text = || json!({"type": "string"});
    let one_or_many = |one: Value| json!({"anyOf": [one, {"type": "array", "items": one}]});
    match takes {
        Takes::Text => text(),
        Takes::Choice(words) => json!({"enum": words}),
        Takes::Choices(words) => one_or_many(json!({"enum": words})),
        Takes::TextOrTexts => one_or_many(text()),
        Takes::Texts => json!({"type": "array", "items": text()}),
        Takes::Count => json!({"type": "integer", "minimum": 1}),
        Takes::Number => json!({"type": "number", "exclusiveMinimum": 0}),
        Takes::Boolean => json!({"type": "boolean"}),
        Takes::CountOrCounts => {
            let count = json!({"type": "integer", "minimum": 1});
            json!({"anyOf": [count, {"type": "object", "additionalProperties": count}]})
        }
        Takes::TextTable => {
            json!({"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}})
        }
        Takes::FreeTable => json!({"type": "object"}),
        Takes::Json | Takes::Any => json!({}),
        Takes::Table(words) => reference(words, definitions),
        Takes::TableOfTables(words) => {
            json!({"type": "object", "additionalProperties": reference(words, definitions)})
        }
        Takes::Tables(words) => one_or_many(reference(words, definitions)),
        Takes::TextsOrTables(words) => one_or_many(json!({"anyOf": [text(), reference(words, definitions)]})),
        Takes::TextOrTable(words) => json!({"anyOf": [text(), reference(words, definitions)]}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_of_the_schema_has_its_definition() {
        let schema = description_schema();
        let text = schema.to_string();
        let references: Vec<&str> =
            text.split("\"#/$defs/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(references.len() > 20);
        for name in references {
            assert!(schema["$defs"][name].is_object(), "{name}");
        }
    }
}
