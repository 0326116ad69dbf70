//! Paths that name places in an answer: `a.b`, `"odd.key"`, `[0]`, `[]` (each), `[key=value]` (those whose key is), `*` (each
//! member). Reading is linear in the answer.

use serde_json::Value;
use unicontact_model::scalar_text;

/// A path that was parsed. The empty path is the whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReadPath {
    text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Index(usize),
    /// Each entry of a list.
    Each,
    /// The entries of a list whose member has this value.
    Where(String, String),
    /// Each member of an object.
    AnyMember,
}

/// The values at a path.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Reached<'v> {
    pub(super) values: Vec<&'v Value>,
    /// Whether the document has every place that the path goes through, although there may be no value in a list there.
    pub(super) is_complete: bool,
}

impl ReadPath {
    /// Parses a path.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let steps = parse_steps(text)?;
        Ok(Self { text: written(text, &steps), steps })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the values at the path, in the order of the document.
    pub(super) fn reach<'v>(&self, document: &'v Value) -> Reached<'v> {
        let mut reached = Reached { values: vec![document], is_complete: true };
        for step in &self.steps {
            let mut next = Vec::new();
            for value in reached.values {
                reached.is_complete &= step.apply(value, &mut next);
            }
            reached.values = next;
        }
        reached
    }

    /// Returns the values at the path, with the entries of a list in place of the list.
    pub(super) fn entries<'v>(&self, document: &'v Value) -> Reached<'v> {
        let Reached { values, is_complete } = self.reach(document);
        let mut entries = Vec::with_capacity(values.len());
        for value in values {
            match value {
                Value::Array(list) => entries.extend(list),
                other => entries.push(other),
            }
        }
        Reached { values: entries, is_complete }
    }

    /// Returns each value at the path, with the value that holds it. Inside of the document, a list of one entry may stand where
    /// the path expects an object, and an object where it expects a list.
    pub(super) fn with_holders<'v>(&self, document: &'v Value) -> Vec<(&'v Value, &'v Value)> {
        let mut reached = vec![(document, document)];
        for (depth, step) in self.steps.iter().enumerate() {
            let mut next = Vec::new();
            for (_, holder) in reached {
                let mut values = Vec::new();
                if !step.apply(holder, &mut values) && depth > 0 {
                    step.apply_to_other_shape(holder, &mut values);
                }
                next.extend(values.into_iter().map(|value| (holder, value)));
            }
            reached = next;
        }
        reached
    }

    /// Returns the first value at the path that holds something.
    pub(super) fn first<'v>(&self, document: &'v Value) -> Option<&'v Value> {
        // Most paths are members alone, and need no list of values.
        let mut value = document;
        for (index, step) in self.steps.iter().enumerate() {
            value = match step {
                Step::Member(name) => value.get(name)?,
                Step::Index(position) => value.get(position)?,
                _ => {
                    let rest = Self { text: String::new(), steps: self.steps[index..].to_vec() };
                    return rest.reach(value).values.into_iter().find(|value| holds_something(value));
                }
            };
        }
        Some(value).filter(|value| holds_something(value))
    }

    /// Returns the first text or number at the path, as a text.
    pub(super) fn first_text(&self, document: &Value) -> Option<String> {
        text_of(self.first(document)?)
    }
}

/// Returns the first text that one of the paths holds.
pub(super) fn first_text_of(paths: &[ReadPath], document: &Value) -> Option<String> {
    paths.iter().find_map(|path| path.first_text(document))
}

/// Returns whether a value is neither null nor an empty text, list or object.
pub(super) fn holds_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(entries) => !entries.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Returns a text, number or truth as a text.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Bool(truth) => Some(truth.to_string()),
        other => scalar_text(other),
    }
}

impl Step {
    /// Adds what the step leads to where a list has the only object, or an object stands alone instead of in a list.
    fn apply_to_other_shape<'v>(&self, value: &'v Value, next: &mut Vec<&'v Value>) {
        match (self, value) {
            (Self::Member(_), Value::Array(entries)) if entries.len() == 1 => {
                self.apply(&entries[0], next);
            }
            (Self::Index(0) | Self::Each, Value::Object(_)) => next.push(value),
            _ => {}
        }
    }

    /// Adds the values that the step selects, and returns whether the value has that place.
    pub(super) fn apply<'v>(&self, value: &'v Value, next: &mut Vec<&'v Value>) -> bool {
        match (self, value) {
            (Self::Member(name), Value::Object(members)) => push(members.get(name), next),
            (Self::Index(index), Value::Array(entries)) => push(entries.get(*index), next),
            (Self::Each, Value::Array(entries)) => {
                next.extend(entries);
                true
            }
            (Self::Where(key, wanted), Value::Array(entries)) => {
                let is_wanted =
                    |entry: &&Value| entry.get(key).and_then(text_of).is_some_and(|text| text == *wanted);
                next.extend(entries.iter().filter(is_wanted));
                true
            }
            (Self::AnyMember, Value::Object(members)) => {
                next.extend(members.values());
                true
            }
            _ => false,
        }
    }
}

fn push<'v>(value: Option<&'v Value>, next: &mut Vec<&'v Value>) -> bool {
    next.extend(value);
    value.is_some()
}

