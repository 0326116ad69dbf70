//! Paths at which a body is written: members and indices, `company.name`, `emails[0].address`. They may have holes of the
//! account.

use serde_json::{Map, Value};

use super::read_path::{Step, parse_steps, written};
use super::template::Template;

/// The highest index that a path may write at.
const INDEX_LIMIT: usize = 64;

/// A path that was parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WritePath {
    text: String,
    first: Template,
    rest: Vec<WriteStep>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum WriteStep {
    Member(Template),
    Index(usize),
}

impl WritePath {
    /// Parses a path.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let steps = parse_steps(text)?;
        let text = written(text, &steps);
        let mut steps = steps.into_iter();
        let Some(Step::Member(first)) = steps.next() else {
            return Err("a path that is written begins with a member".to_owned());
        };
        let rest = steps.map(WriteStep::new).collect::<Result<_, _>>()?;
        Ok(Self { text, first: Template::new(&first), rest })
    }

    /// Returns the path as it is written, with its holes.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn holes(&self) -> impl Iterator<Item = &str> {
        let rest = self.rest.iter().filter_map(|step| match step {
            WriteStep::Member(template) => Some(template),
            WriteStep::Index(_) => None,
        });
        std::iter::once(&self.first).chain(rest).flat_map(Template::holes)
    }

    /// Returns its members and indices. A path with holes is filled before.
    pub(super) fn parts(&self) -> impl Iterator<Item = String> {
        let rest = self.rest.iter().map(|step| match step {
            WriteStep::Member(name) => name.as_str().to_owned(),
            WriteStep::Index(index) => index.to_string(),
        });
        std::iter::once(self.first.as_str().to_owned()).chain(rest)
    }

    /// Returns whether the path leads to an entry of a list.
    pub(super) fn is_entry(&self) -> bool {
        matches!(self.rest.last(), Some(WriteStep::Index(_)))
    }

    /// Returns whether the path is `outer`, or leads to a place inside of it.
    pub(super) fn is_within(&self, outer: &Self) -> bool {
        self.first == outer.first && self.rest.starts_with(&outer.rest)
    }

    /// Returns the path with its holes filled. `None` if one has no value.
    pub(super) fn fill(&self, value: impl Fn(&str) -> Option<String>) -> Option<Self> {
        if self.holes().next().is_none() {
            return Some(self.clone());
        }
        let filled = |template: &Template| template.fill(&value).map(|text| Template::literal(&text));
        let fill = |step: &WriteStep| match step {
            WriteStep::Member(template) => filled(template).map(WriteStep::Member),
            WriteStep::Index(index) => Some(WriteStep::Index(*index)),
        };
        let first = filled(&self.first)?;
        let rest: Vec<WriteStep> = self.rest.iter().map(fill).collect::<Option<_>>()?;
        Some(Self { text: text_of(&first, &rest), first, rest })
    }

    /// Returns the hole that is the whole last member. A list of ids of the account makes one member for each there.
    pub(super) fn last_hole(&self) -> Option<&str> {
        match self.rest.last() {
            None => self.first.only_hole(),
            Some(WriteStep::Member(name)) => name.only_hole(),
            Some(WriteStep::Index(_)) => None,
        }
    }

    /// Puts `value` at the path. Objects and lists on the way are made; a value on the way that is neither is replaced.
    pub(super) fn set(&self, body: &mut Map<String, Value>, value: Value) {
        if self.rest.is_empty() {
            body.insert(self.first.as_str().to_owned(), value);
        } else {
            *self.place(body) = value;
        }
    }

    /// Adds `value` to the list at the path. A value there that is no list is replaced.
    pub(super) fn push(&self, body: &mut Map<String, Value>, value: Value) {
        match self.place(body) {
            Value::Array(entries) => entries.push(value),
            place => *place = Value::Array(vec![value]),
        }
    }

    /// Puts `value` into the object at the path, as its member `name`.
    pub(super) fn insert(&self, body: &mut Map<String, Value>, name: &str, value: Value) {
        *member(self.place(body), name) = value;
    }

    /// Returns the number of entries of the list at the path. Zero if there is none.
    pub(super) fn count(&self, body: &Map<String, Value>) -> usize {
        self.get(body).and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// Returns whether the path has an index above the first, so that a list may get gaps.
    pub(super) fn may_leave_gaps(&self) -> bool {
        self.rest.iter().any(|step| matches!(step, WriteStep::Index(index) if *index > 0))
    }

    fn place<'b>(&self, body: &'b mut Map<String, Value>) -> &'b mut Value {
        let mut place = body.entry(self.first.as_str()).or_insert(Value::Null);
        for step in &self.rest {
            place = match step {
                WriteStep::Member(name) => member(place, name.as_str()),
                WriteStep::Index(index) => entry(place, *index),
            };
        }
        place
    }

    /// Returns the value at the path.
    pub(super) fn get<'b>(&self, body: &'b Map<String, Value>) -> Option<&'b Value> {
        let mut value = body.get(self.first.as_str())?;
        for step in &self.rest {
            value = match step {
                WriteStep::Member(name) => value.get(name.as_str())?,
                WriteStep::Index(index) => value.get(index)?,
            };
        }
        Some(value)
    }
}

