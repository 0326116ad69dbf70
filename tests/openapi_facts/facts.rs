//! The parts of an `OpenAPI` description that are kept, with paths into its schemas.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// What a vendor's `OpenAPI` description says of the requests that are used.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Facts {
    /// The file, with its commit.
    pub(super) source: String,
    pub(super) date: String,
    pub(super) servers: Vec<String>,
    /// Where a credential goes: `bearer`, `basic` or the name of a header.
    pub(super) credentials: Vec<String>,
    pub(super) operations: Vec<Operation>,
    /// The schema of an error.
    #[serde(default)]
    error: Option<Schema>,
    /// What the description does otherwise, and why.
    pub(super) exceptions: BTreeMap<String, String>,
}

/// A request and its successful answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Operation {
    method: String,
    path: String,
    #[serde(default)]
    pub(super) parameters: Vec<Parameter>,
    #[serde(default)]
    pub(super) request: Option<Schema>,
    /// The status of the answer, for people.
    #[serde(rename = "status")]
    _status: u16,
    pub(super) response: Schema,
}

/// A parameter in path, query or headers.
#[derive(Debug, Deserialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    #[serde(rename = "in")]
    pub(super) place: String,
    #[serde(flatten)]
    pub(super) schema: Schema,
}

/// A schema without its prose. `additional` is that of the members that have no name.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Schema {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default, rename = "enum")]
    pub(super) values: Vec<Value>,
    #[serde(default)]
    pub(super) max_length: Option<u64>,
    #[serde(default)]
    pub(super) required: Vec<String>,
    #[serde(default)]
    pub(super) properties: BTreeMap<String, Schema>,
    #[serde(default)]
    items: Option<Box<Schema>>,
    #[serde(default)]
    additional: Option<Additional>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Additional {
    Any(bool),
    Each(Box<Schema>),
}

/// The schema of what may be anything.
static ANY: Schema = Schema {
    kind: String::new(),
    values: Vec::new(),
    max_length: None,
    required: Vec::new(),
    properties: BTreeMap::new(),
    items: None,
    additional: None,
};

impl Facts {
    /// Returns the operation of a request to `base` and `path`, which may have holes. A hole at the beginning is the account's
    /// own origin.
    pub(super) fn operation(&self, method: &str, base: &str, path: &str) -> Option<&Operation> {
        let origin = if base.starts_with('{') { "https://" } else { "" };
        let url = format!("{origin}{base}{path}");
        let is_it = |operation: &&Operation| {
            operation.method == method
                && self.servers.iter().any(|server| is_like(&url, &format!("{server}{}", operation.path)))
        };
        self.operations.iter().find(is_it)
    }

    pub(super) fn error(&self) -> &Schema {
        self.error.as_ref().unwrap_or(&ANY)
    }

    /// Returns whether a path of the create's request stands in an object that takes members of any name.
    pub(super) fn is_in_free_form(&self, path: &str) -> bool {
        let request = self.operations[0].request.as_ref();
        let member = path.split_once('.').and_then(|(member, _)| request?.properties.get(member));
        member.is_some_and(|it| it.additional.is_some() && it.properties.is_empty())
    }

    /// Returns whether the create takes fields of any name, in an object of their own.
    pub(super) fn is_free_form(&self) -> bool {
        let is_free = |schema: &Schema| schema.properties.is_empty() && schema.additional.is_some();
        let request = self.operations.first().and_then(|create| create.request.as_ref());
        request.is_some_and(|request| request.member("properties").is_some_and(is_free))
    }
}

/// Returns whether an address is the other one, where a hole stands for any text but a slash.
fn is_like(pattern: &str, address: &str) -> bool {
    let (pattern, address) = (pattern.split('/'), address.split('/'));
    pattern.clone().count() == address.clone().count()
        && pattern.zip(address).all(|(pattern, segment)| fits(pattern, segment))
}

fn fits(pattern: &str, segment: &str) -> bool {
    match pattern.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?.1))) {
        None => pattern == segment,
        Some((before, after)) => segment.strip_prefix(before).is_some_and(|rest| {
            (1..=rest.len()).any(|end| rest.get(end..).is_some_and(|rest| fits(after, rest)))
        }),
    }
}

impl Schema {
    /// Returns the schema at a path of members and lists, such as `emails[].value`.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        let mut steps = path.split(['.', '[']).filter(|step| !step.is_empty());
        steps.try_fold(self, |schema, step| match step {
            _ if schema.kind.is_empty() || schema.kind == "any" => Some(&ANY),
            step if step.ends_with(']') => schema.items.as_deref(),
            name => schema.member(name),
        })
    }

    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        match (self.properties.get(name), &self.additional) {
            (Some(schema), _) => Some(schema),
            (None, Some(Additional::Each(schema))) => Some(schema),
            (None, Some(Additional::Any(true))) => Some(&ANY),
            _ => None,
        }
    }

    /// Returns the schema of the entries of a list, or the schema itself.
    pub(super) fn entries(&self) -> &Self {
        self.items.as_deref().unwrap_or(self)
    }

    /// Returns whether a value of this kind fits.
    pub(super) fn takes(&self, kind: &str) -> bool {
        self.kind.is_empty()
            || self.kind == "any"
            || self.kind == kind
            || (self.kind == "number" && kind == "integer")
    }
}
