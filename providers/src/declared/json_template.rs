//! JSON values with holes: envelopes, items, constants and bodies. A member whose hole has no value is left out, and so is what
//! is empty because of that; what the description itself writes as empty stays.

use serde_json::{Map, Number, Value};

use super::document::{Node, NodeValue};
use super::problem::Problems;
use super::template::Template;

/// A JSON value with holes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum JsonTemplate {
    Text(Template),
    Literal(Value),
    List(Vec<JsonTemplate>),
    Object(Vec<(String, JsonTemplate)>),
}

impl JsonTemplate {
    /// Reads a value of a description.
    pub(super) fn read(node: &Node, key: &str, problems: &Problems) -> Self {
        match &node.value {
            NodeValue::Text(text) => Self::Text(Template::in_body(text)),
            NodeValue::Integer(number) => Self::Literal((*number).into()),
            NodeValue::Float(number) => {
                Self::Literal(Number::from_f64(*number).map_or(Value::Null, Value::Number))
            }
            NodeValue::Boolean(truth) => Self::Literal((*truth).into()),
            NodeValue::Time(_) => {
                problems.report(node.line, key, format!("expected a JSON value, not {}", node.noun()));
                Self::Literal(Value::Null)
            }
            NodeValue::List(entries) => {
                Self::List(entries.iter().map(|entry| Self::read(entry, key, problems)).collect())
            }
            NodeValue::Table(members) => {
                let member = |(name, node): &(String, Node)| {
                    (name.clone(), Self::read(node, &format!("{key}.{name}"), problems))
                };
                Self::Object(members.iter().map(member).collect())
            }
        }
    }

    /// Calls `visit` with the name of each hole.
    pub(super) fn each_hole(&self, visit: &mut dyn FnMut(&str)) {
        self.each_template(&mut |template| template.holes().for_each(&mut *visit));
    }

    /// Calls `visit` with each text.
    pub(super) fn each_template(&self, visit: &mut dyn FnMut(&Template)) {
        match self {
            Self::Text(template) => visit(template),
            Self::Literal(_) => {}
            Self::List(entries) => entries.iter().for_each(|entry| entry.each_template(visit)),
            Self::Object(members) => members.iter().for_each(|(_, member)| member.each_template(visit)),
        }
    }

    /// Returns the names of the holes.
    pub(super) fn holes(&self) -> Vec<String> {
        let mut holes = Vec::new();
        self.each_hole(&mut |name| holes.push(name.to_owned()));
        holes
    }

    /// Returns the value with its holes filled. A hole that is a whole text takes the value's own type. `None` if nothing is left.
    pub(super) fn fill(&self, value: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
        self.fill_texts(&|template| match template.only_hole() {
            Some(name) => value(name),
            None => template.fill(|name| value(name).map(text_of)).map(Value::String),
        })
    }

    /// Returns the value with each text filled by `fill`. `None` if nothing is left.
    pub(super) fn fill_texts(&self, fill: &dyn Fn(&Template) -> Option<Value>) -> Option<Value> {
        match self {
            Self::Literal(literal) => Some(literal.clone()),
            Self::Text(template) => fill(template),
            Self::List(entries) => {
                let filled: Vec<Value> = entries.iter().filter_map(|entry| entry.fill_texts(fill)).collect();
                (!filled.is_empty() || entries.is_empty()).then_some(Value::Array(filled))
            }
            Self::Object(members) => {
                let filled: Map<String, Value> = members
                    .iter()
                    .filter_map(|(name, member)| Some((name.clone(), member.fill_texts(fill)?)))
                    .collect();
                (!filled.is_empty() || members.is_empty()).then_some(Value::Object(filled))
            }
        }
    }

