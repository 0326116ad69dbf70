//! Finds what a schema says of the members and entries of a value, through references, `allOf`, `oneOf` and `anyOf`.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::ptr;

use serde_json::{Map, Value};

use super::place::{Place, Step};
use super::reference::reference;
use super::{OpenApi, Version};

const COMBINATIONS: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// The schemas of one value. Each may describe it.
#[derive(Clone)]
pub(super) struct SchemaCandidates<'a> {
    api: &'a OpenApi,
    schemas: Vec<&'a Value>,
}

/// What the schemas of a value say of a part of it.
pub(super) enum Described<'a> {
    By(SchemaCandidates<'a>),
    /// Other parts are described, and this one is not.
    Not,
    /// Any part is permitted, or nothing is said of parts.
    Open,
}

/// The object schemas that a value's schemas consist of.
#[derive(Default)]
struct Parts<'a> {
    objects: Vec<&'a Map<String, Value>>,
    /// Whether a schema permits anything, or is in another file.
    is_open: bool,
}

impl<'a> SchemaCandidates<'a> {
    pub(super) fn new(api: &'a OpenApi, schema: &'a Value) -> Self {
        Self { api, schemas: vec![schema] }
    }

    /// Returns what the schemas say of a place below the value. The search ends at the first step that no schema describes.
    pub(super) fn at(self, place: &Place) -> Described<'a> {
        let mut candidates = self;
        for step in &place.0 {
            match candidates.below(step) {
                Described::By(next) => candidates = next,
                end => return end,
            }
        }
        Described::By(candidates)
    }

    pub(super) fn below(&self, step: &Step) -> Described<'a> {
        match step {
            Step::Member(name) => self.member(name),
            Step::Entries => self.entries(),
        }
    }

    fn member(&self, name: &str) -> Described<'a> {
        let parts = self.parts();
        let mut is_open = parts.is_open;
        let mut has_names = false;
        let mut schemas: Vec<&Value> = Vec::new();
        for object in parts.objects {
            has_names |= has_named_members(object);
            if let Some(member) = object.get("properties").and_then(|it| it.get(name)) {
                schemas.push(member);
                continue;
            }
            let patterns = object.get("patternProperties").and_then(Value::as_object);
            schemas.extend(patterns.into_iter().flatten().map(|(_, schema)| schema));
            match object.get("additionalProperties") {
                Some(others @ Value::Object(_)) => schemas.push(others),
                Some(Value::Bool(true)) => is_open = true,
                _ => {}
            }
        }
        self.described(schemas, is_open || !has_names)
    }

    fn entries(&self) -> Described<'a> {
        let parts = self.parts();
        let schemas: Vec<&Value> = parts.objects.iter().filter_map(|object| object.get("items")).collect();
        self.described(schemas, true)
    }

    fn described(&self, schemas: Vec<&'a Value>, is_open: bool) -> Described<'a> {
        match (schemas.is_empty(), is_open) {
            (false, _) => Described::By(Self { api: self.api, schemas }),
            (true, true) => Described::Open,
            (true, false) => Described::Not,
        }
    }

    /// Returns the permitted types, none if any type is permitted.
    pub(super) fn types(&self) -> Vec<&'a str> {
        let parts = self.parts();
        let mut types: Vec<&str> = Vec::new();
        for name in parts.objects.iter().flat_map(|object| stated_or_implied_types(object)) {
            if !types.contains(&name) {
                types.push(name);
            }
        }
        let is_nullable =
            parts.objects.iter().any(|object| object.get("nullable") == Some(&Value::Bool(true)));
        if parts.is_open {
            types.clear();
        } else if is_nullable && !types.is_empty() && !types.contains(&"null") {
            types.push("null");
        }
        types
    }

    /// Returns whether a schema permits only the members that it names.
    pub(super) fn is_closed(&self) -> bool {
        self.parts().objects.iter().any(|object| is_closed(object))
    }

    /// Returns whether the vendor sets the value itself.
    pub(super) fn is_read_only(&self) -> bool {
        self.parts().objects.iter().any(|object| is_read_only(object))
    }

    /// Returns whether a schema has the name of a member, and not only a schema for members of any name.
    pub(super) fn names(&self, name: &str) -> bool {
        let has_it =
            |object: &&Map<String, Value>| object.get("properties").is_some_and(|it| it.get(name).is_some());
        self.parts().objects.iter().any(has_it)
    }

    /// Returns whether a member is always there.
    pub(super) fn requires(&self, name: &str) -> bool {
        let mut known = HashMap::new();
        self.schemas.iter().any(|schema| self.does_require(schema, name, &mut known))
    }

    /// Returns whether a schema requires a member. `known` has the results so far; a schema that is within itself adds nothing.
    fn does_require(&self, schema: &'a Value, name: &str, known: &mut HashMap<*const Value, bool>) -> bool {
        let mut open = vec![(schema, false)];
        while let Some((schema, are_parts_known)) = open.pop() {
            let Some(schema) = self.api.resolved(schema) else { continue };
            if are_parts_known {
                let is_required = self.is_required_by(schema, name, known);
                known.insert(ptr::from_ref(schema), is_required);
                continue;
            }
            if let Entry::Vacant(entry) = known.entry(ptr::from_ref(schema)) {
                entry.insert(false);
                open.push((schema, true));
                let parts = COMBINATIONS.iter().flat_map(|key| listed(schema, key));
                open.extend(parts.map(|part| (part, false)));
            }
        }
        self.is_known_to_require(schema, known)
    }

    /// Returns whether a schema requires a member, where the results of its parts are known.
    fn is_required_by(&self, schema: &'a Value, name: &str, known: &HashMap<*const Value, bool>) -> bool {
        let is_required = |part: &'a Value| self.is_known_to_require(part, known);
        let is_in_all = |key: &str| {
            let alternatives = listed(schema, key);
            !alternatives.is_empty() && alternatives.iter().all(is_required)
        };
        listed(schema, "required").iter().any(|it| it == name)
            || listed(schema, "allOf").iter().any(is_required)
            || is_in_all("oneOf")
            || is_in_all("anyOf")
    }

    fn is_known_to_require(&self, schema: &'a Value, known: &HashMap<*const Value, bool>) -> bool {
        let schema = self.api.resolved(schema).map(ptr::from_ref);
        schema.and_then(|schema| known.get(&schema)).is_some_and(|is_required| *is_required)
    }

    fn parts(&self) -> Parts<'a> {
        let mut parts = Parts::default();
        let mut open: Vec<&'a Value> = self.schemas.iter().rev().copied().collect();
        let mut seen: HashSet<*const Value> = HashSet::new();
        while let Some(schema) = open.pop() {
            if !seen.insert(ptr::from_ref(schema)) {
                continue;
            }
            let Some(object) = schema.as_object().filter(|it| !it.is_empty()) else {
                parts.is_open |= schema != &Value::Bool(false);
                continue;
            };
            if let Some(reference) = reference(schema) {
                match self.api.target(reference) {
                    Some(target) => open.push(target),
                    None => parts.is_open = true,
                }
                // Version 3.0 ignores what stands beside a reference.
                if self.api.version == Version::V3_0 {
                    continue;
                }
            }
            let combined = COMBINATIONS.iter().filter_map(|key| object.get(*key)?.as_array());
            open.extend(combined.flatten());
            parts.objects.push(object);
        }
        parts
    }
}