/// Parses the steps of a path. Where something is written, only members and indices are allowed.
pub(super) fn parse_steps(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut rest = text;
    let mut expects_member = !text.is_empty() && !text.starts_with('[');
    while expects_member || !rest.is_empty() {
        if expects_member {
            let (step, after) = member(rest).ok_or_else(|| format!("`{text}` has an empty part"))?;
            steps.push(step);
            rest = after;
        } else {
            let (inside, after) = brackets(rest)
                .ok_or_else(|| format!("expected `.` or a bracket such as `[0]` before `{rest}`"))?;
            steps.push(bracket_step(inside)?);
            rest = after;
        }
        expects_member = false;
        if let Some(after) = rest.strip_prefix('.') {
            rest = after;
            expects_member = true;
        }
    }
    Ok(steps)
}

/// Returns the text of a path, with quotation marks only where a name needs them, so that equal paths have equal texts.
pub(super) fn written(text: &str, steps: &[Step]) -> String {
    if !text.contains('"') {
        return text.to_owned();
    }
    let mut written = String::with_capacity(text.len());
    for step in steps {
        let needs_dot = !written.is_empty() && matches!(step, Step::Member(_) | Step::AnyMember);
        written.push_str(if needs_dot { "." } else { "" });
        match step {
            Step::Member(name) if name == "*" || name.is_empty() || name.contains(['.', '[']) => {
                written.extend(["\"", name, "\""]);
            }
            Step::Member(name) => written.push_str(name),
            Step::AnyMember => written.push('*'),
            Step::Index(index) => written.extend(["[", &index.to_string(), "]"]),
            Step::Each => written.push_str("[]"),
            Step::Where(name, value) => written.extend(["[", name, "=", value, "]"]),
        }
    }
    written
}

fn brackets(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('[')?.split_once(']')
}

fn member(text: &str) -> Option<(Step, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (name, rest) = quoted.split_once('"')?;
        return Some((Step::Member(name.to_owned()), rest));
    }
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    match name {
        "" => None,
        "*" => Some((Step::AnyMember, rest)),
        name => Some((Step::Member(name.to_owned()), rest)),
    }
}

fn bracket_step(inside: &str) -> Result<Step, String> {
    if inside.is_empty() {
        return Ok(Step::Each);
    }
    if let Ok(index) = inside.parse() {
        return Ok(Step::Index(index));
    }
    match inside.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            let unquoted = |text: &str| text.trim().trim_matches('"').to_owned();
            Ok(Step::Where(unquoted(key), unquoted(value)))
        }
        _ => Err(format!("`[{inside}]` is none of `[0]`, `[]` and `[key=value]`")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn texts(path: &str, document: &Value) -> Vec<String> {
        let path = ReadPath::parse(path).unwrap();
        path.reach(document).values.iter().filter_map(|value| scalar_text(value)).collect()
    }

    #[test]
    fn each_step_reaches_its_values() {
        let document = json!({
            "a": {"b": 1, "odd.key": "x"},
            "list": [{"k": "p", "v": 1, "first": true}, {"k": "q", "v": 2}],
            "by_name": {"email": [{"e": "taken"}], "phone": [{"e": "short"}]},
        });
        for (path, expected) in [
            ("a.b", vec!["1"]),
            ("a.\"odd.key\"", vec!["x"]),
            ("list[1].v", vec!["2"]),
            ("list[].v", vec!["1", "2"]),
            ("list[k=q].v", vec!["2"]),
            ("list[first=true].v", vec!["1"]),
            ("by_name.*[].e", vec!["taken", "short"]),
            ("a.c", vec![]),
            ("a[0]", vec![]),
        ] {
            assert_eq!(texts(path, &document), expected, "{path}");
        }
        assert_eq!(texts("[].x", &json!([{"x": 1}, {"x": "2"}])), ["1", "2"]);
        assert_eq!(texts("", &json!("whole")), ["whole"]);
    }

    #[test]
    fn a_missing_place_is_told_from_an_empty_list() {
        let path = ReadPath::parse("data.items[].item").unwrap();
        for (document, is_complete, count) in [
            (json!({"data": {"items": []}}), true, 0),
            (json!({"data": {"items": [{"item": 1}]}}), true, 1),
            (json!({"data": {}}), false, 0),
            (json!({"data": {"items": [{"item": 1}, {}]}}), false, 1),
            (json!({"data": {"items": null}}), false, 0),
        ] {
            let reached = path.reach(&document);
            assert_eq!((reached.is_complete, reached.values.len()), (is_complete, count), "{document}");
        }
    }

    #[test]
    fn the_first_value_that_holds_something_is_taken() {
        let document = json!({"a": [{"id": ""}, {"id": null}, {"id": 7}], "b": " ", "c": false});
        let first = |path: &str| ReadPath::parse(path).unwrap().first_text(&document);
        assert_eq!(first("a[].id").as_deref(), Some("7"));
        assert_eq!(first("b"), None);
        assert_eq!(first("c").as_deref(), Some("false"));
    }

    #[test]
    fn a_path_that_names_no_place_is_refused() {
        for path in ["a..b", "a.", ".a", "a[", "a[x]", "a[0]b"] {
            assert!(ReadPath::parse(path).is_err(), "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_text_parses_or_is_refused(text in "\\PC{0,24}") {
            if let Ok(path) = ReadPath::parse(&text) {
                path.reach(&json!({"a": [{"b": 1}]}));
            }
        }
    }
}
