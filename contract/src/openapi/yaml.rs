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
/// The most memory that the values of a document may take, with the copies of those that have an anchor. Aliases can make a short
/// text a large document.
const MAX_BYTES: usize = 256 * 1024 * 1024;
/// The memory of a value or a key beside its text.
const BYTES_OF_VALUE: usize = 48;

const TOO_LARGE: &str = "the document is too large; name a file with only the paths that the adapter uses";
const TOO_LARGE_BY_ALIASES: &str =
    "the aliases make the document too large; name a file with only the paths that the adapter uses";
const NO_TEXT_KEY: &str = "a key must be a text; write a text in its place";

/// Returns the only document of a text.
pub(super) fn document(text: &str) -> Result<Value, OpenApiError> {
    document_within(text, MAX_BYTES)
}

fn document_within(text: &str, max_bytes: usize) -> Result<Value, OpenApiError> {
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder { bytes_left: max_bytes, ..Builder::default() };
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
    /// The finished values with an anchor.
    anchors: HashMap<usize, MeasuredValue>,
    /// The memory that further values may take.
    bytes_left: usize,
    root: Option<Value>,
}

/// A value, and the memory that it takes.
struct MeasuredValue {
    value: Value,
    bytes: usize,
}

/// A list or an object whose end is not read yet.
struct Collection {
    content: Content,
    anchor: usize,
    /// The memory that it takes so far.
    bytes: usize,
}

enum Content {
    List(Vec<Value>),
    Object { members: Map<String, Value>, key: Option<String> },
}

impl Builder {
    fn add(&mut self, event: Event) -> Result<(), &'static str> {
        match event {
            Event::DocumentStart if self.root.is_some() => {
                Err("a second document begins here; name a file with only one")
            }
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
        let bytes = BYTES_OF_VALUE + text.len();
        self.take(bytes, TOO_LARGE)?;
        if let Some(Collection {
            content: Content::Object { members, key: key @ None }, bytes: all, ..
        }) = self.open.last_mut()
        {
            if members.contains_key(&text) {
                return Err("the object has this key already; remove one of the two");
            }
            *all += bytes;
            *key = Some(text);
            return Ok(());
        }
        let value = if is_text { Value::String(text) } else { plain(text) };
        self.insert(MeasuredValue { value, bytes }, anchor)
    }

    fn add_alias(&mut self, anchor: usize) -> Result<(), &'static str> {
        const WITHIN_ITSELF: &str = "the alias stands within its own value; write a value in its place";
        let bytes = self.anchors.get(&anchor).ok_or(WITHIN_ITSELF)?.bytes;
        self.take(bytes, TOO_LARGE_BY_ALIASES)?;
        let value = self.anchors.get(&anchor).ok_or(WITHIN_ITSELF)?.value.clone();
        self.insert(MeasuredValue { value, bytes }, 0)
    }

    fn open(&mut self, content: Content, anchor: usize) -> Result<(), &'static str> {
        let is_key =
            matches!(self.open.last(), Some(Collection { content: Content::Object { key: None, .. }, .. }));
        if is_key {
            return Err(NO_TEXT_KEY);
        }
        if self.open.len() == MAX_DEPTH {
            return Err(
                "the document is nested too deeply; name a file with only the paths that the adapter uses",
            );
        }
        self.take(BYTES_OF_VALUE, TOO_LARGE)?;
        self.open.push(Collection { content, anchor, bytes: BYTES_OF_VALUE });
        Ok(())
    }

    fn close(&mut self) -> Result<(), &'static str> {
        let Some(Collection { content, anchor, bytes }) = self.open.pop() else { return Ok(()) };
        let value = match content {
            Content::List(entries) => Value::Array(entries),
            Content::Object { members, .. } => Value::Object(members),
        };
        self.insert(MeasuredValue { value, bytes }, anchor)
    }

    /// Takes memory for a value, before it is made.
    fn take(&mut self, bytes: usize, error: &'static str) -> Result<(), &'static str> {
        self.bytes_left = self.bytes_left.checked_sub(bytes).ok_or(error)?;
        Ok(())
    }

    /// Inserts a finished value, whose memory is taken already, into the innermost collection.
    fn insert(
        &mut self,
        MeasuredValue { value, bytes }: MeasuredValue,
        anchor: usize,
    ) -> Result<(), &'static str> {
        if anchor != 0 {
            self.take(bytes, TOO_LARGE_BY_ALIASES)?;
            self.anchors.insert(anchor, MeasuredValue { value: value.clone(), bytes });
        }
        let Some(collection) = self.open.last_mut() else {
            self.root = Some(value);
            return Ok(());
        };
        collection.bytes += bytes;
        match &mut collection.content {
            Content::List(entries) => entries.push(value),
            Content::Object { members, key } => {
                let key = mem::take(key).ok_or(NO_TEXT_KEY)?;
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
        assert_eq!(
            error("a: 1\nb: 2\na: 3\n"),
            (3, 1, "the object has this key already; remove one of the two".to_owned())
        );
        assert_eq!(error("a: 1\n---\nb: 2\n").0, 2);
        assert_eq!(error("? [a]\n: 1\n"), (1, 3, NO_TEXT_KEY.to_owned()));
        assert_eq!(
            error("a: &x [*x]\n").2,
            "the alias stands within its own value; write a value in its place"
        );
    }

    #[test]
    fn aliases_and_depth_are_limited() {
        let levels = (1..9).map(|level| {
            let aliases = vec![format!("*a{}", level - 1); 10].join(",");
            format!("a{level}: &a{level} [{aliases}]\n")
        });
        let text = format!("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n{}", levels.collect::<String>());
        assert_eq!(error(&text).2, TOO_LARGE_BY_ALIASES);
        let deep = (0..200).fold(String::new(), |text, depth| format!("{text}{}a:\n", " ".repeat(depth)));
        assert!(error(&deep).2.starts_with("the document is nested too deeply"));
    }

    #[test]
    fn long_texts_and_copies_of_nested_anchors_are_limited() {
        let too_large = |text: &str| match document_within(text, 1_000_000) {
            Err(OpenApiError::Syntax { message, .. }) => message,
            other => panic!("{other:?}"),
        };
        let long = "x".repeat(100_000);
        let aliases = ["*a"; 10].join(",");
        assert_eq!(too_large(&format!("a: &a {long}\nb: [{aliases}]")), TOO_LARGE_BY_ALIASES);
        let (before, after): (String, String) = (0..20).map(|level| (format!("&a{level} ["), "]")).unzip();
        assert_eq!(too_large(&format!("a: {before}{long}{after}")), TOO_LARGE_BY_ALIASES);
        assert_eq!(too_large(&format!("a: [{}]", [long.as_str(); 11].join(","))), TOO_LARGE);
        assert!(document_within(&format!("a: &a {long}\nb: [*a, *a]"), 1_000_000).is_ok());
    }
}
