//! What a description claims of the vendor's requests and answers.

use serde_json::Value;

use super::facts::{Facts, Operation, Parameter, Schema};

/// The words of `[name]` that are places.
const NAMES: &[&str] = &["whole", "given", "middle", "family", "prefix", "suffix", "organization"];

/// Compares a description with the vendor's own.
struct Comparison<'c> {
    description: &'c Value,
    facts: &'c Facts,
    complaints: Vec<String>,
}

/// Returns what a description says otherwise than the vendor does.
pub(super) fn complaints(description: &Value, facts: &Facts) -> Vec<String> {
    let mut comparison = Comparison { description, facts, complaints: Vec::new() };
    comparison.credentials();
    comparison.create();
    for find in tables(&description["find"]) {
        comparison.find(find);
    }
    comparison.check();
    comparison.words();
    comparison.complaints
}

/// Returns the tables of a word that takes one or several.
fn tables(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(entries) => entries.iter().collect(),
        one => vec![one],
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

/// Returns the texts of a word that takes one or several, also those of places such as `{ path = "…" }`.
fn texts(value: &Value) -> Vec<&str> {
    let values = tables(value).into_iter();
    values
        .filter_map(|entry| match entry {
            Value::String(text) => Some(text.as_str()),
            other => other["path"].as_str(),
        })
        .collect()
}

impl<'c> Comparison<'c> {
    fn complain(&mut self, complaint: impl Into<String>) {
        self.complaints.push(complaint.into());
    }

    fn credentials(&mut self) {
        for auth in tables(&self.description["auth"]) {
            let named =
                auth["headers"].as_object().into_iter().flatten().map(|(name, _)| name.to_lowercase());
            let schemes = ["bearer", "basic"].into_iter().filter(|scheme| !auth[*scheme].is_null());
            for place in schemes.map(str::to_owned).chain(named) {
                if !self.facts.credentials.iter().any(|it| it.eq_ignore_ascii_case(&place)) {
                    self.complain(format!("auth: no credential goes to `{place}`"));
                }
            }
        }
    }

    /// Returns the operation of a request after a comparison of its address, query and headers.
    fn operation(&mut self, table: &Value, what: &str, method: &str) -> Option<&'c Operation> {
        let (base, path) = (text(&self.description["address"], "base"), text(table, "path"));
        let Some(operation) = self.facts.operation(method, base, path) else {
            self.complain(format!("{what}: no operation `{method} {path}`"));
            return None;
        };
        for (word, place) in [("query", "query"), ("headers", "header")] {
            for (name, value) in table[word].as_object().into_iter().flatten() {
                let is_it = |it: &&Parameter| it.place == place && it.name.eq_ignore_ascii_case(name);
                match operation.parameters.iter().find(is_it) {
                    None => self.complain(format!("{what}: no {place} member `{name}`")),
                    Some(parameter) => self.value(&parameter.schema, value, &format!("{what}: {name}")),
                }
            }
        }
        Some(operation)
    }

    /// Compares a literal with what its place takes.
    fn value(&mut self, schema: &Schema, value: &Value, what: &str) {
        let is_literal = value.as_str().is_none_or(|text| !text.contains('{'));
        if is_literal && !schema.values.is_empty() && !schema.values.contains(value) {
            self.complain(format!("{what} is none of its values"));
        }
    }

    fn create(&mut self) {
        let create = &self.description["create"];
        let method = create["method"].as_str().unwrap_or("POST");
        let Some(operation) = self.operation(create, "create", method) else { return };
        let whole = operation.request.as_ref();
        let envelope = &create["envelope"];
        let Some(fields) = whole.and_then(|whole| self.fields_in(envelope, whole, "create")) else {
            return self.complain("create: no body with fields");
        };
        let is_text = create["values"] == "text";
        self.mapping(fields, is_text);
        self.required(fields);
        for id in texts(&self.description["success"]["id"]) {
            self.path(&operation.response, id, "success.id");
        }
    }

    /// Returns the schema of the fields in an envelope, after a comparison of what stands around them.
    fn fields_in<'s>(&mut self, envelope: &Value, schema: &'s Schema, what: &str) -> Option<&'s Schema> {
        match envelope {
            Value::Null => Some(schema),
            Value::String(text) if text == "{fields}" => Some(schema),
            Value::Array(entries) => {
                entries.iter().find_map(|entry| self.fields_in(entry, schema.entries(), what))
            }
            Value::Object(members) => {
                let missing = schema.required.iter().filter(|name| !members.contains_key(*name));
                let missing: Vec<String> = missing.cloned().collect();
                for name in missing {
                    self.complain(format!("{what}: `{name}` is required and not sent"));
                }
                let mut found = None;
                for (name, member) in members {
                    match schema.member(name) {
                        Some(schema) => found = self.fields_in(member, schema, what).or(found),
                        None => self.complain(format!("{what}: no member `{name}`")),
                    }
                }
                found
            }
            literal => {
                self.value(schema, literal, what);
                None
            }
        }
    }

    /// Compares the places of the contact's fields.
    fn mapping(&mut self, fields: &Schema, is_text: bool) {
        let description = self.description;
        for part in NAMES {
            self.place(fields, &description["name"][*part], "string", &description["name"]["limit"][*part]);
        }
        for list in ["emails", "phones", "addresses"] {
            for slot in tables(&description[list]) {
                let is_list = ["texts", "objects"].contains(&text(slot, "as"));
                let kind = if is_list { "array" } else { "string" };
                self.place(fields, &slot["to"], kind, &slot["limit"]);
                for (part, to) in slot["parts"].as_object().into_iter().flatten() {
                    self.place(fields, to, "string", &slot["limit"][part.as_str()]);
                }
                if let Some(schema) = fields.at(text(slot, "to")).filter(|_| !slot["item"].is_null()) {
                    self.item(schema.entries(), &slot["item"], list);
                }
            }
        }
        for field in tables(&description["field"]) {
            let kind = match text(field, "as") {
                "integer" if !is_text => "integer",
                "texts" | "objects" => "array",
                "object" | "map" => "object",
                "" if field["from"] == "tags" => "array",
                _ => "string",
            };
            self.place(fields, &field["to"], kind, &field["limit"]);
        }
        for (path, value) in description["constants"].as_object().into_iter().flatten() {
            match fields.at(path) {
                None => self.complain(format!("constants: no `{path}`")),
                Some(schema) => self.value(schema, value, path),
            }
        }
        if let custom @ Value::Object(_) = &description["custom"] {
            let to = text(custom, "to");
            if let Some(schema) = fields.at(to).filter(|_| custom["as"] == "objects") {
                self.item(schema.entries(), &custom["item"], "custom");
            } else if fields.at(&format!("{to}.a name of the user's own")).is_none() {
                self.complain(format!("custom: `{to}` takes no names of the user's own"));
            }
        }
    }

    /// Compares the place of a field, its type and its length.
    fn place(&mut self, fields: &Schema, to: &Value, kind: &str, limit: &Value) {
        let Some(path) = to.as_str() else { return };
        match fields.at(path) {
            None => self.complain(format!("no field `{path}`")),
            Some(schema) if !schema.takes(kind) => {
                self.complain(format!("`{path}` is of the type {}, not {kind}", schema.kind));
            }
            Some(schema) => {
                if let Some(longest) =
                    schema.max_length.filter(|longest| limit.as_u64().is_none_or(|limit| limit > *longest))
                {
                    self.complain(format!("`{path}` takes {longest} characters"));
                }
            }
        }
    }

    fn item(&mut self, schema: &Schema, item: &Value, what: &str) {
        for (name, value) in item.as_object().into_iter().flatten() {
            match schema.member(name) {
                None => self.complain(format!("{what}: no member `{name}`")),
                Some(schema) => self.item(schema, value, what),
            }
        }
    }

    /// Compares what the vendor requires with what is always sent.
    fn required(&mut self, fields: &Schema) {
        let sent = texts(&self.description["require"]["all"]);
        let constants = self.description["constants"].as_object();
        let is_sent = |name: &&String| {
            sent.contains(&name.as_str()) || constants.is_some_and(|it| it.contains_key(*name))
        };
        let missing: Vec<&String> = fields.required.iter().filter(|name| !is_sent(name)).collect();
        for name in missing {
            self.complain(format!("create: `{name}` is required and not always sent"));
        }
    }

    fn find(&mut self, find: &Value) {
        let what = format!("find by {}", text(find, "by"));
        let method = find["method"].as_str().unwrap_or("GET");
        let Some(operation) = self.operation(find, &what, method) else { return };
        match (&operation.request, &find["body"]) {
            (Some(schema), body @ Value::Object(_)) => {
                self.fields_in(body, schema, &what);
            }
            (None, Value::Object(_)) => self.complain(format!("{what}: no body")),
            _ => {}
        }
        for word in ["more", "count"] {
            self.path(&operation.response, text(find, word), &format!("{what}: {word}"));
        }
        let results = text(find, "results");
        let Some(candidate) = operation.response.at(results) else {
            return self.complain(format!("{what}: no results at `{results}`"));
        };
        let candidate = candidate.entries();
        let agree = find["agree"].as_object().into_iter().flatten().filter_map(|(_, path)| path.as_str());
        for path in texts(&find["id"]).into_iter().chain(texts(&find["same"])).chain(agree) {
            self.path(candidate, path, &what);
        }
    }

    fn check(&mut self) {
        let check = &self.description["check"];
        let method = check["method"].as_str().unwrap_or("GET");
        if let Some(operation) = self.operation(check, "check", method) {
            self.path(&operation.response, text(check, "expect"), "check: expect");
        }
    }

    /// Compares the places of an error's parts.
    fn words(&mut self) {
        let words = &self.description["words"];
        let error = self.facts.error();
        for path in ["code", "message", "request_id"].into_iter().flat_map(|word| texts(&words[word])) {
            self.path(error, path, "words");
        }
        let list = text(&words["fields"], "list");
        match error.at(list) {
            None => self.complain(format!("words: no list `{list}`")),
            Some(entry) => {
                for word in ["field", "message"] {
                    self.path(entry, text(&words["fields"], word), "words");
                }
            }
        }
    }

    fn path(&mut self, schema: &Schema, path: &str, what: &str) {
        if schema.at(path).is_none() {
            self.complain(format!("{what}: the answer has no `{path}`"));
        }
    }
}