/// Returns the entries of a list of a schema.
fn listed<'a>(schema: &'a Value, key: &str) -> &'a [Value] {
    schema.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Returns the types that a schema names itself.
pub(super) fn types_of(schema: &Map<String, Value>) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Returns the types that a schema names, or the type whose parts it describes.
fn stated_or_implied_types(schema: &Map<String, Value>) -> Vec<&str> {
    let stated = types_of(schema);
    if !stated.is_empty() {
        return stated;
    }
    let implied = [("properties", "object"), ("items", "array")];
    implied.into_iter().filter(|(key, _)| schema.contains_key(*key)).map(|(_, name)| name).collect()
}

pub(super) fn is_read_only(schema: &Map<String, Value>) -> bool {
    schema.get("readOnly") == Some(&Value::Bool(true))
}

fn has_named_members(schema: &Map<String, Value>) -> bool {
    let has_some = |key: &str| schema.get(key).and_then(Value::as_object).is_some_and(|it| !it.is_empty());
    has_some("properties") || is_closed(schema)
}

fn is_closed(schema: &Map<String, Value>) -> bool {
    let is_false = |key: &str| schema.get(key) == Some(&Value::Bool(false));
    is_false("additionalProperties") || is_false("unevaluatedProperties")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn combined_schemas_in_a_circle_say_what_each_of_them_says() {
        let schemas = json!({
            "a": {"allOf": [{"$ref": "#/components/schemas/b"}], "properties": {"one": {"type": "string"}}},
            "b": {
                "oneOf": [{"$ref": "#/components/schemas/a"}, {"type": ["string", "null"]}],
                "required": ["two"],
                "properties": {"two": {"items": {"type": "integer"}}},
            },
        });
        let api = OpenApi { document: json!({"components": {"schemas": schemas}}), version: Version::V3_1 };
        let schema = json!({"$ref": "#/components/schemas/a"});
        let candidates = SchemaCandidates::new(&api, &schema);
        assert_eq!(candidates.types(), ["object", "string", "null"]);
        assert!(candidates.requires("two") && !candidates.requires("one"));
        let entries = Place(vec![Step::Member("two".to_owned()), Step::Entries]);
        assert!(matches!(candidates.clone().at(&entries), Described::By(it) if it.types() == ["integer"]));
        assert!(matches!(candidates.below(&Step::Member("three".to_owned())), Described::Not));
        assert!(matches!(candidates.below(&Step::Entries), Described::Open));
    }

    #[test]
    fn a_long_chain_of_schemas_is_followed_to_its_end() {
        const LENGTH: usize = 100_000;
        let mut schemas: Map<String, Value> = (0..LENGTH)
            .map(|index| {
                let next = json!({"$ref": format!("#/components/schemas/s{}", index + 1)});
                (format!("s{index}"), json!({"allOf": [next]}))
            })
            .collect();
        schemas.insert(format!("s{LENGTH}"), json!({"required": ["a"], "type": "object"}));
        let api = OpenApi { document: json!({"components": {"schemas": schemas}}), version: Version::V3_1 };
        let schema = json!({"$ref": "#/components/schemas/s0"});
        let candidates = SchemaCandidates::new(&api, &schema);
        assert!(candidates.requires("a") && !candidates.requires("b"));
        assert_eq!(candidates.types(), ["object"]);
    }
}