impl WriteStep {
    fn new(step: Step) -> Result<Self, String> {
        match step {
            Step::Member(name) => Ok(Self::Member(Template::new(&name))),
            Step::Index(index) if index <= INDEX_LIMIT => Ok(Self::Index(index)),
            Step::Index(_) => Err(format!("an index is at most {INDEX_LIMIT}")),
            Step::Each | Step::Where(..) | Step::AnyMember => {
                Err("a path that is written has only members and indices, such as `a.b` and `a[0]`"
                    .to_owned())
            }
        }
    }
}

/// Returns the member of an object, which `place` becomes if it is none.
fn member<'v>(place: &'v mut Value, name: &str) -> &'v mut Value {
    if !place.is_object() {
        *place = Value::Object(Map::new());
    }
    &mut place[name]
}

/// Returns the entry of a list, which `place` becomes if it is none.
fn entry(place: &mut Value, index: usize) -> &mut Value {
    match place {
        Value::Array(entries) if entries.len() <= index => entries.resize(index + 1, Value::Null),
        Value::Array(_) => {}
        _ => *place = Value::Array(vec![Value::Null; index + 1]),
    }
    &mut place[index]
}

fn text_of(first: &Template, rest: &[WriteStep]) -> String {
    let mut text = first.as_str().to_owned();
    for step in rest {
        match step {
            WriteStep::Member(name) => {
                text.push('.');
                text.push_str(name.as_str());
            }
            WriteStep::Index(index) => {
                text.push('[');
                text.push_str(&index.to_string());
                text.push(']');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(text: &str) -> WritePath {
        WritePath::parse(text).unwrap()
    }

    #[test]
    fn a_path_makes_the_objects_and_lists_on_its_way() {
        let mut body = Map::new();
        path("name").set(&mut body, json!("Ada"));
        path("a.b").set(&mut body, json!(1));
        path("list[1].x").set(&mut body, json!(2));
        path("list[0].x").set(&mut body, json!(3));
        path("commands[0][1]").push(&mut body, json!("p"));
        path("commands[0][1]").push(&mut body, json!("q"));
        path("commands[0][0]").set(&mut body, json!("create"));
        path("\"odd.key\"").set(&mut body, json!(true));
        let expected = json!({"name": "Ada", "a": {"b": 1}, "list": [{"x": 3}, {"x": 2}], "commands": [["create", ["p", "q"]]], "odd.key": true});
        assert_eq!(Value::Object(body.clone()), expected);
        assert_eq!(path("commands[0][1][1]").get(&body), Some(&json!("q")));
        assert_eq!(path("a.c").get(&body), None);
    }

    #[test]
    fn quotation_marks_stay_only_where_a_name_needs_them() {
        for (text, expected) in [
            ("\"Company Name\"", "Company Name"),
            ("fields.\"str::email\"[0].\"a\"", "fields.str::email[0].a"),
            ("\"odd.key\".\"b[0]\"", "\"odd.key\".\"b[0]\""),
            ("plain.path[2]", "plain.path[2]"),
        ] {
            assert_eq!(path(text).as_str(), expected);
            assert_eq!(path(expected), path(text), "{text}");
        }
    }

    #[test]
    fn a_path_is_within_those_that_lead_to_it() {
        for (inner, outer, expected) in [
            ("a", "a", true),
            ("\"a\"", "a", true),
            ("a.b", "a", true),
            ("a[0].b", "a[0]", true),
            ("a[0]", "a[1]", false),
            ("a", "a.b", false),
            ("ab", "a", false),
            ("\"a.b\"", "a", false),
        ] {
            assert_eq!(path(inner).is_within(&path(outer)), expected, "{inner} {outer}");
        }
    }

    #[test]
    fn holes_of_the_account_are_filled() {
        let filled =
            path("groups[0].{group_id}").fill(|name| (name == "group_id").then(|| "g.7".to_owned())).unwrap();
        let mut body = Map::new();
        filled.set(&mut body, json!(true));
        assert_eq!(Value::Object(body), json!({"groups": [{"g.7": true}]}));
        assert_eq!(path("{other}").fill(|_| None), None);
    }

    #[test]
    fn a_path_that_cannot_be_written_is_refused() {
        for text in ["", "[0]", "a[]", "a.*", "a[x=1]", "a[65]", "a..b"] {
            assert!(WritePath::parse(text).is_err(), "{text}");
        }
    }
}
