//! Parses YAML 1.2 into a JSON value, with limits on depth and size.
//!
//! A key that is a number or a boolean becomes a text: statuses are often written without quotes. A decimal number that does
//! not keep its text, such as the version `2.10`, stays a text.

use std::collections::HashMap;
use std::mem;

use serde_json::{Map, Number, Value};
use yaml_rust2::Event;
use yaml_rust2::parser::Parser;
use yaml_rust2::scanner::{Marker, TScalarStyle};

use super::error::OpenApiError;

const MAX_DEPTH: usize = 128;
/// Aliases can make a short text a large document.
const MAX_VALUES: usize = 5_000_000;

/// Returns the only document of a text.
pub(super) fn document(text: &str) -> Result<Value, OpenApiError> {
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::default();
    loop {
        let (event, marker) = parser.next_token().map_err(|error| error_at(error.marker(), error.info()))?;
        if event == Event::StreamEnd {
            return Ok(builder.root.unwrap_or_default());
        }
        builder.add(event).map_err(|message| error_at(&marker, message))?;
    }
}

fn error_at(marker: &Marker, message: &str) -> OpenApiError {
    OpenApiError::Syntax { line: marker.line(), column: marker.col() + 1, message: message.to_owned() }
}

/// Builds a value from the events of a parser.
#[derive(Default)]
struct Builder {
    open: Vec<Collection>,
    /// The finished values with an anchor, and how many values each consists of.
    anchors: HashMap<usize, (Value, usize)>,
    values: usize,
    root: Option<Value>,
}

/// A list or an object whose end is not read yet.
struct Collection {
    content: Content,
    anchor: usize,
    /// The number of values before it.
    before: usize,
}

enum Content {
    List(Vec<Value>),
    Object { members: Map<String, Value>, key: Option<String> },
}

impl Builder {
    fn add(&mut self, event: Event) -> Result<(), &'static str> {
        match event {
            Event::DocumentStart if self.root.is_some() => Err("a second document begins here"),
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = style != TScalarStyle::Plain || tag.is_some_and(|tag| tag.suffix == "str");
                self.add_scalar(text, is_text, anchor)
            }
            Event::SequenceStart(anchor, _) => self.open(Content::List(Vec::new()), anchor),
            Event::MappingStart(anchor, _) => {
                self.open(Content::Object { members: Map::new(), key: None }, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => self.add_alias(anchor),
            _ => Ok(()),
        }
    }

    fn add_scalar(&mut self, text: String, is_text: bool, anchor: usize) -> Result<(), &'static str> {
        if let Some(Collection { content: Content::Object { members, key: key @ None }, .. }) =
            self.open.last_mut()
        {
            if members.contains_key(&text) {
                return Err("the object has this key already");
            }
            *key = Some(text);
            return Ok(());
        }
        let value = if is_text { Value::String(text) } else { plain(text) };
        self.insert(value, anchor, 1)
    }

    fn add_alias(&mut self, anchor: usize) -> Result<(), &'static str> {
        let (value, size) = self.anchors.get(&anchor).ok_or("the alias stands within its own value")?;
        if self.values + size > MAX_VALUES {
            return Err("the aliases make the document too large");
        }
        let (value, size) = (value.clone(), *size);
        self.insert(value, 0, size)
    }

    fn open(&mut self, content: Content, anchor: usize) -> Result<(), &'static str> {
        let is_key =
            matches!(self.open.last(), Some(Collection { content: Content::Object { key: None, .. }, .. }));
        if is_key {
            return Err("a key must be a text");
        }
        if self.open.len() == MAX_DEPTH {
            return Err("the document is nested too deeply");
        }
        self.open.push(Collection { content, anchor, before: self.values });
        Ok(())
    }

    fn close(&mut self) -> Result<(), &'static str> {
        let Some(Collection { content, anchor, before }) = self.open.pop() else { return Ok(()) };
        let value = match content {
            Content::List(entries) => Value::Array(entries),
            Content::Object { members, .. } => Value::Object(members),
        };
        let size = self.values - before + 1;
        self.values = before;
        self.insert(value, anchor, size)
    }

    /// Inserts a finished value, which consists of `size` values, into the innermost collection.
    fn insert(&mut self, value: Value, anchor: usize, size: usize) -> Result<(), &'static str> {
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), size));
        }
        self.values += size;
        if self.values > MAX_VALUES {
            return Err("the document is too large");
        }
        match self.open.last_mut().map(|collection| &mut collection.content) {
            None => self.root = Some(value),
            Some(Content::List(entries)) => entries.push(value),
            Some(Content::Object { members, key }) => {
                let key = mem::take(key).ok_or("a key must be a text")?;
                members.insert(key, value);
            }
        }
        Ok(())
    }
}

/// Returns the value of a text without quotes.
fn plain(text: String) -> Value {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let looks_numeric = text.starts_with(|it: char| it.is_ascii_digit() || it == '-');
    let number = if looks_numeric { text.parse::<Number>().ok() } else { None };
    match number {
        Some(number) if number.to_string() == text || text.contains(['e', 'E']) => Value::Number(number),
        _ => Value::String(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn error(text: &str) -> (usize, usize, String) {
        match document(text) {
            Err(OpenApiError::Syntax { line, column, message }) => (line, column, message),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn scalars_have_the_types_of_yaml_1_2() {
        let text = "responses: {200: a, default: b}\nversions: [2.10, 2.5, '7', 7, 1e2, no]\nempty:\nsame: &x {a: [true]}\n\
                    again: *x\nfolded: >\n  one\n  two\n";
        let expected = json!({
            "responses": {"200": "a", "default": "b"},
            "versions": ["2.10", 2.5, "7", 7, 100.0, "no"],
            "empty": null,
            "same": {"a": [true]},
            "again": {"a": [true]},
            "folded": "one two\n",
        });
        assert_eq!(document(text), Ok(expected));
    }

    #[test]
    fn a_mistake_has_its_line_and_column() {
        assert_eq!(error("a: 1\nb: [1, 2\nc: 3\n").0, 3);
        assert_eq!(error("a: 1\nb: 2\na: 3\n"), (3, 1, "the object has this key already".to_owned()));
        assert_eq!(error("a: 1\n---\nb: 2\n").0, 2);
        assert_eq!(error("? [a]\n: 1\n"), (1, 3, "a key must be a text".to_owned()));
        assert_eq!(error("a: &x [*x]\n").2, "the alias stands within its own value");
    }

    #[test]
    fn aliases_and_depth_are_limited() {
        let levels = (1..9).map(|level| {
            let aliases = vec![format!("*a{}", level - 1); 10].join(",");
            format!("a{level}: &a{level} [{aliases}]\n")
        });
        let text = format!("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n{}", levels.collect::<String>());
        assert_eq!(error(&text).2, "the aliases make the document too large");
        let deep = (0..200).fold(String::new(), |text, depth| format!("{text}{}a:\n", " ".repeat(depth)));
        assert_eq!(error(&deep).2, "the document is nested too deeply");
    }
}
