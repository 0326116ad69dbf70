//! The parsed file: its values for figment, and the line of each key.

use std::ops::Range;
use std::path::{Path, PathBuf};

use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};
use toml_edit::{Item, TableLike};

use super::diagnostic::{Diagnostic, SourceLocation};
use super::text_file::{self, TextFileError};

/// A limit on the file's size in bytes.
const LIMIT: u64 = 1024 * 1024;
/// The beginnings of the parser's messages about a text without quotes.
const UNQUOTED: [&str; 7] = [
    "string values must be quoted",
    "invalid boolean",
    "invalid integer",
    "invalid float",
    "invalid mantissa",
    "invalid date",
    "`_` may only go between digits",
];

/// A parsed configuration file.
pub(super) struct Document {
    path: PathBuf,
    tree: toml_edit::Document<String>,
}

impl Document {
    /// Returns the mistake of a file that does not exist.
    pub(super) fn missing(path: &Path) -> Diagnostic {
        unreadable(path, TextFileError::Missing)
    }

    /// Reads the file at `path` if it exists.
    pub(super) fn find(path: &Path) -> Result<Option<Self>, Diagnostic> {
        match text_file::read(path, LIMIT) {
            Ok(text) => Self::parse(path, &text).map(Some),
            Err(TextFileError::Missing) => Ok(None),
            Err(error) => Err(unreadable(path, error)),
        }
    }

    /// Parses the text of the file at `path`.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, Diagnostic> {
        let path = path.to_owned();
        match toml_edit::Document::parse(text.to_owned()) {
            Ok(tree) => Ok(Self { path, tree }),
            Err(error) => {
                let line = error.span().map(|span| line_at(text, &span));
                let location = SourceLocation::from_file(Some(path), line);
                Err(location.diagnostic(&[], format!("not TOML: {}", message(&error, text))))
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the line of a key, if it is in the file.
    pub(super) fn line(&self, path: &[String]) -> Option<usize> {
        let mut item = self.tree.as_item();
        let mut span = None;
        for part in path {
            let (key, value) = item.as_table_like()?.get_key_value(part)?;
            span = key.span().or_else(|| value.span());
            item = value;
        }
        span.map(|span| line_at(self.tree.raw(), &span))
    }
}

impl Provider for &Document {
    fn metadata(&self) -> Metadata {
        Metadata::named("file")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(dict(self.tree.as_table())))
    }
}

fn dict(table: &dyn TableLike) -> Dict {
    table.iter().map(|(key, item)| (key.to_owned(), value(item))).collect()
}

fn value(item: &Item) -> Value {
    match item {
        Item::None => Value::from(Vec::<Value>::new()),
        Item::Table(table) => dict(table).into(),
        Item::ArrayOfTables(tables) => {
            let tables: Vec<Value> = tables.iter().map(|table| dict(table).into()).collect();
            tables.into()
        }
        Item::Value(inline) => inline_value(inline),
    }
}

fn inline_value(inline: &toml_edit::Value) -> Value {
    match inline {
        toml_edit::Value::String(text) => text.value().clone().into(),
        toml_edit::Value::Integer(number) => (*number.value()).into(),
        toml_edit::Value::Float(number) => (*number.value()).into(),
        toml_edit::Value::Boolean(truth) => (*truth.value()).into(),
        // No key takes a date, and none takes a list: the reader reports what it expects.
        toml_edit::Value::Datetime(_) => Value::from(Vec::<Value>::new()),
        toml_edit::Value::Array(values) => {
            let values: Vec<Value> = values.iter().map(inline_value).collect();
            values.into()
        }
        toml_edit::Value::InlineTable(table) => dict(table).into(),
    }
}

fn line_at(text: &str, span: &Range<usize>) -> usize {
    let before = text.as_bytes().iter().take(span.start);
    1 + before.filter(|byte| **byte == b'\n').count()
}

/// Returns the parser's message, which repeats no value, and what to do.
fn message(error: &toml_edit::TomlError, text: &str) -> String {
    let message = error.message().replace('\n', ", ");
    if message == "duplicate key" {
        let key = error.span().and_then(|span| text.get(span)).unwrap_or_default();
        return format!("the key `{}` is set twice: remove one of the two", key.trim().escape_debug());
    }
    if UNQUOTED.iter().any(|beginning| message.starts_with(beginning)) {
        return format!("{message}: put text in quotes");
    }
    message
}

fn unreadable(path: &Path, error: TextFileError) -> Diagnostic {
    SourceLocation::from_file(Some(path.to_owned()), None).diagnostic(&[], error.to_string())
}
