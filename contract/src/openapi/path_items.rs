//! Finds paths and operations that are no objects, and references that lead nowhere.

use std::collections::{BTreeSet, HashSet};
use std::ptr;

use serde_json::Value;

use super::reference::reference;
use super::{OpenApi, OpenApiError};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// The members whose values are data, and no part of the description.
const DATA: [&str; 5] = ["example", "examples", "default", "enum", "const"];

impl OpenApi {
    /// Requires that each path and each of its operations is an object. One without a value describes nothing.
    pub(super) fn require_path_items(&self) -> Result<(), OpenApiError> {
        let paths = self.document["paths"].as_object();
        for (template, item) in paths.into_iter().flatten().filter(|(name, _)| name.starts_with('/')) {
            let place = format!("paths.{template}");
            if let Some(reference) = reference(item).filter(|it| self.leads_nowhere(it)) {
                let problem = format!("has the reference {reference}, which leads nowhere");
                return Err(OpenApiError::Path { place, problem });
            }
            require_object(item, &place)?;
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    require_object(operation, &format!("{place}.{method}"))?;
                }
            }
        }
        Ok(())
    }

    /// Returns the references in a value, and in what it refers to, that lead nowhere in this document.
    pub(super) fn dangling_references<'a>(&'a self, root: &'a Value) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut seen: HashSet<*const Value> = HashSet::new();
        let mut open = vec![root];
        while let Some(value) = open.pop() {
            if !seen.insert(ptr::from_ref(value)) {
                continue;
            }
            if let Some(reference) = reference(value) {
                if self.leads_nowhere(reference) {
                    found.insert(reference);
                }
                open.extend(self.target(reference));
            }
            match value {
                Value::Array(entries) => open.extend(entries),
                Value::Object(members) => {
                    let described = members.iter().filter(|(name, _)| !DATA.contains(&name.as_str()));
                    open.extend(described.map(|(_, value)| value));
                }
                _ => {}
            }
        }
        found
    }

    /// Returns whether a reference is one to a place in this document that it does not have. The name of an anchor is no place.
    fn leads_nowhere(&self, reference: &str) -> bool {
        reference.starts_with("#/") && self.target(reference).is_none()
    }
}

fn require_object(value: &Value, place: &str) -> Result<(), OpenApiError> {
    if value.is_object() || value.is_null() {
        return Ok(());
    }
    Err(OpenApiError::Path { place: place.to_owned(), problem: "is no object".to_owned() })
}
