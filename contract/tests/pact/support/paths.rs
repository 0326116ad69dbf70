//! Evaluates the paths of matching rules, in the forms that the export writes: `$`, `.name`, `['name']` and `[*]`.

use serde_json::Value;

/// Returns the values at a path.
pub(crate) fn at<'a>(document: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![document];
    let mut rest = path.strip_prefix('$').unwrap_or_else(|| panic!("no path: {path}"));
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("[*]") {
            found = found.into_iter().filter_map(Value::as_array).flatten().collect();
            rest = after;
        } else {
            let (name, after) = member(rest).unwrap_or_else(|| panic!("no path: {path}"));
            found = found.into_iter().filter_map(|value| value.get(name)).collect();
            rest = after;
        }
    }
    found
}

fn member(rest: &str) -> Option<(&str, &str)> {
    if let Some(quoted) = rest.strip_prefix("['") {
        return quoted.split_once("']");
    }
    let rest = rest.strip_prefix('.')?;
    Some(rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len())))
}
