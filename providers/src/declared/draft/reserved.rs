//! The members of the body that a contact does not write: those that the vendor refuses, and the idempotency key.

use serde_json::Value;

use super::super::account_values::AccountValues;
use super::super::rules::Rules;
use super::super::search::KeyPlace;
use super::super::write_path::WritePath;

/// The members that a contact does not write.
#[derive(Debug, Clone, Default)]
pub(super) struct Reserved {
    /// The paths that the vendor refuses, in their parts.
    refused: Vec<Vec<String>>,
    /// The path of the idempotency key, in its parts.
    key: Option<Vec<String>>,
}

impl Reserved {
    pub(super) fn new(rules: &Rules, account: &AccountValues) -> Self {
        let key = match rules.dedupe.key.as_ref().map(|key| &key.place) {
            Some(KeyPlace::Body(path)) => path.fill(|hole| account.text(hole)),
            _ => None,
        };
        // In a list of pairs, the path is the name of a pair.
        let is_in_pairs = rules.create.entries.is_some();
        let parts = |path: WritePath| -> Vec<String> {
            if is_in_pairs { vec![path.as_str().to_owned()] } else { path.parts().collect() }
        };
        Self { key: key.map(parts), ..Self::refusing(&rules.refused) }
    }

    /// Returns the members with these paths. A path is the literal name of a member as well.
    pub(super) fn refusing(paths: &[String]) -> Self {
        let mut refused: Vec<Vec<String>> = Vec::new();
        for text in paths {
            refused.push(vec![text.clone()]);
            refused.extend(WritePath::parse(text).ok().map(|path| path.parts().collect()));
        }
        Self { refused, key: None }
    }

    /// Returns whether the vendor refuses a member of the body.
    pub(super) fn is_refused(&self, name: &str) -> bool {
        self.refused.iter().any(|path| *path == [name])
    }

    /// Returns the names of the members that the vendor refuses.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for path in &self.refused {
            if let [name] = path.as_slice()
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        }
        names
    }

    /// Removes what the refused paths name in the value of a member (`company.id`), in the entries of lists as well. Returns the
    /// paths that it had.
    pub(super) fn take_out(&self, name: &str, value: &mut Value) -> Vec<String> {
        let is_inside = |path: &&Vec<String>| path.len() > 1 && path[0] == name;
        let is_removed = |path: &&Vec<String>| remove(value, &path[1..]);
        self.refused.iter().filter(is_inside).filter(is_removed).map(|path| path.join(".")).collect()
    }

    /// Returns whether `value` at `path` would be replaced by the idempotency key, or be part of it.
    pub(super) fn meets_key(&self, path: &[String], value: &Value) -> bool {
        let Some(rest) = self.key.as_deref().and_then(|key| key.strip_prefix(path)) else {
            return false;
        };
        let mut value = value;
        for part in rest {
            let inner = match value {
                Value::Object(members) => members.get(part),
                Value::Array(entries) => part.parse().ok().and_then(|index: usize| entries.get(index)),
                Value::Null => None,
                _ => return true,
            };
            match inner {
                Some(inner) => value = inner,
                None => return false,
            }
        }
        true
    }
}

/// Removes what stands at a path of members, in each entry of lists on the way. Returns whether there was something.
fn remove(value: &mut Value, path: &[String]) -> bool {
    match (value, path) {
        (Value::Array(entries), _) => {
            let removed = entries.iter_mut().map(|entry| remove(entry, path));
            removed.filter(|is_removed| *is_removed).count() > 0
        }
        (Value::Object(members), [last]) => members.remove(last).is_some(),
        (Value::Object(members), [first, rest @ ..]) => {
            members.get_mut(first).is_some_and(|member| remove(member, rest))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parts(path: &str) -> Vec<String> {
        path.split('.').map(str::to_owned).collect()
    }

    #[test]
    fn a_value_meets_the_key_if_one_of_them_replaces_the_other() {
        for (key, path, value, expected) in [
            ("uid", "uid", json!("x"), true),
            ("uid", "uid", json!(null), true),
            ("uid", "other", json!("x"), false),
            ("meta.uid", "meta", json!("x"), true),
            ("meta.uid", "meta", json!({"uid": "x"}), true),
            ("meta.uid", "meta", json!({"other": "x"}), false),
            ("meta.uid", "meta", json!(null), false),
            ("meta.uid", "meta.uid", json!("x"), true),
            ("ids.0.value", "ids", json!([{"value": "x"}]), true),
            ("ids.1.value", "ids", json!([{"value": "x"}]), false),
        ] {
            let reserved = Reserved { key: Some(parts(key)), ..Reserved::default() };
            assert_eq!(reserved.meets_key(&parts(path), &value), expected, "{key} {path} {value}");
        }
    }

    #[test]
    fn what_stands_at_a_path_is_removed_in_every_entry() {
        let mut value = json!({"a": [{"id": 1, "n": 2}, {"id": 3}], "id": 4});
        assert!(remove(&mut value, &parts("a.id")));
        assert_eq!(value, json!({"a": [{"n": 2}, {}], "id": 4}));
        assert!(!remove(&mut value, &parts("id.x")));
    }
}
