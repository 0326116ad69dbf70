//! Texts with holes such as `{api_key}`. A hole is a name in braces; any other brace is a brace.

use std::fmt::Write as _;

use super::document::NodeValue;
use super::table::TableReader;

/// A text with holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Hole(String),
}

impl Template {
    pub(super) fn new(text: &str) -> Self {
        Self::parse(text, |_| false)
    }

    /// Parses a text of a JSON body. In a GraphQL operation, the braces that select fields are no holes, so that
    /// `mutation M($c: Person!){create(person: $c){id}}` is a text without one.
    pub(super) fn in_body(text: &str) -> Self {
        if is_graphql(text) { Self::parse(text, selects_fields) } else { Self::new(text) }
    }

    /// Parses a text. `is_brace` returns whether a brace after this text begins no hole.
    fn parse(text: &str, is_brace: impl Fn(&str) -> bool) -> Self {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            literal.push_str(before);
            let before = &text[..text.len() - from.len()];
            if let Some((name, after)) = hole(from).filter(|_| !is_brace(before)) {
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                parts.push(Part::Hole(name.to_owned()));
                rest = after;
            } else {
                literal.push('{');
                rest = &from[1..];
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Self { text: text.to_owned(), parts }
    }

    /// Returns a text without holes. Its braces are literal.
    pub(super) fn literal(text: &str) -> Self {
        Self { text: text.to_owned(), parts: vec![Part::Literal(text.to_owned())] }
    }

    /// Returns the text with its holes, as it is written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the names of the holes.
    pub(super) fn holes(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Hole(name) => Some(name.as_str()),
            Part::Literal(_) => None,
        })
    }

    /// Returns the name of the hole that is the whole text.
    pub(super) fn only_hole(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Hole(name)] => Some(name),
            _ => None,
        }
    }

    /// Returns the text with its holes filled. `None` if `value` has no value for one.
    pub(super) fn fill(&self, value: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut text = String::with_capacity(self.text.len());
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Hole(name) => text.push_str(&value(name)?),
            }
        }
        Some(text)
    }

    /// Returns the text with its holes filled. `value` gets the name of a hole, and the literal text before it.
    pub(super) fn fill_after(&self, value: &dyn Fn(&str, &str) -> Option<String>) -> Option<String> {
        let mut text = String::with_capacity(self.text.len());
        let mut own = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => {
                    text.push_str(literal);
                    own.push_str(literal);
                }
                Part::Hole(name) => text.push_str(&value(name, &own)?),
            }
        }
        Some(text)
    }

    /// Returns the template with the holes filled for which `value` has a value. The others stay.
    pub(super) fn fill_some(&self, value: impl Fn(&str) -> Option<String>) -> Self {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Hole(name) => match value(name) {
                    Some(value) => text.push_str(&value),
                    None => {
                        // Writing to a text cannot fail.
                        let _ = write!(text, "{{{name}}}");
                    }
                },
            }
        }
        let mut parts = Vec::new();
        for part in &self.parts {
            parts.push(match part {
                Part::Hole(name) => value(name).map_or_else(|| part.clone(), Part::Literal),
                Part::Literal(_) => part.clone(),
            });
        }
        Self { text, parts }
    }
}

/// Returns whether a text is an operation of GraphQL.
fn is_graphql(text: &str) -> bool {
    let text = text.trim_start();
    let rest = ["mutation", "query"].into_iter().find_map(|word| text.strip_prefix(word));
    rest.is_some_and(|rest| rest.starts_with(['{', '(']) || rest.starts_with(char::is_whitespace))
}

/// Returns whether a brace after this part of an operation selects fields: it follows a name or arguments, and stands in no text.
fn selects_fields(before: &str) -> bool {
    let is_in_text = before.matches('"').count() % 2 == 1;
    let last = before.trim_end().chars().next_back();
    !is_in_text && last.is_some_and(|last| last.is_ascii_alphanumeric() || matches!(last, '_' | ')'))
}

/// Returns the name of the hole at the beginning of `text`, and the rest of the text.
fn hole(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix('{')?.split_once('}')?;
    let is_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.');
    (!name.is_empty() && name.bytes().all(is_name)).then_some((name, rest))
}

/// Returns the members of a table of texts with holes.
pub(super) fn read_texts(table: &TableReader<'_>, name: &str) -> Vec<(String, Template)> {
    let mut texts = Vec::new();
    for (member, node) in table.members(name) {
        let text = match &node.value {
            NodeValue::Text(text) => text.clone(),
            NodeValue::Integer(number) => number.to_string(),
            NodeValue::Boolean(truth) => truth.to_string(),
            _ => {
                let key = table.key(&format!("{name}.{member}"));
                table.problems().report(node.line, key, format!("expected a text, not {}", node.noun()));
                continue;
            }
        };
        texts.push((member.clone(), Template::new(&text)));
    }
    texts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fill(template: &Template) -> Option<String> {
        template.fill(|name| (name != "missing").then(|| format!("<{name}>")))
    }

    #[test]
    fn names_in_braces_are_holes_and_other_braces_are_not() {
        for (text, filled) in [
            ("Bearer {token}", Some("Bearer <token>")),
            ("{a}{b.c}", Some("<a><b.c>")),
            ("mutation { create(x: {y}) }", Some("mutation { create(x: <y>) }")),
            ("{}", Some("{}")),
            ("{ a }", Some("{ a }")),
            ("{A}", Some("{A}")),
            ("x{missing}", None),
            ("{a", Some("{a")),
        ] {
            assert_eq!(fill(&Template::new(text)).as_deref(), filled, "{text}");
        }
        assert_eq!(Template::new("{key}").only_hole(), Some("key"));
    }

    #[test]
    fn the_fields_that_graphql_selects_are_no_holes() {
        for (text, holes) in [
            ("mutation M($c: P!){create(person: $c){id}}", [].as_slice()),
            ("query{people{id} me {name}}", &[]),
            ("mutation { create(x: {y}) {id} }", &["y"]),
            ("mutation { create(x: [{y}], at: \"in {zone}\"){id} }", &["y", "zone"]),
            ("queries of {y}", &["y"]),
            ("people{id}", &["id"]),
        ] {
            assert_eq!(Template::in_body(text).holes().collect::<Vec<_>>(), holes, "{text}");
        }
    }

    #[test]
    fn a_filled_value_is_no_template() {
        let template = Template::new("{a}/{b}").fill_some(|name| (name == "a").then(|| "{b}".to_owned()));
        assert_eq!(template.holes().collect::<Vec<_>>(), ["b"]);
        assert_eq!(template.fill(|_| Some("x".to_owned())).as_deref(), Some("{b}/x"));
    }

    proptest! {
        #[test]
        fn a_text_without_holes_stays_as_it_is(text in "[^{]{0,30}") {
            prop_assert_eq!(fill(&Template::new(&text)), Some(text));
        }
    }
}