    /// Returns the template with the holes filled for which `is_known` holds, as [`fill`](Self::fill) fills them. The others
    /// stay.
    pub(super) fn fill_known(
        &self,
        is_known: &dyn Fn(&str) -> bool,
        value: &dyn Fn(&str) -> Option<Value>,
    ) -> Option<Self> {
        match self {
            Self::Literal(literal) => Some(Self::Literal(literal.clone())),
            Self::Text(template) => {
                if let Some(name) = template.only_hole().filter(|name| is_known(name)) {
                    return value(name).map(Self::Literal);
                }
                if template.holes().any(|name| is_known(name) && value(name).is_none()) {
                    return None;
                }
                let text = |name: &str| if is_known(name) { value(name).map(text_of) } else { None };
                Some(Self::Text(template.fill_some(text)))
            }
            Self::List(entries) => {
                let filled: Vec<Self> =
                    entries.iter().filter_map(|entry| entry.fill_known(is_known, value)).collect();
                (!filled.is_empty() || entries.is_empty()).then_some(Self::List(filled))
            }
            Self::Object(members) => {
                let filled: Vec<(String, Self)> = members
                    .iter()
                    .filter_map(|(name, member)| Some((name.clone(), member.fill_known(is_known, value)?)))
                    .collect();
                (!filled.is_empty() || members.is_empty()).then_some(Self::Object(filled))
            }
        }
    }
}

/// Reports each empty text, list and object in a value that is sent.
pub(super) fn report_empty(node: &Node, key: &str, problems: &Problems) {
    match &node.value {
        NodeValue::List(entries) if !entries.is_empty() => {
            for entry in entries {
                report_empty_entry(entry, key, problems);
            }
        }
        NodeValue::Table(members) if !members.is_empty() => {
            for (name, member) in members {
                report_empty(member, &format!("{key}.{name}"), problems);
            }
        }
        _ if is_empty(node) => {
            let noun = node.noun();
            let message =
                format!("is empty: vendors take {noun} without content for a value, so take it out");
            problems.report(node.line, key, message);
        }
        _ => {}
    }
}

/// Reports what is empty in an entry of a list. The entry itself may be an empty list or object: it has a position, which rows may
/// complete.
pub(super) fn report_empty_entry(entry: &Node, key: &str, problems: &Problems) {
    if matches!(entry.value, NodeValue::Text(_)) || !is_empty(entry) {
        report_empty(entry, key, problems);
    }
}

fn is_empty(node: &Node) -> bool {
    match &node.value {
        NodeValue::Text(text) => text.trim().is_empty(),
        NodeValue::List(entries) => entries.is_empty(),
        NodeValue::Table(members) => members.is_empty(),
        _ => false,
    }
}

/// Returns a value inside of a text.
pub(super) fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(toml: &str) -> JsonTemplate {
        let root = Node::parse(toml).unwrap();
        JsonTemplate::read(&root.members().unwrap()[0].1, "a", &Problems::default())
    }

    fn value(name: &str) -> Option<Value> {
        match name {
            "id" => Some(json!(7)),
            "ids" => Some(json!([1, 2])),
            "name" => Some(json!("Ada")),
            _ => None,
        }
    }

    #[test]
    fn a_hole_takes_the_type_of_its_value_and_text_around_it_makes_a_text() {
        let filled =
            template(r#"a = { x = "{id}", y = "n{id}", z = ["{name}"], all = "{ids}", f = 1, t = true }"#)
                .fill(&value);
        assert_eq!(filled, Some(json!({"x": 7, "y": "n7", "z": ["Ada"], "all": [1, 2], "f": 1, "t": true})));
    }

    #[test]
    fn what_has_no_value_is_left_out_with_what_is_empty_because_of_it() {
        let filled =
            template(r#"a = { x = "{id}", no = "{none}", deep = { l = ["{none}"] }, own = [], o = {} }"#)
                .fill(&value);
        assert_eq!(filled, Some(json!({"x": 7, "own": [], "o": {}})));
        assert_eq!(template(r#"a = { x = "{none}" }"#).fill(&value), None);
    }

    #[test]
    fn known_holes_are_filled_first_and_the_others_later() {
        let first =
            template(r#"a = { x = "{id}", no = "{none}", later = "{number}", mixed = "{name}: {number}" }"#)
                .fill_known(&|name| name != "number", &value)
                .unwrap();
        assert_eq!(first.holes(), ["number", "number"]);
        let filled = first.fill(&|_| Some(json!("+44")));
        assert_eq!(filled, Some(json!({"x": 7, "later": "+44", "mixed": "Ada: +44"})));
    }
}
