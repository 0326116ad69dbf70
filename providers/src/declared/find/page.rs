//! The candidates in the answer to a search, and whether these are all.

use serde_json::Value;

use crate::declared::read_path::{ReadPath, Step, holds_something};
use crate::declared::search::Find;
use crate::http::Answer;

/// The candidates of an answer.
pub(super) struct Page<'v> {
    pub(super) candidates: Vec<&'v Value>,
    /// Whether the vendor has no further candidate.
    pub(super) is_whole: bool,
}

impl<'v> Page<'v> {
    /// Reads the answer to a search. `None` if it has no place for candidates.
    pub(super) fn read(find: &Find, body: &'v Value, answer: &Answer) -> Option<Self> {
        let candidates = candidates(&find.results, body)?;
        let count = candidates.len();
        let is_full = find.full.is_some_and(|full| count >= full);
        let has_more = find.more.as_ref().is_some_and(|more| shows_more(more, body));
        let is_counted =
            find.count.as_ref().is_none_or(|total| total_of(total, body).is_some_and(|total| total <= count));
        let is_whole = !is_full && !has_more && is_counted && !answer.announces_more_than(count);
        Some(Self { candidates, is_whole })
    }
}

/// Returns the candidates at a path: the entries of a list, or the only object. Where `null` stands, there is none. `None` if the
/// body has no such place.
fn candidates<'v>(path: &ReadPath, body: &'v Value) -> Option<Vec<&'v Value>> {
    let mut values = vec![body];
    for step in path.steps() {
        let mut next = Vec::new();
        for value in values {
            if !is_empty(step, value) && !step.apply(value, &mut next) {
                return None;
            }
        }
        values = next;
    }
    let mut candidates = Vec::with_capacity(values.len());
    for value in values {
        match value {
            Value::Null => {}
            Value::Array(entries) => candidates.extend(entries),
            other => candidates.push(other),
        }
    }
    Some(candidates)
}

/// Returns whether a value has no entries for a step that goes through all of them. Some languages write an empty object as `[]`.
fn is_empty(step: &Step, value: &Value) -> bool {
    match step {
        Step::Each | Step::Where(..) => value.is_null(),
        Step::AnyMember => value.is_null() || value.as_array().is_some_and(Vec::is_empty),
        Step::Member(_) | Step::Index(_) => false,
    }
}

fn shows_more(path: &ReadPath, body: &Value) -> bool {
    path.reach(body).values.into_iter().any(|value| match value {
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.trim(), "" | "0" | "false"),
        other => holds_something(other),
    })
}

/// Returns the number at a path. A number that cannot be read is no number of candidates.
fn total_of(path: &ReadPath, body: &Value) -> Option<usize> {
    path.first_text(body)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn count(path: &str, body: &Value) -> Option<usize> {
        candidates(&ReadPath::parse(path).unwrap(), body).map(|candidates| candidates.len())
    }

    #[test]
    fn candidates_are_the_entries_of_a_list_or_the_only_object() {
        for (path, body, expected) in [
            ("", json!([{}, {}]), Some(2)),
            ("", json!([]), Some(0)),
            ("", json!({"id": 1}), Some(1)),
            ("", json!(null), Some(0)),
            ("contact", json!({"contact": {"id": 1}}), Some(1)),
            ("contact", json!({"contact": null}), Some(0)),
            ("contact", json!({}), None),
            ("people[]", json!({"people": [1, 2, 3]}), Some(3)),
            ("people", json!({"people": [1, 2, 3]}), Some(3)),
            ("people[]", json!({"people": null}), Some(0)),
            ("people[]", json!({"people": {"id": 1}}), None),
            ("people[]", json!({"person": []}), None),
            ("people[]", json!([]), None),
            ("data.people[]", json!({"data": null}), None),
            ("people.*", json!({"people": {"7": {"id": 7}, "8": {"id": 8}}}), Some(2)),
            ("people.*", json!({"people": []}), Some(0)),
            ("people.*", json!({"people": null}), Some(0)),
            ("people.*", json!({"people": [{"id": 7}]}), None),
            ("data.items[].item", json!({"data": {"items": [{"item": {}}, {"item": {}}]}}), Some(2)),
            ("data.items[].item", json!({"data": {"items": []}}), Some(0)),
            ("data.items[].item", json!({"data": {"items": [{"item": {}}, {}]}}), None),
        ] {
            assert_eq!(count(path, &body), expected, "{path} of {body}");
        }
    }

    #[test]
    fn a_sign_of_further_pages_holds_something_that_is_not_false_or_zero() {
        let path = ReadPath::parse("more").unwrap();
        for more in [json!(true), json!("x"), json!(1), json!({"next": 2}), json!(["a"]), json!("true")] {
            assert!(shows_more(&path, &json!({"more": more})), "{more}");
        }
        for none in
            [json!(false), json!(null), json!(""), json!(0), json!({}), json!([]), json!("false"), json!("0")]
        {
            assert!(!shows_more(&path, &json!({"more": none})), "{none}");
        }
        assert!(!shows_more(&path, &json!({})));
    }
}
